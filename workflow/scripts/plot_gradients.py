"""Draw loss, gradients, ratio, relations and word pairs as SVG."""

import argparse
from pathlib import Path

from reckon.files.writing import replaced
from reckon.gradients import figures
from reckon.gradients.frames import DECK, SHARES, TRACKING, read_frame
from reckon.steps.program import run
from reckon.steps.provenance import own_code, stamp_all


def main() -> None:
    """Parse, draw each figure from its table, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("tracking", "pairs", "deck-pairs"):
        parser.add_argument(f"--{name}", type=Path, required=True, help="csv")
    parser.add_argument("--out", type=Path, required=True, help="folder of the figures")
    args = parser.parse_args()
    tracking = read_frame(args.tracking, TRACKING, empty_is_missing=False)
    drawings = {
        "loss": figures.loss(tracking),
        "essential_words": figures.essential_words(tracking),
        "ratio": figures.ratio(tracking),
        "relations": figures.relations(read_frame(args.pairs, SHARES)),
        "word_pairs": figures.word_pairs(read_frame(args.deck_pairs, DECK)),
    }
    for name, drawing in drawings.items():
        with replaced(args.out / f"{name}.svg") as path:
            figures.save(drawing, path)
    read = [args.tracking, args.pairs, args.deck_pairs]
    stamp_all([args.out / f"{name}.svg" for name in drawings], read, own_code(), {})


if __name__ == "__main__":
    run(main)

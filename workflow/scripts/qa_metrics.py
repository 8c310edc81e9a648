"""Gather the scores of all systems into tidy metrics and one comparison table."""

import argparse
from pathlib import Path

from reckon.files.writing import writing
from reckon.qa.features import TokenPages
from reckon.qa.metrics import (
    comparison,
    deck_metrics,
    read_names,
    read_run,
    system_metrics,
    without_short_answer,
)
from reckon.qa.pages import NO, YES
from reckon.steps.program import run
from reckon.steps.provenance import own_code, stamp_all
from reckon.tables.metrics import write_metrics


def main() -> None:
    """Parse, gather, write the tables and, last, the metrics beside the deck's cells."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=Path, required=True, help="reported/qa_systems.csv")
    parser.add_argument("--scores", type=Path, nargs="+", required=True)
    parser.add_argument("--records", type=Path, nargs="+", required=True)
    parser.add_argument("--sifts", type=Path, nargs="*", default=[])
    parser.add_argument("--tokens", type=Path, required=True, help="training pages of the reported data")
    parser.add_argument("--scale", required=True)
    parser.add_argument("--reported-data", required=True)
    parser.add_argument("--device", default="")
    parser.add_argument("--systems", type=Path, required=True)
    parser.add_argument("--comparison", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lock", type=Path, help="pins of the environment, for the sidecar")
    args = parser.parse_args()
    scores, records, sifts = (
        [read_run(p) for p in paths] for paths in (args.scores, args.records, args.sifts)
    )
    systems = system_metrics(scores, sifts, args.scale)
    write_metrics(args.systems, systems)
    with writing(args.comparison) as out:
        comparison(systems).to_csv(out, index=False, float_format="%.4f")
    pages = TokenPages(args.tokens)
    share = without_short_answer(pages.answer, pages.answer_class, (NO, YES))
    scores, records = ([one for one in runs if one.data == args.reported_data] for runs in (scores, records))
    names = read_names(args.names)
    write_metrics(args.out, deck_metrics(names, scores, records, (share, len(pages)), args.scale))
    stamp_all(
        [args.systems, args.comparison, args.out],
        [args.names, *args.scores, *args.records, *args.sifts, args.tokens],
        own_code(),
        {"scale": args.scale, "data": args.reported_data, "device": args.device},
        args.lock,
    )


if __name__ == "__main__":
    run(main)

from reckon.files.svg import save_svg
from reckon.gradients import figures as draw
from reckon.gradients.frames import DECK, SHARES, TRACKING, read_frame
from reckon.steps.program import Read, Write, step


def plot_gradients(*, tracking: Read, pairs: Read, deck_pairs: Read, figures: list[Write]) -> None:
    """Draw loss, gradients, ratio, relations and word pairs as SVG."""
    tracked = read_frame(tracking, TRACKING, empty_is_missing=False)
    drawings = {
        "loss": lambda: draw.loss(tracked),
        "essential_words": lambda: draw.essential_words(tracked),
        "ratio": lambda: draw.ratio(tracked),
        "relations": lambda: draw.relations(read_frame(pairs, SHARES)),
        "word_pairs": lambda: draw.word_pairs(read_frame(deck_pairs, DECK)),
    }
    for path in figures:
        save_svg(drawings[path.stem](), path)


if __name__ == "__main__":
    step(plot_gradients)

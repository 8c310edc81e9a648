from reckon.classification.figures import draw_focal
from reckon.files.svg import save_svg
from reckon.steps.program import Write, step


def plot_focal(*, gammas: list[float], out: Write) -> None:
    """Draw the focal loss against the probability of the true class, as SVG."""
    save_svg(draw_focal(gammas), out)


if __name__ == "__main__":
    step(plot_focal)

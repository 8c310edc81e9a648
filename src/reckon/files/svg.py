"""Figures as SVG files."""

import os
from typing import Any

from reckon.files.writing import replaced


def save_svg(figure: Any, path: str | os.PathLike[str]) -> None:
    """Write a figure of matplotlib atomically; the same figure gives the same bytes, and text stays text."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.hashsalt": "reckon", "svg.fonttype": "none"}), replaced(path) as temporary:
        figure.savefig(temporary, format="svg", metadata={"Date": None})

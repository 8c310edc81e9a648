"""Pictures of the experiments, carried inside the page: an image runs no script and loads nothing."""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from reckon.errors import InputError
from reckon.files import reading


@dataclass(frozen=True)
class Picture:
    """An SVG as a `data:` address, with the words that stand below it and for it."""

    name: str  # of the file, without its suffix
    experiment: str
    caption: str  # empty where none was written
    source: str
    path: str

    @property
    def alternative(self) -> str:
        """What is read out instead of the picture."""
        return self.caption or f"Figure {self.name} of {self.experiment}; its numbers stand in the csv files."


def read_pictures(paths: Sequence[str | os.PathLike[str]], captions: str | os.PathLike[str]) -> list[Picture]:
    """The figures in the order given; the caption of `a/b.svg` is `<captions>/b.rst`, if there is one.

    Raises `InputError` for a missing file or one that is no well-formed SVG: a broken picture.
    """
    return [_picture(Path(path), Path(captions)) for path in paths]


def _picture(path: Path, captions: Path) -> Picture:
    with reading(path) as file:
        svg = file.read()
    try:
        tag = fromstring(svg, forbid_dtd=False).tag
    except ParseError as error:
        raise InputError(f"{path}:{error.position[0]}: not an SVG ({error}); make it again") from None
    except DefusedXmlException as error:
        raise InputError(f"{path}: {type(error).__name__}: an SVG with entities is not shown") from None
    if tag != "{http://www.w3.org/2000/svg}svg":
        raise InputError(f"{path}: its root is {tag}, not svg; make it again")
    caption = captions / f"{path.stem}.rst"
    words = " ".join(caption.read_text("utf-8").split()) if caption.is_file() else ""
    packed = base64.b64encode(svg.encode()).decode()
    folder = path.parent.parent if path.parent.name == "figures" else path.parent
    return Picture(path.stem, folder.name, words, f"data:image/svg+xml;base64,{packed}", str(path))

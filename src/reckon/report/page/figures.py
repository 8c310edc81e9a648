"""Pictures of the experiments, carried inside the page: an image runs no script and loads nothing."""

import base64
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from reckon.errors import InputError
from reckon.files.reading import reading

# Browsers are given the text as UTF-8, whatever it says of itself.
_OTHER_ENCODING = re.compile(r"\s*<\?xml[^>]*encoding=[\"'](?!utf-8[\"'])", re.IGNORECASE)
LARGEST = 1 << 25  # bytes of a picture: it is carried inside the page


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
    with reading(path, most=LARGEST) as file:
        svg = file.read()
    if _OTHER_ENCODING.match(svg):
        raise InputError(f"{path}:1: not an SVG in UTF-8; make it again")
    try:
        tag = fromstring(svg, forbid_dtd=False).tag
    except DefusedXmlException as error:  # a ValueError
        raise InputError(f"{path}: {type(error).__name__}: an SVG with entities is not shown") from None
    except (ParseError, LookupError, ValueError) as error:  # of an encoding that is unknown, or not of texts
        line = error.position[0] if isinstance(error, ParseError) else 1
        raise InputError(f"{path}:{line}: not an SVG ({error}); make it again") from None
    if tag != "{http://www.w3.org/2000/svg}svg":
        raise InputError(f"{path}: its root is {tag}, not svg; make it again")
    caption = captions / f"{path.stem}.rst"
    words = _words(caption) if caption.is_file() else ""
    packed = base64.b64encode(svg.encode()).decode()
    folder = path.parent.parent if path.parent.name == "figures" else path.parent
    return Picture(path.stem, folder.name, words, f"data:image/svg+xml;base64,{packed}", str(path))


def _words(caption: Path) -> str:
    with reading(caption, most=LARGEST) as file:
        return " ".join(file.read().split())

"""The first files of a study: a table of eight numbers that is right, to be written over."""

import shutil
from pathlib import Path
from typing import Annotated

from reckon.errors import InputError

TEMPLATE = Path(__file__).parent / "template"
NEXT = """{folder}: a study that runs. Go there, and put your own in:
  paper.txt       the text of the paper
  reported/       its numbers, one line each, as printed
  recompute.py    your own computation of them
Then: python recompute.py; reckon audit; reckon settle; reckon report"""


def init(folder: Annotated[Path, "to be made; an empty one will do"]) -> None:
    """Begin a study in FOLDER: a transcription, a program, a Snakefile and a test, which run at once."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: something is there already; name a new folder or an empty one")
    shutil.copytree(TEMPLATE, folder, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    print(NEXT.format(folder=folder))

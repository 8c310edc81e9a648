"""Which files of the package a program depends on, so that an edit reruns exactly the right rules."""

import ast
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]


def dependencies(program: Path) -> list[Path]:
    """Files of this package that `program` imports, directly or through others, sorted by name.

    Imports inside functions count. The result are paths as they lie under `SOURCE`.
    """
    found: set[Path] = set()
    waiting = list(_imported(program))
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported(path)
    return sorted(found)


@cache
def _imported(path: Path) -> tuple[Path, ...]:
    """Package files named by the import statements of one file."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    files = (_file(name) for name in names if name.partition(".")[0] == __name__.partition(".")[0])
    return tuple(file for file in files if file is not None)


def _file(name: str) -> Path | None:
    """File of a module, or None for a name that is not one (a function imported from a module, say).

    A package's `__init__.py` is not listed: in this project it holds a docstring and nothing else.
    """
    path = SOURCE.joinpath(*name.split(".")).with_suffix(".py")
    return path if path.is_file() else None

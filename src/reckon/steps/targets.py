"""Targets of a run: the nearest to a misspelt one, and where their files lie."""

import csv
import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from reckon.errors import InputError
from reckon.files.reading import reading

_WILDCARD = re.compile(r"\{(\w+)(?:,([^{}]*(?:\{[^{}]*\}[^{}]*)*))?\}")
_WORDS = re.compile(r"[\w|]+")
_RECORD = ".prov.json"
_MOST = 4  # files named at the end of a run


def nearest_target(given: str, rules: Iterable[str], files: Iterable[str]) -> str:
    """The rule or file most like `given`; "" if none is.

    `files` may hold wildcards with or without their constraint, `{seed}` or `{seed,0|1}`.
    """
    parts = given.split("/")
    if len(parts) == 1:
        known = [*rules, *(name for name in files if "/" not in name)]
    else:
        patterns = (pattern.split("/") for pattern in _apart(files))
        known = ["/".join(map(_filled, parts, pattern)) for pattern in patterns if len(pattern) == len(parts)]
    near = difflib.get_close_matches(given, {name: None for name in known if name != given}, n=1)
    return near[0] if near else ""


def _apart(patterns: Iterable[str]) -> Iterable[str]:
    """Patterns whose constraints hold no slash: with one, parts would not be parts of the path."""
    return (
        _WILDCARD.sub(lambda w: w[0] if "/" not in (w[2] or "") else f"{{{w[1]}}}", pattern)
        for pattern in patterns
    )


def _filled(part: str, pattern: str) -> str:
    """The pattern of one folder or file name with its wildcards as in `part`, or like it."""
    expression = "".join(
        f"({_WILDCARD.fullmatch(piece)[2] or '.+'})" if piece.startswith("{") else re.escape(piece)  # type: ignore[index]
        for piece in re.split(r"(\{\w+(?:,[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\})", pattern)
    )
    if re.fullmatch(expression, part):
        return part
    only = _WILDCARD.fullmatch(pattern)
    if only and only[2] and _WORDS.fullmatch(only[2]):
        return next(iter(difflib.get_close_matches(part, only[2].split("|"), n=1)), part)
    return _WILDCARD.sub(lambda wildcard: f"{{{wildcard[1]}}}", pattern)


def where_results_lie(files: Sequence[str]) -> list[str]:
    """Lines on the files that a run was asked for: those for reading, and what the final table says."""
    first = sorted(files, key=lambda path: (Path(path).name != "final_table.csv", path))
    pairs = [name for path in first for name in (path, str(Path(path).with_suffix(".md")))]
    shown = [path for path in dict.fromkeys(pairs) if not path.endswith(_RECORD) and Path(path).exists()]
    more = f" and {len(shown) - _MOST} more" if len(shown) > _MOST else ""
    lines = [f"results: {', '.join(shown[:_MOST])}{more}"] if shown else []
    tables = [path for path in shown if Path(path).name == "final_table.csv"]
    return lines + [said for path in tables if (said := _verdicts(path))]


def _verdicts(table: str) -> str:
    """`435 cells: 103 citation, 12 match, ...`; "" if the table cannot be read, which other programs say."""
    try:
        with reading(table) as lines:
            found = Counter(row["verdict"] for row in csv.DictReader(lines))
    except (InputError, KeyError, csv.Error):
        return ""
    counts = ", ".join(f"{count} {verdict}" for verdict, count in found.most_common())
    return f"{found.total()} cells: {counts}"

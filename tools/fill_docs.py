"""Fill the tables of the documents from committed results, so that no figure is typed.

A document marks a table by

    <!-- csv reference/laptop/qa/comparison.csv | data, system, F1 | system=fast_uniform,fast_hard -->
    <!-- end -->

with the file, its columns (`name: heading` renames one) and, if wanted, the values of a column that are
shown, in that order. Long numbers are cut to four digits.
`--check` changes nothing and fails if a document is out of date.
"""

import argparse
import csv
import re
from pathlib import Path

from reckon.errors import InputError
from reckon.files.reading import reading
from reckon.files.writing import writing
from reckon.steps.program import run

_MARK = re.compile(
    r"(<!-- csv ([^|\n]+?) \| ([^|\n]+?)(?: \| (\w+)=([^\n]+?))? -->\n).*?(<!-- end -->)", re.S
)


def filled(text: str, root: Path) -> str:
    """The document with every marked table made anew from its file below `root`."""
    return _MARK.sub(lambda mark: mark[1] + _table(root / mark[2], mark[3], mark[4], mark[5]) + mark[6], text)


def _table(path: Path, columns: str, key: str | None, shown: str | None) -> str:
    with reading(path) as lines:
        rows = list(csv.DictReader(lines))
    pairs = [
        (name.strip(), (heading or name).strip()) for name, _, heading in map(_split, columns.split(","))
    ]
    if unknown := [name for name, _ in pairs if rows and name not in rows[0]]:
        raise InputError(f"{path}: no column {', '.join(unknown)}")
    if key and shown:
        wanted = [value.strip() for value in shown.split(",")]
        rows = sorted((row for row in rows if row[key] in wanted), key=lambda row: wanted.index(row[key]))
    lines = [heading for _, heading in pairs], *([_short(row[name]) for name, _ in pairs] for row in rows)
    head, *body = (f"| {' | '.join(line)} |" for line in lines)
    return "\n".join([head, "|" + "---|" * len(pairs), *body]) + "\n"


def _short(text: str) -> str:
    """A number with more digits than one reads to four of them; other text as it is."""
    if len(text) <= 7:
        return text
    try:
        return f"{float(text):.4g}"
    except ValueError:
        return text


def _split(column: str) -> tuple[str, str, str]:
    return column.partition(":")


def main() -> None:
    """Fill, or check, the documents."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("documents", type=Path, nargs="+")
    parser.add_argument("--root", type=Path, default=Path(), help="folder that the files are named from")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    for path in args.documents:
        text = path.read_text("utf-8")
        new = filled(text, args.root)
        if args.check and new != text:
            raise InputError(f"{path}: its tables are out of date; run tools/fill_docs.py on it")
        if new != text:
            with writing(path) as out:
                out.write(new)


if __name__ == "__main__":
    run(main)

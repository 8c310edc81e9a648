r"""The final table in LaTeX, to be taken into a paper with `\input`: one longtable a reported table."""

import re
from collections.abc import Sequence
from itertools import groupby

from reckon.files.escaping import visible
from reckon.report.final_table import Row
from reckon.report.page.numbers import interval, short, signed
from reckon.tables.transcription import Transcription

_PREAMBLE = "% Needs \\usepackage{booktabs,longtable}, and XeLaTeX or LuaLaTeX where labels are not Latin."
_HEAD = "Row & Column & Reported & Recomputed & 95\\,\\% interval & $\\Delta$ & Verdict \\\\"
_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "[": "{[}",  # after a line break, [ would be read as a length
    "]": "{]}",
    "–": "--",
    "−": "$-$",
    "→": r"$\rightarrow$",
    "↓": r"$\downarrow$",
    "↑": r"$\uparrow$",
    "ε": r"$\varepsilon$",
    "×": r"$\times$",
    "\n": " ",
    "\r": " ",
    "\t": " ",
    "⟨": "<",
    "⟩": ">",
}


def latex(transcription: Transcription, rows: Sequence[Row], *, scale: str) -> str:
    """Every cell, table by table in the order of the transcription; data is escaped.

    Values from other data or another scale than the deck's are set in italics, with a dagger and both names.
    """
    order = list(transcription.tables)
    by_table = groupby(sorted(rows, key=lambda row: order.index(row["table"])), key=lambda row: row["table"])
    tables = [_longtable(transcription.tables[name].title, name, list(cells)) for name, cells in by_table]
    return (
        "\n\n".join([f"% Reported against recomputed, scale {escaped(scale)}.\n{_PREAMBLE}", *tables]) + "\n"
    )


def escaped(text: str) -> str:
    r"""Text as LaTeX shows it: `50 %` becomes `50 \%`."""
    return "".join(_ESCAPES.get(character, character) for character in visible(text))


def _longtable(title: str, name: str, rows: Sequence[Row]) -> str:
    head = f"\\toprule\n{_HEAD}\n\\midrule"
    return "\n".join(
        [
            r"\begin{longtable}{p{0.26\linewidth}p{0.16\linewidth}rrlrl}",
            f"\\caption{{{escaped(title)}}}\\label{{tab:{_label(name)}}}\\\\",
            f"{head}\n\\endfirsthead\n{head}\n\\endhead",
            "\\bottomrule\n\\endfoot",
            *map(_line, rows),
            r"\end{longtable}",
        ]
    )


def _label(name: str) -> str:
    """Only letters, digits and dashes: anything else could end the label."""
    return re.sub(r"[^A-Za-z0-9]", "-", name)


def _line(row: Row) -> str:
    mean = escaped(short(row["mean"]))
    if row["verdict"] == "scaled_down":
        mean = f"\\textit{{{mean}}}\\,$^\\dagger$ ({escaped(row['data'])}, {escaped(row['scale'])})"
    plain = (interval(row["ci_low"], row["ci_high"]), signed(row["delta"]), row["verdict"].replace("_", " "))
    cells = [*map(escaped, (row["row"], row["column"], row["reported"])), mean, *map(escaped, plain)]
    return " & ".join(cells) + r" \\"

"""What stands behind a printed number: an exact figure, one run of something random, a mean of several."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reckon.errors import InputError
from reckon.tables.printed import Printed

_RUNS = re.compile(r"(?P<runs>[1-9][0-9]{0,5}) runs(?P<spread>, mean and sd)?")
_FORMS = "exact, one run, 5 runs, or 5 runs, mean and sd"


@dataclass(frozen=True)
class Print:
    """How many draws a printed number is the mean of: infinitely many for an exact figure."""

    runs: float = 1
    with_spread: bool = False  # printed as mean ± standard deviation of the runs

    @property
    def words(self) -> str:
        """`one run`, `the mean of 5 runs`, `an exact figure`."""
        if math.isinf(self.runs):
            return "an exact figure"
        return "one run" if self.runs == 1 else f"the mean of {self.runs:g} runs"


EXACT, ONE_RUN = Print(math.inf), Print()


def read_print(text: str) -> Print:
    """Read `exact`, `one run`, `5 runs` or `5 runs, mean and sd`; raises `InputError` for anything else.

    A standard deviation needs the number of runs beside it: without, nobody can tell it from one of a mean.
    """
    if text in ("exact", "one run"):
        return EXACT if text == "exact" else ONE_RUN
    found = _RUNS.fullmatch(text)
    if not found or (found["runs"] == "1" and found["spread"]):
        raise InputError(f"printed_of is {text!r:.60}; write {_FORMS}")
    return Print(int(found["runs"]), bool(found["spread"]))


def prints_of(entries: Iterable[str]) -> dict[str, Print]:
    """What each entry of `printed_of` says, by the row or column it is for; "" for the whole table.

    An entry is `one run`, or `NAME: 5 runs` for a row or a column. Raises `InputError` for other forms and
    for a name that stands twice.
    """
    found: dict[str, Print] = {}
    for entry in entries:
        name, _, what = entry.rpartition(": ")
        if name in found:
            raise InputError(f"printed_of says two things of {name or 'the whole table'!r}; keep one")
        found[name] = read_print(what)
    return found


def stands_behind(
    entries: Sequence[str], row: str, column: str, *, deterministic: bool, printed: Printed
) -> Print:
    """What stands behind one cell: what is said of its row, of its column, of the table.

    Where nothing is said, the number of runs that the print itself names; an exact figure if no chance
    enters the computation; one run otherwise.
    """
    said = prints_of(entries)
    for name in (row, column, ""):
        if name in said:
            return said[name]
    if printed.runs:
        return Print(printed.runs, printed.spread is not None and printed.runs > 1)
    return EXACT if deterministic else ONE_RUN

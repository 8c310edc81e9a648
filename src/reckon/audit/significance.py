"""Checks of p values that stand beside their test statistic, as in `t(28) = 2.20, p = .036`.

The forms are those that statcheck reads (Nuijten et al., 2016): t(df), F(df1, df2), r(df), chi2(df, N = n)
and z, each followed by `p =`, `p <` or `p >` a number, or by `ns`.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

from reckon.audit.figures import Library, Line
from reckon.audit.interval import Interval, printed
from reckon.audit.outcome import Outcome, Result, exchanged, misread, neighbours, span
from reckon.errors import InputError

LEVEL = Fraction(5, 100)  # at which a result is called significant
_NUMBER = r"[-−–]?\d*\.?\d+"
_N = r"(?:\s*,\s*[Nn]\s*=\s*[\d,]+)?"
REPORT = re.compile(
    rf"(?<![\w.])(?:(?P<test>t|r|F|χ2|χ²|χ\^2|χ\^{{2}}|chi2|X2|X²)\s*"
    rf"\(\s*(?P<df>\d+(?:\.\d+)?)(?:\s*,\s*(?P<df2>\d+(?:\.\d+)?))?{_N}\s*\)|(?P<z>[zZ]))"
    rf"\s*=\s*(?P<value>{_NUMBER})\s*[,;]\s*"
    rf"(?:p\s*(?P<sign>[=<>])\s*(?P<p>\d*\.?\d+)(?![\d.]*\d|\s*[×x·e])|(?P<ns>ns\b|n\.s\.))"
)
_ONE_SIDED = re.compile(r"one[- ](?:sided|tailed)", re.IGNORECASE)


def p_of_test(about: Sequence[Line], library: Library, *, sides: str = "2") -> list[Result]:
    """Every p value of the passage is that of the statistic before it, for some numbers that round to both.

    t, r and z are tested on 2 `sides`, or on 1 where that is named here or in the line; `doubtful` if only
    the other number of sides fits. The note says whether significance at .05 changes.
    Raises `InputError` where the passage reports no test.
    """
    if sides not in ("1", "2"):
        raise InputError(f"sides is {sides!r}, not 1 or 2")
    results = []
    for line in about:
        named = 1 if _ONE_SIDED.search(line.reported) else int(sides)
        results += [
            _judged(line, found, named) for found in REPORT.finditer(line.reported) if _is_whole(found)
        ]
    if not results:
        raise InputError("no test statistic with its p value, such as 't(28) = 2.20, p = .036'")
    return results


def reports_a_test(line: Line) -> bool:
    """Whether a line prints a test statistic with its p value."""
    return any(map(_is_whole, REPORT.finditer(line.reported)))


def _is_whole(report: re.Match[str]) -> bool:
    """Whether a report has the degrees of freedom of its test, and numbers that can be."""
    if (report["test"] == "F") != bool(report["df2"]):
        return False
    df = [float(report[name]) for name in ("df", "df2") if report[name]]
    possible = report["p"] is None or float(report["p"]) <= 1
    r_fits = report["test"] != "r" or abs(_value(report).middle) <= 1
    return possible and r_fits and all(number > 0 for number in df)


def _judged(line: Line, report: re.Match[str], sides: int) -> Result:
    expected = _p_of(report, sides)
    what = f"{report[0]}: p is {span(expected)}"
    if two_ways := report["test"] in ("t", "r") or bool(report["z"]):
        what += f", {'one' if sides == 1 else 'two'}-sided"
    if _fits(report, expected):
        return Result([line], "consistent", what, expected)
    other = 3 - sides
    outcome: Outcome = "inconsistent"
    if two_ways and _fits(report, _p_of(report, other)):
        outcome, what = "doubtful", f"{what}; fits as {'one' if other == 1 else 'two'}-sided"
    claimed = _is_claimed(report)
    decides = claimed is not None and claimed != (expected.middle <= LEVEL)
    changes = "changes" if decides else "does not change"
    note = f"{what}; significance at .05 {changes}; {_neighbours(report, sides)}"
    return Result([line], outcome, note, expected, decides)


def _value(report: re.Match[str]) -> Interval:
    return printed(_plain(report["value"]))


def _plain(number: str) -> str:
    return re.sub("[−–]", "-", number)


def _p_of(report: re.Match[str], sides: int) -> Interval:
    """All p values of statistics, and of fractional degrees of freedom, that round to the print."""
    value = _value(report)
    name = "z" if report["z"] else report["test"]
    signed = name in ("t", "r", "z")  # a negative F or chi-squared is none: it is held for 0
    sizes = [abs(end) if signed else max(end, Fraction(0)) for end in (value.low, value.high)]
    sizes += [Fraction(0)] * (value.low < 0 < value.high)
    dfs = []
    for df in (report["df"], report["df2"]):
        if df:
            between = printed(df) if "." in df else Interval.exact(int(df))
            dfs.append((float(between.low), float(between.high)))
    found = [_survival(name, float(size), df) for size in sizes for df in product(*dfs)]
    factor = sides if signed else 1
    return Interval(Fraction(min(found)) * factor, Fraction(max(found)) * factor)


def _survival(name: str, size: float, df: tuple[float, ...]) -> float:
    """Chance of a statistic of `size` or more, on one side."""
    from scipy import stats

    if name == "z":
        return float(stats.norm.sf(size))
    if name == "F":
        return float(stats.f.sf(size, *df))
    if name == "t":
        return float(stats.t.sf(size, *df))
    if name == "r":
        return 0.0 if size >= 1 else float(stats.t.sf(size * (df[0] / (1 - size**2)) ** 0.5, *df))
    return float(stats.chi2.sf(size, *df))


def _fits(report: re.Match[str], expected: Interval) -> bool:
    if report["ns"]:
        return expected.high > LEVEL
    p = printed(report["p"])
    if report["sign"] == "<":
        return expected.low < p.middle
    return expected.high > p.middle if report["sign"] == ">" else p.overlaps(expected)


def _is_claimed(report: re.Match[str]) -> bool | None:
    """Whether the print calls the result significant at .05; None where its bound leaves that open."""
    if report["ns"]:
        return False
    p, sign = printed(report["p"]).middle, report["sign"]
    if sign == "=":
        return p <= LEVEL
    if sign == "<":
        return True if p <= LEVEL else None
    return False if p >= LEVEL else None


def _neighbours(report: re.Match[str], sides: int) -> str:
    """The same report with other digits that would fit."""

    def fitting() -> Iterator[str]:
        for text in (text for slips in (exchanged, misread) for text in slips(report[0])):
            found = REPORT.fullmatch(text)
            if found and _is_whole(found) and _fits(found, _p_of(found, sides)):
                yield f"{text!r}"

    return neighbours(fitting())

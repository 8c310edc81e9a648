"""A printed number: the forms in which papers write one, read as what they mean.

docs/verdicts.md lists the forms. What has no one meaning is refused, since a number that is read wrongly
without a word is worse than none.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from reckon.errors import InputError

LONGEST_NUMBER = 60
LARGEST_POWER_OF_TEN = 300  # what a float holds
DOUBLE_DIGITS = 15  # significant decimal digits that every double holds
NO_VALUE = ("-", "--", "---", "n/a", "N/A")  # dashes of any length are these, once the text is plain
PER_CENT_UNITS = ("per cent", "percent", "percentage points", "points", "pp")  # beside `%` and `% ...`
FACTOR_UNITS = ("", "x", "×", "1", "ratio", "factor", "times")
MAGNITUDES = {"k": 3, "K": 3, "M": 6, "B": 9, "G": 9, "T": 12}
_UNIT_OF_MAGNITUDE = re.compile(r"(k|K|M|B|G|T|thousands?|millions?|billions?|trillions?)\b")

# What only looks different: escapes of TeX, signs and spaces of typesetters.
_PLAIN = (
    *(("\\pm", "±"), ("\\times", "×"), ("\\cdot", "·"), ("\\leq", "≤"), ("\\geq", "≥"), ("\\le", "≤")),
    *(("\\ge", "≥"), ("\\%", "%"), ("\\$", "$"), ("\\,", " "), ("+/-", "±"), ("<=", "≤"), (">=", "≥")),
)
_SIGNS = str.maketrans(
    {**dict.fromkeys("−–—‒‐‑", "-"), **dict.fromkeys("\u00a0\u2009\u202f\u2007", " "), "’": "'"}
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")

_COMMON = re.compile(r"-?\d{1,7}(?:\.\d{1,7})?")
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:[ ']\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_TEN = r"(?:[eE](?P<e>[+-]?\d{1,4})|\s*[×x·]\s*10\^\{?(?P<ten>[+-]?\d{1,4})\}?)"
_NUMBER = re.compile(
    rf"(?P<sign>[↓↑+-]?)\s*(?P<currency>\$?)(?P<digits>{_DIGITS}){_TEN}?"
    r"(?:\s?(?P<magnitude>[kKMBGT])(?![A-Za-z]))?(?:\s*(?P<unit>[%x×]))?"
    rf"(?:\s*±\s*(?P<spread>(?:{_DIGITS})(?:[eE][+-]?\d{{1,4}})?)"
    rf"|(?P<gap>\s*)\(\s*±?\s*(?P<brackets>(?:{_DIGITS})(?:[eE][+-]?\d{{1,4}})?)\s*%?\s*\))?"
    r"\s*(?P<unit_last>%?)"
)
_BOUND = re.compile(r"(?P<bound>[<>≤≥])\s*(?P<rest>.*)")
_MARKS = re.compile(r"(?P<rest>.*?[^\s*†‡§])\s*(?:\^\{(?P<raised>[*†‡§]+)\}|\^?(?P<marks>[*†‡§]+))")
_RUNS = re.compile(
    r"(?P<rest>.*?[^\s,(])\s*(?:,\s*|\()(?:n\s*=\s*(?P<n>\d{1,9})|(?P<runs>\d{1,9}) (?:runs|seeds))\)?"
)
_POWER = re.compile(r"(?P<base>\d+)\^\{?(?P<exponent>-?\d+)\}?")
_FRACTION = re.compile(r"(?P<sign>-?)(?P<over>\d+)\s*/\s*(?P<under>\d+)")
_COMMA = re.compile(r"[↓↑+-]?\s*\$?\d+,\d+")


@dataclass(frozen=True)
class Printed:
    """What a print stands for, in the unit of its cell.

    `value` is None where a dash stands for a missing value, and the bound itself where `bound` (one of
    `<`, `≤`, `>`, `≥`) is set. The number behind the print lies within `half` of the value: half a unit of
    the last printed digit, 0 for what is exact. Of a print of 15 or more significant digits, which is a
    double written in full and no rounding (`double`), it is one unit of the fifteenth. `spread` is what the
    paper prints after ± or in brackets, `runs` the number of runs beside it, `marks` are asterisks and
    daggers.
    """

    value: Decimal | None
    half: Decimal = Decimal(0)
    spread: Decimal | None = None
    runs: int | None = None
    bound: str = ""
    marks: str = ""
    double: bool = False

    def scaled(self, by: Decimal) -> "Printed":
        """The same in another unit."""
        value, spread = (None if part is None else part * by for part in (self.value, self.spread))
        return replace(self, value=value, half=self.half * by, spread=spread)


@lru_cache(maxsize=1 << 14)
def read_printed(text: str, unit: str = "") -> Printed:
    """What `text` means in the `unit` of its cell; without a unit it is read as it stands.

    Per cent under the unit share, and a fraction under %, are put into the unit. Raises `InputError` for
    text that is not one number, and for a sign that contradicts the unit.
    """
    if _COMMON.fullmatch(text):
        return _within(_decimal(text), text, unit)
    if len(text) > LONGEST_NUMBER:
        raise InputError(f"{text[:LONGEST_NUMBER]!r}... is too long for a printed number")
    rest = _plain(text)
    if rest in NO_VALUE:
        return Printed(None)
    bound, rest = (found["bound"], found["rest"]) if (found := _BOUND.fullmatch(rest)) else ("", rest)
    rest, marks = _without_marks(rest)
    rest, runs = _without_runs(rest)
    printed, sign = _exact(rest, text) or _number(rest, text, unit)
    printed = _in_unit(replace(printed, bound=bound, marks=marks, runs=runs), sign, text, unit)
    return _within(printed, text, unit)


def printed_number(reported: str, unit: str = "") -> tuple[Decimal, Decimal]:
    """The value of a printed text in the `unit` of its cell, and how far the number behind it may lie off.

    `0.640` gives (0.640, 0.0005), `7,079` (7079, 0.5), `1.35x` (1.35, 0.005), `↓ 8%` (-8, 0.5).
    A power such as `2^{-3}` is exact: half a unit is 0.
    Raises `InputError` for text that is not one number, such as `91.9/89.2`, a dash or a bound.
    """
    printed = read_printed(reported, unit)
    if printed.value is None or printed.bound:
        raise InputError(
            f"{reported!r} is not one printed number: {'a bound' if printed.bound else 'no value'}"
        )
    return printed.value, printed.half


def _decimal(text: str) -> Printed:
    """Digits, and a point among them: what most prints are."""
    return Printed(Decimal(text), Decimal((0, (5,), -1 - len(text.partition(".")[2]))))


def _within(printed: Printed, text: str, unit: str) -> Printed:
    if unit == "share" and printed.value is not None and not 0 <= printed.value <= 1:
        raise InputError(f"{text!r} is no share, which lies between 0 and 1; is the unit %?")
    return printed


def _plain(text: str) -> str:
    for old, new in _PLAIN:
        text = text.replace(old, new)
    raised = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", lambda run: "^" + run[0].translate(_RAISED), text)
    return raised.translate(_SIGNS).strip()


def _without_marks(text: str) -> tuple[str, str]:
    found = _MARKS.fullmatch(text)
    return (found["rest"], found["raised"] or found["marks"]) if found else (text, "")


def _without_runs(text: str) -> tuple[str, int | None]:
    found = _RUNS.fullmatch(text)
    return (found["rest"], int(found["n"] or found["runs"])) if found else (text, None)


def _exact(rest: str, text: str) -> tuple[Printed, str] | None:
    """A power or a fraction of whole numbers; the fraction to 28 digits where it does not end."""
    if power := _POWER.fullmatch(rest):
        return Printed(_power(Decimal(power["base"]), int(power["exponent"]))), ""
    if not (parts := _FRACTION.fullmatch(rest)):
        return None
    over, under = Decimal(parts["over"]), Decimal(parts["under"])
    if not under or max(over.adjusted(), under.adjusted()) > DOUBLE_DIGITS:
        raise InputError(f"{text!r} is out of the range of printed numbers")
    value = over / under
    half = Decimal(0) if value * under == over else Decimal(1).scaleb(value.adjusted() - 26)
    return Printed(-value if parts["sign"] else value, half), "/"


def _number(rest: str, text: str, unit: str) -> tuple[Printed, str]:
    """Value, half a unit and spread of a decimal number, and the sign that is printed with it."""
    number = _NUMBER.fullmatch(rest)
    if not number or re.match(r"0\d{0,2}[, ']\d", number["digits"]):
        raise InputError(_refusal(rest, text))
    digits = re.sub(r"[, ']", "", number["digits"])
    power = int(number["e"] or number["ten"] or 0)
    if number["magnitude"]:
        if _UNIT_OF_MAGNITUDE.match(unit):
            raise InputError(f"{text!r} names a magnitude, as the unit {unit!r} does; once is enough")
        power += MAGNITUDES[number["magnitude"]]
    if abs(power) > LARGEST_POWER_OF_TEN + LONGEST_NUMBER:
        raise InputError(f"{text!r} is out of the range of printed numbers")
    value = Decimal(digits).scaleb(power)
    if abs(value.adjusted()) > LARGEST_POWER_OF_TEN:
        raise InputError(f"{text!r} is out of the range of printed numbers")
    half = Decimal(1).scaleb(int(value.as_tuple().exponent)) / 2
    double = "." in digits and len(value.as_tuple().digits) >= DOUBLE_DIGITS
    if double:
        half = Decimal(1).scaleb(value.adjusted() - DOUBLE_DIGITS + 1)
    if number["sign"] in ("↓", "-"):
        value = -value
    sign = number["unit"] or number["unit_last"] or number["currency"]
    return Printed(value, half, _spread(number, digits, text, power), double=double), sign.replace("×", "x")


def _spread(number: re.Match[str], digits: str, text: str, power: int) -> Decimal | None:
    """What stands after ± or in brackets; `84.3(4)` is 84.3 ± 0.4, as physicists write it."""
    if found := number["spread"] or number["brackets"]:
        spread = Decimal(re.sub(r"[, ']", "", found))
        if number["e"] is None:
            spread = spread.scaleb(power)
        if number["brackets"] and "." in digits and found.isdigit():
            if number["gap"]:
                raise InputError(
                    f"{text!r}: the number in brackets may be a spread or a count; write ± for it"
                )
            spread = spread.scaleb(-len(digits.partition(".")[2]))
        return spread
    return None


def _in_unit(printed: Printed, sign: str, text: str, unit: str) -> Printed:
    """The number in the unit of its cell; raises `InputError` for a sign that contradicts it."""
    per_cent = unit.startswith("%") or unit in PER_CENT_UNITS
    if sign == "%" and unit in ("share", "1"):
        return printed.scaled(Decimal("0.01"))
    if sign == "/" and per_cent:
        return printed.scaled(Decimal(100))
    fits = {
        "%": per_cent or not unit,
        "x": unit in FACTOR_UNITS,
        "$": not per_cent and unit not in ("share", "x"),
    }
    if not fits.get(sign, True):
        raise InputError(f"{text!r} is printed with {sign}, its unit is {unit!r}; make the two agree")
    return printed


def _refusal(rest: str, text: str) -> str:
    if _COMMA.match(rest):
        return (
            f"{text!r}: a comma stands between groups of three digits, the first of which starts with no 0; "
            "put a point for a decimal comma"
        )
    return f"{text!r} is not one printed number; only a citation may print several"


def _power(base: Decimal, exponent: int) -> Decimal:
    if abs(exponent) * max(1, base.adjusted() + 1) > LARGEST_POWER_OF_TEN or (not base and exponent <= 0):
        raise InputError(f"{base}^{exponent} is out of the range of printed numbers")
    return base**exponent

"""Numbers for reading, from their text in a tidy file."""

import math


def short(text: str) -> str:
    """A number for reading: whole ones in full, others to four digits; empty and `nan` stay."""
    if not text:
        return ""
    value = float(text)
    number = str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.4g}"
    return f"−{number[1:]}" if number.startswith("-") else number


def brief(text: str) -> str:
    """The same for a text that need not be a number: a name stays as it is."""
    try:
        return short(text)
    except ValueError:
        return text


def signed(text: str) -> str:
    """The same with its sign: `+0.012`, `−3`, `0`."""
    number = short(text)
    return number if number in ("", "0", "nan") or number.startswith("−") else f"+{number}"


def interval(low: str, high: str) -> str:
    """`0.41 to 0.52`; empty where there is no interval."""
    return f"{short(low)} to {short(high)}" if low and high else ""


def finite(text: str) -> float | None:
    """The number, or None where the text is empty or no finite number."""
    value = float(text) if text else math.nan
    return value if math.isfinite(value) else None


def duration(seconds: float) -> str:
    """Seconds in the unit one would say: `4.2 s`, `12 min`, `3.5 h`."""
    if seconds < 100:
        return f"{seconds:.3g} s"
    if seconds < 6000:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"

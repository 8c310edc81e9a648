"""The forms of printed numbers: what each means, and which have no one meaning."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.errors import InputError
from reckon.tables.printed import Printed, printed_number, read_printed

PAGE = (Path(__file__).parents[2] / "docs" / "verdicts.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "value", "half_unit"),
    [
        ("0.640", "0.640", "0.0005"),
        (".640", "0.640", "0.0005"),
        ("66.67", "66.67", "0.005"),
        ("24", "24", "0.5"),
        ("7,079", "7079", "0.5"),
        ("1,234,567", "1234567", "0.5"),
        ("12 345", "12345", "0.5"),
        ("12\u202f345.6", "12345.6", "0.05"),
        ("12'345", "12345", "0.5"),
        ("1.35x", "1.35", "0.005"),
        ("2.5×", "2.5", "0.05"),
        ("65%", "65", "0.5"),
        (r"93.2\%", "93.2", "0.05"),
        ("↓ 8%", "-8", "0.5"),
        ("↑ 8%", "8", "0.5"),
        ("-0.7", "-0.7", "0.05"),
        ("–3.1", "-3.1", "0.05"),
        ("−3.1", "-3.1", "0.05"),
        ("+3.1", "3.1", "0.05"),
        ("$7,079", "7079", "0.5"),
        ("1e-5", "0.00001", "0.000005"),
        ("6.4E-01", "0.64", "0.005"),
        ("1e+5", "100000", "50000"),
        ("1.5 × 10^-3", "0.0015", "0.00005"),
        ("1.5 x 10^{-3}", "0.0015", "0.00005"),
        (r"1.5 \times 10^{-3}", "0.0015", "0.00005"),
        ("1.5·10⁻³", "0.0015", "0.00005"),
        ("110M", "110000000", "500000"),
        ("1.5k", "1500", "50"),
        ("3/4", "0.75", "0"),
        ("2^{-3}", "0.125", "0"),
        ("10^-3", "0.001", "0"),
    ],
)
def test_a_printed_number_and_half_its_last_digit(text, value, half_unit):
    assert printed_number(text) == (Decimal(value), Decimal(half_unit))


@pytest.mark.parametrize(
    ("text", "spread"),
    [
        ("84.3 ± 0.4", "0.4"),
        ("84.3±.4", "0.4"),
        (r"84.3 \pm 0.4", "0.4"),
        ("84.3 +/- 0.4 %", "0.4"),
        ("84.3% ± 0.4%", "0.4"),
        ("84.3 (0.4)", "0.4"),
        ("84.3 (±0.4)", "0.4"),
        ("84.3(4)", "0.4"),  # of the last digit, as physicists write it
    ],
)
def test_a_spread_stands_behind_the_value(text, spread):
    printed = read_printed(text, "%")
    assert (printed.value, printed.half, printed.spread) == (
        Decimal("84.3"),
        Decimal("0.05"),
        Decimal(spread),
    )


@pytest.mark.parametrize(
    ("text", "value", "spread"),
    [
        ("2.5e-3 ± 0.2e-3", "0.0025", "0.0002"),
        ("2.5e-3 ± 0.0002", "0.0025", "0.0002"),  # a power of E belongs to its own number alone
        ("2.5 × 10^-3 ± 0.2", "0.0025", "0.0002"),
        ("110M ± 5", "110000000", "5000000"),
        ("1.5 × 10^-3 (0.2)", "0.0015", "0.0002"),
    ],
)
def test_a_power_of_ten_is_that_of_the_spread_too_but_not_one_of_e(text, value, spread):
    printed = read_printed(text)
    assert (printed.value, printed.spread) == (Decimal(value), Decimal(spread))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("84.3 ± 0.4 (n = 5)", Printed(Decimal("84.3"), Decimal("0.05"), Decimal("0.4"), runs=5)),
        ("84.3 (3 runs)", Printed(Decimal("84.3"), Decimal("0.05"), runs=3)),
        ("84.3, n=12", Printed(Decimal("84.3"), Decimal("0.05"), runs=12)),
        ("< 0.001", Printed(Decimal("0.001"), Decimal("0.0005"), bound="<")),
        ("<=.05", Printed(Decimal("0.05"), Decimal("0.005"), bound="≤")),
        ("> 1.0", Printed(Decimal("1.0"), Decimal("0.05"), bound=">")),
        ("0.45***", Printed(Decimal("0.45"), Decimal("0.005"), marks="***")),
        ("0.45 †", Printed(Decimal("0.45"), Decimal("0.005"), marks="†")),
        ("0.45^{**}", Printed(Decimal("0.45"), Decimal("0.005"), marks="**")),
        ("–", Printed(None)),
        ("—", Printed(None)),
        ("---", Printed(None)),
        ("n/a", Printed(None)),
    ],
)
def test_runs_bounds_marks_and_nothing(text, expected):
    assert read_printed(text) == expected


@pytest.mark.parametrize(
    ("text", "unit", "value", "half"),
    [
        ("64.0%", "share", "0.640", "0.0005"),
        ("64.0 ± 0.4 %", "share", "0.640", "0.0005"),
        ("64%", "1", "0.64", "0.005"),
        ("64%", "%", "64", "0.5"),
        ("8%", "% change", "8", "0.5"),
        ("3/4", "%", "75", "0"),
        ("1.35x", "x", "1.35", "0.005"),
    ],
)
def test_the_sign_and_the_unit_of_the_cell_agree(text, unit, value, half):
    printed = read_printed(text, unit)
    assert (printed.value, printed.half) == (Decimal(value), Decimal(half))


def test_a_spread_is_put_into_the_unit_too():
    assert read_printed("64.0 ± 0.4 %", "share").spread == Decimal("0.004")


@pytest.mark.parametrize(
    ("text", "unit", "why"),
    [
        ("0,640", "", "a decimal comma"),
        ("1,23", "", "a decimal comma"),
        ("0 640", "", "not one printed number"),
        ("", "", "not one printed number"),
        ("91.9/89.2", "", "not one printed number"),
        ("3/0", "", "out of the range"),
        ("0.5.1", "", "not one printed number"),
        ("0.1-0.2", "", "not one printed number"),
        ("about 5", "", "not one printed number"),
        ("1e999", "", "out of the range"),
        ("9" * 61, "", "too long"),
        ("84.3 (4)", "", "a spread or a count"),
        ("110M", "M", "once is enough"),
        ("64.0", "share", "between 0 and 1; is the unit %"),
        ("-0.1", "share", "between 0 and 1"),
        ("5%", "steps", "printed with %"),
        ("1.35x", "%", "printed with x"),
        ("$5", "share", r"printed with \$"),
    ],
)
def test_what_has_no_one_meaning_is_refused(text, unit, why):
    with pytest.raises(InputError, match=why):
        read_printed(text, unit)


@pytest.mark.parametrize("text", ["–", "< 0.05"])
def test_no_value_and_a_bound_are_no_number(text):
    with pytest.raises(InputError, match="not one printed number"):
        printed_number(text)


@pytest.mark.parametrize(
    ("text", "half"),
    [
        ("84.8648193379937", "1E-13"),  # fifteen significant digits
        ("84.86481933799377", "1E-13"),
        ("0.1000000000000000055511151231257827", "1E-15"),
        ("84.864819337993", "5E-13"),  # fourteen: a rounding
        ("100000000000000", "0.5"),  # no double but a count
    ],
)
def test_from_fifteen_digits_on_a_print_is_a_double_good_to_one_unit_of_the_fifteenth(text, half):
    printed = read_printed(text)
    assert (printed.half, printed.double) == (Decimal(half), half.startswith("1E"))


@given(st.decimals(-(10**6), 10**6, places=3))
def test_what_python_prints_is_read_as_it_stands(number):
    for text in (f"{number:f}", f"{number:,f}", f"{number:f}".replace("-", "–")):
        assert printed_number(text) == (number, Decimal("0.0005"))


@given(
    st.text("0123456789.,-–%x±()/eE^{}<>≤ *†Mkn=", max_size=12), st.sampled_from(["", "share", "%", "steps"])
)
def test_any_text_is_a_printed_number_or_refused(text, unit):
    try:
        printed = read_printed(text, unit)
    except InputError:
        return
    assert printed.value is None or printed.value.is_finite()
    assert printed.half >= 0
    assert printed.spread is None or printed.spread >= 0


def test_the_page_lists_forms_that_are_read_so():
    """The first column of the table of forms, value by value."""
    rows = [
        line.split(" | ") for line in PAGE.partition("## Printed numbers")[2].split("\n## ")[0].split("\n")
    ]
    forms = [row for row in rows if row[0].startswith("| `")]
    assert len(forms) >= 12
    for row in forms:
        for text in row[0].removeprefix("| `").removesuffix("`").split("`, `"):
            read_printed(text)

"""p values beside their statistics: the tables of textbooks, and slips on either side of .05."""

import pytest
from by_hand import library, passage

from reckon.audit.findings import findings
from reckon.audit.significance import p_of_test
from reckon.audit.unasked import unasked
from reckon.errors import InputError


def held(text, **parameters):
    (result,) = p_of_test(passage("words", text), library(), **parameters)
    return result


@pytest.mark.parametrize(
    "text",
    [
        "t(10) = 2.228, p = .050",  # the points of 5 % that tables print
        "t(10) = −2.228, p = .050",
        "F(2, 10) = 4.103, p = .050",
        "χ2(1, N = 90) = 3.841, p = .050",
        "χ²(2) = 5.991, p = .050",
        "z = 1.960, p = .050",
        "z = 1.645, p = .050, one-tailed",
        "r(8) = .632, p = .050",
        "t(28) = 2.20, p = .036",
        "t(28) = 2.20, p < .05",
        "t(28) = 1.20, ns",
        "t(28) = 1.20, p > .05",
        "z = 0.00, p = 1.00",
        "r(8) = 1.00, p < .001",
        "t(23.4) = 2.07, p = .05",
    ],
)
def test_a_p_of_its_statistic(text):
    assert held(text).outcome == "consistent", held(text).note


@pytest.mark.parametrize(
    ("text", "outcome", "words"),
    [
        (
            "t(28) = 2.20, p = .063",
            "inconsistent",
            "significance at .05 changes; would fit: 't(28) = 2.20, p = .036'",
        ),
        ("t(28) = 2.20, p = .030", "inconsistent", "significance at .05 does not change"),
        ("t(28) = 1.20, p < .05", "inconsistent", "significance at .05 changes"),
        ("t(28) = 2.20, ns", "inconsistent", "significance at .05 changes"),
        ("t(28) = 2.20, p = .018", "doubtful", "fits as one-sided"),
        ("F(1, 28) = 4.84, p = .018", "inconsistent", "p is 0.03614 to 0.03631"),  # that of t = 2.20
        ("F(2, 10) = -4.103, p = .050", "inconsistent", "p is 1;"),
        ("z = 1.645, p = .100, one-sided", "doubtful", "fits as two-sided"),
    ],
)
def test_another_p_is_told_with_what_it_changes(text, outcome, words):
    result = held(text)
    assert (result.outcome, words in result.note) == (outcome, True), result.note


def test_the_rounding_of_the_statistic_counts():
    """2.2 is 2.15 to 2.25: p from .0325 to .0403 of 28 degrees of freedom."""
    assert [held(f"t(28) = 2.2, p = .0{p}").outcome for p in (31, 33, 40, 42)] == [
        *("inconsistent", "consistent", "consistent", "inconsistent")
    ]


def test_the_sides_can_be_named():
    assert held("t(28) = 2.20, p = .018", sides="1").outcome == "consistent"
    with pytest.raises(InputError, match="not 1 or 2"):
        held("t(28) = 2.20, p = .018", sides="3")


@pytest.mark.parametrize(
    "text",
    [
        *("t = 2.20, p = .036", "F(2) = 4.1, p = .05", "r(8) = 1.2, p = .05", "t(0) = 2, p = .05"),
        *(
            "z = 3.1",
            "f(x) = 2, p = 3",
            "start(28) = 2.20, p = .036",
            "z = 2.1, p = 3.6e-2",
            "t(8) = 2, p = 1.2",
        ),
    ],
)
def test_what_is_no_report_is_not_read(text):
    with pytest.raises(InputError, match="no test statistic"):
        held(text)
    assert unasked(library(passages=[passage("words", text)])) == {}


def test_a_passage_is_held_unasked_unless_it_is_already():
    given = library(passages=[passage("words", "It worked, t(28) = 2.20, p = .063.", "z = 1.960, p = .050")])
    checks = unasked(given)
    rows = findings(checks, given)
    assert [(row["kind"], row["outcome"], row["severity"], row["line"]) for row in rows] == [
        ("p_of_test", "inconsistent", "decision", "1"),
        ("p_of_test", "consistent", "", "2"),
    ]
    other = library(passages=[passage("words", "t(28) = 2.20, p = .030")])
    assert [row["severity"] for row in findings(unasked(other), other)] == ["figure"]
    assert unasked(given, checks.values()) == {}

"""Whether an error changes a statement of the deck."""

from dataclasses import replace

import pytest
from by_hand import cell, library, record

from reckon.audit import columns, texts, values
from reckon.audit.outcome import Result
from reckon.audit.severity import Comparisons

OLD, NEW = cell("0.50", row="old"), cell("0.60", row="new")
ORDER = ("ordered", "t | old | C & t | new | C", "order=rising")


def drawn(figures):
    """The one comparison of a deck that says that the new is better than the old."""
    given = library(figures)
    return Comparisons([(ORDER, columns.ordered(given.select(ORDER[1]), given, order="rising"))], given)


@pytest.mark.parametrize(("formula", "severity"), [("0.55", "figure"), ("0.45", "decision")])
def test_an_error_counts_if_the_right_number_turns_a_comparison(formula, severity):
    given = library([OLD, NEW])
    (result,) = values.identity([NEW], given, formula=formula)
    assert result.outcome == "inconsistent"
    assert drawn([OLD, NEW]).severity("identity", result) == severity


def test_an_error_of_two_figures_counts_if_a_comparison_rests_on_one():
    """One expected number says nothing of which of them is wrong, even where it would turn nothing."""
    other = cell("0.70", row="other")
    (found,) = values.identity([OLD], library([OLD, NEW]), formula="0.55")
    for about, severity in (([OLD], "figure"), ([OLD, other], "decision"), ([other, other], "figure")):
        result = replace(found, about=about)
        assert drawn([OLD, NEW, other]).severity("identity", result) == severity


def test_what_stands_in_no_table_carries_no_comparison():
    logged = record("score", "0.5")
    comparison = (("ordered", "", ""), [Result([logged, NEW], "consistent", "")])
    comparisons = Comparisons([comparison], library([NEW]))
    assert comparisons.severity("plausible", Result([logged], "doubtful", "")) == "figure"
    assert comparisons.severity("plausible", Result([NEW], "doubtful", "")) == "decision"


def test_a_figure_on_which_no_comparison_rests_is_a_figure():
    other = cell("0.70", row="other")
    (result,) = values.identity([other], library([OLD, NEW, other]), formula="0.1")
    assert drawn([OLD, NEW, other]).severity("identity", result) == "figure"


def test_a_doubtful_figure_counts_if_a_comparison_rests_on_it():
    comparisons = drawn([OLD, NEW])
    assert comparisons.severity("plausible", Result([NEW], "doubtful", "")) == "decision"
    assert comparisons.severity("plausible", Result([cell("9")], "doubtful", "")) == "figure"


def test_a_comparison_itself_is_a_decision_and_words_are_words():
    (wrong,) = columns.ordered([NEW, OLD], library(), order="rising")
    assert drawn([OLD, NEW]).severity("ordered", wrong) == "decision"
    (words,) = texts.one_note([cell("1", note="a"), cell("2", note="b")], library())
    assert drawn([OLD, NEW]).severity("one_note", words) == "words"


@pytest.mark.parametrize("outcome", ["consistent", "uncheckable"])
def test_what_fits_or_cannot_be_checked_has_none(outcome):
    assert drawn([OLD, NEW]).severity("identity", Result([NEW], outcome, "")) == ""

"""Answers are found in paragraphs without offsets, and pages put together keep theirs."""

import pytest

from reckon.data.assembly import Paragraph, locate, page_record, sample_share, words_of
from reckon.qa.pages import gold, page_of


def paragraph(text: str) -> Paragraph:
    return Paragraph(text, "T")


def test_words_are_runs_of_letters_and_single_signs():
    assert words_of("US$3.5 – née O'Neil") == ["US", "$", "3", ".", "5", "–", "née", "O", "'", "Neil"]


def test_every_occurrence_is_found():
    assert paragraph("a b a b").find("a b") == [(0, 2), (2, 4)]


def test_an_answer_that_cuts_words_covers_the_words_it_touches():
    assert paragraph("large cars. Japanese imports").find("Japan") == [(3, 4)]
    assert paragraph("twixt 1562 to 1598.").find("562 to 15") == [(1, 4)]


def test_whole_words_come_before_parts_of_words():
    assert paragraph("Japanese Japan").find("Japan") == [(1, 2)]


def test_what_does_not_stand_there_is_not_found():
    assert paragraph("a b").find("c") == []
    assert paragraph("a b").find("") == []


def test_a_lone_reference_decides_among_the_occurrences_of_another():
    text = "Oil came in 1973 . The great crisis of 1973 ended later ."
    # "crisis of 1973" stands once, words 7-9; the bare year is taken from inside it.
    assert locate(paragraph(text), ["1973", "crisis of 1973"], "when") == [(7, 10), (9, 10)]


def test_the_words_of_the_question_decide_where_no_reference_stands_alone():
    filler = " x" * 12
    text = f"The ship sank in May .{filler} The harbour opened in May ."
    assert locate(paragraph(text), ["May"], "when was the harbour opened") == [(22, 23)]
    assert locate(paragraph(text), ["May"], "when did the ship sink") == [(4, 5)]


def test_the_commonest_reference_comes_first_and_equal_ones_merge():
    assert locate(paragraph("in the year 1973 it"), ["year 1973", "1973", "1973"], "") == [(3, 4), (2, 4)]


def test_containing_an_answer_means_its_words_in_any_case():
    assert paragraph("Born in Paris, 1871").states(["paris"])
    assert not paragraph("Parisian life").states(["Paris"])
    assert not paragraph("anything").states([])


def test_page_record_has_true_offsets():
    record = page_record("q", "My Title", "who", [paragraph("a b."), paragraph("c d e")], 1, [(1, 2), (0, 2)])
    page = page_of(record)
    assert page.document_text == "My Title - wikipedia <H1> My Title </H1> <P> a b . </P> <P> c d e </P>"
    assert gold(page).candidate == 1
    answers = [page.words[slice(*note.short_answers[0])] for note in page.annotations]
    assert answers == [["d"], ["c", "d"]]


def test_page_without_answer_has_one_blank_annotation():
    page = page_of(page_record("q", "T", "who", [paragraph("a")], None, []))
    assert [note.long_answer for note in page.annotations] == [None]


@pytest.mark.parametrize(("most", "expected"), [(None, (40, 20)), (40, (40, 20)), (10, (10, 5)), (1, (1, 0))])
def test_the_same_share_of_both_is_drawn(most, expected):
    import random

    drawn = sample_share(random.Random(0), list(range(40)), list(range(100, 120)), most)
    assert (sum(x < 100 for x in drawn), sum(x >= 100 for x in drawn)) == expected
    assert len(set(drawn)) == len(drawn)

"""The miniature corpus keeps what it promises: shares, true offsets, disjoint names, hard and easy."""

import gzip
import json
from collections import Counter

import pytest

from reckon.data.miniature.pages import pages
from reckon.data.miniature.values import names
from reckon.errors import InputError
from reckon.files.writing import write_jsonl
from reckon.qa.pages import CLASSES, Page, gold, page_of

SEED = 3


@pytest.fixture(scope="module")
def training() -> list[Page]:
    return [page_of(record) for record in pages(300, SEED)]


@pytest.fixture(scope="module")
def evaluation() -> list[Page]:
    return [page_of(record) for record in pages(120, SEED, first=300, annotators=5)]


def text(page: Page, start: int, end: int) -> str:
    return " ".join(page.words[start:end])


def test_shares_are_those_of_natural_questions(training):
    counts = Counter(CLASSES[gold(page).answer_class] for page in training)
    # 12 blocks of 25 pages: 9 short, 3 long only, 1 YES or NO, 12 without an answer.
    assert counts["short"] == 108 == round(0.36 * 300)
    assert counts["long"] == 36
    assert counts["none"] == 144
    assert counts["yes"] + counts["no"] == 12
    assert min(counts["yes"], counts["no"]) > 0


def test_candidates_are_ten_to_sixteen_some_nested_in_tables_and_lists(training):
    assert {len(page.candidates) for page in training} == set(range(10, 17))
    kinds = Counter()
    for page in training:
        outer = None
        for start, end, top_level in page.candidates:
            kinds[page.words[start], top_level] += 1
            assert page.words[end - 1] == page.words[start].replace("<", "</")
            if top_level:
                outer = (start, end)
            else:
                assert outer[0] < start < end < outer[1]
    assert set(kinds) == {("<P>", True), ("<Table>", True), ("<Tr>", False), ("<Ul>", True), ("<Li>", False)}
    assert min(kinds.values()) > 50


def test_paragraphs_have_15_to_35_words(training):
    lengths = [
        end - start - 2
        for page in training
        for start, end, _ in page.candidates
        if page.words[start] == "<P>"
    ]
    assert min(lengths) >= 13
    assert max(lengths) <= 35
    assert 15 <= sum(lengths) / len(lengths) <= 30


def test_head_of_the_page_lies_outside_all_candidates(training):
    assert all(min(page.candidates)[0] >= 10 for page in training)


def test_short_answer_is_a_value_stated_by_no_other_paragraph(training):
    for page in training:
        _, chosen, answer = gold(page)
        if answer is None:
            continue
        value = f" {text(page, *answer)} "
        holders = [c for c in page.candidates if value in f" {text(page, *c[:2])} "]
        # The chosen candidate, and the row of it that holds the value if it is a table.
        assert page.candidates[chosen] in holders
        outer = page.candidates[chosen]
        assert all(outer[0] <= c[0] and c[1] <= outer[1] for c in holders)


def test_some_answers_are_in_tables(training):
    chosen = [
        page.words[page.candidates[gold(page).candidate][0]]
        for page in training
        if gold(page).candidate is not None
    ]
    assert 5 <= chosen.count("<Table>") <= 30
    assert chosen.count("<P>") > 100


def test_few_candidates_are_about_the_thing_and_most_are_trivial(training):
    """Only candidates with the name of the page's thing need reading; the rest is about other matters."""
    near, other = 0, 0
    for page in training:
        name = text(page, 0, 2)
        for i, (start, end, _) in enumerate(page.candidates):
            if i != gold(page).candidate:
                near += name in text(page, start, end)
                other += name not in text(page, start, end)
    assert 0.5 <= near / len(training) <= 3
    assert other > 3 * near


def test_training_and_evaluation_share_no_name(training, evaluation):
    def subjects(corpus):
        return {text(page, 0, 2) for page in corpus}

    assert len(subjects(training)) == 300
    assert not subjects(training) & subjects(evaluation)
    assert not {page.example_id for page in training} & {page.example_id for page in evaluation}


def test_five_annotators_differ_on_some_pages_but_the_rule_of_two_still_decides(evaluation):
    differ = 0
    for page in evaluation:
        assert len(page.annotations) == 5
        differ += len(set(page.annotations)) > 1
        answered = [note for note in page.annotations if note.long_answer]
        if gold(page).answer_class == CLASSES.index("none"):
            assert len(answered) <= 1
        else:
            assert len(answered) >= 3
        if gold(page).answer_class == CLASSES.index("short"):
            assert sum(bool(note.short_answers) for note in page.annotations) >= 3
    assert 0.08 <= differ / len(evaluation) <= 0.35


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_jsonl(tmp_path / f"{name}.jsonl.gz", pages(20, seed))
    a, b, c = ((tmp_path / f"{name}.jsonl.gz").read_bytes() for name in "abc")
    assert a == b
    assert a != c
    assert json.loads(gzip.decompress(a).splitlines()[0])["annotations"]


def test_a_stretch_is_the_same_pages_whatever_came_before():
    assert list(pages(30, SEED))[20:] == list(pages(10, SEED, first=20))


def test_too_many_pages_are_refused():
    most = len(names(SEED)) // 4
    assert most >= 1000
    assert len(list(pages(1, SEED, first=most - 1))) == 1
    with pytest.raises(InputError, match=f"at most {most} pages, not {most + 1}"):
        next(pages(1, SEED, first=most))


def test_impossible_bounds_are_refused():
    with pytest.raises(InputError, match="10 or more"):
        next(pages(1, SEED, candidates=(4, 8)))

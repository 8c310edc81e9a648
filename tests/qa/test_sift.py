"""Sifting: which candidates survive, by hand and by theory, and what the report counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.errors import InputError
from reckon.qa.pages import LONG
from reckon.qa.probabilities import Probabilities
from reckon.qa.sift import report, survivors
from reckon.qa.survivors import read_survivors, surviving_pairs, write_survivors

NO_WORDS = np.empty(0, dtype=np.float32)


def rows(pages: dict[str, list[float]]) -> list[Probabilities]:
    """Candidates 0, 1, … of each page with these answer probabilities."""
    return [
        Probabilities(example_id, i, np.array([1 - p, p, 0, 0, 0]), NO_WORDS, NO_WORDS)
        for example_id, chances in pages.items()
        for i, p in enumerate(chances)
    ]


def kept(pages, keep, min_probability):
    found = survivors(rows(pages), keep=keep, min_probability=min_probability)
    return [(example_id, candidate) for example_id, candidate, _ in found]


def test_survivors_by_hand():
    pages = {"b": [0.1, 0.9, 0.5, 0.6], "a": [0.2, 0.3], "c": [0.05]}
    assert kept(pages, 2, 0.15) == [("b", 1), ("b", 3), ("a", 0), ("a", 1)]
    assert kept(pages, 2, 0.25) == [("b", 1), ("b", 3), ("a", 1)]
    assert kept(pages, 1, 0.0) == [("b", 1), ("a", 1), ("c", 0)]
    assert kept(pages, 9, 0.0) == [("b", 0), ("b", 1), ("b", 2), ("b", 3), ("a", 0), ("a", 1), ("c", 0)]


def test_the_threshold_itself_does_not_survive_and_ties_go_to_the_earlier():
    assert kept({"a": [0.25, 0.5, 0.5, 0.5]}, 2, 0.25) == [("a", 1), ("a", 2)]
    assert kept({"a": [0.25]}, 2, 0.25) == []
    assert kept({"a": [1.0, 1.0]}, 1, 1.0) == []


CHANCES = st.dictionaries(
    st.sampled_from("abcd"), st.lists(st.sampled_from([0, 0.125, 0.25, 0.5, 1]), min_size=1, max_size=6)
)


@given(CHANCES, st.integers(1, 4), st.sampled_from([0.0, 0.2, 0.25]))
def test_nothing_left_out_is_likelier_than_what_survived(pages, keep, least):
    found = kept(pages, keep, least)
    assert found == [(page, i) for page in pages for i in range(len(pages[page])) if (page, i) in set(found)]
    for page, chances in pages.items():
        mine = [i for name, i in found if name == page]
        assert len(mine) == min(keep, sum(chance > least for chance in chances))
        left = [chance for i, chance in enumerate(chances) if i not in mine]
        if len(mine) == keep:
            assert max(left, default=0) <= min(chances[i] for i in mine)


def test_the_file_returns_what_was_written(tmp_path):
    found = [("b", 1, 0.9), ("a", 0, 0.2)]
    write_survivors(tmp_path / "s.parquet", iter(found))
    assert read_survivors(tmp_path / "s.parquet") == found
    write_survivors(tmp_path / "none.parquet", [])
    assert read_survivors(tmp_path / "none.parquet") == []
    (tmp_path / "cut").write_bytes((tmp_path / "s.parquet").read_bytes()[:-9])
    for name in ("cut", "missing"):
        with pytest.raises(InputError, match=f"{name}: not a file of survivors"):
            read_survivors(tmp_path / name)


@pytest.fixture
def tokens(token_pages, make_row):
    """Pages of a word a token: lengths are 5 tokens around the candidate's words."""
    return token_pages(
        [
            make_row("a", [(0, 10), (10, 20), (20, 40)], answer_class=LONG, gold=1),
            make_row("b", [(0, 5), (5, 10)], answer_class=LONG, gold=0),
            make_row("c", [(0, 15)]),
        ]
    )


def test_the_report_by_hand(tokens):
    """Of six candidates (15 + 15 + 25 + 10 + 10 + 20 = 95 tokens) two survive, one of them gold."""
    measured = report(tokens, [("a", 1, 0.9), ("c", 0, 0.8)], 99)
    assert measured.gold_recall == 1 / 2
    assert measured.kept_candidates == 2 / 6
    assert measured.kept_tokens == pytest.approx((15 + 20) / 95)
    assert (measured.answered, measured.candidates) == (2, 6)


def test_tokens_beyond_the_window_are_no_work(tokens):
    measured = report(tokens, [("a", 2, 0.9)], 12)
    assert measured.kept_tokens == pytest.approx(12 / (12 + 12 + 12 + 10 + 10 + 12))


def test_keeping_all_or_nothing(tokens):
    everything = [(tokens.example_id[page], candidate, 1.0) for page, candidate in tokens.pairs().tolist()]
    assert report(tokens, iter(everything), 99).kept_tokens == 1
    assert report(tokens, everything, 99).gold_recall == 1
    nothing = report(tokens, [], 99)
    assert (nothing.gold_recall, nothing.kept_candidates, nothing.kept_tokens) == (0, 0, 0)


def test_survivors_are_found_in_a_token_file_in_their_order(tokens):
    assert surviving_pairs(tokens, [("c", 0, 0.1), ("a", 2, 0.1)]).tolist() == [[2, 0], [0, 2]]
    assert surviving_pairs(tokens, []).shape == (0, 2)
    with pytest.raises(InputError, match=r"no page 'z'; sift the same pages again"):
        surviving_pairs(tokens, [("z", 0, 0.1)])

"""The miniature inferences: its truth holds by construction, in the form of the real files."""

import csv
import io
from collections import Counter

from reckon.data.esnli import LABELS, read_pairs, words
from reckon.data.miniature import nli
from reckon.data.miniature.nli import COLUMNS, pairs

GROUPS = (*nli.PEOPLE, *nli.ANIMALS, *nli.ACTIONS, *nli.THINGS)


def read(tmp_path, count=300, annotators=3):
    path = tmp_path / "pairs.csv"
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(pairs(count, 1, annotators=annotators))
    path.write_text(text.getvalue())
    counts = Counter()
    return list(read_pairs(path, counts)), counts


def test_the_reader_of_the_real_files_reads_it_and_labels_are_balanced(tmp_path):
    found, counts = read(tmp_path)
    assert counts == {"rows": 300, "index_outside": 0}
    assert Counter(LABELS[pair.label] for pair in found) == dict.fromkeys(LABELS, 100)
    assert all(len(pair.highlights) == 3 for pair in found)


def test_the_essential_words_decide_the_label(tmp_path):
    for pair in read(tmp_path)[0]:
        premise, hypothesis = (
            [text.rstrip(".").lower() for text in words(sentence)]
            for sentence in (pair.premise, pair.hypothesis)
        )
        first = pair.highlights[0]
        marked = [premise[i] for i in first.premise], [hypothesis[i] for i in first.hypothesis]
        if LABELS[pair.label] == "neutral":
            assert first.premise == frozenset()
            assert tuple(hypothesis[i] for i in sorted(first.hypothesis)) in nli.UNSAID
            continue
        (before,), (after,) = marked
        group = next(group for group in GROUPS if before in group)
        assert after in group
        assert (after == group[0]) == (LABELS[pair.label] == "entailment")
        assert before != after


def test_without_the_essential_words_the_hypothesis_repeats_the_premise(tmp_path):
    for pair in read(tmp_path)[0]:
        premise = {text.rstrip(".").lower() for text in words(pair.premise)}
        rest = [
            text for i, text in enumerate(words(pair.hypothesis)) if i not in pair.highlights[0].hypothesis
        ]
        assert {text.rstrip(".").lower() for text in rest} <= premise


def test_the_majority_of_annotators_is_always_right(tmp_path):
    found = read(tmp_path)[0]
    slips = 0
    for pair in found:
        for name in ("premise", "hypothesis"):
            first, *others = (getattr(one, name) for one in pair.highlights)
            assert all(first <= other for other in others)
            assert others[0] & others[1] == first or others[0] == others[1]
            slips += sum(other != first for other in others)
    assert 0.1 < slips / (4 * len(found)) < 0.3


def test_stars_and_places_say_the_same(tmp_path):
    for pair in read(tmp_path)[0]:
        for marked, places in zip(
            pair.marked, (pair.highlights[0].premise, pair.highlights[0].hypothesis), strict=True
        ):
            assert {i for i, text in enumerate(words(marked)) if text[0] == text[-1] == "*"} == places


def test_training_rows_have_one_annotator(tmp_path):
    assert {len(pair.highlights) for pair in read(tmp_path, annotators=1)[0]} == {1}


def test_a_seed_gives_the_same_rows_and_another_gives_others():
    first, again, other = (list(pairs(30, seed, annotators=3)) for seed in (1, 1, 2))
    assert first == again
    assert first != other

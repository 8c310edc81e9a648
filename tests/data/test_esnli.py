"""e-SNLI files: highlights as they are counted, what is skipped and counted, what is refused."""

import csv
import gzip
import os
from collections import Counter
from pathlib import Path

import pytest

from reckon.data.esnli import LABELS, Highlights, read_pairs, words
from reckon.errors import InputError

FILES = Path(os.environ.get("RECKON_MIRROR", "")) / "esnli"
ROW = {
    "pairID": "1.jpg#0r1e",
    "gold_label": "entailment",
    "Sentence1": "Two boys play football, outside.",
    "Sentence2": "boys play",
    "Sentence1_marked_1": "Two *boys* play *football,* outside.",
    "Sentence2_marked_1": "*boys* play",
    "Sentence1_Highlighted_1": "3,1",
    "Sentence2_Highlighted_1": "0",
}


def write(tmp_path, *rows, **changes):
    path = tmp_path / "pairs.csv"
    rows = rows or (ROW | changes,)
    with open(path, "w", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(path):
    counts = Counter()
    return list(read_pairs(path, counts)), counts


def test_a_row_is_read_with_its_label_and_highlights(tmp_path):
    (pair,), counts = read(write(tmp_path))
    assert (pair.pair_id, LABELS[pair.label]) == ("1.jpg#0r1e", "entailment")
    assert pair.highlights == (Highlights(frozenset({1, 3}), frozenset({0})),)
    assert [words(pair.premise)[i] for i in (1, 3)] == ["boys", "football,"]
    assert pair.marked == (ROW["Sentence1_marked_1"], "*boys* play")
    assert counts == {"rows": 1, "index_outside": 0}


def test_words_stand_between_single_blanks():
    """So do the official files count: `he  will` is three words, the second of them empty."""
    assert words("he  will") == ["he", "", "will"]


def test_no_highlight_and_no_annotator_are_two_things(tmp_path):
    (none,), _ = read(write(tmp_path, Sentence1_Highlighted_1="{}", Sentence2_Highlighted_1="{}"))
    assert none.highlights == (Highlights(frozenset(), frozenset()),)
    (nobody,), _ = read(write(tmp_path, Sentence1_Highlighted_1="NA", Sentence2_Highlighted_1="NA"))
    assert nobody.highlights == ()


def test_pairs_without_a_gold_label_are_skipped_and_counted(tmp_path):
    found, counts = read(write(tmp_path, ROW, ROW | {"gold_label": "-", "pairID": "2"}))
    assert len(found) == 1
    assert (counts["rows"], counts["no_gold_label"]) == (2, 1)


def test_places_of_the_training_files_are_shifted_by_2000_now_and_then(tmp_path):
    (pair,), counts = read(write(tmp_path, Sentence2_Highlighted_1="2000,1"))
    assert pair.highlights[0].hypothesis == {0, 1}
    assert counts["index_outside"] == 0


@pytest.mark.parametrize("place", [4000, 4001, 6001, 999_999])
def test_a_place_is_shifted_once_and_not_more(tmp_path, place):
    (pair,), counts = read(write(tmp_path, Sentence1_Highlighted_1=str(place)))
    assert pair.highlights == ()
    assert counts["index_outside"] == 1


@pytest.mark.parametrize("column", ["Sentence1", "Sentence2"])
@pytest.mark.parametrize("text", ["", "  "])
def test_a_pair_with_an_empty_sentence_is_left_out_and_counted(tmp_path, column, text):
    empty = ROW | {
        "pairID": "2",
        column: text,
        "Sentence1_Highlighted_1": "{}",
        "Sentence2_Highlighted_1": "{}",
    }
    found, counts = read(write(tmp_path, ROW, empty))
    assert [pair.pair_id for pair in found] == [ROW["pairID"]]
    assert counts["empty_sentence"] == 1


def test_a_pair_is_kept_once_over_all_files(tmp_path):
    path = write(tmp_path, ROW, ROW | {"Sentence1_Highlighted_1": "0"}, ROW | {"pairID": "2"})
    counts, seen = Counter(), set()
    found = [pair for _ in range(2) for pair in read_pairs(path, counts, seen)]
    assert [(pair.pair_id, pair.highlights[0].premise) for pair in found] == [
        (ROW["pairID"], {1, 3}),  # the first line of that id
        ("2", {1, 3}),
    ]
    assert (counts["rows"], counts["repeated_pair"]) == (6, 4)


@pytest.mark.parametrize("lost", [name for name in ROW if name[:8] == "Sentence"])
def test_every_column_that_is_used_must_be_there(tmp_path, lost):
    with pytest.raises(InputError, match=rf"pairs.csv:1: no column {lost}; "):
        read(write(tmp_path, {name: text for name, text in ROW.items() if name != lost}))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["Sentence1_Highlighted_2"], "no column Sentence2_Highlighted_2"),
        (["Sentence1_Highlighted_2", "Sentence2_highlighted_2"], "no column Sentence2_Highlighted_2"),
        (
            ["Sentence1_Highlight_2", "Sentence2_Highlight_2"],
            "a column 'Sentence1_Highlight_2' of no annotator",
        ),
        (["Sentence1_Highlighted_4", "Sentence2_Highlighted_4"], "'Sentence1_Highlighted_4' of no annotator"),
    ],
)
def test_a_further_annotator_has_both_columns_by_their_names(tmp_path, more, message):
    with pytest.raises(InputError, match=rf"pairs.csv:1: .*{message}"):
        read(write(tmp_path, ROW | dict.fromkeys(more, "{}")))


def test_highlights_outside_the_sentence_are_skipped_and_counted(tmp_path):
    (pair,), counts = read(write(tmp_path, Sentence2_Highlighted_1="0,2"))
    assert pair.highlights == ()
    assert counts["index_outside"] == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"gold_label": "maybe"},
            r"pairs.csv:2: gold_label is 'maybe', not neutral, entailment, contradiction or -",
        ),
        ({"Sentence1_Highlighted_1": "1;3"}, r"pairs.csv:2: Sentence1_Highlighted_1: '1;3'; word places"),
        ({"Sentence1_Highlighted_1": "-1"}, r"pairs.csv:2: Sentence1_Highlighted_1: '-1'; word places"),
    ],
)
def test_a_malformed_row_is_named_with_its_line(tmp_path, changes, message):
    with pytest.raises(InputError, match=message):
        read(write(tmp_path, **changes))


def test_another_table_is_refused(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    needed = ", ".join(ROW)
    with pytest.raises(InputError, match=rf"other.csv:1: no column {needed}; is this a csv file of e-SNLI"):
        read(path)
    path.write_text(",".join(ROW) + "\nx,entailment\n")
    with pytest.raises(InputError, match=rf"other.csv:2: {len(ROW)} fields expected; is a comma not quoted"):
        read(path)


@pytest.mark.skipif(
    not (FILES / "esnli_dev.csv.gz").is_file(), reason="needs a mirror with e-SNLI (RECKON_MIRROR)"
)
def test_the_official_development_file_is_read_whole():
    path = FILES / "esnli_dev.csv.gz"
    found, counts = read(path)
    assert (counts["rows"], counts["no_gold_label"], len(found)) == (9842, 0, 9842)
    stars = agreeing = 0
    with gzip.open(path, "rt") as lines:
        for pair, row in zip(found, csv.DictReader(lines), strict=True):
            marked = row["Sentence2_marked_1"].lstrip().split(" ")
            if len(pair.highlights) == 3 and not pair.hypothesis.startswith(" "):
                stars += 1
                places = {i for i, text in enumerate(marked) if text.startswith("*") and text.endswith("*")}
                agreeing += places == pair.highlights[0].hypothesis
    assert agreeing == stars > 9800


@pytest.mark.skipif(
    not (FILES / "esnli_train_sample90.csv.gz").is_file(), reason="needs a mirror with e-SNLI (RECKON_MIRROR)"
)
def test_the_stars_of_official_training_rows_agree_with_the_shifted_places():
    pairs, counts = read(FILES / "esnli_train_sample90.csv.gz")
    assert counts["index_outside"] == 0
    for pair in pairs:
        for marked, places in zip(
            pair.marked, (pair.highlights[0].premise, pair.highlights[0].hypothesis), strict=True
        ):
            stars = {i for i, text in enumerate(marked.strip().split(" ")) if text[:1] == text[-1:] == "*"}
            assert stars == places

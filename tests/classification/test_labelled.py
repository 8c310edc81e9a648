"""Labelled texts: hostile files, cleaning, duplicates, and folds that keep every class."""

import gzip
import json
from collections import Counter

import pytest

from reckon.classification.labelled import (
    NEVER,
    LabelledText,
    classes_of,
    clean,
    distinct,
    folded,
    read_names,
    read_prepared,
    read_texts,
    write_texts,
)
from reckon.errors import InputError


def read(path, most_characters=100):
    counts = Counter()
    return list(read_texts(path, most_characters=most_characters, counts=counts)), +counts


def texts(*pairs):
    return [LabelledText(str(i), text, label) for i, (text, label) in enumerate(pairs)]


def test_a_csv_and_a_jsonl_of_the_same_texts_are_the_same(tmp_path):
    rows = [{"text": "Wer zahlt, wenn's brennt?", "label": "Feuer"}, {"text": "路灯坏了", "label": "市政"}]
    (tmp_path / "a.csv").write_text(
        'text,label\n"Wer zahlt, wenn\'s brennt?",Feuer\n路灯坏了,市政\n', "utf-8"
    )
    with gzip.open(tmp_path / "a.jsonl.gz", "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)
    (csv, _), (jsonl, _) = read(tmp_path / "a.csv"), read(tmp_path / "a.jsonl.gz")
    assert [(one.text, one.label) for one in csv] == [(row["text"], row["label"]) for row in rows]
    assert [(one.text, one.label) for one in jsonl] == [(one.text, one.label) for one in csv]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"text,lable\na,b\n", "a.csv:1: no column label; name the columns"),
        ("a.csv", b"text,label\na\n", "a.csv:2: 2 fields expected"),
        ("a.csv", b"text,label\na, \n", "a.csv:2: the label is empty"),
        ("a.csv", "text,label\nä,b\n".encode() + "\nö,b\n".encode("gbk", "replace") + b"\xff\n", "UTF-8"),
        ("a.csv", b"text,label\n" + b"x" * 1_000_000 + b",b\n", "a.csv:2: .*larger than"),
        ("a.csv", b"text,label\n", "no text; is it the right file"),
        ("a.csv", b"text,label\n ,b\n", "no text"),
        ("a.jsonl", b'{"text": "a"}\n', "a.jsonl:1: label is no text but NoneType"),
        ("a.jsonl", b'{"text": ["a"], "label": "b"}\n', "a.jsonl:1: text is no text but list"),
        ("a.jsonl", '{"text": "ä"}\n'.encode("latin-1"), "UTF-8"),
        ("a.txt", b"a\tb\n", "neither .csv nor .jsonl"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        read(tmp_path / name)


def test_empty_texts_are_left_out_and_long_ones_cut_and_both_counted(tmp_path):
    rows = [("x" * 1_000_000, 7), ("\u200b \t", 7), ("kurz", 7)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"text": t, "label": n}) + "\n" for t, n in rows))
    found, counts = read(tmp_path / "a.jsonl")
    assert [(one.id, len(one.text), one.label) for one in found] == [("1", 100, "7"), ("3", 4, "7")]
    assert counts == {"cut": 1, "empty": 1}


def test_cleaning_makes_one_form_of_what_looks_alike_and_is_done_once():
    assert clean("ＡＢＣ\u3000１２３\r\n\x07x") == "ABC 123 x"
    assert clean(clean("ﬁ\ufeff①")) == clean("ﬁ\ufeff①")


def test_no_text_is_in_both_splits_and_none_stands_twice():
    counts = Counter()
    training, evaluation = distinct(
        texts(("a", "x"), ("a", "x"), ("b", "y"), ("b", "x"), ("c", "y"), ("d", "y")),
        texts(("c", "y"), ("e", "z"), ("f", "x")),
        counts,
    )
    assert [one.text for one in training] == ["a", "b", "d"]
    assert [one.text for one in evaluation] == ["c", "e", "f"]
    assert counts == {"duplicates": 1, "two_labels": 1, "also_in_evaluation": 1, "unknown_label": 1}


def test_one_class_is_no_task():
    with pytest.raises(InputError, match="1 classes; two are needed"):
        distinct(texts(("a", "x")), texts(("b", "x")), Counter())


def test_every_fold_is_trained_on_every_class_and_the_folds_are_of_one_size():
    sizes = {"often": 40, "five": 5, "three": 3, "two": 2, "once": 1}
    every = texts(*((f"{label} {i}", label) for label, n in sizes.items() for i in range(n)))
    counts = Counter()
    given = folded(every, 5, seed=0, counts=counts)
    assert [one.text for one in given] == [one.text for one in every]
    assert [one.label for one in given if one.fold == NEVER] == ["once"]
    assert counts == {"only_one": 1}
    for fold in range(5):
        assert {one.label for one in given if one.fold != fold} == sizes.keys()
        assert sum(one.fold == fold and one.label == "often" for one in given) == 8
    assert sorted(Counter(one.fold for one in given if one.fold != NEVER).values()) == [10] * 5


def test_folds_follow_from_the_seed():
    every = texts(*((str(i), "ab"[i % 2]) for i in range(40)))
    one, again, other = (folded(every, 4, seed=seed, counts=Counter()) for seed in (1, 1, 2))
    assert one == again != other


def test_prepared_texts_come_back_and_others_are_refused(tmp_path):
    every = folded(texts(("a", "x"), ("b", "x"), ("c", "y")), 2, seed=0, counts=Counter())
    write_texts(tmp_path / "a.jsonl.gz", every)
    assert read_prepared(tmp_path / "a.jsonl.gz") == every
    assert classes_of(every) == (["x", "y"], [2, 1])
    (tmp_path / "b.jsonl").write_text('{"id": 1}\n')
    with pytest.raises(InputError, match=r"b\.jsonl:1: expected id, text, label, fold"):
        read_prepared(tmp_path / "b.jsonl")


def test_a_label_without_a_name_is_refused(tmp_path):
    (tmp_path / "names.csv").write_text("label,name\n1,street lights\n2, \n")
    assert read_names(None, ["1"]) == {"1": "1"}
    assert read_names(tmp_path / "names.csv", ["1"]) == {"1": "street lights"}
    with pytest.raises(InputError, match="no name for 2 labels, '2' first"):
        read_names(tmp_path / "names.csv", ["1", "2", "3"])

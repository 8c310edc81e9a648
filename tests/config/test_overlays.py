"""An overlay in any form that YAML or JSON has for the same values."""

import math
import re

import pytest

from reckon.config.overlays import read_overlay
from reckon.errors import InputError

VALUES = {"experiments": ["fem"], "fem": {"runs": [{"levels": [4], "ranks": 2}]}}


@pytest.mark.parametrize(
    "text",
    [
        "experiments: [fem]\nfem:\n  runs:\n    - {levels: [4], ranks: 2}\n",
        "{experiments: [fem], fem: {runs: [{levels: [4], ranks: 2}]}}\n",
        "# JSON has no comments\n{'experiments': [fem], fem: {runs: [{levels: [4], ranks: 2}]}}\n",
        '{"experiments": ["fem"], "fem": {"runs": [{"levels": [4], "ranks": 2}]}}',
        '  {"experiments": ["fem"],\n\t"fem": {"runs": [{"levels": [4], "ranks": 2}]}}',
    ],
    ids=["block", "braces", "comment", "JSON", "JSON with a tab"],
)
def test_the_same_values_in_every_form(tmp_path, text):
    (tmp_path / "mine.yaml").write_text(text, "utf-8")
    assert read_overlay(tmp_path / "mine.yaml") == VALUES


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1:30", "90"),
        ("010", "8"),
        ("+010", "8"),
        ("0x1F", "31"),
        ("0b11", "3"),
        ("1_000", "1000"),
        ("1:30.5", "90.5"),
        ("1_0.5", "10.5"),
    ],
)
@pytest.mark.parametrize("form", ["a: {{b: [{}]}}\n", "a:\n  b: {}\n", "{}: x\n"])
def test_a_number_that_reads_as_another_is_refused_with_its_line(tmp_path, text, read, form):
    (tmp_path / "mine.yaml").write_text("# mine\n" + form.format(text))
    with pytest.raises(
        InputError, match=rf"mine\.yaml: .*(would be read as {re.escape(read)}; write|no text)"
    ):
        read_overlay(tmp_path / "mine.yaml")


def test_numbers_and_texts_that_are_what_they_seem_are_read(tmp_path):
    text = "a: [0, -7, +7, 12, 1.5, -0.5, 2., 1.0e-8, 1.5E+3, .inf, '1:30', \"010\", 1e-3, 0.1.0, v010]\n"
    (tmp_path / "mine.yaml").write_text(text)
    texts = ["1:30", "010", "1e-3", "0.1.0", "v010"]
    numbers = [0, -7, 7, 12, 1.5, -0.5, 2.0, 1e-8, 1500.0, math.inf]
    assert read_overlay(tmp_path / "mine.yaml") == {"a": numbers + texts}


@pytest.mark.parametrize("text", ["", "- a\n", "a\n", "1: x\n", "a: 1\n2: x\n", "[1]", "7", "null"])
def test_other_values_than_sections_by_name_are_refused(tmp_path, text):
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(InputError, match=r"mine\.yaml: keys with values are expected at the top"):
        read_overlay(tmp_path / "mine.yaml")


@pytest.mark.parametrize(
    ("text", "line"), [("a: [1\n", 2), ("a: 1\nb: c: d\n", 2), ("\n\na: ]\n", 3), ("a: !!nothing 1\n", 1)]
)
def test_what_is_no_yaml_is_refused_with_its_line(tmp_path, text, line):
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(InputError, match=rf"mine\.yaml:{line}: not YAML \(.+\)"):
        read_overlay(tmp_path / "mine.yaml")


def test_an_anchor_may_stand_for_its_values_and_a_circle_ends(tmp_path):
    (tmp_path / "mine.yaml").write_text("a: &x {b: [1, 2]}\nc: *x\nd: &y [*y]\n")
    read = read_overlay(tmp_path / "mine.yaml")
    assert read["a"] == read["c"] == {"b": [1, 2]}
    assert read["d"][0] is read["d"]

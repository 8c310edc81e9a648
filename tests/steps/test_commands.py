"""Params of a rule: settings by which it is run again, and the words of its command."""

import json

import pytest

from reckon.steps.commands import options, words


class Wildcards(dict):
    __getattr__ = dict.__getitem__


WILDCARDS = Wildcards(seed="3", role="strong")
READ = {"script": "p.py", "lib": ["a.py"], "rests_on": ["x"], "tokens": "t.arrow", "survivors": []}
WRITTEN = {"out": "o.csv"}


def argv(params, read=READ, written=WRITTEN):
    return params["argv"](WILDCARDS, read, written)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, []),
        ("", []),
        ([], []),
        (True, ["--a-b"]),
        (False, ["--no-a-b"]),
        (0, ["--a-b", "0"]),
        (1e-8, ["--a-b", "1e-08"]),
        ("two words", ["--a-b", "two words"]),
        ("--configfile x", ["--a-b=--configfile x"]),
        ([1, "x"], ["--a-b", "1", "x"]),
        (("p", "q"), ["--a-b", "p", "q"]),
        ({"b": 1, "a": None}, ["--a-b", '{"a": null, "b": 1}']),
    ],
)
def test_a_value_as_words(value, found):
    assert words("a_b", value) == found


def test_a_command_names_inputs_settings_and_outputs_but_not_what_it_rests_on():
    params = options(keep=4, seed="{seed}", weights=lambda w: [w.seed, 2])
    expected = ["--tokens", "t.arrow", "--keep", "4", "--seed", "3", "--weights", "3", "2", "--out", "o.csv"]
    assert argv(params) == expected


def test_what_belongs_to_the_machine_is_in_the_command_and_in_no_param():
    params = options({"checkpoints": "c", "checkpoint_minutes": 0.5}, keep=4)
    assert set(params) == {"keep", "argv"}
    assert argv(params)[2:] == [
        "--keep",
        "4",
        "--checkpoints",
        "c",
        "--checkpoint-minutes",
        "0.5",
        "--out",
        "o.csv",
    ]


def test_settings_whose_names_depend_on_the_wildcards_are_one_param():
    params = options(chosen=lambda w: {"reader": {"layers": int(w.seed)}, "pages": None, w.role: 1})
    assert json.loads(params["chosen"](WILDCARDS)) == {"reader": {"layers": 3}, "pages": None, "strong": 1}
    assert argv(params)[2:-2] == ["--reader", '{"layers": 3}', "--strong", "1"]


def test_a_dictionary_is_told_as_json_whose_braces_are_no_wildcards():
    params = options(reader={"layers": 3})
    assert params["reader"](WILDCARDS) == '{"layers": 3}'
    assert argv(params)[2:4] == ["--reader", '{"layers": 3}']

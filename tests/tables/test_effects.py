"""The effect row: what is written is read, and nothing else."""

import math
from dataclasses import replace

import pytest

from reckon.errors import InputError
from reckon.tables.effects import COLUMNS, Effect, read_effects, write_effects

EFFECT = Effect("qa", "a - b", "F1", "share", "demo", "miniature", 3, 120, 0.1 + 0.2, -1e-17, 0.5, "a.csv")


def test_what_is_written_is_read_to_the_last_digit(tmp_path):
    effects = [EFFECT, replace(EFFECT, measure='with, comma and "quotes"', n_seeds=0)]
    write_effects(tmp_path / "effects.csv", effects)
    assert read_effects(tmp_path / "effects.csv") == effects


def test_an_interval_that_is_missing_stays_missing(tmp_path):
    write_effects(tmp_path / "effects.csv", [replace(EFFECT, ci_low=math.nan, ci_high=math.nan)])
    assert math.isnan(read_effects(tmp_path / "effects.csv")[0].ci_low)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("contrast,effect\n", ":1: columns must be"),
        (",".join(COLUMNS) + "\nqa,a,F1,share,demo,m,three,1,0,0,0,e,page,9,2,0,\n", ":2: invalid literal"),
        (",".join(COLUMNS) + "\nqa,a,F1\n", ":2: "),
        (",".join(COLUMNS) + "\nqa,a,F1,share,demo,m,3,1,0,0,0,e,more\n", ":2: 17 fields expected"),
    ],
)
def test_anything_else_is_refused_with_its_line(tmp_path, text, words):
    path = tmp_path / "effects.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=words):
        read_effects(path)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"ci_low": 0.6, "ci_high": 0.5}], ":2: ci_low 0.6 and ci_high 0.5 are no interval"),
        ([{"ci_low": math.nan}], ":2: ci_low nan and ci_high 0.5 are no interval"),
        ([{}, {"measure": "x", "effect": 1.01}], ":3: effect 1.01 is no share"),
        ([{}, {"measure": "x"}, {"effect": 0.2}], ":4: the effect of line 2 again"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path, rows, words):
    write_effects(tmp_path / "effects.csv", [replace(EFFECT, **row) for row in rows])
    with pytest.raises(InputError, match=rf"effects\.csv{words}"):
        read_effects(tmp_path / "effects.csv")


def test_bounds_may_be_reached_and_other_units_have_none(tmp_path):
    effects = [
        replace(EFFECT, effect=-1.0, ci_low=0.5, ci_high=0.5),
        replace(EFFECT, scale="laptop", effect=1.0),
        replace(EFFECT, data="real", unit="steps", effect=40.0),
    ]
    write_effects(tmp_path / "effects.csv", effects)
    assert read_effects(tmp_path / "effects.csv") == effects


def test_a_file_of_an_earlier_version_names_no_cluster(tmp_path):
    path = tmp_path / "effects.csv"
    path.write_text(",".join(COLUMNS[:12]) + "\nqa,a,F1,share,demo,m,3,100,0.1,0,0.2,e\n", "utf-8")
    (effect,) = read_effects(path)
    assert (effect.cluster, effect.n_clusters, effect.freedom, effect.detectable) == ("", 0, 0, 0)

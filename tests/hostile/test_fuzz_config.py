"""The shipped configuration with one key or value changed: a Config, or the fault is named by its path."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import JUNK, places, put

from reckon.config.load import Config, load_config
from reckon.config.overlays import read_overlay
from reckon.errors import InputError

FOLDER = Path(__file__).parents[2] / "config"
DEMO = yaml.safe_load((FOLDER / "config.yaml").read_text("utf-8"))
LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(JUNK)
VALUES = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def loaded_or_named(values: Any, place: tuple[Any, ...]) -> None:
    """A change at `place` is either fine, or the message names a part of the way to it, in one line."""
    try:
        assert isinstance(load_config(values), Config)
    except InputError as error:
        text = str(error)
        assert text.startswith("configuration:")
        assert len(text) < 5_000
        assert any(str(part) in text for part in place) or not place


@settings(max_examples=150)
@given(st.sampled_from(places(DEMO)[1:]), VALUES, st.sampled_from(["set", "drop"]))
def test_any_value_at_any_key_is_loaded_or_named(place, value, how):
    loaded_or_named(put(DEMO, place, value, how), place)


@settings(max_examples=50)
@given(st.sampled_from(places(DEMO)), st.text(min_size=1, max_size=8), VALUES)
def test_any_key_more_is_loaded_or_named(place, key, value):
    section: Any = DEMO
    for part in place:
        section = section[part]
    if isinstance(section, dict) and key not in section:
        loaded_or_named(put(DEMO, (*place, key), value, "set"), (*place, key))


@settings(max_examples=50)
@given(VALUES)
def test_anything_that_is_no_configuration_is_refused(values):
    with pytest.raises(InputError, match=r"^configuration:"):
        load_config(values)


HOSTILE = [
    ("qa.training.epochs", 10**12, "qa.training.epochs"),
    ("qa.training.epochs", 10**4000, "qa.training.epochs"),
    ("qa.training.epochs", -1, "qa.training.epochs"),
    ("qa.training.epochs", True, "qa.training: epochs: True"),
    ("qa.training.learning_rate", float("nan"), "qa.training.learning_rate"),
    ("qa.training.clip_norm", float("inf"), "qa.training.clip_norm"),
    ("qa.scoring.max_tokens", 10**12, "qa.scoring.max_tokens"),
    ("qa.pages.miniature.seeds", [0, 0], "given twice"),
    ("qa.pages.miniature.seeds", [-1], "qa.pages.miniature.seeds.0"),
    ("qa.pages.miniature.seeds", [10**18], "qa.pages.miniature.seeds.0"),
    ("qa.pages.miniature.options", {"--out": 1}, "qa.pages.miniature.options"),
    ("qa.pages.miniature.options", {"seed": float("nan")}, "qa.pages.miniature.options.seed"),
    ("qa.data", "miniature", "qa.data"),
    ("encoders.minilm_l6.wheels", ["--index-url=http://localhost"], "encoders.minilm_l6.wheels.0"),
    ("encoders.minilm_l6.wheels", ["a @ file:///tmp/a.whl"], "encoders.minilm_l6.wheels.0"),
    ("encoders.minilm_l6.inside", "../../secret", "encoders.minilm_l6.inside"),
    ("encoders.minilm_l6.inside", "/etc", "encoders.minilm_l6.inside"),
    ("encoders.minilm_l6.sha256", "0" * 63, "encoders.minilm_l6.sha256"),
    ("encoders.minilm_l6.vocabulary", "a/b", "encoders.minilm_l6.vocabulary"),
    ("encoders.minilm_l6.tokenizer", "nobody", "'nobody' is not known"),
    ("fem.runs.0.preset", ["robust"], "fem.runs.0.preset"),
    ("fem.runs.0.pre", 1, "unknown key 'fem.runs.0.pre'; did you mean 'preset'?"),
    ("scale", "x" * 5_000, "scale: Input should be"),
]


@pytest.mark.parametrize(("key", "value", "words"), HOSTILE)
def test_a_hostile_value_is_refused_by_its_path(key, value, words):
    place = tuple(int(part) if part.isdecimal() else part for part in key.split("."))
    with pytest.raises(InputError) as caught:
        load_config(put(DEMO, place, value, "set"))
    assert words in str(caught.value)
    assert len(str(caught.value)) < 5_000


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.name)
def test_the_shipped_files_are_read_as_they_are(path):
    assert read_overlay(path) == yaml.safe_load(path.read_text("utf-8"))

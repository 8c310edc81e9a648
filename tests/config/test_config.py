"""The configuration: shipped files load, faults name the nearest key, every key that matters keys results."""

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from reckon.config.load import default_cache, load_config
from reckon.config.qa import training_of
from reckon.config.squad import questions_of, role_of, seeds_of
from reckon.config.squad import training_of as squad_training_of
from reckon.errors import InputError

FOLDER = Path(__file__).parents[2] / "config"
DEMO = yaml.safe_load((FOLDER / "config.yaml").read_text())
OVERLAYS = sorted(path.name for path in FOLDER.glob("*.yaml") if path.name != "config.yaml")


def merged(base: dict, change: dict) -> dict:
    """`change` over `base` as Snakemake merges --configfile: sections by key, anything else replaced."""
    result = dict(base)
    for key, value in change.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


def with_value(path: str, value: Any) -> dict:
    """The demo's values with one key changed or added."""
    values = copy.deepcopy(DEMO)
    *parents, last = path.split("/")
    section = values
    for name in parents:
        section = section.setdefault(name, {})
    section[last] = value
    return values


def fault(path: str, value: Any) -> str:
    with pytest.raises(InputError) as caught:
        load_config(with_value(path, value))
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize("name", ["config.yaml", *OVERLAYS])
def test_the_shipped_files_load_over_the_default(name):
    config = load_config(merged(DEMO, yaml.safe_load((FOLDER / name).read_text())))
    assert config.scale == name.removesuffix(".yaml").replace("config", "demo")
    assert config.qa.readers.keys() == {"fast", "strong", "strong_2"}


@pytest.mark.parametrize(
    ("path", "key", "nearest"),
    [
        ("devise", "devise", "device"),
        ("qa/answer", "qa.answer", "answers"),
        ("qa/training/learning_rat", "qa.training.learning_rat", "learning_rate"),
        ("qa/readers/fast/layer", "qa.readers.fast.layer", "layers"),
        ("qa/readers/strong/training/epoch", "qa.readers.strong.training.epoch", "epochs"),
        ("qa/samplers/hard/exponents", "qa.samplers.hard.exponents", "exponent"),
        ("qa/pages/miniature/seed", "qa.pages.miniature.seed", "seeds"),
        ("encoders/minilm_l6/wheel", "encoders.minilm_l6.wheel", "wheels"),
        ("encoders/hub/vocabularies", "encoders.hub.vocabularies", "vocabulary"),  # a name that is a key too
    ],
)
def test_an_unknown_key_is_named_with_the_nearest(path, key, nearest):
    assert f"unknown key '{key}'; did you mean '{nearest}'?" in fault(path, 1)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("scale", "small", "scale: Input should be 'demo', 'laptop' or 'full', found 'small'"),
        ("qa/training/epochs", "three", "qa.training.epochs: .*valid integer.*, found 'three'"),
        ("qa/training/epochs", 2.5, "qa.training.epochs: .*integer.*, found 2.5"),
        ("qa/training/epochs", None, "qa.training.epochs: .*integer.*, found None"),
        ("qa/data", "miniature", "qa.data: .*tuple.*, found 'miniature'"),
        ("results", 7, "results: .*valid string, found 7"),
        ("qa/sift", [4], r"qa.sift: .*, found \[4\]"),
        ("qa/answers/yes_no", "maybe", "qa.answers.yes_no: .*boolean.*, found 'maybe'"),
        ("encoders/minilm_l6/wheels", "a==1", "encoders.minilm_l6.wheels: .*tuple"),
        ("qa/pages/miniature/seeds", [0, "x"], r"qa.pages.miniature.seeds.1: .*integer.*, found 'x'"),
        ("qa/training/clip_norm", float("nan"), "qa.training.clip_norm: .*finite"),
        ("qa/samplers/hard/exponent", float("inf"), "qa.samplers.hard.exponent: .*finite"),
    ],
)
def test_a_wrong_type_is_named_with_what_was_found(path, value, words):
    assert re.search(words, fault(path, value))


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("qa/training/epochs", 0, "greater than or equal to 1, found 0"),
        ("qa/training/learning_rate", 0, "greater than 0"),
        ("qa/training/learning_rate", 3, "less than 1"),
        ("qa/training/warmup_share", 1.5, "less than or equal to 1"),
        ("qa/training/clip_norm", 0, "greater than 0"),
        ("qa/training/max_tokens", 8, "greater than or equal to 16"),
        ("qa/training/precision", "fp8", "'bf16', 'fp16_mixed' or 'fp16', found 'fp8'"),
        ("qa/sift/keep", 0, "greater than or equal to 1"),
        ("qa/answers/development_share", 0, "greater than 0"),
        ("qa/samplers/hard/exponent", -1, "greater than or equal to 0"),
        ("qa/pages/miniature/seeds", [], "at least 1 item"),
        ("qa/pages/miniature/seeds", [-1], "greater than or equal to 0"),
        ("qa/pages/miniature/seeds", [0, 1, 0], "qa.pages.miniature.seeds: a seed is given twice"),
        ("qa/readers/strong/seeds", [2, 2], "a seed is given twice"),
        ("qa/data", ["miniatur"], "data: 'miniatur' is not known; did you mean 'miniature'?"),
        ("qa/reported_data", "nq", "'nq' is not known"),
        ("qa/strong_sampler", "hart", "strong_sampler: 'hart' is not known; did you mean 'hard'?"),
        ("qa/samplers/uniform/exponent", 1, "needs `uniform` with exponent 0"),
        (
            "qa/readers/fast/encoder",
            "minilm_l7",
            "qa.readers.fast.encoder: 'minilm_l7' is not known among encoders; did you mean",
        ),
        ("qa/readers/medium", {}, "qa.readers.medium"),
        ("qa/ensembles/both", {"strong": 0.5, "stronger": 0.5}, "ensembles.both: 'stronger' is not known"),
        ("qa/ensembles/both", {"strong": 0}, "greater than 0"),
        ("qa/ensembles/both", {}, "at least 1 item"),
        (
            "encoders/minilm_l6/hub",
            "a/b",
            "encoders.minilm_l6: give exactly one of folder, wheels, hub and squad",
        ),
        ("encoders/minilm_l6/wheels", [], "give exactly one of folder, wheels, hub and squad"),
        ("encoders/minilm_l6/tokenizer", "bert", "encoders.minilm_l6.tokenizer: 'bert' is not known"),
        ("encoders/Mini LM", {"hub": "a/b", "vocabulary": "c"}, "should match pattern"),
        ("qa/question_tokens", 92, "question_tokens: 92 leave no room for a passage in the max_tokens 96"),
        ("qa/scoring/max_tokens", 68, "no room for a passage in the max_tokens 68 of scoring"),
        ("qa/readers/strong/training/max_tokens", 64, "max_tokens 64 of readers.strong"),
    ],
)
def test_an_impossible_value_is_named_with_its_key(path, value, words):
    text = fault(path, value)
    assert text.startswith("configuration: ")
    assert re.search(words.replace("?", r"\?") if ".*" not in words else words, text), text


def test_a_missing_key_is_named():
    values = copy.deepcopy(DEMO)
    del values["qa"]["sift"]["keep"], values["device"]
    with pytest.raises(InputError, match=r"device: this key is missing; qa\.sift\.keep: this key is missing"):
        load_config(values)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("squad/data", "squad", "squad.data: Input should be 'miniature', 'articles' or 'squad2'"),
        ("squad/readers", {}, "squad.readers: "),
        ("squad/readers/fast/encoder", "bert", "readers.fast.encoder: 'bert' is not known among encoders"),
        ("squad/precision/reader", "small", "precision.reader: 'small' is not known; did you mean 'fast'"),
        ("squad/precision/mixed", "bf16_mixe", "mixed: 'bf16_mixe' is not known; did you mean 'bf16_mixed'"),
        ("squad/precision/arms", {"bf16_mixed": {}}, "arms: 'fp32' is not known"),
        ("squad/precision/arms/fast", {}, "readers: 'fast' is also an arm of precision"),
        ("squad/precision/repeats", 2, "greater than or equal to 3"),
        ("squad/question_tokens", 92, "question_tokens: 92 leave no room for a context in the max_tokens 96"),
        ("encoders/tuned", {"squad": "large", "vocabulary": "bert_uncased"}, "encoders.tuned.squad: 'large'"),
        (
            "encoders/tuned",
            {"squad": "fast", "vocabulary": "other"},
            "vocabulary: that of 'fast' is 'bert_uncased'",
        ),
    ],
)
def test_an_impossible_value_of_squad_is_named_with_its_key(path, value, words):
    assert words in fault(path, value)


def test_a_tuned_encoder_cannot_start_from_itself():
    values = with_value("encoders/tuned", {"squad": "fast", "vocabulary": "bert_uncased"})
    assert load_config(values).encoders["tuned"].squad == "fast"
    values["squad"]["readers"]["fast"]["encoder"] = "tuned"
    with pytest.raises(
        InputError, match=r"encoders\.tuned\.squad: 'fast' starts from a tuned encoder itself"
    ):
        load_config(values)


def test_an_arm_trains_as_its_role_does_but_for_its_own_changes():
    config = load_config(with_value("squad/readers/fast/training", {"epochs": 9, "epsilon": 0.5})).squad
    plain = config.training.model_dump()
    assert squad_training_of(config, "fast").model_dump() == plain | {"epochs": 9, "epsilon": 0.5}
    assert squad_training_of(config, "fp16").model_dump() == plain | {
        "epochs": 9,
        "epsilon": 0.5,
        "precision": "fp16",
    }


def test_a_role_trains_as_all_do_but_for_its_own_changes():
    config = load_config(with_value("qa/readers/strong/training", {"epochs": 9, "pages": 5}))
    assert training_of(config.qa, "fast") == config.qa.training
    assert training_of(config.qa, "strong") == config.qa.training.model_copy(update={"epochs": 9})


def leaves(values: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(values, dict):
        for key, value in values.items():
            yield from leaves(value, f"{path}/{key}".lstrip("/"))
    else:
        yield path, values


PLAIN = load_config(DEMO).fingerprint()


@pytest.mark.parametrize(
    ("path", "value"),
    [("mirror", "/m"), ("texts", "/t"), ("cache", "/c"), ("device", "auto"), ("results", "elsewhere")],
)
def test_folders_and_devices_do_not_change_what_a_result_is(path, value):
    assert load_config(with_value(path, value)).fingerprint() == PLAIN


# Another possible value for keys whose values are not numbers.
OTHER = {
    "scale": "laptop",
    "experiments": ["qa"],
    "fem/deck_preset": "robust",
    "fem/runs": [{"preset": "direct", "epsilons": [1], "levels": [1]}],
    "fem/examples/smooth/w_elements": ["P1"],
    "fem/examples/lshape/w_elements": ["P1"],
    "fem/examples/layer_reduced/boundaries": ["strong"],
    "qa/markup": "tokens",
    "qa/strong_sampler": "uniform",
    "qa/answers/span_search": "independent",
    "gradients/data": "esnli",
    "gradients/essential": "union",
    "gradients/word_pairs/scoring/target": "ce",
    "gradients/word_pairs/scoring/at": "word",
    "gradients/word_pairs/scoring/score": "meanabs",
    "gradients/word_pairs/scoring/method": "exact",
    "gradients/word_pairs/deck_scoring/target": "ce",
    "gradients/word_pairs/deck_scoring/at": "word",
    "gradients/word_pairs/deck_scoring/score": "frobenius",
    "gradients/word_pairs/deck_scoring/method": "exact",
    "encoders/minilm_l6/wheels": ["another==1"],
    "encoders/minilm_l6/inside": "another",
    "encoders/minilm_l6/vocabulary": "another",
    "squad/data": "squad2",
    "squad/precision/arms/bf16_mixed/precision": "bf16",
    "squad/precision/arms/fp16/precision": "fp16_mixed",
    "squad/precision/mixed": "fp16",
}
# Keys that cannot change alone.
SELECTORS = {
    "qa/data",
    "classification/data",
    "qa/reported_data",
    "qa/samplers/uniform/exponent",
    "squad/precision/reader",
}


def other(path: str, value: Any) -> Any:
    if path in OTHER:
        return OTHER[path]
    if isinstance(value, bool):
        return not value
    if isinstance(value, list):
        return value[:-1] if path.endswith("/levels") else [*value, 77]
    if isinstance(value, str):
        return {"cls": "pooled", "pooled": "cls", "fp32": "bf16_mixed"}.get(value)
    return value + 1 if isinstance(value, int) else (value + 0.25) / 2


KEYS = [
    (path, value)
    for path, value in leaves(DEMO)
    if path not in SELECTORS | {"device"} and not path.endswith("/encoder")
]


@pytest.mark.parametrize(("path", "value"), KEYS, ids=[path for path, _ in KEYS])
def test_any_other_key_changes_what_a_result_is(path, value):
    changed = other(path, value)
    assert changed is not None, f"give {path} another value in OTHER"
    assert load_config(with_value(path, changed)).fingerprint() != PLAIN


def test_the_order_of_keys_does_not_change_what_a_result_is():
    backwards = dict(reversed(DEMO.items()))
    assert load_config(backwards).fingerprint() == PLAIN


def test_the_cache_is_where_the_user_says(monkeypatch, tmp_path):
    monkeypatch.delenv("RECKON_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache() == tmp_path / "reckon"
    monkeypatch.setenv("RECKON_CACHE", str(tmp_path / "own"))
    assert default_cache() == tmp_path / "own"


def test_a_system_of_squad_has_the_seeds_and_questions_of_its_role_or_of_the_comparison():
    values = with_value("squad/seeds", [3, 4])
    fast = values["squad"]["readers"]["fast"]
    values["squad"]["readers"]["strong"] = fast | {"seeds": None, "questions": 60}
    fast |= {"seeds": [8, 9], "questions": 50}
    values["squad"]["precision"] |= {"seeds": [5, 6], "questions": 70, "reader": "strong"}
    squad = load_config(values).squad
    assert {name: role_of(squad, name) for name in ("fast", "strong", "fp32")} == {
        "fast": "fast",
        "strong": "strong",
        "fp32": "strong",
    }
    assert [seeds_of(squad, name) for name in ("fast", "strong", "fp32")] == [(8, 9), (3, 4), (5, 6)]
    assert [questions_of(squad, name) for name in ("fast", "strong", "fp32")] == [50, 60, 70]


@pytest.mark.parametrize(
    "path", ["squad/question_tokens", "qa/training/learning_rate", "squad/training/epochs"]
)
@pytest.mark.parametrize("value", [True, False])
def test_a_yes_is_no_number(path, value):
    words = f"{path.rpartition('/')[2]}: {value} is true or false, another value is needed"
    assert words in fault(path, value)

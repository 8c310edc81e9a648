"""Which systems, seeds and files question answering has, by the configuration alone."""

from pathlib import Path

import pytest
import yaml

from reckon.config.load import load_config
from reckon.qa.plan import Plan

ROOT = Path(__file__).parents[2]
VALUES = yaml.safe_load((ROOT / "config/config.yaml").read_text("utf-8"))


def plan(**changes) -> Plan:
    return Plan(load_config(VALUES | {"qa": VALUES["qa"] | changes}), "out")


def test_paths_keep_the_wildcards_that_are_not_given():
    made = plan()
    assert made.tokens("training", "fast") == "out/qa/{data}/training.bert_uncased.tokens.arrow"
    assert made.tokens("training", "fast", "x") == "out/qa/x/training.bert_uncased.tokens.arrow"
    assert made.run("strong", "a.json", seed=0) == "out/qa/{data}/strong/seed0/a.json"
    assert made.encoder("fast") == "out/encoders/minilm_l6/model.safetensors"


def test_seeds_are_those_of_the_pages_of_the_role_and_of_all_members():
    made = plan()
    assert made.seeds("tfidf", "miniature") == (0,)
    assert made.seeds("fast_hard", "miniature") == (0, 1)
    assert made.seeds("strong", "miniature") == (0,)
    assert made.seeds("fast_and_strong", "miniature") == (0,)
    fast_alone = plan(pages={"miniature": VALUES["qa"]["pages"]["miniature"] | {"roles": ["fast"]}})
    assert fast_alone.seeds("strong", "miniature") == ()
    assert fast_alone.sifts() == []


def test_negatives_are_asked_for_only_where_a_sampler_uses_them():
    assert plan().strong_negatives("d", "3") == ["out/qa/d/fast_uniform/seed3/negatives.parquet"]
    assert plan(strong_sampler="uniform").strong_negatives("d", "3") == []


def test_an_ensemble_takes_the_fast_model_that_sifted():
    assert plan().members("fast_and_strong", "d", "0") == [
        "out/qa/d/strong/seed0/probabilities.parquet",
        "out/qa/d/fast_hard/seed0/probabilities.parquet",
    ]


def test_contrasts_put_first_what_the_deck_holds_to_be_better():
    found = plan().contrasts()
    assert found[:3] == ["fast_hard:fast_uniform", "strong:fast_hard", "strong_2:fast_hard"]
    assert "fast_and_strong:tfidf" in found
    assert len(found) == len(set(found))


def test_the_settings_of_a_training_hold_nothing_of_the_machine():
    settings = plan().settings("strong", "hard", "miniature")
    assert set(settings) == {"reader", "sampler", "training", "pages"}
    assert settings["training"]["epochs"] == 3
    assert "checkpoint_minutes" not in settings["training"]
    assert settings["reader"]["markup"] == "drop"


def test_rows_of_the_deck_are_planned_with_the_seeds_of_their_systems(monkeypatch):
    monkeypatch.chdir(ROOT)
    planned = plan().planned()
    assert planned["qa"] == 2
    assert {1, 2} >= {number for name, number in planned.items() if name.startswith("qa:")} != set()


@pytest.mark.parametrize("name", ["strong", "strong_2"])
def test_a_system_with_fewer_seeds_has_fewer_files(name):
    assert len(plan().of_system(name, "by_page.csv", "miniature")) == 1

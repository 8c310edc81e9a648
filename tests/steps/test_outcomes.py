"""What the report gathers of an experiment: what its plan says, or files at agreed places."""

from pathlib import Path

import pytest
import yaml

from reckon.config.load import load_config
from reckon.errors import InputError
from reckon.steps.outcomes import Outcome, experiments, outcome

ROOT = Path(__file__).parents[2]
CONFIG = load_config(yaml.safe_load((ROOT / "config/config.yaml").read_text("utf-8")))


def test_an_experiment_is_a_file_of_rules(tmp_path):
    known = experiments(ROOT)
    assert {"qa", "fem", "gradients", "lecture"} <= set(known)
    assert not {"common", "step", "report"} & set(known)
    (tmp_path / "workflow/rules").mkdir(parents=True)
    (tmp_path / "workflow/rules/quantiles.smk").write_text("")
    assert experiments(tmp_path) == ["quantiles"]


def test_without_a_plan_it_is_one_file_of_one_seed():
    assert outcome("quantiles", CONFIG, "out", ["quantiles"]) == Outcome(
        metrics=("out/quantiles/metrics.csv",), planned={"quantiles": 1}
    )


def test_a_plan_says_more(monkeypatch):
    monkeypatch.chdir(ROOT)
    found = outcome("qa", CONFIG, "out", ["qa"])
    assert (found.metrics, found.effects) == (("out/qa/metrics.csv",), ("out/qa/effects.csv",))
    assert found.planned["qa"] == 2
    gradients = outcome("gradients", CONFIG, "out", ["gradients"])
    assert len(gradients.figures) == 5
    assert gradients.planned == {"gradients": 1}


def test_the_finite_elements_are_left_out_where_their_environment_is_not(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHON_FEM", str(tmp_path / "absent"))
    assert outcome("fem", CONFIG, "out", ["fem"]) == Outcome()
    (tmp_path / "python").write_text("")
    monkeypatch.setenv("PYTHON_FEM", str(tmp_path / "python"))
    assert outcome("fem", CONFIG, "out", ["fem"]).metrics == ("out/fem/metrics.csv",)


def test_a_name_without_a_rule_file_is_refused_with_the_nearest():
    with pytest.raises(InputError, match=r"no workflow/rules/gradient\.smk; did you mean 'gradients'\?"):
        outcome("gradient", CONFIG, "out", ["fem", "gradients", "qa"])

"""What classification plans: files of generated texts, of the catalogue, and of one's own."""

from pathlib import Path

import pytest
import yaml

from reckon.classification.plan import LINEAR, Plan, outcome
from reckon.classification.results import ROWS
from reckon.config.load import load_config
from reckon.data.plan import Sources
from reckon.errors import InputError

ROOT = Path(__file__).parents[2]
DEMO = yaml.safe_load((ROOT / "config/config.yaml").read_text())
DATA = Sources(ROOT / "config/datasets.csv", "results", mirrored=True)
OWN = {"training": "../mine/a.csv", "evaluation": "catalogue:zh/b.jsonl.gz", "names": "names.csv"}


def plan(**changes):
    section = DEMO["classification"] | changes
    return Plan(load_config(DEMO | {"classification": section}), "results")


def test_texts_come_from_where_the_configuration_says():
    assert plan().source("training", DATA) == "results/classification/miniature/training.csv"
    own = plan(data="mine", corpora={"mine": OWN})
    assert own.source("training", DATA) == "../mine/a.csv"
    assert own.source("evaluation", DATA) == "results/raw/zh/b.jsonl.gz"
    assert (own.names(), plan().names()) == (["names.csv"], [])


def test_the_texts_of_laptop_are_in_the_catalogue():
    files = yaml.safe_load((ROOT / "config/laptop.yaml").read_text())["classification"]["corpora"]["zh201"]
    names = {f"catalogue:{entry.name}" for entry in DATA.entries}
    assert set(files.values()) <= names


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"data": "mine"}, r"classification: data: 'mine' is not known; did you mean 'miniature'\?"),
        ({"corpora": {"miniature": OWN}}, "'miniature' is the generated one"),
        ({"folds": 1}, "folds: Input should be greater than or equal to 2"),
        ({"gammas": [-1]}, "gammas.0: Input should be greater"),
    ],
)
def test_an_impossible_value_is_refused(changes, message):
    with pytest.raises(InputError, match=message):
        plan(**changes)


def test_every_system_has_its_settings_and_its_row():
    assert set(LINEAR) == ROWS.keys()
    costs = [plan().settings(system)["cost"] for system in LINEAR]
    assert costs == [1.0, 10, 0.3]


def test_the_report_gathers_metrics_and_the_figure():
    found = outcome(load_config(DEMO), "results")
    assert found.metrics == ("results/classification/metrics.csv",)
    assert [(ROOT / f"workflow/report/{Path(figure).stem}.rst").is_file() for figure in found.figures] == [
        True
    ]

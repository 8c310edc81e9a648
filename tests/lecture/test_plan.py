"""Which systems run: all with a mirror, without one those that need none of its files; figures with them."""

from pathlib import Path

import pytest
import yaml

from reckon.config.load import load_config
from reckon.lecture.plan import SYSTEMS, System, gathered, outcome

ROOT = Path(__file__).parents[2]
CONFIG = load_config(yaml.safe_load((ROOT / "config/config.yaml").read_text("utf-8")))


def test_a_system_that_reads_raw_data_needs_the_mirror():
    assert System({"brown": "<results>/raw/lm/brown.zip"}).mirrored
    assert System({"parts": ["reported/a.csv", "<results>/raw/lm/brown.zip"]}).mirrored
    assert not System({"vectors": "reported/word_vectors.csv"}).mirrored
    assert not System().mirrored


def test_without_a_mirror_the_systems_that_need_it_are_left_out():
    assert gathered(mirror=True) == sorted(SYSTEMS)
    assert set(gathered(mirror=False)) == {name for name, system in SYSTEMS.items() if not system.mirrored}


@pytest.mark.parametrize("mirror", ["", "data"])
def test_the_report_gets_the_figures_of_what_runs_each_with_its_caption(mirror, monkeypatch):
    monkeypatch.setenv("RECKON_MIRROR", mirror)
    found = outcome(CONFIG, "out")
    assert found.metrics == ("out/lecture/metrics.csv",)
    drawn = [name for name in gathered(mirror=bool(mirror)) if SYSTEMS[name].figure]
    assert found.figures == tuple(f"out/lecture/{name}.svg" for name in drawn)
    assert [name for name in drawn if not (ROOT / f"workflow/report/{name}.rst").is_file()] == []

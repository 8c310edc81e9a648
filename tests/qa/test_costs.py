"""The saving is computed from benchmarks as Snakemake writes them."""

import json
from pathlib import Path

import pytest

from reckon.errors import InputError
from reckon.qa.costs import sift_costs


def _benchmark(path: Path, *seconds: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("s\th:m:s\n" + "".join(f"{value}\t0:00:01\n" for value in seconds))


def _tree(root: Path) -> Path:
    sift = root / "qa/pages/sift/seed3/sift.json"
    sift.parent.mkdir(parents=True)
    sift.write_text(json.dumps({"kept_tokens": 0.1}))
    _benchmark(root / "benchmarks/pages/score.fast_hard.seed3.tsv", 9.0, 11.0)
    _benchmark(root / "benchmarks/pages/score.strong.seed3.tsv", 30.0)
    return sift


def test_speedup_by_hand(tmp_path):
    sift = _tree(tmp_path)
    (line,) = sift_costs([sift], tmp_path / "benchmarks", "fast_hard", ["strong", "strong_2"])
    # 30 s on a tenth of the work: 300 s on all of it, against 10 s of sifting and 30 s on the survivors.
    assert line["strong_seconds_unsifted"] == pytest.approx(300.0)
    assert line["speedup"] == pytest.approx(300.0 / 40.0)
    assert (line["data"], line["role"], line["seed"]) == ("pages", "strong", 3)


def test_a_damaged_benchmark_is_named(tmp_path):
    sift = _tree(tmp_path)
    (tmp_path / "benchmarks/pages/score.strong.seed3.tsv").write_text("")
    with pytest.raises(InputError, match=r"score\.strong\.seed3\.tsv"):
        sift_costs([sift], tmp_path / "benchmarks", "fast_hard", ["strong"])

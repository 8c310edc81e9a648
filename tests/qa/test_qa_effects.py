"""Effects of question answering: differences of systems from their counts by page."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from reckon.errors import InputError
from reckon.qa.comparison import read_counts
from reckon.qa.effects import by_system, differences, easy_negatives, work_saved
from reckon.qa.metrics import Run
from reckon.qa.sampling import Distribution
from reckon.tables.effects import WHOLE


def by_page(path, right):
    """Counts of one system: page i, in turn public and private, answered right where `right[i]`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("example_id", "part", "tp", "fp", "fn", "answered", "first"))
        for i, hit in enumerate(right):
            part = ("public", "private")[i % 2]
            writer.writerow((f"q{i}", part, int(hit), int(not hit), 0, 1, int(hit)))
    return path


@pytest.fixture
def files(tmp_path):
    """Two systems with two seeds and a baseline: `a` answers all, `b` the public half, `tfidf` nothing."""
    rights = {"a": [1, 1, 1, 1], "b": [1, 0, 1, 0], "tfidf": [0, 0, 0, 0]}
    return [
        by_page(tmp_path / "pages" / system / f"seed{seed}" / "by_page.csv", right)
        for system, right in rights.items()
        for seed in ((0,) if system == "tfidf" else (0, 1))
    ]


def test_files_are_sorted_by_the_names_of_their_folders(files):
    systems = by_system(files)["pages"]
    assert {name: sorted(seeds) for name, seeds in systems.items()} == {
        "a": [0, 1],
        "b": [0, 1],
        "tfidf": [0],
    }


def test_a_difference_is_counted_on_its_own_half(files):
    found = {e.measure: e for e in differences("pages", "demo", "a", "b", by_system(files)["pages"])}
    assert found["Public F1"].effect == 0
    assert found["Private F1"].effect == 1
    assert found["F1"].effect == pytest.approx(1 - 2 * 2 / (2 * 2 + 2))
    assert found["Recall@1"].effect == 0.5
    assert (found["F1"].n_seeds, found["F1"].n_documents, found["Public F1"].n_documents) == (2, 4, 2)
    assert found["F1"].contrast == "a - b"


def test_a_system_without_training_stands_against_every_seed(files):
    systems = by_system(files)["pages"]
    against = differences("pages", "demo", "a", "tfidf", systems, trained=False)
    assert {effect.n_seeds for effect in against} == {2}
    assert {effect.n_seeds for effect in differences("pages", "demo", "a", "tfidf", systems)} == {1}
    assert differences("pages", "demo", "a", "absent", systems) == []


def distribution(*chances):
    """One page with these answer probabilities of its negatives."""
    values = np.array(chances)
    pages = np.zeros(len(values), dtype=int)
    return Distribution(pages, np.arange(len(values)), values, values / values.sum())


def test_easy_negatives_and_the_effective_share_over_seeds():
    drawn = {0: distribution(0.05, 0.05, 0.5, 0.05), 1: distribution(0.05, 0.5, 0.5, 0.05)}
    easy, effective = easy_negatives("pages", "demo", drawn, Path("negatives.parquet"))
    assert easy.effect == 0.625
    assert 0 == easy.ci_low < 0.625 < easy.ci_high == 1  # two seeds
    assert (easy.cluster, easy.n_clusters) == (WHOLE, 0)
    by_hand = [0.65**2 / (3 * 0.05**2 + 0.5**2) / 4, 1.1**2 / (2 * 0.05**2 + 2 * 0.5**2) / 4]
    assert effective.effect == pytest.approx(np.mean(by_hand))
    alike = easy_negatives("pages", "demo", {0: distribution(0.3, 0.3, 0.3)}, Path("negatives.parquet"))[1]
    assert alike.effect == pytest.approx(1)


def test_spared_work_of_one_seed_has_no_interval():
    sift = Run("pages", "sift", 0, Path("sift.json"), {"kept_tokens": 0.25, "candidates": 9})
    one = work_saved("pages", "demo", [sift])
    assert (one.effect, one.n_seeds, one.n_documents) == (0.75, 1, 9)
    assert math.isnan(one.ci_low)


def test_counts_of_another_file_are_refused(tmp_path):
    path = tmp_path / "by_page.csv"
    path.write_text("example_id,part,tp\nq,public,1\n", "utf-8")
    with pytest.raises(InputError, match="not counts by page"):
        read_counts(path)
    with pytest.raises(InputError, match="no page of development"):
        read_counts(path, ("development",))

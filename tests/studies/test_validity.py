"""The study of the verdicts, small; and what is committed of the whole one: no rate of error above 5 %."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "reference/validity"
FALSE = {"null_claims": "both", "honest_prints": "differs", "false_matches": "match"}
STUDIES = (*FALSE, "claim_power", "cluster_power", "print_power", "coverage")


def rows(path):
    with open(path, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Thirty trials a line: a rate of 5 % gives 7 of them once in 1,600 lines."""
    out = tmp_path_factory.mktemp("validity")
    command = [sys.executable, ROOT / "tools/studies/validity.py", "--trials", "30", "--out", out]
    subprocess.run(command, check=True, capture_output=True)
    return out


@pytest.mark.parametrize("study", STUDIES)
def test_every_line_of_the_committed_study_is_made_again(small, study):
    made, committed = rows(small / f"{study}.csv"), rows(COMMITTED / f"{study}.csv")
    names = [
        name for name in ("regime", "method", "printed_of", "digits", "seeds", "effect") if name in made[0]
    ]
    assert [[row[n] for n in names] for row in made] == [[row[n] for n in names] for row in committed]


@pytest.mark.parametrize(("study", "column"), FALSE.items())
def test_errors_stay_rare_where_no_limit_is_marked(small, study, column):
    held = [row for row in rows(small / f"{study}.csv") if not row.get("limit")]
    assert len(held) > 40
    assert max(float(row[column]) for row in held) <= 7 / 30
    assert sum(float(row[column]) for row in held) / len(held) <= 0.03
    whole = [row for row in rows(COMMITTED / f"{study}.csv") if not row.get("limit")]
    assert max(float(row[column]) for row in whole) <= 0.05


def test_true_effects_and_wrong_prints_are_found():
    claims, prints = rows(COMMITTED / "claim_power.csv"), rows(COMMITTED / "print_power.csv")
    assert float(claims[-1]["5 seeds"]) > 0.8
    found = {row["printed_of"]: float(row["20 seeds"]) for row in prints if row["off"] == "5"}
    assert min(found.values()) > 0.8

"""The table of docs/cluster.md is what the program computes, and the program what the arithmetic says."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATH = ROOT / "tools/studies/cluster_costs.py"
PROGRAM = runpy.run_path(str(PATH))


def test_scoring_all_candidates_takes_as_long_as_the_original_would_have_taken():
    """243 candidates a second and card, 38 million of them: 43.4 hours."""
    found = {cost.rule: cost for cost in PROGRAM["costs"](PROGRAM["settings"]())}
    assert round(found["score_training_pages"].hours, 1) == 43.4
    assert round(found["score_evaluation_pages"].hours * 4 * 3600 / 4) == 4000  # 1,000 s on four cards


def test_a_card_twice_as_fast_needs_half_the_hours():
    costs = PROGRAM["costs"](PROGRAM["settings"]())
    once, twice = (PROGRAM["table"](costs, speed).splitlines()[-1].split("|")[4] for speed in (1, 2))
    assert abs(int(once) - 2 * int(twice)) <= 1


def test_the_document_holds_the_table_of_the_program():
    text = (ROOT / "docs/cluster.md").read_text("utf-8")
    (table,) = re.findall(r"<!-- costs -->\n(.*?)<!-- end -->", text, re.S)
    assert table == PROGRAM["table"](PROGRAM["costs"](PROGRAM["settings"]()), 1)


def test_the_program_prints_the_table_for_faster_cards():
    command = [sys.executable, str(PATH), "--speed", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == PROGRAM["table"](PROGRAM["costs"](PROGRAM["settings"]()), 2)

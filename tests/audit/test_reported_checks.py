"""The checks of the two decks: their outcomes, their sources, and the page that shows them."""

import csv
import inspect
import re
from pathlib import Path

import pytest

from reckon.audit.figures import read_library
from reckon.audit.findings import counts, findings, read_checks
from reckon.audit.kinds import KINDS
from reckon.audit.markdown import markdown

ROOT = Path(__file__).resolve().parents[2]
REPORTED = ROOT / "reported"
PAGE = (ROOT / "docs" / "audit.md").read_text("utf-8")
CHECKS = read_checks(REPORTED / "checks.csv")
LIBRARY = read_library(REPORTED)
ROWS = findings(CHECKS, LIBRARY)
KEY = ("check", "row", "column", "outcome")
FINDINGS = {row["finding"]: [r for r in ROWS if r["finding"] == row["finding"]] for row in ROWS}


def test_the_outcomes_are_those_on_file():
    """A changed outcome is a changed finding: look at it, then put it into outcomes.csv."""
    with open(Path(__file__).with_name("outcomes.csv"), encoding="utf-8", newline="") as file:
        filed = [tuple(row[name] for name in KEY) for row in csv.DictReader(file)]
    found = [tuple(row[name] for name in KEY) for row in ROWS]
    assert sorted(set(found) - set(filed)) == []
    assert found == filed


@pytest.mark.parametrize(
    ("check", "low", "high"),
    [
        ("hard_negatives_public", 6.2, 6.4),  # points; printed 6.6%
        ("no_short_answer", 63.977, 63.978),  # 1 - 110,724/307,373; printed 65%
        ("no_short_answer_span", 65.212, 65.213),  # 1 - 106,926/307,373
        ("fp16_trivial_em", 50.071, 50.072),  # 5,945 of 11,873
        ("collapsed_start_acc", 0.2777, 0.2778),  # one position of 360
    ],
)
def test_expected_figures_worked_by_hand(check, low, high):
    row = next(row for row in ROWS if row["check"] == check)
    assert float(row["expected_low"]) == pytest.approx(low, abs=1e-3)
    assert float(row["expected_high"]) == pytest.approx(high, abs=1e-3)


def test_what_the_decks_get_right_and_wrong():
    def of(check):
        return counts(row for row in ROWS if row["check"] == check)

    assert of("glue_score")["consistent"] == 17
    assert of("dofs_brinkman")["consistent"] == 10
    assert [of(f"precision_{run}_log")["consistent"] for run in ("fp32", "fp16", "mixed")] == [2, 2, 2]
    assert of("hard_negatives_public")["inconsistent"] == of("hard_negatives_private")["inconsistent"] == 1
    assert of("squad_rank")["inconsistent"] == 2
    assert of("speed_fp16")["uncheckable"] == of("led_by")["uncheckable"] == 1


def test_every_figure_of_a_record_is_used_and_has_its_place():
    selectors = " ".join(f"{check.cells} {check.parameters}" for check in CHECKS.values())
    used = set(re.findall(r"log \| ([\w/.-]+)", selectors))
    assert used == set(LIBRARY.records)
    with open(REPORTED / "logs.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["value"]:
                assert all((row["repository"], row["path"], re.fullmatch(r"[0-9a-f]{40}", row["commit"]))), (
                    row
                )
            else:
                assert row["note"], row  # what was looked for in vain says so


def block(name):
    """What stands between the marks of a generated part of the page."""
    return PAGE.partition(f"<!-- {name} -->\n")[2].partition("<!-- end -->")[0]


def test_the_page_shows_the_findings_of_this_run():
    assert block("findings") == markdown(ROWS)


def test_the_page_names_every_kind_with_its_parameters():
    for name, kind in KINDS.items():
        row = re.search(rf"^\| `{name}` \|.*$", PAGE, re.M)
        assert row, name
        parameters = [p.name for p in inspect.signature(kind).parameters.values() if p.kind is p.KEYWORD_ONLY]
        assert [p for p in parameters if f"`{p}`" not in row[0]] == []


def test_every_finding_is_produced_or_said_not_to_be():
    numbers = [f"A{n}" for n in range(1, 25)] + [f"B{n}" for n in range(1, 18)]
    left_out = set(re.findall(r"^\| ([AB]\d+) \|", PAGE.partition("## Not produced")[2], re.M))
    assert [number for number in numbers if number not in FINDINGS and number not in left_out] == []

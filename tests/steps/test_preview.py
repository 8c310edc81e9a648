"""A dry run in a few lines: every job once, under the first cause of its run."""

import re

import pytest

from reckon.steps.preview import Preview

MISSING = "Missing output files: results/a.csv"
FOLLOWS = "Input files updated by another job: results/a.csv"


def preview(*jobs: tuple[str, str]) -> Preview:
    found = Preview()
    for rule, reason in jobs:
        found.add(rule, reason)
    return found


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        (MISSING, "no result yet"),
        (f"{MISSING}; {FOLLOWS}", "no result yet"),
        (FOLLOWS, "input comes from a job above"),
        (f"Updated input files: x.py; {FOLLOWS}", "input files changed: x.py"),
        (
            "Code has changed since last execution; Params have changed since last execution: ",
            "settings changed",
        ),
        ("Forced execution", "asked for by -f, -F or -R"),
        ("Incomplete output files: a", "left unfinished"),
        ("", "always runs, or for another reason"),
    ],
)
def test_a_job_stands_under_its_first_cause(reason, why):
    assert preview(("train", reason)).text(100).splitlines() == [
        "1 job would run; nothing was run now.",
        f"{why} (1):",
        "    1 train",
    ]


def test_rules_are_counted_in_their_order_and_causes_come_before_what_follows():
    text = preview(("b", FOLLOWS), ("z", MISSING), ("a", MISSING), ("z", MISSING)).text(100)
    assert text.splitlines()[1:] == [
        "no result yet (3):",
        "    2 z, 1 a",
        "input comes from a job above (1):",
        "    1 b",
    ]


def test_three_changed_files_are_named_and_the_others_counted():
    jobs = [("a", f"Updated input files: {name}.py, w.py") for name in "zyxv"]
    assert "input files changed: v.py, w.py, x.py and 2 more (4):" in preview(*jobs).text(100)


def test_a_hundred_rules_fit_on_a_screen_and_no_count_is_torn_from_its_rule():
    text = preview(*((f"a_rule_with_a_long_name_{i}", MISSING) for i in range(100))).text(100)
    lines = text.splitlines()
    assert len(lines) < 38
    assert max(map(len, lines)) <= 100
    assert all(re.match(r"    \d+ a_rule", line) for line in lines[2:])

"""tools/mutants.py on a small package: what is changed, and what its tests notice."""

import csv
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "tools/mutants.py"
TOTAL = '''
def total(values):
    """Sum of 2 + 2 and more: a text that stays."""
    if values is None:
        raise ValueError(f"{1 + 1} values, not {min(1, 2)}")
    found: "int | 3" = 0
    for value in sorted(values):
        found += value
    print(5 + 5)
    return found
'''
TEST = """
import pytest
from reckon.toy.totals import total

def test_total():
    assert total([3, 1]) == 4
    with pytest.raises(ValueError):
        total(None)
"""


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("mutants", PROGRAM)
    module = sys.modules["mutants"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A checkout of one room, `toy`, of one function."""
    root = tmp_path / "checkout"
    for name, text in {"src/reckon/toy/totals.py": TOTAL, "tests/toy/test_totals.py": TEST}.items():
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(text, "utf-8")
    return root


def mutate(checkout: Path, out: Path, room: str = "toy") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, PROGRAM, "--room", room, "--root", checkout, "--out", out]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_order_of_a_sum_survives_and_all_other_changes_are_noticed(tmp_path, checkout):
    out = tmp_path / "x.csv"
    out.write_text("room,file,line,kind,before,after,result\nold,f,1,number,1,2,killed\ntoy,f,1,,,,killed\n")
    files = {path: path.read_bytes() for path in checkout.rglob("*.py")}
    done = mutate(checkout, out)
    assert done.returncode == 0, done.stderr
    survivor = "src/reckon/toy/totals.py:7: sorted\n  - for value in sorted(values):\n  + for value in "
    assert done.stdout.startswith(survivor + "(list(values)):\n")
    with open(out, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["room"], row["line"], row["kind"], row["result"]) for row in rows] == [
        ("old", "1", "number", "killed"),
        ("toy", "4", rows[1]["kind"], "killed"),
        ("toy", "6", "number", "killed"),
        ("toy", "7", "sorted", "survived"),
        ("toy", "10", "return", "killed"),
    ]
    assert {path: path.read_bytes() for path in checkout.rglob("*.py")} == files
    assert (tmp_path / "x.rooms.csv").read_text("utf-8").splitlines()[1:] == [
        "old,1,1,0,0,0,1.000",
        "toy,4,3,0,1,0,0.750",
    ]


def test_tests_that_fail_without_any_change_and_rooms_without_code_are_refused(tmp_path, checkout):
    (checkout / "tests/toy/test_totals.py").write_text("def test_wrong():\n    assert False\n")
    assert "do not pass without any change" in mutate(checkout, tmp_path / "x.csv").stderr
    assert "no function to change" in mutate(checkout, tmp_path / "x.csv", "nothing").stderr
    assert not (tmp_path / "x.csv").exists()


def test_tests_beyond_their_limit_are_ended(tool, checkout):
    (checkout / "tests/toy/test_totals.py").write_text("def test_endless():\n    while True: pass\n")
    assert tool.tests_pass(checkout, "toy", 2) is None


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("x < 1", ["(x <= 1)", "(x >= 1)", "(2)", "(0)"]),
        ("x == y != z", ["(x != y != z)", "(x == y == z)"]),
        ("x + y", ["(x - y)"]),
        ("x / y", ["(x * y)"]),
        ("x / 'name'", []),
        ("'%s' % x", []),
        ("x and not y", ["(x or not y)", "(y)"]),
        ("y if x else z", ["(not x)"]),
        ("f(x, key=True)", ["(False)"]),
        ("min(x, y)", ["(max(x, y))"]),
        ("sorted(x, reverse=y)", ["(list(x))"]),
        ("log.warning(1 + 1)", []),
    ],
)
def test_every_kind_of_change(tool, tmp_path, line, changed):
    path = tmp_path / "one.py"
    path.write_text(
        f"ß = 1 + 1\ndef f(x: int | None = 7):\n    'two'; ß = {line}\n    return None\n", "utf-8"
    )
    found = tool.mutants(path, "one.py")
    assert sorted(mutant.text for mutant in found) == sorted(["(8)", "(6)", *changed])
    assert {path.read_bytes()[m.start : m.end].decode() for m in found} <= {
        "7",
        "1",
        "True",
        "x",
        "not y",
        line,
    }


def test_named_equivalents_count_neither_for_nor_against_the_tests(tool):
    row = {"room": "a", "file": "f", "before": "x", "after": "y", "result": "survived"}
    killed = row | {"after": "z", "result": "timed out"}
    (line,) = tool.counts([row, killed], {("f", "x", "y"), ("f", "x", "z")})
    del line["room"]
    assert {name: float(value) for name, value in line.items()} == {
        "mutants": 2,
        "killed": 0,
        "timed out": 1,
        "survived": 0,
        "equivalent": 1,
        "share": 1,
    }

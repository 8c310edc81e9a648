"""The nearest target, and what is said of results."""

import pytest

from reckon.steps.targets import nearest_target, where_results_lie

RULES = ["final_table", "report", "train_uniform"]
FILES = [
    "results/final_table.csv",
    "results/report.html",
    "results/qa/{data,miniature|squad}/{system}/seed{seed,\\d+}/predictions.json",
    "results/qa/{data,miniature|squad}/{system}/seed{seed,\\d+}/training.json",
    "results/fem/{preset}/level{level,\\d{1,2}}.json",
    "results/{path,.*/x}.csv",
]


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("final_tabel", "final_table"),
        ("reprot", "report"),
        ("results/final_tabel.csv", "results/final_table.csv"),
        ("result/final_table.csv", "results/final_table.csv"),
        ("results/report.htm", "results/report.html"),
        (
            "results/qa/miniature/fast/seed0/predictons.json",
            "results/qa/miniature/fast/seed0/predictions.json",
        ),
        ("results/qa/minature/fast/seed1/training.json", "results/qa/miniature/fast/seed1/training.json"),
        ("results/qa/squad/fast/sed1/training.json", "results/qa/squad/fast/seed{seed}/training.json"),
        ("results/fem/robust/levl3.json", "results/fem/robust/level{level}.json"),
        ("results/fem/robst/level3.jsn", "results/fem/robst/level{level}.json"),
        ("nothing_of_the_kind", ""),
        ("a/b/c/d/e/f/g", ""),
        ("", ""),
    ],
)
def test_the_nearest_rule_or_file(given, near):
    assert nearest_target(given, RULES, FILES) == near


def test_files_for_reading_are_named_and_the_final_table_is_counted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "final_table.csv").write_text("row,verdict\na,match\nb,citation\nc,citation\n", "utf-8")
    for name in ("final_table.md", "claims.csv", "claims.csv.prov.json"):
        (tmp_path / name).touch()
    asked = ["claims.csv", "final_table.csv", "claims.csv.prov.json", "missing.csv", "final_table.csv"]
    assert where_results_lie(asked) == [
        "results: final_table.csv, final_table.md, claims.csv",
        "3 cells: 2 citation, 1 match",
    ]


def test_of_many_files_four_are_named(tmp_path):
    names = [str(tmp_path / f"{i}.csv") for i in range(6)]
    for name in names:
        open(name, "w").close()
    assert where_results_lie(names) == [f"results: {', '.join(names[:4])} and 2 more"]


@pytest.mark.parametrize("damaged", [b"", b"row\n1\n", b"\xff\xfe", b"verdict\n\xff\n"])
def test_a_damaged_table_keeps_no_run_from_its_end(tmp_path, damaged):
    table = tmp_path / "final_table.csv"
    table.write_bytes(damaged)
    assert where_results_lie([str(table)])[0] == f"results: {table}"
    assert where_results_lie([]) == where_results_lie([str(tmp_path / "none.csv")]) == []

"""The table from small made-up experiments, and the two programs that write and check it."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from reckon.errors import InputError
from reckon.report.final_table import COLUMNS, counts, fatal, final_rows, read_rows, strays, write_rows
from reckon.report.markdown import markdown
from reckon.report.sources import read_source
from reckon.steps.provenance import stamp
from reckon.tables.metrics import Metric, write_metrics
from reckon.tables.transcription import read_transcription

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = (
    "deck,table,row,column,unit,direction,reported,reported_line,"
    "scale,data,n_planned,n_done,mean,ci_low,ci_high,delta,tolerance,tolerance_reason,verdict,reason,"
    "target,code_sha256,config_sha256,data_sha256,env_sha256,device,baseline,baseline_value"
)
SCORES = "results/exp/metrics.csv"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A deck with scores of two systems, a citation and a setting, and one table nobody computes."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "reported"
    folder.mkdir()
    (folder / "decks.csv").write_text("deck,title,file,sha256\nmine,My deck,mine.txt,00\n")
    (folder / "tables.csv").write_text(
        "table,deck,title,section,experiment,data,scales,deterministic,baselines,target,not_run\n"
        f"scores,mine,Scores,Results,exp,real,full,Data,Blank|Random,{SCORES},\n"
        "times,mine,Times,Results,clock,real,full,*,,results/clock/metrics.csv,no rule computes this yet\n"
    )
    head = "deck,table,row,column,unit,direction,reported,reported_line,kind,emphasis,note\n"
    (folder / "times.csv").write_text(head + "mine,times,A,seconds,s,lower,12,3,measured,,\n")
    (folder / "scores.csv").write_text(
        head
        + "mine,scores,A,F1,share,higher,0.50,7,measured,,\n"
        + "mine,scores,B,F1,share,higher,0.60,8,measured,,\n"
        + "mine,scores,Theirs,F1,share,higher,0.7/0.8,9,citation,,\n"
        + "mine,scores,Data,share,%,equal,65%,10,measured,,\n"
        + "mine,scores,A,epochs,epochs,equal,3,7,definition,,\n"
    )
    return folder


def metric(row, seed, value, *, scale="full", data="real", column="F1", unit="share"):
    return Metric("exp", "scores", row, column, seed, value, unit, 100, scale, data, "predictions.jsonl")


def table(project, metrics=None, planned=None, **options):
    """Rows by (row, column) of a table made from `metrics`."""
    sources = []
    if metrics is not None:
        write_metrics(SCORES, metrics)
        sources = [read_source(SCORES)]
    planned = {"exp": 2} if planned is None else planned
    rows = final_rows(read_transcription(project), sources, scale="full", planned=planned, **options)
    return {(row["row"], row["column"]): row for row in rows}


def test_columns_are_those_of_the_contract(project):
    assert ",".join(COLUMNS) == CONTRACT
    assert all(tuple(row) == COLUMNS for row in table(project).values())


def test_rows_follow_the_deck_line_by_line(project):
    assert list(table(project)) == [
        ("A", "seconds"),
        ("A", "F1"),
        ("A", "epochs"),
        ("B", "F1"),
        ("Theirs", "F1"),
        ("Data", "share"),
    ]


def test_without_metrics_every_cell_says_why(project):
    rows = table(project)
    assert {key: (row["verdict"], row["reason"]) for key, row in rows.items()} == {
        ("A", "seconds"): ("not_run", "no rule computes this yet"),
        ("A", "F1"): ("not_run", f"{SCORES} was not asked for"),
        ("A", "epochs"): ("not_run", "a setting or an illustration of the deck, not a result"),
        ("B", "F1"): ("not_run", f"{SCORES} was not asked for"),
        ("Theirs", "F1"): ("citation", "another group's result: transcribed and audited, never recomputed"),
        ("Data", "share"): ("not_run", f"{SCORES} was not asked for"),
    }


def test_a_cell_holds_the_mean_over_its_seeds_and_what_was_planned(project):
    rows = table(project, [metric("A", 0, 0.501), metric("A", 1, 0.5012)])
    row = rows["A", "F1"]
    assert float(row["mean"]) == pytest.approx(0.5011)
    assert (row["n_planned"], row["n_done"], row["verdict"], row["data"]) == ("2", "2", "compatible", "real")
    assert float(row["ci_low"]) < 0.5011 < float(row["ci_high"])
    assert rows["B", "F1"]["reason"] == f"{SCORES} has no row for this cell"
    assert rows["A", "epochs"]["reason"] == "a setting or an illustration of the deck, not a result"


def test_a_table_of_which_its_file_has_no_row_at_all_says_why(project):
    tables = project / "tables.csv"
    tables.write_text(tables.read_text().replace("results/clock/metrics.csv", SCORES))
    rows = table(project, [metric("A", 0, 0.501), metric("A", 1, 0.5012)])
    assert rows["A", "seconds"]["reason"] == "no rule computes this yet"


def test_planned_seeds_of_one_row_go_before_those_of_the_experiment(project):
    rows = table(project, [metric("A", 0, 0.5), metric("B", 0, 0.6)], planned={"exp": 2, "exp:B": 1})
    assert rows["A", "F1"]["verdict"] == "incomplete"
    assert (rows["B", "F1"]["verdict"], rows["B", "F1"]["n_planned"]) == ("uncertain", "1")


def test_metrics_without_planned_seeds_are_refused(project):
    with pytest.raises(InputError, match="planned seeds"):
        table(project, [metric("A", 0, 0.5)], planned={})


def test_a_row_that_no_seed_touches_is_settled_by_one_run(project):
    row = table(project, [metric("Data", 0, 65.3, column="share", unit="%")], planned={"exp": 3})[
        "Data", "share"
    ]
    assert (row["verdict"], row["n_planned"], row["n_done"]) == ("match_single", "1", "1")


def test_a_row_may_say_what_stands_behind_its_printed_numbers(project):
    """0.51 to 0.53 around a printed 0.50: one run could give it; as an exact figure it is outside."""
    values = [metric("A", seed, value) for seed, value in enumerate(np.linspace(0.51, 0.53, 10))]
    assert table(project, values, planned={"exp": 10})["A", "F1"]["verdict"] == "compatible"
    tables = (project / "tables.csv").read_text().splitlines()
    said = [f"{line}{mark}" for line, mark in zip(tables, (",printed_of", ",A: exact", ","), strict=True)]
    (project / "tables.csv").write_text("\n".join(said) + "\n")
    row = table(project, values, planned={"exp": 10})["A", "F1"]
    assert row["verdict"] == "differs_better"
    assert "an exact figure is printed" in row["reason"]


def test_the_best_baseline_of_the_same_column_and_data_stands_beside(project):
    metrics = [metric("A", seed, 0.5 + seed / 1000) for seed in (0, 1)]
    metrics += [metric("Blank", 0, 0.2), metric("Random", 0, 0.3), metric("Random", 0, 0.9, data="other")]
    row = table(project, metrics)["A", "F1"]
    assert (row["baseline"], row["baseline_value"]) == ("Random", "0.3")
    assert "baseline" not in row["reason"]


def test_a_baseline_that_is_not_beaten_is_named_in_the_reason(project):
    metrics = [metric("A", 0, 0.5), metric("A", 1, 0.501), metric("Blank", 0, 0.6)]
    assert table(project, metrics)["A", "F1"]["reason"].endswith("does not beat the baseline Blank")


def test_the_decks_own_data_goes_before_others_which_are_mentioned(project):
    metrics = [metric("A", seed, 0.3, data="toy", scale="demo") for seed in (0, 1)]
    metrics += [metric("A", seed, 0.5 + seed / 10000) for seed in (0, 1)]
    row = table(project, metrics)["A", "F1"]
    assert (row["data"], row["verdict"]) == ("real", "compatible")
    assert "0.3 from toy at scale demo" in row["reason"]


@pytest.mark.parametrize(("data", "scale"), [("toy", "full"), ("real", "demo")])
def test_other_data_or_another_scale_alone_is_scaled_down(project, data, scale):
    row = table(project, [metric("A", seed, 0.5, data=data, scale=scale) for seed in (0, 1)])["A", "F1"]
    assert (row["verdict"], row["delta"], row["scale"], row["data"]) == ("scaled_down", "", scale, data)


def test_hashes_come_from_the_sidecar(project, tmp_path):
    for name in ("predictions.jsonl", "code.py", "env.lock"):
        (tmp_path / name).write_text(name)
    write_metrics(SCORES, [metric("A", 0, 0.5), metric("A", 1, 0.501)])
    stamp(SCORES, ["predictions.jsonl"], ["code.py"], {"device": "cpu"}, "env.lock")
    rows = final_rows(read_transcription(project), [read_source(SCORES)], scale="full", planned={"exp": 2})
    row = next(row for row in rows if row["row"] == "A" and row["column"] == "F1")
    assert row["device"] == "cpu"
    hashes = [row[name] for name in ("code_sha256", "config_sha256", "data_sha256", "env_sha256")]
    assert all(len(value) == 64 for value in hashes)
    assert len(set(hashes)) == 4


def test_without_a_sidecar_only_the_configuration_is_known(project):
    row = table(project, [metric("A", 0, 0.5)], config_sha256="abc")["A", "F1"]
    assert [row[name] for name in ("code_sha256", "config_sha256", "data_sha256")] == ["", "abc", ""]


def test_a_metrics_file_edited_by_hand_is_tampered(project):
    write_metrics(SCORES, [metric("A", 0, 0.3), metric("A", 1, 0.301)])
    stamp(SCORES, [], [], {})
    row = table(project, [metric("A", 0, 0.5), metric("A", 1, 0.5001)])["A", "F1"]
    assert row["verdict"] == "tampered"
    assert SCORES in row["reason"]


def test_misspelt_rows_are_named_and_baselines_are_not(project):
    write_metrics(SCORES, [metric("a", 0, 0.5), metric("Blank", 0, 0.5), metric("B", 0, 0.5)])
    assert strays(read_transcription(project), [read_source(SCORES)]) == ["scores | a | F1"]


def test_the_table_is_read_back_as_written(project, tmp_path):
    rows = list(table(project).values())
    write_rows(tmp_path / "table.csv", rows)
    assert read_rows(tmp_path / "table.csv") == rows
    assert counts(rows) == {"not_run": 5, "citation": 1}


def test_a_verdict_that_does_not_exist_is_refused(project, tmp_path):
    rows = [row | {"verdict": "perfect"} for row in table(project).values()]
    write_rows(tmp_path / "table.csv", rows)
    with pytest.raises(InputError, match=r"table\.csv:2: 'perfect' is no verdict"):
        read_rows(tmp_path / "table.csv")


def test_markdown_shows_every_table_and_marks_the_data(project):
    rows = list(table(project, [metric("A", 0, 0.5, data="toy"), metric("A", 1, 0.51, data="toy")]).values())
    text = markdown(read_transcription(project), rows, scale="demo")
    assert "## Scores (`scores`, deck `mine`)" in text
    assert "1 cells, all `not_run`: no rule computes this yet." in text
    assert "| A | F1 | 0.50 | 0.505 (toy) |" in text
    assert text.index("## Scores") < text.index("## Times")


def program(name, *arguments):
    """Run a program of the workflow as a rule does; its finished process."""
    command = [sys.executable, str(ROOT / "workflow" / "scripts" / f"{name}.py"), *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.mark.parametrize(
    ("values", "code", "said"),
    [((0.501, 0.5012), 0, ""), ((0.401, 0.4012), 1, "differs_worse: scores | A | F1")],
)
def test_the_programs_build_the_table_and_gate_on_it(project, tmp_path, values, code, said):
    write_metrics(SCORES, [metric("A", seed, value) for seed, value in enumerate(values)])
    arguments = ["--metrics", SCORES, "--scale", "full", "--planned-seeds", "exp=2", "exp:B=1"]
    written = ["--table", "results/final_table.csv", "--markdown", "results/final_table.md"]
    built = program("final_table", "--reported", str(project), *arguments, *written)
    assert (built.returncode, built.stderr) == (0, "")
    assert built.stdout.endswith("6 cells: results/final_table.csv\n")
    with open("results/final_table.csv", newline="") as file:
        assert len(list(csv.DictReader(file))) == 6
    assert (tmp_path / "results" / "final_table.md").is_file()

    checked = program("verify", "--table", "results/final_table.csv", "--out", "results/verify.ok")
    assert checked.returncode == code
    assert said in checked.stderr
    assert "Traceback" not in checked.stderr
    assert (tmp_path / "results" / "verify.ok").is_file() == (code == 0)
    assert bool(fatal(read_rows("results/final_table.csv"))) == (code == 1)


def test_a_table_of_the_real_transcription_has_a_line_for_every_cell(tmp_path):
    out = tmp_path / "final_table.csv"
    written = ["--table", str(out), "--markdown", str(out.with_suffix(".md"))]
    done = program("final_table", "--reported", str(ROOT / "reported"), "--scale", "demo", *written)
    assert done.returncode == 0, done.stderr
    rows = read_rows(out)
    assert len(rows) == len(read_transcription(ROOT / "reported").cells)
    assert set(counts(rows)) == {"not_run", "citation"}


def test_planned_seeds_that_are_no_number_are_refused(project):
    given = ["--reported", str(project), "--scale", "x", "--planned-seeds", "exp"]
    done = program("final_table", *given, "--table", "t.csv", "--markdown", "t.md")
    assert done.returncode == 1
    assert done.stderr == "error: --planned-seeds: expected NAME=N, found 'exp'\n"


def test_a_table_without_cells_passes_nowhere(tmp_path):
    write_rows(tmp_path / "table.csv", [])
    with pytest.raises(InputError, match=r"table\.csv: no cell, so that nothing is settled"):
        read_rows(tmp_path / "table.csv")

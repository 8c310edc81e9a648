"""The console command, typed in a study that it began itself, with nothing but the package."""

import csv
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from reckon.study.console import TROUBLE, main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/your-own-paper.md").read_text("utf-8")
SHIM = f'#!/bin/sh\nexec "{sys.executable}" -m reckon.study.console "$@"\n'


def typed(*words: str) -> int:
    """The exit code of `reckon WORDS`."""
    try:
        main(list(words))
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def replace(path: str, old: str, new: str) -> None:
    text = Path(path).read_text("utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new), "utf-8")


def verdicts() -> dict[tuple[str, str], str]:
    with open("results/final_table.csv", encoding="utf-8") as file:
        return {(row["row"], row["column"]): row["verdict"] for row in csv.DictReader(file)}


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A folder that `reckon init` made, its numbers recomputed, as the working directory."""
    monkeypatch.chdir(tmp_path)
    assert typed("init", "my study") == 0
    monkeypatch.chdir(tmp_path / "my study")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    subprocess.run([sys.executable, "recompute.py"], check=True)
    return tmp_path / "my study"


def test_a_new_study_runs_at_once(study, capsys):
    assert [typed("audit"), typed("settle"), typed("report")] == [0, 0, 0]
    said = capsys.readouterr().out
    assert "1 consistent: results/audit/findings.csv" in said
    assert "8 match_single: results/final_table.csv" in said
    page = Path("results/report.html").read_text("utf-8")
    assert all(printed in page for printed in ("1.28", "3.17"))
    assert Path("results/final_table.csv.prov.json").is_file()


def test_a_wrong_print_ends_with_1_and_is_named(study, capsys):
    replace("reported/table1.csv", "95 %,t,1,equal,2.23", "95 %,t,1,equal,2.32")
    assert typed("settle") == 1
    assert re.search(
        r"^differs_\w+: table1 \| 95 % \| t: printed 2\.32, recomputed 2\.228", capsys.readouterr().out, re.M
    )
    assert [cell for cell, verdict in verdicts().items() if verdict != "match_single"] == [("95 %", "t")]
    assert typed("audit") == 1  # the paper's text says otherwise
    assert "2.32" in capsys.readouterr().out


def test_prints_in_a_wrong_order_are_found_without_data(study, capsys):
    for path in ("reported/table1.csv", "paper.txt"):
        replace(path, "3.17", "1.17")
    with open("reported/checks.csv", "a", encoding="utf-8") as file:
        file.write("wider,,ordered,table1 | * | t,order=rising,A higher level has a larger quantile,\n")
    assert typed("audit") == 1
    assert capsys.readouterr().out.startswith("inconsistent: wider, line 6-9, printed 1.37")


def test_a_bold_print_that_is_not_the_best_is_found_without_a_check(study, capsys):
    text = Path("reported/table1.csv").read_text("utf-8").replace(",z,1,equal,", ",z,1,lower,")
    Path("reported/table1.csv").write_text(text.replace("1.64,7,measured,", "1.64,7,measured,bold"), "utf-8")
    assert typed("audit") == 1
    assert "inconsistent: unasked_bold_is_best_table1_z" in capsys.readouterr().out
    assert typed("audit", "--no-unasked") == 0


def test_what_changed_between_two_tables(study, capsys):
    typed("settle")
    before = Path("results/final_table.csv").rename("before.csv")
    replace("recompute.py", "df=10", "df=9")
    subprocess.run([sys.executable, "recompute.py"], check=True)
    assert typed("settle") == 1
    assert typed("diff", str(before), str(before)) == 0
    capsys.readouterr()
    assert typed("diff", str(before), "results/final_table.csv") == 1
    said = capsys.readouterr().out
    assert said.count("table1 | ") == 4
    assert re.search(r"^table1 \| 95 % \| t: match_single 2\.228\d+ -> differs_\w+ 2\.262\d+$", said, re.M)
    assert typed("report", "--previous", str(before)) == 0


def test_claims_are_judged_by_the_effects_beside_the_metrics(study, capsys):
    header = "claim,deck,table,line,statement,experiment,contrast,measure,direction,margin,given,not_run\n"
    line = "t_is_wider,paper,table1,9,Student's t is wider,study,t - z,99 %,greater,0,,\n"
    Path("reported/claims.csv").write_text(header + line, "utf-8")
    assert typed("settle") == 0
    assert "1 not_run: results/claims.csv" in capsys.readouterr().out


def test_a_number_without_a_computation_waits_and_is_no_fault(study, capsys):
    Path("results/study/metrics.csv").unlink()
    assert typed("settle") == 0
    assert "8 not_run: results/final_table.csv" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["setle"], "error: no command 'setle'; did you mean 'settle'?\n"),
        (["xyz"], "error: no command 'xyz'; reckon --help lists them\n"),
        (["audit", "--tekst", "a"], "error: unrecognized arguments: --tekst a; --help lists the arguments\n"),
        (["audit"], "error: no transcription in reported/; go to the study's folder, or `reckon init"),
        (["diff", "a.csv"], "error: the following arguments are required: new; --help lists the arguments\n"),
        (["diff", "a.csv", "b.csv"], "error: a.csv: "),
        (["init", "full"], "error: full: something is there already"),
    ],
)
def test_wrong_words_and_wrong_input_are_one_line_and_2(tmp_path, monkeypatch, capsys, words, said):
    monkeypatch.chdir(tmp_path)
    Path("full").mkdir()
    Path("full/file").touch()
    assert typed(*words) == TROUBLE
    error = capsys.readouterr().err
    assert error.startswith(said)
    assert error.count("\n") == 1


def test_a_malformed_transcription_is_2_with_file_and_line(study, capsys):
    replace("reported/table1.csv", "80 %,z,1,equal", "80 %,z,1,eqal")
    assert typed("settle") == TROUBLE
    assert "reported/table1.csv:2: direction is 'eqal', did you mean 'equal'?" in capsys.readouterr().err


def test_a_report_of_nothing_says_what_to_run_first(study, capsys):
    assert typed("report") == TROUBLE
    assert capsys.readouterr().err.startswith("error: results/final_table.csv: not there yet; run `reckon")


def test_help_tells_every_command_and_code_and_loads_no_library():
    command = [sys.executable, "-X", "importtime", "-m", "reckon.study.console", "--help"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    names = re.findall(r"^  (\w+) +[A-Z]", done.stdout, re.M)
    assert names == ["init", "audit", "settle", "report", "diff"]
    assert "0 all holds; 1 something printed does not hold, or changed; 2 wrong" in done.stdout
    imported = set(re.findall(r"\| +([\w.]+)$", done.stderr, re.M))
    assert "reckon.study.commands" in imported
    assert imported & {"numpy", "scipy", "jinja2", "defusedxml", "pydantic", "yaml", "torch"} == set()


def test_the_commands_need_only_what_the_package_asks_for(study):
    """Third-party modules that a whole round loads belong to the dependencies, or come with them."""
    round_of_all = "import sys\nbefore = set(sys.modules)\nfrom reckon.study.console import main\n"
    round_of_all += "for name in ('audit', 'settle', 'report'):\n    main([name])\n"
    round_of_all += "from importlib.metadata import packages_distributions as owners\n"
    round_of_all += "loaded = {name.partition('.')[0] for name in sys.modules.keys() - before}\n"
    round_of_all += "print(*{d.lower() for n in loaded for d in owners().get(n, ())})"
    done = subprocess.run([sys.executable, "-c", round_of_all], capture_output=True, text=True, check=True)
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {re.split("[>=]", name)[0] for name in asked}
    loaded = set(done.stdout.splitlines()[-1].split())
    assert {"numpy", "jinja2"} <= loaded
    assert loaded - names - {"markupsafe", "reckon"} == set()


def test_the_wheel_holds_all_that_a_study_needs(tmp_path, monkeypatch):
    """Built from a copy, unpacked, and used away from the checkout."""
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(
        ROOT / "src/reckon", tmp_path / "src/reckon", ignore=shutil.ignore_patterns("__pycache__")
    )
    build = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, "."], cwd=tmp_path, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("reckon-*.whl"))) as wheel:
        wheel.extractall(tmp_path / "unpacked")
    points = next((tmp_path / "unpacked").glob("*.dist-info/entry_points.txt")).read_text("utf-8")
    assert "reckon = reckon.study.console:main" in points
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "unpacked"))
    monkeypatch.chdir(tmp_path)
    reckon = [sys.executable, "-m", "reckon.study.console"]
    subprocess.run([*reckon, "init", "s"], check=True)
    subprocess.run([sys.executable, "recompute.py"], cwd="s", check=True)
    for name in ("audit", "settle", "report"):
        subprocess.run([*reckon, name], cwd="s", check=True)
    template = ROOT / "src/reckon/study/template"
    files = {path.relative_to(template) for path in template.rglob("*") if path.is_file()}
    begun = {path.relative_to("s") for path in Path("s").rglob("*")}
    assert {path for path in files - begun if path.parent.name != "__pycache__"} == set()


def test_the_transcript_of_the_page_is_what_one_sees(tmp_path, monkeypatch):
    """Its files are put where it says, its commands typed in a shell, in its order."""
    (tmp_path / "reckon").write_text(SHIM, "utf-8")
    (tmp_path / "reckon").chmod(0o755)
    path = f"{tmp_path}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT / "src")}
    folder, written, asked = tmp_path, 0, 0
    for file, kind, text in re.findall(
        r"(?:^`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```", transcript(), re.M | re.S
    ):
        if kind != "console":
            (folder / file).write_text(text, "utf-8")
            written += text.count("\n") if kind != "text" else 0
            continue
        for command, shown in re.findall(r"^\$ (.*)\n((?:[^$\n].*\n)*)", text, re.M):
            asked += 1
            if command.startswith("cd "):
                folder /= command.removeprefix("cd ")
                continue
            done = subprocess.run(
                ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True
            )
            assert (done.stdout, done.stderr) == (shown, ""), command
            assert done.returncode == ("differs" in shown), command
    assert (asked, written) == (5, 22)


def transcript() -> str:
    """The first section of the page."""
    return PAGE.split("\n## ")[1]


@pytest.mark.workflow
def test_the_study_has_a_test_and_a_snakefile_that_run(study, tmp_path, monkeypatch):
    (tmp_path / "reckon").write_text(SHIM, "utf-8")
    (tmp_path / "reckon").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{Path(sys.executable).parent}:{os.environ['PATH']}")
    subprocess.run([sys.executable, "-m", "pytest", "-q", "test_study.py"], check=True)
    replace("reported/table1.csv", "2.23", "2.32")
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--quiet", "all", "--forceall"]
    subprocess.run(command, check=True)
    assert verdicts()["95 %", "t"].startswith("differs_")
    assert "2.32" in Path("results/report.html").read_text("utf-8")

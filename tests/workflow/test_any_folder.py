"""Results in a folder whose name a shell or a page could trip over, in a checkout with such a name.

The fast model's chain, from the first rule to the report; the others differ from it in no kind of path.
"""

import csv
import html
import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from checkouts import ROOT, TINY, Checkout

pytestmark = pytest.mark.workflow
NAME = 'it\'s "my" $results; & ünï `x`'
CHECKOUT = 'it\'s "a" $clone; & ünï #1 %20'
PLANTED = "hf_FakeFakeFakeFake"
RULES = "".join(path.read_text("utf-8") for path in (ROOT / "workflow/rules").glob("*.smk"))


@pytest.fixture(scope="module")
def odd(source: Checkout, tmp_path_factory) -> Checkout:
    """The finished run, with a secret in its environment."""
    run = source.moved_to(tmp_path_factory.mktemp("odd") / CHECKOUT)
    overlay = {"results": NAME, "qa": {"pages": {"miniature": {"roles": ["fast"]}}}}
    (run.folder / "odd.yaml").write_text(yaml.safe_dump(overlay), "utf-8")
    done = run.snakemake("--", "report", configs=[TINY, Path("odd.yaml")], HF_TOKEN=PLANTED)
    assert done.returncode == 0, done.stdout
    assert not (run.folder / "results").exists()
    return run


def renamed(value: Any) -> Any:
    """The value, with the folder of the odd run called as that of the ordinary one."""
    if isinstance(value, dict):
        return {renamed(key): renamed(one) for key, one in value.items()}
    if isinstance(value, list):
        return [renamed(one) for one in value]
    return value.replace(NAME, "results") if isinstance(value, str) else value


def content(path: Path) -> Any:
    """What must be the same wherever results lie: all bytes, but for the name of their folder."""
    if path.name.endswith(".prov.json"):  # hashes of files that name their folder differ
        record = json.loads(path.read_text("utf-8"))
        names = {part: sorted(renamed(list(record[part]))) for part in ("inputs", "output")}
        return names | {part: record[part] for part in ("code", "params", "lock", "packages")}
    if path.suffix == ".json":
        return renamed(json.loads(path.read_text("utf-8")))
    if path.suffix == ".csv":
        return renamed(list(csv.reader(io.StringIO(path.read_text("utf-8")))))
    return path.read_bytes()


def test_every_file_is_that_of_a_run_in_an_ordinary_folder(odd, first_run):
    ours, theirs = odd.folder / NAME, first_run.folder / "results"
    kinds = {".arrow", ".csv", ".gz", ".json", ".parquet", ".safetensors"}
    compared = [
        path.relative_to(ours)
        for top in ("qa/miniature", "encoders")
        for path in sorted((ours / top).rglob("*"))
        if path.suffix in kinds
    ]
    assert {path.suffix for path in compared} == kinds
    assert [str(path) for path in compared if content(ours / path) != content(theirs / path)] == []


def test_what_is_gathered_is_the_same_but_for_systems_that_did_not_run(odd, first_run):
    for table in ("qa/metrics.csv", "qa/systems.csv"):
        ours, theirs = content(odd.folder / NAME / table), content(first_run.folder / "results" / table)
        assert len(ours) > 5
        assert [row for row in ours if row not in theirs] == []


def test_the_final_table_and_the_page_name_the_folder_as_it_is(odd):
    with open(odd.folder / NAME / "final_table.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    targets = {row["target"] for row in rows if row["mean"]}
    assert targets == {f"{NAME}/qa/metrics.csv"}
    assert not any("results/" in row["reason"] for row in rows)
    page = (odd.folder / NAME / "report.html").read_text("utf-8")
    command = ["snakemake", "-f", "--configfile", str(TINY), "odd.yaml", "--", f"{NAME}/qa/metrics.csv"]
    assert shlex.join(command) in html.unescape(page)


def test_the_command_of_the_page_is_one_that_snakemake_takes(odd):
    wanted = f"{NAME}/qa/metrics.csv"
    done = odd.snakemake("-n", "-f", "--", wanted, configs=[TINY, Path("odd.yaml")])
    assert done.returncode == 0, done.stdout
    assert "rule qa_metrics" in done.stdout


def test_nothing_runs_again(odd):
    done = odd.snakemake("-n", "--", "report", configs=[TINY, Path("odd.yaml")])
    assert "Nothing to be done" in done.stdout, done.stdout


def test_no_file_holds_the_secret_of_the_environment(odd):
    files = [path for top in (NAME, ".snakemake") for path in (odd.folder / top).rglob("*") if path.is_file()]
    assert len(files) > 100
    assert [str(path) for path in files if PLANTED.encode() in path.read_bytes()] == []


def test_the_launcher_of_several_processes_leaves_our_options_alone(tmp_path):
    """It once took --run for a shortened option of its own; the odd words are those of a path."""
    (tmp_path / "shown.py").write_text("import json, sys\nprint(json.dumps(sys.argv[1:]))\n", "utf-8")
    launched = re.findall(r"-m (torch\.distributed\.run --standalone --nproc-per-node)", RULES)
    assert len(launched) == RULES.count(' {processes} --"') == 1
    words = [*launched[0].split(), "1", "--", str(tmp_path / "shown.py"), "--run", "labels", "--out", NAME]
    done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == words[-4:]


@pytest.mark.parametrize("name", ["src/x", "..", "a{b}", "", "Makefile"])
def test_a_folder_that_cannot_be_is_refused_before_any_job(fresh, tmp_path, name):
    (tmp_path / "refused.yaml").write_text(yaml.safe_dump({"results": name}), "utf-8")
    done = fresh.snakemake("-n", configs=[TINY, tmp_path / "refused.yaml"])
    assert done.returncode == 1
    assert "configuration: results: " in done.stdout
    assert "Traceback" not in done.stdout

"""What a person sees who gives a wrong configuration or damaged data, or whose disk is full."""

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from checkouts import TABLE, TINY, Checkout

pytestmark = pytest.mark.workflow

PAGE = {
    "example_id": "1",
    "question_text": "who is the dog",
    "document_text": "the dog is one of two",
    "long_answer_candidates": [{"start_token": 0, "end_token": 6, "top_level": True}],
    "annotations": [
        {
            "long_answer": {"candidate_index": -1, "start_token": -1, "end_token": -1},
            "short_answers": [],
            "yes_no_answer": "NONE",
        }
    ],
}
LINE = json.dumps(PAGE)
OUTSIDE = PAGE | {"long_answer_candidates": [{"start_token": 0, "end_token": 7, "top_level": True}]}
UNASKED = {name: value for name, value in PAGE.items() if name != "question_text"}
# By name of a construction: the second line of its pages, and what is said of it.
DAMAGE = {
    "truncated": (LINE[:90], "not JSON"),
    "unasked": (json.dumps(UNASKED), "question_text: missing"),
    "outside": (json.dumps(OUTSIDE), "words 0 to 7 lie outside the document"),
    "blank": (json.dumps(PAGE | {"document_text": ""}), "document_text: empty"),
}


def changed(tmp_path: Path, values: dict) -> list[Path]:
    """The small configuration with `values` on top."""
    path = tmp_path / "changed.yaml"
    path.write_text(yaml.safe_dump(values), "utf-8")
    return [TINY, path]


def assert_refused(fresh: Checkout, done: subprocess.CompletedProcess[str], *said: str) -> None:
    """Exit code 1, one line that holds all that is to be said, and nothing was started."""
    assert done.returncode == 1
    assert "Traceback" not in done.stdout
    lines = [line for line in done.stdout.splitlines() if "configuration:" in line]
    assert len(lines) == 1, done.stdout
    assert [words for words in said if words not in lines[0]] == []
    assert not (fresh.folder / "results").exists()


def test_an_unknown_key_on_the_command_line_is_refused(fresh):
    done = fresh.typed("--config", "scael=demo", "--", TABLE)
    assert_refused(fresh, done, "unknown key 'scael'", "did you mean 'scale'?")


def test_faults_deep_in_a_file_are_all_named_by_path(fresh, tmp_path):
    faults = {
        "qa": {
            "sift": {"kep": 4, "min_probability": 1.5},
            "training": {"epochs": "many"},
            "readers": {"fast": {"encoder": "minilm"}},
        }
    }
    done = fresh.snakemake("--", TABLE, configs=changed(tmp_path, faults))
    said = ("unknown key 'qa.sift.kep'; did you mean 'keep'?", "qa.sift.min_probability: ", "found 1.5")
    assert_refused(fresh, done, *said, "qa.training.epochs: ", "found 'many'")


def log_of(done: subprocess.CompletedProcess[str], name: str) -> str:
    """The end of a job's log as Snakemake shows it to the person at the terminal."""
    shown = re.search(rf"^Logfile (results/logs/{name}).*?\n=+\n(.*?)\n=+$", done.stdout, re.M | re.S)
    assert shown, done.stdout
    return shown[2]


def test_damaged_pages_are_named_by_file_and_line(fresh, tmp_path):
    config = {"qa": {"pages": {name: {"seeds": [0]} for name in DAMAGE}}}
    folder = fresh.folder / "results/qa"
    for name, (line, _) in DAMAGE.items():
        (folder / name).mkdir(parents=True)
        with gzip.open(folder / name / "evaluation.pages.jsonl.gz", "wt", encoding="utf-8") as out:
            out.write(f"{LINE}\n{line}\n")
    wanted = [f"results/qa/{name}/blank/seed0/predictions.json" for name in DAMAGE]
    try:
        done = fresh.snakemake("--", *wanted, configs=changed(tmp_path, config))
        assert done.returncode == 1
        assert "Traceback" not in done.stdout
        for name, (_, fault) in DAMAGE.items():
            said = log_of(done, rf"qa/{name}/predict\.blank\.log")
            assert said.startswith(f"error: results/qa/{name}/evaluation.pages.jsonl.gz:2: ")
            assert fault in said
            assert len(said.splitlines()) == 1
            assert [path.name for path in (folder / name).rglob("*") if path.is_file()] == [
                "evaluation.pages.jsonl.gz"
            ]
    finally:
        shutil.rmtree(fresh.folder / "results")


def test_a_missing_data_set_says_where_it_comes_from_and_where_to_put_it(fresh, tmp_path):
    configs = changed(tmp_path, {"qa": {"pages": {"nq_pages": {"seeds": [0]}}}})
    wanted = "results/qa/nq_pages/evaluation.pages.jsonl.gz"
    try:
        done = fresh.snakemake("--", wanted, configs=configs, RECKON_CACHE=str(tmp_path / "cache"))
        assert done.returncode == 1
        assert "Traceback" not in done.stdout
        said = log_of(done, r"raw/nq/nq-open-oracle\.jsonl\.gz\.log").splitlines()[-1]
        assert said.startswith("error: nq/nq-open-oracle.jsonl.gz: cannot be fetched from https://")
        assert f"Put it by hand at {tmp_path}/cache/data/nq/nq-open-oracle.jsonl.gz" in said
        assert re.search(r"\(SHA-256 ([0-9a-f]{64}|not published)\)", said)
        assert "RECKON_MIRROR" in said
        assert not (fresh.folder / wanted).exists()
    finally:
        shutil.rmtree(fresh.folder / "results")


@pytest.fixture
def small_results(fresh):
    """The folder of the results on a disk of 256 kB."""
    folder = fresh.folder / "results"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
        if mounted.returncode:
            pytest.skip(f"a small disk needs the right to mount one: {mounted.stderr.strip()}")
        yield folder
        subprocess.run(["umount", str(folder)], check=True)
    finally:
        folder.rmdir()


def test_a_full_disk_is_said_in_one_line_and_leaves_nothing_half_written(fresh, small_results, tmp_path):
    config = {"qa": {"pages": {"miniature": {"options": {"training_pages": 1000}}}}}
    wanted = "results/qa/miniature/training.pages.jsonl.gz"
    done = fresh.snakemake("--", wanted, configs=changed(tmp_path, config))
    assert done.returncode == 1
    assert "Traceback" not in done.stdout
    said = log_of(done, r"qa/miniature/generate_pages\.training\.log")
    assert said.startswith("error: ")
    assert "no space left" in said
    assert len(said.splitlines()) == 1
    assert [path for path in (small_results / "qa").rglob("*") if path.is_file()] == []


def test_a_full_place_of_temporary_files_is_said_in_one_line(fresh, small_results):
    """Snakemake plans in it, and would show a traceback."""
    (small_results / "filler").write_bytes(bytes(252 * 1024))
    done = fresh.snakemake("-n", "--", "results/audit/findings.csv", TMPDIR=str(small_results))
    assert done.returncode == 1
    assert "Traceback" not in done.stdout
    assert f"{small_results}: no space left on its disk" in done.stdout


def test_a_read_only_folder_of_results_is_said_in_one_line(fresh, small_results):
    subprocess.run(["mount", "-o", "remount,ro", str(small_results)], check=True)
    done = fresh.snakemake("--", "results/qa/miniature/training.pages.jsonl.gz")
    assert done.returncode == 1
    assert "Traceback" not in done.stdout
    assert re.search(r"results.*[Rr]ead-only|[Rr]ead-only.*results", done.stdout), done.stdout
    assert list(small_results.iterdir()) == []

"""Where results may lie: any folder, but none that cannot work and none that holds what is ours."""

import os
import re
import shlex
import subprocess
import time
from pathlib import Path

import pytest

from reckon.errors import InputError
from reckon.files.folders import OWN, check_checkout, check_dates, placed, results_folder

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "a clone"
    (folder / "src").mkdir(parents=True)
    (folder / "Makefile").write_text("")
    return folder


@pytest.mark.parametrize(
    "name",
    [
        *("results", "a b", "it's", 'so "called"', "$HOME", "`date`", "a;b", "a&b", "ünï", "結果", "a\tb"),
        *("a|b", "*", "[a]?", "a\\b", "deep/er", "../beside", "/scratch/of/a lab", "a%20b", "!", "#1"),
    ],
)
def test_any_folder_is_taken_as_it_is(checkout, name):
    assert results_folder(name, checkout) == name


@pytest.mark.parametrize("name", ["-out", "--", " a", "-/x"])
def test_what_would_be_taken_for_an_option_becomes_absolute(checkout, name):
    assert results_folder(name, checkout) == f"{checkout}/{name}"


@pytest.mark.parametrize(
    ("given", "plain"),
    [("results/", "results"), ("./results", "results"), ("a//b/./c/..", "a/b"), ("//a/b", "/a/b")],
)
def test_a_folder_has_one_name(checkout, given, plain):
    assert results_folder(given, checkout) == plain


def test_a_tilde_is_the_home_folder(checkout, monkeypatch):
    monkeypatch.setenv("HOME", "/a/home")
    assert results_folder("~/runs", checkout) == "/a/home/runs"
    assert results_folder("~runs", checkout) == "~runs"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("", "an empty name"),
        ("  ", "an empty name"),
        ("a\nb", "a line break or a NUL"),
        ("a\0b", "a line break or a NUL"),
        ("{seed}", "takes braces for wildcards"),
        ("a}", "takes braces for wildcards"),
        ("x<temp>", "takes < and > for names of folders"),
        ("a > b", "takes < and > for names of folders"),
        ("s3://bucket/x", "an address"),
        ("a\udc80", "not text in UTF-8"),
        (".", "holds the checkout itself"),
        ("..", "holds the checkout itself"),
        ("/", "holds the checkout itself"),
        ("src", "src is a folder of the checkout's own files"),
        ("src/reckon/x", "src is a folder of the checkout's own files"),
        ("a/../src/x", "src is a folder of the checkout's own files"),
        (".snakemake/x", ".snakemake is a folder"),
        (".git", ".git is a folder"),
        ("Makefile", "a file of that name is there"),
    ],
)
def test_what_cannot_work_is_refused_with_its_reason(checkout, given, why):
    with pytest.raises(InputError, match=f"^configuration: results: .*{re.escape(why)}.*found "):
        results_folder(given, checkout)


def test_a_link_into_the_checkout_is_seen_through(checkout):
    (checkout / "innocent").symlink_to(checkout / "src")
    with pytest.raises(InputError, match="src is a folder of the checkout's own files"):
        results_folder("innocent/x", checkout)
    with pytest.raises(InputError, match="holds the checkout itself"):
        results_folder(str(checkout), checkout)


def test_the_folders_that_are_ours_are_those_that_git_knows():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a clone")
    tops = {name.partition("/")[0] for name in listed.stdout.splitlines() if "/" in name}
    assert {".git", ".snakemake", *tops} == OWN


def test_targets_of_the_transcription_lie_where_the_results_do():
    assert placed("results/qa/metrics.csv", "results") == "results/qa/metrics.csv"
    assert placed("results/qa/metrics.csv", r"/a \1/b") == r"/a \1/b/qa/metrics.csv"
    assert placed("results_of_others/m.csv", "x") == "results_of_others/m.csv"
    assert placed("", "x") == ""


@pytest.mark.parametrize("name", ["a:b", "a{b"])
def test_a_checkout_where_no_program_starts_is_refused(tmp_path, name):
    check_checkout(tmp_path / "it's a clone")
    with pytest.raises(InputError, match="move the checkout"):
        check_checkout(tmp_path / name)


def test_a_name_that_only_begins_like_ours_is_taken(checkout):
    assert results_folder("src_of_mine", checkout) == "src_of_mine"


def test_a_source_of_the_future_is_named_with_the_remedy(tmp_path):
    for name in ("config/config.yaml", "reported/cells.csv", "src/reckon/a.py", "workflow/rules/a.smk"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    (tmp_path / "Snakefile").touch()
    check_dates(tmp_path)
    later = time.time() + 86_400
    compiled = tmp_path / "src/reckon/__pycache__/a.pyc"
    compiled.parent.mkdir()
    compiled.touch()
    os.utime(compiled, (later, later))
    check_dates(tmp_path)
    os.utime(tmp_path / "src/reckon/a.py", (later, later))
    with pytest.raises(InputError, match=r"src/reckon/a\.py: dated 86\d{3} s in the future") as caught:
        check_dates(tmp_path)
    remedy = str(caught.value).rpartition("or: ")[2]
    subprocess.run(shlex.split(remedy), cwd=tmp_path, check=True)
    check_dates(tmp_path)

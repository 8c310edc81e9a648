"""What Snakemake would take for something else, refused with the command that was meant."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from reckon.steps import commandline
from reckon.steps.commandline import check, complaint

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path):
    for name in ("config/config.yaml", "config/laptop.yaml", "own.yaml", "results/final_table.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    "typed",
    [
        *("", "results/final_table.csv", "-n", "--cores 4 final_table", "--help"),
        "--configfile config/laptop.yaml -- results/final_table.csv",
        "--configfile config/laptop.yaml own.yaml -n",
        "results/final_table.csv --configfile config/laptop.yaml",
        "--configfile=config/laptop.yaml results/final_table.csv",
        "--config device=cpu cache=/x -- results/final_table.csv",
        "-R sift_candidates --until sift_candidates -- results/final_table.csv",
        "-R sift_candidates train_uniform",
        "-R results/qa/metrics.csv",
        "-R",
        "results/final_table.csv -R sift_candidates results/qa/metrics.csv",
        "--configfile /dev/null",
        "-- --configfile",
    ],
)
def test_what_snakemake_understands_as_it_is_meant_is_let_through(folder, typed):
    assert complaint(shlex.split(typed), folder) == ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("--configfile own.yaml results/final_table.csv", "--configfile own.yaml -- results/final_table.csv"),
        ("--configfile own.yaml final_table -n", "--configfile own.yaml -n -- final_table"),
        ("--configfiles own.yaml results/report.html", "--configfiles own.yaml -- results/report.html"),
        ("--config device=cpu results/x.csv -n", "--config device=cpu -n -- results/x.csv"),
        ("-C device=cpu final_table", "-C device=cpu -- final_table"),
        ("-R sift_candidates results/final_table.csv", "-R sift_candidates -- results/final_table.csv"),
        ("-R sift_candidates final_table", "-R sift_candidates -- final_table"),
        ("-R a b results/x.csv results/y.csv", "-R a b -- results/x.csv results/y.csv"),
        ("-n --until sift results/final_table.csv", "-n --until sift -- results/final_table.csv"),
        ("-O a results/x.csv", "-O a -- results/x.csv"),
        ("--config a=1 b -- 'results/a b.csv'", "--config a=1 -- b 'results/a b.csv'"),
    ],
)
def test_a_swallowed_target_is_told_with_the_command_that_was_meant(folder, typed, meant):
    said = complaint(shlex.split(typed), folder)
    assert said.splitlines()[1:] == [f"    snakemake {meant}"]
    assert "takes all words up to the next option" in said
    assert complaint(shlex.split(meant), folder) == "", "and that command is let through"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("config/latop.yaml", "config/latop.yaml: no such file; did you mean config/laptop.yaml?"),
        ("laptop.yaml", "laptop.yaml: no such file; did you mean config/laptop.yaml?"),
        ("laptop", "laptop: no such file; did you mean config/laptop.yaml?"),
        ("onw.yaml", "onw.yaml: no such file; did you mean own.yaml?"),
        ("elsewhere/quite_different.yaml", "elsewhere/quite_different.yaml: no such file"),
    ],
)
def test_an_overlay_that_is_not_there_is_told_with_the_nearest(folder, given, said):
    assert complaint(["--configfile", given], folder) == f"--configfile {given}".replace(given, said)


def test_the_message_ends_the_program(folder):
    with pytest.raises(SystemExit, match=r"^error: --configfile nowhere\.yaml: no such file"):
        check(["--configfile", "nowhere.yaml"])
    check(["-n"])


@pytest.mark.parametrize("name", ["default", "slurm"])
def test_every_profile_has_it_checked_with_nothing_but_python(name):
    profile = yaml.safe_load((ROOT / f"profiles/{name}/config.yaml").read_text("utf-8"))
    assert profile["__use_yte__"] is True
    [checks] = profile["__definitions__"]
    assert str(Path(commandline.__file__).relative_to(ROOT)) in checks
    alone = [sys.executable, "-S", "-c", checks, "--configfile", "config/latop.yaml"]
    done = subprocess.run(alone, cwd=ROOT, capture_output=True, text=True, check=False, env={})
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "did you mean config/laptop.yaml?" in done.stderr
    elsewhere = subprocess.run(alone, cwd="/", capture_output=True, text=True, check=False)
    assert (elsewhere.returncode, elsewhere.stderr) == (0, "")

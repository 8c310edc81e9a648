"""A misspelt profile and a time limit without a checkpoint are refused; profiles/slurm avoids the traps."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from reckon.cluster.profiles import check_profile, check_time_limit, chosen_profile
from reckon.errors import InputError

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("", ""),
        ("-n results/a", ""),
        ("--workflow-profile profiles/slurm -n", "profiles/slurm"),
        ("-n --workflow-profile=slurm", "slurm"),
        ("--workflow-prof slurm", "slurm"),
        ("--workflow-profile a --workflow-profile b", "b"),
        ("-- --workflow-profile", ""),
        ("--profile slurm", ""),
    ],
)
def test_the_profile_on_a_command_line(line, value):
    assert chosen_profile(line.split()) == value


@pytest.fixture
def checkout(tmp_path):
    """A checkout with the profiles default and slurm, and a folder that is none."""
    for name in ("default/config.yaml", "slurm/config.v9+.yaml", "empty/notes.txt"):
        path = tmp_path / "checkout/profiles" / name
        path.parent.mkdir(parents=True)
        path.write_text("jobs: 1\n")
    return tmp_path / "checkout"


@pytest.mark.parametrize("value", ["none", "slurm", "profiles/slurm", "profiles/slurm/config.v9+.yaml"])
def test_profiles_that_snakemake_finds_are_accepted(checkout, value):
    check_profile(["--workflow-profile", value], checkout, checkout)


def test_a_name_is_found_beside_the_snakefile_a_path_only_from_here(checkout, tmp_path):
    check_profile(["--workflow-profile", "slurm"], tmp_path, checkout)
    with pytest.raises(InputError, match="no such profile"):
        check_profile(["--workflow-profile", "profiles/slurm"], tmp_path, checkout)


def test_no_profile_asked_for_is_none_refused(checkout):
    check_profile(["-n"], checkout, checkout)


def test_a_misspelt_profile_names_the_value_the_places_and_the_known_ones(checkout):
    with pytest.raises(InputError) as refused:
        check_profile(["--workflow-profile", "profiles/slrum"], checkout, checkout)
    said = str(refused.value)
    assert said.startswith("--workflow-profile profiles/slrum: no such profile; looked for ")
    assert f"{checkout}/profiles/slrum, {checkout}/profiles/profiles/slrum." in said
    assert said.endswith("Known: profiles/default, profiles/slurm; did you mean profiles/slurm?")


def test_a_folder_without_settings_is_no_profile(checkout):
    with pytest.raises(InputError, match="it holds no config"):
        check_profile(["--workflow-profile", "empty"], checkout, checkout)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("site.yaml", "checkout/profiles/slurm/site.yaml"),
        ("site.yaml", "site.yaml"),
        ("below/site.yaml", "below/site.yaml"),
        ("$FOLDER/site.yaml", "elsewhere/site.yaml"),
    ],
)
def test_a_file_of_partitions_lies_beside_its_profile_or_is_found_from_here(
    checkout, tmp_path, monkeypatch, name, place
):
    settings = checkout / "profiles/slurm/config.v9+.yaml"
    settings.write_text(f"slurm-partition-config: {name}\n")
    monkeypatch.setenv("FOLDER", str(tmp_path / "elsewhere"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as refused:
        check_profile(["--workflow-profile", "slurm"], checkout, checkout)
    assert str(refused.value).startswith(f"{settings}: slurm-partition-config: '{name}' is no file")
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("partitions: {}\n")
    check_profile(["--workflow-profile", "slurm"], checkout, checkout)


@pytest.mark.parametrize("name", ["a" * 5000, '"a\\0b"'])
def test_a_name_that_no_file_can_have_is_no_file_of_partitions(checkout, name):
    (checkout / "profiles/slurm/config.v9+.yaml").write_text(f"slurm-partition-config: {name}\n")
    with pytest.raises(InputError, match="is no file"):
        check_profile(["--workflow-profile", "slurm"], checkout, checkout)


def test_a_checkpoint_must_fit_into_the_time_limit_with_the_start():
    check_time_limit("train", 30, 15)
    with pytest.raises(InputError, match="rule train: its time limit of 29 min must be"):
        check_time_limit("train", 29, 15)


def profile(name):
    return yaml.safe_load((ROOT / "profiles" / name).read_text("utf-8"))


def test_the_slurm_profile_keeps_clear_of_the_known_traps():
    slurm = profile("slurm/config.yaml")
    assert slurm["executor"] == "slurm"
    assert slurm["rerun-incomplete"] is True
    assert slurm["show-failed-logs"] is True
    assert slurm["slurm-status-command"] == "squeue"
    assert slurm["retries"] >= 1
    # A total of GPUs, as in the default profile, would run one GPU job of the whole cluster at a time.
    assert not {"resources", "cores", "keep-incomplete"} & slurm.keys()
    assert (ROOT / "profiles/slurm" / slurm["slurm-partition-config"]).is_file()


def test_no_rule_retries_by_itself():
    """Such retries would run inside the allocation of the first attempt, with its old memory limit."""
    texts = [path.read_text("utf-8") for path in (ROOT / "workflow/rules").glob("*.smk")]
    assert [text for text in texts if re.search(r"^ {4}retries:", text, re.M)] == []


def test_every_rule_asks_for_more_at_its_next_attempt():
    resources = r"^ {8}(mem_mb|runtime)=(?!memory\(|minutes\(|training_minutes\()"
    for path in (ROOT / "workflow/rules").glob("*.smk"):
        assert re.findall(resources, path.read_text("utf-8"), re.M) == [], path.name


def test_the_rules_that_the_driver_runs_itself_exist():
    common, *others = (
        path.read_text("utf-8")
        for path in sorted((ROOT / "workflow/rules").glob("*.smk"), key=lambda p: p.name != "common.smk")
    )
    local = re.findall(r"^    (\w+),$", common[common.index("localrules:") :], re.M)
    rules = set(re.findall(r"^(?:rule|use rule \w+ as) (\w+)", "".join(others), re.M))
    assert {"final_table", "fetch"} <= set(local) <= rules


@pytest.mark.workflow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--workflow-profile", "profiles/slrum"], "did you mean profiles/slurm?"),
        (["--set-resources", "train_uniform:runtime=attempt"], "rule train_uniform: its time limit of 1 min"),
    ],
)
def test_snakemake_itself_refuses_before_any_job(words, said):
    command = [sys.executable, "-m", "snakemake", "-n", *words, "--", "results/final_table.csv"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert said in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.workflow
def test_a_plan_for_the_cluster_needs_no_cluster():
    profile = ["--workflow-profile", "profiles/slurm", "--configfile", "config/full.yaml"]
    command = [sys.executable, "-m", "snakemake", "-n", "-p", *profile, "--", "results/final_table.csv"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"resources: .*gpu=1, .*runtime=1440, mem_mb=6500", done.stdout + done.stderr)

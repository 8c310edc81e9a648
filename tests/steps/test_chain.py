"""Each way in which finished results were changed without a word, on a chain of two arms and two seeds."""

import json
import os
import shutil
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections import Counter
from pathlib import Path

import pytest

from reckon.errors import InputError
from reckon.files.hashes import sha256
from reckon.steps import chain as walked
from reckon.steps.chain import Chain, check_sources, recorded_files, require_untouched, tampered
from reckon.steps.provenance import files_in, sidecar, stamp, stamp_all

ROOT = Path(__file__).parents[2]
SEEDS = [f"results/{arm}/seed{seed}" for arm in ("a", "b") for seed in (0, 1)]
METRICS = "results/qa/metrics.csv"
TABLE = "results/final_table.csv"
TABLES = [TABLE, "results/final_table.md"]
PAGES = ["results/report.html", "results/final_table.tex"]
GATE = "results/verify.ok"


def write(path, text=None):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text or f"{path}\n")
    return path


def make(outputs, inputs, **params):
    """What a step does: write, then leave records."""
    for output in outputs:
        write(output)
    stamp_all(outputs, inputs, ["code.py"], params, packages={"torch": "2"})


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A checkout after a complete run, with what no rule made: raw sources, logs, pages of the user's own."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    monkeypatch.chdir(checkout)
    for name in ("code.py", "reported/cells.csv", "results/qa/mine/pages.jsonl", "results/logs/a.log"):
        write(name)
    make(["results/encoder/model"], [], layers=2)
    for seed in SEEDS:
        make([f"{seed}/model"], ["results/encoder/model", "results/qa/mine/pages.jsonl"], lr=0.1)
        make([f"{seed}/training.json"], [f"{seed}/model"])
    make([METRICS], [f"{seed}/training.json" for seed in SEEDS])
    make(TABLES, ["reported/cells.csv", METRICS])
    make(PAGES, [*TABLES[:1], "reported/cells.csv"])
    make([GATE], [TABLE])
    return checkout


def checked(*words):
    """What the program that names damage prints: files, its own words, exit code."""
    program = [sys.executable, ROOT / "tools/damaged_results.py", *words]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    return done.stdout.splitlines(), done.stderr, done.returncode


def named():
    """The files of the results that the program names, without starting it."""
    chain = Chain("results")
    for path in recorded_files("results"):
        chain.faults(path)
    return chain.changed()


def found(*, recorded=True):
    return tampered(TABLE, "results", recorded=recorded)


def keep_time(path, change):
    before = Path(path).stat()
    change(Path(path))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


# What is no fault.


def test_a_complete_run_is_clean(run):
    assert (found(), named()) == ([], [])
    assert tampered(METRICS) == tampered("code.py") == tampered("absent.csv") == []
    lines, said, code = checked()
    assert (lines, said, code) == (["results: 15 files, all as their rules wrote them"], "", 0)
    require_untouched([TABLE, *PAGES, GATE], "results", recorded=True)


def test_a_rule_that_ran_again_and_gave_the_same_bytes_is_clean(run):
    write("code.py", "edited")
    make([f"{SEEDS[0]}/training.json"], [f"{SEEDS[0]}/model"], new=1)
    assert (found(), named()) == ([], [])


def test_removed_files_are_no_fault(run):
    for name in ("results/logs/a.log", f"{SEEDS[0]}/model", "results/qa/mine/pages.jsonl", GATE):
        Path(name).unlink()
    sidecar(f"{SEEDS[0]}/model").unlink()
    shutil.rmtree(SEEDS[1])
    assert (found(), named()) == ([], [])


def test_files_that_no_rule_made_may_come_and_change_when_nothing_was_made_of_them(run):
    write("results/logs/a.log", "again")
    write("results/qa/mine/more.jsonl")
    write("results/a/seed0/complete")
    assert (found(), named()) == ([], [])


def test_a_moved_checkout_and_moved_results_are_clean(run, tmp_path, monkeypatch):
    shutil.copytree(run, tmp_path / "elsewhere")
    assert tampered(tmp_path / "elsewhere" / TABLE, tmp_path / "elsewhere/results") == []
    assert checked(tmp_path / "elsewhere/results")[2] == 0
    # Another run takes the old place, from another transcription.
    Path("results").rename("of last year")
    write("reported/cells.csv", "new cells")
    make(["results/encoder/model"], [], layers=3)
    for seed in SEEDS:
        make([f"{seed}/model"], [])
        write(f"{seed}/model", "of another run")
    assert tampered("of last year/final_table.csv", "of last year", recorded=True) == []
    assert checked("of last year")[2] == 0
    # What is computed on in the new place names it so.
    make(["of last year/qa/effects.csv"], ["of last year/qa/metrics.csv"])
    assert tampered("of last year/qa/effects.csv", "of last year") == []


def test_results_named_by_absolute_paths_are_clean_wherever_one_stands(run, tmp_path, monkeypatch):
    top = tmp_path / "scratch"
    make([top / "a/model"], ["reported/cells.csv"])
    make([top / "metrics.csv"], [top / "a/model"])
    assert tampered(top / "metrics.csv") == tampered(top / "metrics.csv", top) == []
    write("reported/cells.csv", "edited")
    assert len(tampered(top / "metrics.csv", top)) == 1
    monkeypatch.chdir(tmp_path)
    assert tampered("scratch/metrics.csv", "scratch") == []
    write(top / "a/model", "edited")
    assert len(tampered("scratch/metrics.csv", "scratch")) == 1


def test_an_input_that_never_had_a_record_is_compared_by_its_bytes(run):
    write("mine/metrics.csv")
    stamp("code.py", ["mine/metrics.csv"], [], {})
    assert tampered("code.py") == tampered("mine/metrics.csv") == []
    write("mine/metrics.csv", "edited")
    assert tampered("code.py") == ["code.py was made from other bytes of mine/metrics.csv"]


def test_a_record_of_an_earlier_version_is_followed(run):
    path = sidecar(METRICS)
    record = json.loads(path.read_text())
    del record["sha256"], record["recorded"]
    path.write_text(json.dumps(record))
    assert found() == []
    write(f"{SEEDS[0]}/model", "edited")
    assert found() == [f"{SEEDS[0]}/model changed after its rule wrote it"]


# What is one.


@pytest.mark.parametrize("file", [METRICS, f"{SEEDS[0]}/model", f"{SEEDS[3]}/training.json", TABLE])
def test_an_edited_file_is_named_whatever_its_date(run, file):
    keep_time(file, lambda path: path.write_text("62.86"))
    assert found() == [f"{file} changed after its rule wrote it"]
    assert named() == [file]


@pytest.mark.parametrize("file", [METRICS, f"{SEEDS[0]}/model", f"{SEEDS[3]}/training.json"])
@pytest.mark.parametrize("text", [None, "62.86"])
def test_a_file_without_its_record_is_named_edited_or_not(run, file, text):
    write(file, text)
    sidecar(file).unlink()
    assert found() == [f"{file} has lost its record"]
    assert named() == [file]


def test_a_file_that_was_edited_without_its_record_is_named_when_its_reader_runs_again(run):
    """The rule that reads metrics says that each must have a record: their reader's record is new, too."""
    write(METRICS, "62.86")
    sidecar(METRICS).unlink()
    assert tampered(METRICS) == []
    says = f"{METRICS} has no record: {METRICS}.prov.json is not there"
    assert tampered(METRICS, "results", recorded=True) == [says]


def test_a_record_lost_before_its_reader_ran_again_is_named_where_snakemake_remembers_a_rule(run):
    for path in Path().rglob("*.prov.json"):
        path.unlink()
    long = f"results/{'x' * 200}/model"
    make([long], ["results/qa/mine/pages.jsonl"])
    sidecar(long).unlink()
    make([METRICS], [f"{SEEDS[0]}/model", long])
    assert tampered(METRICS) == []
    for path in (f"{SEEDS[0]}/model", long):
        code = urlsafe_b64encode(path.encode()).decode()
        write(f".snakemake/metadata/{code if len(code) < 255 else f'@{code[:254]}/{code[254:]}'}")
    assert tampered(METRICS) == [f"{path} has lost its record" for path in (f"{SEEDS[0]}/model", long)]


def test_without_any_record_nothing_passes(run):
    for path in Path().rglob("*.prov.json"):
        path.unlink()
    assert found() == [f"{TABLE} has no record: {TABLE}.prov.json is not there"]
    with pytest.raises(InputError, match="has no record"):
        require_untouched([TABLE], "results", recorded=True)
    lines, _, code = checked()
    assert (code, lines) == (1, sorted([*TABLES, *PAGES, GATE]))
    for path in lines:
        Path(path).unlink()
    assert checked()[1:] == (
        "error: results: no file has a record; copy the .prov.json files too, or make all again\n",
        1,
    )


def test_arms_exchanged_with_their_records_are_named(run):
    one, other = f"{SEEDS[0]}/training.json", f"{SEEDS[2]}/training.json"
    for name in (str, sidecar):
        Path(name(one)).rename("kept")
        Path(name(other)).rename(name(one))
        Path("kept").rename(name(other))
    says = "{} lies where another file belongs: its record is that of {}"
    assert found() == [says.format(one, other), says.format(other, one)]
    assert named() == [one, other]
    make([METRICS], [f"{seed}/training.json" for seed in SEEDS])
    assert tampered(METRICS) == [says.format(one, other), says.format(other, one)]


def test_a_seeds_folder_copied_over_anothers_and_seeds_exchanged_are_named(run):
    shutil.rmtree(SEEDS[1])
    shutil.copytree(SEEDS[0], SEEDS[1])
    assert named() == [f"{SEEDS[1]}/model", f"{SEEDS[1]}/training.json"]
    assert len(found()) == 1
    Path(SEEDS[2]).rename("kept")
    Path(SEEDS[3]).rename(SEEDS[2])
    Path("kept").rename(SEEDS[3])
    assert checked()[0] == [f"{seed}/{name}" for seed in SEEDS[1:] for name in ("model", "training.json")]


def test_a_file_of_another_experiment_in_the_place_of_one_is_named_at_the_end_of_the_chain(run):
    make(["results/fem/metrics.csv"], [])
    shutil.copy("results/fem/metrics.csv", METRICS)
    shutil.copy(sidecar("results/fem/metrics.csv"), sidecar(METRICS))
    says = f"{METRICS} lies where another file belongs: its record is that of results/fem/metrics.csv"
    assert tampered(METRICS) == tampered(METRICS, "results") == [says]


@pytest.mark.parametrize("file", [*TABLES, *PAGES, GATE])
def test_edited_ends_of_the_chain_are_named_and_so_is_their_lost_record(run, file):
    write(file, "all well")
    assert checked()[0] == [file]
    sidecar(file).unlink()
    assert checked()[0] == [file]


@pytest.mark.parametrize("part", ["params", "packages", "code", "inputs", "recorded"])
def test_an_edited_record_is_named(run, part):
    path = sidecar(f"{SEEDS[0]}/model")
    record = json.loads(path.read_text())
    path.write_text(json.dumps(record | {part: [] if part == "recorded" else {}}))
    assert found() == [f"the record of {SEEDS[0]}/model changed after its rule wrote it"]
    assert named() == [f"{SEEDS[0]}/model"]


def test_a_record_that_cannot_be_read_is_named_and_hides_nothing_else(run):
    sidecar(f"{SEEDS[0]}/model").write_text("{")
    write(f"{SEEDS[1]}/model", "edited")
    first, second = found()
    assert first.startswith(f"{SEEDS[0]}/model.prov.json")
    assert second == f"{SEEDS[1]}/model changed after its rule wrote it"


def test_raw_inputs_have_the_bytes_that_their_reader_saw(run):
    keep_time("results/qa/mine/pages.jsonl", lambda path: path.write_text("edited"))
    assert found() == [f"{SEEDS[3]}/model was made from other bytes of results/qa/mine/pages.jsonl"]
    _, said, code = checked()
    assert (named(), code) == ([], 0)
    assert said.count("out of date: ") == 4


def test_an_edit_is_found_even_after_all_that_follows_was_computed_again(run):
    write(f"{SEEDS[0]}/model", "faked")
    make([f"{SEEDS[0]}/training.json"], [f"{SEEDS[0]}/model"])
    make([METRICS], [f"{seed}/training.json" for seed in SEEDS])
    make(TABLES, ["reported/cells.csv", METRICS])
    assert found() == [f"{SEEDS[0]}/model changed after its rule wrote it"]


def test_an_input_made_again_without_its_consumer_is_out_of_date(run):
    write(f"{SEEDS[0]}/model", "new")
    stamp(f"{SEEDS[0]}/model", [], [], {})
    says = f"{SEEDS[0]}/training.json was made from other bytes of {SEEDS[0]}/model"
    assert found() == [says]
    assert checked()[1:] == (f"out of date: {says}\n", 0)


def test_of_many_faults_the_first_are_said_and_the_others_counted(run):
    for seed in SEEDS:
        write(f"{seed}/model", "edited")
    with pytest.raises(InputError, match=r"seed0/model changed .*; and 3 more\. Make them again"):
        require_untouched([TABLE], "results", most=1)


def test_a_chain_of_3000_records_is_walked_and_each_file_hashed_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    whole = {part: {} for part in ("code", "params", "lock")}
    for number in range(3000):
        hashes = {str(n): sha256(str(n)) for n in {number - 1, 0} if 0 <= n < number}
        write(str(number))
        own = whole | {"output": {str(number): sha256(str(number))}, "inputs": hashes}
        sidecar(str(number)).write_text(json.dumps(own | {"recorded": list(hashes)}))
    counted = Counter()
    monkeypatch.setattr(walked, "sha256", lambda path: counted.update([path]) or sha256(path))
    chain = Chain()
    assert chain.faults("2999") == chain.faults("2998") == []
    assert len(counted) == counted.total() == 3000
    write("0", "edited")
    assert tampered("2999") == ["0 changed after its rule wrote it"]


# The transcription, whatever its dates.


def test_a_cell_changed_with_an_old_date_is_refused_with_what_helps(run):
    check_sources(Path("results"))
    keep_time("reported/cells.csv", lambda path: path.write_text("0.99"))
    with pytest.raises(InputError, match=r"^reported/cells\.csv: .* touch reported/cells\.csv$"):
        check_sources(Path("results"))
    assert found() == [f"{TABLE} was made from other bytes of reported/cells.csv"]
    Path("reported/cells.csv").touch()  # Snakemake sees it now
    check_sources(Path("results"))


def test_no_results_damaged_records_and_other_sources_are_left_to_others(run):
    check_sources(Path("absent"))
    keep_time("results/qa/mine/pages.jsonl", lambda path: path.write_text("edited"))
    sidecar(TABLE).write_text("{")
    check_sources(Path("results"))
    Path("reported/cells.csv").unlink()
    check_sources(Path("results"))
    assert files_in("reported") == []

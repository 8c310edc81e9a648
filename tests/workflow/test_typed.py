"""What a person sees who types `snakemake`: of a first run, a second one, a plan, a mistake, Ctrl-C."""

import csv
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from checkouts import PRINTED, TABLE, TINY, Checkout

pytestmark = pytest.mark.workflow

SMALL = ("--configfile", str(TINY), "--", TABLE)
TRAINING = "results/qa/miniature/strong/seed0/model.safetensors"
LINE = re.compile(r" *(\d+)/(\d+) +(\d+) %  (?:[\d hmins]+ to go)? +(?:\d+ min )?\d+ s  (\w+)(?: \w+=.*)?")


def test_a_run_prints_one_line_a_job_and_where_the_results_lie(first_run):
    printed = (first_run.folder / PRINTED).read_text("utf-8").splitlines()
    start = next(i for i, line in enumerate(printed) if line.endswith(" jobs to do"))
    count = int(printed[start].split()[0])
    found = [LINE.fullmatch(line) for line in printed[start + 1 : -3]]
    assert len(found) == count > 30
    assert all(found), printed
    assert [(int(line[1]), int(line[2])) for line in found if line] == [(i + 1, count) for i in range(count)]
    assert [line[4] for line in found if line][-1] == "final_table"
    done, results, cells = printed[-3:]
    assert re.fullmatch(rf"done: {count} jobs in (\d+ min )?\d+ s|done: {count} jobs in \d+ min", done)
    assert results == f"results: {TABLE}, results/final_table.md"
    with open(first_run.folder / TABLE, encoding="utf-8") as file:
        verdicts = Counter(row["verdict"] for row in csv.DictReader(file))
    total, _, counts = cells.partition(" cells: ")
    assert int(total) == verdicts.total()
    assert dict(reversed(pair.split(" ")) for pair in counts.split(", ")) == {
        verdict: str(n) for verdict, n in verdicts.items()
    }


def test_a_second_run_says_that_nothing_is_to_be_done(finished):
    done = finished.typed("-n", *SMALL)
    assert done.returncode == 0
    assert "\nNothing to be done" in done.stdout


def test_a_plan_of_everything_fits_on_a_screen_and_says_what_to_type_next(fresh):
    done = fresh.typed("-n")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) <= 40
    told = re.search(r"^(\d+) jobs would run; nothing was run now\.$", done.stdout, re.M)
    counts = re.findall(r"(?:^    |, )(\d+) (?=[a-z])", done.stdout, re.M)
    assert told
    assert int(told[1]) == sum(map(int, counts)) > 40
    *_, long, short = done.stdout.splitlines()
    assert (long.split()[-3:], short.split()[-1]) == (["snakemake", "-n", "-p"], "snakemake")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("results/final_tabel.csv",),
            "error: no rule makes results/final_tabel.csv; did you mean results/final",
        ),
        (("--configfile", "config/latop.yaml"), "no such file; did you mean config/laptop.yaml?"),
        (("-R", "final_table", TABLE), f"\n    snakemake -R final_table -- {TABLE}\n"),
    ],
)
def test_a_mistake_is_told_in_a_line_with_what_was_meant(fresh, words, said):
    done = fresh.typed(*words)
    assert done.returncode == 1
    assert said in done.stdout
    assert len(done.stdout.splitlines()) <= 4
    assert not (fresh.folder / "results").exists()


def test_a_results_folder_that_snakemake_would_read_as_a_variable_is_refused(fresh):
    done = fresh.typed("--config", "results=x<temp>", "--", "final_table")
    assert done.returncode == 1
    assert "error: configuration: results: Snakemake takes < and > for names of folders" in done.stdout


def on_a_terminal(copy: Checkout, until: str, *words: str) -> tuple[str, int]:
    """What a terminal shows of `snakemake WORDS`, and its exit code; Ctrl-C once `until` matches it."""
    ours, theirs = pty.openpty()
    run = subprocess.Popen(
        [str(Path(sys.executable).with_name("snakemake")), *words],
        cwd=copy.folder,
        env=copy.environment({"TERM": "xterm"}),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    os.close(theirs)
    shown, sent, end = "", False, time.monotonic() + 120
    try:
        while time.monotonic() < end:
            shown += os.read(ours, 4096).decode()
            if re.search(until, shown) and not sent:
                sent = True
                os.killpg(run.pid, signal.SIGINT)
    except OSError:  # nobody writes to it any more
        pass
    finally:
        run.kill()
        os.close(ours)
    return shown.replace("\r\n", "\n"), run.wait()


def test_a_bar_shows_what_runs_and_ctrl_c_ends_in_one_line(tmp_path, first_run):
    copy = first_run.moved_to(tmp_path / "a run")
    command = ("--configfile", str(TINY), "-f", "--", TRAINING)
    shown, code = on_a_terminal(
        copy, r"train_strong data=miniature, role=strong, seed=0 since [1-9]", *command
    )
    assert code != 0
    assert f"[{' ' * 20}] 0/1   0 %  train_strong" in shown
    assert "rror" not in shown
    assert "\x1b[31m" not in shown, "nothing in red"
    last = re.split(r"\r\x1b\[K", shown)[-1]
    assert last == f"stopped after 0 of 1 job; to go on: snakemake {' '.join(command)}\n"

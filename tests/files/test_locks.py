"""Folders that are whole as soon as they are there, whatever interrupts, and however many fill them."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from reckon.files.locks import alone
from reckon.files.trees import filled

FORK = multiprocessing.get_context("fork")


def fill(folder: Path) -> None:
    (folder / "tried").write_text(str(os.getpid()))
    time.sleep(0.05)
    (folder / "last").write_text("whole")


def use(place: Path, log: Path) -> None:
    def noted(folder: Path) -> None:
        with open(log, "a") as lines:
            lines.write(f"{os.getpid()}\n")
        fill(folder)

    assert (filled(place, noted) / "last").read_text() == "whole"


def test_of_several_processes_one_fills_and_all_find_it_whole(tmp_path):
    place, log = tmp_path / "cache" / "model", tmp_path / "log"
    processes = [FORK.Process(target=use, args=(place, log)) for _ in range(6)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 6
    assert len(log.read_text().splitlines()) == 1
    assert sorted(path.name for path in place.parent.iterdir()) == ["model", "model.lock"]


def test_what_fails_leaves_nothing_and_the_next_begins_anew(tmp_path):
    def fail(folder: Path) -> None:
        (folder / "complete").touch()  # no name inside is a mark
        raise OSError("lost")

    with pytest.raises(OSError, match="lost"):
        filled(tmp_path / "model", fail)
    assert [path.name for path in tmp_path.iterdir()] == ["model.lock"]
    assert sorted(path.name for path in filled(tmp_path / "model", fill).iterdir()) == ["last", "tried"]


def test_a_killed_process_leaves_what_the_next_one_clears(tmp_path):
    def killed() -> None:
        filled(tmp_path / "model", lambda folder: os.kill(os.getpid(), signal.SIGKILL))

    process = FORK.Process(target=killed)
    process.start()
    process.join()
    assert [path.name for path in tmp_path.glob(".model.unfinished-*")] != []
    filled(tmp_path / "model", fill)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "model.lock"]


def test_a_lock_waits_for_its_holder(tmp_path):
    lock, log = tmp_path / "a.lock", tmp_path / "log"

    def write(word: str) -> None:
        with alone(lock) as held, open(log, "a") as lines:
            assert held
            lines.write(f"{word} in\n")
            lines.flush()
            time.sleep(0.05)
            lines.write(f"{word} out\n")

    processes = [FORK.Process(target=write, args=(word,)) for word in "abc"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    words = [line.split()[0] for line in log.read_text().splitlines()]
    assert len(words) == 6
    assert words[::2] == words[1::2]  # in and out of one stand together

"""A closed terminal: the hang-up reaches Snakemake as SIGTERM would, and what it prints then goes nowhere."""

import os
import pty
import signal
import subprocess
import sys

import pytest

WAITING = """
import signal, sys, time
from reckon.steps.hangup import end_on_hangup
{before}
end_on_hangup({driver})
try:
    print("ready", flush=True)
    for _ in range(1000):
        time.sleep(0.01)
finally:
    print("a last word to a terminal that is gone", flush=True)
    open("lock", "w").close()
"""
LISTENS = "signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(7))"


def hung_up(folder, before="", driver=True):
    """The exit code of a program whose terminal is closed, and whether it came to its end."""
    ours, theirs = pty.openpty()
    words = [sys.executable, "-c", WAITING.format(before=before, driver=driver)]
    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    done = subprocess.Popen(words, cwd=folder, start_new_session=True, restore_signals=True, **streams)
    os.close(theirs)
    seen = b""
    while b"ready\r\n" not in seen:  # the end of its line is a write of its own, and would fail
        seen += os.read(ours, 1000)
    os.close(ours)
    os.kill(done.pid, signal.SIGHUP)
    return done.wait(30), (folder / "lock").exists()


@pytest.mark.parametrize(("before", "code"), [("", 128 + signal.SIGHUP), (LISTENS, 7)])
def test_the_driver_comes_to_its_end_before_and_after_it_listens_to_sigterm(tmp_path, before, code):
    assert hung_up(tmp_path, before) == (code, True)


def test_a_snakemake_of_a_job_dies_as_before(tmp_path):
    assert hung_up(tmp_path, driver=False) == (-signal.SIGHUP, False)


def test_under_nohup_nothing_happens(tmp_path):
    ignored = "signal.signal(signal.SIGHUP, signal.SIG_IGN); time.sleep = lambda seconds: None"
    assert hung_up(tmp_path, ignored)[0] in (0, 1)  # to its end; the terminal is gone all the same

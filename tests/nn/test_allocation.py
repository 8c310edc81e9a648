"""When a training ends by itself before SLURM ends its job."""

import time

import pytest

from reckon.nn.allocation import Allocation


def ends(*answers: tuple[float, float] | str) -> Allocation:
    """One of which SLURM says in turn that it ends and started so many seconds from now."""
    given = iter(answers)

    def ask() -> str:
        answer = next(given)
        return answer if isinstance(answer, str) else "|".join(str(round(time.time() + s)) for s in answer)

    return Allocation(ask)


@pytest.mark.parametrize("start", [-10, -3_600])
def test_the_margin_is_a_fifth_of_the_time_and_two_minutes_at_most(start):
    whole = 2_000
    margin = min(120, (whole - start) / 5)
    assert not ends((whole, start)).ends_soon()
    assert not ends((margin + 5, margin + 5 - whole)).ends_soon()
    assert ends((margin - 5, margin - 5 - whole)).ends_soon()


def test_a_short_job_keeps_most_of_its_time():
    assert not ends((15, -45)).ends_soon()
    assert ends((9, -51)).ends_soon()


def test_slurm_is_asked_once_and_again_when_the_end_is_near():
    allocation = ends((1_000, 0))  # a second question would raise StopIteration
    assert not any(allocation.ends_soon() for _ in range(100))
    longer = ends((5, -1_000), (10_000, -1_000))
    assert longer.ends_soon()
    assert not longer.ends_soon(), "it was given more time since"


def test_without_a_second_answer_the_first_one_holds():
    allocation = ends((5, -1_000), "")
    assert allocation.ends_soon()
    assert allocation.ends_soon()


@pytest.mark.parametrize("answer", ["", "N/A|1795635641", "slurm_load_jobs error", "1795635701"])
def test_without_an_answer_or_a_limit_it_never_ends(answer):
    assert not ends(answer).ends_soon()


@pytest.mark.parametrize("answers", [True, False])
def test_squeue_is_asked_for_seconds_since_1970(tmp_path, monkeypatch, answers):
    asked = tmp_path / "asked"
    said = "echo '1|0'" if answers else "exit 1"
    (tmp_path / "squeue").write_text(f'#!/bin/sh\necho "$SLURM_TIME_FORMAT $*" >"$ASKED"\n{said}\n')
    (tmp_path / "squeue").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("ASKED", str(asked))
    monkeypatch.setenv("SLURM_JOB_ID", "77")
    assert Allocation().ends_soon() is answers
    assert asked.read_text() == "%s --noheader --format=%e|%S --jobs=77\n"


def test_outside_slurm_nothing_is_asked(monkeypatch):
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    monkeypatch.setenv("PATH", "")
    assert not Allocation().ends_soon()

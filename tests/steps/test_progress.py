"""The account of a run: counts, shares, and an estimate whose worked cases can be done in the head."""

import pytest

from reckon.steps.progress import Progress, duration, job_name


def planned(**jobs: int) -> Progress:
    progress = Progress(now=0)
    progress.plan(jobs)
    return progress


def ran(progress: Progress, number: int, rule: str, since: float, until: float) -> str:
    progress.begin(number, rule, {}, since)
    return progress.finish(number, until)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((0, "0 s"), (0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min"), (390, "6 min 30 s")),
        *((3599, "59 min 59 s"), (3600, "1 h 00 min"), (7500, "2 h 05 min"), (90_000, "25 h 00 min")),
    ],
)
def test_a_duration_has_no_more_digits_than_one_reads(seconds, text):
    assert duration(seconds) == text


def test_a_job_is_called_by_its_rule_and_wildcards():
    assert job_name("train", {"data": "miniature", "seed": "0"}) == "train data=miniature, seed=0"
    assert job_name("final_table", {}) == "final_table"


def test_a_line_has_count_share_time_to_go_seconds_and_name():
    progress = planned(train=10)
    progress.begin(7, "train", {"seed": "0"}, 0)
    assert progress.finish(7, 12) == " 1/10  10 %  2 min to go        12 s  train seed=0"


def test_equal_jobs_one_after_the_other_take_what_the_first_took():
    progress = planned(train=4)
    ran(progress, 1, "train", 0, 10)
    assert progress.to_go(10) == pytest.approx(30)
    ran(progress, 2, "train", 10, 20)
    assert progress.to_go(20) == pytest.approx(20)


def test_two_at_a_time_take_half_as_long():
    progress = planned(train=6)
    for number in (1, 2):
        progress.begin(number, "train", {}, 0)
    for number in (1, 2):
        progress.finish(number, 10)
    assert progress.to_go(10) == pytest.approx(4 * 10 / 2)


def test_a_rule_is_expected_to_take_what_it_took_and_an_unknown_one_the_mean():
    progress = planned(short=2, long=2, unknown=1)
    ran(progress, 1, "short", 0, 1)
    ran(progress, 2, "long", 1, 10)
    assert progress.to_go(10) == pytest.approx(1 + 9 + 5)


def test_the_time_that_a_job_has_run_is_no_longer_to_go():
    progress = planned(train=2)
    ran(progress, 1, "train", 0, 10)
    progress.begin(2, "train", {}, 10)
    assert progress.to_go(14) == pytest.approx(6)
    assert progress.to_go(40) == 0, "longer than expected, but never less than nothing"


def test_before_the_first_job_is_done_and_after_the_last_nothing_is_to_go():
    progress = planned(train=1)
    progress.begin(1, "train", {}, 0)
    assert progress.to_go(5) is None
    assert progress.bar(5) == f"[{' ' * 20}] 0/1   0 %  train since 5 s"
    assert progress.finish(1, 6) == "1/1 100 %                      6 s  train"


def test_the_bar_names_the_job_that_runs_longest():
    progress = planned(train=4)
    ran(progress, 1, "train", 0, 10)
    progress.begin(2, "train", {"seed": "1"}, 10)
    progress.begin(3, "train", {"seed": "2"}, 12)
    line = progress.bar(15)
    assert line.startswith("[=====               ] 1/4  25 %  ")
    assert line.endswith("to go  train seed=1 since 5 s, and 1 more")


def test_a_job_that_fails_and_is_tried_again_has_not_failed():
    progress = planned(train=1)
    progress.begin(1, "train", {"seed": "0"}, 0)
    progress.fail(1, "train")
    assert progress.failed == {1: "train seed=0"}
    ran(progress, 1, "train", 2, 4)
    assert (progress.failed, progress.done) == ({}, 1)


def test_what_nobody_announced_is_counted_all_the_same():
    progress = planned()
    assert progress.finish(9, 1).endswith("job 9")
    progress.fail(4, "train")
    assert (progress.done, progress.total, progress.failed) == (1, 1, {4: "train"})
    assert progress.bar(2)

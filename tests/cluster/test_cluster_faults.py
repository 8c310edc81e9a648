"""Faults of a cluster: after each, the bytes of the undisturbed training, and nothing left behind."""

import signal
import subprocess
import time
from pathlib import Path

import pytest
from drills import CONFIGS, LOG, MODEL, RUN, assert_clean, checkpointed, epochs_that_take, resumed, trained
from standin import Driver, until

pytestmark = pytest.mark.cluster
LOCKED = "--unlock"
LONGER = (*CONFIGS, Path("longer.yaml"))


@pytest.fixture
def training(slurm, copy):
    """A driver whose training runs as a job and has written a checkpoint."""
    driver = Driver(slurm, copy, "--", MODEL, configs=CONFIGS)
    until(lambda: slurm.running(copy.folder, "train_uniform"), "the training to run")
    until(lambda: checkpointed(copy), "a checkpoint")
    return driver


def the_job(slurm, copy):
    (job,) = slurm.running(copy.folder, "train_uniform")
    return job


def assert_as_undisturbed(slurm, copy, undisturbed):
    assert trained(copy) == undisturbed
    assert_clean(slurm, copy)


@pytest.fixture(scope="module")
def longer(tmp_path_factory, prepared, undisturbed_run):
    """A copy for a training that outlasts a job of a minute and the time SLURM takes to end one; results."""
    copy = prepared.moved_to(tmp_path_factory.mktemp("longer") / "a run")
    epochs = epochs_that_take(75, undisturbed_run)
    (copy.folder / LONGER[-1]).write_text(f"qa: {{training: {{epochs: {epochs}}}}}\n", "utf-8")
    run = copy.moved_to(copy.folder.with_name("undisturbed"))
    assert run.snakemake("--", MODEL, configs=LONGER).returncode == 0
    return copy, trained(run)


@pytest.mark.timeout(1200)
def test_a_training_stops_before_its_time_limit_and_the_next_attempt_goes_on(slurm, own, longer, drill):
    prepared, undisturbed = longer
    copy = own(prepared)
    limit = "--set-resources=train_uniform:runtime=1+20*(attempt-1)"
    with drill("time limit near"):
        driver = Driver(slurm, copy, limit, "--", MODEL, configs=LONGER)
        assert driver.wait() == 0, driver.printed
        assert "the job's time is nearly over: stopped after step" in driver.printed
        assert "TIMEOUT" not in driver.printed
        assert resumed(copy)
        assert_as_undisturbed(slurm, copy, undisturbed)


@pytest.mark.timeout(1200)
def test_a_job_that_slurm_ends_at_its_time_limit_is_sent_again(slurm, own, longer, drill):
    prepared, undisturbed = longer
    copy = own(prepared)
    driver = Driver(slurm, copy, "--", MODEL, configs=LONGER)
    until(lambda: checkpointed(copy), "a checkpoint")
    with drill("time limit reached"):
        # The training has asked before how long it may run, and is not told that this has changed.
        slurm.command("scontrol", "update", f"JobId={the_job(slurm, copy).number}", "EndTime=now")
        assert driver.wait() == 0, driver.printed
        assert "SLURM status is: 'TIMEOUT'" in driver.printed
        assert resumed(copy)
        assert_as_undisturbed(slurm, copy, undisturbed)


def test_out_of_memory_the_next_attempt_gets_more(slurm, copy, undisturbed, drill):
    # Less than the program takes by itself; the second or third attempt has enough.
    memory = "--set-resources=train_uniform:mem_mb=500*2**(attempt-1)"
    with drill("out of memory"):
        driver = Driver(slurm, copy, memory, "--", MODEL, configs=CONFIGS)
        assert driver.wait() == 0, driver.printed
        assert "Trying to restart" in driver.printed
        assert_as_undisturbed(slurm, copy, undisturbed)


def test_a_cancelled_job_is_sent_again(slurm, copy, training, undisturbed, drill):
    with drill("scancel of a job"):
        slurm.command("scancel", the_job(slurm, copy).number)
        assert training.wait() == 0, training.printed
        assert "SLURM status is: 'CANCELLED'" in training.printed
        assert resumed(copy)
        assert_as_undisturbed(slurm, copy, undisturbed)


def test_a_job_put_back_into_the_queue_goes_on(slurm, copy, training, undisturbed, drill):
    number = the_job(slurm, copy).number
    with drill("job put back into the queue"):
        slurm.command("scontrol", "requeue", number)
        until(lambda: slurm.jobs(copy.folder, ["PENDING"]), "the job in the queue")
        slurm.command("scontrol", "update", f"JobId={number}", "StartTime=now")  # else: two minutes
        assert training.wait() == 0, training.printed
        assert resumed(copy)
        assert_as_undisturbed(slurm, copy, undisturbed)


def test_a_drained_node_is_waited_for(slurm, copy, undisturbed, drill):
    node = slurm.command("sinfo", "--noheader", "--format=%n").split()[0]
    with drill("node drained"):
        slurm.command("scontrol", "update", f"nodename={node}", "state=drain", "reason=drill")
        try:
            driver = Driver(slurm, copy, "--", MODEL, configs=CONFIGS)
            until(lambda: slurm.jobs(copy.folder, ["PENDING"]), "the job in the queue")
            until(lambda: "DRAINED" in slurm.jobs(copy.folder)[0].reason, "the reason that squeue gives")
            time.sleep(10)
            assert driver.alive
        finally:
            slurm.command("scontrol", "update", f"nodename={node}", "state=resume")
        assert driver.wait() == 0, driver.printed
        assert_as_undisturbed(slurm, copy, undisturbed)


def test_a_controller_that_is_away_is_asked_again_until_it_answers(slurm, copy, training, undisturbed, drill):
    with drill("controller away and restarted"):
        with slurm.without_controller():
            until(lambda: "SLURM does not answer" in training.printed, "the driver to ask in vain")
            assert training.alive
        assert training.wait() == 0, training.printed
        assert_as_undisturbed(slurm, copy, undisturbed)


def test_jobs_that_cannot_be_sent_are_named_and_the_same_command_goes_on(slurm, copy, undisturbed, drill):
    with drill("controller away when jobs are sent"):
        with slurm.without_controller():
            driver = Driver(slurm, copy, "--", MODEL, configs=CONFIGS)
            assert driver.wait() != 0
            assert "Unable to contact slurm controller" in driver.printed
        again = Driver(slurm, copy, "--", MODEL, configs=CONFIGS)
        assert again.wait() == 0, again.printed
        assert_as_undisturbed(slurm, copy, undisturbed)


def test_a_driver_is_killed_and_its_job_lives_on(slurm, copy, training, undisturbed, drill):
    with drill("driver killed by SIGKILL"):
        training.send(signal.SIGKILL)
        training.wait()
        assert the_job(slurm, copy)
        again = Driver(slurm, copy, "--", MODEL, configs=CONFIGS)
        assert again.wait() != 0
        assert LOCKED in again.printed
        # As docs/cluster.md says: wait until the jobs of this folder are through, then lift the lock.
        until(lambda: not slurm.jobs(copy.folder), "the job that lives on to end")
        before = trained(copy)
        assert copy.snakemake("--unlock", configs=CONFIGS).returncode == 0
        last = Driver(slurm, copy, "--", MODEL, configs=CONFIGS)
        assert last.wait() == 0, last.printed
        assert trained(copy) == before == undisturbed
        assert_clean(slurm, copy)


def test_ctrl_c_cancels_the_jobs_and_the_same_command_goes_on(slurm, copy, training, undisturbed, drill):
    with drill("driver stopped by Ctrl-C"):
        training.send(signal.SIGINT)
        assert training.wait() != 0
        until(lambda: not slurm.jobs(copy.folder), "the cancelled job to end", 60)
        again = Driver(slurm, copy, "--", MODEL, configs=CONFIGS)
        assert again.wait() == 0, again.printed
        assert resumed(copy)
        assert_as_undisturbed(slurm, copy, undisturbed)


def test_of_two_drivers_the_second_is_refused(slurm, copy, training, undisturbed, drill):
    with drill("two drivers at once"):
        second = Driver(slurm, copy, "--", MODEL, configs=CONFIGS)
        assert second.wait() != 0
        assert LOCKED in second.printed
        assert len(slurm.jobs(copy.folder)) == 1
        assert training.wait() == 0, training.printed
        assert_as_undisturbed(slurm, copy, undisturbed)


@pytest.fixture
def small_disk(copy):
    """The folder of the training on a disk of its own, too small for its model."""
    folder = copy.folder / RUN
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no disk of its own can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_named_and_the_same_command_goes_on(slurm, copy, small_disk, undisturbed, drill):
    with drill("disk full"):
        driver = Driver(slurm, copy, "--retries=0", "--", MODEL, configs=CONFIGS)
        assert driver.wait() != 0
        log = (copy.folder / LOG).read_text("utf-8")
        assert "no space left: free some, then run the same command again" in log
        assert list(small_disk.iterdir()) == []
        subprocess.run(["mount", "-o", "remount,size=500m", str(small_disk)], check=True)
        driver = Driver(slurm, copy, "--", MODEL, configs=CONFIGS)
        assert driver.wait() == 0, driver.printed
        assert resumed(copy)
        assert_as_undisturbed(slurm, copy, undisturbed)

"""What the SLURM plugin makes of silence, and of states with a name in them."""

import asyncio
import logging
from types import SimpleNamespace

import pytest
import snakemake_executor_plugin_slurm as plugin

from reckon.cluster.slurm import mend

log = logging.getLogger("test")


@pytest.fixture
def ask(monkeypatch):
    """The plugin's question, mended."""
    monkeypatch.setattr(plugin, "query_job_status", plugin.query_job_status)
    mend(plugin)
    # Not asyncio.run: it would let go of the loop that another library's tests have left, unclosed.
    loop = asyncio.new_event_loop()
    yield lambda command: loop.run_until_complete(plugin.query_job_status(command, log))
    loop.close()


@pytest.mark.parametrize("command", ["false", "/no/such/squeue --states=all"])
def test_without_an_answer_no_job_is_said_to_have_ended(ask, command, caplog):
    assert ask(command) == ({}, 0.0)
    assert f"SLURM does not answer {command.split()[0]}" in caplog.text


@pytest.mark.parametrize("answer", [(None, None), (None, 1.5), ({"7": "RUNNING"}, None)])
def test_half_an_answer_is_none(answer):
    async def half(command, logger):
        return answer

    silent = SimpleNamespace(query_job_status=half)
    mend(silent)
    loop = asyncio.new_event_loop()
    assert loop.run_until_complete(silent.query_job_status("squeue", log)) == ({}, 0.0)
    loop.close()


def test_an_answer_is_as_the_plugin_reads_it(ask):
    states, seconds = ask("printf '7|RUNNING\n8_1|COMPLETED\n9|CANCELLED by 1000\n'")
    assert states == {"7": "RUNNING", "8_1": "COMPLETED", "9": "CANCELLED"}
    assert seconds > 0


def test_without_the_plugin_there_is_nothing_to_mend():
    mend(None)

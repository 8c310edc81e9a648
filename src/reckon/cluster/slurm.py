"""Mends of what the SLURM plugin of Snakemake, 2.8.0, does with the answers of SLURM."""

from collections.abc import Awaitable, Callable
from logging import Logger
from types import ModuleType

States = dict[str, str]  # number of a job -> its state
Ask = Callable[[str, Logger], Awaitable[tuple[States | None, float | None]]]


def mend(plugin: ModuleType | None) -> None:
    """Let the plugin go on where it would wait for ever; nothing without the plugin.

    Its driver asks for the states of its jobs a few times in a row. If SLURM answers none of them, as while
    the controller is away for a minute, it forgets the jobs and never hears of their end. And it does not
    know the state `CANCELLED by 1000`, which is how sacct says who cancelled a job.
    """
    if plugin is not None:
        plugin.query_job_status = _answering(plugin.query_job_status)  # type: ignore[attr-defined]


def _answering(ask: Ask) -> Ask:
    """`ask`, but without an answer no job is known, which to the plugin means: all of them still run."""

    async def asked(command: str, logger: Logger) -> tuple[States, float]:
        """States by job, the words after the state left out; seconds that the answer took."""
        states, seconds = await ask(command, logger)
        if states is None or seconds is None:
            logger.warning(f"SLURM does not answer {command.split()[0]}; its jobs are asked for again later")
            return {}, 0.0
        return {job: state.partition(" ")[0] for job, state in states.items()}, seconds

    return asked

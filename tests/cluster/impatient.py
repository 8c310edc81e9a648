"""Snakemake whose SLURM plugin asks for its jobs every three seconds; by itself its pauses grow."""

import asyncio
import sys
from pathlib import Path

from snakemake.cli import main
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor


async def pause(executor: RemoteExecutor) -> None:
    """In place of `RemoteExecutor.sleep`."""
    await asyncio.sleep(3)


if __name__ == "__main__":
    RemoteExecutor.sleep = pause
    sys.path[0] = str(Path.cwd())  # as for python -m snakemake
    main()

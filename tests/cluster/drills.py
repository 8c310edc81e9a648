"""What the drills disturb, one training, and what must be true after each of them."""

import math
import re
from pathlib import Path

from checkouts import TINY, Checkout
from standin import StandIn
from test_interruption import wait_until_gone

RUN = "results/qa/miniature/fast_uniform/seed0"
MODEL = f"{RUN}/model.safetensors"
LOG = "results/logs/qa/miniature/train.fast_uniform.seed0.log"
CHECKPOINTS = "results/checkpoints/qa"
EPOCHS = 25
# Long enough to be disturbed, with many checkpoints. With `auto` trainings ask for a GPU.
LONG = f"""
device: auto
qa: {{training: {{epochs: {EPOCHS}, checkpoint_minutes: 0.05}}}}
"""
CONFIGS = (TINY, Path("long.yaml"))


def trained(copy: Checkout) -> dict[str, bytes]:
    """Model and record of the training by name."""
    kinds = (".safetensors", ".json")
    return {p.name: p.read_bytes() for p in (copy.folder / RUN).iterdir() if p.suffix in kinds}


def checkpointed(copy: Checkout) -> bool:
    """Whether the training has written a checkpoint."""
    return any(not path.name.startswith(".") for path in (copy.folder / CHECKPOINTS).glob("*.pt"))


def epochs_that_take(seconds: float, copy: Checkout) -> int:
    """How many epochs of the training take so long here, by the log of one of EPOCHS epochs."""
    took = re.findall(r"steps in ([0-9.]+) s", (copy.folder / LOG).read_text("utf-8"))
    return math.ceil(EPOCHS * seconds / float(took[-1]))


def resumed(copy: Checkout) -> bool:
    """Whether the last attempt of the training began at a checkpoint."""
    return "resuming after step" in (copy.folder / LOG).read_text("utf-8")


def assert_clean(slurm: StandIn, copy: Checkout) -> None:
    """No job and no process of this folder is left, no half-written file, no checkpoint, no lock."""
    assert slurm.jobs(copy.folder) == []
    wait_until_gone(copy.folder)
    hidden = [path for path in (copy.folder / "results").rglob(".*") if path.is_file()]
    checkpoints = [path for path in (copy.folder / CHECKPOINTS).glob("**/*") if path.is_file()]
    locks = list((copy.folder / ".snakemake/locks").glob("*"))
    assert [*hidden, *checkpoints, *locks] == []

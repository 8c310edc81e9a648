"""The state of a training on disk, from which it goes on to the same bytes."""

import logging
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reckon.errors import InputError
from reckon.files.hashes import fingerprint, sha256
from reckon.files.reading import regular
from reckon.files.shapes import require
from reckon.files.writing import replaced
from reckon.nn.precision import Arithmetic

if TYPE_CHECKING:
    from accelerate import Accelerator
    from torch import nn

log = logging.getLogger(__name__)


@dataclass
class Progress:
    """Where a run stands: everything but weights that a checkpoint has to hold."""

    step: int = 0
    sums: list[dict[str, float]] | None = None  # by epoch: the loss's counts, summed over steps


def checkpoint_of(folder: Path, settings: Sequence[Any], read: Iterable[Path | None], ending: str) -> Path:
    """Where a training keeps its state: a name of its settings and of the bytes that it reads."""
    inputs = [sha256(path) for path in read if path]
    return folder / f"{fingerprint([*settings, inputs])[:16]}-{ending}.pt"


def save_checkpoint(
    path: Path,
    accelerator: "Accelerator",
    model: "nn.Module",
    optimizer: Any,
    arithmetic: Arithmetic,
    progress: Progress,
) -> None:
    """Write weights, optimizer, loss scale and progress, atomically; only the main process writes."""
    import torch

    if accelerator.is_main_process:
        state = {
            "model": accelerator.unwrap_model(model).state_dict(),
            "optimizer": optimizer.state_dict(),
            "arithmetic": arithmetic.state(),
            "step": progress.step,
            "sums": progress.sums,
        }
        with replaced(path) as temporary:
            torch.save(state, temporary)
    accelerator.wait_for_everyone()


def resume(
    path: Path,
    accelerator: "Accelerator",
    model: "nn.Module",
    optimizer: Any,
    arithmetic: Arithmetic,
    fresh: Progress,
    steps: int,
) -> Progress:
    """Put the state of a checkpoint into model and optimizer; `fresh` if there is none.

    Raises `InputError` for a file that is damaged or that another training wrote; nothing in it is run.
    """
    import torch

    if not path.exists():
        return fresh
    try:
        _check_members(regular(path))
        state = torch.load(path, map_location="cpu", weights_only=True)
        if not 0 <= int(state["step"]) <= steps or len(state["sums"]) != len(fresh.sums or ()):
            raise ValueError("a place outside the run")
        for sums in state["sums"]:
            require("sums", sums, {...: float}, "")
        accelerator.unwrap_model(model).load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        arithmetic.restore(state["arithmetic"])
        progress = Progress(step=state["step"], sums=state["sums"])
    except Exception as error:  # torch, zipfile and the unpickler have a dozen of their own for damage
        raise InputError(f"{path}: not a checkpoint of this training; delete it and start again") from error
    log.info("resuming after step %d", progress.step)
    return progress


def _check_members(path: Path) -> None:
    """Raise unless the file is a zip of stored members, as torch writes it, each with its checksum.

    Stored members cannot swell; torch does not compare the checksums that it writes.
    """
    with zipfile.ZipFile(path) as packed:
        if any(member.compress_type != zipfile.ZIP_STORED for member in packed.infolist()):
            raise ValueError("packed")
        if changed := packed.testzip():
            raise zipfile.BadZipFile(f"wrong checksum of {changed}")

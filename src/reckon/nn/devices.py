"""Where a network runs, and in which arithmetic."""

import logging

from reckon.errors import InputError

log = logging.getLogger(__name__)


def resolve(device: str) -> str:
    """Turn the configured auto, cpu or cuda into cpu or cuda; `InputError` for a GPU that is not there."""
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        raise InputError("device: cuda is asked for, but torch sees no GPU; set device: cpu or auto")
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return device


def warn_of_slow_precision(precision: str, device: str) -> None:
    """Say in the log that bf16 on a processor with AVX2 alone is many times slower than fp32, not faster."""
    import torch

    if precision == "bf16" and device == "cpu" and torch.backends.cpu.get_cpu_capability() == "AVX2":
        log.warning(
            "precision bf16: this processor has no instructions for it; fp32 is many times faster here"
        )

"""Where a network runs."""

from reckon.errors import InputError


def resolve(device: str) -> str:
    """Turn the configured auto, cpu or cuda into cpu or cuda; `InputError` for a GPU that is not there."""
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        raise InputError("device: cuda is asked for, but torch sees no GPU; set device: cpu or auto")
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return device

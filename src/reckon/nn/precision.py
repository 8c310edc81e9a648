"""In which arithmetic a network is trained and run: arms of the table on mixed precision (deck, 94-97).

| arm | weights, gradients, optimizer | products | loss scale |
|---|---|---|---|
| `fp32` | fp32 | fp32 | |
| `bf16_mixed` | fp32 | bf16, by autocast | |
| `bf16` | bf16 | bf16 | |
| `fp16_mixed` | fp32 | fp16, by autocast | dynamic |
| `fp16` | fp16 | fp16 | none: smaller gradients than 2⁻²⁵ are 0 |

bf16 has the range of fp32 and 8 bits of it; fp16 has 11 bits and numbers from 6·10⁻⁸ to 65,504. The deck's
"FP32 only" is `fp32` (apex O0), "Mixed precision" `fp16_mixed` (O1), "FP16 Only" `fp16` (O3).
"""

import contextlib
import logging
import math
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reckon.errors import InputError
from reckon.nn.emulation import rounded_products

if TYPE_CHECKING:
    from torch import Tensor, nn

log = logging.getLogger(__name__)

_COUNT_EVERY = 16  # steps: zeros of a gradient are counted in every so many
_LEAST_SCALE = 2.0**-14  # a loss scale that fell so far is falling for ever


@dataclass(frozen=True)
class Arm:
    """One way to compute: the type of weights, gradients and optimizer state, and that of the products."""

    weights: str
    products: str
    scaled: bool = False


ARMS = {
    "fp32": Arm("float32", "float32"),
    "bf16_mixed": Arm("float32", "bfloat16"),
    "bf16": Arm("bfloat16", "bfloat16"),
    "fp16_mixed": Arm("float32", "float16", scaled=True),
    "fp16": Arm("float16", "float16"),
}
# What a processor says of itself when it multiplies numbers of a type.
_FEATURES = {"bfloat16": ("avx512_bf16", "amx_bf16", "bf16"), "float16": ("avx512_fp16", "amx_fp16", "fp16")}
# The first CUDA architectures that multiply them on tensor cores; before, fp16 saves memory and no time.
_ARCHITECTURES = {"bfloat16": (8, 0), "float16": (7, 0)}


def is_native(name: str, device: str) -> bool:
    """Whether the hardware multiplies numbers of the arm's type itself; others are emulated."""
    import torch

    products = ARMS[name].products
    if products == "float32":
        return True
    if device == "cuda":
        return torch.cuda.get_device_capability() >= _ARCHITECTURES[products]
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(feature) for feature in _FEATURES[products])


def fastest(device: str) -> str:
    """What `auto` means here: the mixed arm whose type the hardware has, bf16 before fp16, else fp32."""
    mixed = ("bf16_mixed", "fp16_mixed") if device == "cuda" else ("bf16_mixed",)
    return next((name for name in mixed if is_native(name, device)), "fp32")


def peak_bytes(device: str) -> int:
    """The most memory held so far: by tensors on a GPU, by the whole process on a processor."""
    import resource

    import torch

    if device == "cuda":
        return int(torch.cuda.max_memory_allocated())
    unit = 1 if platform.system() == "Darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


class Arithmetic:
    """The arithmetic of one run, and what it counts on the way; one object a run, also a resumed one.

    `precision` is an arm's name or `auto`, `device` cpu or cuda. Attributes: `skipped`, steps that the loss
    scale let pass without a change; `first_nonfinite`, the first step after which the loss, the gradient or a
    weight is not finite (None: there was none); `zeros` and `entries`, counted over gradients.
    """

    def __init__(self, precision: str, device: str) -> None:
        import torch

        self.name = fastest(device) if precision == "auto" else precision
        self.arm, self.device = ARMS[self.name], device
        self.native = is_native(self.name, device)
        if not self.native:
            log.warning("precision %s: not native here, so it is emulated and no faster than fp32", self.name)
        self.scaler = torch.amp.GradScaler(device) if self.arm.scaled else None
        self.skipped = self.zeros = self.entries = 0
        self.first_nonfinite: int | None = None

    @property
    def is_pure(self) -> bool:
        """Whether the weights themselves have 16 bits: such a run may break, and then says when."""
        return self.arm.weights != "float32"

    @property
    def must_be_finite(self) -> bool:
        """Whether a number that is not finite ends the run with an error: no loss scale expects it."""
        return not self.is_pure and self.scaler is None

    def cast(self, model: "nn.Module") -> None:
        """Give the weights their type, in place; before the optimizer is made."""
        import torch

        if self.is_pure:
            model.to(getattr(torch, self.arm.weights))

    def products(self) -> contextlib.AbstractContextManager[Any]:
        """A block, forward and backward, with the products of the arm where the processor has none."""
        import torch

        if self.native or self.device != "cpu":
            return contextlib.nullcontext()
        return rounded_products(getattr(torch, self.arm.products))

    def autocast(self) -> contextlib.AbstractContextManager[Any]:
        """A block, forward alone, in which the products of fp32 weights have the arm's type."""
        import torch

        if self.is_pure or self.arm.products == "float32":
            return contextlib.nullcontext()
        return torch.autocast(self.device, getattr(torch, self.arm.products))

    def backward(self, value: "Tensor") -> None:
        """Gradients of the (scaled) loss."""
        (self.scaler.scale(value) if self.scaler else value).backward()

    def clip(self, optimizer: Any, parameters: Iterable["Tensor"], norm: float) -> float:
        """Unscale the gradients and clip their norm; return the norm before."""
        import torch

        if self.scaler:
            self.scaler.unscale_(optimizer)
        return float(torch.nn.utils.clip_grad_norm_(parameters, norm))

    def step(self, optimizer: Any) -> None:
        """Change the weights, unless the loss scale was too large: then it is lowered, and the step counted.

        Raises `InputError` if the scale falls without end, as it does when the network diverges.
        """
        if not self.scaler:
            optimizer.step()
            return
        before = self.scaler.get_scale()
        self.scaler.step(optimizer)
        self.scaler.update()
        self.skipped += self.scaler.get_scale() < before
        if self.scaler.get_scale() < _LEAST_SCALE:
            raise InputError(
                f"precision {self.name}: the loss scale fell below {_LEAST_SCALE:.0e}: every gradient "
                "overflows; lower the learning rate or use fp32"
            )

    def count_zeros(self, model: "nn.Module", step: int) -> None:
        """Every 16th step, count the entries of the gradient that are exactly 0.

        Rows of embeddings are left out: those of words that the batch lacks are 0 in any arithmetic. In fp32
        hardly any other entry is; in 16 bits it has underflowed.
        """
        from torch import nn

        if step % _COUNT_EVERY:
            return
        tables = {id(p) for m in model.modules() if isinstance(m, nn.Embedding) for p in m.parameters()}
        gradients = [p.grad for p in model.parameters() if p.grad is not None and id(p) not in tables]
        self.zeros += sum(int((gradient == 0).sum()) for gradient in gradients)
        self.entries += sum(gradient.numel() for gradient in gradients)

    def is_broken(self, model: "nn.Module", loss: float, norm: float, step: int) -> bool:
        """Whether a run with 16-bit weights has met a number that is not finite, after `step`; it is noted.

        A weight that is not a number stays so: nothing after it is training.
        """
        if not self.is_pure:
            return False
        finite = math.isfinite(loss) and math.isfinite(norm)
        if finite and all(bool(p.isfinite().all()) for p in model.parameters()):
            return False
        self.first_nonfinite = step
        return True

    def state(self) -> dict[str, Any]:
        """What a checkpoint has to hold."""
        counted = {"skipped": self.skipped, "zeros": self.zeros, "entries": self.entries}
        return {"scaler": self.scaler.state_dict() if self.scaler else {}, **counted}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from what `state` gave."""
        self.skipped, self.zeros, self.entries = (int(state[n]) for n in ("skipped", "zeros", "entries"))
        if self.scaler:
            self.scaler.load_state_dict(state["scaler"])

    def record(self) -> dict[str, Any]:
        """What was counted; the loss scale is 1 without one, the share NaN where nothing was counted."""
        return {
            "precision": self.name,
            "skipped_steps": self.skipped,
            "loss_scale": self.scaler.get_scale() if self.scaler else 1.0,
            "zero_gradients": self.zeros / self.entries if self.entries else None,
            "first_nonfinite_step": self.first_nonfinite,
        }


def resolve(device: str) -> str:
    """Turn the configured auto, cpu or cuda into cpu or cuda; `InputError` for a GPU that is not there."""
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        raise InputError("device: cuda is asked for, but torch sees no GPU; set device: cpu or auto")
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return device

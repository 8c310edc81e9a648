"""How fast training and prediction are in each arm, in turns on the same batches.

A turn of an arm is a number of training steps, then the same batches without gradients. All arms have a
turn in every repeat, in rotated order, so that what else the machine does meets all of them; the first repeat
warms up and is dropped. Speed-ups are ratios within a repeat. What the hardware emulates is not timed: its
time says something of the emulation alone.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import numpy as np
import torch

from reckon.config.settings import Training
from reckon.config.squad import REFERENCE
from reckon.errors import InputError
from reckon.nn.batches import length_batches
from reckon.nn.precision import Arithmetic, fastest, is_native, peak_bytes, resolve
from reckon.nn.train import adamw, gradient
from reckon.squad.model import SpanReader, span_loss
from reckon.squad.results import FP16_ROW, FP32_ROW, MIXED_ROW
from reckon.squad.tokens import TokenParagraphs
from reckon.squad.training import labelled_batch, trainable
from reckon.stats.crossed import compare_seeds
from reckon.tables.effects import WHOLE, Effect
from reckon.tables.metrics import Metric

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Turn:
    """One turn of an arm: real tokens (no padding) a second of training and of prediction, seconds a step."""

    arm: str
    repeat: int
    training: float
    step_seconds: float
    prediction: float
    peak_bytes: int  # of the arm on a GPU; of the whole process so far on a processor


class Timed:
    """A reader in one arm, with its optimizer, that takes turns."""

    def __init__(self, reader: SpanReader, settings: Training, device: str) -> None:
        self.arithmetic = Arithmetic(settings.precision, device)
        self.arithmetic.cast(reader)
        self.reader, self.settings = reader.to(device), settings
        self.optimizer = adamw(self.reader, settings)

    def turn(self, batches: Sequence[Tensors]) -> tuple[float, float]:
        """Seconds of training and of prediction."""
        return seconds_of(lambda: self._train(batches)), seconds_of(lambda: self._predict(batches))

    def _train(self, batches: Sequence[Tensors]) -> None:
        self.reader.train()
        for batch in batches:
            gradient(self.reader, self.optimizer, span_loss, batch, self.arithmetic, self.settings.clip_norm)
            self.arithmetic.step(self.optimizer)
            self.optimizer.zero_grad(set_to_none=True)

    def _predict(self, batches: Sequence[Tensors]) -> None:
        self.reader.eval()
        with torch.inference_mode(), self.arithmetic.products(), self.arithmetic.autocast():
            for batch in batches:
                span_loss(self.reader, batch)


def timed_arms(arms: Mapping[str, Training], device: str) -> list[str]:
    """The arms that the hardware computes in itself; each once, `auto` as what it stands for."""
    device = resolve(device)
    names = {arm: training.precision for arm, training in arms.items()}
    meant = {arm: fastest(device) if name == "auto" else name for arm, name in names.items()}
    return [arm for arm, name in meant.items() if is_native(name, device)]


def turns(
    new_reader: Callable[[], SpanReader],
    tokens: TokenParagraphs,
    arms: Mapping[str, Training],
    *,
    stride: int,
    steps: int,
    repeats: int,
    seed: int,
    device: str,
) -> list[Turn]:
    """Every native arm, `repeats` times in turns after one that warms up; `new_reader` makes its reader.

    Raises `InputError` if fp32, which speed-ups are held against, is not among `arms`.
    """
    device = resolve(device)
    if REFERENCE not in arms:
        raise InputError(f"no arm {REFERENCE!r}, against which speed-ups are measured")
    batches, sizes = _batches(tokens, arms[REFERENCE], stride, steps, seed, device)
    timed = {arm: Timed(new_reader(), arms[arm], device) for arm in timed_arms(arms, device)}
    found = []
    for repeat in range(repeats + 1):
        order = list(timed)
        for arm in order[repeat % len(order) :] + order[: repeat % len(order)]:
            if device == "cuda":
                torch.cuda.reset_peak_memory_stats()
            trained, predicted = timed[arm].turn(batches)
            real = sum(sizes)
            rates = (real / trained, trained / len(batches), real / predicted)
            found.append(Turn(arm, repeat, *rates, peak_bytes(device)))
    return [turn for turn in found if turn.repeat > 0]


def _batches(
    tokens: TokenParagraphs, settings: Training, stride: int, steps: int, seed: int, device: str
) -> tuple[list[Tensors], list[int]]:
    """Batches of training, and the tokens in each."""
    chosen = np.ones(len(tokens), dtype=bool)
    windows, label = trainable(tokens, settings.max_tokens, stride, chosen)
    plan = length_batches(windows.length, settings.tokens_per_batch, np.random.default_rng([seed, 0, 1]))
    rows = plan[:steps]
    made = (labelled_batch(tokens, windows, label, part) for part in rows)
    moved = [{name: tensor.to(device) for name, tensor in batch.items()} for batch in made]
    return moved, [int(windows.length[part].sum()) for part in rows]


def seconds_of(work: Callable[[], Any]) -> float:
    """Seconds of `work` to its end, also on a GPU."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    start = time.perf_counter()
    work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - start


def speed_ups(found: Iterable[Turn], arm: str, what: str = "training") -> list[float]:
    """Tokens a second of `arm` over those of fp32, by repeat; `what` is training or prediction."""
    rates = {(turn.arm, turn.repeat): getattr(turn, what) for turn in found}
    repeats = sorted(repeat for name, repeat in rates if name == arm)
    return [rates[arm, repeat] / rates[REFERENCE, repeat] for repeat in repeats]


def summary_rows(found: Sequence[Turn], arms: Mapping[str, Training], device: str) -> list[dict[str, Any]]:
    """One line an arm: median and range of each rate; an arm that is emulated has none, and says so."""
    rows = []
    for arm in arms:
        own = [asdict(turn) for turn in found if turn.arm == arm]
        row: dict[str, Any] = {
            "arm": arm,
            "device": resolve(device),
            "native": bool(own),
            "repeats": len(own),
        }
        for name in ("training", "step_seconds", "prediction", "peak_bytes"):
            values = [turn[name] for turn in own]
            for kind, of in (("median", median), ("least", min), ("most", max)):
                row[f"{name}_{kind}"] = of(values) if values else None
        for what in ("training", "prediction"):
            ratios = speed_ups(found, arm, what)
            row[f"{what}_speed_up"] = median(ratios) if ratios else None
        rows.append(row)
    return rows


def deck_metrics(found: Sequence[Turn], mixed: str, scale: str, data: str, evidence: str) -> list[Metric]:
    """Speed-ups of the deck's table, one value a repeat; none for an arm that is emulated."""
    rows = []
    for arm, row in ((REFERENCE, FP32_ROW), ("fp16", FP16_ROW), (mixed, MIXED_ROW)):
        for repeat, value in enumerate(speed_ups(found, arm)):
            where = ("squad", "mixed_precision", row, "Speed up*", repeat)
            rows.append(Metric(*where, value, "x", 1, scale, data, evidence))
    return rows


def effects(found: Sequence[Turn], mixed: str, scale: str, data: str, evidence: str) -> list[Effect]:
    """Speed-ups of training and prediction with intervals over repeats; the claim's own is of `mixed`."""
    arms = sorted({turn.arm for turn in found} - {REFERENCE})
    named = [(f"{arm} / {REFERENCE}", arm) for arm in arms]
    named += [(f"mixed / {REFERENCE}", mixed)] if mixed in arms else []
    rows = []
    for contrast, arm in named:
        for measure, what in (("speed-up", "training"), ("speed-up of prediction", "prediction")):
            ratios = speed_ups(found, arm, what)
            pace = compare_seeds(ratios)
            where = ("squad", contrast, measure, "x", scale, data, len(ratios), 0)
            rows.append(
                Effect(
                    *(*where, *pace.estimate, evidence),
                    cluster=WHOLE,
                    freedom=pace.freedom,
                    detectable=pace.detectable,
                    doubt=pace.doubt,
                )
            )
    return rows

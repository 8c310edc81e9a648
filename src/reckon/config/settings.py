"""Sections of the configuration that programs are handed as they are.

Apart from `config`, so that a new key of another experiment retrains nothing.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0.0, le=1.0)]
# The largest whole number of a setting: a thousand million of anything is a slip of the hand.
LARGEST = 1_000_000_000
Positive = Annotated[int, Field(ge=1, le=LARGEST)]
# What each means stands in reckon.nn.precision; auto: the mixed one that the hardware has, else fp32.
Precision = Literal["auto", "fp32", "bf16_mixed", "bf16", "fp16_mixed", "fp16"]


class Section(BaseModel):
    """A part of the configuration; it refuses keys that it does not know and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _truth_is_no_number(cls, values: Any) -> Any:
        """YAML reads `yes` and `on` as true, which would pass for the number 1."""
        for name, value in values.items() if isinstance(values, dict) else ():
            field = cls.model_fields.get(name) if isinstance(name, str) else None
            if isinstance(value, bool) and field is not None and field.annotation is not bool:
                raise ValueError(f"{name}: {value} is true or false, another value is needed")
        return values


class Training(Section):
    """One training run."""

    epochs: Positive = Field(
        description="Passes over the training pages or pairs; negatives are redrawn in each."
    )
    learning_rate: float = Field(
        gt=0,
        lt=1,
        description="Peak of the schedule: linear rise, linear fall to 0 (original: constant within an "
        "epoch, 2e-5, 1e-5, 4e-6).",
    )
    warmup_share: Share = Field(description="Share of the steps in which the rate rises from 0.")
    weight_decay: float = Field(
        ge=0, description="AdamW's; biases and norms do not decay (original: Adam, none)."
    )
    clip_norm: float = Field(gt=0, description="Largest norm of the gradient (original: none).")
    tokens_per_batch: Positive = Field(description="Size of a batch in tokens, padding included, at most.")
    max_tokens: Annotated[int, Field(ge=16, le=LARGEST)] = Field(
        description="Longest sequence, special tokens included (original: 384, then 360); pages whose answer "
        "does not fit, and longer pairs, are left out and counted."
    )
    checkpoint_minutes: float = Field(
        10, gt=0, description="Time between two checkpoints; a killed run goes on from the last."
    )
    precision: Precision = Field(
        description="Arithmetic of the forward and backward pass. `fp32`; `bf16_mixed`, `fp16_mixed`: "
        "products in 16 bits, weights in fp32, `fp16_mixed` with a loss scale; `bf16`, `fp16`: everything in "
        "16 bits; `auto`: the mixed one whose instructions the hardware has, else `fp32`. What it lacks is "
        "emulated by rounding, no faster than `fp32`, and the log says so."
    )
    epsilon: float = Field(1e-8, gt=0, lt=1, description="AdamW's ε.")
    processes: Positive = Field(1, description="Processes or GPUs that share one training.")


class Negatives(Section):
    """How negative candidates are drawn in training."""

    exponent: float = Field(
        ge=0,
        description="A negative is drawn with weight p ** exponent within its page, p its answer "
        "probability: 0 uniform, 1 the original.",
    )
    null_pages_per_answered: float = Field(
        ge=0,
        description="Negatives from pages without an answer, for each answered page (original: 0.67, or 1 "
        "for ALBERT).",
    )

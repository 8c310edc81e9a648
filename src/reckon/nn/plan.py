"""Where pretrained encoders lie, and what prepares them."""

from collections.abc import Mapping
from typing import Any

from reckon.config.encoders import Encoder


def weights(name: str, results: str) -> str:
    """The weights of the encoder called `name`; its other files lie beside them."""
    return f"{results}/encoders/{name}/model.safetensors"


def tokenizer(name: str, results: str) -> str:
    """The tokenizer of the encoder called `name`."""
    return f"{results}/encoders/{name}/tokenizer.json"


def source(encoder: Encoder) -> dict[str, Any]:
    """Where an encoder comes from, as options of its program."""
    return encoder.model_dump(exclude={"vocabulary", "tokenizer"})


def borrowed(encoder: Encoder, results: str) -> list[str]:
    """The tokenizer of another encoder that this one takes; none if it has its own."""
    return [tokenizer(encoder.tokenizer, results)] if encoder.tokenizer else []


def of_vocabulary(encoders: Mapping[str, Encoder], vocabulary: str, results: str) -> str:
    """The tokenizer of some encoder with the vocabulary: the first in the configuration."""
    return next(tokenizer(name, results) for name, one in encoders.items() if one.vocabulary == vocabulary)

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
    return encoder.model_dump(exclude={"vocabulary", "tokenizer", "squad"})


def fetched(encoders: Mapping[str, Encoder]) -> list[str]:
    """Names of the encoders that come from elsewhere; `none` if there are none."""
    return [name for name, encoder in encoders.items() if encoder.squad is None] or ["none"]


def tuned(encoders: Mapping[str, Encoder]) -> list[str]:
    """Names of the encoders that are tuned here; `none` if there are none."""
    return [name for name, encoder in encoders.items() if encoder.squad is not None] or ["none"]


def borrowed(encoder: Encoder, results: str) -> list[str]:
    """The tokenizer of another encoder that this one takes; none if it has its own."""
    return [tokenizer(encoder.tokenizer, results)] if encoder.tokenizer else []


def of_vocabulary(encoders: Mapping[str, Encoder], vocabulary: str, results: str) -> str:
    """The tokenizer of some encoder with the vocabulary: the first in the configuration that is fetched.

    One that is tuned here has the vocabulary of a fetched one, and is made of what is tokenised with it.
    """
    names = fetched(encoders)
    return next(tokenizer(name, results) for name in names if encoders[name].vocabulary == vocabulary)

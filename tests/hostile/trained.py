"""Valid trained files: a checkpoint, a reader, a snapshot, and a tiny random encoder to go with them."""

import functools
import shutil
import tempfile
from pathlib import Path
from typing import Any

SETTINGS = {"layers": None, "features": "cls", "dropout": 0.0, "freeze_word_embeddings": False}
READER = SETTINGS | {"markup": "drop"}
TRAINING = {
    "epochs": 1,
    "learning_rate": 0.05,
    "warmup_share": 0.2,
    "weight_decay": 0.01,
    "clip_norm": 1.0,
    "tokens_per_batch": 100,
    "max_tokens": 16,
    "checkpoint_minutes": 1e-9,
    "precision": "fp32",
}


@functools.cache
def encoder() -> Path:
    """The folder of a tiny BERT encoder."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    from reckon.nn.encoders import quiet_transformers

    quiet_transformers()
    torch.manual_seed(1)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "dog", "cat"]
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}
    folder = Path(tempfile.mkdtemp(prefix="hostile"))
    model = BertModel(BertConfig(vocab_size=len(pieces), max_position_embeddings=16, **sizes))
    model.save_pretrained(folder)
    BertTokenizerFast(vocab={piece: i for i, piece in enumerate(pieces)}).save_pretrained(folder)
    return folder


def write_encoder(folder: Path) -> None:
    shutil.copytree(encoder(), folder / "bert")


def read_encoder(folder: Path) -> Any:
    from reckon.nn.encoders import load_encoder, load_tokenizer

    model: Any = load_encoder(folder / "bert", layers=None, dropout=0.0)
    return model, load_tokenizer(folder / "bert", "drop")


def write_reader(folder: Path) -> None:
    from reckon.qa.model import new_reader, save_reader

    save_reader(folder / "model.safetensors", new_reader(encoder(), READER, seed=0), READER)


def read_reader(folder: Path) -> Any:
    from reckon.qa.model import load_reader

    return load_reader(folder / "model.safetensors", encoder())


def write_spans(folder: Path) -> None:
    from reckon.squad.model import new_reader, save_reader

    save_reader(folder / "model.safetensors", new_reader(encoder(), SETTINGS, seed=0), SETTINGS)


def read_spans(folder: Path) -> Any:
    from reckon.squad.model import load_reader

    return load_reader(folder / "model.safetensors", encoder())


def write_snapshot(folder: Path) -> None:
    from reckon.gradients.model import new_classifier, save_snapshot

    save_snapshot(folder / "epoch1.safetensors", new_classifier(encoder(), SETTINGS, seed=0))


def read_snapshot(folder: Path) -> Any:
    from reckon.gradients.model import load_snapshot, new_classifier

    return load_snapshot(folder / "epoch1.safetensors", new_classifier(encoder(), SETTINGS, seed=0))


def write_graph(folder: Path) -> None:
    import onnx
    from onnx import helper

    weight = helper.make_tensor("model.0.auto_model.w", onnx.TensorProto.FLOAT, [2, 2], [1.0, 2.0, 3.0, 4.0])
    graph = helper.make_graph([], "g", [], [], [weight])
    onnx.save(helper.make_model(graph), str(folder / "g.onnx"))


def read_graph(folder: Path) -> Any:
    from reckon.errors import InputError
    from reckon.nn.onnx_bert import bert_from_onnx

    try:
        return bert_from_onnx(folder / "g.onnx")
    except InputError as error:
        if "no embeddings." not in str(error):  # sound, but too small to be an encoder
            raise
        return None


def _fit(folder: Path) -> Any:
    import numpy as np
    import torch

    from reckon.config.settings import Training
    from reckon.nn.train import fit

    torch.manual_seed(3)
    model = torch.nn.Linear(2, 1)
    plan = [[np.array([0]), np.array([1])]]

    def loss(model: Any, batch: Any) -> Any:
        value = model(batch["x"]).square().mean()
        return value, {"n": torch.tensor(1)}

    def collate(_: int, rows: Any) -> Any:
        return {"x": torch.ones(len(rows), 2)}

    settings = Training(**TRAINING)
    return fit(model, plan, collate, loss, settings, seed=0, checkpoint=folder / "c.pt", device="cpu")


write_checkpoint = resume = _fit

"""A model folder made by a stranger: pickled weights, code that it brings along. None of it runs."""

import json
import pickle
import shutil
import zipfile
from pathlib import Path

import pytest
import torch
from transformers import AutoConfig, AutoModelForSequenceClassification

from reckon.errors import InputError
from reckon.nn.encoders import load_encoder, load_tokenizer, obtain, pretrained

CODE = """
from pathlib import Path
Path({trace!r}).write_text("ran")
from transformers import BertConfig, BertModel, BertTokenizer
class Config(BertConfig):
    model_type = "of_a_stranger"
class Model(BertModel):
    config_class = Config
class Tokenizer(BertTokenizer):
    pass
"""
AUTO_MAP = {
    "AutoConfig": "stranger.Config",
    "AutoModel": "stranger.Model",
    "AutoModelForSequenceClassification": "stranger.Model",
    "AutoTokenizer": ["stranger.Tokenizer", None],
}


class Payload:
    """Pickled, it is a call."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self):
        return Path.write_text, (self.trace, "ran")


@pytest.fixture
def trace(tmp_path):
    """The file that any code of the stranger's would make."""
    trace = tmp_path / "trace"
    yield trace
    assert not trace.exists()


@pytest.fixture
def stranger(encoder, tmp_path, trace, monkeypatch):
    """An encoder with code beside it; a prompt whether to run that would be answered with yes."""
    monkeypatch.setattr("builtins.input", lambda *_: "y")
    folder = tmp_path / "stranger"
    shutil.copytree(encoder("bert"), folder)
    (folder / "stranger.py").write_text(CODE.format(trace=str(trace)))
    for file in ("config.json", "tokenizer_config.json"):
        change(folder / file, auto_map=AUTO_MAP)
    return folder


def change(file: Path, **values: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


def attempts(folder: Path, tmp_path: Path) -> list:
    """Every way in which this project loads a folder."""
    source = {"folder": folder, "wheels": (), "inside": "", "hub": None, "digest": "", "tokenizer": None}
    return [
        lambda: obtain(tmp_path / "out", cache=tmp_path, **source),
        lambda: load_encoder(folder, layers=None, dropout=0.0),
        lambda: load_tokenizer(folder, "drop"),
        lambda: pretrained(AutoConfig, folder),
        lambda: pretrained(AutoModelForSequenceClassification, folder),
    ]


def pickled(path: Path, trace: Path, *, zipped: bool) -> None:
    """Weights as torch wrote them, before version 1.6 and since; to load them is to run the payload."""
    if not zipped:
        path.write_bytes(pickle.dumps(Payload(trace)))
        return
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model/data.pkl", pickle.dumps(Payload(trace)))
        archive.writestr("model/version", "3\n")


def test_the_payload_is_one(tmp_path):
    pickle.loads(pickle.dumps(Payload(tmp_path / "other")))  # noqa: S301
    assert (tmp_path / "other").read_text() == "ran"


def test_code_beside_a_model_that_transformers_knows_is_left_alone(stranger, tmp_path):
    *loaded, classifier = attempts(stranger, tmp_path)
    for attempt in loaded:
        attempt()
    with pytest.raises(InputError, match=r"classifier\.bias, classifier\.weight are not in its file"):
        classifier()
    assert not (tmp_path / "out/stranger.py").exists()


def test_a_model_that_needs_code_of_its_own_is_refused(stranger, tmp_path):
    change(stranger / "config.json", model_type="of_a_stranger", architectures=["Model"])
    change(stranger / "tokenizer_config.json", tokenizer_class="Tokenizer")
    for attempt in attempts(stranger, tmp_path):
        with pytest.raises(InputError, match="only by code that the folder brings along, which is not run"):
            attempt()


def test_a_folder_that_is_not_there_is_never_looked_for_on_the_hub(tmp_path):
    for attempt in attempts(tmp_path / "a" / "model", tmp_path)[1:]:
        with pytest.raises(InputError, match=r"a/model: no such folder"):
            attempt()


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.bin", "pytorch_model-00001-of-00001.bin"])
def test_pickled_weights_are_refused(stranger, tmp_path, trace, name, zipped):
    (stranger / "model.safetensors").unlink()
    pickled(stranger / name, trace, zipped=zipped)
    index = {"metadata": {}, "weight_map": {"embeddings.word_embeddings.weight": name}}
    (stranger / "pytorch_model.bin.index.json").write_text(json.dumps(index))
    for number in (0, 1, 4):
        with pytest.raises(InputError, match="no weights as safetensors; convert them"):
            attempts(stranger, tmp_path)[number]()


def test_a_pickle_that_is_called_safetensors_is_not_unpickled(stranger, tmp_path, trace):
    (stranger / "model.safetensors").unlink()
    pickled(stranger / "model.safetensors", trace, zipped=True)
    for number in (0, 1, 4):
        with pytest.raises(Exception, match=r"(?i)header|safetensors"):
            attempts(stranger, tmp_path)[number]()


def test_a_pickle_that_an_index_of_safetensors_names_is_not_unpickled(stranger, tmp_path, trace):
    (stranger / "model.safetensors").rename(stranger / "model-00001-of-00002.safetensors")
    pickled(stranger / "evil.bin", trace, zipped=True)
    index = {"metadata": {}, "weight_map": {"embeddings.word_embeddings.weight": "evil.bin"}}
    (stranger / "model.safetensors.index.json").write_text(json.dumps(index))
    for number in (0, 1, 4):
        with pytest.raises(Exception, match=r"(?i)weights.only|unpickl|safetensors|header"):
            attempts(stranger, tmp_path)[number]()


def test_a_checkpoint_that_is_a_payload_is_not_unpickled(tmp_path, trace):
    pickled(tmp_path / "c.pt", trace, zipped=False)
    with pytest.raises(Exception, match=r"(?i)weights.only"):
        torch.load(tmp_path / "c.pt", weights_only=True)

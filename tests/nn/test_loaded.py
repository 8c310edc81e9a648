"""Encoders whose weights are not those that their config.json asks for: refused, with the names."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from reckon.errors import InputError
from reckon.nn.encoders import load_encoder, load_tokenizer, obtain
from reckon.qa.model import load_reader, new_reader, save_reader

Weights = dict[str, torch.Tensor]


@pytest.fixture
def altered(encoder, tmp_path) -> Callable[..., Path]:
    """A copy of a tiny encoder whose weights went through a function, and whose files hold other values."""

    def make(kind: str, change: Callable[[Weights], Weights] = dict, **config: object) -> Path:
        folder = tmp_path / "altered"
        shutil.copytree(encoder(kind), folder)
        weights = change(load_file(folder / "model.safetensors"))
        save_file(weights, folder / "model.safetensors", {"format": "pt"})
        settings = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps(settings | config))
        return folder

    return make


def ways(folder: Path, tmp_path: Path) -> list[Callable[[], object]]:
    source = {"wheels": (), "inside": "", "hub": None, "digest": "", "tokenizer": None}
    return [
        lambda: load_encoder(folder, layers=None, dropout=0.0),
        lambda: obtain(tmp_path / "out", folder=folder, cache=tmp_path, **source),
    ]


def refused(folder: Path, tmp_path: Path, words: str) -> None:
    for attempt in ways(folder, tmp_path):
        with pytest.raises(InputError, match=words):
            attempt()
    assert not (tmp_path / "out").exists()


def renamed(weights: Weights) -> Weights:
    return {f"model.{name}": tensor for name, tensor in weights.items()}


def without(part: str) -> Callable[[Weights], Weights]:
    return lambda weights: {name: tensor for name, tensor in weights.items() if part not in name}


def with_(name: str, value: float = 0.0) -> Callable[[Weights], Weights]:
    return lambda weights: weights | {name: torch.full((2, 2), value)}


@pytest.mark.parametrize("kind", ["bert", "mpnet", "albert"])
def test_weights_under_other_names_are_not_made_up(altered, tmp_path, kind):
    words = r"weights that do not fit config\.json: .* are not in its file; model\..* have no place in it"
    refused(altered(kind, renamed), tmp_path, words)


@pytest.mark.parametrize("model_type", ["distilbert", "gpt2", "mpnet", "xlnet"])
def test_another_architecture_is_not_filled_with_random_numbers(altered, tmp_path, model_type):
    refused(altered("bert", model_type=model_type, architectures=None), tmp_path, "altered: ")


def test_a_family_that_shares_the_names_of_its_weights_is_told_by_its_architecture(altered, tmp_path):
    """BERT's weights fit RoBERTa, whose places begin elsewhere."""
    words = r"config\.json: architectures say BertModel, model_type says roberta"
    refused(altered("bert", model_type="roberta"), tmp_path, words)


@pytest.mark.parametrize(
    ("lost", "named"),
    [
        ("encoder.layer.0.", r"encoder\.layer\.0\.attention.* and 12 more are not in its file"),
        ("embeddings.LayerNorm.bias", r"embeddings\.LayerNorm\.bias are not in its file"),
        ("encoder.layer.1.output.dense.weight", r"encoder\.layer\.1\.output\.dense\.weight are not"),
    ],
)
def test_missing_weights_are_named(altered, tmp_path, lost, named):
    refused(altered("bert", without(lost)), tmp_path, named)


@pytest.mark.parametrize(
    "left", ["encoder.layer.2.output.dense.weight", "adapter.down", "encoder.norm.weight"]
)
def test_weights_without_a_place_are_named(altered, tmp_path, left):
    refused(altered("bert", with_(left)), tmp_path, rf"{left} of its file have no place in it")


@pytest.mark.parametrize("left", ["cls.predictions.bias", "classifier.weight", "embeddings.position_ids"])
def test_what_pretraining_or_another_task_put_on_top_may_be_left(altered, tmp_path, left):
    for attempt in ways(altered("bert", with_(left)), tmp_path):
        attempt()


def test_the_pooler_alone_may_be_missing(altered, tmp_path):
    for attempt in ways(altered("bert", without("pooler")), tmp_path):
        attempt()


def test_layers_are_left_over_where_they_were_cut_on_purpose_only(altered, tmp_path, encoder):
    assert len(load_encoder(encoder("bert"), layers=1, dropout=0.0).encoder.layer) == 1
    refused(altered("bert", num_hidden_layers=1), tmp_path, r"encoder\.layer\.1\..* have no place in it")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("name", ["encoder.layer.1.attention.self.key.weight", "pooler.dense.bias"])
def test_weights_that_are_not_finite_are_named(altered, tmp_path, name, value):
    def spoil(weights: Weights) -> Weights:
        weights[name].view(-1)[0] = value
        return weights

    refused(altered("bert", spoil), tmp_path, rf"{name}: not finite")


def test_a_trained_reader_with_weights_that_are_not_finite_is_refused(encoder, tmp_path):
    settings = {
        "layers": 1,
        "features": "cls",
        "dropout": 0.0,
        "markup": "drop",
        "freeze_word_embeddings": False,
    }
    reader = new_reader(encoder("bert"), settings, seed=0)
    torch.nn.init.constant_(reader.span.bias, float("nan"))
    save_reader(tmp_path / "r.safetensors", reader, settings)
    with pytest.raises(InputError, match=r"r\.safetensors: not a trained reader \(.*span\.bias: not finite"):
        load_reader(tmp_path / "r.safetensors", encoder("bert"))


@pytest.mark.parametrize(
    "name", ["google/some-bert", "some-bert@main", "some-bert@86b5e09", "a/b@" + "g" * 40]
)
def test_a_name_on_the_hub_needs_its_commit(tmp_path, name):
    source = {"folder": None, "wheels": (), "inside": "", "digest": "", "tokenizer": None}
    with pytest.raises(
        InputError, match=r"may stand for other weights tomorrow; write .*@ and the 40 digits"
    ):
        obtain(tmp_path / "out", cache=tmp_path, hub=name, **source)


def vocabulary(folder: Path, change: Callable[[dict[str, int]], dict[str, int]]) -> Path:
    content = json.loads((folder / "tokenizer.json").read_text())
    content["model"]["vocab"] = change(content["model"]["vocab"])
    content["added_tokens"] = [
        one for one in content["added_tokens"] if one["content"] in content["model"]["vocab"]
    ]
    (folder / "tokenizer.json").write_text(json.dumps(content))
    return folder


def test_a_tokenizer_without_words_is_refused(altered, tmp_path):
    special = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    folder = vocabulary(altered("bert"), lambda words: {word: words[word] for word in special})
    with pytest.raises(InputError, match=r"tokenizer\.json: no word but \[CLS\], \[MASK\], \[PAD\]"):
        load_tokenizer(folder, "drop")


def test_two_words_with_one_number_are_refused(altered, tmp_path):
    folder = vocabulary(altered("bert"), lambda words: words | {"dog": words["paris"]})
    words = r"tokenizer\.json: 'dog' and 'paris' are both \d+"
    with pytest.raises(InputError, match=words):
        load_tokenizer(folder, "drop")
    with pytest.raises(InputError, match=words):
        ways(folder, tmp_path)[1]()


def test_a_tokenizer_that_knows_more_than_its_encoder_is_refused(altered, tmp_path):
    folder = vocabulary(altered("bert"), lambda words: words | {"zebra": 5000})
    with pytest.raises(InputError, match=r"'zebra' is 5000, the encoder knows \d+ words; take the tokenizer"):
        ways(folder, tmp_path)[1]()

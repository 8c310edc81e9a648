"""A tiny random BERT in double precision, and one pair of sentences for it."""

import pytest
import torch

from reckon.gradients.encoded import batch, encode
from reckon.gradients.listing import word_numbers
from reckon.gradients.model import Classifier

PLAIN = {"layers": None, "features": "cls", "dropout": 0.0, "freeze_word_embeddings": False}


@pytest.fixture
def classifier(encoder) -> Classifier:
    """Six or so times the weights of a fresh BERT, so that curvature is not lost in rounding."""
    from reckon.gradients.model import new_classifier

    model = new_classifier(encoder("bert"), PLAIN, seed=3).double().eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "LayerNorm" not in name:
                weight.mul_(6)
    return model


@pytest.fixture
def tokenizer(encoder):
    from reckon.nn.encoders import load_tokenizer

    return load_tokenizer(encoder("bert"), "drop")


@pytest.fixture
def pair(tokenizer):
    """Ten or more tokens, one word in several pieces."""
    return encode(tokenizer, "the dog is in paris", "who is one cat")[0]


@pytest.fixture
def inputs(pair):
    made = batch([pair])
    del made["labels"]
    return made


@pytest.fixture
def numbers(pair):
    return word_numbers(pair)

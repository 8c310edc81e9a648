"""Our training beside transformers' Trainer, on a random BERT that reads windows of 384 tokens."""

import pytest


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with an encoder and a token file of two questions."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    from reckon.data.squad import Answer, Paragraph, Question
    from reckon.nn.template import template_of
    from reckon.squad.tokens import tokenise, write_tokens

    torch.manual_seed(1)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "who", "dog", "cat"]
    sizes = {"hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 8}
    folder = tmp_path_factory.mktemp("throughput")
    BertModel(BertConfig(vocab_size=len(pieces), **sizes)).save_pretrained(folder / "bert")
    tokenizer = BertTokenizerFast(vocab={piece: i for i, piece in enumerate(pieces)})
    tokenizer.save_pretrained(folder / "bert")
    questions = (Question("a", "who", (Answer("cat", 4),)), Question("b", "who who", ()))
    rows = tokenise([Paragraph("t", "dog cat dog", questions)], tokenizer, question_tokens=8)
    write_tokens(folder / "t.arrow", rows, template_of(tokenizer))
    return folder


def test_every_way_takes_its_turns(study, place):
    options = ("--tokens", str(place / "t.arrow"), "--encoder", str(place / "bert"), "--layers", "1")
    found = study("squad_throughput", *options, "--repeats", "2")
    ways = [row["way"] for row in found]
    assert ways.count("trainer") == ways.count("fp32") == 2
    assert {row["repeat"] for row in found} == {"1", "2"}
    assert min(float(row[what]) for row in found for what in ("training", "prediction")) > 0

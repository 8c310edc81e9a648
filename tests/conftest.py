"""What several tests share: one thread, pages made by hand, and tiny random encoders on disk."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# The same examples in every run, and no limit of time: a busy machine must not fail a test.
hypothesis.settings.register_profile(
    "reckon", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("reckon")

# Read by torch when it is imported, here and in the programs that tests start; torch itself is imported
# only by tests that need it.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["HF_HUB_OFFLINE"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests side by side (pytest -n): a file is a group, and those that run Snakemake come first."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(item.path.name))
    items.sort(key=lambda item: item.get_closest_marker("workflow") is None)


@pytest.fixture(autouse=True)
def one_thread():
    """Torch on one thread, whatever a test or an earlier import asked for."""
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


@pytest.fixture(scope="session")
def make_page() -> Callable[..., Any]:
    """A page from its words and candidates [start, end); `gold` is the annotated candidate's index."""
    from reckon.qa.pages import Annotation, Candidate, LongAnswer, Page

    def page(example_id, text, candidates, *, gold=None, short=(), yes_no="NONE", question="who is the dog"):
        spans = tuple(Candidate(start, end, True) for start, end in candidates)
        long_answer = None if gold is None else LongAnswer(gold, *candidates[gold])
        return Page(example_id, question, text, spans, (Annotation(long_answer, tuple(short), yes_no),))

    return page


@pytest.fixture(scope="session")
def make_row() -> Callable[..., dict]:
    """A row of a token file by hand: `words` are the token ids of each word of the page."""
    from reckon.qa.pages import NONE

    def row(
        example_id,
        candidates,
        *,
        words=None,
        question=(7, 8),
        answer_class=NONE,
        gold=-1,
        answer=(-1, -1),
        others=(),
        other_gold=(),
    ):
        longest = max(end for _, end in candidates)
        words = words if words is not None else [[10 + i] for i in range(longest)]
        offsets = [0]
        for word in words:
            offsets.append(offsets[-1] + len(word))
        return {
            "example_id": example_id,
            "question": list(question),
            "tokens": [token for word in words for token in word],
            "word_offsets": offsets,
            "candidate_start": [start for start, _ in candidates],
            "candidate_end": [end for _, end in candidates],
            "answer_class": answer_class,
            "gold_candidate": gold,
            "answer_start": answer[0],
            "answer_end": answer[1],
            "other_start": [start for start, _ in others],
            "other_end": [end for _, end in others],
            "other_gold": list(other_gold),
        }

    return row


@pytest.fixture
def token_pages(tmp_path: Path) -> Callable[..., Any]:
    """Rows of `make_row` as an opened token file: `[2] question [3] passage [3]`."""
    from reckon.nn.template import Template
    from reckon.qa.features import TokenPages, write_tokens

    def opened(rows, template=Template((2,), (3,), (3,), 1)):  # noqa: B008  a constant
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.tokens.arrow"
        write_tokens(path, rows, template)
        return TokenPages(path)

    return opened


LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,?!-"
WORDS = ("one", "two", "who", "the", "is", "of", "in", "paris", "france", "capital", "dog", "yes", "no")
SIZES = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
}


def _bert() -> tuple[Any, Any]:
    from transformers import BertConfig, BertModel, BertTokenizerFast

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{c}" for c in LETTERS), *WORDS]
    config = BertConfig(vocab_size=len(pieces), max_position_embeddings=64, **SIZES)
    return BertModel(config), BertTokenizerFast(vocab={piece: i for i, piece in enumerate(pieces)})


def _mpnet() -> tuple[Any, Any]:
    from transformers import MPNetConfig, MPNetModel, MPNetTokenizerFast

    pieces = ["<s>", "<pad>", "</s>", "[UNK]", *LETTERS, *(f"##{c}" for c in LETTERS), *WORDS, "<mask>"]
    config = MPNetConfig(vocab_size=len(pieces), max_position_embeddings=66, **SIZES)
    return MPNetModel(config), MPNetTokenizerFast(vocab={piece: i for i, piece in enumerate(pieces)})


def _albert() -> tuple[Any, Any]:
    from transformers import AlbertConfig, AlbertModel, AlbertTokenizerFast

    special = [(piece, 0.0) for piece in ("<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]")]
    pieces = [*special, ("▁", -3.0), *((c, -6.0) for c in LETTERS), *((f"▁{word}", -2.0) for word in WORDS)]
    config = AlbertConfig(vocab_size=len(pieces), embedding_size=8, max_position_embeddings=64, **SIZES)
    return AlbertModel(config), AlbertTokenizerFast(vocab=pieces)


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a tiny random encoder with its tokenizer: "bert", "mpnet" or "albert"."""
    made: dict[str, Path] = {}

    def folder(kind: str) -> Path:
        import torch

        from reckon.nn.encoders import quiet_transformers

        if kind not in made:
            quiet_transformers()
            torch.manual_seed(1)
            model, tokenizer = {"bert": _bert, "mpnet": _mpnet, "albert": _albert}[kind]()
            made[kind] = tmp_path_factory.mktemp(kind)
            model.save_pretrained(made[kind])
            tokenizer.save_pretrained(made[kind])
        return made[kind]

    return folder

"""What a reader is trained on: labels by hand, pages that fit, the record, and the same bytes again."""

import numpy as np
import pytest
import torch

from reckon.config.settings import Negatives, Training
from reckon.errors import InputError
from reckon.nn.encoders import load_tokenizer
from reckon.nn.template import template_of
from reckon.qa.features import TokenPages, tokenise, write_tokens
from reckon.qa.model import IGNORED, new_reader
from reckon.qa.pages import LONG, NONE, SHORT, YES
from reckon.qa.sampling import normalise, uniform
from reckon.qa.training import fitting, labelled_batch, train_reader

SETTINGS = {
    "layers": None,
    "features": "pooled",
    "dropout": 0.1,
    "freeze_word_embeddings": False,
    "markup": "drop",
}
TRAINING = Training(
    epochs=3,
    learning_rate=0.01,
    warmup_share=0.1,
    weight_decay=0.01,
    clip_norm=1.0,
    tokens_per_batch=120,
    max_tokens=30,
    checkpoint_minutes=1e9,
    precision="fp32",
)
HARD = Negatives(exponent=1, null_pages_per_answered=0.5)
# Tokens of the words of a page: 1, 2, 0, 3, 1, 1.
WORDS = [[10], [11, 12], [], [13, 14, 15], [16], [17]]


@pytest.fixture
def labelled(token_pages, make_row):
    """Labels (start, end, class) of candidate `c` of a page with candidates (0, 6), (1, 6), (4, 6)."""

    def labels(answer_class, gold, answer, c, max_tokens=40):
        row = make_row(
            "a", [(0, 6), (1, 6), (4, 6)], words=WORDS, answer_class=answer_class, gold=gold, answer=answer
        )
        batch = labelled_batch(token_pages([row]), np.array([[0, c]]), max_tokens)
        return tuple(int(batch[name]) for name in ("start", "end", "answer_class"))

    return labels


def test_labels_by_hand(labelled):
    """The passage begins at token 4: [2] 7 8 [3]. A negative has class NONE and no span."""
    assert labelled(SHORT, 0, (1, 2), 0) == (5, 6, SHORT)  # the word of two tokens
    assert labelled(SHORT, 0, (3, 5), 0) == (7, 10, SHORT)
    assert labelled(SHORT, 1, (3, 5), 1) == (6, 9, SHORT)  # positions count from the candidate
    assert labelled(SHORT, 0, (3, 5), 2) == (IGNORED, IGNORED, NONE)
    assert labelled(LONG, 0, (-1, -1), 0) == (IGNORED, IGNORED, LONG)
    assert labelled(YES, 1, (-1, -1), 1) == (IGNORED, IGNORED, YES)
    assert labelled(NONE, -1, (-1, -1), 1) == (IGNORED, IGNORED, NONE)


def test_an_answer_that_begins_or_ends_in_a_dropped_tag_has_no_label_there(labelled):
    assert labelled(SHORT, 0, (2, 4), 0) == (IGNORED, 9, SHORT)
    assert labelled(SHORT, 0, (1, 3), 0) == (5, IGNORED, SHORT)


@pytest.mark.parametrize(("room", "whole"), [(6, False), (7, True), (8, True)])
def test_an_answer_beyond_the_window_is_left_out_whole(labelled, room, whole):
    """Words 0 to 4 have 7 tokens; beside them stand 5 of the question and the template."""
    assert labelled(SHORT, 0, (3, 5), 0, room + 5) == ((7, 10, SHORT) if whole else (IGNORED,) * 3)


def test_pages_fit_whose_answer_is_inside_the_window(token_pages, make_row):
    spans = [(0, 6), (4, 6)]
    tokens = token_pages(
        [
            make_row("early", spans, words=WORDS, answer_class=SHORT, gold=0, answer=(1, 2)),
            make_row("late", spans, words=WORDS, answer_class=SHORT, gold=0, answer=(4, 5)),
            make_row(
                "late, but in a late candidate", spans, words=WORDS, answer_class=SHORT, gold=1, answer=(4, 5)
            ),
            make_row("long", spans, words=WORDS, answer_class=LONG, gold=0),
            make_row("none", spans, words=WORDS),
        ]
    )
    assert fitting(tokens, 5 + 4).tolist() == [True, False, True, True, True]
    assert fitting(tokens, 5 + 7).all()


@pytest.fixture
def pages(encoder, tmp_path, make_page):
    """Twelve pages of two sentences; the answer follows "is", and only answered pages hold "capital"."""
    answers = ("paris", "dog", "france", "one")
    made = []
    for i in range(12):
        answer, answered = answers[i % 4], i % 3 < 2
        text = f"the {'capital' if answered else 'one'} is {answer} . in the of no yes"
        labels = {"gold": 0, "short": [(3, 4)]} if answered else {}
        made.append(
            make_page(str(i), text, [(0, 5), (5, 10), (6, 9)], question="who is the capital", **labels)
        )
    tokenizer = load_tokenizer(encoder("bert"), "drop")
    rows = tokenise(made, tokenizer, markup="drop", question_tokens=8)
    write_tokens(tmp_path / "t.arrow", rows, template_of(tokenizer))
    return TokenPages(tmp_path / "t.arrow")


def run(pages, encoder, tmp_path, *, seed=0, limit=None, distribution=None, **changes):
    reader = new_reader(encoder("bert"), SETTINGS, seed=seed)
    record = train_reader(
        reader,
        pages,
        distribution or uniform(pages),
        HARD,
        TRAINING.model_copy(update=changes),
        pages=limit,
        seed=seed,
        checkpoint=tmp_path / "c.pt",
        device="cpu",
    )
    return reader, record


def bytes_of(reader) -> bytes:
    return b"".join(tensor.detach().numpy().tobytes() for tensor in reader.state_dict().values())


def test_a_reader_learns_and_its_record_counts_what_it_saw(pages, encoder, tmp_path):
    _, record = run(pages, encoder, tmp_path, epochs=25, learning_rate=0.02)
    assert [row["epoch"] for row in record] == list(range(1, 26))
    for row in record:
        # 8 answered pages give 8 positives and 8 negatives; 4 of 4 null pages are half as many as those.
        assert row["sequences"] == row["answer_class_n"] == 20
        assert row["start_n"] == row["end_n"] == 8
        assert row["none_share"] == 12 / 20
    assert record[-1]["answer_class_accuracy"] > 0.9
    assert record[-1]["start_accuracy"] > 0.9
    assert record[-1]["answer_class_loss"] < 0.5 * record[0]["answer_class_loss"]


def test_the_seed_fixes_the_bytes_and_stopping_does_not_change_them(pages, encoder, tmp_path, monkeypatch):
    whole, record = run(pages, encoder, tmp_path, seed=1)
    assert bytes_of(run(pages, encoder, tmp_path, seed=1)[0]) == bytes_of(whole)
    assert bytes_of(run(pages, encoder, tmp_path, seed=2)[0]) != bytes_of(whole)
    from reckon.qa import training

    calls = iter(range(1_000))

    def switched_off(*arguments):
        if next(calls) == 3:
            raise KeyboardInterrupt
        return labelled_batch(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(training, "labelled_batch", switched_off)
        with pytest.raises(KeyboardInterrupt):
            run(pages, encoder, tmp_path, seed=1, checkpoint_minutes=1e-9)
    resumed, again = run(pages, encoder, tmp_path, seed=1)
    assert bytes_of(resumed) == bytes_of(whole)
    assert again == record


def test_hard_negatives_train_another_reader_than_uniform_ones(pages, encoder, tmp_path):
    pairs = pages.pairs()
    hard = normalise(pages, pairs, np.where(pairs[:, 1] == 1, 1.0, 0.001))
    assert bytes_of(run(pages, encoder, tmp_path, distribution=hard)[0]) != bytes_of(
        run(pages, encoder, tmp_path)[0]
    )


def test_a_limit_on_the_pages_is_a_choice_by_the_seed(pages, encoder, tmp_path):
    sizes = {limit: run(pages, encoder, tmp_path, limit=limit)[1][0]["sequences"] for limit in (3, 12, 99)}
    assert sizes[3] <= 6
    assert sizes[12] == sizes[99] == 20


def test_a_window_beyond_the_encoder_is_refused_before_training(pages, encoder, tmp_path):
    with pytest.raises(InputError, match="max_tokens: 100, but the encoder reads at most 64"):
        run(pages, encoder, tmp_path, max_tokens=100)


def test_training_leaves_all_numbers_finite(pages, encoder, tmp_path):
    reader, _ = run(pages, encoder, tmp_path)
    assert all(torch.isfinite(tensor).all() for tensor in reader.state_dict().values())

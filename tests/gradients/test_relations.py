"""Shares of pairs by hand, the deck's cells, listings, and the states that are compared."""

import io

import numpy as np
import pytest
import torch

from reckon.gradients import relations
from reckon.gradients.deck import HYPOTHESIS, PREMISE, cell_scores
from reckon.gradients.encoded import Encoded, encode
from reckon.gradients.estimators import Blocks
from reckon.gradients.listing import ranked, word_labels, word_numbers, write_listing
from reckon.gradients.model import new_classifier, save_snapshot
from reckon.gradients.relations import deck_rows, matrix_rows, share_rows, shares, states

PLAIN = {"layers": 1, "features": "cls", "dropout": 0.0, "freeze_word_embeddings": True}
SCORING = {"target": "argmax", "at": "embeddings", "score": "frobenius", "method": "probes", "draws": 1}


@pytest.fixture
def small(tokenizer) -> Encoded:
    """[CLS] the dog . [SEP] no w ##a ##s [SEP], dog and was essential."""
    pair, _ = encode(tokenizer, "the dog.", "no was")
    mask = [0, 0, 1, 0, 0, 0, 1, 1, 1, 0]
    return Encoded(**vars(pair) | {"masks": {"union": mask}, "label": 1})


def test_every_special_token_is_a_word_and_pieces_are_one(small):
    assert word_numbers(small).tolist() == [0, 1, 2, 3, 4, 5, 6, 6, 6, 7]
    names, sentences = word_labels(small, ["[CLS]", "[SEP]", "[SEP]"])
    assert names == ["[CLS]", "the", "dog", ".", "[SEP]", "no", "was", "[SEP]"]
    assert sentences.tolist() == [-1, 0, 0, 0, -1, 1, 1, -1]


def test_equal_scores_give_each_kind_its_share_of_the_pairs(small):
    found = shares(small, np.ones((8, 8)), "union", frozenset({"the", "no"}))
    # 28 pairs: 10 of 5 plain words; content across: dog - was; essential across: the same.
    assert found["special"] == found["special_pairs"] == 18 / 28
    assert found["cross_content"] == found["cross_content_pairs"] == 1 / 28
    assert found["cross_essential"] == 1 / 28
    assert (
        shares(small, np.ones((8, 8)), "union", frozenset())["cross_content"] == 4 / 28
    )  # the, dog - no, was


def test_only_off_diagonal_sizes_count_and_signs_do_not(small):
    score = np.diag(np.full(8, 99.0))
    score[2, 6] = score[6, 2] = -3.0
    score[0, 4] = score[4, 0] = 1.0
    found = shares(small, score, "union", frozenset({"the"}))
    assert (found["special"], found["cross_content"]) == (0.25, 0.75)
    assert found["cross_essential"] == 0.75


def test_scores_without_any_pair_have_no_share(small):
    found = shares(small, np.zeros((8, 8)), "union", frozenset())
    assert found["special"] == found["cross_content"] == 0


def blocks(score):
    return Blocks(score, score * 0 + 0.1, score - 0.2, score + 0.2, 1)


def test_pairs_are_listed_once_by_size_with_their_places():
    score = np.array([[9.0, 1.0, -4.0], [1.0, 9.0, 2.0], [-4.0, 2.0, 9.0]])
    rows = ranked(["[CLS]", "dog", "dog"], blocks(score), top=2)
    assert [(row["rank"], row["word"], row["most_relevant"], row["score"]) for row in rows] == [
        (1, "[CLS]@0", "dog@2", -4.0),
        (2, "dog@1", "dog@2", 2.0),
    ]
    assert [row["share"] for row in rows] == [4 / 7, 2 / 7]
    text = io.StringIO()
    write_listing(text, rows)
    assert text.getvalue().splitlines()[1] == "1,[CLS]@0,dog@2,-4,0.1,-4.2,-3.8,0.571429"


def test_pairs_that_were_not_asked_for_are_not_listed():
    score = np.array([[np.nan, 1.0, np.nan], [1.0, 2.0, 3.0], [np.nan, 3.0, np.nan]])
    assert [row["score"] for row in ranked(["a", "b", "c"], blocks(score))] == [3.0, 1.0]


WORDS = ["[CLS]", *PREMISE[:-1].replace(",", " ,").lower().split(), ".", "[SEP]"]
WORDS += [*HYPOTHESIS[:-1].lower().split(), ".", "[SEP]"]


def deck_matrix():
    score = np.random.default_rng(0).random((24, 24))
    return matrix_rows(WORDS, blocks(score + score.T))


def test_the_decks_sentence_has_24_words():
    assert len(WORDS) == 24
    assert [i for i, word in enumerate(WORDS) if word == "football"] == [8, 21]


def test_each_cell_of_the_deck_is_given_the_score_of_its_words():
    matrix = deck_matrix()
    by_place = {(row["i"], row["j"]): row["score"] for row in matrix}
    found = cell_scores(
        ["0: football11 – football12", "2: and – football12", "4: football12 – protection"], matrix
    )
    places = WORDS.index("and"), WORDS.index("protection")
    assert list(found.values()) == [by_place[8, 21], by_place[places[0], 21], by_place[places[1], 21]]


def test_a_name_that_fits_several_pairs_gets_them_in_falling_order():
    matrix = deck_matrix()
    seps = [i for i, word in enumerate(WORDS) if word == "[SEP]"]
    found = cell_scores(["2: [CLS] – [SEP]", "4: [CLS] – [SEP]", "6: [CLS] – [SEP]"], matrix)
    fitting = sorted((r["score"] for r in matrix if r["i"] == 0 and r["j"] in seps), reverse=True)
    assert list(found.values()) == fitting
    assert len(fitting) == 2


def test_words_that_do_not_occur_have_no_score():
    assert cell_scores(["0: cat – football12", "2: cat – dog"], deck_matrix()) == {}


def test_states_are_the_snapshots_and_two_controls(encoder, tokenizer, small, tmp_path, monkeypatch):
    # The deck's sentence has more pieces than the tiny encoder has places.
    monkeypatch.setattr(relations, "PREMISE", "the dog is in paris")
    monkeypatch.setattr(relations, "HYPOTHESIS", "one dog")
    trained = new_classifier(encoder("bert"), PLAIN, seed=0)
    for epoch in (0, 1):
        with torch.no_grad():
            trained.head.weight.add_(epoch)
        save_snapshot(tmp_path / f"epoch{epoch}.safetensors", trained)
    seen, places = {}, {epoch: tmp_path / f"epoch{epoch}.safetensors" for epoch in (1, 0)}
    for state, epoch, model in states(encoder("bert"), PLAIN, places, controls=True, seed=0):
        assert not model.training
        weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        rows = list(share_rows(model, [small], SCORING, rule="union", words=frozenset(), seed=0))
        assert rows[0]["products"] == 8
        seen[state, epoch] = weights, rows[0]["special"], deck_rows(model, tokenizer, SCORING, seed=0)
    assert list(seen) == [("trained", 0), ("trained", 1), ("random_head", 1), ("untrained_encoder", 0.0)]
    body = "encoder.encoder.layer.0.output.dense.weight"
    heads = [weights["head.weight"] for weights, _, _ in seen.values()]
    bodies = [weights[body] for weights, _, _ in seen.values()]
    assert torch.equal(heads[1], heads[0] + 1)
    assert not torch.equal(heads[2], heads[1])
    assert torch.equal(bodies[2], bodies[1])
    assert not torch.equal(bodies[3], bodies[2])
    assert len({special for _, special, _ in seen.values()}) == 4
    assert {row["word"] for row in seen["trained", 0][2]} >= {"[CLS]", "dog", "paris"}

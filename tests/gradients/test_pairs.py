"""Scores of pairs: models whose blocks are known, exact against estimated, words of several pieces."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from scipy import stats
from torch import nn

from reckon.errors import InputError
from reckon.gradients.model import label_number, load_any
from reckon.gradients.pairs import METHODS, main, pair_scores
from reckon.gradients.products import differentiable_twice, logits_at, point, products

TOKENS, HIDDEN = 5, 6
IDS = {"input_ids": torch.tensor([[3, 1, 4, 2, 0]])}


class Toy(nn.Module):
    """A function of the embeddings (tokens, hidden) in place of a network: logits f and −f."""

    def __init__(self, function):
        super().__init__()
        torch.manual_seed(0)
        self.table = nn.Embedding(TOKENS, HIDDEN, dtype=torch.float64)
        self.function = function

    def get_input_embeddings(self):
        return self.table

    def forward(self, inputs_embeds):
        value = self.function(inputs_embeds[0])
        return torch.stack([value, -value])[None]


def matrix() -> torch.Tensor:
    M = torch.randn(
        TOKENS * HIDDEN, TOKENS * HIDDEN, dtype=torch.float64, generator=torch.Generator().manual_seed(4)
    )
    return M + M.T


def quadratic(M):
    return Toy(lambda E: E.flatten() @ M @ E.flatten() / 2)


def blocks_of(M):
    return M.view(TOKENS, HIDDEN, TOKENS, HIDDEN).transpose(1, 2)


def scores(model, score="frobenius", method="exact", inputs=IDS, **options):
    return pair_scores(model, inputs, target="logit", label=0, score=score, method=method, **options)


def test_the_blocks_of_a_quadratic_are_those_of_its_matrix():
    M = matrix()
    H = blocks_of(M)
    found = scores(quadratic(M))
    np.testing.assert_allclose(found.score, H.norm(dim=(-1, -2)), rtol=1e-12)
    np.testing.assert_allclose(scores(quadratic(M), "meanabs").score, H.abs().mean((-1, -2)), rtol=1e-12)
    assert found.products == TOKENS * HIDDEN
    assert found.error.max() == 0
    np.testing.assert_array_equal(found.low, found.high)


def test_the_taylor_terms_of_a_quadratic_are_products_with_its_blocks():
    model, M = quadratic(matrix()), blocks_of(matrix())
    E = model.table(IDS["input_ids"])[0].detach()
    expected = torch.einsum("ip,ijpq,jq->ij", E, M, E)
    found = scores(model, "taylor")
    np.testing.assert_allclose(found.score, expected, rtol=1e-10)
    assert found.products == TOKENS
    step = E - model.table.weight[2].detach()
    expected = torch.einsum("ip,ijpq,jq->ij", step, M, step)
    np.testing.assert_allclose(scores(model, "taylor", baseline=2).score, expected, rtol=1e-10)


@pytest.mark.parametrize(("method", "score"), [(m, s) for m, all_of in METHODS.items() for s in all_of])
def test_a_linear_model_has_no_pairs(method, score):
    weight = torch.randn(TOKENS, HIDDEN, dtype=torch.float64)
    assert np.abs(scores(Toy(lambda E: (E * weight).sum()), score, method).score).max() == 0


@pytest.mark.parametrize(("method", "score"), [(m, s) for m, all_of in METHODS.items() for s in all_of])
def test_a_separable_model_has_no_pairs_of_different_words(method, score):
    found = scores(Toy(lambda E: (E.sum(1) ** 3).sum()), score, method).score
    assert np.abs(found - np.diag(np.diag(found))).max() == 0
    assert np.abs(np.diag(found)).min() > 0


def test_all_taylor_terms_add_up_to_one_product_with_the_whole_step(classifier, inputs):
    terms = pair_scores(classifier, inputs, score="taylor", at="embeddings").score
    with differentiable_twice(classifier):
        E = point(classifier, inputs, "embeddings")
        product = products(logits_at(classifier, inputs, "embeddings"), E, "ce", 0)
        whole = (E * product(E[None])[0]).sum()
    assert terms.sum() == pytest.approx(float(whole), rel=1e-10)


def test_exact_blocks_agree_with_central_differences_one_by_one(classifier, inputs):
    """Two blocks against second differences of S itself along random directions: uᵀ H_ij v."""
    with differentiable_twice(classifier):
        E, logits = point(classifier, inputs, "word"), logits_at(classifier, inputs, "word")
        product = products(logits, E, "logit", 1)
        rng = torch.Generator().manual_seed(5)
        for i, j in ((1, 4), (3, 7)):
            u, v = torch.zeros_like(E), torch.zeros_like(E)
            u[i], v[j] = torch.randn(2, E.shape[1], dtype=E.dtype, generator=rng)
            stencil = ((1, 8.0), (-1, -8.0), (2, -1.0), (-2, 1.0))
            h = 3e-3
            mixed = (
                sum(
                    a * b * float(logits(E + s * h * u + t * h * v)[1])
                    for s, a in stencil
                    for t, b in stencil
                )
                / (12 * h) ** 2
            )
            assert mixed == pytest.approx(float((u * product(v[None])[0]).sum()), rel=1e-6)


def test_renaming_the_words_renames_the_scores(classifier, inputs, numbers):
    plain = pair_scores(classifier, inputs, words=numbers).score
    order = np.random.default_rng(0).permutation(numbers.max() + 1)
    renamed = pair_scores(classifier, inputs, words=order[numbers]).score
    np.testing.assert_allclose(renamed[np.ix_(order, order)], plain, rtol=1e-10)


def test_exchanging_two_words_of_a_model_without_positions_exchanges_their_scores():
    model = Toy(lambda E: (E.sum(0) ** 4).sum() + (E**3).sum() * E.sum())
    plain = scores(model).score
    exchanged = scores(model, inputs={"input_ids": IDS["input_ids"][:, [0, 3, 2, 1, 4]]}).score
    np.testing.assert_allclose(exchanged[np.ix_([0, 3, 2, 1, 4], [0, 3, 2, 1, 4])], plain, rtol=1e-10)


def test_a_word_of_several_pieces_is_one_block(classifier, inputs, numbers):
    assert numbers.max() + 1 < len(numbers)
    pieces = pair_scores(classifier, inputs)
    merged = pair_scores(classifier, inputs, words=numbers)
    member = np.equal.outer(np.arange(numbers.max() + 1), numbers).astype(float)
    np.testing.assert_allclose(merged.score**2, member @ pieces.score**2 @ member.T, rtol=1e-10)
    mean = pair_scores(classifier, inputs, score="meanabs", words=numbers).score
    np.testing.assert_allclose(
        mean, member @ pair_scores(classifier, inputs, score="meanabs").score @ member.T, rtol=1e-10
    )
    terms = pair_scores(classifier, inputs, score="taylor", words=numbers).score
    np.testing.assert_allclose(
        terms,
        member @ pair_scores(classifier, inputs, score="taylor").score @ member.T,
        rtol=1e-8,
        atol=1e-12,
    )


@pytest.mark.parametrize(
    ("method", "score"), [("exact", "frobenius"), ("exact", "taylor"), ("columns", "meanabs")]
)
def test_selected_words_cost_their_own_products_only(classifier, inputs, method, score):
    whole = pair_scores(classifier, inputs, score=score, method="exact")
    part = pair_scores(classifier, inputs, score=score, method=method, selected=[2, 5], draws=16)
    each = {"exact": 16, "columns": 16}[method] if score != "taylor" else 1
    assert part.products == 2 * each
    known = np.zeros(whole.score.shape, dtype=bool)
    known[[2, 5]] = known[:, [2, 5]] = True
    np.testing.assert_array_equal(np.isnan(part.score), ~known)
    np.testing.assert_allclose(part.score[known], whole.score[known], rtol=1e-8, atol=1e-12)


def test_chunks_do_not_change_a_score(classifier, inputs):
    parts = [pair_scores(classifier, inputs, chunk=chunk).score for chunk in (3, 64)]
    np.testing.assert_allclose(*parts, rtol=1e-10)


def test_probes_are_unbiased_for_the_squared_norm():
    M = matrix()
    exact = scores(quadratic(M)).score ** 2
    drawn = np.array([scores(quadratic(M), method="probes", draws=4, seed=s).score ** 2 for s in range(200)])
    error = drawn.std(0, ddof=1) / np.sqrt(len(drawn))
    z = (drawn.mean(0) - exact) / error
    # 15 different blocks: the largest of them is below 3.5 in 99.3 % of all seeds.
    assert np.abs(z).max() < 3.5
    assert np.allclose(drawn, drawn.transpose(0, 2, 1))


def test_the_error_of_a_score_of_probes_is_what_it_scatters_by():
    """To first order, √ of a mean m with the standard error e scatters by e / (2 √m)."""
    M = matrix()
    drawn = [scores(quadratic(M), method="probes", draws=64, seed=seed) for seed in range(100)]
    scatter = np.std([found.score for found in drawn], axis=0, ddof=1)
    told = np.median([found.error for found in drawn], axis=0)
    # A standard deviation of 100 draws is known to 7 %, the largest of 15 ratios to some 20 %.
    np.testing.assert_allclose(told, scatter, rtol=0.35)


def test_all_columns_are_the_exact_score_and_few_are_unbiased():
    M = matrix()
    exact = scores(quadratic(M), "meanabs").score
    every = scores(quadratic(M), "meanabs", "columns", draws=HIDDEN)
    np.testing.assert_allclose(every.score, exact, rtol=1e-12)
    assert every.error.max() == 0
    drawn = np.array([scores(quadratic(M), "meanabs", "columns", draws=2, seed=s).score for s in range(200)])
    z = (drawn.mean(0) - exact) / (drawn.std(0, ddof=1) / np.sqrt(len(drawn)))
    assert np.abs(z).max() < 3.5


def test_intervals_of_probes_cover_the_exact_norm_as_often_as_they_say():
    M = matrix()
    exact = scores(quadratic(M)).score
    i, j = np.triu_indices(TOKENS, 1)
    found = [scores(quadratic(M), method="probes", draws=8, seed=s) for s in range(100)]
    inside = [(b.low <= exact)[i, j] & (exact <= b.high)[i, j] for b in found]
    # 95 % of 1,000 intervals, which are dependent within a seed.
    assert 0.91 < np.mean(inside) < 0.98


def test_adaptive_probes_separate_the_best_and_spend_less_on_the_rest():
    M = blocks_of(matrix()).clone()
    M *= 0.01
    for size, (i, j) in zip((9, 6, 4), ((0, 1), (1, 2), (0, 2)), strict=True):
        for a, b in ((i, j), (j, i)):
            M[a, b] *= 100 * size
    model = quadratic(M.transpose(1, 2).reshape(TOKENS * HIDDEN, -1))
    found = scores(model, method="adaptive", draws=4, most_draws=256, top=3)
    i, j = np.triu_indices(TOKENS, 1)
    best = np.argsort(-found.score[i, j])[:3]
    assert [(int(i[k]), int(j[k])) for k in best] == [(0, 1), (1, 2), (0, 2)]
    assert 5 * 4 < found.products < 5 * 256 / 2
    np.testing.assert_allclose(
        found.score[0, 1], scores(model).score[0, 1], rtol=4 * found.error[0, 1] / found.score[0, 1]
    )


def test_more_probes_rank_a_network_better(classifier, inputs):
    i, j = np.triu_indices(inputs["input_ids"].shape[1], 1)
    exact = pair_scores(classifier, inputs).score[i, j]
    ranks = []
    for draws in (1, 16):
        found = [pair_scores(classifier, inputs, method="probes", draws=draws, seed=s) for s in range(5)]
        ranks.append(np.mean([stats.spearmanr(f.score[i, j], exact).statistic for f in found]))
    assert 0.5 < ranks[0] < ranks[1]
    assert ranks[1] > 0.97


def test_the_same_seed_gives_the_same_scores(classifier, inputs):
    first, again = (pair_scores(classifier, inputs, method="probes", seed=7).score for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_a_score_that_the_method_does_not_estimate_is_refused():
    with pytest.raises(
        InputError, match=r"score 'meanabs' by method 'probes' is not available.*columns: meanabs"
    ):
        scores(quadratic(matrix()), "meanabs", "probes")


def program(*arguments):
    command = [sys.executable, "-m", "reckon.gradients.pairs", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_program_lists_pairs_with_their_places(encoder):
    sentences = ("--premise", "the dog is in paris", "--hypothesis", "one dog")
    done = program("--model", encoder("bert"), *sentences, "--top", 3, "--only", "dog")
    assert done.returncode == 0, done.stderr
    assert "has no head" in done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "rank,word,most_relevant,score,error,low,high,share"
    assert len(lines) == 4
    assert all({"dog@2", "dog@8"} & set(line.split(",")) for line in lines[1:])


def test_the_program_says_what_is_wrong(encoder, tmp_path, monkeypatch):
    sentences = ("--premise", "one", "--hypothesis", "two")
    for arguments, words in (
        (("--model", tmp_path), "no config.json there"),
        (("--model", encoder("bert"), "--only", "cat"), "--only cat: not a word of the two sentences"),
        (("--model", encoder("bert"), "--label", "maybe"), "label 'maybe' is not known"),
        (("--model", encoder("bert"), "--classifier", json.dumps([1])), "--classifier"),
        (("--model", encoder("bert"), "--draws", 1), "--draws 1: two at least"),
        (("--model", encoder("bert"), "--draws", 0, "--method", "columns"), "--draws 0: two at least"),
        (("--model", encoder("bert"), "--premise", " "), "--premise: an empty sentence"),
        (("--model", encoder("bert"), "--classifier", '{"layers": 1, "layers": 2}'), "given twice"),
    ):
        monkeypatch.setattr(sys, "argv", ["pairs", *sentences, *map(str, arguments)])
        with pytest.raises(InputError, match=words):
            main()


def test_the_program_takes_a_classifier_of_transformers_with_its_own_labels(
    encoder, tmp_path, monkeypatch, capsys
):
    from transformers import AutoTokenizer, BertForSequenceClassification

    torch.manual_seed(2)
    names = {0: "ENTAILMENT", 1: "NEUTRAL", 2: "CONTRADICTION"}
    model = BertForSequenceClassification.from_pretrained(encoder("bert"), id2label=names)
    model.save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(encoder("bert")).save_pretrained(tmp_path)
    found = load_any(tmp_path, None, "{}", seed=0)
    assert [label_number(found, name) for name in ("entailment", "Contradiction", "1")] == [0, 2, 1]
    arguments = [
        "--model",
        str(tmp_path),
        "--premise",
        "the dog",
        "--hypothesis",
        "one cat",
        "--at",
        "embeddings",
    ]
    monkeypatch.setattr(sys, "argv", ["pairs", *arguments, "--score", "taylor", "--top", "2"])
    main()
    assert len(capsys.readouterr().out.splitlines()) == 3

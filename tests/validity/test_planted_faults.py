"""Faults planted into the real functions: each is noticed by a claim or a verdict."""

import csv
import random

import numpy as np
import pytest

from reckon.data.miniature.pages import pages as generated
from reckon.files.writing import writing
from reckon.gradients.controls import matched_means
from reckon.gradients.saliency import auc
from reckon.qa.baselines import tfidf
from reckon.qa.comparison import draws
from reckon.qa.effects import by_system, differences
from reckon.qa.evaluation import evaluate, gold_candidates
from reckon.qa.labels import Label, Prediction, Span
from reckon.qa.pages import LONG, page_of
from reckon.qa.sampling import draw_epoch, normalise, uniform
from reckon.report.claims import Claim, effects_by_path, settle, settled
from reckon.report.verdicts import Recomputed, judge
from reckon.stats.crossed import compare
from reckon.steps.provenance import stamp
from reckon.tables.effects import Effect, write_effects
from reckon.tables.transcription import Cell

CLAIM = Claim("a", "mine", "", 1, "A beats B", "qa", "a - tfidf", "F1", "greater", 0.0, "", "")
CELL = Cell("mine", "scores", "A", "F1", "share", "higher", "0.50", 7, "measured", "", "")


@pytest.fixture(scope="module")
def pages():
    return [page_of(record) for record in generated(240, 5, annotators=5)]


def reader(pages, skill, seed, labels=None):
    """Answers of a reader that learned the candidate of `labels` (by page; default: the gold one).

    On a share `skill` of the pages it says what it learned, elsewhere it takes any candidate.
    """
    rng = random.Random(seed)
    answers = {}
    for page in pages:
        learned = sorted(gold_candidates(page)) if labels is None else [labels[page.example_id]]
        chosen = learned[0] if learned and rng.random() < skill else rng.randrange(len(page.candidates))
        start, end = page.candidates[chosen][:2]
        score = rng.uniform(0.5, 1) if learned else rng.uniform(0, 0.5)
        answers[page.example_id] = Prediction(Label(Span(start, end), (), "NONE"), score, 0.0)
    return answers


def effects_of(pages, folder, systems):
    """Effects of `a` minus TF-IDF, through evaluation, files, comparison; `systems`: answers by seed."""
    files = []
    for name, by_seed in systems.items():
        for seed, answers in enumerate(by_seed):
            path = folder / "miniature" / name / f"seed{seed}" / "by_page.csv"
            rows = evaluate(pages, answers, 0.3).by_page
            with writing(path) as out:
                writer = csv.DictWriter(out, rows[0].keys())
                writer.writeheader()
                writer.writerows(rows)
            files.append(path)
    return differences("miniature", "demo", "a", "tfidf", by_system(files)["miniature"], trained=False)


def verdict_of(effects):
    return next(settle(CLAIM, effect)[0] for effect in effects if effect.measure == "F1")


def test_shuffled_labels_turn_the_claim_against_the_baseline(pages, tmp_path):
    baseline = [tfidf(pages)]
    sound = effects_of(
        pages, tmp_path / "sound", {"a": [reader(pages, 0.9, s) for s in range(3)], "tfidf": baseline}
    )
    assert verdict_of(sound) == "supported"

    rng = random.Random(1)
    shuffled = {page.example_id: rng.randrange(len(page.candidates)) for page in pages}
    systems = {"a": [reader(pages, 0.9, s, shuffled) for s in range(3)], "tfidf": baseline}
    assert verdict_of(effects_of(pages, tmp_path / "shuffled", systems)) == "contradicted"


def test_a_hard_arm_that_samples_uniformly_draws_the_same_and_the_claim_says_so(token_pages, make_row):
    rows = [make_row(f"q{i}", [(j, j + 1) for j in range(12)], answer_class=LONG, gold=0) for i in range(20)]
    tokens = token_pages(rows)
    chances = np.random.default_rng(0).beta(0.3, 1, len(tokens.pairs()))
    hard = normalise(tokens, tokens.pairs(), chances)
    options = {"null_pages_per_answered": 0.5, "trainable": np.ones(20, bool), "seed": 3, "epoch": 0}

    meant = draw_epoch(tokens, hard, exponent=1, **options)
    planted = draw_epoch(tokens, hard, exponent=0, **options)
    asked = draw_epoch(tokens, uniform(tokens), exponent=0, **options)
    assert (planted == asked).all()
    assert (meant != asked).any()
    assert draws(tokens, hard, 1)["answered_effective"] < 6
    assert draws(tokens, hard, 0)["answered_effective"] == draws(tokens, hard, 0)["answered_available"] == 11


def test_arms_that_agree_everywhere_settle_nothing(pages, tmp_path):
    same = [tfidf(pages)]
    (effect,) = (e for e in effects_of(pages, tmp_path, {"a": same * 3, "tfidf": same}) if e.measure == "F1")
    verdict, reason = settle(CLAIM, effect)
    assert verdict == "inconclusive"
    assert "is the setting wired?" in reason


def test_a_seed_that_is_not_wired_is_no_match(pages):
    values = tuple(
        (seed, evaluate(pages, reader(pages, 0.6, 0), 0.3).summary["scored"]["f1"]) for seed in range(3)
    )
    judgement = judge(CELL, Recomputed(values, "share", "full", "deck", 3, False, True), not_run="")
    assert judgement.verdict == "uncertain"
    assert "is the seed wired?" in judgement.reason


def test_effects_edited_by_hand_are_tampered(pages, tmp_path):
    effects = effects_of(
        pages, tmp_path, {"a": [reader(pages, 0.9, seed) for seed in range(3)], "tfidf": [tfidf(pages)]}
    )
    path = tmp_path / "effects.csv"
    write_effects(path, effects)
    stamp(path, [], [], {})
    (row,) = settled([CLAIM], effects_by_path([str(path)]))
    assert row["verdict"] == "supported"
    path.write_text(path.read_text("utf-8").replace(repr(effects[2].effect), "0.9"), "utf-8")
    (row,) = settled([CLAIM], effects_by_path([str(path)]))
    assert row["verdict"] == "tampered"


@pytest.mark.parametrize(("shift", "verdict"), [(0, "supported"), (1, "contradicted")])
def test_a_mask_shifted_by_one_token_loses_the_claim_on_essential_words(shift, verdict):
    """Gradients twice as large at essential words, never side by side; the mask is off by `shift`."""
    rng = np.random.default_rng(4)
    differences, ranks = [], []
    for _ in range(3):
        true = [np.isin(np.arange(12), 3 * rng.choice(4, 2, replace=False)) for _ in range(150)]
        values = [rng.exponential(0.2, 12) + 1 + mask for mask in true]
        masks = [np.roll(mask, shift) for mask in true]
        same = [np.zeros(12, int)] * 150
        matched = matched_means(values, masks, same, same)
        differences.append([v[m].mean() - c for v, m, c in zip(values, masks, matched, strict=True)])
        ranks.append(np.mean([auc(v, m) for v, m in zip(values, masks, strict=True)]))
    estimate, *rest = compare(differences)
    where = ("gradients", "essential - matched", "saliency", "1", "", "", 3, 150)
    effect = Effect(*where, *estimate, "", "pair", *rest)
    assert settle(CLAIM, effect)[0] == verdict
    assert (np.mean(ranks) > 0.9) == (shift == 0)

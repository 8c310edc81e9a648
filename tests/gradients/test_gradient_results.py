"""Tables, effects, figures and event files from runs whose numbers are known."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reckon.errors import InputError
from reckon.files.svg import save_svg
from reckon.gradients import figures
from reckon.gradients.effects import relation_effects, saliency_effects
from reckon.gradients.events import deck_scalars, write_events
from reckon.gradients.frames import LOSSES, read_runs
from reckon.gradients.results import (
    CURVES,
    TRACKING,
    curves,
    deck_metrics,
    mean_shares,
    pair_shares,
    tracking,
)

REPORTED = Path(__file__).parents[2] / "reported"
WHERE = {"scale": "demo", "data": "miniature", "evidence": "x.csv"}
EPOCHS, PAIRS, SEEDS = (0.0, 0.5, 1.0), 40, (0, 1, 2)


def saliency(rise=0.5, run="labels"):
    """Essential words at 1 + rise x epoch, others and matched words at 1, with noise by pair and seed."""
    rng = np.random.default_rng(0)
    rows = []
    for seed in SEEDS:
        for epoch in EPOCHS:
            for pair in range(PAIRS):
                scale = 1 + pair / PAIRS
                essential = scale * (1 + rise * epoch + rng.normal(0, 0.02) + 0.01 * seed)
                row = {"epoch": epoch, "split": "evaluation", "pair": str(pair), "scalar": "ce", "norm": "l1"}
                row |= {
                    "essential": essential,
                    "other": scale,
                    "all": scale,
                    "random": scale,
                    "matched": scale,
                }
                rows.append(row | {"auc": 0.5 + 0.1 * epoch, "ap": 0.5, "run": run, "seed": seed})
    return pd.DataFrame(rows)


def shares(fall=0.1):
    rng = np.random.default_rng(1)
    rows = []
    for seed in SEEDS:
        for state, epoch in (
            ("trained", 0.0),
            ("trained", 1.0),
            ("random_head", 1.0),
            ("untrained_encoder", 0.0),
        ):
            for pair in range(PAIRS):
                special = 0.5 - fall * epoch + rng.normal(0, 0.01)
                row = {"state": state, "epoch": epoch, "pair": str(pair), "special": special}
                row |= {
                    "cross_content": 0.1,
                    "cross_essential": 0.05,
                    "products": 9,
                    "run": "labels",
                    "seed": seed,
                }
                rows.append(
                    row | {"special_pairs": 0.25, "cross_content_pairs": 0.2, "cross_essential_pairs": 0.02}
                )
    return pd.DataFrame(rows)


def losses():
    rows = [(e, s, 1.1 - 0.3 * e, 0.4 + 0.2 * e, PAIRS) for e in EPOCHS for s in ("training", "evaluation")]
    frame = pd.DataFrame(rows, columns=["epoch", "split", "loss", "accuracy", "n"])
    return pd.concat([frame.assign(run="labels", seed=seed) for seed in SEEDS], ignore_index=True)


def originals():
    rows = [(e, "evaluation", b, "gradient", 2.0 + b, 1.0 + b) for e in EPOCHS for b in (0, 1)]
    columns = ["epoch", "split", "batch", "variant", "grad_loss", "grad0_loss"]
    return pd.DataFrame(rows, columns=columns).assign(run="labels", seed=0)


def table():
    return tracking(saliency(), losses(), originals())


def value(frame, **where):
    for name, wanted in where.items():
        frame = frame[frame[name] == wanted]
    assert len(frame) == 1
    return float(frame.value.iloc[0])


def test_runs_are_told_apart_by_their_folders(tmp_path):
    for run, seed in (("labels", 0), ("shuffled", 3)):
        folder = tmp_path / "miniature" / run / f"seed{seed}"
        folder.mkdir(parents=True)
        (folder / "losses.csv").write_text("epoch,split,loss,accuracy,n\n0,training,1.5,0.5,4\n")
    paths = sorted(tmp_path.rglob("losses.csv"))
    assert read_runs(paths, LOSSES)[["run", "seed", "loss"]].to_numpy().tolist() == [
        ["labels", 0, 1.5],
        ["shuffled", 3, 1.5],
    ]


def test_tracking_holds_means_and_ratios_of_means():
    found = table()
    assert tuple(found.columns) == TRACKING
    own = saliency()
    end = own[(own.seed == 1) & (own.epoch == 1)]
    where = {"run": "labels", "seed": 1, "epoch": 1.0, "split": "evaluation"}
    assert value(found, measure="essential", **where) == pytest.approx(end.essential.mean())
    ratio = value(found, measure="ratio_other", **where)
    assert ratio == pytest.approx(end.essential.sum() / end.other.sum())
    assert value(found, measure="loss", **where) == pytest.approx(0.8)
    assert value(found, measure="published_ratio", **where | {"seed": 0}) == pytest.approx(
        (2 / 1 + 3 / 2) / 2
    )
    assert set(found[found.measure == "ratio_all"].n) == {PAIRS}


def test_without_the_published_variant_there_are_no_rows_of_it():
    found = tracking(saliency(), losses(), originals().iloc[:0])
    assert not found.measure.str.startswith("published").any()


def test_curves_are_means_over_seeds_by_epoch():
    both = pd.concat([saliency(), saliency(run="shuffled")])
    found = curves(tracking(both, losses(), originals()))
    assert tuple(found.columns) == ("run", "epoch", *CURVES)
    assert found[["run", "epoch"]].to_numpy().tolist() == [
        [r, e] for r in ("labels", "shuffled") for e in EPOCHS
    ]
    end = found[(found.run == "labels") & (found.epoch == 1)].iloc[0]
    own = saliency()[lambda frame: frame.epoch == 1]
    assert end.essential == pytest.approx(own.essential.mean())
    assert (end.loss, end.loss_training) == (pytest.approx(0.8), pytest.approx(0.8))
    assert end.published_ratio == pytest.approx((2 / 1 + 3 / 2) / 2)
    assert np.isnan(found[found.run == "shuffled"].loss).all(), "not measured, not made up"


def test_shares_are_means_over_seeds_by_state():
    found = mean_shares(pair_shares(shares(fall=0.1)))
    assert len(found) == 4
    end = found[(found.state == "trained") & (found.epoch == 1)].iloc[0]
    assert end.special == pytest.approx(0.4, abs=0.01)
    assert end.cross_content_pairs == pytest.approx(0.2)


def effect(found, contrast, measure):
    (one,) = [e for e in found if (e.contrast, e.measure) == (contrast, measure)]
    return one


def test_a_rise_that_was_put_in_is_found_with_its_size():
    found = list(saliency_effects(saliency(rise=0.5), **WHERE))
    ratio = effect(found, "last - first", "ratio")
    assert (ratio.n_seeds, ratio.n_documents) == (3, PAIRS)
    assert ratio.ci_low < 0.5 < ratio.ci_high
    assert ratio.ci_low > 0.4
    above = effect(found, "essential - matched", "saliency")
    assert above.ci_low < 0.51 < above.ci_high
    assert effect(found, "last - first", "AUC").effect == pytest.approx(0.1)


def test_no_rise_is_not_found():
    found = list(saliency_effects(saliency(rise=0.0), **WHERE))
    ratio = effect(found, "last - first", "ratio")
    assert ratio.ci_low < 0 < ratio.ci_high


def test_the_control_on_shuffled_labels_is_named():
    both = pd.concat([saliency(), saliency(rise=0.0, run="shuffled")])
    found = list(saliency_effects(both, **WHERE))
    assert effect(found, "last - first, shuffled labels", "ratio").effect == pytest.approx(0, abs=0.02)
    assert effect(found, "last - first", "ratio").effect == pytest.approx(0.5, abs=0.02)


def test_a_fall_of_the_special_pairs_is_found_against_every_control():
    found = list(relation_effects(shares(fall=0.1), **WHERE))
    fall = effect(found, "last - first", "share of special pairs")
    assert fall.ci_high < 0
    assert fall.effect == pytest.approx(-0.1, abs=0.01)
    assert effect(found, "last - random head", "share of special pairs").effect == pytest.approx(0, abs=0.01)
    assert effect(found, "last - untrained encoder", "share of special pairs").ci_high < 0
    assert effect(found, "last - first", "share of content pairs").effect == 0


def test_the_contrasts_of_the_claims_exist():
    """Names are agreed between reported/claims.csv and the effects."""
    claims = pd.read_csv(REPORTED / "claims.csv", keep_default_na=False)
    wanted = claims[claims.experiment == "gradients"]
    found = [*saliency_effects(saliency(), **WHERE), *relation_effects(shares(), **WHERE)]
    names = {(one.contrast, one.measure) for one in found}
    assert len(wanted) > 0
    assert {(row.contrast, row.measure) for row in wanted.itertuples()} <= names


def deck_pairs():
    """Scores that are the sum of the places."""
    from reckon.gradients.deck import HYPOTHESIS, PREMISE

    words = ["[CLS]", *PREMISE[:-1].replace(",", " ,").lower().split(), ".", "[SEP]"]
    words += [*HYPOTHESIS[:-1].lower().split(), ".", "[SEP]"]
    rows = [(i, j, words[i], words[j], i + j, 0.0) for i in range(24) for j in range(i + 1, 24)]
    frame = pd.DataFrame(rows, columns=["i", "j", "word", "other", "score", "error"])
    places = [("trained", epoch) for epoch in EPOCHS] + [("random_head", 1.0)]
    return pd.concat(
        [frame.assign(state=s, epoch=e, run="labels", seed=0) for s, e in places], ignore_index=True
    )


def test_every_cell_of_the_three_tables_is_given_a_score():
    found = deck_metrics([(Path("a.csv"), 0, deck_pairs())], REPORTED, scale="demo", data="miniature")
    assert [m.table for m in found] == ["pairs_half_epoch"] * 10 + ["pairs_one_epoch"] * 10 + [
        "pairs_start"
    ] * 10
    by_row = {(m.table, m.row): m.value for m in found}
    assert by_row["pairs_half_epoch", "0: football11 – football12"] == 8 + 21
    assert {(m.column, m.unit, m.n, m.evidence) for m in found} == {("score", "score", 1, "a.csv")}


def test_tables_that_were_not_scored_are_left_out():
    only = deck_pairs()[lambda frame: frame.epoch == 1.0]
    found = deck_metrics([(Path("a.csv"), 0, only)], REPORTED, scale="demo", data="miniature")
    assert {m.table for m in found} == {"pairs_one_epoch"}


def test_figures_are_drawn_and_the_same_tables_give_the_same_bytes(tmp_path):
    drawings = {
        "loss": lambda: figures.loss(table()),
        "essential_words": lambda: figures.essential_words(table()),
        "ratio": lambda: figures.ratio(table()),
        "relations": lambda: figures.relations(pair_shares(shares())),
        "word_pairs": lambda: figures.word_pairs(deck_pairs()),
    }
    for name, draw in drawings.items():
        digests = set()
        for _ in range(2):
            save_svg(draw(), tmp_path / f"{name}.svg")
            digests.add(hashlib.sha256((tmp_path / f"{name}.svg").read_bytes()).hexdigest())
        assert len(digests) == 1, name
    assert "football" in (tmp_path / "word_pairs.svg").read_text()
    assert (tmp_path / "relations.svg").read_text().count("equal scores") == 3


def test_event_files_hold_the_decks_tags_and_no_clock(tmp_path):
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

    own = table()[lambda frame: frame.seed == 0]
    scalars = deck_scalars(own)
    digests = set()
    for name in ("a", "b"):
        path = tmp_path / name / "events.out.tfevents.0"
        write_events(path, scalars, {0.0: 0, 0.5: 7, 1.0: 14})
        digests.add(path.read_bytes())
    assert len(digests) == 1
    events = [event for event in EventFileLoader(str(path)).Load() if event.summary.value]
    tags = {event.summary.value[0].tag for event in events}
    assert tags == {"Loss/test", "Loss/train", "Acc/test", "Acc/train"}
    assert sorted({event.step for event in events}) == [0, 7, 14]


def test_a_difference_of_other_pairs_or_seeds_is_refused():
    frame = saliency()
    lost = frame[(frame.epoch < 1) | (frame.pair != "7")]
    with pytest.raises(InputError, match="pair 7 stands on one side of a difference only"):
        list(saliency_effects(lost, **WHERE))
    lost = frame[(frame.epoch < 1) | (frame.seed != 2)]
    with pytest.raises(InputError, match="seed 2 stands on one side of a difference only"):
        list(saliency_effects(lost, **WHERE))


def test_the_order_of_the_rows_says_nothing():
    frame = saliency()
    moved = frame.sample(frac=1, random_state=1)
    assert list(saliency_effects(moved, **WHERE)) == list(saliency_effects(frame, **WHERE))


def test_a_pair_that_stands_twice_is_refused():
    frame = saliency()
    with pytest.raises(InputError, match="seed 0, pair 0 stands twice"):
        list(saliency_effects(pd.concat([frame, frame.iloc[:1]]), **WHERE))

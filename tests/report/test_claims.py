"""Claims: each verdict from a worked case, the transcribed claims, and how often chance supports one."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reckon.errors import InputError
from reckon.report.claims import Claim, read_claims, settle, settled, write_rows
from reckon.report.page.tidy import read_claims as read_claims_file
from reckon.stats.crossed import paired_interval
from reckon.tables.effects import Effect
from reckon.tables.transcription import read_transcription

REPORTED = Path(__file__).parents[2] / "reported"
CLAIM = Claim("a_beats_b", "mine", "", 12, "A beats B", "qa", "a - b", "F1", "greater", 0.0, "", "")


def effect(mean=0.2, low=0.1, high=0.3, *, seeds=3):
    return Effect("qa", "a - b", "F1", "share", "demo", "miniature", seeds, 100, mean, low, high, "a.csv")


@pytest.mark.parametrize(
    ("direction", "margin", "interval", "verdict"),
    [
        ("greater", 0.0, (0.2, 0.1, 0.3), "supported"),
        ("greater", 0.0, (0.2, -0.1, 0.5), "inconclusive"),
        ("greater", 0.0, (-0.2, -0.3, -0.1), "contradicted"),
        ("greater", 0.15, (0.2, 0.1, 0.3), "inconclusive"),
        ("greater", -0.5, (-0.2, -0.3, -0.1), "supported"),  # loses at most half a point
        ("less", 2.5, (2.0, 2.0, 2.0), "supported"),
        ("less", 2.5, (3.0, 3.0, 3.0), "contradicted"),
        ("less", 0.0, (-0.2, -0.3, -0.1), "supported"),
        ("less", 0.0, (0.2, 0.1, 0.3), "contradicted"),
    ],
)
def test_the_whole_interval_must_lie_on_one_side_of_the_margin(direction, margin, interval, verdict):
    claim = replace(CLAIM, direction=direction, margin=margin)
    assert settle(claim, effect(*interval))[0] == verdict


def test_one_training_seed_settles_nothing():
    verdict, reason = settle(CLAIM, effect(seeds=1))
    assert verdict == "inconclusive"
    assert "one training seed" in reason


def test_arms_that_never_differ_are_flagged():
    verdict, reason = settle(CLAIM, effect(0.0, 0.0, 0.0))
    assert verdict == "inconclusive"
    assert "is the setting wired?" in reason


def test_a_deterministic_effect_is_settled_by_its_value():
    assert settle(CLAIM, effect(0.2, 0.2, 0.2, seeds=0))[0] == "supported"


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_an_effect_that_is_no_number_settles_nothing(value):
    assert settle(CLAIM, effect(value, value, value))[0] == "inconclusive"
    assert settle(CLAIM, effect(0.2, math.nan, math.nan))[0] == "inconclusive"


def test_a_changed_file_is_told_before_anything_else():
    assert settle(CLAIM, effect(), ["effects.csv changed"]) == ("tampered", "effects.csv changed")


def test_every_data_set_that_measured_it_has_a_row_and_none_says_why():
    effects = [
        effect(),
        replace(effect(-0.2, -0.3, -0.1), data="squad_pages"),
        replace(effect(), measure="EM"),
    ]
    rows = settled([CLAIM, replace(CLAIM, claim="other", contrast="c - d")], {"effects.csv": effects})
    assert [(row["claim"], row["data"], row["verdict"]) for row in rows] == [
        ("a_beats_b", "miniature", "supported"),
        ("a_beats_b", "squad_pages", "contradicted"),
        ("other", "", "not_run"),
    ]
    assert "'F1' of 'c - d'" in rows[2]["reason"]


@pytest.mark.parametrize(
    ("ground", "verdict"),
    [((0.2, 0.1, 0.3), "supported"), ((0.2, -0.1, 0.5), "inconclusive"), (None, "inconclusive")],
)
def test_a_claim_that_rests_on_another_is_settled_where_that_one_is_supported(ground, verdict):
    rests = replace(CLAIM, claim="easy", measure="share", given="a_beats_b")
    effects = [replace(effect(), measure="share"), replace(effect(-0.2, -0.3, -0.1), data="other_pages")]
    effects += [effect(*ground)] if ground else []
    rows = settled([rests, CLAIM], {"effects.csv": effects})
    easy = next(row for row in rows if row["claim"] == "easy")
    assert easy["verdict"] == verdict
    assert ("unless a_beats_b" in easy["reason"]) is (verdict == "inconclusive")


def test_the_report_reads_what_is_written_and_refuses_an_unknown_verdict(tmp_path):
    path = tmp_path / "claims.csv"
    rows = settled([CLAIM], {"effects.csv": [effect()]})
    write_rows(path, rows)
    assert read_claims_file(path) == rows
    path.write_text(path.read_text("utf-8").replace(",supported,", ",true,"), "utf-8")
    with pytest.raises(InputError, match=r":2: verdict 'true' is not one of"):
        read_claims_file(path)


def test_the_transcribed_claims_name_cells_of_the_decks():
    claims = read_claims(REPORTED / "claims.csv", read_transcription(REPORTED))
    assert len({claim.claim for claim in claims}) == len(claims) >= 25


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (",greater,", ",larger,", "direction is 'larger'"),
        ("lecture,movie_mae", "lecture,movie", "table 'movie' is not in tables.csv"),
        ("text_beats_median,lecture", "text_beats_median,talk", "deck 'talk' is not in decks.csv"),
        ("text_beats_median,", "text_beats_metadata,", "stands on line"),
        ("greater,0.5", "greater,half", "could not convert"),
        ("greater,0.5", "greater,nan", "finite"),
        ("claim,deck", "name,deck", ":1: columns must be"),
        (",fast_beats_tfidf,", ",fast_beats_median,", ":5: given is 'fast_beats_median', not a claim that"),
        (",fast_beats_tfidf,", ",uniform_negatives_are_easy,", "not a claim that rests on none"),
    ],
)
def test_a_malformed_file_is_refused_with_its_line(tmp_path, old, new, words):
    text = (REPORTED / "claims.csv").read_text("utf-8")
    assert old in text
    (tmp_path / "claims.csv").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(InputError, match=words):
        read_claims(tmp_path / "claims.csv", read_transcription(REPORTED))


def test_chance_rarely_supports_a_claim():
    """Two arms that are the same, three seeds: at most 2.5 % of 400 tables, up to the simulation's error."""
    rng = np.random.default_rng(9)
    verdicts = [
        settle(
            CLAIM,
            effect(*paired_interval(rng.normal(0, 1, (3, 1)) + rng.normal(0, 2, (3, 80)), resamples=400)),
        )[0]
        for _ in range(400)
    ]
    assert verdicts.count("supported") / 400 <= 0.025 + 0.016

"""Claims: each verdict from a worked case, the transcribed claims, and how often chance supports one."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from reckon.errors import InputError
from reckon.report.chance import p_value
from reckon.report.claims import Claim, read_claims, settle, settled, write_rows
from reckon.report.page.tidy import read_claims as read_claims_file
from reckon.tables.effects import WHOLE, Effect
from reckon.tables.transcription import read_transcription

REPORTED = Path(__file__).parents[2] / "reported"
CLAIM = Claim("a_beats_b", "mine", "", 12, "A beats B", "qa", "a - b", "F1", "greater", 0.0, "", "")


def effect(mean=0.2, low=0.1, high=0.3, *, seeds=3, unit="share", **more):
    named = {"cluster": "page", "n_clusters": 100, "freedom": 4} | more
    where = ("demo", "miniature", seeds, 100, mean, low, high, "a.csv")
    return Effect("qa", "a - b", "F1", unit, *where, **named)


@pytest.mark.parametrize(
    ("direction", "margin", "interval", "verdict"),
    [
        ("greater", 0.0, (0.2, 0.1, 0.3), "supported"),
        ("greater", 0.0, (0.2, -0.1, 0.5), "inconclusive"),
        ("greater", 0.0, (-0.2, -0.3, -0.1), "contradicted"),
        ("greater", 0.15, (0.2, 0.1, 0.3), "inconclusive"),
        ("greater", -0.5, (-0.2, -0.3, -0.1), "supported"),  # loses at most half a point
        ("less", 2.5, (2.0, 1.9, 2.1), "supported"),
        ("less", 2.5, (3.0, 2.9, 3.1), "contradicted"),
        ("less", 0.0, (-0.2, -0.3, -0.1), "supported"),
        ("less", 0.0, (0.2, 0.1, 0.3), "contradicted"),
    ],
)
def test_the_whole_interval_must_lie_on_one_side_of_the_margin(direction, margin, interval, verdict):
    claim = replace(CLAIM, direction=direction, margin=margin)
    assert settle(claim, effect(*interval, unit="1"))[0] == verdict


def test_one_training_seed_settles_nothing():
    verdict, reason = settle(CLAIM, effect(seeds=1))
    assert verdict == "inconclusive"
    assert "one training seed" in reason


def test_arms_that_never_differ_are_flagged():
    verdict, reason = settle(CLAIM, effect(0.0, 0.0, 0.0))
    assert verdict == "inconclusive"
    assert "is the setting wired?" in reason


def test_a_deterministic_effect_is_settled_by_its_value():
    assert settle(CLAIM, effect(0.2, 0.2, 0.2, seeds=0, cluster="", n_clusters=0))[0] == "supported"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cluster": ""}, "name their cluster"),
        ({"doubt": "1 of 3 seeds lie apart"}, "lie apart"),
        ({"n_clusters": 19}, "19 page clusters may hide 14.6% that lose all"),
        ({"n_clusters": 58, "unit": "1"}, "58 page clusters may hide 5% of another kind, and 59 are needed"),
    ],
)
@pytest.mark.parametrize("side", [1, -1])
def test_an_assumption_that_fails_is_named_and_settles_nothing(changes, words, side):
    interval = (0.2, 0.1, 0.3) if side > 0 else (-0.2, -0.3, -0.1)
    verdict, reason = settle(CLAIM, effect(*interval, **changes))
    assert verdict == "inconclusive"
    assert words in reason


def test_a_large_difference_outweighs_what_few_clusters_may_hide():
    # 19 clusters miss a share of 14.6 % once in twenty: 0.3 must exceed .146 (0.3 + 1) = 0.19.
    assert settle(CLAIM, effect(0.5, 0.3, 0.7, n_clusters=19))[0] == "supported"
    assert settle(CLAIM, effect(0.5, 0.17, 0.7, n_clusters=19))[0] == "inconclusive"


def test_documents_that_are_the_whole_population_hide_nothing():
    assert settle(CLAIM, effect(cluster=WHOLE, n_clusters=0))[0] == "supported"


def test_seeds_that_change_nothing_settle_nothing():
    verdict, reason = settle(CLAIM, effect(0.2, 0.2, 0.2))
    assert verdict == "inconclusive"
    assert "is the seed wired?" in reason


def test_holm_stands_beside_the_plain_verdict():
    """Two claims at p = .03: each holds alone, not both together; what no chance enters is no test."""
    claims = [replace(CLAIM, claim=name, contrast=name) for name in ("one", "two", "sure", "absent")]
    bare = replace(effect(1.0, 0.1, 1.9, unit="1"), contrast="one", detectable=1.5)
    p = p_value(bare, 0.0)
    sure = effect(2.0, 2.0, 2.0, seeds=0, unit="1", cluster="", n_clusters=0)
    effects = [bare, replace(bare, contrast="two"), replace(sure, contrast="sure")]
    rows = settled(claims, {"effects.csv": effects})
    assert [row["verdict"] for row in rows] == ["supported"] * 3 + ["not_run"]
    assert [row["after_holm"] for row in rows] == ["inconclusive"] * 2 + ["supported", "not_run"]
    assert [float(row["p_value"]) for row in rows[:2]] == [p, p]
    assert [float(row["p_holm"]) for row in rows[:2]] == [2 * p, 2 * p]
    assert [row["detectable"] for row in rows] == ["1.5", "1.5", "", ""]
    assert [row["p_value"] for row in rows[2:]] == ["", ""]


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

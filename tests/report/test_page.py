"""The whole page from a small made-up deck: what stands on it, what cannot run, where its links lead."""

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reckon.files.escaping import visible
from reckon.report.claims import COLUMNS as CLAIM_COLUMNS
from reckon.report.final_table import final_rows
from reckon.report.page.costs import Job
from reckon.report.page.document import TEMPLATES, Contents, page
from reckon.report.page.evidence import read_source
from reckon.report.page.figures import Picture, read_pictures
from reckon.report.page.tidy import FINDING_COLUMNS
from reckon.tables.metrics import Metric, write_metrics
from reckon.tables.transcription import read_transcription

ROOT = Path(__file__).resolve().parents[2]
METRICS = "results/exp/metrics.csv"
ATTACK = "<script>alert(1)</script>"
VOID = {"meta", "link", "img", "path", "circle", "rect"}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A deck with a row that is called like a script, a citation, and a table nobody computes."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "reported"
    folder.mkdir()
    (folder / "decks.csv").write_text("deck,title,file,sha256\nmine,My <b>deck</b>,mine.txt,00\n")
    (folder / "tables.csv").write_text(
        "table,deck,title,section,experiment,data,scales,deterministic,baselines,target,not_run\n"
        f"scores,mine,Scores & more,Results,exp,real,full,,Blank,{METRICS},\n"
        "times,mine,Times,Results,clock,real,full,*,,results/clock/metrics.csv,no rule computes this yet\n"
    )
    head = "deck,table,row,column,unit,direction,reported,reported_line,kind,emphasis,note\n"
    (folder / "times.csv").write_text(head + "mine,times,A,seconds,s,lower,12,3,measured,,\n")
    (folder / "scores.csv").write_text(
        head
        + f"mine,scores,{ATTACK},F1,share,higher,0.50,7,measured,,\n"
        + "mine,scores,B,F1,share,higher,0.60,8,measured,,\n"
        + 'mine,scores,Theirs,"F1 ""quoted""",share,higher,0.7/0.8,9,citation,,\n'
    )
    return folder


def metric(row, seed, value, *, scale="full", data="real"):
    return Metric(
        "exp", "scores", row, "F1", seed, value, "share", 100, scale, data, f"seed{seed}/{ATTACK}.json"
    )


def contents(project, metrics=(), **options):
    transcription = read_transcription(project)
    write_metrics(METRICS, metrics)
    sources = [read_source(METRICS)]
    rows = final_rows(transcription, sources, scale="demo", planned={"exp": 2})
    return Contents(transcription, rows, "demo", sources, **options)


def two_seeds(row, value, **options):
    return [metric(row, seed, value + seed / 1000, **options) for seed in (0, 1)]


class Reading(HTMLParser):
    """Tags with their attributes, the text of every row, and whether what is opened is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.stack: list[str] = []
        self.rows: list[tuple[dict, str]] = []
        self.text = ""
        self.feed(html)
        assert self.stack == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)
        if tag == "tr":
            self.rows.append((dict(attrs), ""))

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        self.text += data
        if "tr" in self.stack:
            attributes, text = self.rows[-1]
            self.rows[-1] = (attributes, text + data)

    def values(self, attribute):
        return [found[attribute] for _, found in self.tags if attribute in found]

    def row(self, anchor):
        return next((attributes, text) for attributes, text in self.rows if attributes.get("id") == anchor)


def test_every_reported_cell_stands_there_with_its_verdict_and_reason(project):
    given = contents(project, two_seeds("B", 0.5995))
    seen = Reading(page(given))
    for place, anchor in enumerate(("c-scores-1", "c-scores-2", "c-scores-3")):
        row = [row for row in given.rows if row["table"] == "scores"][place]
        text = seen.row(anchor)[1]
        for part in (row["row"], row["reported"], row["verdict"].replace("_", " "), row["reason"]):
            assert part in text
    assert "no rule computes this yet" in seen.row("c-times-1")[1]


def test_a_cell_leads_to_its_seeds_files_and_command_and_back(project):
    given = contents(project, two_seeds("B", 0.5995), options="--configfile config/laptop.yaml")
    html = page(given)
    article = html[html.index('<article id="e-scores-2"') :]
    article = article[: article.index("</article>")]
    assert "snakemake -f --configfile config/laptop.yaml -- results/exp/metrics.csv" in article
    assert "results/logs/exp/" in article
    assert "seed0/" in article and "seed1/" in article  # noqa: PT018
    assert "line 8 of the text" in article
    assert 'href="#c-scores-2"' in article
    assert 'href="#e-scores-2"' in html


def test_text_of_the_data_stays_text(project):
    given = contents(
        project,
        two_seeds(ATTACK, 0.4),
        jobs=[Job(ATTACK, ATTACK, 1.0, None)],
        pictures=[Picture(ATTACK, ATTACK, ATTACK, "data:image/svg+xml;base64,", ATTACK)],
        options=ATTACK,
    )
    html = page(given)
    assert [tag for tag, _ in Reading(html).tags].count("script") == 1
    assert ATTACK not in html
    assert ATTACK in Reading(html).row("c-scores-1")[1]


def test_only_our_own_style_and_script_may_run(project):
    html = page(contents(project))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1].replace("&#39;", "'")
    for tag in ("style", "script"):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.S)[1]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    seen = Reading(html)
    assert seen.values("style") == []
    assert [name for _, found in seen.tags for name in found if name.startswith("on")] == []


def test_no_address_leads_out_of_the_folder(project):
    picture = Picture("a", "exp", "Errors.", "data:image/svg+xml;base64,", "a.svg")
    seen = Reading(page(contents(project, pictures=[picture])))
    beside = {"final_table.csv", "final_table.md", "final_table.tex"}
    addresses = {a for a in (*seen.values("href"), *seen.values("src")) if not a.startswith(("#", "data:"))}
    assert addresses == beside


def test_every_link_within_the_page_arrives_and_no_name_is_taken_twice(project):
    seen = Reading(page(contents(project, two_seeds("B", 0.1), claims=CLAIMS, findings=FINDINGS)))
    names = Counter(seen.values("id"))
    assert [name for name, times in names.items() if times > 1] == []
    assert {address[1:] for address in seen.values("href") if address.startswith("#")} - set(names) == set()


@pytest.mark.parametrize(("data", "scale", "small"), [("toy", "demo", True), ("real", "full", False)])
def test_a_small_row_says_so_in_words_and_hatching(project, data, scale, small):
    attributes, text = Reading(page(contents(project, two_seeds("B", 0.6, data=data, scale=scale)))).row(
        "c-scores-2"
    )
    assert (attributes.get("class") == "small-scale") is small
    assert (f"{scale} · {data}" in text) is small
    assert ("not comparable" in text) is small
    assert "repeating-linear-gradient" in (TEMPLATES / "page.css").read_text("utf-8")


def test_a_small_row_that_cannot_be_judged_is_marked_all_the_same(project):
    attributes, text = Reading(page(contents(project, [metric("B", 0, 0.6, data="toy", scale="demo")]))).row(
        "c-scores-2"
    )
    assert "incomplete" in text
    assert "demo · toy" in text
    assert attributes["class"] == "small-scale"


def test_a_value_that_is_no_number_is_shown_as_failed(project):
    seen = Reading(page(contents(project, [metric("B", 0, float("nan")), metric("B", 1, 0.6)])))
    text = seen.row("c-scores-2")[1]
    assert "nan" in text
    assert "failed" in text
    assert "1 cell does not stand" in seen.text


def test_what_is_not_there_says_how_to_make_it(project):
    text = Reading(page(contents(project))).text
    for command in ("results/claims.csv", "results/audit/findings.csv", "make report PREVIOUS="):
        assert command in text


CLAIM = {
    "claim": "c",
    "deck": "mine",
    "table": "scores",
    "line": "8",
    "statement": f"B beats A {ATTACK}",
    "experiment": "exp",
    "contrast": "B minus A",
    "measure": "F1",
    "direction": "greater",
    "margin": "0.0",
    "unit": "share",
    "scale": "demo",
    "data": "toy",
    "n_seeds": "2",
    "n_documents": "80",
    "cluster": "page",
    "n_clusters": "70",
    "effect": "0.07",
    "ci_low": "0.01",
    "ci_high": "0.13",
    "detectable": "0.081",
    "p_value": "0.0213",
    "verdict": "supported",
    "p_holm": "0.0426",
    "after_holm": "supported",
    "reason": "the whole 95 % interval lies on the claimed side of 0",
    "evidence": "results/exp/effects.csv",
}
CLAIMS = [
    CLAIM,
    CLAIM
    | dict.fromkeys(("effect", "ci_low", "ci_high", "scale", "data", "p_value", "detectable"), "")
    | {"verdict": "not_run"},
]
FINDINGS = [
    {
        "check": "percent",
        "finding": "A1",
        "deck": "mine",
        "table": "scores",
        "line": "8",
        "kind": "percent_change",
        "statement": f"six per cent {ATTACK}",
        "printed": "6%",
        "expected_low": "7",
        "expected_high": "7.2",
        "outcome": "inconsistent",
        "note": "neither reading",
        "row": "B",
        "column": "F1",
        "severity": "figure",
    }
]


def test_claims_and_findings_are_shown_with_interval_scale_and_outcome(project):
    seen = Reading(page(contents(project, claims=CLAIMS, findings=FINDINGS)))
    claim = next(text for _, text in seen.rows if "B beats A" in text)
    for part in ("+0.07", "0.01 to 0.13", "supported", "demo · toy", ATTACK):
        assert part in claim
    finding = next(text for _, text in seen.rows if "six per cent" in text)
    assert "1 inconsistent" in seen.text
    for part in ("6%", "7 to 7.2", "neither reading", ATTACK):
        assert part in finding


def test_what_changed_since_an_earlier_table_is_listed(project):
    given = contents(project, two_seeds("B", 0.5995))
    before = [dict(row) for row in given.rows]
    same = Reading(page(contents(project, two_seeds("B", 0.5995), previous=before)))
    assert "No verdict, no value and no printed text differs" in same.text
    changed = Reading(page(contents(project, two_seeds("B", 0.1), previous=before)))
    text = next(text for _, text in changed.rows if "scores | B | F1" in text)
    assert "0.6" in text
    assert "0.1005" in text
    assert "differs worse" in text


def test_the_same_contents_give_the_same_bytes(project):
    metrics = two_seeds("B", 0.6)
    assert page(contents(project, metrics)) == page(contents(project, metrics))


def test_the_page_of_the_decks_is_small_and_its_markup_is_closed():
    transcription = read_transcription(ROOT / "reported")
    rows = final_rows(transcription, [], scale="demo", planned={})
    html = page(Contents(transcription, rows, "demo"))
    seen = Reading(html)
    assert sum(name.startswith("c-") for name in seen.values("id")) == len(rows) > 400
    assert len(html.encode()) < 1_000_000


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, as WCAG 2 defines it."""
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_text_stands_out_from_its_background_in_light_in_dark_and_on_paper():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    palettes = re.findall(r":root \{(.*?)\}", (TEMPLATES / "page.css").read_text("utf-8"), re.S)
    assert len(palettes) == 3
    for palette in palettes:
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", palette))
        tones = [(name.removesuffix("-paper"), name) for name in colours if name.endswith("-paper")]
        plain = [(text, ground) for text in ("ink", "muted", "link") for ground in ("paper", "raised")]
        pairs = [*tones, *plain, ("ink", "quiet-paper")]
        assert len(pairs) == 12
        assert {pair: c for pair in pairs if (c := contrast(*(colours[name] for name in pair))) < 4.5} == {}


HOSTILE = [
    ATTACK,
    '"onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    "javascript:alert(1)",
    "</style><script>alert(1)</script>",
    "<!--",
    "]]>",
    "</td></tr></table><h1>",
    "\u202egpj.exe",
    "{{ 7 * 7 }}{% include 'page.css' %}",
    "&lt;script&gt;",
]


@pytest.mark.parametrize("attack", HOSTILE)
def test_no_text_of_the_data_makes_a_tag_an_attribute_or_an_address(project, attack):
    """The same page with a harmless word has the same tags with the same attributes, in the same order."""

    def seen(word):
        harmless = contents(project, two_seeds("B", 0.4))
        row = dict.fromkeys(("row", "column", "reason", "data", "scale", "device", "evidence"), word)
        rows = [harmless.rows[0] | row, *harmless.rows[1:]]
        claim = dict.fromkeys(CLAIM_COLUMNS, word) | {"verdict": "supported", "table": "scores"}
        claim |= dict.fromkeys(("effect", "margin", "ci_low", "ci_high"), "0.5")
        claim |= dict.fromkeys(("detectable", "p_value", "p_holm"), "0.5")
        finding = dict.fromkeys(FINDING_COLUMNS, word) | {"outcome": "inconsistent"}
        given = replace(
            harmless,
            rows=rows,
            claims=[claim],
            findings=[finding],
            jobs=[Job(word, word, 1.0, None)],
            pictures=[Picture(word, word, word, "data:image/svg+xml;base64,", word)],
            options=word,
            results=word,
            scale=word,
        )
        return page(given)

    html, plain = seen(attack), seen("harmless")
    ours, theirs = Reading(html), Reading(plain)
    tags, expected = ([(tag, list(found)) for tag, found in one.tags] for one in (ours, theirs))
    assert tags == expected
    assert ours.values("href") == theirs.values("href")
    assert visible(attack) in ours.text
    assert "\u202e" not in html


def test_a_picture_that_holds_a_script_is_an_image_and_no_part_of_the_page(project, tmp_path):
    """Inside an `img` a browser runs no script of an SVG and follows none of its addresses."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(2)"><script>alert(2)</script>'
        '<a href="javascript:alert(2)"><text>x</text></a><foreignObject/></svg>'
    )
    (tmp_path / "evil.svg").write_text(svg, "utf-8")
    html = page(contents(project, pictures=read_pictures([tmp_path / "evil.svg"], tmp_path)))
    assert "alert(2)" not in html
    sources = [found["src"] for tag, found in Reading(html).tags if tag == "img"]
    assert [base64.b64decode(source.partition(",")[2]).decode() for source in sources] == [svg]


def test_nothing_is_loaded_sent_or_embedded_by_the_policy(project):
    html = page(contents(project))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1].replace("&#39;", "'")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules.keys() == {"default-src", "img-src", "style-src", "script-src", "base-uri", "form-action"}
    assert rules["img-src"] == "data:"
    assert {rules[name] for name in ("default-src", "base-uri", "form-action")} == {"'none'"}
    assert "unsafe" not in policy
    assert html.index("Content-Security-Policy") < html.index("<style>") < html.index("<script>")

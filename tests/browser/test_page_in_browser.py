"""The page in a real browser: sorted, filtered and followed by keyboard, without a network."""

from pathlib import Path

import pytest
from chromium import PROGRAM, tab

from reckon.report.final_table import final_rows
from reckon.report.page.document import Contents, page
from reckon.report.page.evidence import read_source
from reckon.report.page.figures import read_pictures
from reckon.tables.metrics import Metric, write_metrics
from reckon.tables.transcription import read_transcription

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no chromium in PATH: the page is not opened")
ROOT = Path(__file__).resolve().parents[2]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="300"><path d="M0 0h9"/></svg>'
ROWS = "[...document.querySelectorAll('#table-hard_negatives tr[data-verdict]')]"


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """The page of the decks, with made-up values for one table, in a window of 1280 by 900."""
    folder = tmp_path_factory.mktemp("page")
    transcription = read_transcription(ROOT / "reported")
    cells = [cell for cell in transcription.cells if cell.table == "hard_negatives"]
    values = [0.9, 0.05, 0.5, 0.123456]
    metrics = [
        Metric("qa", c.table, c.row, c.column, seed, value + seed / 100, "share", 80, "demo", "toy", "p.json")
        for c, value in zip(cells, values, strict=True)
        for seed in (0, 1)
    ]
    write_metrics(folder / "metrics.csv", metrics)
    (folder / "errors.svg").write_text(SVG)
    source = read_source(folder / "metrics.csv")
    rows = final_rows(transcription, [source], scale="demo", planned={"qa": 2})
    pictures = read_pictures([folder / "errors.svg"], folder)
    html = page(Contents(transcription, rows, "demo", [source], pictures=pictures))
    (folder / "report.html").write_text(html, "utf-8")
    with tab(folder / "profile") as browser:
        browser.size(1280, 900)
        browser.open((folder / "report.html").as_uri())
        yield browser


def test_nothing_is_loaded_and_nothing_is_refused(opened):
    seen = [event["params"] for event in opened.events if event.get("method") == "Network.requestWillBeSent"]
    addresses = {event["request"]["url"].partition(":")[0] for event in seen}
    assert addresses <= {"file", "data"}
    assert sum(event["request"]["url"].startswith("file:") for event in seen) == 1
    complaints = [event for event in opened.events if event.get("method") == "Log.entryAdded"]
    assert complaints == []


def test_no_picture_is_broken(opened):
    assert opened.value("[...document.images].map(i => i.complete && i.naturalWidth > 0)") == [True]


def test_a_header_sorts_by_keyboard_and_a_third_time_restores(opened):
    head = "document.querySelectorAll('#table-hard_negatives thead th')[3]"
    shown = f"{ROWS}.map(row => row.cells[3].querySelector('a').textContent)"
    filed = opened.value(shown)
    orders, said = [], []
    opened.value(f"{head}.querySelector('button').focus()")
    for _ in range(3):
        opened.press("Enter", 13)
        orders.append(opened.value(shown))
        said.append(opened.value(f"{head}.getAttribute('aria-sort')"))
    assert said == ["ascending", "descending", None]
    assert orders == [sorted(filed, key=float), sorted(filed, key=float, reverse=True), filed]
    assert filed != orders[0]


def test_printed_numbers_sort_as_numbers_and_empty_cells_come_last_both_ways(opened):
    rows = "[...document.querySelectorAll('#table-statements tr[data-verdict]')]"
    opened.value("document.querySelectorAll('#table-statements thead button')[2].click()")
    assert opened.value(f"{rows}.map(row => row.cells[2].textContent)") == [
        "1e-5",
        "3",
        "3",
        "6.6%",
        "9.8%",
        "65%",
        "130,000",
    ]
    empty = "[...document.querySelectorAll('#summary .matrix tbody tr')].map(r => r.cells[1].textContent)"
    for _ in range(2):
        opened.value("document.querySelectorAll('#summary .matrix thead button')[1].click()")
        texts = opened.value(empty)
        assert texts == sorted(texts, key=lambda text: text == "")


def test_a_cell_is_followed_to_its_evidence_and_back_by_keyboard(opened):
    visible = "[...document.querySelectorAll('.evidence article')].filter(a => a.offsetHeight).map(a => a.id)"
    assert opened.value(visible) == []
    opened.value(f"{ROWS}[1].querySelector('a').focus()")
    opened.press("Enter", 13)
    assert opened.value("location.hash") == "#e-hard_negatives-2"
    assert opened.value(visible) == ["e-hard_negatives-2"]
    text = opened.value("document.getElementById('e-hard_negatives-2').innerText")
    assert "0.05" in text
    assert "snakemake -f -- results/qa/metrics.csv" in text
    opened.press("Tab", 9)
    assert opened.value("document.activeElement.textContent") == "Back to the cell"
    opened.press("Enter", 13)
    assert opened.value("location.hash") == "#c-hard_negatives-2"
    assert opened.value(visible) == []
    top = opened.value("document.getElementById('c-hard_negatives-2').getBoundingClientRect().top")
    assert 0 <= top < 900


def test_a_link_into_a_closed_or_filtered_part_opens_it(opened):
    opened.value(
        "{ const s = document.querySelector('#filter select');"
        " s.value = 'scaled_down'; s.dispatchEvent(new Event('change')); }"
    )
    assert opened.value("document.querySelector('#table-iterations').hidden") is True
    assert opened.value("document.querySelector('#table-hard_negatives').hidden") is False
    opened.value("location.hash = '#c-pairs_start-3'")
    opened.value("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    assert opened.value("document.getElementById('c-pairs_start-3').offsetHeight > 0") is True
    assert opened.value("document.querySelector('#filter select').value") == ""


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1280, 1920])
def test_the_page_never_scrolls_sideways(opened, width):
    opened.size(width, 900)
    assert opened.value("document.documentElement.scrollWidth") <= width
    opened.size(1280, 900)


def test_dark_and_light_follow_the_preference(opened):
    colours = []
    for scheme in ("light", "dark"):
        opened.media(prefers_color_scheme=scheme)
        colours.append(opened.value("getComputedStyle(document.body).backgroundColor"))
    opened.media()
    assert colours == ["rgb(252, 252, 250)", "rgb(20, 23, 26)"]


def test_paper_shows_whole_tables_without_what_is_for_the_hand(opened):
    opened.media(kind="print")
    hidden = "['.contents', '.filter', '.skip'].map(s => document.querySelector(s).offsetHeight)"
    assert opened.value(hidden) == [0, 0, 0]
    clipped = (
        "[...document.querySelectorAll('.scroll')].filter(s => getComputedStyle(s).overflowX !== 'visible')"
    )
    assert opened.value(f"{clipped}.length") == 0
    opened.media()


def test_without_script_the_page_is_complete(opened):
    opened.tell("Emulation.setScriptExecutionDisabled", value=True)
    opened.open(opened.value("location.href").partition("#")[0])
    assert opened.value("document.querySelectorAll('thead button').length") == 0
    assert opened.value("document.querySelectorAll('tr[data-verdict]').length") == 435
    assert opened.value("document.getElementById('filter').offsetHeight") == 0
    opened.tell("Emulation.setScriptExecutionDisabled", value=False)


HOSTILE = '<img src=x onerror="ran=1"><script>ran=1</script>"onmouseover="ran=1" </style><!-- \u202ex'
HOSTILE_SVG = SVG.replace("<path", '<script>top.ran=1</script><path onload="top.ran=1"')


def test_hostile_texts_and_pictures_run_nothing_and_stand_there_as_texts(tmp_path):
    transcription = read_transcription(ROOT / "reported")
    rows = final_rows(transcription, [], scale="demo", planned={})
    rows[0] |= dict.fromkeys(("row", "column", "reason", "reported"), HOSTILE)
    (tmp_path / "evil.svg").write_text(HOSTILE_SVG, "utf-8")
    pictures = read_pictures([tmp_path / "evil.svg"], tmp_path)
    html = page(Contents(transcription, rows, HOSTILE, pictures=pictures, options=HOSTILE))
    (tmp_path / "report.html").write_text(html, "utf-8")
    with tab(tmp_path / "profile") as browser:
        browser.open((tmp_path / "report.html").as_uri())
        assert browser.value("typeof ran") == "undefined"
        shown = HOSTILE.replace("\u202e", "⟨U+202E⟩")
        assert browser.value("document.querySelector('.kicker strong').textContent") == shown
        assert browser.value("document.images.length") == 1

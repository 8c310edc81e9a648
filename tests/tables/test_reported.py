"""The transcription against the decks' own text, and, without the decks, its shape."""

import html
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from reckon.files.hashes import sha256
from reckon.tables.printed import printed_number
from reckon.tables.transcription import DIRECTIONS, KINDS, read_transcription

ROOT = Path(__file__).resolve().parents[2]
SEEDS = Path(os.environ.get("RECKON_SEEDS") or ROOT.parent / "shared" / "seeds")
TRANSCRIPTION = read_transcription(ROOT / "reported")
CELLS = TRANSCRIPTION.cells
SENTENCES = ("statements", "label_rank")
COUNTS = {
    "qa_training_accuracy": 9,
    "mixed_precision": 9,
    "hard_negatives": 4,
    "sifting": 6,
    "qa_final": 12,
    "statements": 7,
    "label_rank": 6,
    "ernie": 6,
    "iterations": 60,
    "pairs_start": 10,
    "pairs_half_epoch": 10,
    "pairs_one_epoch": 10,
    "word_vectors": 56,
    "movie_mae": 12,
    "squad2_leaderboard": 14,
    "glue_leaderboard": 204,
}


def plain(text):
    """The deck's text without mark-up: tags, TeX dollars, escapes. The letters and digits stay."""
    without = re.sub(r"(?<!\\)\$", "", re.sub(r"<[^>]*>", "", text))
    return html.unescape(without.replace("\\", "")).strip()


@pytest.fixture(scope="module")
def decks():
    """Lines of each deck's text, by deck."""
    found = {deck.deck: SEEDS / deck.file for deck in TRANSCRIPTION.decks}
    if not all(path.is_file() for path in found.values()):
        pytest.skip(f"the decks' texts are not in {SEEDS}; set RECKON_SEEDS")
    for deck in TRANSCRIPTION.decks:
        assert sha256(found[deck.deck]) == deck.sha256
    return {deck: path.read_text(encoding="utf-8").split("\n") for deck, path in found.items()}


def header(lines, cell):
    """The nearest line above the cell that has its column's name among its tab-separated fields."""
    for line in reversed(lines[: cell.reported_line - 1]):
        fields = [plain(field) for field in line.split("\t")]
        if len(fields) > 1 and cell.column in fields:
            return fields
    raise AssertionError(f"no header above line {cell.reported_line} names {cell.column!r}")


def test_every_value_stands_in_its_row_and_column_of_the_deck(decks):
    checked = 0
    for cell in CELLS:
        if cell.table in (*SENTENCES, "movie_mae"):
            continue
        line = decks[cell.deck][cell.reported_line - 1]
        # A leaderboard prints the date in the field of the rank, as in "1 Sep 18, 2019".
        field = plain(line.split("\t")[header(decks[cell.deck], cell).index(cell.column)])
        printed = field.split(" ")[0] if cell.column == "Rank" else field
        assert printed == cell.reported, cell
        checked += 1
    assert checked == len(CELLS) - 25


def test_every_value_of_a_sentence_stands_in_its_line_as_a_whole_number(decks):
    for cell in CELLS:
        if cell.table in (*SENTENCES, "movie_mae"):
            line = plain(decks[cell.deck][cell.reported_line - 1])
            assert re.search(rf"(?<![\d.,]){re.escape(cell.reported)}(?![\d]|[.,]\d)", line), cell


def test_every_row_name_stands_in_the_deck(decks):
    for cell in CELLS:
        if cell.table in SENTENCES:
            continue
        line = decks[cell.deck][cell.reported_line - 1]
        # A repeated figure stands in the row of another; a word pair is put together from its two columns.
        if cell.note.startswith("repeated"):
            continue
        pair = re.fullmatch(r"(\d+): (.*) – (.*)", cell.row)
        names = pair.groups() if pair else [cell.row]
        assert all(name in plain(line) for name in names), cell


def test_bold_cells_are_those_the_deck_prints_bold(decks):
    for cell in CELLS:
        line = decks[cell.deck][cell.reported_line - 1]
        assert (f"<b>{cell.reported}</b>" in line) == (cell.emphasis == "bold"), cell


def test_no_number_bearing_line_of_a_transcribed_table_is_left_out(decks):
    """Every field that is a number, on every line from which a table was read, is a cell of its own."""
    for table in TRANSCRIPTION.tables.values():
        if table.table in (*SENTENCES, "movie_mae"):
            continue
        cells = [cell for cell in CELLS if cell.table == table.table]
        for line_number in {cell.reported_line for cell in cells}:
            fields = decks[table.deck][line_number - 1].split("\t")
            numbers = [f for f in map(plain, fields) if re.fullmatch(r"(?=.*\d)[-\d.,/]+x?|2\^\{-\d+\}", f)]
            here = [cell for cell in cells if cell.reported_line == line_number]
            index_column = 1 if table.table.startswith("pairs_") else 0
            rank_with_date = any(cell.column == "Rank" for cell in here) and table.table.startswith("squad2")
            assert len(here) == len(numbers) - index_column + rank_with_date, (table.table, line_number)


def test_counts_by_table():
    assert Counter(cell.table for cell in CELLS) == COUNTS
    assert list(TRANSCRIPTION.tables) == list(dict.fromkeys(TRANSCRIPTION.tables))
    assert set(TRANSCRIPTION.tables) == set(COUNTS)


def test_keys_are_unique():
    keys = [(cell.table, cell.row, cell.column, cell.reported_line) for cell in CELLS]
    assert len(set(keys)) == len(keys)


def test_cells_are_in_the_decks_order():
    order = [deck.deck for deck in TRANSCRIPTION.decks]
    places = [(order.index(cell.deck), cell.reported_line) for cell in CELLS]
    assert order == ["research", "lecture"]
    assert places == sorted(places)


def test_vocabulary():
    assert {cell.direction for cell in CELLS} == set(DIRECTIONS)
    assert {cell.kind for cell in CELLS} == set(KINDS)
    assert {cell.emphasis for cell in CELLS} == {"", "bold"}


def test_leaderboards_are_citations_and_nothing_claims_to_recompute_them():
    for cell in CELLS:
        if cell.table.endswith("_leaderboard"):
            assert cell.kind == "citation"
            assert TRANSCRIPTION.tables[cell.table].target == ""


def test_printed_digits_are_kept():
    bold = [cell.reported for cell in CELLS if cell.table == "qa_final" and cell.emphasis]
    assert bold == ["0.640", "0.659", "0.738", "0.718"]


def test_dofs_of_the_iteration_table_follow_their_formula():
    """8 N^2 - 4 N with h = 1/N counts the unknowns of the Brinkman system; see reported/iterations.csv."""
    cells = {(cell.row, cell.column): cell.reported for cell in CELLS if cell.table == "iterations"}
    for (row, column), reported in cells.items():
        n = 1 / printed_number(row)[0]
        if column == "#dofs":
            assert printed_number(reported)[0] == 8 * n**2 - 4 * n
        if column == "h":
            assert reported == row

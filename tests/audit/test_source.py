"""What is transcribed stands in the paper's own text, or the run says what does not."""

import csv
import os
import shutil
from pathlib import Path

import pytest

from reckon.audit.figures import read_library
from reckon.audit.findings import findings
from reckon.audit.source import NOT_AT_HAND, held_against_source, plain, standing, texts_at_hand
from reckon.files.hashes import sha256

ROOT = Path(__file__).resolve().parents[2]
SEEDS = Path(os.environ.get("RECKON_SEEDS") or ROOT.parent / "shared" / "seeds")
TABLE = "table,deck,title,section,experiment,data,scales,deterministic,baselines,target,not_run"
CELL = "deck,table,row,column,unit,direction,reported,reported_line,kind,emphasis,note"
TEXT = "Scores\n\nModel\tF1\tEM\nA\t<b>0.640</b>\t$0.5$\nB\t0.5\t0.640\nWe gain 14% (was 1.4).\nthe **cat**"
CELLS = (
    ("A", "F1", "share", "0.640", 4),
    ("A", "EM", "share", "0.5", 4),
    ("B", "F1", "share", "0.5", 5),
    ("B", "EM", "share", "0.640", 5),
    ("text", "gain", "%", "14%", 6),
)


@pytest.fixture
def paper(tmp_path):
    """A paper of five prints and one passage, its text beside the transcription."""
    folder = tmp_path / "reported"
    folder.mkdir()
    (folder / "paper.txt").write_text(TEXT, "utf-8")
    (folder / "decks.csv").write_text("deck,title,file,sha256\nmine,My paper,paper.txt,\n")
    (folder / "tables.csv").write_text(f"{TABLE}\nscores,mine,Scores,Results,,,,,,,\n")
    (folder / "passages.csv").write_text(
        "passage,deck,reported,reported_line,split\nwords,mine,the cat,7,space\n"
    )
    write_cells(folder, CELLS)
    return folder


def write_cells(folder, cells):
    lines = [
        f"mine,scores,{row},{col},{unit},higher,{text},{n},measured,,\n" for row, col, unit, text, n in cells
    ]
    (folder / "scores.csv").write_text(f"{CELL}\n{''.join(lines)}", "utf-8")


def held(folder):
    return [h.result for h in held_against_source(read_library(folder), texts_at_hand(folder))]


def notes(folder, outcome):
    return [result.note for result in held(folder) if result.outcome == outcome]


def test_what_stands_in_its_line_is_counted(paper):
    assert notes(paper, "consistent") == ["5 of 5 prints stand in their lines", "1 of 1 lines of words stand"]
    assert notes(paper, "inconsistent") == []


@pytest.mark.parametrize(
    ("place", "new", "says"),
    [
        (0, ("A", "F1", "share", "0.641", 4), "0.641 does not stand in line 4"),
        (0, ("A", "F1", "share", "0.64", 4), "0.64 does not stand in line 4"),  # no part of a longer number
        (0, ("A", "F1", "share", "0.5", 4), "0.5 does not stand in line 4 where it is looked for: '0.640'"),
        (2, ("B", "F1", "share", "0.640", 5), "0.640 does not stand in line 5 where it is looked for: '0.5'"),
        (3, ("B", "EM", "share", "0.640", 3), "0.640 does not stand in line 3"),  # another line
        (4, ("text", "gain", "%", "4%", 6), "4% does not stand in line 6"),
        (4, ("text", "gain", "%", "14%", 99), "the text ends before line 99, at 7"),
    ],
)
def test_a_slip_of_the_transcriber_is_named(paper, place, new, says):
    write_cells(paper, [*CELLS[:place], new, *CELLS[place + 1 :]])
    (note,) = notes(paper, "inconsistent")
    assert says in note
    assert "4 of 5 prints stand in their lines" in notes(paper, "consistent")


def test_a_print_that_is_transcribed_twice_stands_twice(paper):
    write_cells(paper, [*CELLS, ("text", "again", "%", "14%", 6)])
    assert len(notes(paper, "inconsistent")) == 2


def test_words_are_held_too(paper):
    path = paper / "passages.csv"
    path.write_text(path.read_text().replace("the cat", "the dog"))
    (note,) = notes(paper, "inconsistent")
    assert "the dog does not stand in line 7" in note


@pytest.mark.parametrize(("words", "line"), [("Scores", 1), ("the cat", 7)])
def test_words_stand_in_the_first_and_the_last_line_and_in_none_beside(paper, words, line):
    path = paper / "passages.csv"
    for number in (line, 0, 8, line - 1, line + 1):
        path.write_text(f"passage,deck,reported,reported_line,split\nwords,mine,{words},{number},space\n")
        stands = "1 of 1 lines of words stand" in notes(paper, "consistent")
        assert stands == (number == line)
        assert len(notes(paper, "inconsistent")) == (number != line)


def test_another_edition_is_named(paper):
    decks = paper / "decks.csv"
    decks.write_text(f"deck,title,file,sha256\nmine,My paper,paper.txt,{sha256(paper / 'paper.txt')}\n")
    assert notes(paper, "inconsistent") == []
    decks.write_text(f"deck,title,file,sha256\nmine,My paper,paper.txt,{'0' * 64}\n")
    (note,) = notes(paper, "inconsistent")
    assert "another edition" in note


@pytest.mark.parametrize("name", ["paper.txt", ""])
def test_without_the_text_the_run_says_so_and_counts(paper, name):
    (paper / "paper.txt").unlink()
    (paper / "decks.csv").write_text(f"deck,title,file,sha256\nmine,My paper,{name},\n")
    (result,) = held(paper)
    assert result.outcome == "uncheckable"
    assert result.note == f"{NOT_AT_HAND}: 5 prints and 1 lines of words are not held against it"


def test_a_folder_of_texts_goes_before_the_one_of_the_transcription(paper, tmp_path):
    elsewhere = tmp_path / "texts" / "deep"
    elsewhere.mkdir(parents=True)
    (paper / "decks.csv").write_text("deck,title,file,sha256\nmine,My paper,deep/paper.txt,\n")
    assert texts_at_hand(paper, tmp_path / "texts") == []
    shutil.move(paper / "paper.txt", elsewhere / "paper.txt")
    assert texts_at_hand(paper, tmp_path / "texts") == [str(elsewhere / "paper.txt")]
    assert texts_at_hand(paper, tmp_path / "elsewhere") == []


def test_a_text_of_another_deck_is_not_taken_for_this_one(paper):
    (paper / "my_paper.txt").write_text(TEXT, "utf-8")
    (result,) = [h.result for h in held_against_source(read_library(paper), [paper / "my_paper.txt"])]
    assert NOT_AT_HAND in result.note


def test_the_findings_end_with_what_the_text_says(paper):
    write_cells(paper, [("A", "F1", "share", "0.641", 4), *CELLS[1:]])
    rows = findings({}, read_library(paper), texts_at_hand(paper))
    assert [(row["check"], row["table"], row["outcome"], row["severity"]) for row in rows] == [
        ("source_mine_scores", "scores", "inconsistent", "words"),
        ("source_mine_scores", "scores", "consistent", ""),
        ("source_mine_words", "", "consistent", ""),
    ]
    assert (rows[0]["line"], rows[0]["printed"], rows[0]["row"]) == ("4", "0.641", "A")


@pytest.mark.parametrize(
    ("printed", "text", "times"),
    [
        ("0.64", "0.64, 0.640 and 10.64; 0.64.", 2),
        ("8%", "↓ 8% of 28%", 0),  # a fall is printed with its arrow
        ("↓ 8%", "↓ 8%", 1),
        ("0.7", "-0.7 or 1-0.7", 1),  # after a sign only where that is a minus between two numbers
        ("7,079", "7,079 17,079", 1),
        (r"93.2\%", "93.2%", 1),
        ("3", "1 Sep 3, 2019", 1),
    ],
)
def test_whole_numbers_with_their_own_sign_are_counted(printed, text, times):
    assert standing(printed, text) == times


def test_what_only_sets_a_text_is_taken_away():
    assert (
        plain(r"<b>0.640</b> (\$) $2^{-1}$ &amp; < 0.001 and > 0.5") == "0.640 ($) 2^{-1} & < 0.001 and > 0.5"
    )


def test_every_misprint_in_the_decks_transcription_is_seen_in_their_text(tmp_path):
    """A slip in any digit of any cell: the text itself sees it, whatever arithmetic says."""
    texts = texts_at_hand(ROOT / "reported", SEEDS)
    if len(texts) < 2:
        pytest.skip(f"the decks' texts are not in {SEEDS}; set RECKON_SEEDS")
    copy = shutil.copytree(ROOT / "reported", tmp_path / "reported")
    assert {h.result.outcome for h in held_against_source(read_library(copy), texts)} == {"consistent"}
    path = copy / "glue_leaderboard.csv"
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for place, row in enumerate(rows):
        digit = place % sum(map(str.isdigit, row["reported"]))
        spot = [i for i, sign in enumerate(row["reported"]) if sign.isdigit()][digit]
        old = row["reported"]
        row["reported"] = old[:spot] + str((int(old[spot]) + 1) % 10) + old[spot + 1 :]
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    wrong = [h for h in held_against_source(read_library(copy), texts) if h.result.outcome != "consistent"]
    assert len(wrong) == len(rows)

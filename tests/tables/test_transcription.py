"""How the transcription is read, and how a malformed one is refused."""

from decimal import Decimal

import pytest

from reckon.errors import InputError
from reckon.tables.printed import printed_number
from reckon.tables.transcription import read_transcription

CELL = "deck,table,row,column,unit,direction,reported,reported_line,kind,emphasis,note"
TABLE = "table,deck,title,section,experiment,data,scales,deterministic,baselines,target,not_run"


@pytest.fixture
def folder(tmp_path):
    """A deck of one table with two cells."""
    (tmp_path / "decks.csv").write_text("deck,title,file,sha256\nmine,My deck,mine.txt,00\n")
    (tmp_path / "tables.csv").write_text(
        f"{TABLE}\nscores,mine,Scores,Results,exp,real,laptop|full,B,Blank|Random,results/exp/metrics.csv,\n"
    )
    (tmp_path / "scores.csv").write_text(
        f"{CELL}\nmine,scores,B,F1,share,higher,0.640,9,measured,,\nmine,scores,A,F1,share,higher,0.5,7,measured,,\n"
    )
    return tmp_path


def test_a_folder_without_tolerances_is_read_in_the_order_of_lines(folder):
    transcription = read_transcription(folder)
    assert [cell.row for cell in transcription.cells] == ["A", "B"]
    table = transcription.tables["scores"]
    assert (table.scales, table.baselines) == (("laptop", "full"), ("Blank", "Random"))
    assert (table.settled_by_one_run("A"), table.settled_by_one_run("B")) == (False, True)
    assert transcription.tolerances == {}


def test_tolerances_are_by_table_and_column(folder):
    (folder / "tolerances.csv").write_text("table,column,tolerance,reason\nscores,F1,0.01,sampling\n")
    assert read_transcription(folder).tolerances["scores", "F1"].tolerance == Decimal("0.01")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("scores.csv", "higher,0.640", "up,0.640", r"scores\.csv:2: direction is 'up'"),
        ("scores.csv", "measured,,\nmine", "guessed,,\nmine", r"scores\.csv:2: kind is 'guessed'"),
        ("scores.csv", "0.640", "0.6/0.7", r"scores\.csv:2: reported: '0.6/0.7' is not one printed number"),
        ("scores.csv", "0.640,9", "0.640,nine", r"scores\.csv:2: .*nine"),
        (
            "scores.csv",
            "mine,scores,A,F1,share,higher,0.5,7",
            "mine,scores,B,F1,share,higher,0.5,9",
            r"scores\.csv:3: .*line 2",
        ),
        ("scores.csv", "mine,scores,A", "mine,other,A", r"scores\.csv:3: table is 'other'"),
        ("scores.csv", "mine,scores,A", "yours,scores,A", r"scores\.csv:3: deck is 'yours'"),
        ("scores.csv", ",measured,,\nmine", "\nmine", r"scores\.csv:2: 11 fields expected"),
        ("scores.csv", "deck,table", "deck,tables", r"scores\.csv:1: columns must be"),
        (
            "tables.csv",
            "scores,mine",
            "other,mine",
            r"scores\.csv: no line of .*tables\.csv names this table",
        ),
    ],
)
def test_a_fault_is_named_with_file_and_line(folder, file, old, new, message):
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    with pytest.raises(InputError, match=message):
        read_transcription(folder)


def test_a_missing_table_is_named(folder):
    (folder / "scores.csv").unlink()
    with pytest.raises(InputError, match=r"scores\.csv: no such file"):
        read_transcription(folder)


@pytest.mark.parametrize(
    ("text", "value", "half_unit"),
    [
        ("0.640", "0.640", "0.0005"),
        ("66.67", "66.67", "0.005"),
        ("24", "24", "0.5"),
        ("7,079", "7079", "0.5"),
        ("1.35x", "1.35", "0.005"),
        ("65%", "65", "0.5"),
        ("↓ 8%", "-8", "0.5"),
        ("-0.7", "-0.7", "0.05"),
        ("1e-5", "0.00001", "0.000005"),
        ("2^{-3}", "0.125", "0"),
    ],
)
def test_a_printed_number_and_half_its_last_digit(text, value, half_unit):
    assert printed_number(text) == (Decimal(value), Decimal(half_unit))


@pytest.mark.parametrize("text", ["", "91.9/89.2", "0.5.1", "about 5"])
def test_what_is_not_one_number_is_refused(text):
    with pytest.raises(InputError, match="not one printed number"):
        printed_number(text)

"""How the transcription is read, and how a malformed one is refused."""

from decimal import Decimal

import pytest

from reckon.errors import InputError
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


def test_all_faults_of_all_tables_are_told_at_once(folder):
    text = (folder / "scores.csv").read_text()
    text = text.replace("higher,0.640", "up,0,640".replace("0,640", '"0,640"')).replace(",7,", ",seven,")
    (folder / "scores.csv").write_text(text)
    (folder / "tables.csv").write_text(
        (folder / "tables.csv").read_text() + "more,mine,More,Results,exp,real,full,,,,\n"
    )
    (folder / "more.csv").write_text(f"{CELL}\nmine,more,B,F1,share,higher,64.0,9,measured,Bold,\n")
    with pytest.raises(InputError) as refused:
        read_transcription(folder)
    for part in (
        "scores.csv:2: direction is 'up'",
        "scores.csv:2: reported: '0,640'",
        "scores.csv:3: ",
        "more.csv:2: emphasis is 'Bold', did you mean 'bold'?",
        "more.csv:2: reported: '64.0' is no share",
    ):
        assert part in str(refused.value)


@pytest.mark.parametrize("place", ["score,F1", "scores,f1", "other,column"])
def test_a_tolerance_of_no_column_is_refused_with_the_nearest(folder, place):
    lines = f"table,column,tolerance,reason\nscores,F1,0.01,sampling\n{place},0.01,sampling\n"
    (folder / "tolerances.csv").write_text(lines)
    with pytest.raises(InputError, match=r"tolerances\.csv:3: no cell in column") as error:
        read_transcription(folder)
    assert ("did you mean scores | F1?" in str(error.value)) == (place != "other,column")


def test_a_table_cut_to_its_first_line_is_refused(folder):
    (folder / "scores.csv").write_text(CELL + "\n")
    with pytest.raises(InputError, match=r"scores\.csv: no cell; transcribe the table"):
        read_transcription(folder)


def test_a_study_without_tables_is_refused(folder):
    (folder / "scores.csv").unlink()
    (folder / "tables.csv").write_text(TABLE + "\n")
    with pytest.raises(InputError, match=r"tables\.csv: no table and no cell"):
        read_transcription(folder)


def test_what_stands_behind_a_print_is_read_with_the_cell(folder):
    text = (folder / "scores.csv").read_text().replace("0.640", "64.0 ± 0.4 % (n = 5)")
    (folder / "scores.csv").write_text(text.replace("measured,,\n", "measured,bold underline,\n", 1))
    cell = read_transcription(folder).cells[1]
    assert (cell.printed.value, cell.printed.spread, cell.printed.runs) == (
        Decimal("0.640"),
        Decimal("0.004"),
        5,
    )


def test_more_faults_than_one_reads_are_counted(folder):
    lines = "".join(f"mine,scores,R{n},F1,share,higher,x,{n},measured,,\n" for n in range(60))
    (folder / "scores.csv").write_text(f"{CELL}\n{lines}")
    with pytest.raises(InputError, match=r"scores\.csv:51: .*; and 10 more$"):
        read_transcription(folder)

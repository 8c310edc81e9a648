"""What stands behind a printed number: every form, and what is refused."""

import math
from dataclasses import replace

import pytest

from reckon.errors import InputError
from reckon.tables.draws import EXACT, ONE_RUN, Print, prints_of, read_print, stands_behind
from reckon.tables.printed import read_printed
from reckon.tables.transcription import read_transcription


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        ("exact", Print(math.inf), "an exact figure"),
        ("one run", Print(1), "one run"),
        ("5 runs", Print(5), "the mean of 5 runs"),
        ("20 runs, mean and sd", Print(20, True), "the mean of 20 runs"),
    ],
)
def test_the_forms(text, expected, words):
    assert read_print(text) == expected
    assert expected.words == words


@pytest.mark.parametrize(
    "text", ["", "runs", "0 runs", "1 runs, mean and sd", "mean and sd", "5 runs, sd", "five"]
)
def test_other_forms_are_refused(text):
    with pytest.raises(InputError, match="printed_of is"):
        read_print(text)


def behind(entries, row, column, *, deterministic=False, printed="0.50"):
    return stands_behind(entries, row, column, deterministic=deterministic, printed=read_printed(printed))


def test_a_row_goes_before_its_column_and_both_before_the_table():
    entries = ("5 runs", "F1: exact", "A: one run")
    assert behind(entries, "A", "F1") == ONE_RUN
    assert behind(entries, "B", "F1") == EXACT
    assert behind(entries, "B", "EM", deterministic=True) == Print(5)
    assert behind((), "B", "EM", deterministic=True) == EXACT
    assert behind((), "B", "EM") == ONE_RUN


def test_a_print_that_names_its_runs_says_it_itself():
    assert behind((), "B", "EM", printed="84.3 ± 0.4 (n = 5)") == Print(5, with_spread=True)
    assert behind((), "B", "EM", printed="84.3 (3 runs)") == Print(3)
    assert behind((), "B", "EM", printed="84.3 ± 0.4") == ONE_RUN
    assert behind(("one run",), "B", "EM", printed="84.3 (3 runs)") == ONE_RUN


def test_a_name_that_stands_twice_is_refused():
    with pytest.raises(InputError, match="two things of 'A'"):
        prints_of(("A: one run", "A: exact"))


HEAD = "deck,table,row,column,unit,direction,reported,reported_line,kind,emphasis,note\n"
TABLES = "table,deck,title,section,experiment,data,scales,deterministic,baselines,target,not_run,printed_of\n"


def folder_with(tmp_path, printed_of):
    (tmp_path / "decks.csv").write_text("deck,title,file,sha256\nmine,My deck,mine.txt,00\n")
    (tmp_path / "tables.csv").write_text(TABLES + f'scores,mine,S,R,e,real,full,,,m.csv,,"{printed_of}"\n')
    (tmp_path / "scores.csv").write_text(HEAD + "mine,scores,A,F1,share,higher,0.50,7,measured,,\n")
    return tmp_path


def test_the_transcription_says_it_by_table_and_row(tmp_path):
    transcription = read_transcription(folder_with(tmp_path, "5 runs|A: exact"))
    table, (cell,) = transcription.tables["scores"], transcription.cells
    assert table.behind(cell) == EXACT
    assert table.behind(replace(cell, row="B")) == Print(5)


@pytest.mark.parametrize(
    ("printed_of", "words"),
    [
        ("many runs", "tables.csv:2: printed_of is 'many runs'"),
        ("B: exact", "scores has no row or column 'B'"),
        ("5 runs, mean and sd", "no ± in '0.50'"),
    ],
)
def test_what_names_nothing_is_refused_with_its_line(tmp_path, printed_of, words):
    with pytest.raises(InputError, match=words):
        read_transcription(folder_with(tmp_path, printed_of))

"""The checks file: how it is run, and how a malformed one is refused."""

import csv
import inspect
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reckon.audit.figures import read_library
from reckon.audit.findings import COLUMNS, findings, read_checks, write_findings
from reckon.audit.kinds import KINDS
from reckon.errors import InputError

HEADER = "check,finding,kind,cells,parameters,statement,note"
TABLE = "table,deck,title,section,experiment,data,scales,deterministic,baselines,target,not_run"
CELL = "deck,table,row,column,unit,direction,reported,reported_line,kind,emphasis,note"


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A paper of one table, with one public record and one passage."""
    path = tmp_path_factory.mktemp("paper") / "reported"
    path.mkdir()
    files = {
        "decks.csv": "deck,title,file,sha256\npaper,My paper,paper.txt,\n",
        "tables.csv": f"{TABLE}\nscores,paper,Scores,Results,,,,,,,\n",
        "scores.csv": f"{CELL}\npaper,scores,A,F1,share,higher,0.640,9,measured,,\n"
        "paper,scores,A,EM,share,higher,0.5,9,measured,bold,\npaper,scores,A,Mean,share,higher,0.57,9,measured,,\n"
        "paper,scores,B,F1,share,equal,n/a 1/2,10,citation,,\n",
        "logs.csv": "figure,repository,commit,path,line,unit,value,note\n"
        "run/f1,me/mine,,log.txt,3,share,0.6398,\n"
        "run/seconds,me/mine,,log.txt,,s,,the log holds no time\nrun/name,me/mine,,log.txt,,,bert-base,\n",
        "passages.csv": "passage,deck,reported,reported_line,split\nwords,paper,the cat,20,space\n",
        "checks.csv": f"{HEADER}\nmean,A1,mean_of,scores | A | Mean,parts=F1 & EM,The mean of both,by hand\n"
        "log,A2,same_as,scores | A | F1,other=log | run/f1,What the log says,\n"
        'time,A3,identity,scores | A | F1,"formula=[log | run/seconds] / 2",Seconds,\n',
    }
    for name, text in files.items():
        (path / name).write_text(text, "utf-8")
    return path


def run(folder):
    return findings(read_checks(folder / "checks.csv"), read_library(folder))


def test_a_paper_is_audited_by_lines_alone(folder, tmp_path):
    rows = run(folder)
    assert [(row["check"], row["outcome"]) for row in rows] == [
        ("mean", "consistent"),
        ("log", "consistent"),
        ("time", "uncheckable"),
    ]
    first = {name: rows[0][name] for name in ("deck", "table", "line", "printed", "row", "column")}
    assert first == {
        "deck": "paper",
        "table": "scores",
        "line": "9",
        "printed": "0.57",
        "row": "A",
        "column": "Mean",
    }
    assert (rows[0]["expected_low"], rows[0]["expected_high"]) == ("0.54475", "0.59525")
    assert rows[0]["note"].endswith("; by hand")
    assert rows[2]["note"] == "log | run/seconds: the log holds no time"
    write_findings(tmp_path / "findings.csv", rows)
    with open(tmp_path / "findings.csv", encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == rows
    assert tuple(rows[0]) == COLUMNS


def check(kind="mean_of", cells="scores | A | Mean", parameters="parts=F1", name="x"):
    return f"{name},,{kind},{cells},{parameters},Said,"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (check(kind="mean_off"), r"checks\.csv:2: no kind 'mean_off'; did you mean 'mean_of'"),
        (check(kind="zzz"), r"checks\.csv:2: no kind 'zzz'; known are mean_of, "),
        (check(cells="scores | A | Men"), r"checks\.csv:2: no cell .*; did you mean 'scores \| A \| Mean'"),
        (check(cells="scores"), r"checks\.csv:2: 'scores': expected `table"),
        (
            check(parameters="part=F1"),
            r"checks\.csv:2: mean_of has no parameter 'part'; did you mean 'parts'\?",
        ),
        (check(parameters=""), r"checks\.csv:2: mean_of needs the parameter parts"),
        (check(parameters="F1"), r"checks\.csv:2: parameters: expected `name=value"),
        (check(parameters="parts=F1; parts=EM"), r"checks\.csv:2: parameters: .*each name once"),
        (check(parameters="parts=F2"), r"checks\.csv:2: 'F2' is neither a number nor a column in row 'A'"),
        (check("same_as", parameters="other=log | run/f2"), r"checks\.csv:2: .*did you mean 'run/f1'"),
        (
            check("same_as", parameters="other=log | run/name"),
            r"checks\.csv:2: log \| run/name: 'bert-base' is not",
        ),
        (check("identity", parameters="formula=open(1)"), r"checks\.csv:2: .*formula holds figures"),
        (
            check("same_number", "wordz", "other=words"),
            r"checks\.csv:2: no passage 'wordz'; did you mean 'words'",
        ),
        (check(cells=""), r"checks\.csv:2: check, cells and statement must not be empty"),
        (f"{check()}\n{check()}", r"checks\.csv:3: the check 'x' is that of line 2"),
        ("x,,mean_of", r"checks\.csv:2: 7 fields expected"),
    ],
)
def test_a_fault_is_named_with_file_and_line(folder, tmp_path, line, message):
    copy = shutil.copytree(folder, tmp_path / "reported")
    (copy / "checks.csv").write_text(f"{HEADER}\n{line}\n", "utf-8")
    with pytest.raises(InputError, match=message):
        run(copy)


def test_all_faults_of_the_checks_are_told_at_once(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "reported")
    lines = [check(kind="zzz"), check(cells="", name="y"), check(name="y")]
    (copy / "checks.csv").write_text("\n".join([HEADER, *lines, ""]), "utf-8")
    with pytest.raises(InputError) as told:
        run(copy)
    assert [part for n in (2, 3, 4) if (part := f"checks.csv:{n}: ") in str(told.value)] == [
        "checks.csv:2: ",
        "checks.csv:3: ",
        "checks.csv:4: ",
    ]
    (copy / "checks.csv").write_text(
        "\n".join([HEADER, check(parameters="parts=F2"), check(cells="x | y | z", name="z"), ""]), "utf-8"
    )
    with pytest.raises(InputError, match=r"checks\.csv:2: 'F2'.*; .*checks\.csv:3: no cell"):
        run(copy)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("logs.csv", "run/seconds", "run/f1", r"logs\.csv:3: the figure 'run/f1' is there already"),
        ("logs.csv", "figure,", "figures,", r"logs\.csv:1: columns must be"),
        ("passages.csv", "20,space", "20,word", r"passages\.csv:2: split is 'word'"),
        ("checks.csv", "check,", "name,", r"checks\.csv:1: columns must be"),
    ],
)
def test_a_malformed_table_is_refused(folder, tmp_path, file, old, new, message):
    copy = shutil.copytree(folder, tmp_path / "reported")
    text = (copy / file).read_text("utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError, match=message):
        run(copy)


@pytest.mark.parametrize("damage", [b"\xff\xfe", b'"' + b"x" * 200_000])
def test_a_file_that_is_no_csv_is_refused(folder, tmp_path, damage):
    copy = shutil.copytree(folder, tmp_path / "reported")
    with open(copy / "checks.csv", "ab") as file:
        file.write(damage)
    with pytest.raises(InputError, match=r"checks\.csv:\d+: no csv in UTF-8"):
        run(copy)


VALUES = (
    *("", "0", "-1", "2^{-3}", "1e9999", "1e999", "x", "F1", "EM & F1", "[F1]", "[EM] ** [F1]", "rising"),
    *("log | run/f1", "log | run/seconds", "log | run/name", "scores | B | F1", "scores | * | *", "words"),
    *("[", "; =", "9 ** 64 ** 64", "((9 ** 60) ** 60) ** 60", "scores | A | F1 & scores | A | EM"),
)


@settings(max_examples=400)
@given(st.data(), st.sampled_from(list(KINDS)), st.sampled_from(VALUES))
def test_no_line_ends_in_anything_but_findings_or_an_input_error(folder, data, kind, cells):
    names = [
        name for name, p in inspect.signature(KINDS[kind]).parameters.items() if p.kind is p.KEYWORD_ONLY
    ]
    values = [data.draw(st.sampled_from(VALUES)) for _ in names]
    parameters = "; ".join(f"{name}={value}" for name, value in zip(names, values, strict=True))
    path = folder.parent / "checks.csv"
    path.write_text(f"{HEADER}\n{check(kind, cells, parameters)}\n", "utf-8")
    try:
        found = len(findings(read_checks(path), read_library(folder))) > 0
    except InputError as error:
        found = "checks.csv:2: " in str(error)
    assert found

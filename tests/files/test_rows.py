"""Rows of csv files: the columns that may be, what stands in a field, refusals with their line."""

import math
from dataclasses import dataclass
from decimal import Decimal

import pytest

from reckon.errors import InputError
from reckon.files.rows import count, number, records, rows_of, write_rows


@dataclass(frozen=True)
class Row:
    """One field of each kind, the last of a later version of the file."""

    name: str
    n: int
    share: float
    printed: Decimal
    marks: tuple[str, ...] = ("none",)


@pytest.fixture
def file(tmp_path):
    def written(text):
        path = tmp_path / "a.csv"
        path.write_text(text, "utf-8")
        return path

    return written


def test_fields_have_the_types_of_the_dataclass(file):
    path = file("name,n,share,printed,marks\na,0,-1.5e-3,0.640,x||y\n,7,nan,1e100,\n")
    first, second = rows_of(path, Row)
    assert first == Row("a", 0, -0.0015, Decimal("0.640"), ("x", "y"))
    assert (second.name, second.n, second.printed, second.marks) == ("", 7, Decimal("1e100"), ())
    assert math.isnan(second.share)


def test_a_field_with_a_default_may_be_absent_and_no_other(file):
    assert rows_of(file("name,n,share,printed\na,1,2,3\n"), Row) == [Row("a", 1, 2, Decimal(3), ("none",))]
    words = r"a\.csv:1: columns must be name,n,share,printed(,marks)?; again"
    for columns in ("name,n,share", "name,n,share,marks,printed", "name,n,share,printed,marks,new"):
        with pytest.raises(InputError, match=words):
            rows_of(file(columns + "\n"), Row, remedy="again")


def test_of_other_files_the_needed_columns_are_asked_for(file):
    path = file("a;b\n1;2\n3;4\n")
    assert [row for _, row in records(path, needed=("b", "a"), delimiter=";")] == [
        {"a": "1", "b": "2"},
        {"a": "3", "b": "4"},
    ]
    assert [where.rpartition(":")[2] for where, _ in records(path, needed=["b"], delimiter=";")] == ["2", "3"]
    with pytest.raises(InputError, match=r"a\.csv:1: no column c, d; make it again"):
        list(records(path, needed=("a", "c", "d"), delimiter=";"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,a\n1,2\n", "a.csv:1: a column stands twice"),
        ("a,b\n1,2\n1\n", "a.csv:3: 2 fields expected"),
        ("a,b\n1,2,3\n", "a.csv:2: 2 fields expected"),
        ('a,b\n1,"2\n', "a.csv:2: no csv in UTF-8"),
    ],
)
def test_lines_that_are_cut_or_too_long_are_refused(file, text, words):
    with pytest.raises(InputError, match=words):
        list(records(file(text)))


@pytest.mark.parametrize(
    "row",
    [
        *("a,-1,2,3,", "a,1_0,2,3,", "a,1.0,2,3,", "a,1234567890123456789,2,3,"),
        *("a,1,1_0,3,", "a,1,1e400,3,", "a,1,0x1,3,", "a,1,infinity,3,"),
        *("a,1,2,1_0,", "a,1,2,nan,", "a,1,2,1e101,", "a,1,2,1e-101,", "a,1,2,x,"),
    ],
)
def test_a_text_that_is_no_such_number_is_refused_with_its_line(file, row):
    with pytest.raises(InputError, match=r"a\.csv:3"):
        rows_of(file(f"name,n,share,printed,marks\na,1,2,3,\n{row}\n"), Row)


def test_the_bounds_of_numbers_belong_to_them():
    assert count("9" * 18) == 10**18 - 1
    assert (number("inf"), number("-INF"), number("1e308")) == (math.inf, -math.inf, 1e308)


def test_rows_are_written_as_they_are_read(tmp_path):
    path = tmp_path / "a.csv"
    write_rows(path, ["a", "b"], [{"b": 1, "a": "x,y"}])
    assert path.read_bytes() == b'a,b\n"x,y",1\n'
    with pytest.raises(ValueError, match="c"):
        write_rows(path, ["a", "b"], [{"a": 1, "c": 2}])

"""All faults of a file in one message."""

from dataclasses import dataclass

import pytest

from reckon.errors import InputError
from reckon.files.faults import MOST_TOLD, Faults
from reckon.files.rows import placed_rows, rows_of


@dataclass(frozen=True)
class Entry:
    name: str
    count: int


def test_faults_are_told_together_in_their_order():
    faults = Faults()
    with faults.at("a.csv:2"):
        raise InputError("first")
    faults.add("", "b.csv:3: second")
    with faults.at("a.csv:4"):
        pass
    with pytest.raises(InputError, match=r"^a\.csv:2: first; b\.csv:3: second$"):
        faults.tell()


def test_no_fault_is_no_error_and_other_errors_pass():
    faults = Faults()
    faults.tell()
    with pytest.raises(KeyError), faults.at("here"):
        raise KeyError


@pytest.mark.parametrize(("number", "more"), [(MOST_TOLD, ""), (MOST_TOLD + 1, "; and 1 more")])
def test_beyond_fifty_faults_are_counted(number, more):
    faults = Faults()
    for place in range(number):
        faults.add(f"a:{place}", "wrong")
    with pytest.raises(InputError) as told:
        faults.tell()
    assert str(told.value).endswith(f"a:{MOST_TOLD - 1}: wrong{more}")


def test_every_line_that_cannot_be_read_is_named(tmp_path):
    path = tmp_path / "entries.csv"
    path.write_text("name,count\na,1\nb,two\nc,3\nd,-4\n")
    with pytest.raises(InputError, match=r"entries\.csv:3: .*two.*entries\.csv:5: .*-4"):
        rows_of(path, Entry)


def test_a_reader_with_more_to_say_gets_the_readable_lines(tmp_path):
    path = tmp_path / "entries.csv"
    path.write_text("name,count\na,1\nb,two\nc,3\n")
    faults = Faults()
    rows = placed_rows(path, Entry, faults=faults)
    assert [(where.rpartition(":")[2], row.name) for where, row in rows] == [("2", "a"), ("4", "c")]
    assert len(faults.found) == 1

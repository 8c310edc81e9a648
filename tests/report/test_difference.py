"""Two final tables beside each other."""

from reckon.report.difference import differences
from reckon.report.final_table import COLUMNS


def row(name, **changes):
    cell = {"table": "t", "row": name, "column": "F1", "reported_line": "7", "reported": "0.5"}
    return dict.fromkeys(COLUMNS, "") | cell | {"verdict": "not_run"} | changes


def test_the_same_table_has_no_difference():
    assert differences([row("A"), row("B")], [row("A"), row("B")]) == []


def test_a_verdict_a_value_and_a_corrected_transcription_are_changes_a_reason_is_none():
    before = [row("A"), row("B", mean="0.5"), row("C"), row("D", reason="x")]
    now = [
        row("A", verdict="match", mean="0.5"),
        row("B", mean="0.5000000001"),
        row("C", reported="0.6"),
        row("D", reason="y"),
    ]
    found = differences(before, now)
    assert [change.cell["row"] for change in found] == ["A", "B", "C"]
    assert [change.verdict_changed for change in found] == [True, False, False]


def test_cells_that_are_new_come_in_their_place_and_those_that_are_gone_last():
    found = differences([row("gone"), row("A")], [row("new"), row("A")])
    assert [(change.before is None, change.now is None) for change in found] == [(True, False), (False, True)]
    assert [change.cell["row"] for change in found] == ["new", "gone"]


def test_a_number_that_is_printed_twice_on_a_line_is_two_cells():
    before = [row("A", mean="1"), row("A", mean="2")]
    (change,) = differences(before, [row("A", mean="1"), row("A", mean="3")])
    assert (change.before["mean"], change.now["mean"]) == ("2", "3")

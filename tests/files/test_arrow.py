"""Arrow files: rows come back in their order over several batches; gaps and other columns are refused."""

import pyarrow as pa
import pytest

from reckon.files.arrow import lengths, mapped, write_rows

SCHEMA = pa.schema({"id": pa.int64(), "parts": pa.list_(pa.list_(pa.int32()))})


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 128, 129])
def test_rows_come_back_in_their_order(tmp_path, count):
    rows = [{"id": i, "parts": [[i]] * (i % 3)} for i in range(count)]
    assert write_rows(tmp_path / "a.arrow", iter(rows), SCHEMA) == count
    table = mapped(tmp_path / "a.arrow", SCHEMA)
    assert table.to_pylist() == rows
    assert lengths(table, "parts").tolist() == [i % 3 for i in range(count)]


@pytest.mark.parametrize(
    "row",
    [
        {"id": None, "parts": []},
        {"id": 1, "parts": None},
        {"id": 1, "parts": [None]},
        {"id": 1, "parts": [[None]]},
    ],
)
def test_a_value_that_is_missing_at_any_depth_is_refused(tmp_path, row):
    write_rows(tmp_path / "a.arrow", [{"id": 1, "parts": [[1]]}, row], SCHEMA)
    with pytest.raises(ValueError, match="missing values"):
        mapped(tmp_path / "a.arrow", SCHEMA)


def test_other_columns_are_refused(tmp_path):
    write_rows(tmp_path / "a.arrow", [{"id": 1}], pa.schema({"id": pa.int64()}))
    with pytest.raises(ValueError, match="other columns"):
        mapped(tmp_path / "a.arrow", SCHEMA)

"""An overlay in any form that YAML or JSON has for the same values."""

import pytest

from reckon.config.overlays import read_overlay

VALUES = {"experiments": ["fem"], "fem": {"runs": [{"levels": [4], "ranks": 2}]}}


@pytest.mark.parametrize(
    "text",
    [
        "experiments: [fem]\nfem:\n  runs:\n    - {levels: [4], ranks: 2}\n",
        "{experiments: [fem], fem: {runs: [{levels: [4], ranks: 2}]}}\n",
        "# JSON has no comments\n{'experiments': [fem], fem: {runs: [{levels: [4], ranks: 2}]}}\n",
        '{"experiments": ["fem"], "fem": {"runs": [{"levels": [4], "ranks": 2}]}}',
        '  {"experiments": ["fem"],\n\t"fem": {"runs": [{"levels": [4], "ranks": 2}]}}',
    ],
    ids=["block", "braces", "comment", "JSON", "JSON with a tab"],
)
def test_the_same_values_in_every_form(tmp_path, text):
    (tmp_path / "mine.yaml").write_text(text, "utf-8")
    assert read_overlay(tmp_path / "mine.yaml") == VALUES

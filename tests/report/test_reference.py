"""The committed reference of a scale is what tools/settle_reference.py makes of what was kept."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCALES = sorted(path.parent.name for path in (ROOT / "reference").glob("*/final_table.csv"))


@pytest.mark.parametrize("scale", SCALES)
def test_claims_tables_and_page_follow_from_what_was_kept(tmp_path, scale):
    committed, made = ROOT / "reference" / scale, tmp_path / scale
    shutil.copytree(committed, made)
    for name in ("claims.csv", "report.html", "final_table.md", "final_table.tex"):
        (made / name).unlink()
    cells = ["--experiment", "gradients", "--cells", committed / "final_table.csv"]
    subprocess.run(
        [sys.executable, ROOT / "tools/settle_reference.py", "--reference", made, *cells], check=True
    )
    for name in ("claims.csv", "final_table.csv", "final_table.md", "final_table.tex", "report.html"):
        assert (made / name).read_bytes() == (committed / name).read_bytes(), name

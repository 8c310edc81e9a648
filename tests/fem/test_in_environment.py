import importlib.util
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
THEORY = Path(__file__).parent / "theory"


@pytest.mark.skipif(
    importlib.util.find_spec("firedrake") is not None, reason="runs in that environment already"
)
def test_theory_holds_in_the_finite_element_environment():
    path = subprocess.run(
        ["bash", ROOT / "envs/build_fem.sh", "--path"], capture_output=True, text=True, check=True
    ).stdout.strip()
    if not Path(path).exists():
        pytest.skip(f"the finite-element environment is not built ({path}); bash envs/build_fem.sh makes it")
    done = subprocess.run(
        [path, "-m", "pytest", "-p", "no:cacheprovider", "--confcutdir", THEORY, THEORY],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout

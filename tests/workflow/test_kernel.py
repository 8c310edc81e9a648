"""Notebooks run in the environment's own kernel, not in one that lies on the user's path."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

COMMON = Path(__file__).parents[2] / "workflow/rules/common.smk"
FOUND = "from jupyter_client.kernelspec import get_kernel_spec as get; print(get('python3').resource_dir)"


def kernel(**environment: str) -> str:
    """The folder of the kernel python3 that papermill would start."""
    given = os.environ | environment
    done = subprocess.run(
        [sys.executable, "-c", FOUND], env=given, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_a_kernel_of_the_same_name_on_the_path_is_not_taken(tmp_path):
    for place in ("path", "home/.local/share/jupyter"):
        folder = tmp_path / place / "kernels/python3"
        folder.mkdir(parents=True)
        spec = {"argv": ["/bin/false"], "display_name": "other", "language": "python"}
        (folder / "kernel.json").write_text(json.dumps(spec))
    other = {"JUPYTER_PATH": str(tmp_path / "path"), "HOME": str(tmp_path / "home")}
    assert kernel(**other).startswith(str(tmp_path))  # the test sees the difference
    ours = dict(re.findall(r'^    (JUPYTER_\w+)="(.*)",$', COMMON.read_text(), re.M))
    assert set(ours) == {"JUPYTER_PATH", "JUPYTER_PREFER_ENV_PATH"}
    assert kernel(**other | ours).startswith(sys.prefix)

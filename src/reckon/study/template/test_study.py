"""The study as a test: pytest test_study.py."""

import subprocess
import sys


def test_every_printed_number_holds() -> None:
    """`reckon` ends with 1 where a print does not hold, and says which."""
    subprocess.run([sys.executable, "recompute.py"], check=True)
    subprocess.run(["reckon", "audit"], check=True)
    subprocess.run(["reckon", "settle"], check=True)

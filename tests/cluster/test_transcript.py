"""The transcript of docs/cluster.md, typed again line by line on a run that is finished."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from checkouts import ROOT, TABLE, Checkout
from drills import assert_clean
from standin import StandIn

DOCUMENT = (ROOT / "docs/cluster.md").read_text("utf-8")
PROFILE = Path("profiles/slurm/config.yaml")
# What docs/cluster.md tells a cluster without accounts to change, and shorter waits.
SITE = {
    "# slurm-no-account: true": "slurm-no-account: true",
    "slurm-init-seconds-before-status-checks: 40": "slurm-init-seconds-before-status-checks: 3",
    "latency-wait: 60": "latency-wait: 5",
}


def transcript(document: str) -> list[tuple[str, list[str]]]:
    """The commands of the `console` blocks with the lines that they print."""
    blocks = re.findall(r"^```console\n(.*?)^```", document, re.M | re.S)
    typed = (part.splitlines() for block in blocks for part in re.split(r"^\$ ", block, flags=re.M)[1:])
    return [(command, printed) for command, *printed in typed]


def missing(expected: list[str], printed: str) -> str | None:
    """The first expected line that `printed` does not hold in this order; `...` stands for anything."""
    lines = iter(printed.splitlines())
    for line in expected:
        pattern = r"\s*" + ".*".join(map(re.escape, re.split(r"\.\.\.", line.strip()))) + r"\s*"
        if not any(re.fullmatch(pattern, candidate) for candidate in lines):
            return line
    return None


def test_lines_are_looked_for_in_their_order():
    block = "```console\n$ a b\nJob 1 ... id 7\n...\ndone\n$ c\n```\n"
    assert transcript(block) == [("a b", ["Job 1 ... id 7", "...", "done"]), ("c", [])]
    printed = "x\nJob 1 sent with id 7\ny\n  done\n"
    assert missing(["Job 1 ... id 7", "...", "done"], printed) is None
    assert missing(["done", "Job 1 ... id 7"], printed) == "Job 1 ... id 7"
    assert missing(["Job 1"], printed) == "Job 1"


@pytest.fixture(scope="module")
def at_hand(tmp_path_factory, slurm: StandIn, whole: Checkout) -> Checkout:
    """The finished run in a folder of its own, the profile as its site needs it."""
    copy = whole.moved_to(tmp_path_factory.mktemp("transcript") / "a run")
    profile = (copy.folder / PROFILE).read_text("utf-8")
    for default, own in SITE.items():
        assert default in profile
        profile = profile.replace(default, own)
    (copy.folder / PROFILE).write_text(profile, "utf-8")
    return copy


@pytest.mark.cluster
def test_the_transcript_is_what_a_user_sees(slurm: StandIn, at_hand: Checkout) -> None:
    typed = transcript(DOCUMENT)
    assert len(typed) >= 4
    before, wrong = at_hand.results(), []
    for command, expected in typed:
        words = shlex.split(command)
        assert words[0] == "snakemake"
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=at_hand.folder,
            env=at_hand.environment(slurm.settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        absent = missing(expected, done.stdout)
        wrong += [f"$ {command}: no line {absent!r} in\n{done.stdout}"] if absent else []
    assert wrong == [], "\n".join(wrong)
    assert at_hand.results() == before
    assert (at_hand.folder / TABLE).exists()
    assert_clean(slurm, at_hand)

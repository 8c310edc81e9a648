"""Copies of this checkout, Snakemake in them as a user would start it, and the plans that it prints."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
TINY = Path("tests/workflow/tiny.yaml")  # of the copy, in which Snakemake is started
TABLE = "results/final_table.csv"
PRINTED = "printed.txt"
SAME_BYTES = {".arrow", ".csv", ".gz", ".json", ".md", ".parquet", ".safetensors"}

# Python runs this at its start: whoever imports one of these, the process ends.
BLOCKER = """
import os, sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"torch", "transformers", "accelerate", "sklearn"}:
            print("imported:", name, file=sys.stderr, flush=True)
            os._exit(97)

sys.meta_path.insert(0, Blocker())
"""


@dataclass(frozen=True)
class Job:
    """One job of a plan: its rule, its wildcards as Snakemake prints them, its files."""

    rule: str
    wildcards: str
    inputs: frozenset[str]
    outputs: frozenset[str]

    @property
    def name(self) -> str:
        return f"{self.rule} {self.wildcards}".strip()


def jobs(printed: str) -> list[Job]:
    """The jobs in the output of a dry run or of a run."""
    blocks = re.findall(r"^(?:local)?rule (\w+):\n((?:    .*\n)*)", printed, re.M)
    return [_job(rule, dict(re.findall(r"^    (\w+): (.*)$", block, re.M))) for rule, block in blocks]


def _job(rule: str, fields: dict[str, str]) -> Job:
    inputs, outputs = (frozenset(fields.get(key, "").split(", ")) - {""} for key in ("input", "output"))
    return Job(rule, fields.get("wildcards", ""), inputs, outputs)


def affected(everything: Iterable[Job], changed: str) -> set[str]:
    """Names of the jobs that read the file `changed`, and of all that read what these write, and so on."""
    files, found, before = {changed}, set[Job](), -1
    while len(found) > before:
        before = len(found)
        found = {job for job in everything if job.inputs & files}
        files = {changed}.union(*(job.outputs for job in found))
    return {job.name for job in found}


@dataclass(frozen=True)
class Checkout:
    """A copy of the files of this checkout; `blocker` is a folder with a `sitecustomize.py`."""

    folder: Path
    blocker: Path
    cores: int = 2

    def environment(self, changes: dict[str, str]) -> dict[str, str]:
        """No mirror, no network, downloads apart from the user's own; `changes` on top."""
        proxies = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
        nowhere = dict.fromkeys(proxies, "http://127.0.0.1:9") | {"no_proxy": ""}
        own = {"RECKON_CACHE": str(self.blocker / "cache"), "RECKON_MIRROR": "", "PYTHONPATH": ""}
        return os.environ | nowhere | own | changes

    def command(self, *words: str, configs: Iterable[Path] = (TINY,)) -> list[str]:
        """Snakemake with its own account of every job, which `jobs` reads."""
        files = [str(path) for path in configs]
        overlay = ["--configfile", *files] if files else []
        return [sys.executable, "-m", "snakemake", "-p", "--cores", str(self.cores), *overlay, *words]

    def typed(self, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """What a person sees who types `snakemake WORDS`, with nothing set but the path to it."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = self.environment({"PATH": path} | changes)
        del environment["PYTHONPATH"]
        return subprocess.run(
            ["snakemake", *words],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def snakemake(
        self, *words: str, configs: Iterable[Path] = (TINY,), **changes: str
    ) -> subprocess.CompletedProcess[str]:
        """Run Snakemake here; stdout and stderr together."""
        return subprocess.run(
            self.command(*words, configs=configs),
            cwd=self.folder,
            env=self.environment(changes),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def dry_run(
        self, *words: str, config: dict[str, Any] | None = None, configs: Iterable[Path] = (TINY,)
    ) -> str:
        """What a dry run prints, the heavy libraries out of reach; `config` is one more overlay."""
        overlay = self.blocker / "overlay.yaml"
        overlay.write_text(yaml.safe_dump(config or {}), "utf-8")
        target = [] if "--" in words else ["--", TABLE]
        configs = [*configs, overlay] if config else configs
        done = self.snakemake("-n", *words, *target, configs=configs, PYTHONPATH=str(self.blocker))
        assert done.returncode == 0, done.stdout
        return done.stdout

    def plan(self, *words: str, config: dict[str, Any] | None = None) -> list[Job]:
        return jobs(self.dry_run(*words, config=config))

    @contextlib.contextmanager
    def edited(self, file: str, statement: str) -> Iterator[None]:
        """Append a line to a file; afterwards it is as it was, with its old time."""
        path = self.folder / file
        before, status = path.read_bytes(), path.stat()
        path.write_bytes(before + f"{statement}\n".encode())
        try:
            yield
        finally:
            path.write_bytes(before)
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    def moved_to(self, folder: Path) -> "Checkout":
        """A copy with all results and with what Snakemake remembers; large files are shared."""
        shutil.copytree(self.folder, folder, copy_function=_copy_or_link)
        return Checkout(folder, self.blocker, self.cores)

    def results(self) -> dict[str, bytes]:
        """Bytes of every result by its path; not logs, benchmarks and checkpoints."""
        top = self.folder / "results"
        return {
            str(path.relative_to(top)): path.read_bytes()
            for path in sorted(top.rglob("*"))
            if path.suffix in SAME_BYTES and path.relative_to(top).parts[0] not in {"logs", "benchmarks"}
        }


def _copy_or_link(source: str, target: str) -> None:
    if Path(source).suffix == ".safetensors":
        os.link(source, target)
    else:
        shutil.copy2(source, target)


def checkout(folder: Path, blocker: Path, cores: int = 2) -> Checkout:
    """The files that git knows or would add, without what was computed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in map(os.fsdecode, listed.stdout.split(b"\0")):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return Checkout(folder, blocker, cores)

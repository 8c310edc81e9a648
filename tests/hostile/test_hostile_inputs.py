"""The hostile set: every file of `files.jsonl` is refused by its reader, in one clear line, in no time.

A line there is a file: its name, the case whose sound file it takes the place of, words of the message,
and its content as `text` or, where it is no UTF-8, as `base64`.
"""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from bombs import BOMBS
from cases import CASES, made
from mutations import within
from swollen import SWOLLEN

from reckon.errors import InputError

HERE = Path(__file__).parent
with open(HERE / "files.jsonl", encoding="utf-8") as lines:
    FILES = [json.loads(line) for line in lines]


def content_of(file: dict[str, str]) -> bytes:
    return file["text"].encode() if "text" in file else base64.b64decode(file["base64"], validate=True)


def refusal(case: str, content: bytes, folder: Path) -> str:
    """What the reader says of a valid folder in which one file has this content; fails if it is accepted."""
    path = made(CASES[case], folder)
    path.write_bytes(content)
    with pytest.raises(InputError) as caught, within(10):
        CASES[case].read(folder)
    return str(caught.value)


@pytest.mark.parametrize("file", FILES, ids=[file["name"] for file in FILES])
def test_a_hostile_file_is_refused_by_name(tmp_path, file):
    said = refusal(file["case"], content_of(file), tmp_path / "x")
    assert file["words"] in said
    assert Path(CASES[file["case"]].target).name in said or ".csv" in said


@pytest.mark.parametrize("name", SWOLLEN)
def test_a_hostile_file_that_a_test_writes_is_refused_by_name(tmp_path, name):
    case, write, words = SWOLLEN[name]
    path = made(CASES[case], tmp_path / "x")
    write(path)
    with pytest.raises(InputError, match=words), within(20):
        CASES[case].read(tmp_path / "x")


def test_every_file_has_a_name_of_its_own_and_every_format_has_some():
    names = [file["name"] for file in FILES]
    assert names == sorted(set(names))
    written = {case for case, *_ in (*SWOLLEN.values(), *BOMBS.values())}
    assert {file["case"] for file in FILES} | written == set(CASES)


def test_bombs_are_refused_in_bounded_memory(tmp_path):
    """One process with 2 GB of address space, in which a bomb that goes off ends the reading."""
    command = [sys.executable, str(HERE / "bombs.py"), str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": f"{HERE.parents[1] / 'src'}:{HERE}"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    said = {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert said.keys() == BOMBS.keys()
    assert {name: line["said"] for name, line in said.items() if BOMBS[name][2] not in line["said"]} == {}
    assert {name: line["seconds"] for name, line in said.items() if line["seconds"] > 20} == {}


def test_a_program_says_it_in_one_line_and_ends_with_1(tmp_path):
    """The way of every program, tried with one: `reckon.program.run`."""
    made(CASES["checks"], tmp_path / "reported")
    (code,) = (file for file in FILES if file["name"] == "checks_formula_is_code.csv")
    (tmp_path / "reported/checks.csv").write_bytes(content_of(code))
    root = HERE.parents[1]
    program = [sys.executable, str(root / "workflow/scripts/audit_reported.py")]
    options = ["--reported", *map(str, sorted((tmp_path / "reported").glob("*.csv")))]
    options += ["--findings", str(tmp_path / "findings.csv"), "--markdown", str(tmp_path / "findings.md")]
    environment = os.environ | {"PYTHONPATH": str(root / "src")}
    done = subprocess.run([*program, *options], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("error: ")
    assert not (tmp_path / "findings.csv").exists()

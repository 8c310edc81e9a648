"""Programs end in one line and exit code 1 where a person is at fault, and in a traceback where we are."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reckon.errors import InputError
from reckon.files.writing import writing
from reckon.steps.program import run
from reckon.steps.provenance import read_sidecar, stamp

SOURCE = Path(__file__).parents[2] / "src"


def ending(error: BaseException) -> str:
    """What the program says when it ends by `error`."""

    def main() -> None:
        raise error

    with pytest.raises(SystemExit) as caught:
        run(main)
    return str(caught.value.code)


def test_a_program_that_ends_well_says_nothing(capsys):
    run(lambda: None)
    assert capsys.readouterr() == ("", "")


def test_an_input_error_is_one_line_whatever_its_text():
    assert ending(InputError("a.jsonl:3: field: missing")) == "error: a.jsonl:3: field: missing"
    assert ending(InputError("a:\n  two\n\tlines")) == "error: a: two lines"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "no space left: free some"),
        (errno.EACCES, "no permission: check the folder"),
        (errno.EROFS, "read-only: choose another folder"),
    ],
)
def test_a_file_system_that_refuses_is_one_line_with_the_place(number, words):
    assert ending(OSError(number, os.strerror(number), "out/x.csv")).startswith("error: out/x.csv: ")
    assert words in ending(OSError(number, os.strerror(number), "out/x.csv"))
    assert ending(OSError(number, os.strerror(number))).startswith("error: an output file: ")


@pytest.mark.parametrize("error", [KeyError("x"), ValueError("x"), OSError(errno.ENOTDIR, "x")])
def test_our_own_mistakes_keep_their_traceback(error):
    def main() -> None:
        raise error

    with pytest.raises(type(error)):
        run(main)


def test_an_interrupt_is_a_word():
    assert ending(KeyboardInterrupt()) == "interrupted"


def program(body: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program whose `main` has this body, as the rules do."""
    text = "import sys, logging\nfrom reckon.errors import InputError\n"
    text += "from reckon.files.writing import writing\n"
    text += f"from reckon.steps.program import run\ndef main():\n    {body}\nrun(main)\n"
    environment = os.environ | {"PYTHONPATH": str(SOURCE)}
    return subprocess.run(
        [sys.executable, "-c", text, *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_a_real_program_says_one_line_on_stderr_and_exits_with_1():
    done = program("raise InputError('x.csv:2: wrong')")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "error: x.csv:2: wrong\n")


@pytest.mark.parametrize("where", ["a.csv", "."])
def test_an_error_over_a_file_that_was_damaged_is_one_line_that_names_the_file(tmp_path, monkeypatch, where):
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("1,2")
    stamp("a.csv", [], [], {})
    fault = "raise KeyError('column 7 of 3')"
    assert program(fault, where).stderr.startswith("Traceback")
    Path("a.csv").write_text("1;2")
    done = program(fault, "--table", where)
    assert done.returncode == 1
    assert done.stderr.startswith(
        "error: a.csv changed after its rule wrote it; make it again: snakemake -f -- a.csv"
    )
    assert done.stderr.count("\n") == 1
    assert "KeyError: 'column 7 of 3'" in done.stderr
    said = program("raise InputError('line 3: no comma')", where).stderr
    assert said.startswith("error: line 3: no comma; a.csv changed after its rule wrote it; ")


def test_logging_goes_to_stderr_as_it_is():
    done = program("logging.info('12 pages')")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "12 pages\n")


def test_a_full_disk_leaves_one_line_and_no_file(tmp_path):
    """/dev/full refuses every write, as a full disk does."""
    full = Path("/dev/full")
    if not full.is_char_device():
        pytest.skip("this system has no /dev/full")
    done = program("f = open('/dev/full', 'w'); f.write('x' * 100_000); f.close()")
    assert done.returncode == 1
    assert done.stderr == "error: an output file: no space left: free some, then run the same command again\n"


def test_a_disk_that_fills_up_while_writing_leaves_nothing_behind(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("old")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def main() -> None:
        with writing(tmp_path / "a.csv") as out:
            out.write("new")
            monkeypatch.setattr("pathlib.Path.replace", full)

    with pytest.raises(SystemExit, match="no space left"):
        run(main)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text() == "old"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_named(tmp_path):
    tmp_path.chmod(0o500)
    done = program(f"writing({str(tmp_path / 'x.csv')!r}).__enter__()")
    tmp_path.chmod(0o700)
    assert done.returncode == 1
    assert "no permission" in done.stderr
    assert done.stderr.count("\n") == 1


STEP = """
from pathlib import Path
from typing import Literal
from reckon.errors import InputError
from reckon.steps.program import Device, Machine, Read, ReadFolder, Write, step

def inner(*, keep: int, mode: Literal["a", "b"] = "a"): ...

def made(*, tokens: list[Read], encoder: ReadFolder, lr: float, device: Device = "auto",
         pause: Machine[float] = 1, out: Write, **settings):
    \"\"\"Make it.\"\"\"
    if settings["mode"] == "b":
        raise InputError("tokens.txt:1: wrong")
    out.write_text(f"{settings}")
    return lambda: Path("last").write_text(str(Path(f"{out}.prov.json").exists()))

if __name__ == "__main__":
    step(made, inner)
"""


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Runs a step by hand in a folder with its inputs; the finished process."""
    monkeypatch.chdir(tmp_path)
    Path("encoder").mkdir()
    for name in ("made.py", "a.txt", "b.txt", "encoder/w", "encoder/v.prov.json", "env.lock"):
        Path(name).write_text(STEP if name == "made.py" else name)
    given = "--tokens a.txt b.txt --encoder encoder/w --lr 0.5 --keep 3 --out o.txt --lock env.lock"

    def run_it(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "made.py", *given.split(), *words]
        around = os.environ | {"PYTHONPATH": str(SOURCE)} | environment
        return subprocess.run(command, env=around, capture_output=True, text=True, check=False)

    return run_it


def test_a_step_leaves_the_record_of_all_that_it_read_and_was_told(made):
    done = made("--device", "cpu", RECKON_PAUSE="7")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    record = read_sidecar("o.txt")
    assert set(record["inputs"]) == {"a.txt", "b.txt", "encoder/w"}
    assert record["params"] == {"lr": 0.5, "keep": 3, "mode": "a"}
    assert set(record["output"]) == {"o.txt"}
    assert set(record["lock"]) == {"env.lock"}
    assert {"made.py", "program.py"} <= {Path(name).name for name in record["code"]}
    assert "pause" not in str(record["params"])


def test_what_a_step_returns_is_called_when_its_record_is_in_place(made):
    made()
    assert Path("last").read_text() == "True"


@pytest.mark.parametrize("place", ["RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK"])
def test_of_several_processes_the_first_leaves_the_record(made, place):
    assert made(**{place: "1"}).returncode == 0
    assert not Path("o.txt.prov.json").exists()
    assert not Path("last").exists()
    assert made(**{place: "0"}).returncode == 0
    assert Path("o.txt.prov.json").exists()


def test_a_step_that_fails_leaves_one_line_and_no_record(made):
    done = made("--mode", "b")
    assert (done.returncode, done.stderr) == (1, "error: tokens.txt:1: wrong\n")
    assert not Path("o.txt.prov.json").exists()


def test_a_command_line_that_is_no_use_is_one_line_and_exit_code_2(made):
    done = made("--lr", "fast")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("error: argument --lr: ")


def test_no_text_of_a_file_commands_the_terminal():
    assert ending(InputError("row '\x1b[2J\x07\u202e'")) == "error: row '⟨U+001B⟩[2J⟨U+0007⟩⟨U+202E⟩'"
    done = program("import logging; logging.info('a \x1b[31m name'); raise KeyError('\x1b]0;title\x07')")
    assert "\x1b" not in done.stderr
    assert "⟨U+001B⟩" in done.stderr

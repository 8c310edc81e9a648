"""The documents are run: every command is tried without doing its work, every link leads somewhere."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
RELIABILITY = (ROOT / "docs/reliability.md").read_text("utf-8")
PATH = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
ENVIRONMENT = os.environ | {"PATH": PATH, "PYTHONPATH": "src"}


def commands(document: str) -> list[str]:
    """Commands of the bash blocks that we can try: make, snakemake and python -m."""
    blocks = re.findall(r"^```bash\n(.*?)^```", document, re.M | re.S)
    lines = (shlex.join(shlex.split(line, comments=True)) for block in blocks for line in block.splitlines())
    return [line for line in lines if re.match(r"(make|snakemake|python -m|python tools/\w+\.py)\b", line)]


def harmless(command: str) -> list[str]:
    """The same command, made to do nothing: a dry run, or the program's help."""
    words = shlex.split(command)
    if words[0] == "make":
        return ["make", "--no-print-directory", "-n", *words[1:]]
    if words[0] == "snakemake":
        return [sys.executable, "-m", "snakemake", "-n", "--quiet", "all", *words[1:]]
    return [sys.executable, *words[1 : 3 if words[1] == "-m" else 2], "--help"]


def attempt(command: list[str], folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)


def test_commands_are_found_and_made_harmless():
    block = '```bash\nPATH="x:$PATH"\nmake test    # all\nsnakemake -R a -- b   # c\npython -m x.y F\n```\n'
    assert commands(block) == ["make test", "snakemake -R a -- b", "python -m x.y F"]
    assert [harmless(c)[-3:] for c in commands(block)][0::2] == [
        ["--no-print-directory", "-n", "test"],
        ["-m", "x.y", "--help"],
    ]
    assert harmless("python tools/x.py F --out G")[1:] == ["tools/x.py", "--help"]
    assert harmless("snakemake -R a -- b")[3:] == ["-n", "--quiet", "all", "-R", "a", "--", "b"]


@pytest.mark.workflow
@pytest.mark.parametrize(
    "command", sorted({*commands(README), *commands(CONTRIBUTING), *commands(RELIABILITY)})
)
def test_a_documented_command_works(command):
    done = attempt(harmless(command))
    assert done.returncode == 0, done.stdout + done.stderr


def test_links_lead_somewhere():
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "config").glob("*.md")]
    links = [
        (path, target)
        for path in documents
        for target in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    ]
    assert (ROOT / "README.md", "LICENSE") in links
    missing = [(path.name, target) for path, target in links if not (path.parent / target).exists()]
    assert missing == []


def test_tables_of_the_documents_are_those_of_the_committed_results():
    documents = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs").glob("*.md"))]
    done = attempt([sys.executable, "tools/fill_docs.py", "--check", *documents])
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_table_is_filled_with_the_columns_and_lines_that_are_asked_for(tmp_path):
    (tmp_path / "a.csv").write_text("name,x,y\nb,0.123456789,2\na,1,3\nc,0,0\n", "utf-8")
    page = tmp_path / "page.md"
    page.write_text(
        "before\n<!-- csv a.csv | name, x: ours | name=a,b -->\nold\n<!-- end -->\nafter\n", "utf-8"
    )
    command = [sys.executable, "tools/fill_docs.py", "--root", str(tmp_path), str(page)]
    assert attempt([*command, "--check"]).returncode == 1
    assert attempt(command).returncode == attempt([*command, "--check"]).returncode == 0
    assert page.read_text("utf-8").splitlines()[2:6] == [
        "| name | ours |",
        "|---|---|",
        "| a | 1 |",
        "| b | 0.1235 |",
    ]
    page.write_text("<!-- csv a.csv | name, z -->\n<!-- end -->\n", "utf-8")
    assert "no column z" in attempt(command).stderr


def test_measured_times_are_filled_in():
    assert re.findall(r"\{\{\w+\}\}", README) == []


def pieces(document: str) -> list[tuple[str, str, str]]:
    """(file, action, text) of every piece of the worked example."""
    piece = r"^`([^`]+)` \((new|one more line|before `[^`]+`)\)\n\n```\w+\n(.*?)^```"
    return re.findall(piece, document, re.M | re.S)


def put(folder: Path, file: str, action: str, text: str) -> None:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    if action == "new":
        assert not path.exists()
        path.write_text(text, "utf-8")
    elif action == "one more line":
        path.write_text(path.read_text("utf-8") + text, "utf-8")
    else:
        mark = action.removeprefix("before ").strip("`")
        before, found, after = path.read_text("utf-8").partition(mark)
        assert found, f"{file}: no line {mark}"
        path.write_text(before + text + found + after, "utf-8")


def copy_of_checkout(folder: Path) -> Path:
    """The files of this checkout, without what was computed, in a folder whose name has a space."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    copy = folder / "a copy"
    for file in (ROOT / os.fsdecode(name) for name in listed.stdout.split(b"\0") if name):
        if file.is_file():
            target = copy / file.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    return copy


@pytest.mark.workflow
def test_the_worked_example_of_adding_a_table_works(tmp_path):
    copy = copy_of_checkout(tmp_path)
    example = pieces(CONTRIBUTING)
    assert len(example) == 5
    assert sum(text.count("\n") for _, _, text in example) <= 40
    for piece in example:
        put(copy, *piece)

    alone = re.search(r"`snakemake (--config .*)`", CONTRIBUTING)
    done = attempt([sys.executable, "-m", "snakemake", "--cores", "1", *shlex.split(alone[1])], copy)
    assert done.returncode == 0, done.stdout + done.stderr
    line = (copy / "results/final_table.csv").read_text("utf-8").splitlines()[-1]
    assert line.startswith("paper,quantiles,95 %,z,")
    assert ",match_single," in line

    done = attempt([sys.executable, "-m", "pytest", "-m", "not workflow", "tests/test_house.py"], copy)
    assert done.returncode == 0, done.stdout
    new = [file for file, _, _ in example if file.endswith(".py")]
    assert attempt([sys.executable, "-m", "ruff", "check", *new], copy).returncode == 0
    assert attempt([sys.executable, "-m", "ruff", "format", "--check", *new], copy).returncode == 0

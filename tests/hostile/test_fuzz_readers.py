"""Every reader against damaged files: what is not read is named, and nothing else ever happens."""

import ast
import sys
from pathlib import Path

import pytest
from cases import CASES, made
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutations import damaged, within

from reckon.errors import InputError

ROOT = Path(__file__).parents[2]
EXAMPLES, EXAMPLES_WITH_TORCH = 40, 10
FAST = [name for name, case in CASES.items() if not case.slow]


def read_or_refused(name: str, content: bytes, folder: Path) -> None:
    """Read the damaged file; an error must be ours and name the file."""
    case = CASES[name]
    path = made(case, folder)
    path.write_bytes(content)
    said = ""
    try:
        with within(10):
            case.read(folder)
    except InputError as error:
        said = str(error)
    assert not said or path.name in said or path.parent.name in said


@pytest.mark.parametrize("name", CASES)
def test_a_sound_file_is_read(tmp_path, name):
    made(CASES[name], tmp_path / "sound")
    CASES[name].read(tmp_path / "sound")


@pytest.mark.parametrize("name", FAST)
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_file_is_read_or_named(tmp_path_factory, name, data):
    folder = tmp_path_factory.getbasetemp() / "damaged" / name
    path = made(CASES[name], folder)
    content = data.draw(damaged(path.name, path.read_bytes()))
    read_or_refused(name, content, folder)


@pytest.mark.parametrize("name", [name for name in CASES if name not in FAST])
@settings(max_examples=EXAMPLES_WITH_TORCH, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_file_of_weights_is_read_or_named(tmp_path_factory, name, data):
    folder = tmp_path_factory.getbasetemp() / "damaged" / name
    path = made(CASES[name], folder)
    content = data.draw(damaged(path.name, path.read_bytes()))
    read_or_refused(name, content, folder)


# Functions that open a file of a user, of another job or of the network, by the calls they do it with.
OPENERS = {
    *(
        "reading",
        "regular",
        "read_json",
        "read_jsonl",
        "records",
        "rows_of",
        "open",
        "memory_map",
        "open_file",
    ),
    *("read_csv", "read_parquet", "read_table", "read_metadata", "ParquetFile", "ZipFile", "GzipFile"),
    *("safe_open", "load_file", "from_pretrained", "read_text", "read_bytes", "compose", "safe_load"),
    *("json.load", "torch.load", "onnx.load", "np.load", "yaml.load"),
}
# Functions that open something else.
EXEMPT = {
    "files.reading._opened": "behind `reading`, with every case",
    "files.writing.writing": "writes",
    "files.hashes.sha256": "any bytes have a hash",
    "fem.sizes": "the kernel's own file",
    "gradients.events.write_events": "writes",
    "steps.modules._imported": "the package's own source",
    "report.page.document": "the package's own templates",
    "data.fetch._write_lock": "writes the lock",
    "data.download.Resuming.__call__": "writes what has arrived; its checksum is tested",
    "data.download.Resuming._begun": "its own note of an edition; what it cannot read, it begins anew",
    "steps.hangup._hung_up": "the device that swallows what is written",
    "steps.targets._verdicts": "counts of a finished table; of what it cannot read it says nothing",
    "qa.plan.Plan.planned": "rows by `records`, with every case of a table",
    "audit.source": "a text by `reading` and decks by `rows_of`, with every case of theirs",
    "files.locks": "locks, and reads nothing",
    "nn.wheels._unzipped": "joins parts, which archives.unpack then reads",
    "gradients.results.deck_metrics": "cells, as read_transcription does",
}


def called(node: ast.AST) -> set[str]:
    """Names of what is called, the last part alone and with the part before: `read_csv`, `torch.load`."""
    names = [ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)]
    return {name.rpartition(".")[2] for name in names} | {".".join(name.split(".")[-2:]) for name in names}


def openers(path: Path, base: Path) -> set[str]:
    """Functions (and methods as Class.method) of a module that open files."""
    module = ".".join(path.relative_to(base).with_suffix("").parts)
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        functions = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        for function in functions:
            if isinstance(function, ast.FunctionDef) and called(function) & OPENERS:
                found.add(f"{module}.{prefix}{function.name}")
    return found


def entered(folder: Path) -> set[str]:
    """Functions of the package that reading every sound file enters."""
    source = str(ROOT / "src" / "reckon")
    seen = set()

    def note(frame, event, _):
        if event == "call" and frame.f_code.co_filename.startswith(source):
            module = Path(frame.f_code.co_filename).relative_to(source).with_suffix("")
            seen.add(".".join((*module.parts, frame.f_code.co_qualname)))

    for case in CASES.values():
        made(case, folder)
        case.read(folder)  # imports, thousands of calls of their own, are not what is looked at
        made(case, folder)
        sys.setprofile(note)
        try:
            case.read(folder)
        finally:
            sys.setprofile(None)
    return seen


def test_a_call_that_opens_a_file_is_found(tmp_path):
    (tmp_path / "a.py").write_text(
        "def read_x(path):\n    return pd.read_csv(path)\n\ndef f():\n    return 1\n"
    )
    assert openers(tmp_path / "a.py", tmp_path) == {"a.read_x"}


def test_every_function_that_opens_a_file_is_entered_by_a_case(tmp_path):
    base = ROOT / "src" / "reckon"
    found = set().union(*(openers(path, base) for path in base.rglob("*.py")))
    assert "tables.metrics.read_metrics" in found
    exempt = {name for name in found if any(name == e or name.startswith(f"{e}.") for e in EXEMPT)}
    assert found - exempt - entered(tmp_path / "sound") == set(), "add a case in tests/hostile/cases.py"
    assert [name for name in EXEMPT if not any(f == name or f.startswith(f"{name}.") for f in found)] == []


def test_programs_read_by_the_functions_of_the_package():
    base = ROOT / "workflow" / "scripts"
    reads = {path.name: called(ast.parse(path.read_text("utf-8"))) for path in base.glob("*.py")}
    raw = OPENERS - {"reading"}
    assert {name: found & raw for name, found in reads.items() if found & raw} == {}

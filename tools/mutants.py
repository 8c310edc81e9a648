"""Change one place of a room at a time and see whether the room's own tests notice.

    python tools/mutants.py --room tables --mutants 20 --out mutants.csv

A mutant is one change inside one function of src/reckon/ROOM: a comparison turned or its boundary moved,
another operator, a number one more or less, a condition negated, `and` for `or`, None returned, `sorted`
removed, `min` for `max`. Texts, annotations, log lines and the messages of errors stay as they are. The
sample depends on the seed and the room's code alone. tests/ROOM without its tests of workflows and clusters
runs against each in a copy of the checkout and under a limit of time, after it has passed unchanged.

`--out` holds a line for each mutant, also of a run that was stopped; lines of other rooms stay. Beside it,
X.rooms.csv counts them by room. X.equivalent.csv, written by hand, names survivors that no test can tell
apart: file,before,after,reason.
"""

import argparse
import ast
import contextlib
import copy
import csv
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from reckon.errors import InputError
from reckon.files.writing import writing
from reckon.steps.program import run

TURNED = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
EXTREMES = {"min": "max", "max": "min"}
SAID = re.compile(r"(^|\.)(print|warn|warning|info|debug|error|exception|say|fail)$")
LEFT_OUT = (".git", "results", ".snakemake", ".*_cache", ".hypothesis", "__pycache__")


@dataclass(frozen=True)
class Mutant:
    """One change of one file: bytes [start, end) of it become `text`."""

    file: str
    line: int
    kind: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Trial:
    """A line of the table: the lines of the place before and after, and what the tests said."""

    room: str
    file: str
    line: int
    kind: str
    before: str
    after: str
    result: str


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Kind and replacement of every mutant of this one node."""
    match node:
        case ast.Compare():
            for place, operator in enumerate(node.ops):
                for turned in TURNED[type(operator)]:
                    changed = copy.deepcopy(node)
                    changed.ops[place] = turned()
                    yield "comparison", changed
        case ast.BinOp() if type(node.op) in OPERATORS and not (_is_text(node.left) or _is_text(node.right)):
            yield "operator", ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield "and, or", ast.BoolOp(other, node.values)
        case ast.UnaryOp(op=ast.Not()):
            yield "negation", node.operand
        case ast.If() | ast.IfExp() | ast.While():
            yield "negation", ast.UnaryOp(ast.Not(), node.test)
        case ast.Constant(value=bool(value)):
            yield "negation", ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield from (("number", ast.Constant(value + step)) for step in (1, -1))
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield "return", ast.Constant(None)
        case ast.Call(func=ast.Name("sorted"), args=[first, *_]):
            yield "sorted", ast.Call(ast.Name("list"), [first], [])
        case ast.Call(func=ast.Name(name)) if name in EXTREMES:
            yield "min, max", ast.Call(ast.Name(EXTREMES[name]), node.args, node.keywords)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _replaced(node: ast.AST) -> ast.expr:
    """The part of the node that a mutant is written over."""
    match node:
        case ast.If() | ast.IfExp() | ast.While():
            return node.test
        case ast.Return(value=ast.expr() as value):
            return value
        case ast.expr():
            return node
    raise TypeError(node)  # no other node is changed


def _places(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes below this one that may change: no texts, annotations, patterns, messages or log lines."""
    match node:
        case ast.Raise() | ast.Assert() | ast.JoinedStr() | ast.pattern():
            return
        case ast.Call() if SAID.search(ast.unparse(node.func)):
            return
    yield node
    for name, value in ast.iter_fields(node):
        if name not in ("annotation", "returns", "decorator_list"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _places(child)


def mutants(path: Path, name: str) -> list[Mutant]:
    """Every mutant of the functions of a Python file, in the order of its text."""
    source = path.read_bytes()
    begins = [0]
    for text in source.splitlines(keepends=True):
        begins.append(begins[-1] + len(text))
    tree = ast.parse(source)
    functions = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    found = set()
    for place in {place for function in functions for place in _places(function)}:
        for kind, changed in changes(place):
            old = _replaced(place)
            start = begins[old.lineno - 1] + old.col_offset
            end = begins[old.end_lineno - 1] + old.end_col_offset  # type: ignore[operator]
            found.add(Mutant(name, old.lineno, kind, start, end, f"({ast.unparse(changed)})"))
    return sorted(found, key=lambda mutant: (mutant.start, mutant.end, mutant.kind, mutant.text))


def sample(root: Path, room: str, count: int, seed: int) -> list[Mutant]:
    """`count` mutants of the room, each at a place of its own, in any order: the first are a sample too."""
    folder = root / "src/reckon" / room
    places: dict[tuple[str, int, int], list[Mutant]] = {}
    for path in sorted(folder.rglob("*.py")):
        for mutant in mutants(path, str(path.relative_to(root))):
            places.setdefault((mutant.file, mutant.start, mutant.end), []).append(mutant)
    if not places:
        raise InputError(f"{folder}: no function to change; a room is a folder of src/reckon")
    rng = random.Random(seed)
    chosen = sorted(rng.sample(sorted(places), min(count, len(places))))
    drawn = [rng.choice(places[place]) for place in chosen]
    rng.shuffle(drawn)
    return drawn


def _lines(source: bytes, start: int, end: int) -> str:
    """The whole lines around bytes [start, end), blanks squeezed."""
    first = source.rfind(b"\n", 0, start) + 1
    last = source.find(b"\n", end)
    return " ".join(source[first : last if last >= 0 else len(source)].decode().split())


def tests_pass(tree: Path, room: str, limit: float | None) -> bool | None:
    """Whether the room's tests pass in the tree; None when they ran longer than `limit` seconds."""
    marks = "not workflow and not cluster"
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", marks]
    command += ["--basetemp", str(tree.parent / "tests"), f"tests/{room}"]
    # No bytecode: two mutants of one length in one second would share it.
    environment = os.environ | {"PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    with open(tree.parent / "log", "w", encoding="utf-8") as log:
        tests = subprocess.Popen(
            command, cwd=tree, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            return tests.wait(limit) == 0
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(tests)


def _end(tests: subprocess.Popen[bytes]) -> None:
    """End the tests and whatever they started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(tests.pid, signal.SIGKILL)
    tests.wait()


def tried(tree: Path, room: str, mutant: Mutant, limit: float) -> Trial:
    """Write the mutant into the tree, run the tests, put the file back."""
    path = tree / mutant.file
    source = path.read_bytes()
    changed = source[: mutant.start] + mutant.text.encode() + source[mutant.end :]
    path.write_bytes(changed)
    try:
        result = {True: "survived", False: "killed", None: "timed out"}[tests_pass(tree, room, limit)]
    finally:
        path.write_bytes(source)
    before = _lines(source, mutant.start, mutant.end)
    after = _lines(changed, mutant.start, mutant.start + len(mutant.text.encode()))
    return Trial(room, mutant.file, mutant.line, mutant.kind, before, after, result)


def trials(root: Path, room: str, count: int, seed: int) -> Iterator[Trial]:
    """The sample of a room, tried one after the other in a copy of the checkout `root`."""
    chosen = sample(root, room, count, seed)
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(root, tree, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
        began = time.monotonic()
        if not tests_pass(tree, room, None):
            log = (tree.parent / "log").read_text("utf-8")[-2000:]
            raise InputError(f"tests/{room} do not pass without any change; mend them first:\n{log}")
        limit = 10 + 4 * (time.monotonic() - began)
        for mutant in chosen:
            yield tried(tree, room, mutant, limit)


COUNTS = ["room", "mutants", "killed", "timed out", "survived", "equivalent", "share"]


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with open(path, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _write(path: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    with writing(path) as out:
        table = csv.DictWriter(out, columns, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def counts(rows: list[dict[str, str]], equivalent: set[tuple[str, str, str]]) -> list[dict[str, str]]:
    """Results by room; `share` is that of the mutants noticed among those that a test can notice."""
    found = []
    for room in sorted({row["room"] for row in rows}):
        results = [
            "equivalent"
            if row["result"] == "survived" and (row["file"], row["before"], row["after"]) in equivalent
            else row["result"]
            for row in rows
            if row["room"] == room
        ]
        number = {kind: results.count(kind) for kind in COUNTS[2:-1]}
        noticed, rest = number["killed"] + number["timed out"], number["survived"]
        share = f"{noticed / (noticed + rest):.3f}" if noticed + rest else ""
        line = {"room": room, "mutants": len(results), "share": share} | number
        found.append({name: str(line[name]) for name in COUNTS})
    return found


def write(out: Path, rows: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    """Write the trials, and beside them their counts, which are returned by room."""
    rows = sorted(rows, key=lambda row: (row["room"], row["file"], int(row["line"]), row["after"]))
    _write(out, [field.name for field in fields(Trial)], rows)
    names = _rows(out.with_suffix(".equivalent.csv"))
    found = counts(rows, {(row["file"], row["before"], row["after"]) for row in names})
    _write(out.with_suffix(".rooms.csv"), COUNTS, found)
    return {line["room"]: line for line in found}


def main() -> None:
    """Try a sample of a room and write down what its tests noticed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--room", required=True, help="a folder of src/reckon")
    parser.add_argument("--mutants", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[1], help="the checkout")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the copy and the tests end with it
    others = [row for row in _rows(args.out) if row["room"] != args.room]
    own: list[dict[str, str]] = []
    for trial in trials(args.root, args.room, args.mutants, args.seed):
        own.append({name: str(value) for name, value in asdict(trial).items()})
        if trial.result == "survived":
            print(f"{trial.file}:{trial.line}: {trial.kind}", flush=True)
            print(f"  - {trial.before}\n  + {trial.after}", flush=True)
        write(args.out, others + own)
    print(", ".join(f"{name} {value}" for name, value in write(args.out, others + own)[args.room].items()))


if __name__ == "__main__":
    run(main)

"""A command line is what its function's signature says: kinds, parts, limits, one line for each mistake."""

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest

from reckon.config.settings import Negatives
from reckon.steps.arguments import (
    Device,
    Machine,
    Positive,
    Read,
    ReadFolder,
    Role,
    Share,
    Within,
    Write,
    arguments_of,
    parse,
)


def inner(data, *, keep: int, share: Share = 0.5, mode: Literal["a", "b"] = "a", model: Any = None) -> None:
    """A function of the package."""


def program(
    *,
    tokens: Read,
    more: list[Read] = (),  # type: ignore[assignment]
    encoder: ReadFolder | None = None,
    level: Annotated[Positive, "h = 2^-level"],
    epsilon: Annotated[float, Within(1e-3, 10)] = 1.0,
    names: list[str] = (),  # type: ignore[assignment]
    sampler: Negatives | None = None,
    reader: dict[str, int] | None = None,
    words: bool = True,
    device: Device = "auto",
    minutes: Machine[float] = 10,
    out: Write,
    **settings: Any,
) -> None:
    """What it does, in 100 % of the cases."""


ARGUMENTS = arguments_of(program, inner)
NEEDED = ["--tokens", "t.arrow", "--level", "3", "--keep", "4", "--out", "o.csv"]


def read(*words: str, environment: dict[str, str] | None = None) -> dict[str, Any]:
    return parse(ARGUMENTS, "x", [*NEEDED, *words], environment or {})


def refusal(capsys, *words: str) -> str:
    """What is said of a command line that is refused, with exit code 2 and nothing on stdout."""
    with pytest.raises(SystemExit) as ended:
        read(*words)
    said = capsys.readouterr()
    assert (ended.value.code, said.out, said.err.count("\n")) == (2, "", 1)
    return said.err


def test_every_argument_has_its_part():
    parts = {argument.name: argument.role for argument in ARGUMENTS}
    assert parts == {
        "tokens": Role.READ,
        "more": Role.READ,
        "encoder": Role.FOLDER,
        "level": None,
        "epsilon": None,
        "names": None,
        "sampler": None,
        "reader": None,
        "words": None,
        "device": Role.MACHINE,
        "minutes": Role.MACHINE,
        "out": Role.WRITE,
        "keep": None,
        "share": None,
        "mode": None,
    }


def test_values_are_of_the_kinds_that_the_signature_says():
    given = read(
        "--names", "a", "b", "--sampler", '{"exponent": 1, "null_pages_per_answered": 0}', "--no-words"
    )
    assert (given["tokens"], given["level"], given["epsilon"], given["out"]) == (
        Path("t.arrow"),
        3,
        1.0,
        Path("o.csv"),
    )
    assert (given["names"], given["words"], given["device"], given["minutes"]) == (
        ["a", "b"],
        False,
        "auto",
        10,
    )
    assert given["sampler"] == Negatives(exponent=1, null_pages_per_answered=0)
    assert (given["keep"], given["share"], given["mode"]) == (4, 0.5, "a")
    assert read("--reader", '{"layers": 3}')["reader"] == {"layers": 3}
    assert given["lock"] is None


def test_a_folder_is_named_by_itself_or_by_a_file_in_it_and_stands_for_its_files(tmp_path):
    for name in ("b.csv", "a.csv", "a.csv.prov.json", ".hidden"):
        (tmp_path / name).write_text("x")
    assert read("--encoder", str(tmp_path))["encoder"] == tmp_path
    assert read("--encoder", str(tmp_path / "a.csv"))["encoder"] == tmp_path
    assert read("--more", str(tmp_path), "x.csv")["more"] == [
        tmp_path / "a.csv",
        tmp_path / "b.csv",
        Path("x.csv"),
    ]


def test_the_environment_may_say_what_belongs_to_the_machine_and_nothing_else():
    said = {"RECKON_DEVICE": "cuda", "RECKON_MINUTES": "2.5", "RECKON_KEEP": "9", "RECKON_EPSILON": "9"}
    given = read(environment=said)
    assert (given["device"], given["minutes"], given["keep"], given["epsilon"]) == ("cuda", 2.5, 4, 1.0)
    assert read("--device", "cpu", environment=said)["device"] == "cpu"
    with pytest.raises(SystemExit):
        read(environment={"RECKON_DEVICE": "toaster"})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--level", "0"], "argument --level: expected a number from 1 to inf, found 0"),
        (["--level", "2.5"], "argument --level: invalid literal for int"),
        (["--epsilon", "nan"], "argument --epsilon: expected a finite number"),
        (["--epsilon", "1e200"], "argument --epsilon: expected a number from 0.001 to 10"),
        (["--share", "1.01"], "argument --share: expected a number from 0 to 1"),
        (["--mode", "c"], "argument --mode: expected one of a, b, found 'c'"),
        (["--device", "gpu"], "argument --device: expected one of auto, cpu, cuda"),
        (["--reader", "[1]"], "argument --reader: expected a JSON object"),
        (["--reader", '{"a": 1, "a": 2}'], "argument --reader: the key 'a' is given twice"),
        (["--reader", "{"], "argument --reader: Expecting property name"),
        (["--sampler", '{"exponent": -1}'], "argument --sampler: 2 validation errors"),
        (["--epsi", "1"], "unrecognized arguments: --epsi 1"),
        (["--model", "x"], "unrecognized arguments: --model x"),
        (["stray"], "unrecognized arguments: stray"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_argument(capsys, words, said):
    line = refusal(capsys, *words)
    assert line.startswith(f"error: {said}"), line
    assert line.endswith("; --help lists the arguments\n")


def test_the_limits_themselves_are_allowed():
    assert read("--share", "1", "--epsilon", "0.001")["share"] == 1
    assert read("--share", "0", "--epsilon", "10")["epsilon"] == 10


def test_what_is_missing_is_named(capsys):
    with pytest.raises(SystemExit):
        parse(ARGUMENTS, "x", ["--tokens", "t"], {})
    assert "--level, --out, --keep" in capsys.readouterr().err


def test_the_help_lists_every_argument_with_its_text_and_part(capsys):
    with pytest.raises(SystemExit) as ended:
        parse(ARGUMENTS, "What it does, in 100 % of the cases.", ["--help"], {})
    said = " ".join(capsys.readouterr().out.split())
    assert ended.value.code == 0
    assert "What it does, in 100 % of the cases." in said
    assert "--level N h = 2^-level" in said
    assert "--out PATH a file that is written" in said
    assert "--words, --no-words" in said
    assert "--mode a|b default a" in said

"""The command line of a step, as the signature of its function says it.

An argument's part is said by its annotation: `Read` and `Write` are files, `ReadFolder` a folder,
`Machine[…]` what belongs to the machine and changes no result. All others are settings. A text among the
annotations is the help: `level: Annotated[int, "h = 2^-level"]`. Arguments are options, by name; what may be
passed by its place in Python, before the `*`, is given by its place here.
"""

import argparse
import enum
import inspect
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NoReturn, TypeVar, Union, get_args, get_origin

from reckon.files.reading import parse_json
from reckon.steps.provenance import files_in


class Role(enum.Enum):
    """What a step does with an argument that is no setting."""

    READ = "a file that is read; where several are, a folder stands for its files"
    FOLDER = "a folder whose files are read, or any file in it"
    WRITE = "a file that is written"
    MACHINE = "of this machine: it changes no result"


@dataclass(frozen=True)
class Within:
    """The least and the largest value of a number, both allowed."""

    least: float = -math.inf
    most: float = math.inf


Kind = TypeVar("Kind")
Read = Annotated[Path, Role.READ]
ReadFolder = Annotated[Path, Role.FOLDER]
Write = Annotated[Path, Role.WRITE]
Machine = Annotated[Kind, Role.MACHINE]
Device = Machine[Literal["auto", "cpu", "cuda"]]
Positive = Annotated[int, Within(1)]
Share = Annotated[float, Within(0, 1)]

_ENVIRONMENT = "RECKON_"  # before the name of what the environment says of the machine


@dataclass(frozen=True)
class Argument:
    """One argument of a step: `kind` of a value, its part, whether there are many, what it is without one."""

    name: str
    kind: Any
    role: Role | None
    many: bool
    default: Any  # inspect.Parameter.empty: it has to be given
    within: Within
    help: str
    placed: bool = False  # given by its place among the words, not by its name

    def add_to(self, parser: argparse.ArgumentParser) -> None:
        """Describe the argument to `parser`."""
        options: dict[str, Any] = {"help": self._described().replace("%", "%%")}
        if self.placed:
            parser.add_argument(self.name, type=self._value, **options)
            return
        required = self.default is inspect.Parameter.empty
        options |= {"required": True} if required else {"default": self.default}
        if self.kind is bool:
            options["action"] = argparse.BooleanOptionalAction
        else:
            options |= {"type": self._value, "metavar": self._metavar()} | (
                {"nargs": "+"} if self.many else {}
            )
        parser.add_argument(f"--{self.name.replace('_', '-')}", dest=self.name, **options)

    def _described(self) -> str:
        part = self.role.value if self.role else ""
        nothing = self.default in (inspect.Parameter.empty, None, (), [], False)
        several = isinstance(self.default, list | tuple)
        shown = " ".join(map(str, self.default)) if several else self.default
        known = "" if nothing else f"default {shown}"
        return "; ".join(filter(None, (self.help, part, known)))

    def _metavar(self) -> str:
        if get_origin(self.kind) is Literal:
            return "|".join(map(str, get_args(self.kind)))
        return {Path: "PATH", int: "N", float: "X", str: "TEXT"}.get(self.kind, "JSON")

    def _value(self, text: str) -> Any:
        """One value from its text; argparse names the argument in what it says of an error."""
        try:
            value = _READERS.get(self.kind, self._read)(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{' '.join(str(error).split())}, found {text!r:.80}") from None
        if isinstance(value, int | float) and not self.within.least <= value <= self.within.most:
            least, most = self.within.least, self.within.most
            raise argparse.ArgumentTypeError(
                f"expected a number from {least:g} to {most:g}, found {text:.40}"
            )
        return value.parent if self.role is Role.FOLDER and value.is_file() else value

    def _read(self, text: str) -> Any:
        """One of the words of a Literal, or a section of the configuration as JSON."""
        if get_origin(self.kind) is not Literal:
            return self.kind.model_validate(_object(text))
        words = {str(word): word for word in get_args(self.kind)}
        if text not in words:
            raise ValueError(f"expected one of {', '.join(words)}")
        return words[text]


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("expected a finite number")
    return value


def _object(text: str) -> dict[str, Any]:
    value = parse_json(text)
    if not isinstance(value, dict):
        raise ValueError("expected a JSON object")
    return value


_READERS: dict[Any, Callable[[str], Any]] = {int: int, float: _finite, str: str, Path: Path, dict: _object}


def arguments_of(function: Callable[..., Any], *settings: Callable[..., Any]) -> list[Argument]:
    """The arguments of `function`, and the settings that it hands on in its `**` to those named after it.

    Of `settings`, functions of the package, those keyword arguments count that are texts, numbers, words or
    lists of them and that `function` does not have itself.
    """
    own = [_argument(parameter) for parameter in _named(function)]
    names = {argument.name for argument in own}
    handed = [p for inner in settings for p in _named(inner) if p.kind is p.KEYWORD_ONLY]
    more = {p.name: _argument(p) for p in handed if p.name not in names}
    return own + [
        argument for argument in more.values() if argument.role is None and _is_plain(argument.kind)
    ]


def _named(function: Callable[..., Any]) -> Iterator[inspect.Parameter]:
    parameters = inspect.signature(function).parameters.values()
    return (p for p in parameters if p.kind is not p.VAR_KEYWORD)


def _is_plain(kind: Any) -> bool:
    return kind in (bool, int, float, str) or get_origin(kind) is Literal


def _argument(parameter: inspect.Parameter) -> Argument:
    hint, many = parameter.annotation, False
    notes: list[Any] = []
    while origin := get_origin(hint):
        inner = get_args(hint)
        if origin is Annotated:
            hint, notes = inner[0], [*notes, *inner[1:]]
        elif origin in (Union, UnionType):
            hint = next(part for part in inner if part is not NoneType)
        elif origin in (list, tuple):
            hint, many = inner[0], True
        else:
            break
    hint = dict if origin is dict else hint
    role = next((note for note in notes if isinstance(note, Role)), None)
    within = next((note for note in notes if isinstance(note, Within)), Within())
    text = next((note for note in notes if isinstance(note, str)), "")
    placed = parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    return Argument(parameter.name, hint, role, many, parameter.default, within, text, placed)


class _Parser(argparse.ArgumentParser):
    """One that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"error: {message}; --help lists the arguments\n")


def parse(
    arguments: list[Argument],
    description: str,
    words: list[str] | None = None,
    environment: Mapping[str, str] = os.environ,
    *,
    program: str | None = None,
) -> dict[str, Any]:
    """The values of `arguments` on the command line `words`, by name, and `lock`: the pins for the record.

    `program` is the name in the help, where it is not that of the file.
    What belongs to the machine may also be said by the environment: RECKON_DEVICE, RECKON_CACHE.
    """
    parser = _Parser(prog=program, description=description, allow_abbrev=False)
    for argument in arguments:
        argument.add_to(parser)
        said = environment.get(f"{_ENVIRONMENT}{argument.name.upper()}", "")
        if argument.role is Role.MACHINE and said:
            parser.set_defaults(**{argument.name: said})
            for action in parser._actions:
                action.required = action.required and action.dest != argument.name
    parser.add_argument("--lock", type=Path, help="pins of the environment, for the record")
    given = vars(parser.parse_args(words))
    several = [argument.name for argument in arguments if argument.role is Role.READ and argument.many]
    return given | {name: _with_contents(given[name]) for name in several}


def _with_contents(paths: Iterable[Path]) -> list[Path]:
    """The files among `paths`, and for a folder the files in it."""
    return [file for path in paths for file in (files_in(path) if path.is_dir() else [path])]

"""The words of a job's command: its named inputs, its settings and its named outputs as options."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

# Inputs that are no arguments: the program itself, what it imports, and what it rests on beside.
_UNSAID = ("script", "lib", "rests_on")


def options(
    machine: Mapping[str, Any] | None = None,
    chosen: Callable[[Any], Mapping[str, Any]] | None = None,
    **settings: Any,
) -> dict[str, Any]:
    """Params of a rule: its settings by name, whose change reruns it, and `argv`, the words of its command.

    A setting is a value, a text with wildcards, a dictionary (told as JSON), or a function of the wildcards
    that gives one. `chosen` gives further settings whose names, too, depend on the wildcards. `machine` is
    said in the command alone: it changes no result, so it reruns nothing.
    Snakemake compares no param that is a function of files, such as `argv`.
    """
    plain = {name: _as_param(value) for name, value in settings.items()}
    plain |= {"chosen": _as_param(chosen)} if chosen else {}

    def argv(wildcards: Any, input: Any, output: Any) -> list[str]:  # noqa: A002  Snakemake's name
        read = {name: files for name, files in input.items() if name not in _UNSAID}
        said = {**settings, **(machine or {})}
        own = {name: _resolved(value, wildcards) for name, value in said.items()}
        own |= chosen(wildcards) if chosen else {}
        given = {**read, **own, **dict(output.items())}
        return [word for name, value in given.items() for word in words(name, value)]

    return plain | {"argv": argv}


def words(name: str, value: Any) -> list[str]:
    """One option as words: true is the flag, false its `--no-` form; None and what is empty are left out.

    Numbers are written so that they are read as the same numbers; a value that begins with a dash is tied to
    its flag.
    """
    flag = f"--{name.replace('_', '-')}"
    if value is None or value == "":
        return []
    if isinstance(value, bool):
        return [flag if value else f"--no-{name.replace('_', '-')}"]
    if isinstance(value, dict):
        return [flag, json.dumps(value, sort_keys=True)]
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [flag, *texts] if (texts := [str(part) for part in value]) else []
    text = str(value)
    return [f"{flag}={text}"] if text.startswith("-") else [flag, text]


def _as_param(value: Any) -> Any:
    """A setting as Snakemake may hold it: a dictionary is told as JSON, whose braces are no wildcards."""
    if isinstance(value, dict):
        return lambda wildcards: json.dumps(value, sort_keys=True)
    if callable(value):
        return lambda wildcards: _told(value(wildcards))
    return value


def _told(value: Any) -> Any:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict) else value


def _resolved(value: Any, wildcards: Any) -> Any:
    """The value of a setting for one job."""
    if callable(value):
        return value(wildcards)
    return value.format(**dict(wildcards)) if isinstance(value, str) and "{" in value else value

"""Files of the configuration, held against what YAML lets through in silence: a key given twice."""

import json
import re
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Any

import yaml

from reckon.errors import InputError
from reckon.files.reading import reading

# Numbers as everybody reads them, by YAML's name of the kind.
_NUMBERS = {
    "tag:yaml.org,2002:int": re.compile(r"[+-]?(0|[1-9][0-9]*)"),
    "tag:yaml.org,2002:float": re.compile(
        r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?\.(inf|nan)", re.I
    ),
}


def check_files(paths: Iterable[str | PathLike[str]]) -> None:
    """Raise `InputError` for the first of the files that `read_overlay` refuses."""
    for path in paths:
        read_overlay(path)


def read_overlay(path: str | PathLike[str]) -> dict[str, Any]:
    """The sections of a file in YAML or JSON.

    Raises `InputError` with file and line for anything else, for a key that is given twice, tags and
    merged mappings.
    """
    with reading(path) as file:
        text = file.read()
    try:
        values = _parsed(text)
        if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
            raise InputError("keys with values are expected at the top")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"{path}:{line}: not YAML ({error.problem or error.context})") from None
    except (InputError, yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        what = " ".join(str(error).split())
        raise InputError(f"{Path(path)}: {what}; correct it, or see config/README.md") from None
    return values


def _parsed(text: str) -> Any:
    """As Snakemake reads it: JSON if it can be, else YAML, whose mappings may stand in braces too."""
    try:
        return _json(text)
    except ValueError:
        return _yaml(text)


def _json(text: str) -> Any:
    def section(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        _refuse_twins([key for key, _ in pairs], "")
        return dict(pairs)

    return json.loads(text, object_pairs_hook=section)


def _yaml(text: str) -> Any:
    root = yaml.compose(text, yaml.SafeLoader)
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys = [key.value if isinstance(key, yaml.ScalarNode) else None for key, _ in node.value]
            _refuse_twins(keys, f" (line {node.start_mark.line + 1})")
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.ScalarNode):
            _refuse_other_numbers(node)
    return yaml.safe_load(text)


def _refuse_other_numbers(node: yaml.ScalarNode) -> None:
    """YAML 1.1 reads 1:30 as 90 and 010 as 8: nobody who writes them means that."""
    kind = _NUMBERS.get(node.tag)
    if kind and not node.style and not kind.fullmatch(node.value):
        where, read = f"(line {node.start_mark.line + 1})", yaml.safe_load(node.value)
        raise InputError(
            f"{node.value!r:.40} {where} would be read as {read}; write {read}, or quote the text"
        )


def _refuse_twins(keys: list[Any], where: str) -> None:
    for key in keys:
        if not isinstance(key, str):
            raise InputError(f"a key that is no text{where}")
        if key == "<<":
            raise InputError(f"a merged mapping (<<){where}; write its keys out")
    twins = {key for key in keys if keys.count(key) > 1}
    if twins:
        raise InputError(f"the key {min(twins)!r:.40} is given twice{where}; keep one")

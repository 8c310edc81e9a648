"""Files of the configuration, held against what YAML lets through in silence: a key given twice, a bomb."""

import json
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Any

import yaml

from reckon.errors import InputError
from reckon.files.reading import reading

# The largest of ours has 16 kB, 300 values and 6 levels.
MOST_BYTES = 1 << 18
MOST_VALUES = 10_000  # with what an alias repeats
DEEPEST = 20
LONGEST_TEXT = 4_096  # characters
LARGEST_INTEGER = 1 << 63


def check_files(paths: Iterable[str | PathLike[str]]) -> None:
    """Raise `InputError` for the first of the files that `read_overlay` refuses."""
    for path in paths:
        read_overlay(path)


def read_overlay(path: str | PathLike[str]) -> dict[str, Any]:
    """The sections of a file in YAML or JSON.

    Raises `InputError` with file and line for anything else, for a key that is given twice, tags, merged
    mappings, and for more than the sizes above.
    """
    with reading(path, most=MOST_BYTES) as file:
        text = file.read()
    try:
        values = _parsed(text)
        if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
            raise InputError("keys with values are expected at the top")
        check_size(values)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"{path}:{line}: not YAML ({error.problem or error.context})") from None
    except (InputError, yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        what = " ".join(str(error).split())
        raise InputError(f"{Path(path)}: {what}; correct it, or see config/README.md") from None
    return values


def check_size(values: Any) -> None:
    """Raise `InputError` for more values, levels, characters or digits than a configuration has."""
    waiting: list[tuple[Any, tuple[str, ...]]] = [(values, ())]
    seen = 0
    while waiting:
        value, path = waiting.pop()
        seen += 1
        where = f"configuration: {'.'.join(path[:4])}"
        if seen > MOST_VALUES or len(path) > DEEPEST:
            raise InputError(f"{where}: more than {MOST_VALUES} values or {DEEPEST} levels; is it an alias?")
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise InputError(f"{where}: a text of {len(value)} characters, at most {LONGEST_TEXT}")
        if isinstance(value, int) and abs(value) >= LARGEST_INTEGER:
            raise InputError(f"{where}: a whole number beyond 64 bits")
        if isinstance(value, dict | list | tuple):
            parts = value.items() if isinstance(value, dict) else enumerate(value)
            waiting += [(part, (*path, f"{key!s:.40}")) for key, part in parts]


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
    return yaml.safe_load(text)


def _refuse_twins(keys: list[Any], where: str) -> None:
    for key in keys:
        if not isinstance(key, str):
            raise InputError(f"a key that is no text{where}")
        if key == "<<":
            raise InputError(f"a merged mapping (<<){where}; write its keys out")
    twins = {key for key in keys if keys.count(key) > 1}
    if twins:
        raise InputError(f"the key {min(twins)!r:.40} is given twice{where}; keep one")

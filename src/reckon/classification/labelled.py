"""Labelled texts of any language: read, cleaned, without duplicates, in folds that keep every class.

A file is a csv with the columns `text` and `label`, or a jsonl with these keys; others are ignored. What is
left out or changed is counted: `empty` texts, texts `cut` to the longest, `duplicates`, texts that stand
twice with `two_labels`, training texts that are `also_in_evaluation`, evaluation texts of an
`unknown_label`, and texts that are the `only_one` of their class.
"""

import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from reckon.errors import InputError
from reckon.files.reading import read_jsonl
from reckon.files.rows import records
from reckon.files.writing import write_jsonl

NEVER = -1  # the fold of a text that every fold is trained on
_REMEDY = "name the columns text and label"


@dataclass(frozen=True)
class LabelledText:
    """One text; `fold` is the one in which it is held out, `NEVER` if in none."""

    id: str
    text: str
    label: str
    fold: int = NEVER


def read_texts(
    path: str | os.PathLike[str], *, most_characters: int, counts: Counter[str]
) -> Iterator[LabelledText]:
    """The cleaned texts of a csv or jsonl (both also .gz), by `id`, or by their line where there is none.

    Raises `InputError` with file and line for a line without text or label, a label that is empty, a file
    that is neither, is not UTF-8, or holds no text at all.
    """
    found = 0
    for where, fields in _lines(path):
        label = " ".join(_field(where, fields, "label").split())
        if not label:
            raise InputError(f"{where}: the label is empty; give one, or leave the line out")
        text = clean(_field(where, fields, "text"))
        counts["empty"] += not text
        counts["cut"] += len(text) > most_characters
        found += bool(text)
        if text:
            name = str(fields.get("id") or where.rpartition(":")[2])
            yield LabelledText(name, text[:most_characters], label)
    if not found:
        raise InputError(f"{path}: no text; is it the right file?")


def _lines(path: str | os.PathLike[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    kind = Path(str(path).removesuffix(".gz")).suffix
    if kind == ".csv":
        yield from records(path, needed=("text", "label"), remedy=_REMEDY)
    elif kind == ".jsonl":
        yield from ((f"{path}:{number}", row) for number, row in read_jsonl(path))
    else:
        raise InputError(f"{path}: neither .csv nor .jsonl; save it as one of them")


def _field(where: str, fields: dict[str, Any], name: str) -> str:
    """A field as text; numbers are labels that some data sets have."""
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InputError(f"{where}: {name} is no text but {type(value).__name__}; {_REMEDY}")
    return str(value)


def clean(text: str) -> str:
    """Unicode's form NFKC (full-width letters become plain), no control characters, single blanks."""
    normal = unicodedata.normalize("NFKC", text)
    plain = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in normal)
    return " ".join(plain.split())


def distinct(
    training: Iterable[LabelledText], evaluation: Iterable[LabelledText], counts: Counter[str]
) -> tuple[list[LabelledText], list[LabelledText]]:
    """Both splits with each text once; of a text in both, the evaluation keeps it.

    Evaluation texts whose label no training text has stay, as mistakes of every system. Raises `InputError`
    if training holds fewer than two classes.
    """
    scored = _once(evaluation, counts)
    elsewhere = {one.text for one in scored}
    trained = []
    for one in _once(training, counts):
        counts["also_in_evaluation"] += one.text in elsewhere
        if one.text not in elsewhere:
            trained.append(one)
    known = {one.label for one in trained}
    if len(known) < 2:
        raise InputError(f"the training texts: {len(known)} classes; two are needed to tell apart")
    counts["unknown_label"] += sum(one.label not in known for one in scored)
    return trained, scored


def _once(texts: Iterable[LabelledText], counts: Counter[str]) -> list[LabelledText]:
    """The first of equal texts."""
    first: dict[str, LabelledText] = {}
    for one in texts:
        kept = first.setdefault(one.text, one)
        if kept is not one:
            counts["duplicates" if kept.label == one.label else "two_labels"] += 1
    return list(first.values())


def folded(
    texts: Sequence[LabelledText], folds: int, *, seed: int, counts: Counter[str]
) -> list[LabelledText]:
    """The texts with the fold (from 0) in which each is held out, every class spread evenly.

    Each fold is trained on every class: the only text of a class is never held out.
    """
    rng = np.random.default_rng(seed)
    of_class: dict[str, list[int]] = {}
    for place, one in enumerate(texts):
        of_class.setdefault(one.label, []).append(place)
    fold_of, dealt = [NEVER] * len(texts), 0
    for label in sorted(of_class):
        places = rng.permutation(of_class[label])
        counts["only_one"] += len(places) == 1
        for place in places if len(places) > 1 else ():
            fold_of[place] = dealt % folds
            dealt += 1
    return [replace(one, fold=fold) for one, fold in zip(texts, fold_of, strict=True)]


def write_texts(path: Path, texts: Iterable[LabelledText]) -> None:
    """One text a line of jsonl."""
    write_jsonl(path, map(asdict, texts))


def read_prepared(path: Path) -> list[LabelledText]:
    """What `write_texts` wrote; raises `InputError` with file and line for anything else."""
    kinds = {"id": str, "text": str, "label": str, "fold": int}
    texts = []
    for number, row in read_jsonl(path):
        if {name: type(value) for name, value in row.items()} != kinds:
            raise InputError(f"{path}:{number}: expected {', '.join(kinds)}; make it again")
        texts.append(LabelledText(**row))
    return texts


def classes_of(texts: Iterable[LabelledText]) -> tuple[list[str], list[int]]:
    """The labels, sorted, and how many texts each has."""
    sizes = Counter(one.label for one in texts)
    return sorted(sizes), [sizes[label] for label in sorted(sizes)]


def read_names(path: Path | None, labels: Sequence[str]) -> dict[str, str]:
    """The name of each label in words, from a csv `label,name`; without a file a label is its name.

    Raises `InputError` if a label has none.
    """
    if path is None:
        return {label: label for label in labels}
    names = {row["label"]: row["name"].strip() for _, row in records(path, ("label", "name"))}
    if missing := [label for label in labels if not names.get(label)]:
        raise InputError(
            f"{path}: no name for {len(missing)} labels, {missing[0]!r:.60} first; add a line each"
        )
    return {label: names[label] for label in labels}

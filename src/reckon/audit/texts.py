"""Checks of what a deck writes in words: lists, tags, footnotes, names."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from reckon.audit.figures import Figure, Library, Line, items
from reckon.audit.outcome import Outcome, Result
from reckon.errors import InputError

OPEN_END = ("...", "…")


def same_items(lines: Sequence[Line], library: Library, *, other: str, letters: str = "999") -> list[Result]:
    """The passage and `other` list the same items, in any order and case; only first `letters` count.

    Six letters make `dependency relations` and `Dependencies` one item.
    """
    others = library.passage(other)
    own, theirs = ({item.lower()[: whole(letters)]: item for item in items(p)} for p in (lines, others))
    only = [
        f"only in {name}: {', '.join(item for start, item in mine.items() if start not in rest)}"
        for name, mine, rest in ((lines[0].passage, own, theirs), (other, theirs, own))
        if mine.keys() - rest.keys()
    ]
    return [_judged([*lines, *others], not only, "; ".join(only) or f"the same {len(own)} items")]


def same_number(lines: Sequence[Line], library: Library, *, other: str) -> list[Result]:
    """The passage and `other` have the same number of items, one for one."""
    others = library.passage(other)
    counts = len(items(lines)), len(items(others))
    return [_judged([*lines, *others], counts[0] == counts[1], f"{counts[0]} items against {counts[1]}")]


def ngrams_of(lines: Sequence[Line], library: Library, *, words: str, n: str) -> list[Result]:
    """The passage lists the runs of `n` words of the passage `words`, and nothing else."""
    source = items(library.passage(words))
    size = whole(n)
    runs = [" ".join(source[start : start + size]) for start in range(len(source) - size + 1)]
    printed = items(lines)
    extra, missing = _without(printed, runs), _without(runs, printed)
    note = f"{len(runs)} runs of {size}; printed but none: {_quoted(extra)}; missing: {_quoted(missing)}"
    return [_judged(lines, not extra and not missing, note)]


def defined_in(lines: Sequence[Line], library: Library, *, legend: str) -> list[Result]:
    """Every tag of the passage (what follows the last slash of an item) stands in `legend` (`tag = ...`).

    Uncheckable if tags are missing from a legend that says by an ellipsis that it is not complete.
    """
    defined = items(library.passage(legend))
    known = {entry.partition(" = ")[0].lower() for entry in defined}
    used = dict.fromkeys(tag for item in items(lines) if (tag := item.rpartition("/")[2])[:1].isalpha())
    missing = [tag for tag in used if tag.lower() not in known]
    is_open = any(entry in OPEN_END for entry in defined)
    outcome: Outcome = "uncheckable" if missing and is_open else "inconsistent" if missing else "consistent"
    note = f"{len(used)} tags"
    if missing:
        note += f", not in the legend{', which is open-ended' if is_open else ''}: {', '.join(missing)}"
    return [Result(lines, outcome, note)]


def same_spans(lines: Sequence[Line], library: Library, *, tagged: str) -> list[Result]:
    """A text with `[Kind span]` brackets and the passage `tagged` (word/SK start, word/CK continue) agree.

    K is the first letter of the kind.
    """
    text = " ".join(line.reported for line in lines)
    bracketed = [(kind[0], span) for kind, span in re.findall(r"\[(\w+) ([^\]]+)\]", text)]
    others = library.passage(tagged)
    decoded = _spans(item.rpartition("/")[::2] for item in items(others))
    listed = ", ".join(f"{span} ({kind})" for kind, span in decoded)
    return [
        _judged(
            [*lines, *others], bracketed == decoded, f"{len(bracketed)} and {len(decoded)} spans: {listed}"
        )
    ]


def one_note(cells: Sequence[Figure], library: Library) -> list[Result]:
    """A footnote mark that the cells share has one text: all cells carry the same note."""
    notes = list(dict.fromkeys(cell.note for cell in cells))
    return [_judged(cells, len(notes) == 1, " / ".join(notes))]


def distinct_pairs(cells: Sequence[Figure], library: Library, *, ambiguous: str = "") -> list[Result]:
    """Each row `index: one – other` names another unordered pair.

    Words that stand more than once in the text and are not told apart are named as `ambiguous`, joined by
    `&`: rows that share such a pair may be of two, so it is uncheckable.
    """
    pairs = [tuple(sorted(cell.row.partition(": ")[2].split(" – "))) for cell in cells]
    twice = {pair: count for pair, count in Counter(pairs).items() if count > 1}
    unclear = set(ambiguous.split(" & "))
    outcome: Outcome = "consistent"
    if twice:
        outcome = "uncheckable" if all(unclear & set(pair) for pair in twice) else "inconsistent"
    listed = "; ".join(f"{' – '.join(pair)} ({count} rows)" for pair, count in twice.items())
    return [Result(cells, outcome, listed or f"{len(pairs)} pairs")]


def same_name(cells: Sequence[Figure], library: Library, *, name: str, other: str) -> list[Result]:
    """The words of `name`, by which the deck calls what the cells are about, stand in the text `other`."""
    called = library.refer(other, cells[0]).text
    own, theirs = (set(re.findall(r"[a-z0-9]+", words.lower())) for words in (name, called))
    return [_judged(cells, own <= theirs, f"{name!r} in the deck, {called!r} in the record")]


def whole(text: str) -> int:
    """A whole number from 1 on; raises `InputError` for any other text."""
    if not text.isdecimal() or not int(text):
        raise InputError(f"{text!r} is no whole number from 1 on")
    return int(text)


def _judged(about: Sequence[Figure | Line], holds: bool, note: str) -> Result:
    return Result(about, "consistent" if holds else "inconsistent", note)


def _without(own: Iterable[str], other: Iterable[str]) -> list[str]:
    return list((Counter(own) - Counter(other)).elements())


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(map(repr, words)) or "none"


def _spans(tagged: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    spans: list[tuple[str, str]] = []
    for word, tag in tagged:
        if tag.startswith("S"):
            spans.append((tag[1:], word))
        elif tag.startswith("C") and spans:
            spans[-1] = (spans[-1][0], f"{spans[-1][1]} {word}")
    return spans

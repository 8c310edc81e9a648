"""The kinds of checks by name. What follows the `*` of a function are its parameters in checks.csv."""

import inspect
from collections.abc import Callable, Mapping

from reckon.audit import columns, plausible, significance, spreads, texts, values
from reckon.audit.figures import nearest
from reckon.audit.outcome import Result
from reckon.errors import InputError

Kind = Callable[..., list[Result]]

# Kinds that look at printed cells or figures of records, and kinds that look at a passage.
FIGURE_KINDS: tuple[Kind, ...] = (
    values.mean_of,
    values.percent_change,
    values.granular,
    values.within_unit,
    spreads.debit,
    spreads.grimmer,
    values.identity,
    values.equal,
    columns.ordered,
    columns.dominated,
    columns.sum_at_most_one,
    values.same_as,
    values.rounded,
    values.nearer,
    values.beats_trivial,
    columns.within_noise,
    columns.ranked,
    columns.slows_down,
    columns.bold_is_best,
    plausible.plausible,
    texts.one_note,
    texts.distinct_pairs,
    texts.same_name,
)
PASSAGE_KINDS: tuple[Kind, ...] = (
    texts.same_items,
    texts.same_number,
    texts.ngrams_of,
    texts.defined_in,
    texts.same_spans,
    significance.p_of_test,
)
KINDS: dict[str, Kind] = {kind.__name__: kind for kind in (*FIGURE_KINDS, *PASSAGE_KINDS)}


def kind_of(name: str) -> Kind:
    """The function of a kind; raises `InputError` naming the nearest known one."""
    if name not in KINDS:
        known = nearest(name, KINDS) or f"; known are {', '.join(KINDS)}"
        raise InputError(f"no kind {name!r}{known}")
    return KINDS[name]


def parameters_of(kind: Kind, text: str) -> dict[str, str]:
    """`name=value; name=value` as a dictionary, held against the parameters that the kind has.

    Raises `InputError` for text of another form, an unknown, a repeated or a missing parameter.
    """
    given: dict[str, str] = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value or name in given:
            raise InputError(f"parameters: expected `name=value; name=value`, each name once; found {part!r}")
        given[name] = value
    _refuse(kind.__name__, given, inspect.signature(kind).parameters)
    return given


def _refuse(kind: str, given: Mapping[str, str], signature: Mapping[str, inspect.Parameter]) -> None:
    known = {name: p for name, p in signature.items() if p.kind is inspect.Parameter.KEYWORD_ONLY}
    for name in given:
        if name not in known:
            names = ", ".join(known) or "none"
            raise InputError(f"{kind} has no parameter {name!r}{nearest(name, known)}; it takes: {names}")
    if missing := [n for n, p in known.items() if p.default is inspect.Parameter.empty and n not in given]:
        raise InputError(f"{kind} needs the parameter {' and '.join(missing)}")

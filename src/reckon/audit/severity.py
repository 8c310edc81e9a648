"""Does an error change a statement of the deck? The severity of each finding that does not fit.

A `decision` is a comparison that the deck draws: the finding is about one, or one comes out otherwise with
the expected number in place of the printed one, or (for a doubtful figure) one rests on it,
or that a significance at .05 changes. A `figure` is off and changes none of them. `words` are lists, labels
and names.
"""

from collections.abc import Sequence
from decimal import Decimal

from reckon.audit.figures import Figure, Library
from reckon.audit.kinds import KINDS, parameters_of
from reckon.audit.outcome import Result
from reckon.errors import InputError

DRAWN = (
    "ordered",
    "dominated",
    "beats_trivial",
    "within_noise",
    "ranked",
    "slows_down",
    "bold_is_best",
    "nearer",
)
SPOKEN = (
    *("same_items", "same_number", "ngrams_of", "defined_in", "same_spans"),
    *("one_note", "distinct_pairs", "same_name", "equal"),
)
DECISION, FIGURE, WORDS = "decision", "figure", "words"
Asked = tuple[str, str, str]  # kind, cells and parameters of a check


class Comparisons:
    """The comparisons that a deck draws, with what was found of each."""

    def __init__(self, found: Sequence[tuple[Asked, Sequence[Result]]], library: Library) -> None:
        self.found = [(asked, results) for asked, results in found if asked[0] in DRAWN]
        self.library = library

    def severity(self, kind: str, result: Result) -> str:
        """Severity of a finding of a check of `kind`; empty for one that fits or cannot be checked."""
        if result.outcome not in ("inconsistent", "doubtful"):
            return ""
        if kind in DRAWN or result.decides:
            return DECISION
        if kind in SPOKEN:
            return WORDS
        cells = [cell for cell in result.about if isinstance(cell, Figure) and cell.table]
        return DECISION if any(self._changed(cell, result) for cell in cells) else FIGURE

    def _changed(self, cell: Figure, result: Result) -> bool:
        """Whether a comparison rests on the cell, and comes out otherwise with what is expected."""
        resting = [(asked, old) for asked, old in self.found if any(cell in each.about for each in old)]
        if result.expected is None or len(result.about) > 1:
            return bool(resting)
        changed = self.library.printing(cell, _as_printed(cell, result))
        return any(_outcomes(asked, changed) != [each.outcome for each in old] for asked, old in resting)


def _as_printed(cell: Figure, result: Result) -> str:
    """The expected number to the digits of the print."""
    middle = result.expected.middle if result.expected else cell.interval().middle
    places = len(cell.text.partition(".")[2].rstrip("%x")) if "." in cell.text else 0
    return f"{Decimal(middle.numerator) / Decimal(middle.denominator):.{places}f}"


def _outcomes(asked: Asked, library: Library) -> list[str]:
    kind, cells, parameters = asked
    function = KINDS[kind]
    try:
        results = function(library.select(cells), library, **parameters_of(function, parameters))
    except InputError:
        return []
    return [result.outcome for result in results]

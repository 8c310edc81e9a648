"""How a verdict looks: a sign and a tone beside its name, so that no meaning hangs on colour alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """`sign` is one character, `tone` a class of the style sheet, `meaning` a sentence for the legend."""

    sign: str
    tone: str
    meaning: str


MARKS = {
    "match": Mark(
        "✓", "good", "All that the seeds predict for the printed number lies inside the tolerance."
    ),
    "match_single": Mark("✓", "good", "A deterministic step, run once, lies inside the tolerance."),
    "compatible": Mark("∼", "good", "The printed number is a draw that the seeds allow; nothing says more."),
    "uncertain": Mark("≈", "warn", "The seeds cannot settle it: one, alike, apart, or across an edge."),
    "differs_better": Mark("▲", "warn", "The seeds predict other prints than this one, on the better side."),
    "differs_worse": Mark("▼", "bad", "The seeds predict other prints than this one, on the worse side."),
    "scaled_down": Mark("◇", "small", "Other data or another scale than the deck's: shown, not judged."),
    "incomplete": Mark("…", "warn", "Fewer seeds are done than were planned."),
    "failed": Mark("✕", "bad", "A value is not finite, lies outside its unit, or counts in another unit."),
    "not_run": Mark("○", "quiet", "Nothing was recomputed; the reason says why."),
    "tampered": Mark("!", "bad", "A file changed after its rule wrote it."),
    "citation": Mark("“", "quiet", "Another group's result: transcribed and audited, never recomputed."),
    "supported": Mark("✓", "good", "The whole 95 % interval lies on the claimed side of the margin."),
    "contradicted": Mark("▼", "bad", "The whole 95 % interval lies on the other side of the margin."),
    "inconclusive": Mark("≈", "warn", "The interval holds the margin, or what it assumes does not hold."),
    "consistent": Mark("✓", "good", "The printed numbers agree with each other."),
    "inconsistent": Mark("▼", "bad", "The printed numbers cannot all be true as they stand."),
    "doubtful": Mark("?", "warn", "The number can be true, but looks otherwise than those around it."),
    "uncheckable": Mark("○", "quiet", "What is printed does not suffice to tell."),
}

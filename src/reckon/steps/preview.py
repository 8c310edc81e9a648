"""What a dry run says: how many jobs of which rules would run, and why."""

import re
import textwrap
from collections import Counter

# The first of these that Snakemake names is why a job runs; what comes later only follows from it.
_WHY = (
    ("Forced execution", "asked for by -f, -F or -R"),
    ("Params have changed", "settings changed"),
    ("Code has changed", "the rule's command changed"),
    ("Software environment definition has changed", "the environment changed"),
    ("Set of input files has changed", "other input files than before"),
    ("Updated input files", "input files changed"),
    ("Incomplete output files", "left unfinished"),
    ("Missing output files", "no result yet"),
    ("Input files updated by another job", "input comes from a job above"),
)
_OTHER = "always runs, or for another reason"
_FILES = re.compile(r"Updated input files: (.+?)(?:; [A-Z]|$)")
_MOST_FILES = 3
_GLUE = "\0"  # where a line may not break


class Preview:
    """The jobs of a dry run, by the reason for which they would run."""

    def __init__(self) -> None:
        self.jobs: dict[str, Counter[str]] = {}  # reason -> rule -> jobs
        self._changed: set[str] = set()

    def add(self, rule: str, reason: str) -> None:
        """One job of `rule`, with Snakemake's words for why it runs."""
        why = next((ours for theirs, ours in _WHY if theirs in reason), _OTHER)
        self.jobs.setdefault(why, Counter())[rule] += 1
        if why == "input files changed" and (files := _FILES.search(reason)):
            self._changed |= {*filter(None, files[1].split(", "))}

    def text(self, width: int) -> str:
        """Counts by rule for each reason, in lines of at most `width` characters."""
        total = sum(rules.total() for rules in self.jobs.values())
        lines = [f"{total} {'job' if total == 1 else 'jobs'} would run; nothing was run now."]
        ours = [why for _, why in _WHY]
        for why in sorted(self.jobs, key=lambda why: ours.index(why) if why in ours else len(ours)):
            rules = self.jobs[why]
            lines.append(f"{why}{self._files() if why == 'input files changed' else ''} ({rules.total()}):")
            counts = ", ".join(f"{count}{_GLUE}{rule}" for rule, count in rules.items())
            lines += textwrap.wrap(counts, max(width, 40), initial_indent="    ", subsequent_indent="    ")
        return "\n".join(lines).replace(_GLUE, " ")

    def _files(self) -> str:
        shown = sorted(self._changed)[:_MOST_FILES]
        more = f" and {len(self._changed) - len(shown)} more" if len(self._changed) > len(shown) else ""
        return f": {', '.join(shown)}{more}" if shown else ""

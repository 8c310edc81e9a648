"""What the report gathers of an experiment, by its name: files at agreed places, and what its plan adds."""

import difflib
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from reckon.errors import InputError

# Rule files that serve several experiments, or gather them.
SHARED = frozenset({"common", "step", "data", "encoders", "audit", "report"})


@dataclass(frozen=True)
class Outcome:
    """Files of one experiment for the tables, claims and pictures, and the seeds that are planned.

    `planned` is the number of seeds by experiment, and by `experiment:row` where rows differ.
    """

    metrics: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()  # workflow/report/NAME.rst is the caption of NAME.svg
    planned: dict[str, int] = field(default_factory=dict)


def experiments(checkout: Path) -> list[str]:
    """Names of all experiments of a checkout: those that have a file of rules."""
    return sorted({path.stem for path in (checkout / "workflow" / "rules").glob("*.smk")} - SHARED)


def outcome(name: str, config: Any, results: str, known: list[str]) -> Outcome:
    """What the report gathers of the experiment `name`.

    The module `reckon.NAME.plan` says it by a function `outcome(config, results)`; without one it is the
    file `results/NAME/metrics.csv` of one seed. Raises `InputError` for a name that is not `known`.
    """
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        raise InputError(f"configuration: experiments: there is no workflow/rules/{name}.smk{meant}")
    if find_spec(f"reckon.{name}") is None or find_spec(f"reckon.{name}.plan") is None:
        return Outcome(metrics=(f"{results}/{name}/metrics.csv",), planned={name: 1})
    found: Outcome = import_module(f"reckon.{name}.plan").outcome(config, results)
    return found

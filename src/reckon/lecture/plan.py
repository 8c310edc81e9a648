"""The lecture's systems, by name: what each reads beside its program.

A system more is a line here, a program of workflow/scripts/lecture and a module of this package.
"""

from collections.abc import Mapping

from reckon.config.load import Config
from reckon.steps.outcomes import Outcome

# Name -> the files that its program is given, by argument; `<results>` may begin their paths.
SYSTEMS: Mapping[str, Mapping[str, str | list[str]]] = {
    "dice": {},
    "softmax": {},
}


def outcome(config: Config, results: str) -> Outcome:
    """What the report gathers of the lecture; nothing of it is random yet, so no seeds are planned."""
    return Outcome((f"{results}/lecture/metrics.csv",))

"""The lecture's systems, by name: what each reads beside its program, and whether it draws.

A system more is a line here, a program of workflow/scripts/lecture and a module of this package.
"""

import os
from collections.abc import Mapping
from typing import NamedTuple

from reckon.config.load import Config
from reckon.steps.outcomes import Outcome

_RAW = "<results>/raw/"


class System(NamedTuple):
    """The files that a program is given, by argument; with a figure it also writes NAME.svg, `figure`.

    `<results>` may begin the path of a file. What lies under `<results>/raw` only a mirror holds.
    """

    files: Mapping[str, str | list[str]] = {}
    figure: bool = False

    @property
    def mirrored(self) -> bool:
        """Whether it needs a file of the mirror."""
        paths = [
            path for given in self.files.values() for path in ([given] if isinstance(given, str) else given)
        ]
        return any(path.startswith(_RAW) for path in paths)


SYSTEMS: Mapping[str, System] = {
    "concordance": System({"brown": "<results>/raw/lm/brown.zip", "passages": "reported/passages.csv"}),
    "dice": System(),
    "entities": System(
        {
            "uner_dev": f"{_RAW}tagging/uner_ewt_dev.jsonl.gz",
            "uner_test": f"{_RAW}tagging/uner_ewt_test.jsonl.gz",
            "wnut17_train": f"{_RAW}tagging/wnut17_train.jsonl.gz",
            "wnut17_test": f"{_RAW}tagging/wnut17_test.jsonl.gz",
        }
    ),
    "graphs": System(figure=True),
    "language_model": System(
        {
            "brown": f"{_RAW}lm/brown.zip",
            "wikitext_valid": f"{_RAW}lm/wikitext2_valid.txt.gz",
            "wikitext_test": f"{_RAW}lm/wikitext2_test.txt.gz",
        }
    ),
    "movie_revenue": System(
        {
            "training": f"{_RAW}movie/openings_train.jsonl.gz",
            "development": f"{_RAW}movie/openings_dev.jsonl.gz",
            "test": f"{_RAW}movie/openings_test.jsonl.gz",
        }
    ),
    "softmax": System(),
    "vanishing_gradient": System(figure=True),
    "tagging": System(
        {
            "training": f"{_RAW}tagging/ud_ewt_pos_train.jsonl.gz",
            "test": f"{_RAW}tagging/ud_ewt_pos_test.jsonl.gz",
        }
    ),
    "word_vectors": System({"vectors": "reported/word_vectors.csv"}, figure=True),
}


def gathered(*, mirror: bool) -> list[str]:
    """Names of the systems that can run, sorted: without a mirror those that need none of its files."""
    return sorted(name for name, system in SYSTEMS.items() if mirror or not system.mirrored)


def outcome(config: Config, results: str) -> Outcome:
    """What the report gathers of the lecture; no printed cell rests on seeds yet, so none are planned."""
    names = gathered(mirror=bool(config.mirror or os.environ.get("RECKON_MIRROR")))
    drawn = [name for name in names if SYSTEMS[name].figure]
    return Outcome(
        (f"{results}/lecture/metrics.csv",), figures=tuple(f"{results}/lecture/{name}.svg" for name in drawn)
    )

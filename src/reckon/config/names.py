"""Names and seeds in the configuration, and messages about those that are not known."""

import difflib
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from reckon.config.settings import LARGEST

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


def _distinct(seeds: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(seeds)) < len(seeds):
        raise ValueError("a seed is given twice; two runs of it are the same run")
    return seeds


Seeds = Annotated[
    tuple[Annotated[int, Field(ge=0, le=LARGEST)], ...], Field(min_length=1), AfterValidator(_distinct)
]


def known(where: str, names: Any, known: Any, section: str = "") -> None:
    """Raise if one of `names`, given at `where`, is no key of `known`, which stands at `section`."""
    for name in names:
        if name not in known:
            among = f" among {section}" if section else ""
            raise ValueError(f"{where}: {name!r} is not known{among}{nearest(str(name), known)}")


def nearest(name: str, known: Any) -> str:
    """The nearest of the `known` names, as the end of a message; nothing where there are none."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.0)
    return f"; did you mean {near[0]!r}?" if near else ""

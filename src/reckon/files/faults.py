"""The faults of a file, gathered as they are found and told in one message."""

from collections.abc import Iterator
from contextlib import contextmanager

from reckon.errors import InputError

MOST_TOLD = 50


class Faults:
    """Every fault of what is read, for one run to tell; `tell` ends the reading if there are any."""

    def __init__(self) -> None:
        self.found: list[str] = []

    @contextmanager
    def at(self, where: str = "") -> Iterator[None]:
        """Note an `InputError` of what follows, with the place `where` before it, and go on."""
        try:
            yield
        except InputError as error:
            self.add(where, str(error))

    def add(self, where: str, what: str) -> None:
        """Note a fault."""
        self.found.append(f"{where}: {what}" if where else what)

    def tell(self) -> None:
        """Raise one `InputError` with all that was noted; what lies beyond fifty is counted."""
        if not self.found:
            return
        more = len(self.found) - MOST_TOLD
        raise InputError("; ".join([*self.found[:MOST_TOLD], *([f"and {more} more"] if more > 0 else [])]))

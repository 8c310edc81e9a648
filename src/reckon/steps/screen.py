"""Lines on a stream, and below them, on a terminal, one line that is rewritten."""

import os
from typing import TextIO

from reckon.steps.redaction import redacted

WIDTH = 110  # columns, where there is no terminal
_CLEAR = "\r\x1b[K"


class Screen:
    """The stream, and whether its last line may be rewritten: never in a file, a pipe or a dumb terminal."""

    def __init__(self, stream: TextIO, live: bool = True) -> None:
        self._stream = stream
        self.live = live and stream.isatty() and os.environ.get("TERM") != "dumb"
        self._painted = False

    def write(self, *lines: str) -> None:
        """Write lines, without secrets."""
        self.clear()
        for line in lines:
            self._stream.write(f"{redacted(line)}\n")
        self._stream.flush()

    def paint(self, line: str) -> None:
        """Rewrite the last line; what does not fit is cut."""
        if self.live:
            # Room for the ^C that a terminal prints.
            self._stream.write(f"{_CLEAR}{redacted(line)[: self.width - 3]}")
            self._stream.flush()
            self._painted = True

    def clear(self) -> None:
        """Take the last line away."""
        if self._painted:
            self._stream.write(_CLEAR)
            self._painted = False

    @property
    def width(self) -> int:
        """Columns that a line may have."""
        try:
            columns = os.get_terminal_size(self._stream.fileno()).columns
        except (OSError, ValueError):  # no terminal
            return WIDTH
        return columns - 1 if columns else WIDTH  # some terminals do not know their size

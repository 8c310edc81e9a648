"""One attempt at a download, which goes on where the last one broke off, if it still is the same file.

Whether it is the same, the server says: by the ETag, or the date, that it gave with the first part. What it
sends is taken byte by byte; it is whole if its length was announced and came.
"""

import contextlib
import json
import re
from pathlib import Path
from typing import Any

from reckon.files.writing import write_json

_TIMEOUT = (15, 120)  # seconds to connect, and between two packets
_BLOCK = 1 << 16  # bytes; at most so many are lost when a connection breaks
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


class Resuming:
    """A downloader for pooch that keeps what has arrived in `part` and asks for the rest.

    `size` is the number of bytes that must come, None if it is not known; `hashed` says that the whole is
    held against a published hash afterwards, so that nothing else needs to be known.
    """

    def __init__(self, part: Path, *, size: int | None, hashed: bool) -> None:
        self.part, self.size, self.hashed = part, size, hashed
        self.mark = part.with_name(f"{part.name}.json")  # what tells the edition that the part is of

    def __call__(self, url: str, output_file: str, pooch: Any) -> None:
        """Download `url` to `output_file`; raises requests' exceptions, which pooch takes as "try again"."""
        import requests
        from urllib3.exceptions import HTTPError

        have, edition = self._begun()
        # Bytes as they are: a transparently unpacked answer would fit neither the range nor the checksum.
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        headers |= {"If-Range": edition} if have and edition else {}
        with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as response:
            if response.status_code == requests.codes.requested_range_not_satisfiable:
                self._forget("the server has less than was downloaded")
            response.raise_for_status()
            resumed = self._check_answer(response, have, edition)
            try:
                with open(self.part, "ab" if resumed else "wb") as part:
                    for block in response.raw.stream(_BLOCK, decode_content=False):
                        part.write(block)
            except HTTPError as error:
                raise requests.ConnectionError(f"broke off: {error}") from error
        self._check_whole(response)
        self.part.replace(output_file)
        self.mark.unlink(missing_ok=True)

    def _begun(self) -> tuple[int, str]:
        """Bytes that are there, and of which edition; none if no other could be told from it."""
        have, edition = self.part.stat().st_size if self.part.exists() else 0, ""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            edition = str(json.loads(self.mark.read_text("utf-8"))["edition"])
        return (have, edition) if edition or self.hashed else (0, "")

    def _check_answer(self, response: Any, have: int, edition: str) -> bool:
        """Whether the answer continues the part; raises requests' exceptions for an answer of other bytes."""
        import requests

        given, name = _edition(response), self.part.name.removesuffix(".part")
        _, first, total = _sent(response)
        if first not in (0, have):
            self._forget(f"the server sends bytes from {first}, asked for {have}")
        if first and edition and given and given != edition:
            self._forget("the file changed between two parts")
        if not self.hashed:
            kind = response.headers.get("Content-Type", "")
            if "html" in kind and not name.endswith((".html", ".htm")):
                raise requests.ConnectionError(f"a page ({kind}) in place of data: is there a login?")
        packed = response.headers.get("Content-Encoding", "identity").strip().lower()
        if packed not in ("", "identity") and not (name.endswith(".gz") and packed in ("gzip", "x-gzip")):
            raise requests.ConnectionError(f"packed as {packed:.40}, which was not asked for")
        if total is not None and self.size is not None and total != self.size:
            raise requests.ConnectionError(f"{total:,} bytes are announced, {self.size:,} are expected")
        if not first:
            self.part.unlink(missing_ok=True)
            self.mark.unlink(missing_ok=True)
            if given:
                write_json(self.mark, {"edition": given})
        return first > 0

    def _check_whole(self, response: Any) -> None:
        """Raise unless all that was announced has come; a connection that ends early looks like an end."""
        import requests

        came, (announced, _, total) = self.part.stat().st_size, _sent(response)
        expected = self.size if self.size is not None else total
        if expected is not None and came != expected:
            raise requests.ConnectionError(f"ended after {came:,} of {expected:,} bytes")
        if not announced and expected is None and not self.hashed:
            self._forget(
                "the server does not say how long the file is, so that a part cannot be told from it"
            )

    def _forget(self, why: str) -> None:
        import requests

        self.part.unlink(missing_ok=True)
        self.mark.unlink(missing_ok=True)
        raise requests.ConnectionError(f"{why}; starting anew")


def _edition(response: Any) -> str:
    """What tells this edition of the file from others: a strong ETag, else the date of its last change."""
    tag = response.headers.get("ETag", "")
    return tag if tag.startswith('"') else response.headers.get("Last-Modified", "")


def _sent(response: Any) -> tuple[bool, int, int | None]:
    """Whether the answer's end can be seen, the place of its first byte, and the bytes of the whole file."""
    length = response.headers.get("Content-Length", "")
    chunked = "chunked" in response.headers.get("Transfer-Encoding", "").lower()
    if response.status_code == 206:
        place = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if place is None:
            return False, -1, None
        return True, int(place[1]), int(place[3]) if place[3].isdecimal() else None
    return chunked or length.isdecimal(), 0, int(length) if length.isdecimal() else None

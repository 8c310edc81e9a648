"""Files that unpack to gigabytes, each read in a process with little address space.

As a program: reads every bomb with 2 GB of address space, and prints what was said as a line of JSON.
"""

import gzip
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

MB = 1 << 20
GB = 1 << 30
ROOM = 2 * GB
Write = Callable[[Path], None]


def _swelling(block: bytes, size: int, before: bytes = b"") -> Write:
    """A gzip of `size` bytes: one packed block repeated, for members of a gzip may follow each other."""

    def write(path: Path) -> None:
        repeats = 16 * MB // len(block)
        member = gzip.compress(block * repeats, 6, mtime=0)
        with open(path, "wb") as out:
            out.write(gzip.compress(before, mtime=0))
            for _ in range(size // (len(block) * repeats)):
                out.write(member)

    return write


HEAD = (
    b"pairID,gold_label,Sentence1,Sentence2,Sentence1_marked_1,Sentence2_marked_1,Sentence1_Highlighted_1,"
    b"Sentence2_Highlighted_1\n"
)
BOMBS: dict[str, tuple[str, Write, str]] = {
    "one line of 200 MB": ("pages packed", _swelling(b" ", 208 * MB), "longer than 134,217,728 bytes"),
    "a text of 2 GB": ("pages packed", _swelling(b"x", 2 * GB, b'{"example_id": "'), "longer than"),
    "zeros of 2 GB": ("pages packed", _swelling(b"\0", 2 * GB), "NUL"),
    "blank lines of 2 GB": ("pages packed", _swelling(b"\n", 2 * GB), "not JSON"),
    "a hundred million values": (
        "pages packed",
        _swelling(b"[],", 112 * MB, b'{"a": ['),
        "more than 8,388,608",
    ),
    "a csv of one field": ("e-SNLI packed", _swelling(b"x", 2 * GB, HEAD), "longer than"),
    "a quotation without end": ("e-SNLI packed", _swelling(b"x\n", 2 * GB, HEAD + b'"'), "field"),
    "blank lines of a csv": ("e-SNLI packed", _swelling(b"\n", 2 * GB, HEAD), "more than"),
    "lines without end": (
        "e-SNLI packed",
        _swelling(b"a,-,b,c,d,e,f,g\n", 2 * GB, HEAD),
        "more than 1,000,000 lines",
    ),
}


def main(folder: Path) -> None:
    """Read them one by one; a MemoryError, or an input that is accepted, ends the process."""
    from cases import CASES, made

    from reckon.errors import InputError

    resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
    for name, (case, write, _) in BOMBS.items():
        path = made(CASES[case], folder / "bomb")
        write(path)
        start = time.process_time()
        try:
            CASES[case].read(folder / "bomb")
        except InputError as error:
            seconds = round(time.process_time() - start, 1)
            print(json.dumps({"name": name, "said": str(error)[-300:], "seconds": seconds}))  # noqa: T201
        else:
            sys.exit(f"{name}: accepted")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

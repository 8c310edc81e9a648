"""How every program of the workflow starts and ends: its command line, its record, its errors.

def solve_level(*, mesh: Read, level: int, device: Device = "auto", out: Write) -> None: ...

if __name__ == "__main__":
step(solve_level)
"""

import errno
import inspect
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from reckon.errors import InputError, OutOfTimeError
from reckon.files.escaping import visible
from reckon.steps.arguments import (
    Argument,
    Device,
    Machine,
    Positive,
    Read,
    ReadFolder,
    Role,
    Share,
    Within,
    Write,
    arguments_of,
    parse,
)
from reckon.steps.provenance import again, damaged, files_in, own_code, stamp_all
from reckon.steps.redaction import RedactingFormatter, redacted

# What a program needs to say of its arguments.
__all__ = ["Device", "Done", "Machine", "Positive", "Read", "ReadFolder", "Share", "Within", "Write", "step"]

Done = Callable[[], Any]
# Who counts the processes that share a job: torch, Open MPI, MPICH, PMIx.
_PLACES = ("RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK")
_REMEDIES = {
    errno.ENOSPC: "no space left: free some, then run the same command again",
    errno.EACCES: "no permission: check the folder's owner and mode",
    errno.EIO: "the disk cannot be read here: copy the file again, or check the disk",
    errno.ENAMETOOLONG: "the name is too long: choose a shorter one",
    errno.EROFS: "the file system is read-only: choose another folder",
}


def step(function: Callable[..., Done | None], *settings: Callable[..., Any], verbatim: bool = False) -> None:
    """Run a step of the workflow from the command line that its signature says, and leave its record.

    `--min-probability 0.2` is the argument `min_probability`. What `function` takes as `**` are settings of
    the functions named in `settings`. Every file that it writes gets a record of every file that it read and
    of every setting, by construction; of several processes the first leaves it. What `function` returns is
    called last, when outputs and records are in place. `verbatim`: the outputs are copies, in whose bytes no
    package has a part.
    """
    run(lambda: perform(function, *settings, verbatim=verbatim))


def perform(
    function: Callable[..., Done | None],
    *settings: Callable[..., Any],
    verbatim: bool = False,
    words: list[str] | None = None,
    program: str | None = None,
    completed: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> None:
    """What `step` runs: read the command line, call `function`, leave its record, call what it returned.

    `words` are the command line where it is not that of the process, and `program` the name in its help.
    `completed` makes of what was given what `function` gets: the record holds that.
    """
    arguments = arguments_of(function, *settings)
    given = parse(arguments, inspect.getdoc(function) or "", words, program=program)
    lock = given.pop("lock")
    given = completed(given)
    last = function(**given)
    if _is_first():
        _leave_record(arguments, given, lock, {} if verbatim else None)
        if last is not None:
            last()


def _is_first() -> bool:
    return all(os.environ.get(name, "0") == "0" for name in _PLACES)


def _leave_record(
    arguments: list[Argument], given: dict[str, Any], lock: Path | None, packages: dict[str, str] | None
) -> None:
    def paths(role: Role) -> list[Path]:
        return [path for a in arguments if a.role is role for path in _paths(given[a.name])]

    read = [*paths(Role.READ), *(file for folder in paths(Role.FOLDER) for file in files_in(folder))]
    settings = {a.name: _plain(given[a.name]) for a in arguments if a.role is None}
    stamp_all(paths(Role.WRITE), read, own_code(), settings, lock, packages)


def _paths(value: Any) -> Iterator[Path]:
    yield from value if isinstance(value, list | tuple) else [value] if value is not None else []


def _plain(value: Any) -> Any:
    """A setting as JSON has it."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return str(value) if isinstance(value, Path) else value


def run(main: Callable[[], None]) -> None:
    """Call `main`; turn an error for a person or a failed file operation into one line and exit code 1.

    Logging goes to stderr, which the rules send to their log file.
    Any other exception is a bug of ours and keeps its traceback, unless a file or folder on the command
    line is no longer as its rule wrote it: no reader foresees every damage, but the hash tells. Whatever
    is said, no secret is, and no text of a file reaches the terminal as a command.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter("%(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    sys.excepthook = _show
    try:
        main()
    except Exception as error:
        if not (said := _said(error) or _damage(error)):
            raise
        # Texts of other libraries may have several lines.
        sys.exit(visible(redacted(f"error: {' '.join(said.split())}")))
    except KeyboardInterrupt:
        sys.exit("interrupted")


def _show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Write the traceback of a bug, as Python does, but without secrets."""
    sys.stderr.write(visible(redacted("".join(traceback.format_exception(kind, error, trace)))))


def _said(error: Exception) -> str:
    """The message of an error that a person can act on, else nothing."""
    if isinstance(error, InputError):
        return "; ".join([str(error), *_damage_of_inputs()])
    if isinstance(error, OutOfTimeError):
        return str(error)
    if isinstance(error, OSError) and error.errno in _REMEDIES:
        return f"{error.filename or 'an output file'}: {_REMEDIES[error.errno]}"
    return ""


def _damage(error: Exception) -> str:
    """What to do about an error of another library over a file that was damaged, else nothing."""
    found = _damage_of_inputs()
    return "; ".join([*found, f"found by {type(error).__name__}: {error}"]) if found else ""


def _damage_of_inputs() -> list[str]:
    """One sentence for each file on the command line that changed after its rule wrote it."""
    return [f"{path} changed after its rule wrote it; {again(path)}" for path in damaged(sys.argv[1:])]

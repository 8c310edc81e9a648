"""How every command-line program of the project starts and ends."""

import errno
import logging
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from reckon.errors import InputError, OutOfTimeError
from reckon.steps.provenance import again, damaged
from reckon.steps.redaction import RedactingFormatter, redacted

_REMEDIES = {
    errno.ENOSPC: "no space left: free some, then run the same command again",
    errno.EACCES: "no permission: check the folder's owner and mode",
    errno.EIO: "the disk cannot be read here: copy the file again, or check the disk",
    errno.ENAMETOOLONG: "the name is too long: choose a shorter one",
    errno.EROFS: "the file system is read-only: choose another folder",
}


def run(main: Callable[[], None]) -> None:
    """Call `main`; turn an error for a person or a failed file operation into one line and exit code 1.

    Logging goes to stderr, which the rules send to their log file.
    Any other exception is a bug of ours and keeps its traceback, unless a file or folder on the command
    line is no longer as its rule wrote it: no reader foresees every damage, but the hash tells. Whatever
    is said, no secret is.
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
        sys.exit(redacted(f"error: {' '.join(said.split())}"))
    except KeyboardInterrupt:
        sys.exit("interrupted")


def _show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Write the traceback of a bug, as Python does, but without secrets."""
    sys.stderr.write(redacted("".join(traceback.format_exception(kind, error, trace))))


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

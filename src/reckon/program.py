"""How every command-line program of the project starts and ends."""

import errno
import logging
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from reckon.errors import InputError
from reckon.redaction import RedactingFormatter, redacted

_REMEDIES = {
    errno.ENOSPC: "no space left: free some, then run the same command again",
    errno.EACCES: "no permission: check the folder's owner and mode",
    errno.EROFS: "the file system is read-only: choose another folder",
}


def run(main: Callable[[], None]) -> None:
    """Call `main`; turn an `InputError` or a failed file operation into one line and exit code 1.

    Logging goes to stderr, which the rules send to their log file.
    Any other exception is a bug of ours and keeps its traceback. Whatever is said, no secret is.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter("%(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    sys.excepthook = _show
    try:
        main()
    except InputError as error:
        # Texts of other libraries may have several lines.
        sys.exit(redacted(f"error: {' '.join(str(error).split())}"))
    except OSError as error:
        if error.errno not in _REMEDIES:
            raise
        where = error.filename or "an output file"
        sys.exit(f"error: {where}: {_REMEDIES[error.errno]}")
    except KeyboardInterrupt:
        sys.exit("interrupted")


def _show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Write the traceback of a bug, as Python does, but without secrets."""
    sys.stderr.write(redacted("".join(traceback.format_exception(kind, error, trace))))

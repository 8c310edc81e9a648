"""How every command-line program of the project starts and ends."""

import errno
import logging
import sys
from collections.abc import Callable

from reckon.errors import InputError

_REMEDIES = {
    errno.ENOSPC: "no space left: free some, then run the same command again",
    errno.EACCES: "no permission: check the folder's owner and mode",
    errno.EIO: "the disk cannot be read here: copy the file again, or check the disk",
    errno.ENAMETOOLONG: "the name is too long: choose a shorter one",
    errno.EROFS: "the file system is read-only: choose another folder",
}


def run(main: Callable[[], None]) -> None:
    """Call `main`; turn an `InputError` or a failed file operation into one line and exit code 1.

    Logging goes to stderr, which the rules send to their log file.
    Any other exception is a bug of ours and keeps its traceback.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr, force=True)
    try:
        main()
    except InputError as error:
        sys.exit(f"error: {' '.join(str(error).split())}")  # texts of other libraries may have several lines
    except OSError as error:
        if error.errno not in _REMEDIES:
            raise
        where = error.filename or "an output file"
        sys.exit(f"error: {where}: {_REMEDIES[error.errno]}")
    except KeyboardInterrupt:
        sys.exit("interrupted")

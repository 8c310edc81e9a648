"""The console command `reckon`: the commands of a study, without Snakemake and without a checkout."""

import difflib
import inspect
import sys

from reckon import __version__
from reckon.errors import InputError
from reckon.steps.program import perform, run
from reckon.study.commands import COMMANDS, completed

TROUBLE = 2  # exit code of wrong words and wrong input; 1 says that something was found
CODES = "Exit codes: 0 all holds; 1 something printed does not hold, or changed; 2 wrong words or input."


def main(words: list[str] | None = None) -> None:
    """Run `reckon COMMAND ...`; ends the process with an exit code, see `CODES`."""
    given = sys.argv[1:] if words is None else words
    try:
        run(lambda: _dispatch(given))
    except SystemExit as ended:
        if not isinstance(ended.code, str):
            raise
        sys.stderr.write(f"{ended.code}\n")
        sys.exit(TROUBLE)


def _dispatch(words: list[str]) -> None:
    name = words[0] if words else "--help"
    if name in ("--help", "-h"):
        print(overview())
    elif name == "--version":
        print(f"reckon {__version__}")
    elif name in COMMANDS:
        perform(COMMANDS[name], words=words[1:], program=f"reckon {name}", completed=completed)
    else:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "reckon --help lists them"
        raise InputError(f"no command {name!r:.40}; {hint}")


def overview() -> str:
    """What `reckon --help` prints: each command with its first sentence."""
    lines = [f"  {name:8} {(inspect.getdoc(f) or '').splitlines()[0]}" for name, f in COMMANDS.items()]
    head = "reckon COMMAND [--help]: hold the numbers that a paper prints against your own computation."
    return "\n".join([head, "", *lines, "", "Run in the folder of the study, beside reported/.", CODES])


if __name__ == "__main__":
    main()

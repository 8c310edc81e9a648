"""A command line of Snakemake, checked before Snakemake reads it.

Profiles run this file by itself, with nothing of the package in reach: Snakemake has read neither the
configuration nor the rules then, and ends in a traceback over what is refused here.
"""

import difflib
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

# Options that take every word up to the next option, by the form that messages name.
_FILES = {"--configfile": ("--configfile", "--configfiles")}
_PAIRS = {"--config": ("--config", "-C"), "--set-threads": ("--set-threads",)}
_PLACES = {"-R": ("-R", "--forcerun"), "--until": ("--until", "-U"), "--omit-from": ("--omit-from", "-O")}
_OVERLAYS = (".yaml", ".yml", ".json")
# Rules that people ask for by name; other names after -R and the like are taken for rules that are meant.
_ASKED_FOR = ("all", "final_table", "report", "verify")


def check(argv: Sequence[str]) -> None:
    """End the program with a message and exit code 1 if `snakemake ARGV` is not what its typist meant."""
    wrong = complaint(argv)
    if wrong:
        sys.exit(f"error: {wrong}")


def complaint(argv: Sequence[str], folder: Path = Path()) -> str:
    """What is wrong with the options of `argv` that take lists, and what to type; "" if nothing is.

    `folder` is the one in which Snakemake was started.
    """
    for option, words in _lists(argv, _FILES):
        if targets := [word for word in words if _is_target(word, folder)]:
            return _swallowed(argv, option, targets, "a file of settings")
        if missing := [word for word in words if not (folder / word).exists()]:
            return f"{option} {missing[0]}: no such file{_nearest_overlay(missing[0], folder)}"
    for option, words in _lists(argv, _PAIRS):
        if targets := [word for word in words if "=" not in word]:
            return _swallowed(argv, option, targets, "a setting, NAME=VALUE")
    if "--" not in argv and argv and argv[0].startswith("-"):
        for option, words in _lists(argv, _PLACES):
            if targets := [word for word in words[1:] if "/" in word or word in _ASKED_FOR]:
                return _swallowed(argv, option, targets, "one more place")
    return ""


def _lists(argv: Sequence[str], options: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, list[str]]]:
    """Each of `options` that is given, with its words."""
    words = list(argv[: argv.index("--")]) if "--" in argv else list(argv)
    for i, word in enumerate(words):
        name, equals, value = word.partition("=")
        for said, spelt in options.items():
            if name in spelt:
                following = next((j for j, w in enumerate(words) if j > i and w.startswith("-")), len(words))
                yield said, [value] if equals else words[i + 1 : following]


def _is_target(word: str, folder: Path) -> bool:
    """Whether a word where an overlay is expected can only be a target: a rule, or a file of results."""
    suffix = Path(word).suffix.lower()
    if suffix:
        return suffix not in _OVERLAYS
    return not (folder / word).exists() and not _close_overlays(word, folder)


def _nearest_overlay(word: str, folder: Path) -> str:
    near = _close_overlays(word, folder)
    return f"; did you mean {near[0]}?" if near else ""


def _close_overlays(word: str, folder: Path) -> list[str]:
    """Overlays here, in config/ and where `word` lies, whose name is like it; the nearest first."""
    places = dict.fromkeys((Path(word).parent, Path("config"), Path()))
    known = {
        path.name: str(path.relative_to(folder))
        for place in places
        for path in sorted((folder / place).glob("*"))
        if path.suffix in _OVERLAYS
    }
    names = difflib.get_close_matches(Path(word).name, known, n=3)
    stems = [name for name in known if Path(name).stem == word]
    return [known[name] for name in (*stems, *names)]


def _swallowed(argv: Sequence[str], option: str, targets: Sequence[str], taken: str) -> str:
    """The message for `targets` that `option` took for its own, and the command that keeps them apart."""
    before, behind = (argv[: argv.index("--")], argv[argv.index("--") + 1 :]) if "--" in argv else (argv, ())
    rest = [word for word in before if word not in targets]
    command = shlex.join(["snakemake", *rest, "--", *targets, *behind])
    return (
        f"{option} takes all words up to the next option, so that {targets[0]} would be {taken}. "
        f"Put -- before the target:\n    {command}"
    )

"""What Snakemake accepts in silence about where and how long jobs run, refused before any job starts."""

import difflib
import re
from collections.abc import Sequence
from os.path import expandvars
from pathlib import Path

from reckon.config.overlays import read_overlay
from reckon.errors import InputError

_PROFILE_FILE = re.compile(r"(profile|config)(\.v\d+\+)?\.yaml")
_OPTION = "--workflow-profile"
_PARTITIONS = "slurm-partition-config"


def check_profile(argv: Sequence[str], folder: Path, checkout: Path) -> None:
    """Raise `InputError` if the command line `argv` asks for a workflow profile that is not there.

    Snakemake 9 takes no profile then, says nothing, and runs every job on this machine. Its order of
    places: the value as a path from `folder`, in which Snakemake was started; `profiles/VALUE` there;
    `profiles/VALUE` in `checkout`, where the Snakefile is. The first that exists is taken, even if it
    holds no settings.
    A file of partitions that the profile names must be there: the SLURM plugin looks for it after the plan.
    """
    value = chosen_profile(argv)
    if value in ("", "none"):
        return
    places = list(dict.fromkeys((folder / value, folder / "profiles" / value, checkout / "profiles" / value)))
    taken = next((place for place in places if place.exists()), None)
    if taken is None:
        wrong = f"no such profile; looked for {', '.join(map(str, places))}"
    elif not _is_profile(taken):
        wrong = f"{taken} is no profile: it holds no config.yaml"
    else:
        _check_partition_files(taken)
        return
    known = sorted(path.name for path in (checkout / "profiles").glob("*") if _is_profile(path))
    near = difflib.get_close_matches(Path(value).name, known, n=1)
    meant = f"; did you mean profiles/{near[0]}?" if near else ""
    names = ", ".join(f"profiles/{name}" for name in known)
    raise InputError(f"{_OPTION} {value}: {wrong}. Known: {names}{meant}")


def _check_partition_files(profile: Path) -> None:
    """Raise `InputError` for a profile that names a file of partitions neither beside it nor from here."""
    files = [profile] if profile.is_file() else sorted(filter(_holds_settings, profile.glob("*.yaml")))
    for settings in files:
        name = read_overlay(settings).get(_PARTITIONS)
        if isinstance(name, str):
            path = Path(expandvars(name)).expanduser()
            if not any(map(_is_file, (settings.parent / path, path))):
                raise InputError(
                    f"{settings}: {_PARTITIONS}: {name!r:.80} is no file, neither beside it nor here"
                )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long for a name, or with a zero
        return False


def chosen_profile(argv: Sequence[str]) -> str:
    """The value of --workflow-profile on a command line; "" without one. The last of several counts."""
    value = ""
    for i, word in enumerate(argv):
        if word == "--":
            break
        name, equals, given = word.partition("=")
        # Options may be shortened; no other one begins like this.
        if name.startswith("--workflow-p") and _OPTION.startswith(name):
            value = given if equals else "".join(argv[i + 1 : i + 2])
    return value


def check_time_limit(rule: str, limit: float, pause: float) -> None:
    """Raise `InputError` if jobs of `rule`, stopped after `limit` minutes, might never reach a checkpoint.

    `pause` is the time between two checkpoints, in minutes; twice that leaves room for the start.
    """
    if limit < 2 * pause:
        raise InputError(
            f"rule {rule}: its time limit of {limit:g} min must be at least twice the {pause:g} min between "
            "two checkpoints, or a stopped training never gets on; raise runtime, or lower checkpoint_minutes"
        )


def _is_profile(path: Path) -> bool:
    """Whether Snakemake finds settings there: a file, or a folder with one."""
    return path.is_file() or any(map(_holds_settings, path.glob("*.yaml")))


def _holds_settings(file: Path) -> bool:
    return _PROFILE_FILE.fullmatch(file.name) is not None

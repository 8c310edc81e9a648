"""One small run from the first rule to the final table, on which the other tests rest."""

from pathlib import Path

import pytest
from checkouts import BLOCKER, PRINTED, TABLE, TINY, Checkout, checkout


@pytest.fixture(scope="session")
def blocker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("blocker")
    (folder / "sitecustomize.py").write_text(BLOCKER, "utf-8")
    return folder


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory, blocker: Path) -> Checkout:
    """A copy in which Snakemake never ran. All others come from it: an edit meanwhile does no harm."""
    return checkout(tmp_path_factory.mktemp("source") / "as it is", blocker)


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory, source: Checkout) -> Checkout:
    """A copy without results; the name of its folder has a space, as those of all others."""
    return source.moved_to(tmp_path_factory.mktemp("fresh") / "a clone")


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory, source: Checkout) -> Checkout:
    """A copy whose final table was computed from nothing, by a person; what they saw is in PRINTED."""
    made = source.moved_to(tmp_path_factory.mktemp("first") / "the first run")
    done = made.typed("--cores", "2", "--configfile", str(TINY), "--", TABLE)
    assert done.returncode == 0, done.stdout
    (made.folder / PRINTED).write_text(done.stdout, "utf-8")
    return made


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, first_run: Checkout) -> Checkout:
    """The finished run, moved to another folder; for dry runs only, which leave it as it is."""
    return first_run.moved_to(tmp_path_factory.mktemp("moved") / "a moved copy")

"""Which files a program depends on: imports followed through modules and functions, nothing else."""

from pathlib import Path

import pytest

from reckon.steps.modules import SOURCE, dependencies

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "workflow" / "scripts").glob("*.py"))


def names(text: str, tmp_path: Path) -> set[str]:
    """Files that a program of this text depends on, without their folder and ending."""
    program = tmp_path / f"{len(list(tmp_path.iterdir()))}.py"
    program.write_text(text)
    return {str(path.relative_to(SOURCE / "reckon").with_suffix("")) for path in dependencies(program)}


def test_the_ways_of_importing(tmp_path):
    errors = {"errors"}
    for text in (
        "import reckon.errors",
        "import reckon.errors as e",
        "from reckon import errors",
        "from reckon.errors import InputError",
        "def f():\n    from reckon.errors import InputError",
        "if True:\n    import os, reckon.errors",
    ):
        assert names(text, tmp_path) == errors, text


def test_imports_of_imports_count(tmp_path):
    assert names("import reckon.files.reading", tmp_path) == {"files/reading", "errors"}
    assert names("import reckon.nn.batches", tmp_path) == {"nn/batches"}
    found = names("from reckon.qa.score import score", tmp_path)
    assert {
        "qa/score",
        "qa/features",
        "qa/model",
        "nn/batches",
        "nn/encoders",
        "files/reading",
        "errors",
    } <= found
    assert not {"qa/training", "nn/train", "qa/metrics", "report/verdicts", "data/fetch"} & found


def test_what_is_not_ours_is_not_listed(tmp_path):
    assert names("import json, numpy\nfrom pathlib import Path\nimport reckoning", tmp_path) == set()
    assert names("'import reckon.errors'", tmp_path) == set()


def test_a_function_of_a_module_is_the_module(tmp_path):
    assert names("from reckon.errors import InputError, nothing", tmp_path) == {"errors"}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_every_program_depends_on_existing_files_of_the_package_once(script):
    found = dependencies(script)
    assert found == sorted(set(found))
    assert all(path.is_file() and path.is_relative_to(SOURCE / "reckon") for path in found)
    assert SOURCE / "reckon" / "steps" / "program.py" in found


def test_scoring_does_not_rerun_for_an_edit_of_training_or_sifting():
    scoring = dependencies(ROOT / "workflow/scripts/score_candidates.py")
    for other in ("qa/training", "nn/train", "qa/sampling", "qa/sift", "config/load", "config/qa"):
        assert SOURCE / "reckon" / f"{other}.py" not in scoring, other

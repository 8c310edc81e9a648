"""Shared: the checked configuration, interpreters, files of code, folders."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(workflow.basedir) / "src"))

from snakemake.exceptions import WorkflowError

from reckon.config import default_cache, load_config, training_of
from reckon.errors import InputError
from reckon.modules import SOURCE, dependencies

try:
    CONFIG = load_config(config)
except InputError as error:
    raise WorkflowError(str(error)) from None

RESULTS = CONFIG.results
CACHE = CONFIG.cache or default_cache()
ENVIRONMENT = {"nlp": "../../envs/nlp.yaml"}
# What belongs to the machine reaches jobs through the environment, so that moving does not rerun them.
# Jobs find the package where this checkout has it; no install, so that one environment serves all checkouts.
# One thread unless a job asks for more; torch is told its number of threads by argument.
os.environ.update(
    PYTHON_NLP=sys.executable,
    PYTHONPATH=str(SOURCE),
    RECKON_CACHE=str(CACHE),
    RECKON_DEVICE=CONFIG.device,
    OMP_NUM_THREADS="1",
    TOKENIZERS_PARALLELISM="false",
)


def program(name):
    """The inputs `script` and `lib`: a program of workflow/scripts, and the package files it imports."""
    script = Path("workflow/scripts") / f"{name}.py"
    base = Path(workflow.basedir)
    lib = [str(path.relative_to(base)) for path in dependencies(base / script)]
    return {"script": str(script), "lib": lib}


def asked(*options):
    """Words of a command line: each (flag, value) that is set; True is a bare flag, a list many words."""
    unset = (None, "", [], ())
    chosen = (pair for pair in options if pair[1] is not False and pair[1] not in unset)
    return [word for flag, value in chosen for word in words(flag, value)]


def words(flag, value):
    """One option as words of a command line."""
    if value is True:
        return [flag]
    return [flag, *map(str, value)] if isinstance(value, tuple | list) else [flag, str(value)]

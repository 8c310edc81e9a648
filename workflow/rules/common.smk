"""What every rule file uses: the checked configuration, interpreters, files of code, folders."""

import os
import shlex
import sys
from pathlib import Path

sys.path.insert(0, str(Path(workflow.basedir) / "src"))

from snakemake.exceptions import WorkflowError

from reckon.config import load_config, training_of
from reckon.errors import InputError
from reckon.modules import SOURCE, dependencies

try:
    CONFIG = load_config(config)
except InputError as error:
    raise WorkflowError(str(error)) from None

RESULTS = CONFIG.results
CACHE = CONFIG.cache or Path(os.environ.get("RECKON_CACHE") or Path.home() / ".cache" / "reckon")
# Jobs find the package where this checkout has it; no install, so that one environment serves all checkouts.
os.environ["PYTHONPATH"] = str(SOURCE)
# One thread unless a rule asks for more; torch is told its number of threads by argument.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

PYTHON = {"nlp": sys.executable}
ENVIRONMENT = {"nlp": "../../envs/nlp.yaml"}
LOCK = {"nlp": "envs/nlp.lock"}


def program(name):
    """Inputs `script` and `lib` of a rule: a program of workflow/scripts and the package files it imports."""
    script = Path("workflow/scripts") / f"{name}.py"
    base = Path(workflow.basedir)
    lib = [str(path.relative_to(base)) for path in dependencies(base / script)]
    return {"script": str(script), "lib": lib}


def asked(*parts):
    """Options of a command line: each (flag, value) whose value is there; a False or None is left out."""
    return [str(word) for flag, value in parts if value not in (None, False, (), "") for word in words(flag, value)]


def words(flag, value):
    """One option as words of a command line."""
    if value is True:
        return [flag]
    return [flag, *value] if isinstance(value, tuple) else [flag, value]

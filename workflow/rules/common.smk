"""What every rule file uses: the checked configuration, interpreters, files of code, folders."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(workflow.basedir) / "src"))

from snakemake.exceptions import WorkflowError

from reckon.config import load_config, training_of
from reckon.errors import InputError
from reckon.fem.memory import predicted_gib
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

# The finite elements have an environment of their own; its launchers set what MPI and PETSc need.
PYTHON["fem"] = subprocess.run(
    ["bash", str(Path(workflow.basedir) / "envs" / "build_fem.sh"), "--path"],
    env=os.environ | {"RECKON_CACHE": str(CACHE)},
    capture_output=True,
    text=True,
    check=True,
).stdout.strip()
MPIEXEC = str(Path(PYTHON["fem"]).with_name("mpiexec"))
ENVIRONMENT["fem"] = "../../envs/fem.yaml"
LOCK["fem"] = "envs/fem.lock"


def fem_ranks(wildcards):
    """MPI processes of one level."""
    return CONFIG.fem.solves()[wildcards.preset, wildcards.epsilon, int(wildcards.level)]


def fem_memory(wildcards):
    """Predicted peak memory of one level, in MB."""
    return int(1024 * predicted_gib(wildcards.preset, int(wildcards.level), fem_ranks(wildcards)))


def fem_levels(wildcards):
    """The records of all levels that the configuration asks for."""
    return [
        f"{RESULTS}/fem/levels/{preset}/epsilon{epsilon}/level{level}.json"
        for preset, epsilon, level in CONFIG.fem.solves()
    ]


def fem_costs(wildcards):
    """Their costs, in the same order."""
    return [path.removesuffix(".json") + ".cost.json" for path in fem_levels(wildcards)]


def fem_errors(wildcards):
    """The errors of all examples and levels that the configuration asks for."""
    return [
        f"{RESULTS}/fem/errors/{name}/level{level}.jsonl"
        for name, example in CONFIG.fem.examples.items()
        for level in example.levels
    ]

"""Shared: the checked command line and configuration, interpreters, files of code, folders, resources."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(workflow.basedir) / "src"))

from snakemake.exceptions import WorkflowError

from reckon.config.load import default_cache, load_config
from reckon.config.qa import training_of
from reckon.errors import InputError
from reckon.files.writing import clear_leftovers, require_writable, unfinished
from reckon.files.folders import check_checkout, check_dates, results_folder
from reckon.steps.modules import SOURCE, dependencies
from reckon.config.overlays import check_files
from reckon.cluster.profiles import check_profile, check_time_limit
from reckon.steps.redaction import redacted
from reckon.cluster.slurm import mend

try:
    check_checkout(Path(workflow.basedir))
    check_dates(Path(workflow.basedir))
    check_profile(sys.argv[1:], Path.cwd(), Path(workflow.basedir))
    # Snakemake's own records: it would show a traceback.
    require_writable(Path.cwd())
    require_writable(Path.cwd() / ".snakemake")
    check_files(workflow.configfiles)
    CONFIG = load_config(config)
    # Any name without braces: rules may put it into patterns, and quote it in every shell command.
    RESULTS = results_folder(CONFIG.results, Path(workflow.basedir))
except InputError as error:
    raise WorkflowError(redacted(str(error))) from None

mend(sys.modules.get("snakemake_executor_plugin_slurm"))
CACHE = CONFIG.cache or default_cache()
# On a cluster a job is the program inside two Snakemakes of some 160 MB each.
AROUND_A_JOB = 500  # MB
# The longest job of many sites. Trainings that need longer go on from their checkpoint at the next attempt.
A_DAY = 1440  # minutes
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


def memory(megabytes):
    """Resource function: MB of a program (a number, or a function of the wildcards), doubled at each retry."""

    def asked_for(wildcards, attempt):
        own = megabytes(wildcards) if callable(megabytes) else megabytes
        return own * 2 ** (attempt - 1) + AROUND_A_JOB

    return asked_for


def minutes(first):
    """Resource function: time limit of a job that starts anew at each retry, so many minutes more each time."""
    return lambda wildcards, attempt: first * attempt


def training_minutes(rule, training):
    """Time limit of a training in minutes, at every attempt; a limit that no checkpoint fits in is refused."""
    given = workflow.resource_settings.overwrite_resources.get(rule, {}).get("runtime")
    if given is not None:
        given = given.evaluate(None, input=[], attempt=1, threads=1, rulename=rule, async_run=None).value
    try:
        check_time_limit(rule, given or A_DAY, training.checkpoint_minutes)
    except InputError as error:
        raise WorkflowError(str(error)) from None
    return A_DAY


# Downloads, and rules that take seconds and little memory at every scale: the driver runs them itself, as a job
# on a cluster costs more in waiting and start-up than they compute.
localrules:
    fetch,
    generate_pages,
    generate_inferences,
    audit_reported,
    collect_levels,
    fem_effects,
    qa_costs,
    gradient_events,
    final_table,
    settle_claims,
    verify,
    report,

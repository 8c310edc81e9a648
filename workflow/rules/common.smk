"""Shared: the checked command line and configuration, interpreters, files of code, resources."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(workflow.basedir) / "src"))

from snakemake.exceptions import WorkflowError

from reckon.audit.source import texts_at_hand
from reckon.cluster.profiles import check_profile, check_time_limit
from reckon.cluster.slurm import mend
from reckon.config.load import default_cache, load_config
from reckon.config.overlays import check_files
from reckon.data.plan import Sources, made_here
from reckon.errors import InputError
from reckon.files.folders import check_checkout, check_dates, results_folder
from reckon.files.writing import clear_leftovers, require_writable, unfinished
from reckon.steps.commands import options, words
from reckon.steps.hangup import end_on_hangup
from reckon.steps.modules import SOURCE, dependencies
from reckon.steps.outcomes import experiments, outcome
from reckon.steps.redaction import redacted
from reckon.steps.chain import check_sources
from reckon.steps.terminal import attach

BASE = Path(workflow.basedir)
attach(workflow)
end_on_hangup(workflow.is_main_process)
try:
    check_checkout(BASE)
    check_dates(BASE)
    check_profile(sys.argv[1:], Path.cwd(), BASE)
    # Snakemake's own records, and the place where it plans: it would show a traceback.
    require_writable(Path.cwd())
    require_writable(Path.cwd() / ".snakemake")
    require_writable(Path(os.environ.get("TMPDIR") or tempfile.gettempdir()))
    check_files(workflow.configfiles)
    CONFIG = load_config(config)
    # Any name without braces: rules may put it into patterns, and quote it in every shell command.
    RESULTS = results_folder(CONFIG.results, BASE)
    if workflow.is_main_process:
        check_sources(BASE / RESULTS)
    # The finite elements have an environment of their own; its launchers set what MPI and PETSc need.
    fem = ["bash", str(BASE / "envs" / "build_fem.sh"), "--path"]
    PYTHON_FEM = subprocess.run(
        fem, env=os.environ, capture_output=True, text=True, check=True
    ).stdout.strip()
    os.environ.update(PYTHON_FEM=PYTHON_FEM, MPIEXEC_FEM=str(Path(PYTHON_FEM).with_name("mpiexec")))
    MIRROR = str(CONFIG.mirror or os.environ.get("RECKON_MIRROR", ""))
    TEXTS = texts_at_hand("reported", CONFIG.texts)
    DATA = Sources(BASE / "config/datasets.csv", RESULTS, mirrored=bool(MIRROR))
    # Seeds are planned by the configuration, whether or not an experiment is among those asked for.
    PLANNED = {name: outcome(name, CONFIG, RESULTS, experiments(BASE)) for name in experiments(BASE)}
    OUTCOMES = [outcome(name, CONFIG, RESULTS, experiments(BASE)) for name in CONFIG.experiments]
except InputError as error:
    raise WorkflowError(redacted(str(error))) from None

mend(sys.modules.get("snakemake_executor_plugin_slurm"))
# On a cluster a job is the program inside two Snakemakes of some 160 MB each.
AROUND_A_JOB = 500  # MB
# The longest job of many sites. Trainings that need longer go on from their checkpoint at the next attempt.
A_DAY = 1440  # minutes
GPU = 0 if CONFIG.device == "cpu" else 1
ENVIRONMENT = {"nlp": "../../envs/nlp.yaml", "fem": "../../envs/fem.yaml"}
# What belongs to the machine reaches jobs through the environment, so that moving does not rerun them.
# Jobs find the package where this checkout has it; no install, so that one environment serves all checkouts.
os.environ.update(
    PYTHON_NLP=sys.executable,
    PYTHONPATH=str(SOURCE),
    RECKON_CACHE=str(CONFIG.cache or default_cache()),
    RECKON_MIRROR=MIRROR,
    RECKON_DEVICE=CONFIG.device,
    TOKENIZERS_PARALLELISM="false",
    # Notebooks run in the kernel of this environment, whatever kernels of that name lie elsewhere.
    JUPYTER_PATH="",
    JUPYTER_PREFER_ENV_PATH="1",
)


def program(name, *rests_on):
    """The inputs `script` and `lib`: a program of workflow/scripts, and the package files it imports.

    `rests_on` are other files whose edit runs it again, and that are no arguments of its.
    """
    script = Path("workflow/scripts") / f"{name}.py"
    lib = [str(path.relative_to(BASE)) for path in dependencies(BASE / script)]
    return {"script": str(script), "lib": lib, **({"rests_on": rests_on} if rests_on else {})}


def sources(pattern):
    """Files of the checkout, sorted, as its rules name them."""
    return sorted(str(path.relative_to(BASE)) for path in BASE.glob(pattern))


def memory(megabytes):
    """Resource function: MB of a program (a number, or a function of the wildcards), doubled at each retry."""

    def asked_for(wildcards, attempt):
        own = megabytes(wildcards) if callable(megabytes) else megabytes
        return own * 2 ** (attempt - 1) + AROUND_A_JOB

    return asked_for


def minutes(first):
    """Resource function: time limit of a job that starts anew at each retry, so many minutes more each time."""
    return lambda wildcards, attempt: first * attempt


def training(rule, settings, megabytes):
    """Resources of a training; a time limit that no checkpoint fits in is refused.

    The limit is the same at every attempt, as each goes on where the last one was stopped.
    """
    given = workflow.resource_settings.overwrite_resources.get(rule, {}).get("runtime")
    if given is not None:
        given = given.evaluate(None, input=[], attempt=1, threads=1, rulename=rule, async_run=None).value
    try:
        check_time_limit(rule, given or A_DAY, settings.checkpoint_minutes)
    except InputError as error:
        raise WorkflowError(str(error)) from None
    cores = {"gpu": GPU * settings.processes, "cpus_per_task": settings.processes}
    return {**cores, "mem_mb": memory(megabytes), "runtime": A_DAY}


def python(processes):
    """The interpreter of all but the finite elements, as it starts so many processes of one program."""
    together = f" -m torch.distributed.run --standalone --nproc-per-node {processes} --"
    # Behind the dashes an option of ours, such as --run, is not taken for a shortened one of the launcher.
    return '"$PYTHON_NLP"' + (together if processes > 1 else "")


# Downloads, and rules that take seconds and little memory at every scale: the driver runs them itself, as a job
# on a cluster costs more in waiting and start-up than they compute.
localrules:
    fetch,
    generate_pages,
    generate_inferences,
    generate_articles,
    audit_reported,
    collect_levels,
    fem_effects,
    qa_costs,
    gradient_events,
    final_table,
    settle_claims,
    verify,
    report,

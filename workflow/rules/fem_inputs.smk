"""Inputs and settings of the finite-element rules."""

import subprocess

from reckon.fem.memory import predicted_gib

# The finite elements have an environment of their own; its launchers set what MPI and PETSc need.
PYTHON_FEM = subprocess.run(
    ["bash", str(Path(workflow.basedir) / "envs" / "build_fem.sh"), "--path"],
    env=os.environ,
    capture_output=True,
    text=True,
    check=True,
).stdout.strip()
os.environ.update(PYTHON_FEM=PYTHON_FEM, MPIEXEC_FEM=str(Path(PYTHON_FEM).with_name("mpiexec")))
ENVIRONMENT["fem"] = "../../envs/fem.yaml"
# A machine that cannot build Firedrake still settles the rest; the cells of the finite elements say not_run.
if not Path(PYTHON_FEM).exists():
    METRICS = [path for path in METRICS if path != f"{RESULTS}/fem/metrics.csv"]
    EFFECTS = [path for path in EFFECTS if path != f"{RESULTS}/fem/effects.csv"]
if f"{RESULTS}/fem/metrics.csv" in METRICS:
    FIGURES += [f"{RESULTS}/fem/figures/{name}.svg" for name in ("convergence", "steps", "cost", "solution")]


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

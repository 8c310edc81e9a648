"""The file of a cluster's partitions, held against what the SLURM plugin believes or dies of."""

import difflib
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from reckon.config.overlays import read_overlay
from reckon.config.settings import LARGEST, Positive, Section
from reckon.errors import InputError

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
# Minutes; or SLURM's days-hours:minutes:seconds, or 2d12h as Snakemake writes it.
Time = (
    Annotated[float, Field(ge=1, le=LARGEST)]
    | Annotated[str, Field(pattern=r"^(([0-9]{1,9}-)?[0-9]{1,9}(:[0-9]{1,9}){0,2}|([0-9]{1,9}[dhms])+)$")]
)


class Limits(Section):
    """What one job may ask of a partition; absent: anything. The keys are those of the plugin 2.8.0."""

    cluster: Name | None = None
    clusters: Name | None = None
    slurm_cluster: Name | None = None
    max_runtime: Time | None = None
    max_mem_mb: Positive | None = None
    max_mem_mb_per_cpu: Positive | None = None
    max_cpus_per_task: Positive | None = None
    max_threads: Positive | None = None
    max_nodes: Positive | None = None
    max_tasks: Positive | None = None
    max_tasks_per_node: Positive | None = None
    max_gpu: Annotated[int, Field(ge=0, le=LARGEST)] = 0
    max_cpus_per_gpu: Positive | None = None
    available_gpu_models: tuple[Name, ...] | None = None
    supports_mpi: bool = True
    max_mpi_tasks: Positive | None = None
    available_constraints: tuple[Name, ...] | None = None


class Site(Section):
    """The whole file."""

    partitions: Annotated[dict[Name, Limits], Field(min_length=1)]


def check_partitions(path: Path) -> None:
    """Raise `InputError` with every fault of the file: key, what is wrong with it, the nearest known key."""
    try:
        Site.model_validate(read_overlay(path))
    except ValidationError as error:
        faults = "; ".join(map(_fault, error.errors()[:5]))
        raise InputError(f"{path}: {faults}; docs/cluster.md says how SLURM writes this file") from None


def _fault(fault: Any) -> str:
    *section, name = fault["loc"] or ("partitions",)
    place = ".".join(map(str, (*section, name)))
    if fault["type"] == "extra_forbidden":
        known = Limits.model_fields if section else Site.model_fields
        near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.0)
        return f"unknown key {place!r:.80}; did you mean {near[0]!r}?"
    return f"{place:.80}: {fault['msg'].removeprefix('Value error, ')}"

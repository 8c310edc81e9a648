"""The lecture's small systems: one rule runs them all, reckon.lecture.plan names them.

Makes results/lecture/{system}.csv, the metrics of each, and results/lecture/metrics.csv, of all.
"""

from reckon.lecture.plan import SYSTEMS


use rule step as lecture_system with:
    """One system of the lecture: its program, what that imports, and its data."""
    pathvars:
        job="lecture/{system}",
    input:
        unpack(lambda wildcards: program(f"lecture/{wildcards.system}") | dict(SYSTEMS[wildcards.system])),
    output:
        out="<results>/lecture/{system}.csv",
    wildcard_constraints:
        system="|".join(SYSTEMS),
    params:
        **options(scale=CONFIG.scale),


use rule step as gather_lecture with:
    """The metrics of all systems, in the order of their names."""
    pathvars:
        job="lecture/gather",
    input:
        **program("gather_metrics"),
        metrics=[f"<results>/lecture/{system}.csv" for system in sorted(SYSTEMS)],
    output:
        out="<results>/lecture/metrics.csv",
    params:
        **options(),

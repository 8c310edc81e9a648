"""The lecture's small systems: one rule runs them all, reckon.lecture.plan names them.

Needs a mirror for those that read its files; without one these are left out, and the log of the gathering says so.
Makes results/lecture/{system}.csv, the metrics of each, {system}.svg of those that draw, and
results/lecture/metrics.csv, of all.
"""

from reckon.lecture import plan as lecture_plan

GATHERED = lecture_plan.gathered(mirror=bool(MIRROR))


use rule step as lecture_system with:
    """One system of the lecture: its program, what that imports, and its data."""
    pathvars:
        job="lecture/{system}",
    input:
        unpack(lambda w: program(f"lecture/{w.system}") | dict(lecture_plan.SYSTEMS[w.system].files)),
    output:
        out="<results>/lecture/{system}.csv",
    wildcard_constraints:
        system="|".join(name for name, system in lecture_plan.SYSTEMS.items() if not system.figure),
    params:
        **options(scale=CONFIG.scale),


use rule lecture_system as drawn_lecture_system with:
    """One that also draws: its program writes the figure as well."""
    pathvars:
        job="lecture/{system}.drawn",
    output:
        out="<results>/lecture/{system}.csv",
        figure="<results>/lecture/{system}.svg",
    wildcard_constraints:
        system="|".join(name for name, system in lecture_plan.SYSTEMS.items() if system.figure),


use rule step as gather_lecture with:
    """The metrics of all systems that can run, in the order of their names."""
    pathvars:
        job="lecture/gather",
    input:
        **program("gather_metrics"),
        metrics=[f"<results>/lecture/{system}.csv" for system in GATHERED],
    output:
        out="<results>/lecture/metrics.csv",
    params:
        **options(left_out=sorted(lecture_plan.SYSTEMS.keys() - set(GATHERED))),

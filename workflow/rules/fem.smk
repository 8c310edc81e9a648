"""Finite elements: the Morley method for the fourth-order singular perturbation problem.

Needs: the finite-element environment (envs/build_fem.sh); no data.
Makes: results/fem/metrics.csv (table iterations), iterations.csv, timings.csv, errors.csv, figures.

each (preset, ε, level) → steps, residuals, seconds ┐
each (example, level) → errors of the coupled scheme ┴→ tables → figures
"""

from reckon.fem import plan as fem_plan

FEM = fem_plan.Plan(CONFIG, RESULTS)
FEM_LOCKS = ("envs/fem.lock", "envs/fem.source.txt")


use rule fem_step as solve_level with:
    """The decoupled method (5.1), (5.7a)-(5.7d) on one level with one solver preset."""
    pathvars:
        job="fem/{preset}.epsilon{epsilon}.level{level}",
    input:
        **program("solve_level", *FEM_LOCKS, "src/reckon/fem/published/ruge_stuben.c"),
    output:
        record="<fem>/levels/{preset}/epsilon{epsilon}/level{level}.json",
        cost="<fem>/levels/{preset}/epsilon{epsilon}/level{level}.cost.json",
    threads: lambda wildcards: FEM.ranks(**dict(wildcards))
    resources:
        mem_mb=memory(lambda wildcards: FEM.megabytes(**dict(wildcards))),
        runtime=minutes(120),
    params:
        **options(
            preset="{preset}",
            level="{level}",
            epsilon="{epsilon}",
            tolerance=CONFIG.fem.tolerance,
            ranks=lambda wildcards: FEM.ranks(**dict(wildcards)),
        ),
        python=lambda wildcards: f'"$MPIEXEC_FEM" -n {FEM.ranks(**dict(wildcards))} "$PYTHON_FEM"',


use rule fem_step as measure_errors with:
    """Errors of the coupled Morley scheme for one example on one level, by a direct solver."""
    pathvars:
        job="fem/errors.{example}.level{level}",
    input:
        **program("measure_errors", *FEM_LOCKS),
    output:
        out="<fem>/errors/{example}/level{level}.jsonl",
    params:
        **options(
            example="{example}",
            level="{level}",
            chosen=lambda wildcards: CONFIG.fem.examples[wildcards.example].model_dump(exclude={"levels"}),
        ),


use rule fem_step as sample_solution with:
    """Values of the smooth and of the layer solution at the vertices, for the pictures."""
    pathvars:
        job="fem/sample_solution",
    input:
        **program("sample_solution", *FEM_LOCKS),
    output:
        out="<fem>/solution.csv",
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        **options(),


use rule step as collect_levels with:
    """The tables of all levels, and the deck's cells; their environment is the one that solved."""
    pathvars:
        job="fem/collect_levels",
    input:
        **program("collect_levels"),
        levels=FEM.levels(".json"),
        costs=FEM.levels(".cost.json"),
        measured=FEM.errors(),
    output:
        iterations="<fem>/iterations.csv",
        timings="<fem>/timings.csv",
        errors="<fem>/errors.csv",
        metrics="<fem>/metrics.csv",
    resources:
        mem_mb=memory(500),
        runtime=minutes(10),
    params:
        **options(deck_preset=CONFIG.fem.deck_preset, deck_epsilon=1, scale=CONFIG.scale),
        lock=lambda wildcards: "envs/fem.lock",


use rule step as fem_effects with:
    """What the deck claims about steps and convergence, measured."""
    pathvars:
        job="fem/effects",
    input:
        **program("fem_effects"),
        iterations="<fem>/iterations.csv",
        errors="<fem>/errors.csv",
    output:
        out="<fem>/effects.csv",
    resources:
        mem_mb=memory(500),
        runtime=minutes(10),
    params:
        **options(scale=CONFIG.scale),


use rule fem_step as plot_levels with:
    """Convergence, steps, cost and solution as SVG."""
    pathvars:
        job="fem/plot_levels",
    input:
        **program("plot_levels"),
        iterations="<fem>/iterations.csv",
        timings="<fem>/timings.csv",
        errors="<fem>/errors.csv",
        solution="<fem>/solution.csv",
    output:
        figures=[
            report(path, caption=f"../report/{Path(path).stem}.rst", category="Figures")
            for path in FEM.figures()
        ],
    resources:
        mem_mb=memory(1000),
        runtime=minutes(10),
    params:
        **options(),


use rule notebook as finite_elements_notebook with:
    """The tables of the experiment beside the deck's, executed; on demand, the final table does not need it."""
    pathvars:
        job="fem/finite_elements_notebook",
    input:
        notebook="workflow/notebooks/finite_elements.ipynb",
        reported="reported/iterations.csv",
        tables=expand("<fem>/{name}.csv", name=("iterations", "timings", "errors")),
        figures=FEM.figures(),
    output:
        "<fem>/finite_elements.ipynb",
    params:
        parameters=["-p", "fem", FEM.folder, "-p", "reported", "reported/iterations.csv"],

"""Finite elements: the Morley method for the fourth-order singular perturbation problem.

Needs: the finite-element environment (envs/build_fem.sh); no data.
Makes: results/fem/metrics.csv (table iterations), iterations.csv, timings.csv, errors.csv, figures.

each (preset, ε, level) → steps, residuals, seconds ┐
each (example, level) → errors of the coupled scheme ┴→ tables → figures
"""

FEM = f"{RESULTS}/fem"


rule solve_level:
    """The decoupled method (5.1), (5.7a)-(5.7d) on one level with one solver preset."""
    input:
        **program("solve_level"),
        lock="envs/fem.lock",
        source_lock="envs/fem.source.txt",
        kernel="src/reckon/fem/ruge_stuben.c",
    output:
        record=f"{FEM}/levels/{{preset}}/epsilon{{epsilon}}/level{{level}}.json",
        cost=f"{FEM}/levels/{{preset}}/epsilon{{epsilon}}/level{{level}}.cost.json",
    log:
        f"{RESULTS}/logs/fem/{{preset}}.epsilon{{epsilon}}.level{{level}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/fem/{{preset}}.epsilon{{epsilon}}.level{{level}}.tsv"
    conda:
        ENVIRONMENT["fem"]
    threads: fem_ranks
    resources:
        mem_mb=memory(fem_memory),
        runtime=minutes(120),
    params:
        tolerance=CONFIG.fem.tolerance,
        ranks=fem_ranks,
    shell:
        '"$MPIEXEC_FEM" -n {params.ranks} "$PYTHON_FEM" {input.script:q} --preset {wildcards.preset}'
        " --level {wildcards.level} --epsilon {wildcards.epsilon} --tolerance {params.tolerance}"
        " --ranks {params.ranks} --out {output.record:q} --costs {output.cost:q}"
        " --lock envs/fem.lock > {log:q} 2>&1"


rule measure_errors:
    """Errors of the coupled Morley scheme for one example on one level, by a direct solver."""
    input:
        **program("measure_errors"),
        lock="envs/fem.lock",
        source_lock="envs/fem.source.txt",
    output:
        f"{FEM}/errors/{{example}}/level{{level}}.jsonl",
    log:
        f"{RESULTS}/logs/fem/errors.{{example}}.level{{level}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/fem/errors.{{example}}.level{{level}}.tsv"
    conda:
        ENVIRONMENT["fem"]
    resources:
        mem_mb=memory(4000),
        runtime=minutes(120),
    params:
        epsilons=lambda wildcards: CONFIG.fem.examples[wildcards.example].epsilons,
        w_elements=lambda wildcards: CONFIG.fem.examples[wildcards.example].w_elements,
        boundaries=lambda wildcards: CONFIG.fem.examples[wildcards.example].boundaries,
    shell:
        '"$PYTHON_FEM" {input.script:q} --example {wildcards.example} --level {wildcards.level}'
        " --epsilons {params.epsilons} --w-elements {params.w_elements} --boundaries {params.boundaries}"
        " --out {output:q} > {log:q} 2>&1"


rule sample_solution:
    """Values of the smooth and of the layer solution at the vertices, for the pictures."""
    input:
        **program("sample_solution"),
        lock="envs/fem.lock",
        source_lock="envs/fem.source.txt",
    output:
        f"{FEM}/solution.csv",
    log:
        f"{RESULTS}/logs/fem/sample_solution.log",
    benchmark:
        f"{RESULTS}/benchmarks/fem/sample_solution.tsv"
    conda:
        ENVIRONMENT["fem"]
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    shell:
        '"$PYTHON_FEM" {input.script:q} --out {output:q} > {log:q} 2>&1'


rule collect_levels:
    """The tables of all levels, and the deck's cells."""
    input:
        **program("collect_levels"),
        levels=fem_levels,
        costs=fem_costs,
        errors=fem_errors,
    output:
        f"{FEM}/iterations.csv",
        f"{FEM}/timings.csv",
        f"{FEM}/errors.csv",
        f"{FEM}/metrics.csv",
    log:
        f"{RESULTS}/logs/fem/collect_levels.log",
    benchmark:
        f"{RESULTS}/benchmarks/fem/collect_levels.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(500),
        runtime=minutes(10),
    params:
        preset=CONFIG.fem.deck_preset,
        scale=CONFIG.scale,
        folder=lambda wildcards, output: str(Path(output[0]).parent),
    shell:
        '"$PYTHON_NLP" {input.script:q} --levels {input.levels:q} --costs {input.costs:q}'
        " --errors {input.errors:q} --deck-solver {params.preset} --deck-epsilon 1 --scale {params.scale}"
        " --out {params.folder:q} --lock envs/fem.lock > {log:q} 2>&1"


rule fem_effects:
    """What the deck claims about steps and convergence, measured."""
    input:
        **program("fem_effects"),
        iterations=f"{FEM}/iterations.csv",
        errors=f"{FEM}/errors.csv",
    output:
        f"{FEM}/effects.csv",
    log:
        f"{RESULTS}/logs/fem/effects.log",
    benchmark:
        f"{RESULTS}/benchmarks/fem/effects.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(500),
        runtime=minutes(10),
    params:
        scale=CONFIG.scale,
    shell:
        '"$PYTHON_NLP" {input.script:q} --iterations {input.iterations:q} --errors {input.errors:q}'
        " --scale {params.scale} --out {output:q} --lock envs/nlp.lock > {log:q} 2>&1"


rule plot_levels:
    """Convergence, steps, cost and solution as SVG."""
    input:
        **program("plot_levels"),
        iterations=f"{FEM}/iterations.csv",
        timings=f"{FEM}/timings.csv",
        errors=f"{FEM}/errors.csv",
        solution=f"{FEM}/solution.csv",
    output:
        report(
            f"{FEM}/figures/convergence.svg",
            caption="../report/convergence.rst",
            category="Figures",
        ),
        report(
            f"{FEM}/figures/steps.svg",
            caption="../report/steps.rst",
            category="Figures",
        ),
        report(
            f"{FEM}/figures/cost.svg",
            caption="../report/cost.rst",
            category="Figures",
        ),
        report(
            f"{FEM}/figures/solution.svg",
            caption="../report/solution.rst",
            category="Figures",
        ),
    log:
        f"{RESULTS}/logs/fem/plot_levels.log",
    benchmark:
        f"{RESULTS}/benchmarks/fem/plot_levels.tsv"
    conda:
        ENVIRONMENT["fem"]
    resources:
        mem_mb=memory(1000),
        runtime=minutes(10),
    params:
        folder=lambda wildcards, output: str(Path(output[0]).parent),
    shell:
        '"$PYTHON_FEM" {input.script:q} --iterations {input.iterations:q} --timings {input.timings:q}'
        " --errors {input.errors:q} --solution {input.solution:q} --out {params.folder:q} > {log:q} 2>&1"


rule finite_elements_notebook:
    """The tables of the experiment beside the deck's, executed; on demand, the final table does not need it."""
    input:
        script="workflow/notebooks/finite_elements.ipynb",
        reported="reported/iterations.csv",
        tables=[f"{FEM}/{name}.csv" for name in ("iterations", "timings", "errors")],
        figures=[f"{FEM}/figures/{name}.svg" for name in ("convergence", "steps", "cost", "solution")],
    output:
        f"{FEM}/finite_elements.ipynb",
    log:
        f"{RESULTS}/logs/fem/finite_elements_notebook.log",
    benchmark:
        f"{RESULTS}/benchmarks/fem/finite_elements_notebook.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(1000),
        runtime=minutes(10),
    params:
        folder=lambda wildcards, output: str(Path(output[0]).parent),
    shell:
        '"$PYTHON_NLP" -m papermill {input.script:q} {output:q} -p fem {params.folder:q}'
        " -p reported {input.reported:q} > {log:q} 2>&1"

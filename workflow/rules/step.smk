"""What all steps have in common. A step says `use rule step as NAME with:`, then its files and settings.

Its job is called `job`: so are its log and its benchmark. It runs the program among its inputs with the words of
`params.argv`, which reckon.steps.commands.options makes of named inputs, settings and named outputs.
"""


pathvars:
    results=RESULTS,
    logs=f"{RESULTS}/logs",
    benchmarks=f"{RESULTS}/benchmarks",
    qa=f"{RESULTS}/qa",
    fem=f"{RESULTS}/fem",
    gradients=f"{RESULTS}/gradients",
    squad=f"{RESULTS}/squad",
    classification=f"{RESULTS}/classification",


rule step:
    """The environment of all but the finite elements, 4 GB and an hour, unless a step says otherwise."""
    pathvars:
        job="step",
    log:
        "<logs>/<job>.log",
    benchmark:
        "<benchmarks>/<job>.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(4000),
        runtime=minutes(60),
    params:
        python='"$PYTHON_NLP"',
        lock=lambda wildcards: "envs/nlp.lock",
    shell:
        "{params.python} {input.script:q} {params.argv:q} --lock {params.lock} > {log:q} 2>&1"


rule notebook:
    """A notebook executed by papermill; one that fails stays beside its log, with the cell that did."""
    pathvars:
        job="notebook",
    log:
        "<logs>/<job>.log",
        executed="<logs>/<job>.ipynb",
    benchmark:
        "<benchmarks>/<job>.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(1000),
        runtime=minutes(10),
    shell:
        '"$PYTHON_NLP" -m papermill {input.notebook:q} {log.executed:q} {params.parameters:q} > {log[0]:q} 2>&1'
        " && cp {log.executed:q} {output:q}"


use rule step as fem_step with:
    """A step in the environment of the finite elements; its pins are inputs, as they move numbers."""
    conda:
        ENVIRONMENT["fem"]
    resources:
        mem_mb=memory(4000),
        runtime=minutes(120),
    params:
        python='"$PYTHON_FEM"',
        lock=lambda wildcards: "envs/fem.lock",

"""Reported against recomputed.

Needs the transcription in reported/ and the metrics of the experiments that exist.
Makes results/final_table.csv and .md, results/claims.csv, results/verify.ok, the gate, and
results/report.html with results/final_table.tex.
"""

import shlex

# As given on the command line, for the commands that the report shows.
CHANGES = list(workflow.config_settings.config_args or [])
OVERLAYS = [os.path.relpath(path, workflow.basedir) for path in workflow.overwrite_configfiles]


rule final_table:
    """Put every reported cell of both decks beside its recomputation, with a verdict; always succeeds."""
    input:
        **program("final_table"),
        reported=sorted(
            expand(
                "reported/{table}.csv",
                table=glob_wildcards("reported/{table,(?!checks|logs|passages).*}.csv").table,
            )
        ),
        metrics=METRICS,
    output:
        csv=report(
            f"{RESULTS}/final_table.csv",
            caption="../report/final_table.rst",
            category="Reported against recomputed",
        ),
        markdown=report(
            f"{RESULTS}/final_table.md",
            caption="../report/final_table.rst",
            category="Reported against recomputed",
        ),
    log:
        f"{RESULTS}/logs/report/final_table.log",
    benchmark:
        f"{RESULTS}/benchmarks/report/final_table.tsv"
    conda:
        ENVIRONMENT["nlp"]
    threads: 1
    resources:
        mem_mb=memory(1000),
        runtime=minutes(5),
    params:
        scale=CONFIG.scale,
        results=lambda wildcards, output: str(Path(output.csv).parent),
        config_sha256=CONFIG.fingerprint(),
        planned=[f"{name}={number}" for name, number in sorted(PLANNED_SEEDS.items())],
    shell:
        '"$PYTHON_NLP" {input.script:q} --reported reported --metrics {input.metrics:q} --scale {params.scale}'
        " --results {params.results:q} --planned-seeds {params.planned:q} --config-sha256 {params.config_sha256} --out {output.csv:q}"
        " > {log:q} 2>&1"


rule settle_claims:
    """What the decks claim between their numbers, judged by the measured effects; always succeeds."""
    input:
        **program("settle_claims"),
        reported=[f"reported/{name}.csv" for name in ("claims", "decks", "tables", "tolerances")],
        effects=EFFECTS,
    output:
        f"{RESULTS}/claims.csv",
    log:
        f"{RESULTS}/logs/report/claims.log",
    benchmark:
        f"{RESULTS}/benchmarks/report/claims.tsv"
    conda:
        ENVIRONMENT["nlp"]
    threads: 1
    resources:
        mem_mb=memory(1000),
        runtime=minutes(5),
    shell:
        '"$PYTHON_NLP" {input.script:q} --reported reported --effects {input.effects:q} --out {output:q}'
        " > {log:q} 2>&1"


rule verify:
    """Pass only if no cell differs for the worse, was changed by hand, or failed."""
    input:
        **program("verify"),
        table=f"{RESULTS}/final_table.csv",
    output:
        f"{RESULTS}/verify.ok",
    log:
        f"{RESULTS}/logs/report/verify.log",
    benchmark:
        f"{RESULTS}/benchmarks/report/verify.tsv"
    conda:
        ENVIRONMENT["nlp"]
    threads: 1
    resources:
        mem_mb=memory(1000),
        runtime=minutes(5),
    shell:
        '"$PYTHON_NLP" {input.script:q} --table {input.table:q} --out {output:q} > {log:q} 2>&1'


rule report:
    """One page that needs no network: verdicts, claims, figures, audit, the evidence behind each cell."""
    input:
        **program("report"),
        templates=sorted(
            expand(
                "src/reckon/report/page/templates/{file}",
                file=glob_wildcards("src/reckon/report/page/templates/{file}").file,
            )
        ),
        captions=sorted(
            expand(
                "workflow/report/{name}.rst",
                name=glob_wildcards("workflow/report/{name}.rst").name,
            )
        ),
        reported=rules.final_table.input.reported,
        table=f"{RESULTS}/final_table.csv",
        metrics=METRICS,
        claims=f"{RESULTS}/claims.csv",
        findings=f"{RESULTS}/audit/findings.csv",
        figures=FIGURES,
        previous=os.environ.get("RECKON_PREVIOUS") or [],
    output:
        html=report(
            f"{RESULTS}/report.html",
            caption="../report/report.rst",
            category="Reported against recomputed",
        ),
        latex=f"{RESULTS}/final_table.tex",
    log:
        f"{RESULTS}/logs/report/report.log",
    benchmark:
        f"{RESULTS}/benchmarks/report/report.tsv"
    conda:
        ENVIRONMENT["nlp"]
    threads: 1
    resources:
        mem_mb=memory(1000),
        runtime=minutes(5),
    params:
        scale=CONFIG.scale,
        results=lambda wildcards, output: str(Path(output.html).parent),
        options=shlex.join(asked(("--configfile", OVERLAYS), ("--config", CHANGES))),
        benchmarks=f"{RESULTS}/benchmarks",
        previous=lambda wildcards, input: asked(("--previous", input.get("previous"))),
    shell:
        '"$PYTHON_NLP" {input.script:q} --reported reported --table {input.table:q} --scale {params.scale}'
        " --results {params.results:q}"
        " --metrics {input.metrics:q} --claims {input.claims:q} --findings {input.findings:q}"
        " --figures {input.figures:q} --benchmarks {params.benchmarks:q} {params.previous:q} --options={params.options:q}"
        " --latex {output.latex:q} --out {output.html:q} > {log:q} 2>&1"

"""Reported against recomputed.

Needs the transcription in reported/ and the metrics of the experiments that exist.
Makes results/final_table.csv and .md, and results/verify.ok, the gate.
"""


rule final_table:
    """Put every reported cell of both decks beside its recomputation, with a verdict; always succeeds."""
    input:
        script="workflow/scripts/final_table.py",
        lib=LIB(
            "report.final_table",
            "report.markdown",
            "report.reported",
            "report.sources",
            "report.verdicts",
            "provenance",
            "stats",
            "table",
        ),
        reported=sorted(
            expand(
                "reported/{table}.csv",
                table=glob_wildcards("reported/{table}.csv").table,
            )
        ),
        metrics=METRICS,
    output:
        csv="results/final_table.csv",
        markdown="results/final_table.md",
    log:
        "results/logs/report/final_table.log",
    benchmark:
        "results/benchmarks/report/final_table.tsv"
    conda:
        "../../envs/nlp.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        scale=CONFIG.scale,
        config_sha256=CONFIG.fingerprint(),
        planned=[f"{name}={number}" for name, number in sorted(PLANNED_SEEDS.items())],
    shell:
        "{PYTHON[nlp]} {input.script} --reported reported --metrics {input.metrics:q} --scale {params.scale}"
        " --planned-seeds {params.planned:q} --config-sha256 {params.config_sha256} --out {output.csv:q}"
        " > {log:q} 2>&1"


rule verify:
    """Pass only if no cell differs for the worse, was changed by hand, or failed."""
    input:
        script="workflow/scripts/verify.py",
        lib=LIB("report.final_table", "report.verdicts"),
        table="results/final_table.csv",
    output:
        "results/verify.ok",
    log:
        "results/logs/report/verify.log",
    benchmark:
        "results/benchmarks/report/verify.tsv"
    conda:
        "../../envs/nlp.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    shell:
        "{PYTHON[nlp]} {input.script} --table {input.table:q} --out {output:q} > {log:q} 2>&1"

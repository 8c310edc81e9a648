"""The reported numbers held against each other and against public records.

Needs reported/ alone: no data, no training. Makes results/audit/findings.csv and .md.
"""


rule audit_reported:
    """Run every check of reported/checks.csv; an inconsistent figure is a finding and fails nothing."""
    input:
        **program("audit_reported"),
        reported=sorted(
            expand(
                "reported/{table}.csv",
                table=glob_wildcards("reported/{table}.csv").table,
            )
        ),
    output:
        csv=f"{RESULTS}/audit/findings.csv",
        markdown=f"{RESULTS}/audit/findings.md",
    log:
        f"{RESULTS}/logs/audit/audit_reported.log",
    benchmark:
        f"{RESULTS}/benchmarks/audit/audit_reported.tsv"
    conda:
        ENVIRONMENT["nlp"]
    threads: 1
    resources:
        mem_mb=memory(500),
        runtime=minutes(5),
    shell:
        '"$PYTHON_NLP" {input.script:q} --reported reported --out {output.csv:q} > {log:q} 2>&1'

"""The reported numbers held against each other and against public records.

Needs reported/ alone: no data, no training; the papers' texts are read where they are at hand. Makes
results/audit/findings.csv and .md.
"""


use rule step as audit_reported with:
    """Run every check of reported/checks.csv; an inconsistent figure is a finding and fails nothing."""
    pathvars:
        job="audit/audit_reported",
    input:
        **program("audit_reported"),
        reported=sources("reported/*.csv"),
        texts=TEXTS,
    output:
        findings="<results>/audit/findings.csv",
        markdown="<results>/audit/findings.md",
    resources:
        mem_mb=memory(500),
        runtime=minutes(5),
    params:
        **options(),

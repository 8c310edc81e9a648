"""Reported against recomputed.

Needs the transcription in reported/ and the metrics of the experiments that exist.
Makes results/final_table.csv and .md, results/claims.csv, results/verify.ok, the gate, and
results/report.html with results/final_table.tex.
"""

import shlex

# Of the audit alone.
UNREPORTED = ("reported/checks.csv", "reported/logs.csv", "reported/passages.csv")
CATEGORY = "Reported against recomputed"
# As given on the command line, for the commands that the report shows.
CHANGES = list(workflow.config_settings.config_args or [])
OVERLAYS = [os.path.relpath(path, workflow.basedir) for path in workflow.overwrite_configfiles]


use rule step as table_step with:
    """Seconds and little memory."""
    resources:
        mem_mb=memory(1000),
        runtime=minutes(5),


use rule table_step as final_table with:
    """Put every reported cell of both decks beside its recomputation, with a verdict; always succeeds."""
    pathvars:
        job="report/final_table",
    input:
        **program("final_table"),
        reported=[path for path in sources("reported/*.csv") if path not in UNREPORTED],
        metrics=[path for outcome in OUTCOMES for path in outcome.metrics],
    output:
        table=report("<results>/final_table.csv", caption="../report/final_table.rst", category=CATEGORY),
        markdown=report("<results>/final_table.md", caption="../report/final_table.rst", category=CATEGORY),
    params:
        **options(
            scale=CONFIG.scale,
            results=lambda wildcards: RESULTS,
            recorded=True,
            config_sha256=CONFIG.fingerprint(),
            planned_seeds=sorted(
                f"{name}={n}" for outcome in PLANNED.values() for name, n in outcome.planned.items()
            ),
        ),


use rule table_step as settle_claims with:
    """What the decks claim between their numbers, judged by the measured effects; always succeeds."""
    pathvars:
        job="report/claims",
    input:
        **program("settle_claims"),
        reported=[f"reported/{name}.csv" for name in ("claims", "decks", "tables", "tolerances")],
        effects=[path for outcome in OUTCOMES for path in outcome.effects],
    output:
        out="<results>/claims.csv",
    params:
        **options(results=lambda wildcards: RESULTS, recorded=True),


use rule table_step as verify with:
    """Pass only if no cell differs for the worse, was changed by hand, or failed."""
    pathvars:
        job="report/verify",
    input:
        **program("verify"),
        table="<results>/final_table.csv",
    output:
        out="<results>/verify.ok",
    params:
        **options(),


use rule table_step as report with:
    """One page that needs no network: verdicts, claims, figures, audit, the evidence behind each cell."""
    pathvars:
        job="report/report",
    input:
        **program("report", *sources("src/reckon/report/page/templates/*")),
        captions=sources("workflow/report/*.rst"),
        reported=rules.final_table.input.reported,
        table="<results>/final_table.csv",
        metrics=rules.final_table.input.metrics,
        claims="<results>/claims.csv",
        findings="<results>/audit/findings.csv",
        figures=[path for outcome in OUTCOMES for path in outcome.figures],
        previous=os.environ.get("RECKON_PREVIOUS") or [],
    output:
        html=report("<results>/report.html", caption="../report/report.rst", category=CATEGORY),
        latex="<results>/final_table.tex",
    params:
        **options(
            scale=CONFIG.scale,
            results=lambda wildcards: RESULTS,
            recorded=True,
            options=shlex.join(words("configfile", OVERLAYS) + words("config", CHANGES)),
            benchmarks=f"{RESULTS}/benchmarks",
        ),

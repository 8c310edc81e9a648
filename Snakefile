"""Reckon: recompute every number that the decks report, and settle each."""

from snakemake.utils import min_version

min_version("9.13")


configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/step.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/encoders.smk"
include: "workflow/rules/audit.smk"
include: "workflow/rules/report.smk"


# An experiment is a file of rules. None knows another, so their order is that of the alphabet.
for experiment in experiments(BASE):

    include: f"workflow/rules/{experiment}.smk"


wildcard_constraints:
    data="|".join(CONFIG.qa.pages),
    construction="|".join(CONFIG.qa.pages),
    encoder="|".join(CONFIG.encoders),
    vocabulary="|".join(sorted({encoder.vocabulary for encoder in CONFIG.encoders.values()})),
    sampler="|".join(CONFIG.qa.samplers),
    role="strong|strong_2",
    ensemble="|".join(CONFIG.qa.ensembles) or "none",
    split="training|evaluation",
    preset="published|robust|direct",
    epsilon=r"[0-9.e-]+",
    level=r"\d+",
    example="smooth|layer_exact|layer_reduced|lshape",
    seed=r"\d+",
    corpus="miniature|esnli",
    run="labels|shuffled",
    tuned="|".join([*CONFIG.squad.readers, *CONFIG.squad.precision.arms]),
    offered="|".join(tuned(CONFIG.encoders)),


onstart:
    clear_leftovers(unfinished(Path(RESULTS)))


rule all:
    """The final table: one line for every reported cell."""
    default_target: True
    input:
        "<results>/final_table.csv",

"""Classification of texts into many labels with a long tail: linear baselines; no encoder is fine-tuned yet.

Needs: the generated complaints, files of the catalogue, or your own.
Makes: results/classification/metrics.csv and figures/focal.svg; on demand pairs.jsonl.gz beside the predictions.

texts → prepare → every linear system, and its predictions out of fold → metrics
                                         └→ pairs of texts and label names
"""

from reckon.classification import plan as classification_plan

LABELLED = classification_plan.Plan(CONFIG, RESULTS)
TEXTS_OF = CONFIG.classification


use rule step as generate_complaints with:
    """Complaints of 200 named classes with a Zipf tail."""
    pathvars:
        job="classification/miniature/generate_complaints.{split}",
    input:
        **program("generate_complaints"),
    output:
        out="<classification>/miniature/{split}.csv",
    resources:
        mem_mb=memory(500),
        runtime=minutes(10),
    params:
        **options(split="{split}", texts=TEXTS_OF.texts, seed=TEXTS_OF.seed),


use rule step as prepare_texts with:
    """Both splits, clean, each text once, those of training in folds."""
    pathvars:
        job=f"classification/{TEXTS_OF.data}/prepare_texts",
    input:
        **program("prepare_texts"),
        training=lambda wildcards: LABELLED.source("training", DATA),
        evaluation=lambda wildcards: LABELLED.source("evaluation", DATA),
    output:
        prepared=LABELLED.prepared("training"),
        scored=LABELLED.prepared("evaluation"),
        counts=f"{LABELLED.corpus}/counts.json",
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        **options(most_characters=TEXTS_OF.most_characters, folds=TEXTS_OF.folds, seed=TEXTS_OF.seed),


use rule step as classify_linear with:
    """One linear system: its predictions of the evaluation texts, and out of fold of the training texts."""
    pathvars:
        job=f"classification/{TEXTS_OF.data}/classify_linear.{{linear}}",
    input:
        **program("classify_linear"),
        prepared=LABELLED.prepared("training"),
        scored=LABELLED.prepared("evaluation"),
    output:
        evaluation=LABELLED.predictions("evaluation"),
        held_out=LABELLED.predictions("out_of_fold"),
    wildcard_constraints:
        linear="|".join(classification_plan.LINEAR),
    resources:
        mem_mb=memory(4000),
        runtime=minutes(120),
    params:
        **options(system="{linear}", chosen=lambda wildcards: LABELLED.settings(wildcards.linear)),


use rule step as pair_labels with:
    """Training pairs of texts and label names, from the regression's predictions out of fold; on demand."""
    pathvars:
        job=f"classification/{TEXTS_OF.data}/pair_labels",
    input:
        **program("pair_labels"),
        prepared=LABELLED.prepared("training"),
        held_out=LABELLED.predictions("out_of_fold", "regression"),
        names=LABELLED.names(),
    output:
        out=f"{LABELLED.corpus}/pairs.jsonl.gz",
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        **options(top=TEXTS_OF.pairs),


use rule step as classification_metrics with:
    """Scores of every linear system, and of the regression freed of its prior."""
    pathvars:
        job="classification/metrics",
    input:
        **program("classification_metrics"),
        prepared=LABELLED.prepared("training"),
        scored=LABELLED.prepared("evaluation"),
        predictions=[LABELLED.predictions("evaluation", name) for name in classification_plan.LINEAR],
        beside=[LABELLED.predictions("out_of_fold", name) for name in classification_plan.LINEAR],
    output:
        metrics="<classification>/metrics.csv",
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        **options(tau=TEXTS_OF.tau, scale=CONFIG.scale, data=TEXTS_OF.data),


use rule step as plot_focal with:
    """The focal loss by closed form."""
    pathvars:
        job="classification/plot_focal",
    input:
        **program("plot_focal"),
    output:
        out="<classification>/figures/focal.svg",
    resources:
        mem_mb=memory(1000),
        runtime=minutes(10),
    params:
        **options(gammas=list(TEXTS_OF.gammas)),

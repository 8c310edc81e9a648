"""Gradients: what a model is learning, on e-SNLI.

Needs: results/raw/esnli/* or the miniature; a pretrained encoder.
Makes: results/gradients/metrics.csv (tables pairs_start, pairs_half_epoch, pairs_one_epoch), tracking.csv, pairs.csv,
effects.csv, figures, TensorBoard events, a notebook.

pairs → tokens and masks → training with snapshots, on the labels and on shuffled labels ┐
┌────────────────────────────────────────────────────────────────────────────────────────┘
├→ loss and first-order saliency of every snapshot ┐
└→ second derivatives between words, with controls ┴→ tables → effects, figures, events, notebook
"""

from reckon.gradients import plan as gradients_plan

GRADIENTS = gradients_plan.Plan(CONFIG, RESULTS)
TRACKED = CONFIG.gradients
PAIR_TABLES = [f"reported/pairs_{place}.csv" for place in ("start", "half_epoch", "one_epoch")]


use rule step as generate_inferences with:
    """Pairs of the miniature e-SNLI, whose essential words are known by construction."""
    pathvars:
        job="gradients/miniature/generate_inferences.{split}",
    input:
        **program("generate_inferences"),
    output:
        out="<gradients>/miniature/{split}.csv.gz",
    resources:
        mem_mb=memory(500),
        runtime=minutes(10),
    params:
        **options(split="{split}", pairs=lambda w: GRADIENTS.generated(w.split), seed=TRACKED.data_seed),


use rule step as prepare_inferences with:
    """Tokens of every pair, and the mask of its essential words; what is left out is counted."""
    pathvars:
        job="gradients/{corpus}/prepare_inferences.{split}",
    input:
        **program("prepare_inferences"),
        source=lambda w: GRADIENTS.sources(w.corpus, w.split, DATA),
        encoder=GRADIENTS.encoder,
    output:
        encoded="<gradients>/{corpus}/{split}.pairs.jsonl.gz",
        counts="<gradients>/{corpus}/{split}.counts.json",
    params:
        **options(chosen=lambda wildcards: GRADIENTS.preparation(wildcards.split)),


use rule step as train_with_tracking with:
    """One training, its weights kept at every place of the schedule; resumes from its last checkpoint."""
    pathvars:
        job="gradients/{corpus}/train.{run}.seed{seed}",
    input:
        **program("train_with_tracking"),
        pairs="<gradients>/{corpus}/training.pairs.jsonl.gz",
        encoder=GRADIENTS.encoder,
    output:
        snapshots=GRADIENTS.snapshots(GRADIENTS.epochs),
        record=GRADIENTS.run("training.json"),
    resources:
        **training("train_with_tracking", TRACKED.training, 4000),
    params:
        **options(
            {
                "checkpoints": f"{RESULTS}/checkpoints/gradients",
                "checkpoint_minutes": TRACKED.training.checkpoint_minutes,
            },
            classifier=GRADIENTS.classifier,
            training=GRADIENTS.training,
            epochs=GRADIENTS.epochs,
            run="{run}",
            seed="{seed}",
        ),
        python=python(TRACKED.training.processes),


use rule step as track_saliency with:
    """Loss, accuracy and the gradients at essential and other words (deck: Loss, Grad_loss, Ratio)."""
    pathvars:
        job="gradients/{corpus}/track_saliency.{run}.seed{seed}",
    input:
        **program("track_saliency"),
        snapshots=GRADIENTS.snapshots(TRACKED.track.epochs),
        training="<gradients>/{corpus}/training.pairs.jsonl.gz",
        evaluation="<gradients>/{corpus}/evaluation.pairs.jsonl.gz",
        encoder=GRADIENTS.encoder,
    output:
        saliency=GRADIENTS.run("saliency.parquet"),
        losses=GRADIENTS.run("losses.csv"),
        originals=GRADIENTS.run("originals.csv"),
    resources:
        gpu=GPU,
        mem_mb=memory(4000),
        runtime=minutes(240),
    params:
        **options(classifier=GRADIENTS.classifier, essential=TRACKED.essential, **TRACKED.track.model_dump()),


use rule step as score_word_pairs with:
    """Second derivatives between words during training, with a random head and an untrained encoder beside them."""
    pathvars:
        job="gradients/{corpus}/score_word_pairs.{run}.seed{seed}",
    input:
        **program("score_word_pairs"),
        snapshots=GRADIENTS.snapshots(TRACKED.word_pairs.epochs),
        evaluation="<gradients>/{corpus}/evaluation.pairs.jsonl.gz",
        encoder=GRADIENTS.encoder,
    output:
        shares=GRADIENTS.run("shares.csv"),
        deck=GRADIENTS.run("deck_pairs.csv"),
    resources:
        gpu=GPU,
        mem_mb=memory(4000),
        runtime=minutes(600),
    params:
        **options(
            classifier=GRADIENTS.classifier,
            essential=TRACKED.essential,
            controls=lambda wildcards: wildcards.run == "labels",
            seed="{seed}",
            **TRACKED.word_pairs.model_dump(),
        ),


use rule step as gather_gradients with:
    """All runs as tidy tables, and the deck's cells."""
    pathvars:
        job="gradients/gather",
    input:
        **program("gather_gradients"),
        saliency=GRADIENTS.of_all("saliency.parquet"),
        losses=GRADIENTS.of_all("losses.csv"),
        originals=GRADIENTS.of_all("originals.csv"),
        shares=GRADIENTS.of_all("shares.csv"),
        deck=GRADIENTS.of_all("deck_pairs.csv"),
        reported=PAIR_TABLES,
    output:
        tracking="<gradients>/tracking.csv",
        curves="<gradients>/curves.csv",
        pairs="<gradients>/pairs.csv",
        relations="<gradients>/relations.csv",
        deck_pairs="<gradients>/deck_pairs.csv",
        metrics="<gradients>/metrics.csv",
    resources:
        mem_mb=memory(2000),
        runtime=minutes(10),
    params:
        **options(scale=CONFIG.scale, data=TRACKED.data),


use rule step as gradient_effects with:
    """What the deck claims about gradients and relations, measured, with intervals over seeds and pairs."""
    pathvars:
        job="gradients/effects",
    input:
        **program("gradient_effects"),
        saliency=GRADIENTS.of_all("saliency.parquet"),
        shares=GRADIENTS.of_all("shares.csv"),
    output:
        out="<gradients>/effects.csv",
    resources:
        mem_mb=memory(2000),
        runtime=minutes(10),
    params:
        **options(scale=CONFIG.scale, data=TRACKED.data, evidence=lambda wildcards: GRADIENTS.folder),


use rule step as plot_gradients with:
    """Loss, gradients, ratio, relations and heat maps as SVG."""
    pathvars:
        job="gradients/plot_gradients",
    input:
        **program("plot_gradients"),
        tracking="<gradients>/tracking.csv",
        pairs="<gradients>/pairs.csv",
        deck_pairs="<gradients>/deck_pairs.csv",
    output:
        figures=GRADIENTS.figures(),
    resources:
        mem_mb=memory(1000),
        runtime=minutes(10),
    params:
        **options(),


use rule step as gradient_events with:
    """The deck's curves for TensorBoard, under the deck's tags; on demand."""
    pathvars:
        job="gradients/events.{run}.seed{seed}",
    input:
        **program("gradient_events"),
        tracking="<gradients>/tracking.csv",
        record=f"<gradients>/{TRACKED.data}/{{run}}/seed{{seed}}/training.json",
    output:
        out="<gradients>/events/{run}/seed{seed}/events.out.tfevents.0",
    resources:
        mem_mb=memory(1000),
        runtime=minutes(10),
    params:
        **options(run="{run}", seed="{seed}"),


use rule notebook as relations_notebook with:
    """The deck's tables and figures of the experiment, executed; on demand, the final table does not need it."""
    pathvars:
        job="gradients/relations_notebook",
    input:
        notebook="workflow/notebooks/relations.ipynb",
        reported=PAIR_TABLES,
        tables=GRADIENTS.tables("tracking", "pairs", "deck_pairs", "effects"),
        figures=GRADIENTS.figures(),
    output:
        "<gradients>/relations.ipynb",
    params:
        parameters=["-p", "gradients", GRADIENTS.folder, "-p", "reported", "reported"],

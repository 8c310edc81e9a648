"""Gradients: what a model is learning, on e-SNLI.

Needs: results/raw/esnli/* or the miniature; a pretrained encoder.
Makes: results/gradients/metrics.csv (tables pairs_start, pairs_half_epoch, pairs_one_epoch), tracking.csv, pairs.csv,
effects.csv, figures, TensorBoard events, a notebook.

pairs → tokens and masks → training with snapshots, on the labels and on shuffled labels ┐
┌────────────────────────────────────────────────────────────────────────────────────────┘
├→ loss and first-order saliency of every snapshot ┐
└→ second derivatives between words, with controls ┴→ tables → effects, figures, events, notebook
"""

GRADIENTS = f"{RESULTS}/gradients"
GRADIENT_RUN = f"{GRADIENTS}/{{corpus}}/{{run}}/seed{{seed}}"


rule generate_inferences:
    """Pairs of the miniature e-SNLI, whose essential words are known by construction."""
    input:
        **program("generate_inferences"),
    output:
        f"{GRADIENTS}/miniature/{{split}}.csv.gz",
    log:
        f"{RESULTS}/logs/gradients/miniature/generate_inferences.{{split}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/gradients/miniature/generate_inferences.{{split}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(500),
        runtime=minutes(10),
    params:
        pairs=generated_pairs,
        seed=TRACKED.data_seed,
    shell:
        '"$PYTHON_NLP" {input.script:q} --split {wildcards.split} --pairs {params.pairs} --seed {params.seed}'
        " --out {output:q} > {log:q} 2>&1"


rule prepare_inferences:
    """Tokens of every pair, and the mask of its essential words; what is left out is counted."""
    input:
        **program("prepare_inferences"),
        sources=inference_sources,
        encoder=GRADIENT_ENCODER,
    output:
        pairs=f"{GRADIENTS}/{{corpus}}/{{split}}.pairs.jsonl.gz",
        counts=f"{GRADIENTS}/{{corpus}}/{{split}}.counts.json",
    log:
        f"{RESULTS}/logs/gradients/{{corpus}}/prepare_inferences.{{split}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/gradients/{{corpus}}/prepare_inferences.{{split}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(4000),
        runtime=minutes(60),
    params:
        options=inference_options,
        encoder=lambda wildcards, input: str(Path(input.encoder).parent),
    shell:
        '"$PYTHON_NLP" {input.script:q} --source {input.sources:q} --encoder {params.encoder:q}'
        " {params.options:q} --counts {output.counts:q} --out {output.pairs:q} > {log:q} 2>&1"


rule train_with_tracking:
    """One training, its weights kept at every place of the schedule; resumes from its last checkpoint."""
    input:
        **program("train_with_tracking"),
        pairs=f"{GRADIENTS}/{{corpus}}/training.pairs.jsonl.gz",
        encoder=GRADIENT_ENCODER,
    output:
        [f"{GRADIENT_RUN}/snapshots/epoch{epoch:g}.safetensors" for epoch in EPOCHS],
        record=f"{GRADIENT_RUN}/training.json",
    log:
        f"{RESULTS}/logs/gradients/{{corpus}}/train.{{run}}.seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/gradients/{{corpus}}/train.{{run}}.seed{{seed}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        gpu=GRADIENT_GPU * TRACKED.training.processes,
        cpus_per_task=TRACKED.training.processes,
        mem_mb=memory(4000),
        runtime=training_minutes("train_with_tracking", TRACKED.training),
    params:
        classifier=CLASSIFIER,
        training=GRADIENT_TRAINING,
        launch=GRADIENT_LAUNCH,
        epochs=EPOCHS,
        checkpoints=f"{RESULTS}/checkpoints/gradients",
        encoder=lambda wildcards, input: str(Path(input.encoder).parent),
        folder=lambda wildcards, output: str(Path(output[0]).parent),
    shell:
        '"$PYTHON_NLP" {params.launch} {input.script:q} --pairs {input.pairs:q} --encoder {params.encoder:q}'
        " --classifier {params.classifier:q} --training {params.training:q} --epochs {params.epochs}"
        " --run {wildcards.run} --seed {wildcards.seed} --threads {threads} --device $RECKON_DEVICE"
        " --checkpoints {params.checkpoints:q}"
        " --checkpoint-minutes $RECKON_GRADIENTS_CHECKPOINT_MINUTES"
        " --record {output.record:q} --out {params.folder:q} > {log:q} 2>&1"


rule track_saliency:
    """Loss, accuracy and the gradients at essential and other words (deck: Loss, Grad_loss, Ratio)."""
    input:
        **program("track_saliency"),
        snapshots=snapshots,
        training=f"{GRADIENTS}/{{corpus}}/training.pairs.jsonl.gz",
        evaluation=f"{GRADIENTS}/{{corpus}}/evaluation.pairs.jsonl.gz",
        encoder=GRADIENT_ENCODER,
    output:
        saliency=f"{GRADIENT_RUN}/saliency.parquet",
        losses=f"{GRADIENT_RUN}/losses.csv",
        originals=f"{GRADIENT_RUN}/originals.csv",
    log:
        f"{RESULTS}/logs/gradients/{{corpus}}/track_saliency.{{run}}.seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/gradients/{{corpus}}/track_saliency.{{run}}.seed{{seed}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        gpu=GRADIENT_GPU,
        mem_mb=memory(4000),
        runtime=minutes(240),
    params:
        classifier=CLASSIFIER,
        epochs=TRACKED.track.epochs,
        options=asked(
            ("--training-pairs", TRACKED.track.training_pairs),
            ("--evaluation-pairs", TRACKED.track.evaluation_pairs),
            ("--essential", TRACKED.essential),
            ("--published", TRACKED.track.published),
        ),
        encoder=lambda wildcards, input: str(Path(input.encoder).parent),
        folder=lambda wildcards, input: str(Path(input.snapshots[0]).parent),
    shell:
        '"$PYTHON_NLP" {input.script:q} --snapshots {params.folder:q} --epochs {params.epochs}'
        " --encoder {params.encoder:q} --classifier {params.classifier:q} --training {input.training:q}"
        " --evaluation {input.evaluation:q} {params.options:q} --threads {threads} --device $RECKON_DEVICE"
        " --saliency {output.saliency:q} --losses {output.losses:q} --originals {output.originals:q} > {log:q} 2>&1"


rule score_word_pairs:
    """Second derivatives between words during training, with a random head and an untrained encoder beside them."""
    input:
        **program("score_word_pairs"),
        snapshots=snapshots,
        evaluation=f"{GRADIENTS}/{{corpus}}/evaluation.pairs.jsonl.gz",
        encoder=GRADIENT_ENCODER,
    output:
        shares=f"{GRADIENT_RUN}/shares.csv",
        deck=f"{GRADIENT_RUN}/deck_pairs.csv",
    log:
        f"{RESULTS}/logs/gradients/{{corpus}}/score_word_pairs.{{run}}.seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/gradients/{{corpus}}/score_word_pairs.{{run}}.seed{{seed}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        gpu=GRADIENT_GPU,
        mem_mb=memory(4000),
        runtime=minutes(600),
    params:
        classifier=CLASSIFIER,
        epochs=TRACKED.word_pairs.epochs,
        pairs=TRACKED.word_pairs.evaluation_pairs,
        essential=TRACKED.essential,
        scoring=json.dumps(TRACKED.word_pairs.scoring.model_dump(), sort_keys=True),
        deck_scoring=json.dumps(TRACKED.word_pairs.deck_scoring.model_dump(), sort_keys=True),
        controls=lambda wildcards: asked(("--controls", wildcards.run == "labels")),
        encoder=lambda wildcards, input: str(Path(input.encoder).parent),
        folder=lambda wildcards, input: str(Path(input.snapshots[0]).parent),
    shell:
        '"$PYTHON_NLP" {input.script:q} --snapshots {params.folder:q} --epochs {params.epochs}'
        " --encoder {params.encoder:q} --classifier {params.classifier:q} --evaluation {input.evaluation:q}"
        " --evaluation-pairs {params.pairs} --essential {params.essential} --scoring {params.scoring:q}"
        " --deck-scoring {params.deck_scoring:q} {params.controls} --seed {wildcards.seed}"
        " --threads {threads} --device $RECKON_DEVICE --shares {output.shares:q} --deck {output.deck:q} > {log:q} 2>&1"


rule gather_gradients:
    """All runs as tidy tables, and the deck's cells."""
    input:
        **program("gather_gradients"),
        saliency=of_all_runs("saliency.parquet"),
        losses=of_all_runs("losses.csv"),
        originals=of_all_runs("originals.csv"),
        shares=of_all_runs("shares.csv"),
        deck=of_all_runs("deck_pairs.csv"),
        reported=expand("reported/pairs_{place}.csv", place=("start", "half_epoch", "one_epoch")),
    output:
        f"{GRADIENTS}/tracking.csv",
        f"{GRADIENTS}/curves.csv",
        f"{GRADIENTS}/pairs.csv",
        f"{GRADIENTS}/relations.csv",
        f"{GRADIENTS}/deck_pairs.csv",
        metrics=f"{GRADIENTS}/metrics.csv",
    log:
        f"{RESULTS}/logs/gradients/gather.log",
    benchmark:
        f"{RESULTS}/benchmarks/gradients/gather.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(2000),
        runtime=minutes(10),
    params:
        scale=CONFIG.scale,
        data=TRACKED.data,
        folder=lambda wildcards, output: str(Path(output.metrics).parent),
        reported=lambda wildcards, input: str(Path(input.reported[0]).parent),
    shell:
        '"$PYTHON_NLP" {input.script:q} --saliency {input.saliency:q} --losses {input.losses:q}'
        " --originals {input.originals:q} --shares {input.shares:q} --deck {input.deck:q}"
        " --reported {params.reported:q} --scale {params.scale} --data {params.data} --out {params.folder:q}"
        " --lock envs/nlp.lock > {log:q} 2>&1"


rule gradient_effects:
    """What the deck claims about gradients and relations, measured, with intervals over seeds and pairs."""
    input:
        **program("gradient_effects"),
        saliency=of_all_runs("saliency.parquet"),
        shares=of_all_runs("shares.csv"),
    output:
        f"{GRADIENTS}/effects.csv",
    log:
        f"{RESULTS}/logs/gradients/effects.log",
    benchmark:
        f"{RESULTS}/benchmarks/gradients/effects.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(2000),
        runtime=minutes(10),
    params:
        scale=CONFIG.scale,
        data=TRACKED.data,
        evidence=lambda wildcards, output: str(Path(output[0]).parent),
    shell:
        '"$PYTHON_NLP" {input.script:q} --saliency {input.saliency:q} --shares {input.shares:q}'
        " --scale {params.scale} --data {params.data} --evidence {params.evidence:q} --out {output:q}"
        " --lock envs/nlp.lock > {log:q} 2>&1"


rule plot_gradients:
    """Loss, gradients, ratio, relations and heat maps as SVG."""
    input:
        **program("plot_gradients"),
        tracking=f"{GRADIENTS}/tracking.csv",
        pairs=f"{GRADIENTS}/pairs.csv",
        deck_pairs=f"{GRADIENTS}/deck_pairs.csv",
    output:
        expand(f"{GRADIENTS}/figures/{{name}}.svg", name=GRADIENT_FIGURES),
    log:
        f"{RESULTS}/logs/gradients/plot_gradients.log",
    benchmark:
        f"{RESULTS}/benchmarks/gradients/plot_gradients.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(1000),
        runtime=minutes(10),
    params:
        folder=lambda wildcards, output: str(Path(output[0]).parent),
    shell:
        '"$PYTHON_NLP" {input.script:q} --tracking {input.tracking:q} --pairs {input.pairs:q}'
        " --deck-pairs {input.deck_pairs:q} --out {params.folder:q} > {log:q} 2>&1"


rule gradient_events:
    """The deck's curves for TensorBoard, under the deck's tags; on demand."""
    input:
        **program("gradient_events"),
        tracking=f"{GRADIENTS}/tracking.csv",
        record=f"{GRADIENTS}/{TRACKED.data}/{{run}}/seed{{seed}}/training.json",
    output:
        f"{GRADIENTS}/events/{{run}}/seed{{seed}}/events.out.tfevents.0",
    log:
        f"{RESULTS}/logs/gradients/events.{{run}}.seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/gradients/events.{{run}}.seed{{seed}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(1000),
        runtime=minutes(10),
    shell:
        '"$PYTHON_NLP" {input.script:q} --tracking {input.tracking:q} --record {input.record:q}'
        " --run {wildcards.run} --seed {wildcards.seed} --out {output:q} > {log:q} 2>&1"


rule relations_notebook:
    """The deck's tables and figures of the experiment, executed; on demand, the final table does not need it."""
    input:
        script="workflow/notebooks/relations.ipynb",
        reported=rules.gather_gradients.input.reported,
        tables=[f"{GRADIENTS}/{name}.csv" for name in ("tracking", "pairs", "deck_pairs", "effects")],
        figures=rules.plot_gradients.output,
    output:
        f"{GRADIENTS}/relations.ipynb",
    log:
        f"{RESULTS}/logs/gradients/relations_notebook.log",
    benchmark:
        f"{RESULTS}/benchmarks/gradients/relations_notebook.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(1000),
        runtime=minutes(10),
    params:
        folder=lambda wildcards, output: str(Path(output[0]).parent),
        reported=lambda wildcards, input: str(Path(input.reported[0]).parent),
        # A notebook that fails stays here, with the cell that did.
        executed=f"{RESULTS}/logs/gradients/relations.ipynb",
    shell:
        '"$PYTHON_NLP" -m papermill {input.script:q} {params.executed:q} -p gradients {params.folder:q}'
        " -p reported {params.reported:q} > {log:q} 2>&1 && cp {params.executed:q} {output:q}"

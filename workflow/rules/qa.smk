"""Question answering on Natural Questions.

Needs: results/qa/{data}/{split}.pages.jsonl.gz (data.smk), a pretrained encoder for each role.
Makes: results/qa/metrics.csv; serves the tables qa_training_accuracy, hard_negatives, sifting, qa_final.

download → tokenise → train uniformly → score all candidates of the training pages → normalise within
the page → retrain on hard negatives → score the evaluation pages → sift with the fast model → strong
models on the survivors → ensemble → answers → evaluation.
"""

QA = f"{RESULTS}/qa"


rule prepare_encoder:
    """Fetch a pretrained encoder once, in the form of transformers."""
    input:
        **program("prepare_encoder"),
        tokenizer=encoder_tokenizer,
    output:
        f"{RESULTS}/encoders/{{encoder}}/config.json",
        f"{RESULTS}/encoders/{{encoder}}/model.safetensors",
        f"{RESULTS}/encoders/{{encoder}}/tokenizer.json",
        f"{RESULTS}/encoders/{{encoder}}/complete",
    log:
        f"{RESULTS}/logs/encoders/{{encoder}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/encoders/{{encoder}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(4000),
        runtime=minutes(60),
    params:
        source=lambda wildcards: encoder_source(wildcards.encoder),
        folder=lambda wildcards, output: str(Path(output[0]).parent),
    shell:
        '"$PYTHON_NLP" {input.script:q} {params.source:q} --cache "$RECKON_CACHE" --out {params.folder:q} > {log:q} 2>&1'


rule tokenise_pages:
    """Token ids and word offsets of every page, for all encoders that share a vocabulary."""
    input:
        **program("tokenise_pages"),
        pages=f"{QA}/{{data}}/{{split}}.pages.jsonl.gz",
        encoder=vocabulary_encoder,
    output:
        f"{QA}/{{data}}/{{split}}.{{vocabulary}}.tokens.arrow",
    log:
        f"{RESULTS}/logs/qa/{{data}}/tokenise.{{split}}.{{vocabulary}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/{{data}}/tokenise.{{split}}.{{vocabulary}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(4000),
        runtime=minutes(600),
    params:
        markup=CONFIG.qa.markup,
        question_tokens=CONFIG.qa.question_tokens,
        encoder=lambda wildcards, input: str(Path(input.encoder).parent),
    shell:
        '"$PYTHON_NLP" {input.script:q} --pages {input.pages:q} --encoder {params.encoder:q}'
        " --markup {params.markup} --question-tokens {params.question_tokens} --out {output:q} > {log:q} 2>&1"


rule train_uniform:
    """The fast model, negatives drawn uniformly within the page (deck: "BERT baseline")."""
    input:
        **program("train_reader"),
        tokens=training_tokens("fast"),
        encoder=encoder_file("fast"),
    output:
        model=f"{QA}/{{data}}/fast_uniform/seed{{seed}}/model.safetensors",
        record=f"{QA}/{{data}}/fast_uniform/seed{{seed}}/training.json",
    log:
        f"{RESULTS}/logs/qa/{{data}}/train.fast_uniform.seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/{{data}}/train.fast_uniform.seed{{seed}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        gpu=GPU * CONFIG.qa.training.processes,
        cpus_per_task=CONFIG.qa.training.processes,
        mem_mb=memory(6000),
        runtime=training_minutes("train_uniform", CONFIG.qa.training),
    params:
        options=training_options("fast", "uniform"),
        launch=launcher("fast"),
        checkpoints=CHECKPOINTS,
        encoder=lambda wildcards, input: str(Path(input.encoder).parent),
    shell:
        '"$PYTHON_NLP" {params.launch} {input.script:q} --tokens {input.tokens:q} --encoder {params.encoder:q} {params.options:q}'
        " --seed {wildcards.seed} --threads {threads} --device $RECKON_DEVICE"
        " --checkpoints {params.checkpoints:q} --checkpoint-minutes $RECKON_CHECKPOINT_MINUTES"
        " --record {output.record:q} --out {output.model:q} > {log:q} 2>&1"


rule score_training_pages:
    """Answer probability of every candidate of every training page (deck: procedure, step 1 and 2)."""
    input:
        **program("score_candidates"),
        tokens=training_tokens("fast"),
        encoder=encoder_file("fast"),
        model=f"{QA}/{{data}}/fast_uniform/seed{{seed}}/model.safetensors",
    output:
        f"{QA}/{{data}}/fast_uniform/seed{{seed}}/training.probabilities.parquet",
    log:
        f"{RESULTS}/logs/qa/{{data}}/score_training_pages.seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/{{data}}/score_training_pages.seed{{seed}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        gpu=GPU,
        mem_mb=memory(4000),
        runtime=minutes(1440),
    params:
        options=SCORING,
        encoder=lambda wildcards, input: str(Path(input.encoder).parent),
    shell:
        '"$PYTHON_NLP" {input.script:q} --tokens {input.tokens:q} --encoder {params.encoder:q}'
        " --model {input.model:q} --classes-only {params.options:q} --threads {threads} --device $RECKON_DEVICE"
        " --out {output:q} > {log:q} 2>&1"


rule normalise_probabilities:
    """Distribution of negatives within each page (deck: procedure, step 3)."""
    input:
        **program("normalise_probabilities"),
        tokens=training_tokens("fast"),
        probabilities=rules.score_training_pages.output,
    output:
        f"{QA}/{{data}}/fast_uniform/seed{{seed}}/negatives.parquet",
    log:
        f"{RESULTS}/logs/qa/{{data}}/normalise_probabilities.seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/{{data}}/normalise_probabilities.seed{{seed}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(4000),
        runtime=minutes(60),
    shell:
        '"$PYTHON_NLP" {input.script:q} --tokens {input.tokens:q} --probabilities {input.probabilities:q}'
        " --out {output:q} > {log:q} 2>&1"


rule train_on_negatives:
    """The fast model trained anew, negatives drawn from the distribution (deck: procedure, step 4)."""
    input:
        **program("train_reader"),
        tokens=training_tokens("fast"),
        encoder=encoder_file("fast"),
        negatives=rules.normalise_probabilities.output,
    output:
        model=f"{QA}/{{data}}/fast_{{sampler}}/seed{{seed}}/model.safetensors",
        record=f"{QA}/{{data}}/fast_{{sampler}}/seed{{seed}}/training.json",
    log:
        f"{RESULTS}/logs/qa/{{data}}/train.fast_{{sampler}}.seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/{{data}}/train.fast_{{sampler}}.seed{{seed}}.tsv"
    wildcard_constraints:
        sampler="|".join(set(CONFIG.qa.samplers) - {"uniform"}) or "none",
    conda:
        ENVIRONMENT["nlp"]
    resources:
        gpu=GPU * CONFIG.qa.training.processes,
        cpus_per_task=CONFIG.qa.training.processes,
        mem_mb=memory(6000),
        runtime=training_minutes("train_on_negatives", CONFIG.qa.training),
    params:
        options=training_options("fast"),
        launch=launcher("fast"),
        checkpoints=CHECKPOINTS,
        encoder=lambda wildcards, input: str(Path(input.encoder).parent),
    shell:
        '"$PYTHON_NLP" {params.launch} {input.script:q} --tokens {input.tokens:q} --encoder {params.encoder:q}'
        " --negatives {input.negatives:q} {params.options:q}"
        " --seed {wildcards.seed} --threads {threads} --device $RECKON_DEVICE"
        " --checkpoints {params.checkpoints:q} --checkpoint-minutes $RECKON_CHECKPOINT_MINUTES"
        " --record {output.record:q} --out {output.model:q} > {log:q} 2>&1"


rule train_strong:
    """A strong model, trained on the fast model's distribution of negatives."""
    input:
        **program("train_reader"),
        tokens=training_tokens("{role}"),
        encoder=encoder_file("{role}"),
        negatives=strong_negatives,
    output:
        model=f"{QA}/{{data}}/{{role}}/seed{{seed}}/model.safetensors",
        record=f"{QA}/{{data}}/{{role}}/seed{{seed}}/training.json",
    log:
        f"{RESULTS}/logs/qa/{{data}}/train.{{role}}.seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/{{data}}/train.{{role}}.seed{{seed}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        gpu=GPU * CONFIG.qa.training.processes,
        cpus_per_task=CONFIG.qa.training.processes,
        mem_mb=memory(10000),
        runtime=training_minutes("train_strong", CONFIG.qa.training),
    params:
        options=training_options("{role}"),
        encoder=lambda wildcards, input: str(Path(input.encoder).parent),
        launch=launcher("{role}"),
        checkpoints=CHECKPOINTS,
    shell:
        '"$PYTHON_NLP" {params.launch} {input.script:q} --tokens {input.tokens:q} --encoder {params.encoder:q}'
        " --negatives {input.negatives:q} {params.options:q}"
        " --seed {wildcards.seed} --threads {threads} --device $RECKON_DEVICE"
        " --checkpoints {params.checkpoints:q} --checkpoint-minutes $RECKON_CHECKPOINT_MINUTES"
        " --record {output.record:q} --out {output.model:q} > {log:q} 2>&1"


rule score_evaluation_pages:
    """The fast model on every candidate of the evaluation pages."""
    input:
        **program("score_candidates"),
        tokens=evaluation_tokens("fast"),
        encoder=encoder_file("fast"),
        model=f"{QA}/{{data}}/fast_{{sampler}}/seed{{seed}}/model.safetensors",
    output:
        f"{QA}/{{data}}/fast_{{sampler}}/seed{{seed}}/probabilities.parquet",
    log:
        f"{RESULTS}/logs/qa/{{data}}/score.fast_{{sampler}}.seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/{{data}}/score.fast_{{sampler}}.seed{{seed}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        gpu=GPU,
        mem_mb=memory(4000),
        runtime=minutes(720),
    params:
        options=SCORING,
        encoder=lambda wildcards, input: str(Path(input.encoder).parent),
    shell:
        '"$PYTHON_NLP" {input.script:q} --tokens {input.tokens:q} --encoder {params.encoder:q}'
        " --model {input.model:q} {params.options:q} --threads {threads} --device $RECKON_DEVICE"
        " --out {output:q} > {log:q} 2>&1"


rule sift_candidates:
    """Which candidates the strong models see, and what that loses (deck: "Sifting candidates")."""
    input:
        **program("sift_candidates"),
        tokens=evaluation_tokens("fast"),
        probabilities=f"{QA}/{{data}}/fast_{CONFIG.qa.strong_sampler}/seed{{seed}}/probabilities.parquet",
    output:
        survivors=f"{QA}/{{data}}/sift/seed{{seed}}/survivors.parquet",
        report=f"{QA}/{{data}}/sift/seed{{seed}}/sift.json",
    log:
        f"{RESULTS}/logs/qa/{{data}}/sift.seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/{{data}}/sift.seed{{seed}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(4000),
        runtime=minutes(60),
    params:
        keep=CONFIG.qa.sift.keep,
        min_probability=CONFIG.qa.sift.min_probability,
        max_tokens=CONFIG.qa.scoring.max_tokens,
    shell:
        '"$PYTHON_NLP" {input.script:q} --tokens {input.tokens:q} --probabilities {input.probabilities:q}'
        " --keep {params.keep} --min-probability {params.min_probability} --max-tokens {params.max_tokens}"
        " --out {output.survivors:q} --report {output.report:q} > {log:q} 2>&1"


rule score_survivors:
    """A strong model on what the sift let through."""
    input:
        **program("score_candidates"),
        tokens=evaluation_tokens("{role}"),
        encoder=encoder_file("{role}"),
        model=f"{QA}/{{data}}/{{role}}/seed{{seed}}/model.safetensors",
        survivors=rules.sift_candidates.output.survivors,
    output:
        f"{QA}/{{data}}/{{role}}/seed{{seed}}/probabilities.parquet",
    log:
        f"{RESULTS}/logs/qa/{{data}}/score.{{role}}.seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/{{data}}/score.{{role}}.seed{{seed}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        gpu=GPU,
        mem_mb=memory(8000),
        runtime=minutes(720),
    params:
        options=SCORING,
        encoder=lambda wildcards, input: str(Path(input.encoder).parent),
    shell:
        '"$PYTHON_NLP" {input.script:q} --tokens {input.tokens:q} --encoder {params.encoder:q}'
        " --model {input.model:q} --survivors {input.survivors:q} {params.options:q}"
        " --threads {threads} --device $RECKON_DEVICE --out {output:q} > {log:q} 2>&1"


rule average_probabilities:
    """Ensemble: weighted mean of probabilities by word, so that tokenizers may differ."""
    input:
        **program("average_probabilities"),
        survivors=rules.sift_candidates.output.survivors,
        probabilities=ensemble_members,
    output:
        f"{QA}/{{data}}/{{ensemble}}/seed{{seed}}/probabilities.parquet",
    log:
        f"{RESULTS}/logs/qa/{{data}}/average.{{ensemble}}.seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/{{data}}/average.{{ensemble}}.seed{{seed}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(4000),
        runtime=minutes(60),
    params:
        weights=lambda wildcards: list(CONFIG.qa.ensembles[wildcards.ensemble].values()),
    shell:
        '"$PYTHON_NLP" {input.script:q} --survivors {input.survivors:q} --probabilities {input.probabilities:q}'
        " --weights {params.weights} --out {output:q} > {log:q} 2>&1"


rule predict_answers:
    """One answer a page, in the official prediction format."""
    input:
        **program("predict_answers"),
        pages=f"{QA}/{{data}}/evaluation.pages.jsonl.gz",
        probabilities=f"{QA}/{{data}}/{{system}}/seed{{seed}}/probabilities.parquet",
    output:
        f"{QA}/{{data}}/{{system}}/seed{{seed}}/predictions.json",
    log:
        f"{RESULTS}/logs/qa/{{data}}/predict.{{system}}.seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/{{data}}/predict.{{system}}.seed{{seed}}.tsv"
    wildcard_constraints:
        system="|".join(TRAINED),
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(4000),
        runtime=minutes(60),
    params:
        options=ANSWERS,
    shell:
        '"$PYTHON_NLP" {input.script:q} --pages {input.pages:q} --probabilities {input.probabilities:q}'
        " {params.options:q} --out {output:q} --lock envs/nlp.lock > {log:q} 2>&1"


rule predict_baseline:
    """A system without training, to stand beside the trained ones."""
    input:
        **program("predict_baseline"),
        pages=f"{QA}/{{data}}/evaluation.pages.jsonl.gz",
        encoder=encoder_file("strong" if "strong" in CONFIG.qa.readers else "fast"),
    output:
        f"{QA}/{{data}}/{{system}}/seed0/predictions.json",
    log:
        f"{RESULTS}/logs/qa/{{data}}/predict.{{system}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/{{data}}/predict.{{system}}.tsv"
    wildcard_constraints:
        system="|".join(BASELINES),
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(4000),
        runtime=minutes(120),
    params:
        encoder=lambda wildcards, input: str(Path(input.encoder).parent),
        max_tokens=CONFIG.qa.scoring.max_tokens,
    shell:
        '"$PYTHON_NLP" {input.script:q} --system {wildcards.system} --pages {input.pages:q}'
        " --encoder {params.encoder:q} --max-tokens {params.max_tokens} --threads {threads}"
        " --out {output:q} --lock envs/nlp.lock > {log:q} 2>&1"


rule evaluate_predictions:
    """Thresholds from the development pages, F1 on the public and the private half."""
    input:
        **program("evaluate_predictions"),
        pages=f"{QA}/{{data}}/evaluation.pages.jsonl.gz",
        predictions=f"{QA}/{{data}}/{{system}}/seed{{seed}}/predictions.json",
        probabilities=whole_page_probabilities,
    output:
        by_page=f"{QA}/{{data}}/{{system}}/seed{{seed}}/by_page.csv",
        scores=f"{QA}/{{data}}/{{system}}/seed{{seed}}/scores.json",
    log:
        f"{RESULTS}/logs/qa/{{data}}/evaluate.{{system}}.seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/{{data}}/evaluate.{{system}}.seed{{seed}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(4000),
        runtime=minutes(60),
    params:
        development_share=CONFIG.qa.answers.development_share,
        probabilities=lambda wildcards, input: asked(("--probabilities", input.get("probabilities"))),
    shell:
        '"$PYTHON_NLP" {input.script:q} --pages {input.pages:q} --predictions {input.predictions:q}'
        " {params.probabilities:q} --development-share {params.development_share}"
        " --by-page {output.by_page:q} --out {output.scores:q} --lock envs/nlp.lock > {log:q} 2>&1"


rule compare_samplers:
    """Each sampler against uniform, paired over seeds and questions, with its interval."""
    input:
        **program("compare_samplers"),
        uniform=sampler_results("uniform"),
        other=sampler_results("{sampler}"),
        negatives=negatives_of_all_seeds,
        tokens=training_tokens("fast"),
    output:
        f"{QA}/{{data}}/{{sampler}}_minus_uniform.json",
    log:
        f"{RESULTS}/logs/qa/{{data}}/compare.{{sampler}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/{{data}}/compare.{{sampler}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(4000),
        runtime=minutes(60),
    params:
        exponent=lambda wildcards: CONFIG.qa.samplers[wildcards.sampler].exponent,
    shell:
        '"$PYTHON_NLP" {input.script:q} --uniform {input.uniform:q} --other {input.other:q}'
        " --negatives {input.negatives:q} --tokens {input.tokens:q} --exponent {params.exponent}"
        " --out {output:q} > {log:q} 2>&1"


rule qa_metrics:
    """Every value of the experiment, one line a value and seed, and the table of all systems."""
    input:
        **program("qa_metrics"),
        systems="reported/qa_systems.csv",
        scores=every("scores.json", (*BASELINES, *TRAINED)),
        records=every("training.json", (*FAST, *STRONG)),
        sifts=sifts(),
        comparisons=comparisons(),
        tokens=token_file(CONFIG.qa.reported_data, "training", "fast"),
    output:
        systems=f"{QA}/systems.csv",
        comparison=f"{QA}/comparison.csv",
        metrics=f"{QA}/metrics.csv",
    log:
        f"{RESULTS}/logs/qa/metrics.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/metrics.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        scale=CONFIG.scale,
        data=CONFIG.qa.reported_data,
    shell:
        '"$PYTHON_NLP" {input.script:q} --names {input.systems:q} --scores {input.scores:q}'
        " --records {input.records:q} --sifts {input.sifts:q} --tokens {input.tokens:q}"
        " --scale {params.scale} --device $RECKON_DEVICE --reported-data {params.data} --systems {output.systems:q}"
        " --comparison {output.comparison:q} --out {output.metrics:q} --lock envs/nlp.lock > {log:q} 2>&1"


rule qa_effects:
    """What the deck claims about question answering, measured: one system minus another."""
    input:
        **program("qa_effects"),
        by_page=every("by_page.csv", (*BASELINES, *TRAINED)),
        negatives=every("negatives.parquet", ["fast_uniform"]),
        sifts=sifts(),
    output:
        f"{QA}/effects.csv",
    log:
        f"{RESULTS}/logs/qa/effects.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/effects.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        contrasts=CONTRASTS,
        baselines=BASELINES,
        scale=CONFIG.scale,
    shell:
        '"$PYTHON_NLP" {input.script:q} --by-page {input.by_page:q} --negatives {input.negatives:q}'
        " --sifts {input.sifts:q} --contrasts {params.contrasts:q} --baselines {params.baselines}"
        " --scale {params.scale} --out {output:q} --lock envs/nlp.lock > {log:q} 2>&1"


rule qa_costs:
    """What sifting saves, in seconds; machine facts stay out of the metrics."""
    input:
        **program("qa_costs"),
        sifts=sifts(),
        scored=rules.qa_metrics.output.metrics,
    output:
        f"{QA}/costs.csv",
    log:
        f"{RESULTS}/logs/qa/costs.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/costs.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(1000),
        runtime=minutes(10),
    params:
        benchmarks=f"{RESULTS}/benchmarks/qa",
        fast=f"fast_{CONFIG.qa.strong_sampler}",
        roles=STRONG,
    shell:
        '"$PYTHON_NLP" {input.script:q} --sifts {input.sifts:q} --benchmarks {params.benchmarks:q}'
        " --fast {params.fast} --roles {params.roles} --out {output:q} > {log:q} 2>&1"

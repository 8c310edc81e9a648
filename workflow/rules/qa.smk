"""Question answering on Natural Questions.

Needs: results/qa/{data}/{split}.pages.jsonl.gz (data.smk), a pretrained encoder for each role (encoders.smk).
Makes: results/qa/metrics.csv; serves the tables qa_training_accuracy, hard_negatives, sifting, qa_final.

download → tokenise → train uniformly → score all candidates of the training pages → normalise within
the page → retrain on hard negatives → score the evaluation pages → sift with the fast model → strong
models on the survivors → ensemble → answers → evaluation.
"""

from reckon.qa import plan as qa_plan

QA = qa_plan.Plan(CONFIG, RESULTS)
QA_MACHINE = {
    "checkpoints": f"{RESULTS}/checkpoints/qa",
    "checkpoint_minutes": CONFIG.qa.training.checkpoint_minutes,
}
SCORING = CONFIG.qa.scoring.model_dump()


use rule step as tokenise_pages with:
    """Token ids and word offsets of every page, for all encoders that share a vocabulary."""
    pathvars:
        job="qa/{data}/tokenise.{split}.{vocabulary}",
    input:
        **program("tokenise_pages"),
        pages="<qa>/{data}/{split}.pages.jsonl.gz",
        encoder=lambda wildcards: of_vocabulary(CONFIG.encoders, wildcards.vocabulary, RESULTS),
    output:
        out="<qa>/{data}/{split}.{vocabulary}.tokens.arrow",
    resources:
        mem_mb=memory(4000),
        runtime=minutes(600),
    params:
        **options(markup=CONFIG.qa.markup, question_tokens=CONFIG.qa.question_tokens),


use rule step as train_uniform with:
    """The fast model, negatives drawn uniformly within the page (deck: "BERT baseline")."""
    pathvars:
        system="fast_uniform",
        job="qa/{data}/train.<system>.seed{seed}",
    input:
        **program("train_reader"),
        tokens=QA.tokens("training", "fast"),
        encoder=QA.encoder("fast"),
    output:
        model="<qa>/{data}/<system>/seed{seed}/model.safetensors",
        record="<qa>/{data}/<system>/seed{seed}/training.json",
    resources:
        **training("train_uniform", CONFIG.qa.training, 6000),
    params:
        **options(QA_MACHINE, lambda w: QA.settings("fast", "uniform", w.data), seed="{seed}"),
        python=python(CONFIG.qa.training.processes),


use rule step as score_training_pages with:
    """Answer probability of every candidate of every training page (deck: procedure, step 1 and 2)."""
    pathvars:
        job="qa/{data}/score_training_pages.seed{seed}",
    input:
        **program("score_candidates"),
        tokens=QA.tokens("training", "fast"),
        encoder=QA.encoder("fast"),
        model=QA.run("fast_uniform", "model.safetensors"),
    output:
        out=QA.run("fast_uniform", "training.probabilities.parquet"),
    resources:
        gpu=GPU,
        mem_mb=memory(4000),
        runtime=minutes(1440),
    params:
        **options(words=False, **SCORING),


use rule step as normalise_probabilities with:
    """Distribution of negatives within each page (deck: procedure, step 3)."""
    pathvars:
        job="qa/{data}/normalise_probabilities.seed{seed}",
    input:
        **program("normalise_probabilities"),
        tokens=QA.tokens("training", "fast"),
        probabilities=QA.run("fast_uniform", "training.probabilities.parquet"),
    output:
        out=QA.run("fast_uniform", "negatives.parquet"),
    params:
        **options(),


use rule train_uniform as train_on_negatives with:
    """The fast model trained anew, negatives drawn from the distribution (deck: procedure, step 4)."""
    pathvars:
        system="fast_{sampler}",
        job="qa/{data}/train.<system>.seed{seed}",
    input:
        **program("train_reader"),
        tokens=QA.tokens("training", "fast"),
        encoder=QA.encoder("fast"),
        negatives=QA.run("fast_uniform", "negatives.parquet"),
    wildcard_constraints:
        sampler="|".join(set(CONFIG.qa.samplers) - {"uniform"}) or "none",
    resources:
        **training("train_on_negatives", CONFIG.qa.training, 6000),
    params:
        **options(QA_MACHINE, lambda w: QA.settings("fast", w.sampler, w.data), seed="{seed}"),


use rule train_uniform as train_strong with:
    """A strong model, trained on the fast model's distribution of negatives."""
    pathvars:
        system="{role}",
        job="qa/{data}/train.<system>.seed{seed}",
    input:
        **program("train_reader"),
        tokens=lambda wildcards: QA.tokens("training", wildcards.role, wildcards.data),
        encoder=lambda wildcards: QA.encoder(wildcards.role),
        negatives=lambda wildcards: QA.strong_negatives(wildcards.data, wildcards.seed),
    resources:
        **training("train_strong", CONFIG.qa.training, 10000),
    params:
        **options(QA_MACHINE, lambda w: QA.settings(w.role, CONFIG.qa.strong_sampler, w.data), seed="{seed}"),


use rule step as score_evaluation_pages with:
    """The fast model on every candidate of the evaluation pages."""
    pathvars:
        system="fast_{sampler}",
        job="qa/{data}/score.<system>.seed{seed}",
    input:
        **program("score_candidates"),
        tokens=QA.tokens("evaluation", "fast"),
        encoder=QA.encoder("fast"),
        model="<qa>/{data}/<system>/seed{seed}/model.safetensors",
    output:
        out="<qa>/{data}/<system>/seed{seed}/probabilities.parquet",
    resources:
        gpu=GPU,
        mem_mb=memory(4000),
        runtime=minutes(720),
    params:
        **options(**SCORING),


use rule step as sift_candidates with:
    """Which candidates the strong models see, and what that loses (deck: "Sifting candidates")."""
    pathvars:
        job="qa/{data}/sift.seed{seed}",
    input:
        **program("sift_candidates"),
        tokens=QA.tokens("evaluation", "fast"),
        probabilities=QA.run(QA.sifting, "probabilities.parquet"),
    output:
        survivors=QA.run("sift", "survivors.parquet"),
        report=QA.run("sift", "sift.json"),
    params:
        **options(**CONFIG.qa.sift.model_dump(), max_tokens=CONFIG.qa.scoring.max_tokens),


use rule score_evaluation_pages as score_survivors with:
    """A strong model on what the sift let through."""
    pathvars:
        system="{role}",
        job="qa/{data}/score.<system>.seed{seed}",
    input:
        **program("score_candidates"),
        tokens=lambda wildcards: QA.tokens("evaluation", wildcards.role, wildcards.data),
        encoder=lambda wildcards: QA.encoder(wildcards.role),
        model="<qa>/{data}/<system>/seed{seed}/model.safetensors",
        survivors=QA.run("sift", "survivors.parquet"),
    resources:
        gpu=GPU,
        mem_mb=memory(8000),
        runtime=minutes(720),


use rule step as average_probabilities with:
    """Ensemble: weighted mean of probabilities by word, so that tokenizers may differ."""
    pathvars:
        job="qa/{data}/average.{ensemble}.seed{seed}",
    input:
        **program("average_probabilities"),
        survivors=QA.run("sift", "survivors.parquet"),
        probabilities=lambda w: QA.members(w.ensemble, w.data, w.seed),
    output:
        out=QA.run("{ensemble}", "probabilities.parquet"),
    params:
        **options(weights=lambda w: list(CONFIG.qa.ensembles[w.ensemble].values())),


use rule step as predict_answers with:
    """One answer a page, in the official prediction format."""
    pathvars:
        job="qa/{data}/predict.{system}.seed{seed}",
    input:
        **program("predict_answers"),
        pages="<qa>/{data}/evaluation.pages.jsonl.gz",
        probabilities=QA.run("{system}", "probabilities.parquet"),
    output:
        out=QA.run("{system}", "predictions.json"),
    wildcard_constraints:
        system="|".join(QA.trained),
    params:
        **options(**CONFIG.qa.answers.model_dump(exclude={"development_share"})),


use rule step as predict_baseline with:
    """A system without training, to stand beside the trained ones."""
    pathvars:
        job="qa/{data}/predict.{system}",
    input:
        **program("predict_baseline"),
        pages="<qa>/{data}/evaluation.pages.jsonl.gz",
        encoder=QA.encoder("strong" if "strong" in CONFIG.qa.readers else "fast"),
    output:
        out=QA.run("{system}", "predictions.json", seed=0),
    wildcard_constraints:
        system="|".join(qa_plan.BASELINES),
    resources:
        mem_mb=memory(4000),
        runtime=minutes(120),
    params:
        **options(system="{system}", max_tokens=CONFIG.qa.scoring.max_tokens),


use rule step as evaluate_predictions with:
    """Thresholds from the development pages, F1 on the public and the private half."""
    pathvars:
        job="qa/{data}/evaluate.{system}.seed{seed}",
    input:
        **program("evaluate_predictions"),
        pages="<qa>/{data}/evaluation.pages.jsonl.gz",
        predictions=QA.run("{system}", "predictions.json"),
        probabilities=lambda w: QA.whole_pages(w.system, w.data, w.seed),
    output:
        by_page=QA.run("{system}", "by_page.csv"),
        scores=QA.run("{system}", "scores.json"),
    params:
        **options(development_share=CONFIG.qa.answers.development_share),


use rule step as compare_samplers with:
    """Each sampler against uniform, paired over seeds and questions, with its interval."""
    pathvars:
        job="qa/{data}/compare.{sampler}",
    input:
        **program("compare_samplers"),
        uniform=lambda w: QA.of_system("fast_uniform", "by_page.csv", w.data),
        other=lambda w: QA.of_system(f"fast_{w.sampler}", "by_page.csv", w.data),
        negatives=lambda w: QA.of_system("fast_uniform", "negatives.parquet", w.data),
        tokens=QA.tokens("training", "fast"),
    output:
        out="<qa>/{data}/{sampler}_minus_uniform.json",
    params:
        **options(exponent=lambda wildcards: CONFIG.qa.samplers[wildcards.sampler].exponent),


use rule step as qa_metrics with:
    """Every value of the experiment, one line a value and seed, and the table of all systems."""
    pathvars:
        job="qa/metrics",
    input:
        **program("qa_metrics"),
        names="reported/qa_systems.csv",
        scores=QA.of_all("scores.json", (*qa_plan.BASELINES, *QA.trained)),
        records=QA.of_all("training.json", (*QA.fast, *QA.strong)),
        sifts=QA.sifts(),
        rests_on=QA.comparisons(),
        tokens=QA.tokens("training", "fast", CONFIG.qa.reported_data),
    output:
        systems="<qa>/systems.csv",
        comparison="<qa>/comparison.csv",
        metrics="<qa>/metrics.csv",
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        **options({"device": CONFIG.device}, scale=CONFIG.scale, reported_data=CONFIG.qa.reported_data),


use rule step as qa_effects with:
    """What the deck claims about question answering, measured: one system minus another."""
    pathvars:
        job="qa/effects",
    input:
        **program("qa_effects"),
        by_page=QA.of_all("by_page.csv", (*qa_plan.BASELINES, *QA.trained)),
        negatives=QA.of_all("negatives.parquet", ("fast_uniform",)),
        sifts=QA.sifts(),
    output:
        out="<qa>/effects.csv",
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        **options(contrasts=QA.contrasts(), baselines=qa_plan.BASELINES, scale=CONFIG.scale),


use rule step as qa_costs with:
    """What sifting saves, in seconds; machine facts stay out of the metrics."""
    pathvars:
        job="qa/costs",
    input:
        **program("qa_costs"),
        sifts=QA.sifts(),
        rests_on="<qa>/metrics.csv",
    output:
        out="<qa>/costs.csv",
    resources:
        mem_mb=memory(1000),
        runtime=minutes(10),
    params:
        **options(benchmarks=f"{RESULTS}/benchmarks/qa", fast=QA.sifting, roles=QA.strong),

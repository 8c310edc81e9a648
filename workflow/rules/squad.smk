"""Fine-tuning on SQuAD 2.0, the deck's first stage, and what precision costs it.

Needs: results/raw/squad2/* or the miniature; a pretrained encoder for each role (encoders.smk).
Makes: results/squad/metrics.csv and effects.csv (table mixed_precision), systems.csv, precision.csv, speed.csv; and
results/encoders/NAME for every encoder of the configuration that is `squad: ROLE`.

articles → tokenise → train every role, and one role in every precision → answers → metrics, effects
                    └→ training and prediction timed in turns → speed
"""

from reckon.squad import plan as squad_plan

SQUAD = squad_plan.Plan(CONFIG, RESULTS)
TUNED = CONFIG.squad
SQUAD_MACHINE = {
    "checkpoints": f"{RESULTS}/checkpoints/squad",
    "checkpoint_minutes": TUNED.training.checkpoint_minutes,
}


use rule step as generate_articles with:
    """Questions and contexts of the miniature SQuAD, whose truth is known by construction."""
    pathvars:
        job="squad/miniature/generate_articles.{split}",
    input:
        **program("generate_articles"),
    output:
        out="<squad>/miniature/{split}.json.gz",
    resources:
        mem_mb=memory(500),
        runtime=minutes(10),
    params:
        **options(split="{split}", **TUNED.options),


use rule step as tokenise_articles with:
    """Token ids and their places for every context, for all encoders that share a vocabulary."""
    pathvars:
        job=f"squad/{TUNED.data}/tokenise.{{split}}.{{vocabulary}}",
    input:
        **program("tokenise_articles"),
        source=lambda wildcards: SQUAD.sources(wildcards.split, DATA),
        encoder=lambda wildcards: of_vocabulary(CONFIG.encoders, wildcards.vocabulary, RESULTS),
    output:
        out=f"<squad>/{TUNED.data}/{{split}}.{{vocabulary}}.tokens.arrow",
    params:
        **options(corpus=TUNED.data, split="{split}", question_tokens=TUNED.question_tokens),


use rule step as train_spans with:
    """One system: a role, or the role of all arms in one precision; resumes from its last checkpoint."""
    pathvars:
        job=f"squad/{TUNED.data}/train.{{tuned}}.seed{{seed}}",
    input:
        **program("train_spans"),
        tokens=lambda wildcards: SQUAD.tokens("training", wildcards.tuned),
        encoder=lambda wildcards: SQUAD.encoder(wildcards.tuned),
    output:
        model=SQUAD.run("model.safetensors"),
        record=SQUAD.run("training.json"),
    resources:
        **training("train_spans", TUNED.training, 6000),
    params:
        **options(SQUAD_MACHINE, lambda wildcards: SQUAD.settings(wildcards.tuned), seed="{seed}"),
        python=python(TUNED.training.processes),


use rule step as answer_questions with:
    """Answers to the evaluation questions, in the precision that the system was trained in."""
    pathvars:
        job=f"squad/{TUNED.data}/answer.{{tuned}}.seed{{seed}}",
    input:
        **program("answer_questions"),
        tokens=lambda wildcards: SQUAD.tokens("evaluation", wildcards.tuned),
        encoder=lambda wildcards: SQUAD.encoder(wildcards.tuned),
        model=SQUAD.run("model.safetensors"),
    output:
        predictions=SQUAD.run("predictions.json"),
        null_probabilities=SQUAD.run("null_probabilities.json"),
        best=SQUAD.run("answers.jsonl.gz"),
    resources:
        gpu=GPU,
        mem_mb=memory(4000),
        runtime=minutes(240),
    params:
        **options(chosen=lambda wildcards: SQUAD.answering(wildcards.tuned)),


use rule step as squad_metrics with:
    """EM and F1 of every system, those without a network among them, and every arm held against fp32."""
    pathvars:
        job="squad/metrics",
    input:
        **program("squad_metrics"),
        source=SQUAD.sources("evaluation", DATA),
        tokens=SQUAD.tokens("evaluation", TUNED.precision.reader),
        predictions=SQUAD.of_all("predictions.json"),
        beside=[
            *SQUAD.of_all("null_probabilities.json"),
            *SQUAD.of_all("answers.jsonl.gz"),
            *SQUAD.of_all("training.json"),
        ],
    output:
        systems="<squad>/systems.csv",
        precision="<squad>/precision.csv",
        metrics="<squad>/metrics.csv",
        claims="<squad>/effects.csv",
    resources:
        mem_mb=memory(2000),
        runtime=minutes(30),
    params:
        **options(corpus=TUNED.data, arms=SQUAD.arms, mixed=TUNED.precision.mixed, scale=CONFIG.scale),


use rule step as time_arms with:
    """Speed of training and prediction by arm, in turns; alone on its machine, or its numbers mean little."""
    pathvars:
        job="squad/time_arms",
    input:
        **program("time_arms"),
        tokens=SQUAD.tokens("training", TUNED.precision.reader),
        encoder=SQUAD.encoder(TUNED.precision.reader),
    output:
        speed="<squad>/speed.csv",
        metrics="<squad>/speed_metrics.csv",
        claims="<squad>/speed_effects.csv",
    resources:
        gpu=GPU,
        mem_mb=memory(6000),
        runtime=minutes(120),
    params:
        **options(
            arms=SQUAD.arm_settings(),
            reader=SQUAD.settings(TUNED.precision.reader)["reader"],
            stride=TUNED.stride,
            steps=TUNED.precision.timed_steps,
            repeats=TUNED.precision.repeats,
            mixed=TUNED.precision.mixed,
            scale=CONFIG.scale,
            data=TUNED.data,
        ),


use rule step as offer_encoder with:
    """The encoder of a tuned reader with the record of its training, for experiments that start from it."""
    pathvars:
        job="encoders/{offered}",
    input:
        **program("offer_encoder"),
        encoder=lambda wildcards: SQUAD.encoder(CONFIG.encoders[wildcards.offered].squad),
        model=lambda wildcards: SQUAD.tuned(CONFIG.encoders[wildcards.offered].squad, "model.safetensors"),
        record=lambda wildcards: SQUAD.tuned(CONFIG.encoders[wildcards.offered].squad, "training.json"),
    output:
        out=multiext(
            "<results>/encoders/{offered}/",
            "config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json",
            "complete",
            "training.json",
        ),
    params:
        **options(),

from typing import Annotated, Literal

from reckon.files.writing import writing
from reckon.squad import effects, results
from reckon.squad.tokens import TokenParagraphs
from reckon.steps.program import Read, Write, step
from reckon.tables.effects import write_effects
from reckon.tables.metrics import write_metrics


def squad_metrics(
    *,
    source: Annotated[list[Read], "SQuAD files of the evaluation"],
    predictions: Annotated[list[Read], "of every system and seed"],
    tokens: Annotated[Read, "of the evaluation, in the vocabulary of the arms"],
    beside: Annotated[list[Read], "the other files of the same runs"],
    corpus: Literal["miniature", "articles", "squad2"],
    arms: Annotated[list[str], "systems that differ in precision alone"],
    mixed: Annotated[str, "the arm that is the deck's mixed precision"],
    scale: str,
    systems: Write,
    precision: Write,
    metrics: Write,
    claims: Write,
) -> None:
    """Score the answers of all systems and hold the arms against fp32."""
    answers = results.evaluation_answers(source, corpus)
    runs = [results.read_run(path, answers) for path in predictions]
    untrained, evidence = results.untrained_values(answers, TokenParagraphs(tokens)), str(tokens)
    write_metrics(systems, results.system_metrics(runs, untrained, scale, corpus, evidence))
    with writing(precision) as out:
        results.arms_table(runs, arms).to_csv(out, index=False)
    write_metrics(metrics, results.deck_metrics(runs, mixed, untrained, scale, corpus, evidence))
    about = (scale, corpus, results.evaluation_articles(source, corpus))
    between = effects.arm_effects(runs, arms, mixed, *about)
    write_effects(claims, [*between, *effects.trivial_effects(runs, *about)])


if __name__ == "__main__":
    step(squad_metrics)

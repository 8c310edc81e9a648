from typing import Annotated

from reckon.files.writing import writing
from reckon.qa.features import TokenPages
from reckon.qa.metrics import (
    comparison as compared,
)
from reckon.qa.metrics import (
    deck_metrics,
    read_names,
    read_run,
    system_metrics,
    without_short_answer,
)
from reckon.qa.pages import NO, YES
from reckon.steps.program import Read, Write, step
from reckon.tables.metrics import write_metrics


def qa_metrics(
    *,
    names: Annotated[Read, "reported/qa_systems.csv"],
    scores: list[Read],
    records: list[Read],
    sifts: list[Read] = [],  # noqa: B006  never changed
    tokens: Annotated[Read, "training pages of the reported data"],
    scale: str,
    reported_data: str,
    device: Annotated[str, "where the networks ran, for the final table"] = "",
    systems: Write,
    comparison: Write,
    metrics: Write,
) -> None:
    """Gather the scores of all systems into tidy metrics and one comparison table."""
    runs, trainings, sifted = ([read_run(p) for p in paths] for paths in (scores, records, sifts))
    measured = system_metrics(runs, sifted, scale)
    write_metrics(systems, measured)
    with writing(comparison) as out:
        compared(measured).to_csv(out, index=False, float_format="%.4f")
    pages = TokenPages(tokens)
    share = without_short_answer(pages.answer, pages.answer_class, (NO, YES))
    runs, trainings = ([one for one in some if one.data == reported_data] for some in (runs, trainings))
    write_metrics(metrics, deck_metrics(read_names(names), runs, trainings, (share, len(pages)), scale))


if __name__ == "__main__":
    step(qa_metrics)

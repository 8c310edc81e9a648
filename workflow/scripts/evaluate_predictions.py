from typing import Annotated

from reckon.files.rows import write_rows
from reckon.files.writing import write_json
from reckon.qa.evaluation import evaluate, ranking
from reckon.qa.label_files import read_predictions
from reckon.qa.pages import read_pages
from reckon.qa.probabilities import probabilities_by_page
from reckon.steps.program import Read, Share, Write, step


def evaluate_predictions(
    *,
    pages: Read,
    predictions: Read,
    probabilities: Annotated[Read | None, "of every candidate: ranks are measured too"] = None,
    development_share: Share,
    by_page: Write,
    scores: Write,
) -> None:
    """Score predictions: Kaggle micro F1 by half, official F1, recall of the gold candidate."""
    annotated = list(read_pages(pages))
    found = evaluate(annotated, read_predictions(predictions), development_share)
    ranks = (
        {"ranking": ranking(annotated, probabilities_by_page(probabilities), development_share)}
        if probabilities
        else {}
    )
    write_rows(by_page, list(found.by_page[0]), found.by_page)
    write_json(scores, found.summary | ranks)


if __name__ == "__main__":
    step(evaluate_predictions)

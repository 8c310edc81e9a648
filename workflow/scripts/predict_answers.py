from typing import Any

from reckon.qa.answer import predict, predict_page
from reckon.qa.label_files import write_predictions
from reckon.qa.pages import read_pages
from reckon.qa.probabilities import read_probabilities
from reckon.steps.program import Read, Write, step


def predict_answers(*, pages: Read, probabilities: Read, out: Write, **answers: Any) -> None:
    """Read one answer a page off the candidates' probabilities, in the official prediction format."""
    write_predictions(out, predict(read_pages(pages), read_probabilities(probabilities), **answers))


if __name__ == "__main__":
    step(predict_answers, predict_page)

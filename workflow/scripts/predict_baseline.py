from typing import Annotated, Literal

from reckon.qa import baselines
from reckon.qa.label_files import write_predictions
from reckon.qa.pages import read_pages
from reckon.steps.program import Positive, Read, ReadFolder, Write, step


def predict_baseline(
    *,
    system: Literal["tfidf", "cosine", "blank"],
    pages: Read,
    encoder: Annotated[ReadFolder, "for cosine"],
    max_tokens: Annotated[Positive, "for cosine"] = 256,
    out: Write,
) -> None:
    """Predictions of a system without training: TF-IDF, the untrained encoder's cosine, or always blank."""
    if system == "cosine":
        from reckon.nn.embed import embedder

        predictions = baselines.cosine(read_pages(pages), embedder(encoder, max_tokens=max_tokens))
    else:
        choose = {"tfidf": baselines.tfidf, "blank": baselines.always_blank}[system]
        predictions = choose(read_pages(pages))
    write_predictions(out, predictions)


if __name__ == "__main__":
    step(predict_baseline)

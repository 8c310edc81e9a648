from pathlib import Path

from reckon.lecture.language_model import (
    KneserNey,
    Model,
    Unigram,
    brown_sentences,
    perplexity,
    split,
    unknown_share,
    vocabulary,
    wikitext_sentences,
)
from reckon.steps.program import Read, Write, step
from reckon.tables.metrics import Metric, write_metrics

ORDER = 5


def language_model(*, brown: Read, wikitext_valid: Read, wikitext_test: Read, scale: str, out: Write) -> None:
    """Perplexity of counting models on Brown, split by text, and on WikiText-2, from valid to test."""
    valid = wikitext_sentences(Path(wikitext_valid))
    corpora = {
        "brown": split(brown_sentences(Path(brown))),
        "wikitext2_valid": (
            [w for part in valid.values() for w in part],
            wikitext_sentences(Path(wikitext_test)),
        ),
    }
    rows = []
    for data, (training, test) in corpora.items():
        known = vocabulary(training)
        tokens = sum(len(words) + 1 for sentences in test.values() for words in sentences)

        def add(
            row: str, column: str, value: float, unit: str = "1", data: str = data, n: int = tokens
        ) -> None:
            rows.append(
                Metric("lecture", "language_model", row, column, 0, value, unit, n, scale, data, str(out))
            )

        models: dict[str, Model]
        models = {
            "unigram": Unigram(training, known),
            f"Kneser-Ney, order {ORDER}": KneserNey(training, known, ORDER),
        }
        for name, model in models.items():
            for end, value in zip(("", "low ", "high "), perplexity(model, test, known), strict=True):
                add(name, f"{end}perplexity", value)
        add("corpus", "words of the training", sum(map(len, training)), "words")
        add("corpus", "vocabulary", len(known), "words")
        add("corpus", "texts of the test", len(test), "texts")
        add("corpus", "unknown words of the test", unknown_share(test, known), "share")
    write_metrics(out, rows)


if __name__ == "__main__":
    step(language_model)

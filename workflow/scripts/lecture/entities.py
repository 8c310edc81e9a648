from collections import Counter

from reckon.lecture.entities import UNIVERSAL, WNUT17, boeing, iob2, spans, strict_f1
from reckon.lecture.tagging import MostFrequent, Perceptron, read_tagged
from reckon.steps.program import Read, Write, step
from reckon.tables.metrics import Metric, write_metrics

EPOCHS = 5


def entities(
    *, uner_dev: Read, uner_test: Read, wnut17_train: Read, wnut17_test: Read, scale: str, out: Write
) -> None:
    """Named entities by the most frequent tag and by the averaged perceptron; the slide's sentence."""
    rows = []
    corpora = {
        # Its training file is not in the mirror: both learn from the development file, and see no other.
        "uner_ewt_dev": (uner_dev, uner_test, iob2(tuple(UNIVERSAL.values()))),
        "wnut17": (wnut17_train, wnut17_test, iob2(WNUT17)),
    }
    for data, (training, test, known) in corpora.items():
        counts = Counter(empty_sentence=0)
        learn, gold = (read_tagged(str(path), "ner", known, counts) for path in (training, test))
        n = sum(len(spans(sentence.tags)) for sentence in gold)

        def add(row: str, column: str, value: float, unit: str, data: str = data, n: int = n) -> None:
            rows.append(Metric("lecture", "entities", row, column, 0, value, unit, n, scale, data, str(out)))

        taggers: dict[str, MostFrequent | Perceptron]
        taggers = {"most frequent tag": MostFrequent(learn), "averaged perceptron": Perceptron(learn, EPOCHS)}
        for name, tagger in taggers.items():
            found = strict_f1(gold, [tagger.tag(sentence.tokens) for sentence in gold])
            for end, value in zip(("", "low ", "high "), found, strict=True):
                add(name, f"{end}strict F1", value, "share")
            if data == "uner_ewt_dev":
                slide = boeing()
                right = set(spans(slide.tags)) & set(spans(tagger.tag(slide.tokens)))
                add(name, "Boeing sentence, right entities", len(right), "spans", n=len(spans(slide.tags)))
        add("sentences", "left out: empty", counts["empty_sentence"], "sentences")
    write_metrics(out, rows)


if __name__ == "__main__":
    step(entities)

from collections import Counter

from reckon.lecture.tagging import (
    UPOS,
    MostFrequent,
    Perceptron,
    accuracy,
    boeing,
    gain,
    on_the_slide,
    read_tagged,
)
from reckon.steps.program import Read, Write, step
from reckon.tables.metrics import Metric, write_metrics

EPOCHS = 5


def tagging(*, training: Read, test: Read, scale: str, out: Write) -> None:
    """Parts of speech by the most frequent tag and by the averaged perceptron; the slide's sentence."""
    counts = Counter(empty_sentence=0)
    learn, gold = (read_tagged(str(path), "upos", UPOS, counts) for path in (training, test))
    tokens, rows = sum(len(sentence.tokens) for sentence in gold), []

    def add(row: str, column: str, value: float, n: int, unit: str) -> None:
        rows.append(Metric("lecture", "tagging", row, column, 0, value, unit, n, scale, "ud_ewt", str(out)))

    taggers: dict[str, MostFrequent | Perceptron]
    taggers = {"most frequent tag": MostFrequent(learn), "averaged perceptron": Perceptron(learn, EPOCHS)}
    tagged = {name: [tagger.tag(s.tokens) for s in gold] for name, tagger in taggers.items()}
    found = {name: accuracy(gold, tags) for name, tags in tagged.items()}
    units = dict.fromkeys(found, "share")
    found["perceptron - most frequent"] = gain(gold, *reversed(tagged.values()))
    for name, estimate in found.items():
        for end, value in zip(("", "low ", "high "), estimate, strict=True):
            # A difference may be below 0, which no share is.
            add(name, f"{end}accuracy", value, tokens, units.get(name, "difference"))
    slide = boeing()
    for name, tagger in taggers.items():
        tags = on_the_slide(slide.tokens, tagger.tag(slide.tokens))
        right = sum(a == b for a, b in zip(slide.tags, tags, strict=True))
        add(name, "Boeing sentence, tags as on the slide", right, len(slide.tokens), "tokens")
    add("sentences", "left out: empty", counts["empty_sentence"], len(learn) + len(gold), "sentences")
    write_metrics(out, rows)


if __name__ == "__main__":
    step(tagging)

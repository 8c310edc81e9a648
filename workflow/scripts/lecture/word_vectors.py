from itertools import product

from reckon.files.svg import save_svg
from reckon.lecture.word_vectors import analogy, components, cosines, drawn, read_words
from reckon.steps.program import Read, Write, step
from reckon.tables.metrics import Metric, write_metrics

ANALOGIES = (("king", "man", "woman"), ("queen", "woman", "man"))


def word_vectors(*, vectors: Read, scale: str, out: Write, figure: Write) -> None:
    """The 8 × 7 table in two dimensions: variance, coordinates, cosines, analogies, and the picture."""
    table = read_words(vectors)
    found = components(table.vectors)
    rows = []

    def put(name: str, row: str, column: str, value: float, unit: str, n: int) -> None:
        rows.append(
            Metric("lecture", name, row, column, 0, value, unit, n, scale, "illustration", str(vectors))
        )

    for number, share in enumerate(found.explained, 1):
        put("word_variance", f"component {number}", "explained", share, "share", len(table.words))
    for word, place in zip(table.words, found.coordinates, strict=True):
        for number in (0, 1):
            put("word_coordinates", word, f"component {number + 1}", place[number], "1", 1)
    pairs = product(table.words, table.words)
    for (word, other), value in zip(pairs, cosines(table.vectors, table.vectors).flat, strict=True):
        put("word_cosines", word, other, value, "1", len(table.meanings))
    for a, b, c in ANALOGIES:
        best, cosine = analogy(table, a, b, c)
        put("word_analogies", f"{a} - {b} + {c}", best, cosine, "1", len(table.words) - 3)
    write_metrics(out, rows)
    save_svg(drawn(table, found), figure)


if __name__ == "__main__":
    step(word_vectors)

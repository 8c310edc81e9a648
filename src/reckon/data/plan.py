"""Which raw files a corpus is made of, here: as a mirror has them, or as their publishers do."""

from collections.abc import Container, Iterable
from pathlib import Path

from reckon.data.catalogue import find, read_catalogue
from reckon.files.hashes import fingerprint

# Other names of pages are the user's own: their files lie in results/qa/NAME, and no rule makes them.
CONSTRUCTIONS = ("squad_pages", "wide_pages", "nq_pages", "natural_questions")
_SQUAD = {
    "converted": ("squad2/train.json.gz", "squad2/dev.json.gz", "squad2/extra_v1.1_only_articles.json.gz"),
    "official": ("squad2/dev-v2.0.json", "squad2/dev-v1.1.json"),
}
# What `articles` is made of, by split; the official files hold more, of which titles are taken.
_ARTICLES = {
    "converted": {
        "training": (
            "squad2/train.json.gz",
            "squad2/extra_official_train_beyonce.json.gz",
            "squad2/extra_v1.1_only_articles.json.gz",
        ),
        "evaluation": ("squad2/dev.json.gz",),
    },
    "official": {
        "training": ("squad2/dev-v2.0.json", "squad2/dev-v1.1.json", "squad2/train-v2.0.json"),
        "evaluation": ("squad2/dev-v2.0.json",),
    },
}
_SQUAD2 = {"training": ("squad2/train-v2.0.json",), "evaluation": ("squad2/dev-v2.0.json",)}
_GOLD_PARAGRAPHS = {
    "converted": ("nq/nq_open_oracle_gold_paragraph.jsonl.gz",),
    "official": ("nq/nq-open-oracle.jsonl.gz",),
}
_NATURAL_QUESTIONS = {
    "training": ("nq/simplified-nq-train.jsonl.gz",),
    "evaluation": ("nq/nq-dev-all.jsonl.gz",),
}


class Sources:
    """The files of the catalogue, under `results`/raw.

    Mirrors hold converted files, the public addresses the official ones; both give the same pages.
    Raises `InputError` for a catalogue that cannot be read.
    """

    def __init__(self, catalogue: Path, results: str, *, mirrored: bool) -> None:
        self.entries = read_catalogue(catalogue)
        self.folder = f"{results}/raw"
        self.mirrored = mirrored

    def entry(self, dataset: str, file: str) -> str:
        """Fingerprint of a line of the catalogue: another line fetches its file again, and no other."""
        return fingerprint(find(self.entries, dataset, file))

    def pages(self, construction: str, split: str) -> list[str]:
        """Raw files that the pages of a construction and split are made of."""
        form = "converted" if self.mirrored else "official"
        files = {
            "squad_pages": _SQUAD[form],
            "wide_pages": _SQUAD[form],
            "nq_pages": _GOLD_PARAGRAPHS[form],
            "natural_questions": _NATURAL_QUESTIONS[split],
        }
        return [f"{self.folder}/{name}" for name in files[construction]]

    def articles(self, corpus: str, split: str) -> list[str]:
        """Raw SQuAD files of a split of `articles` or `squad2`."""
        form = "converted" if self.mirrored else "official"
        files = _ARTICLES[form] if corpus == "articles" else _SQUAD2
        return [f"{self.folder}/{name}" for name in files[split]]

    def inferences(self, names: Iterable[str]) -> list[str]:
        """Csv files of e-SNLI by their names without ending: packed in a mirror, plain where published."""
        known = {entry.name for entry in self.entries}
        packed = {name: self.mirrored and f"esnli/{name}.csv.gz" in known for name in names}
        return [f"{self.folder}/esnli/{name}.csv{'.gz' * packed[name]}" for name in packed]


def made_here(pages: Container[str]) -> list[str]:
    """The constructions among the configured `pages`; `none`, which no file is called, if there are none."""
    return [name for name in CONSTRUCTIONS if name in pages] or ["none"]

"""Functions for data.smk: which raw files a construction of pages is made of, and its options."""

from reckon.data.catalogue import read_catalogue
from reckon.files.hashes import fingerprint

try:
    CATALOGUE = {
        entry.name: entry for entry in read_catalogue(Path(workflow.basedir) / "config/datasets.csv")
    }
except InputError as error:
    raise WorkflowError(str(error)) from None

MIRROR = str(CONFIG.mirror or os.environ.get("RECKON_MIRROR", ""))
os.environ.update(RECKON_MIRROR=MIRROR)
# Mirrors hold converted files, the public addresses the official ones; both give the same pages.
FORM = "converted" if MIRROR else "official"

# Other names under qa.pages are the user's own: their files lie in results/qa/NAME, and no rule makes them.
CONSTRUCTIONS = ("squad_pages", "wide_pages", "nq_pages", "natural_questions")
SQUAD = {
    "converted": ("squad2/train.json.gz", "squad2/dev.json.gz", "squad2/extra_v1.1_only_articles.json.gz"),
    "official": ("squad2/dev-v2.0.json", "squad2/dev-v1.1.json"),
}
GOLD_PARAGRAPHS = {
    "converted": ("nq/nq_open_oracle_gold_paragraph.jsonl.gz",),
    "official": ("nq/nq-open-oracle.jsonl.gz",),
}
NATURAL_QUESTIONS = {
    "training": ("nq/simplified-nq-train.jsonl.gz",),
    "evaluation": ("nq/nq-dev-all.jsonl.gz",),
}


def catalogue_entry(wildcards):
    """Fingerprint of a file's line in the catalogue: another line fetches this file again, and no other."""
    return fingerprint(CATALOGUE[f"{wildcards.dataset}/{wildcards.file}"])


def page_sources(wildcards):
    """Raw files that the pages of a construction and split are made of."""
    files = {
        "squad_pages": SQUAD[FORM],
        "wide_pages": SQUAD[FORM],
        "nq_pages": GOLD_PARAGRAPHS[FORM],
        "natural_questions": NATURAL_QUESTIONS[wildcards.split],
    }
    return [f"{RESULTS}/raw/{name}" for name in files[wildcards.construction]]


def page_options(construction):
    """Params function: the options of a construction as options of its program."""

    def options(wildcards):
        chosen = CONFIG.qa.pages[construction.format(**dict(wildcards))].options
        return asked(*((f"--{name.replace('_', '-')}", value) for name, value in chosen.items()))

    return options

"""Data: every file of config/datasets.csv, and the pages that question answering reads.

Needs: a cache, a mirror or the network for real data; nothing for the miniature corpus.
Makes: results/raw/{dataset}/{file}, results/qa/{data}/{split}.pages.jsonl.gz.
"""


use rule step as fetch with:
    """One file of the catalogue: from the cache, a mirror, or its public address."""
    pathvars:
        job="raw/{dataset}/{file}",
    input:
        **program("fetch"),
        catalogue=ancient("config/datasets.csv"),
    output:
        out="<results>/raw/{dataset}/{file}",
    wildcard_constraints:
        dataset=r"[^/]+",
        file=r"[^/]+",
    resources:
        mem_mb=memory(500),
        runtime=minutes(240),
    params:
        **options(dataset="{dataset}", file="{file}", entry=lambda w: DATA.entry(w.dataset, w.file)),


use rule step as generate_pages with:
    """Pages of the miniature corpus, whose truth is known by construction."""
    pathvars:
        job="qa/miniature/generate_pages.{split}",
    input:
        **program("generate_pages"),
    output:
        out="<qa>/miniature/{split}.pages.jsonl.gz",
    resources:
        mem_mb=memory(500),
        runtime=minutes(10),
    params:
        **options(split="{split}", chosen=lambda wildcards: CONFIG.qa.pages["miniature"].options),


use rule step as assemble_pages with:
    """Pages of real questions: SQuAD articles, assembled NQ pages, or the official NQ files."""
    pathvars:
        job="qa/{construction}/assemble_pages.{split}",
    input:
        **program("assemble_pages"),
        source=lambda wildcards: DATA.pages(wildcards.construction, wildcards.split),
    output:
        out="<qa>/{construction}/{split}.pages.jsonl.gz",
    wildcard_constraints:
        construction="|".join(made_here(CONFIG.qa.pages)),
    resources:
        mem_mb=memory(4000),
        runtime=minutes(240),
    params:
        **options(
            construction="{construction}",
            split="{split}",
            chosen=lambda wildcards: CONFIG.qa.pages[wildcards.construction].options,
        ),

"""Data: every file of config/datasets.csv, and the pages that question answering reads.

Needs: a cache, a mirror or the network for real data; nothing for the miniature corpus.
Makes: results/raw/{dataset}/{file}, results/qa/{data}/{split}.pages.jsonl.gz.
"""


rule fetch:
    """One file of the catalogue: from the cache, a mirror, or its public address."""
    input:
        **program("fetch"),
        catalogue=ancient("config/datasets.csv"),
    output:
        f"{RESULTS}/raw/{{dataset}}/{{file}}",
    log:
        f"{RESULTS}/logs/raw/{{dataset}}/{{file}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/raw/{{dataset}}/{{file}}.tsv"
    wildcard_constraints:
        dataset=r"[^/]+",
        file=r"[^/]+",
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(500),
        runtime=minutes(240),
    params:
        entry=catalogue_entry,
    shell:
        '"$PYTHON_NLP" {input.script:q} --catalogue {input.catalogue:q} --dataset {wildcards.dataset:q}'
        ' --file {wildcards.file:q} --cache "$RECKON_CACHE" --mirror "$RECKON_MIRROR" --out {output:q} > {log:q} 2>&1'


rule generate_pages:
    """Pages of the miniature corpus, whose truth is known by construction."""
    input:
        **program("generate_pages"),
    output:
        f"{RESULTS}/qa/miniature/{{split}}.pages.jsonl.gz",
    log:
        f"{RESULTS}/logs/qa/miniature/generate_pages.{{split}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/miniature/generate_pages.{{split}}.tsv"
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(500),
        runtime=minutes(10),
    params:
        options=page_options("miniature"),
    shell:
        '"$PYTHON_NLP" {input.script:q} --split {wildcards.split} {params.options:q} --out {output:q} > {log:q} 2>&1'


rule assemble_pages:
    """Pages of real questions: SQuAD articles, assembled NQ pages, or the official NQ files."""
    input:
        **program("assemble_pages"),
        sources=page_sources,
    output:
        f"{RESULTS}/qa/{{construction}}/{{split}}.pages.jsonl.gz",
    log:
        f"{RESULTS}/logs/qa/{{construction}}/assemble_pages.{{split}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/qa/{{construction}}/assemble_pages.{{split}}.tsv"
    wildcard_constraints:
        construction="|".join(name for name in CONSTRUCTIONS if name in CONFIG.qa.pages) or "none",
    conda:
        ENVIRONMENT["nlp"]
    resources:
        mem_mb=memory(4000),
        runtime=minutes(240),
    params:
        options=page_options("{construction}"),
    shell:
        '"$PYTHON_NLP" {input.script:q} --construction {wildcards.construction} --split {wildcards.split}'
        " --source {input.sources:q} {params.options:q} --out {output:q} > {log:q} 2>&1"

"""Pretrained encoders, for every experiment that has networks.

Needs: the sources of `encoders` in the configuration. Makes: results/encoders/{encoder}/.
"""

from reckon.nn.plan import borrowed, fetched, of_vocabulary, source, tuned, weights


use rule step as prepare_encoder with:
    """Fetch a pretrained encoder once, in the form of transformers."""
    pathvars:
        job="encoders/{encoder}",
    input:
        **program("prepare_encoder"),
        tokenizer=lambda wildcards: borrowed(CONFIG.encoders[wildcards.encoder], RESULTS),
    output:
        out=multiext(
            "<results>/encoders/{encoder}/",
            "config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json",
            "complete",
        ),
    wildcard_constraints:
        encoder="|".join(fetched(CONFIG.encoders)),
    params:
        **options(chosen=lambda wildcards: source(CONFIG.encoders[wildcards.encoder])),

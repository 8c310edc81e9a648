"""Ways to score all pairs of words of one 24-token sentence pair in one run: cost, agreement with the exact.

    python tools/studies/word_pairs.py --model results/encoders/minilm_l6 --seeds 20

The deck's sentences, a random head of three classes on the encoder's pooled [CLS], cross-entropy, word
embeddings. Prints one csv line a method: CPU seconds, Hessian-vector products, peak memory, and over the
seeds: Spearman correlation and top-10 overlap with the exact scores (mean and least), median relative
error, and how many of the stated 95 % intervals hold the exact score. Exact rows are those of the score
that a method estimates: Frobenius norms, or the original's mean of absolute entries (`columns`).

Memory needs processes of their own: `--memory` measures the exact method for sentences of several lengths.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from scipy import stats

from reckon.gradients.estimators import Blocks

COLUMNS = (
    "method",
    "draws",
    "cpu_s",
    "products",
    "seeds",
    "spearman_mean",
    "spearman_min",
    "top10_mean",
    "top10_min",
    "median_error",
    "coverage",
)
TOP = 10


def loaded(model: Path, seed: int) -> tuple[Any, dict[str, Any]]:
    """The encoder with a random head, and the deck's sentences."""
    import torch

    from reckon.gradients.deck import HYPOTHESIS, PREMISE
    from reckon.gradients.encoded import batch, encode
    from reckon.gradients.model import load_any
    from reckon.nn.encoders import load_tokenizer

    torch.set_num_threads(1)
    pair, _ = encode(load_tokenizer(model, "drop"), PREMISE, HYPOTHESIS)
    inputs = batch([pair])
    del inputs["labels"]
    return load_any(model, None, "{}", seed=seed), inputs


def naive(model: Any, inputs: dict[str, Any], rows: int) -> tuple[float, int]:
    """CPU seconds of the original's loop, one double backward a row of the Hessian, from `rows` of them."""
    import torch

    from reckon.gradients.products import differentiable_twice, logits_at, point, scalar_of

    with differentiable_twice(model):
        E = point(model, inputs, "word").requires_grad_()
        logits = logits_at(model, inputs, "word")(E)
        value = scalar_of("ce", logits.detach(), 0)(logits)
        gradient = torch.autograd.grad(value, E, create_graph=True)[0].flatten()
        chosen = np.random.default_rng(0).permutation(len(gradient))[: rows or len(gradient)]
        start = process_time()
        for row in chosen.tolist():
            torch.autograd.grad(gradient[row], E, retain_graph=True)
    return (process_time() - start) * len(gradient) / len(chosen), len(gradient)


def exact_scores(model: Any, inputs: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, float, int]:
    """Frobenius norms and the original's score of all pairs from one pass; its CPU seconds and products."""
    from reckon.gradients.estimators import exact
    from reckon.gradients.products import differentiable_twice, logits_at, point, products

    start = process_time()
    with differentiable_twice(model):
        E = point(model, inputs, "word")
        product = products(logits_at(model, inputs, "word"), E, "ce", 0)
        absolute, squared, spent = exact(product, E, np.arange(len(E)), range(len(E)))
    return np.sqrt(squared), absolute / E.shape[1] ** 2, process_time() - start, spent


def timed(score: Callable[..., Blocks], /, **options: Any) -> tuple[Blocks, float]:
    """The scores and their CPU seconds."""
    start = process_time()
    return score(**options), process_time() - start


def compared(exact: np.ndarray, found: list[tuple[Blocks, float]]) -> dict[str, Any]:
    """Agreement of estimates over seeds with the exact scores; only pairs i < j."""
    i, j = np.triu_indices(len(exact), 1)
    truth = exact[i, j]
    best = set(np.argsort(-truth)[:TOP])
    scores = [blocks.score[i, j] for blocks, _ in found]
    ranks = [stats.spearmanr(truth, score).statistic for score in scores]
    overlaps = [len(best & set(np.argsort(-score)[:TOP])) for score in scores]
    held = [((b.low <= exact) & (exact <= b.high))[i, j].mean() for b, _ in found]
    return {
        "cpu_s": np.mean([seconds for _, seconds in found]),
        "products": np.mean([blocks.products for blocks, _ in found]),
        "seeds": len(found),
        "spearman_mean": np.mean(ranks),
        "spearman_min": min(ranks),
        "top10_mean": np.mean(overlaps),
        "top10_min": min(overlaps),
        "median_error": np.median([np.abs(score / truth - 1) for score in scores]),
        "coverage": np.mean(held),
    }


def rows(options: argparse.Namespace) -> Any:
    """Yield one row a method, the naive loop and the exact scores first."""
    from reckon.gradients.pairs import pair_scores

    model, inputs = loaded(options.model, options.head_seed)

    def score(**chosen: Any) -> Blocks:
        return pair_scores(model, inputs, **chosen)

    timed(score, method="probes", draws=1)  # the first call pays for what is set up once
    seconds, products = naive(model, inputs, options.naive_rows)
    yield {"method": "naive double backward", "cpu_s": seconds, "products": products}
    norms, mean_abs, seconds, products = exact_scores(model, inputs)
    yield {"method": "exact", "cpu_s": seconds, "products": products}
    terms, seconds = timed(score, score="taylor")
    yield {"method": "taylor", "cpu_s": seconds, "products": terms.products} | {
        "spearman_mean": compared(norms, [(absolute(terms), 0.0)])["spearman_mean"]
    }
    for draws in options.draws:
        found = [timed(score, method="probes", draws=draws, seed=s) for s in range(options.seeds)]
        yield {"method": "probes", "draws": draws} | compared(norms, found)
    found = [timed(score, method="adaptive", seed=s, top=TOP) for s in range(options.seeds)]
    yield {"method": "adaptive", "draws": "4 to 32"} | compared(norms, found)
    for draws in options.draws:
        found = [
            timed(score, method="columns", score="meanabs", draws=draws, seed=s) for s in range(options.seeds)
        ]
        yield {"method": "columns", "draws": draws} | compared(mean_abs, found)


def absolute(blocks: Blocks) -> Blocks:
    """Sizes of signed scores."""
    size = np.abs(blocks.score)
    return Blocks(size, blocks.error, size, size, blocks.products)


def peak_of_exact(model: Path, repeats: int) -> dict[str, float]:
    """Tokens and peak memory (GiB) of some exact columns of a premise repeated so often, after loading."""
    from reckon.gradients.deck import HYPOTHESIS, PREMISE
    from reckon.gradients.encoded import batch, encode
    from reckon.gradients.pairs import pair_scores
    from reckon.nn.encoders import load_tokenizer

    classifier, _ = loaded(model, 0)
    pair, _ = encode(load_tokenizer(model, "drop"), " ".join([PREMISE] * repeats), HYPOTHESIS)
    inputs = batch([pair])
    del inputs["labels"]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Every column costs the same memory; those of one word show it.
    pair_scores(classifier, inputs, method="exact", selected=[1])
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"tokens": len(pair.ids), "before_gib": before / 2**20, "peak_gib": after / 2**20}


def memory(model: Path, growing: list[int]) -> None:
    """Print tokens and peak memory for growing sentences, each in a process of its own."""
    for repeats in growing:
        command = [sys.executable, __file__, "--model", str(model), "--one", str(repeats)]
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        print(done.stdout.splitlines()[-1], flush=True)


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, required=True, help="folder of the encoder")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--head-seed", type=int, default=0)
    parser.add_argument("--draws", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--naive-rows", type=int, default=256, help="rows that are timed; 0: all of them")
    parser.add_argument(
        "--memory", action="store_true", help="measure the memory of the exact method instead"
    )
    parser.add_argument(
        "--repeats", type=int, nargs="+", default=[1, 2, 4, 8], help="of the premise, for --memory"
    )
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(peak_of_exact(options.model, options.one)))
        return
    if options.memory:
        memory(options.model, options.repeats)
        return
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows(options):
        writer.writerow({k: f"{v:.4g}" if isinstance(v, float) else v for k, v in row.items()})
        sys.stdout.flush()


if __name__ == "__main__":
    main()

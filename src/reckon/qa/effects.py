"""What the deck claims about question answering, as measured effects: one system minus another.

Positive always means that the first system, the one that the deck holds to be better, is ahead.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from reckon.qa.comparison import PageCounts, f1_comparison, read_counts, recall_comparison
from reckon.qa.evaluation import SCORED
from reckon.qa.metrics import Run, read_run
from reckon.qa.sampling import Distribution, effective_negatives, read_distribution
from reckon.stats.crossed import Comparison, compare_seeds
from reckon.tables.effects import WHOLE, Effect

# Measure -> the parts of the evaluation pages that it is counted on, and how two arms are compared.
MEASURES = {
    "Public F1": (("public",), f1_comparison),
    "Private F1": (("private",), f1_comparison),
    "F1": (SCORED, f1_comparison),
    "Recall@1": (SCORED, recall_comparison),
}
EASY = 0.1  # an answer probability below which the uniformly trained model has seen through a negative

Files = Mapping[int, Path]  # by seed


def differences(
    data: str, scale: str, system: str, other: str, files: Mapping[str, Files], *, trained: bool = True
) -> list[Effect]:
    """`system` minus `other` in every measure, over the seeds that both have, and over articles.

    `files` gives the counts by page of each system and seed. A system without training (`trained` is
    False for `other`) has seed 0 alone, which stands against every seed.
    Returns nothing if they share no seed.
    """
    ours, theirs = files.get(system, {}), files.get(other, {})
    seeds = sorted(seed for seed in ours if not trained or seed in theirs)
    if not seeds or not theirs:
        return []
    effects = []
    for measure, (parts, difference) in MEASURES.items():
        first = _arms([ours[seed] for seed in seeds], parts)
        second = _arms([theirs[seed if trained else 0] for seed in seeds], parts)
        found = difference(second, first)
        about = (f"{system} - {other}", measure, data, scale, len(seeds), found.pages)
        effects.append(_effect(*about, found.comparison, found.cluster, ours[seeds[0]]))
    return effects


def easy_negatives(data: str, scale: str, drawn: Mapping[int, Distribution], evidence: Path) -> list[Effect]:
    """What uniform draws consist of, and what drawing by p makes of it, by the distribution of each seed.

    The share of the negatives that the uniformly trained model gives less than `EASY` (the deck says that
    most are too easy), and the effective share of a page's negatives at τ = 1: 1 / Σ share², of the
    median page, over their number. 1 would be uniform.
    """
    n = len(next(iter(drawn.values())).pages)
    easy = [float(np.mean(of_seed.probabilities < EASY)) for of_seed in drawn.values()]
    effective = [_effective_share(of_seed) for of_seed in drawn.values()]
    measured = {
        ("uniform negatives", f"share with p < {EASY:g}"): easy,
        ("negatives drawn by p", "effective share of a page's negatives"): effective,
    }
    return [_over_seeds(*names, data, scale, values, n, evidence) for names, values in measured.items()]


def _effective_share(distribution: Distribution) -> float:
    counts = np.unique(distribution.pages, return_counts=True)[1]
    return float(np.median(effective_negatives(distribution, 1.0) / counts))


def work_saved(data: str, scale: str, sifts: Sequence[Run]) -> Effect:
    """Share of a strong model's tokens that sifting spares it, from the report of each seed's sift.

    The fast model's own work is not counted; results/qa/costs.csv holds the seconds of both.
    """
    saved = [1 - run.share("kept_tokens") for run in sifts]
    return _over_seeds(
        "sift", "tokens spared", data, scale, saved, sifts[0].count("candidates"), sifts[0].path
    )


def by_system(paths: Iterable[Path]) -> dict[str, dict[str, dict[int, Path]]]:
    """Files results/qa/<data>/<system>/seed<seed>/<name> by data, system and seed."""
    found: dict[str, dict[str, dict[int, Path]]] = {}
    for path in paths:
        seed = int(path.parent.name.removeprefix("seed"))
        found.setdefault(path.parents[2].name, {}).setdefault(path.parents[1].name, {})[seed] = path
    return found


def _arms(paths: Sequence[Path], parts: tuple[str, ...]) -> list[PageCounts]:
    return [read_counts(path, parts) for path in paths]


def _over_seeds(
    contrast: str, measure: str, data: str, scale: str, values: Sequence[float], n: int, evidence: Path
) -> Effect:
    """Mean and interval of one share a seed, counted over all the n things that it is about."""
    comparison = compare_seeds(values, bounds=(0, 1))
    return _effect(contrast, measure, data, scale, len(values), n, comparison, WHOLE, evidence)


def _effect(
    contrast: str,
    measure: str,
    data: str,
    scale: str,
    seeds: int,
    n: int,
    found: Comparison,
    cluster: str,
    evidence: Path,
) -> Effect:
    return Effect(
        *("qa", contrast, measure, "share", scale, data, seeds, n),
        *found.estimate,
        str(evidence),
        cluster,
        found.clusters,
        found.freedom,
        found.detectable,
        found.doubt,
    )


def system_effects(
    by_page: Iterable[Path], contrasts: Sequence[str], baselines: Sequence[str], scale: str
) -> list[Effect]:
    """Every contrast `SYSTEM:OTHER` on every construction of pages; `baselines` have no training."""
    effects = []
    for data, systems in by_system(by_page).items():
        for system, other in (pair.split(":") for pair in contrasts):
            effects += differences(data, scale, system, other, systems, trained=other not in baselines)
    return effects


def sampling_effects(negatives: Iterable[Path], scale: str) -> list[Effect]:
    """What draws consist of, on every construction of pages, from the distributions of its seeds."""
    effects = []
    for data, systems in by_system(negatives).items():
        files = systems["fast_uniform"]
        drawn = {seed: read_distribution(path) for seed, path in files.items()}
        effects += easy_negatives(data, scale, drawn, min(files.values()))
    return effects


def sifting_effects(sifts: Iterable[Path], scale: str) -> list[Effect]:
    """The work that sifting saves, on every construction of pages, from the reports of its seeds."""
    return [
        work_saved(data, scale, [read_run(path) for _, path in sorted(systems["sift"].items())])
        for data, systems in by_system(sifts).items()
    ]

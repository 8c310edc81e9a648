"""GPU-hours and storage of the scale `full`, rule by rule, from its configuration and measured rates.

    python tools/studies/cluster_costs.py           # prints the table of docs/cluster.md
    python tools/studies/cluster_costs.py --speed 6 # for cards six times as fast as the original's

The rates are those of the deck's own machine, four GTX 1080 Ti: its BERT-base scored the 973,480 candidates
of the development pages in 1,000 s, its ALBERT-xlarge 16,729 of them in 333 s. BERT-large, of which no time
is on record, is taken to be slower than BERT-base as layers × hidden² are more. A training step costs three
forward passes.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CARDS = 4
CANDIDATES = {"training": 38_000_000, "evaluation": 973_480}
SURVIVORS = 16_729
ANSWERED_PAGES = 152_086
INFERENCE_PAIRS = 549_367
PASSES_OF_A_STEP = 3
# Parameters as published, and pairs a second on one card.
PARAMETERS = {"bert_base": 109_482_240, "albert_xlarge": 58_724_864, "bert_large": 335_141_888}
BERT_BASE = CANDIDATES["evaluation"] / 1000 / CARDS
RATE = {
    "bert_base": BERT_BASE,
    "albert_xlarge": SURVIVORS / 333 / CARDS,
    "bert_large": BERT_BASE * (12 * 768**2) / (24 * 1024**2),
}
# Bytes of a parameter in a model; in a checkpoint there are two moments of the optimiser beside it.
WEIGHT, CHECKPOINT = 4, 12


@dataclass(frozen=True)
class Cost:
    """Jobs of one rule: how many, hours of one card for each, GB that each leaves, GB while it runs."""

    rule: str
    jobs: int
    hours: float
    kept: float = 0.0
    checkpoint: float = 0.0


def settings() -> dict[str, Any]:
    """config/full.yaml over config/config.yaml, as Snakemake merges them."""
    names = ("config.yaml", "full.yaml")
    base, full = (yaml.safe_load((ROOT / "config" / name).read_text("utf-8")) for name in names)
    return _merged(base, full)


def _merged(base: Any, change: Any) -> Any:
    if not (isinstance(base, dict) and isinstance(change, dict)):
        return change
    return base | {key: _merged(base.get(key), value) for key, value in change.items()}


def costs(config: dict[str, Any]) -> list[Cost]:
    """All rules that ask for a GPU."""
    return [*_question_answering(config["qa"]), *_gradients(config["gradients"])]


def _question_answering(qa: dict[str, Any]) -> list[Cost]:
    planned = len(qa["pages"][qa["reported_data"]]["seeds"])
    samplers = len(qa["samplers"])
    fast = qa["readers"]["fast"]["encoder"]
    scored = RATE[fast] * 3600
    found = [
        _training("train_uniform", qa, "fast", planned),
        Cost("score_training_pages", planned, CANDIDATES["training"] / scored),
        _training("train_on_negatives", qa, "fast", planned * (samplers - 1)),
        Cost("score_evaluation_pages", planned * samplers, CANDIDATES["evaluation"] / scored),
    ]
    for role in (role for role in qa["readers"] if role != "fast"):
        reader = qa["readers"][role]
        encoder, seeds = reader["encoder"], len(reader.get("seeds") or range(planned))
        found.append(_training(f"train_strong ({role})", qa, role, seeds))
        found.append(Cost(f"score_survivors ({role})", seeds, SURVIVORS / RATE[encoder] / 3600))
    return found


def _training(rule: str, qa: dict[str, Any], role: str, jobs: int) -> Cost:
    reader = qa["readers"][role]
    epochs = (qa["training"] | reader.get("training", {}))["epochs"]
    # Of every answered page the answer and one negative, and negatives of other pages.
    pairs = ANSWERED_PAGES * (2 + qa["samplers"]["uniform"]["null_pages_per_answered"])
    return _trained(rule, jobs, pairs * epochs, reader["encoder"])


def _gradients(gradients: dict[str, Any]) -> list[Cost]:
    encoder, training = gradients["classifier"]["encoder"], gradients["training"]
    runs = len(gradients["seeds"]) * (2 if gradients["shuffled_labels"] else 1)
    places = {*gradients["track"]["epochs"], *gradients["word_pairs"]["epochs"]}
    cost = _trained("train_with_tracking", runs, INFERENCE_PAIRS * training["epochs"], encoder)
    return [Cost(cost.rule, runs, cost.hours, cost.kept * len(places), cost.checkpoint)]


def _trained(rule: str, jobs: int, pairs: float, encoder: str) -> Cost:
    hours = pairs * PASSES_OF_A_STEP / RATE[encoder] / 3600
    parameters = PARAMETERS[encoder] / 1e9
    return Cost(rule, jobs, hours, parameters * WEIGHT, parameters * CHECKPOINT)


def table(found: list[Cost], speed: float) -> str:
    """Markdown, one line a rule and the sum."""
    lines = [
        "| rule | jobs | GPU-hours a job | GPU-hours | GB kept | GB of a checkpoint |",
        "|---|---|---|---|---|---|",
    ]
    for cost in found:
        hours, kept = cost.hours / speed, f"{cost.jobs * cost.kept:.1f}" if cost.kept else ""
        checkpoint = f"{cost.checkpoint:.1f}" if cost.checkpoint else ""
        lines.append(
            f"| {cost.rule} | {cost.jobs} | {hours:.1f} | {cost.jobs * hours:.0f} | {kept} | {checkpoint} |"
        )
    hours = sum(cost.jobs * cost.hours for cost in found) / speed
    kept = sum(cost.jobs * cost.kept for cost in found)
    lines.append(f"| all | {sum(cost.jobs for cost in found)} | | {hours:.0f} | {kept:.1f} | |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Parse, compute, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--speed", type=float, default=1, help="how much faster a card is than a GTX 1080 Ti")
    args = parser.parse_args()
    print(table(costs(settings()), args.speed), end="")


if __name__ == "__main__":
    main()

from typing import Annotated

from reckon.files.writing import writing
from reckon.gradients import frames, results
from reckon.gradients.frames import read_frame, read_runs
from reckon.steps.program import Read, Write, step
from reckon.tables.metrics import write_metrics


def gather_gradients(
    *,
    saliency: list[Read],
    losses: list[Read],
    originals: list[Read],
    shares: list[Read],
    deck: list[Read],
    reported: Annotated[list[Read], "the deck's tables of pairs"],
    scale: str,
    data: str,
    tracking: Write,
    curves: Write,
    pairs: Write,
    relations: Write,
    deck_pairs: Write,
    metrics: Write,
) -> None:
    """Gather all runs into tidy tables, and the scores of the deck's sentence beside the deck's cells."""
    tracked = results.tracking(
        read_runs(saliency, frames.SALIENCY),
        read_runs(losses, frames.LOSSES),
        read_runs(originals, frames.ORIGINALS),
    )
    by_pair = results.pair_shares(read_runs(shares, frames.SHARES))
    tables = {
        tracking: tracked,
        curves: results.curves(tracked),
        pairs: by_pair,
        relations: results.mean_shares(by_pair),
        deck_pairs: read_runs(deck, frames.DECK),
    }
    for path, table in tables.items():
        with writing(path) as out:
            table.to_csv(out, index=False)
    trained = [path for path in deck if path.parts[-3] == "labels"]
    seeds = [int(path.parts[-2].removeprefix("seed")) for path in trained]
    runs = [(path, seed, read_frame(path, frames.DECK)) for path, seed in zip(trained, seeds, strict=True)]
    write_metrics(metrics, results.deck_metrics(runs, reported[0].parent, scale=scale, data=data))


if __name__ == "__main__":
    step(gather_gradients)

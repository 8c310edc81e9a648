"""Score predictions: Kaggle micro F1 by half, official F1, recall of the gold candidate."""

import argparse
import csv
import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from reckon.files.writing import writing
from reckon.qa.evaluation import evaluate, ranking
from reckon.qa.label_files import read_predictions
from reckon.qa.pages import read_pages
from reckon.qa.probabilities import read_answer_probabilities
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all


def main() -> None:
    """Parse, score, write the counts by page and, last, the summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--predictions", type=Path, required=True)
    parser.add_argument("--probabilities", type=Path, help="of every candidate: ranks are measured too")
    parser.add_argument("--development-share", type=float, required=True)
    parser.add_argument("--by-page", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lock", type=Path, help="pins of the environment, for the sidecar")
    args = parser.parse_args()
    pages = list(read_pages(args.pages))
    scores = evaluate(pages, read_predictions(args.predictions), args.development_share)
    summary = scores.summary
    if args.probabilities:
        by_page = defaultdict(list)
        ids, _, probabilities = read_answer_probabilities(args.probabilities)
        for example_id, probability in zip(ids, probabilities, strict=True):
            by_page[example_id].append(probability)
        arrays = {example_id: np.array(values) for example_id, values in by_page.items()}
        summary |= {"ranking": ranking(pages, arrays, args.development_share)}
    with writing(args.by_page) as out:
        writer = csv.DictWriter(out, scores.by_page[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(scores.by_page)
    with writing(args.out) as out:
        json.dump(summary, out, indent=1)
    read = [args.pages, args.predictions, *([args.probabilities] if args.probabilities else [])]
    stamp_all([args.by_page, args.out], read, own_code(), settings_of(args), args.lock)


if __name__ == "__main__":
    run(main)

from collections import Counter

import numpy as np

from reckon.lecture.movie_revenue import Metadata, predictions, read_films, require_order, score
from reckon.stats.intervals import document_interval
from reckon.steps.program import Read, Write, step
from reckon.tables.metrics import Metric, write_metrics

# The slide's rows. Its films are others and its unit is not told: ours stand beside, and settle nothing.
SLIDE = {
    "median": "Baseline: Predict median from training data",
    "D": "Metadata (D)",
    "T": "Text (T)",
    "D+T": "Metadata (D) + Text (T)",
}


def movie_revenue(*, training: Read, development: Read, test: Read, scale: str, out: Write) -> None:
    """Revenue of the opening weekend, whole and a screen: errors of baselines, metadata, text, and both."""
    counts = Counter(films=0, no_revenue=0)
    films = {
        name: read_films(str(path), counts)
        for name, path in (("training", training), ("development", development), ("test", test))
    }
    require_order(films["training"], films["development"], str(development))
    require_order(films["development"], films["test"], str(test))
    n, rows = len(films["test"]), []

    def add(row: str, column: str, value: float, unit: str, table: str = "movie_revenue") -> None:
        rows.append(Metric("lecture", table, row, column, 0, value, unit, n, scale, "openings", str(out)))

    for target, unit in (("opening", "USD"), ("opening a screen", "USD a screen")):
        revenue = {
            split: np.array([film.revenue / (film.screens if "screen" in target else 1) for film in part])
            for split, part in films.items()
        }
        found = predictions(films["training"], films["development"], films["test"], revenue)
        errors = {model: np.abs(predicted - revenue["test"]) for model, predicted in found.items()}
        for model, predicted in found.items():
            error, r = score(predicted, revenue["test"])
            # A model without spread has no correlation.
            shown = {"MAE": (error, unit)} | ({} if np.isnan(r.mean) else {"r": (r, "1")})
            if model != "median":
                shown["gain on the median"] = (document_interval([errors["median"] - errors[model]]), unit)
            for measure, (estimate, of) in shown.items():
                for end, value in zip(("", "low ", "high "), estimate, strict=True):
                    add(f"{model}, {target}", f"{end}{measure}", value, of)
            if "screen" in target and model in SLIDE:
                add(SLIDE[model], "Mean Absolute Error ($)", error.mean, "USD", "movie_mae")
    for column, model in (("change from Metadata (D)", "D"), ("change from Baseline", "median")):
        change = 100 * (errors["T"].mean() / errors[model].mean() - 1)
        add(SLIDE["T"], column, change, "% change", "movie_mae")
    unseen = Metadata(films["training"]).unseen(films["test"])
    for name, number in (counts | {"test films with a category unseen in training": unseen}).items():
        add("films", name.replace("_", " "), number, "1")
    write_metrics(out, rows)


if __name__ == "__main__":
    step(movie_revenue)

"""Every reader of the package with a valid file of its own: what the hostile set and the fuzzing damage."""

import gzip
import json
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import tables
import trained


@dataclass(frozen=True)
class Case:
    """`make` writes a folder in which `target` is the file to damage; `read` reads all of it."""

    target: str
    make: Callable[[Path], None]
    read: Callable[[Path], Any]
    slow: bool = False  # it loads torch


def _text(target: str, content: str, read: Callable[[Path], Any]) -> Case:
    return Case(target, lambda folder: _write(folder / target, content), lambda folder: read(folder / target))


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def _lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def _metrics(path: Path) -> Any:
    from reckon.tables.metrics import read_metrics

    return read_metrics(path)


def _effects(path: Path) -> Any:
    from reckon.tables.effects import read_effects

    return read_effects(path)


def _final_table(path: Path) -> Any:
    from reckon.report.final_table import counts, fatal, read_rows

    rows = read_rows(path)
    return counts(rows), fatal(rows)


def _settled(path: Path) -> Any:
    from reckon.report.page.tidy import read_claims

    return read_claims(path)


def _findings(path: Path) -> Any:
    from reckon.report.page.tidy import read_findings

    return read_findings(path)


def _jobs(path: Path) -> Any:
    from reckon.report.page.costs import costs, read_jobs

    return costs(read_jobs(path.parent.parent))


def _by_page(path: Path) -> Any:
    from reckon.qa.comparison import read_counts

    return read_counts(path, ("public",))


def _pairs(path: Path) -> Any:
    from reckon.data.esnli import read_pairs

    return list(read_pairs(path, Counter()))


def _catalogue(path: Path) -> Any:
    from reckon.data.catalogue import read_catalogue

    return read_catalogue(path)


def _locked(folder: Path) -> Any:
    from reckon.data.catalogue import read_catalogue
    from reckon.data.fetch import fetch

    (entry,) = read_catalogue(folder / "datasets.csv")
    fetch(entry, folder / "out", cache=folder, mirror=folder)


def _names(path: Path) -> Any:
    from reckon.qa.metrics import read_names

    return read_names(path)


def _fem(columns: str) -> Callable[[Path], Any]:
    def read(path: Path) -> Any:
        from reckon.fem import results

        rows = results.read_rows(path, getattr(results, columns))
        return {
            "ITERATIONS": lambda: results.step_growth(rows, "demo", str(path)),
            "ERRORS": lambda: results.smallest_epsilon_rates(rows, "demo", str(path)),
        }.get(columns, lambda: rows)()

    return read


def _level(path: Path) -> Any:
    from reckon.fem import results

    record = results.read_level(path)
    return results.iteration_row(record), results.metrics([(str(path), record)], "demo")


def _cost(path: Path) -> Any:
    from reckon.fem import results

    return results.timing_row(tables.LEVEL, results.read_cost(path))


def _errors(path: Path) -> Any:
    from reckon.fem.results import read_errors, with_rates

    return with_rates(read_errors([path]))


def _transcription(folder: Path) -> Any:
    from reckon.report.claims import read_claims
    from reckon.tables.transcription import read_transcription

    return read_claims(folder / "claims.csv", read_transcription(folder))


def _checks(folder: Path) -> Any:
    from reckon.audit.figures import read_library
    from reckon.audit.findings import findings, read_checks

    return findings(read_checks(folder / "checks.csv"), read_library(folder))


def _reported(target: str, read: Callable[[Path], Any] = _transcription) -> Case:
    def make(folder: Path) -> None:
        for name, content in tables.REPORTED.items():
            _write(folder / name, content)

    return Case(target, make, read)


def _sidecar(folder: Path) -> Any:
    from reckon.steps.chain import tampered
    from reckon.steps.provenance import read_sidecar

    # Of a damaged record the chain makes a finding; the reader itself refuses it.
    assert tampered(folder / "metrics.csv")
    return read_sidecar(folder / "metrics.csv")


def _make_sidecar(folder: Path) -> None:
    from reckon.steps.provenance import sidecar

    _write(folder / "metrics.csv", tables.METRICS)
    record = {name: {"a": "0" * 64} for name in ("output", "inputs", "code", "lock")}
    _write(sidecar(folder / "metrics.csv"), json.dumps(record | {"params": {"scale": "demo"}}))


def _scores(path: Path) -> Any:
    import pandas as pd

    from reckon.qa.metrics import deck_metrics, read_run, system_metrics

    run = read_run(path)
    names = pd.DataFrame([{"system": "fast_hard", "table": "t", "row": "r", "epoch": ""}])
    return system_metrics([run], [], "demo"), deck_metrics(names, [run], [], (0.5, 2), "demo")


def _training(path: Path) -> Any:
    import pandas as pd

    from reckon.qa.metrics import deck_metrics, read_run

    names = pd.DataFrame([{"system": "fast_hard", "table": "t", "row": "r", "epoch": "first"}])
    return deck_metrics(names, [], [read_run(path)], (0.5, 2), "demo")


def _sift(path: Path) -> Any:
    from reckon.qa.costs import sift_costs
    from reckon.qa.effects import work_saved
    from reckon.qa.metrics import read_run, system_metrics

    benchmarks = path.parents[4] / "benchmarks"
    for role in ("fast", "strong"):
        _write(benchmarks / f"nq/score.{role}.seed0.tsv", tables.BENCHMARK)
    sift_costs([path], benchmarks, "fast", ["strong"])
    return work_saved("nq", "demo", [read_run(path)]), system_metrics([], [read_run(path)], "demo")


def _snapshots(path: Path) -> Any:
    from reckon.gradients.frames import read_snapshots

    return read_snapshots(path)


def _pages(path: Path) -> Any:
    from reckon.qa.pages import gold, read_pages

    return [gold(page) for page in read_pages(path)]


def _gold(path: Path) -> Any:
    from reckon.qa.label_files import read_gold

    return read_gold(path)


def _predictions(path: Path) -> Any:
    from reckon.qa.label_files import read_predictions

    return read_predictions(path)


def _original(path: Path) -> Any:
    from reckon.data.nq_original import pages

    return list(pages(path))


def _records(path: Path) -> Any:
    from reckon.data.nq_pages import read_records

    return read_records(path)


def _articles(path: Path) -> Any:
    from reckon.data.squad_pages import read_articles

    return read_articles([path])


def _paragraphs(path: Path) -> Any:
    from reckon.data.squad import counts_of, read_paragraphs

    paragraphs = read_paragraphs([path])
    return paragraphs, counts_of(paragraphs)


def _squad_run(folder: Path) -> Any:
    from reckon.squad.results import read_run

    return read_run(folder / SQUAD_RUN / "predictions.json", {"a": ["Paris"], "b": []}).values


def _squad_file(name: str) -> Case:
    def make(folder: Path) -> None:
        place = folder / SQUAD_RUN
        _write(place / "predictions.json", json.dumps(tables.SQUAD_ANSWERS))
        _write(place / "null_probabilities.json", json.dumps({"a": 0.25, "b": 1.0}))
        _write(place / "training.json", json.dumps(tables.SQUAD_RECORD))
        _write(place / "answers.jsonl.gz", _lines(*tables.SQUAD_BEST))

    return Case(f"{SQUAD_RUN}/{name}", make, _squad_run)


def _encoded(path: Path) -> Any:
    from reckon.gradients.encoded import read_encoded

    return [astuple(pair) for pair in read_encoded(path)]


def _frame(kind: str) -> Callable[[Path], Any]:
    def read(path: Path) -> Any:
        from reckon.gradients import frames

        return frames.read_runs([path], getattr(frames, kind))

    return read


def _overlay(path: Path) -> Any:
    from reckon.config.overlays import check_files

    check_files([path])


def _make_profile(folder: Path) -> None:
    _write(folder / "config.yaml", "executor: slurm\nslurm-partition-config: site.yaml\njobs: 100\n")
    _write(folder / "site.yaml", "partitions: {cpu: {max_runtime: 2880}}\n")


def _profile(folder: Path) -> Any:
    from reckon.cluster.profiles import check_profile

    check_profile(["--workflow-profile", str(folder)], folder, folder)


def _pictures(path: Path) -> Any:
    from reckon.report.page.figures import read_pictures

    return read_pictures([path.parent / "a.svg"], path.parent)


def _make_pictures(folder: Path) -> None:
    _write(folder / "a.svg", tables.SVG)
    _write(folder / "a.rst", "Errors against h.\n")


def _make_locked(folder: Path) -> None:
    _write(folder / "datasets.csv", tables.CATALOGUE.replace("0" * 64, "").replace(",12,", ",2,"))
    _write(folder / "here/a.json", "{}")
    _write(folder / "checksums.lock", f"{tables.SHA256_OF_BRACES}  toy/a.json\n")


def _labelled(path: Path) -> Any:
    from reckon.classification.labelled import read_texts

    return list(read_texts(path, most_characters=100, counts=Counter()))


def _label_names(path: Path) -> Any:
    from reckon.classification.labelled import read_names

    return read_names(path, ["1", "2"])


def _prepared(path: Path) -> Any:
    from reckon.classification.labelled import read_prepared

    return read_prepared(path)


def _films(path: Path) -> Any:
    from reckon.lecture.movie_revenue import read_films

    return read_films(str(path), Counter())


def _tagged(path: Path) -> Any:
    from reckon.lecture.tagging import read_tagged

    return read_tagged(str(path), "upos", {"PRON", "VERB"}, Counter())


def _wikitext(path: Path) -> Any:
    from reckon.lecture.language_model import wikitext_sentences

    return wikitext_sentences(path)


def _words(path: Path) -> Any:
    from reckon.lecture.word_vectors import read_words

    return read_words(path)


def _strips(path: Path) -> Any:
    from reckon.lecture.concordance import read_lines

    return read_lines(path, "concordance of chicken", "chicken")


def _brown(path: Path) -> Any:
    from reckon.lecture.concordance import tagged_texts

    return tagged_texts(path)


def _make_brown(folder: Path) -> None:
    with zipfile.ZipFile(folder / "brown.zip", "w") as archive:
        archive.writestr("brown/ca01", "The/at chicken/nn ./.\n")


RUN = "results/qa/nq/fast_hard/seed0"
SQUAD_RUN = "results/squad/articles/fp32/seed0"
PAIR_RUN = "gradients/miniature/labels/seed0"
CASES: dict[str, Case] = {
    "metrics": _text("metrics.csv", tables.METRICS, _metrics),
    "effects": _text("effects.csv", tables.EFFECTS, _effects),
    "final table": _text("final_table.csv", tables.FINAL_TABLE, _final_table),
    "settled claims": _text("claims.csv", tables.SETTLED, _settled),
    "findings": _text("findings.csv", tables.FINDINGS, _findings),
    "benchmark": _text("qa/train.seed0.tsv", tables.BENCHMARK, _jobs),
    "counts by page": _text("by_page.csv", tables.BY_PAGE, _by_page),
    "e-SNLI": _text("esnli_dev.csv", tables.ESNLI, _pairs),
    "e-SNLI packed": _text("esnli_dev.csv.gz", tables.ESNLI, _pairs),
    "catalogue": _text("datasets.csv", tables.CATALOGUE, _catalogue),
    "checksums": Case("checksums.lock", _make_locked, _locked),
    "systems of the deck": _text("qa_systems.csv", "system,table,row,epoch\nfast,t,r,first\n", _names),
    "iterations": _text("iterations.csv", tables.ITERATIONS, _fem("ITERATIONS")),
    "timings": _text("timings.csv", tables.TIMINGS, _fem("TIMINGS")),
    "errors": _text("errors.csv", tables.ERRORS, _fem("ERRORS")),
    "solution": _text("solution.csv", "name,epsilon,x,y,u\na,1,0,0.5,1e-3\n", _fem("SOLUTION")),
    "level": _text("level.json", json.dumps(tables.LEVEL), _level),
    "cost": _text("cost.json", json.dumps({"seconds": {"mesh": 1.5}, "peak_gib": 0.5}), _cost),
    "errors of a level": _text("errors.jsonl", _lines(*tables.LEVEL_ERRORS), _errors),
    "decks": _reported("decks.csv"),
    "tables": _reported("tables.csv"),
    "cells": _reported("scores.csv"),
    "tolerances": _reported("tolerances.csv"),
    "claims": _reported("claims.csv"),
    "checks": _reported("checks.csv", _checks),
    "records of logs": _reported("logs.csv", _checks),
    "passages": _reported("passages.csv", _checks),
    "sidecar": Case("metrics.csv.prov.json", _make_sidecar, _sidecar),
    "scores": _text(f"{RUN}/scores.json", json.dumps(tables.SCORES), _scores),
    "record of a training": _text(f"{RUN}/training.json", json.dumps(tables.TRAINING), _training),
    "sift": _text("results/qa/nq/sift/seed0/sift.json", json.dumps(tables.SIFT), _sift),
    "record of snapshots": _text(
        "training.json", json.dumps({"snapshots": [{"epoch": 0.5, "step": 3}]}), _snapshots
    ),
    "pages": _text("evaluation.pages.jsonl", _lines(*tables.PAGES), _pages),
    "pages packed": _text("evaluation.pages.jsonl.gz", _lines(*tables.PAGES), _pages),
    "gold": _text("gold.jsonl", _lines(*tables.PAGES), _gold),
    "predictions": _text("predictions.json", json.dumps(tables.PREDICTIONS), _predictions),
    "simplified Natural Questions": _text("train.jsonl", _lines(*tables.PAGES), _original),
    "full Natural Questions": _text("dev.jsonl", _lines(tables.FULL_PAGE), _original),
    "gold paragraphs": _text("nq-open-oracle.jsonl", _lines(*tables.PARAGRAPHS), _records),
    "SQuAD": _text("train.json", json.dumps(tables.SQUAD), _articles),
    "SQuAD with its places": _text("train.json", json.dumps(tables.SQUAD), _paragraphs),
    "SQuAD as tokens": Case("t.tokens.arrow", tables.write_squad_tokens, tables.read_squad_tokens),
    "answers to SQuAD": _squad_file("predictions.json"),
    "P of no answer": _squad_file("null_probabilities.json"),
    "record of a span reader": _squad_file("training.json"),
    "best answers": _squad_file("answers.jsonl.gz"),
    "span reader": Case("model.safetensors", trained.write_spans, trained.read_spans, slow=True),
    "encoded pairs": _text("training.jsonl", _lines(tables.ENCODED, tables.ENCODED), _encoded),
    "losses": _text(f"{PAIR_RUN}/losses.csv", tables.LOSSES, _frame("LOSSES")),
    "original's gradients": _text(f"{PAIR_RUN}/originals.csv", tables.ORIGINALS, _frame("ORIGINALS")),
    "shares": _text(f"{PAIR_RUN}/shares.csv", tables.SHARES, _frame("SHARES")),
    "pairs of the deck": _text(f"{PAIR_RUN}/deck.csv", tables.DECK, _frame("DECK")),
    "tracking": _text(f"{PAIR_RUN}/tracking.csv", tables.TRACKING, _frame("TRACKING")),
    "saliency": Case(
        f"{PAIR_RUN}/saliency.parquet",
        lambda folder: tables.write_saliency(folder / PAIR_RUN / "saliency.parquet"),
        lambda folder: _frame("SALIENCY")(folder / PAIR_RUN / "saliency.parquet"),
    ),
    "tokens": Case("t.tokens.arrow", tables.write_tokens, tables.read_tokens),
    "probabilities": Case("p.parquet", tables.write_probabilities, tables.read_probabilities),
    "survivors": Case("s.parquet", tables.write_survivors, tables.read_survivors),
    "negatives": Case("n.parquet", tables.write_negatives, tables.read_negatives),
    "picture": Case("a.svg", _make_pictures, lambda folder: _pictures(folder / "a.svg")),
    "caption": Case("a.rst", _make_pictures, lambda folder: _pictures(folder / "a.svg")),
    "overlay": _text("mine.yaml", tables.OVERLAY, _overlay),
    "overlay in JSON": _text("mine.json", '{"scale": "demo", "qa": {"sift": {"keep": 4}}}', _overlay),
    "profile": Case("config.yaml", _make_profile, _profile),
    "archive": Case("m.whl", tables.write_archive, tables.read_archive),
    "checkpoint": Case("c.pt", trained.write_checkpoint, trained.resume, slow=True),
    "reader": Case("model.safetensors", trained.write_reader, trained.read_reader, slow=True),
    "snapshot": Case("epoch1.safetensors", trained.write_snapshot, trained.read_snapshot, slow=True),
    "graph": Case("g.onnx", trained.write_graph, trained.read_graph, slow=True),
    "encoder's configuration": Case(
        "bert/config.json", trained.write_encoder, trained.read_encoder, slow=True
    ),
    "encoder's weights": Case(
        "bert/model.safetensors", trained.write_encoder, trained.read_encoder, slow=True
    ),
    "labelled texts": _text("texts.csv", "text,label\nno light,1\nno water,2\n", _labelled),
    "labelled texts in JSON": _text("texts.jsonl", _lines({"text": "no light", "label": 1}), _labelled),
    "names of labels": _text("names.csv", "label,name\n1,light\n2,water\n", _label_names),
    "prepared texts": _text(
        "texts.jsonl", _lines({"id": "a", "text": "no light", "label": "1", "fold": 0}), _prepared
    ),
    "films": _text("openings.jsonl", _lines(tables.FILM), _films),
    "tagged sentences": _text("pos.jsonl", _lines(tables.TAGGED), _tagged),
    "WikiText": _text("wikitext.txt", " = A dog = \n the dog runs . \n", _wikitext),
    "table of words": _text("word_vectors.csv", tables.WORDS, _words),
    "strips of the slide": _text("passages.csv", tables.STRIPS, _strips),
    "Brown": Case("brown.zip", _make_brown, lambda folder: _brown(folder / "brown.zip")),
    "tokenizer": Case("bert/tokenizer.json", trained.write_encoder, trained.read_encoder, slow=True),
}


def made(case: Case, folder: Path) -> Path:
    """The valid folder of a case, fresh; returns the path of the file to damage."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    case.make(folder)
    return folder / case.target

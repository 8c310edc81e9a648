"""Training and prediction beside transformers' own way, on the same windows, model and cores, in turns.

    PYTHONPATH=src python tools/studies/squad_throughput.py --tokens T.arrow --encoder FOLDER > FILE.csv

`trainer` is the Trainer on sequences padded to 384, eight at a time, in fp32, as the example of transformers
for SQuAD has it by default; ours are batches of like length in each precision that the hardware has. One
repeat warms up. Columns: way, repeat, tokens (without padding) a second of training and of prediction; the
ratios to the Trainer go to stderr. Speed is compared: all networks have the encoder's sizes and random heads.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import torch

from reckon.config.settings import Training
from reckon.nn.batches import length_batches, padded
from reckon.nn.encoders import quiet_transformers, read_config
from reckon.nn.precision import is_native
from reckon.squad.model import new_reader
from reckon.squad.pace import Timed, seconds_of
from reckon.squad.tokens import TokenParagraphs
from reckon.squad.training import labelled_batch, trainable
from reckon.squad.windows import Windows

OURS = ("fp32", "bf16_mixed")
LENGTH, BATCH = 384, 8  # of the example
Ways = dict[str, Callable[[], tuple[float, float]]]  # seconds of training and of prediction


def theirs(
    encoder: Path, layers: int | None, tokens: TokenParagraphs, windows: Windows, label: np.ndarray
) -> Callable[[], tuple[float, float]]:
    """The Trainer over all windows, each padded to 384."""
    from transformers import AutoModelForQuestionAnswering, PrinterCallback, Trainer, TrainingArguments

    quiet_transformers()
    config = read_config(encoder)
    config.num_hidden_layers = layers or config.num_hidden_layers
    features = [_feature(tokens, windows, label, row) for row in range(len(windows))]
    folder = tempfile.mkdtemp(prefix="trainer")
    settings: dict[str, Any] = {"save_strategy": "no", "report_to": [], "disable_tqdm": True, "use_cpu": True}
    arguments = TrainingArguments(
        folder,
        num_train_epochs=1,
        per_device_train_batch_size=BATCH,
        per_device_eval_batch_size=BATCH,
        dataloader_pin_memory=False,
        logging_strategy="no",
        **settings,
    )
    trainer = Trainer(AutoModelForQuestionAnswering.from_config(config), arguments, train_dataset=features)
    trainer.remove_callback(PrinterCallback)
    return lambda: (seconds_of(trainer.train), seconds_of(lambda: trainer.predict(features)))


def _feature(tokens: TokenParagraphs, windows: Windows, label: np.ndarray, row: int) -> dict[str, Any]:
    batch = labelled_batch(tokens, windows, label, np.array([row]))
    names = ("input_ids", "attention_mask", "token_type_ids")
    long = {name: padded([np.zeros(LENGTH), batch[name][0].numpy()])[1] for name in names}
    return long | {"start_positions": int(batch["start"]), "end_positions": int(batch["end"])}


def ours(
    encoder: Path,
    layers: int | None,
    precision: str,
    tokens: TokenParagraphs,
    windows: Windows,
    label: np.ndarray,
) -> Callable[[], tuple[float, float]]:
    """Our training and prediction over all windows in one precision."""
    settings = Training(
        epochs=1,
        learning_rate=1e-4,
        warmup_share=0.1,
        weight_decay=0.01,
        clip_norm=1.0,
        tokens_per_batch=2048,
        max_tokens=LENGTH,
        precision=precision,  # type: ignore[arg-type]
    )
    rows = length_batches(windows.length, settings.tokens_per_batch, np.random.default_rng(0))
    batches = [labelled_batch(tokens, windows, label, part) for part in rows]
    reader = {"layers": layers, "dropout": 0.0, "freeze_word_embeddings": True}
    timed = Timed(new_reader(encoder, reader, seed=0), settings, "cpu")
    return lambda: timed.turn(batches)


def measure(ways: Ways, tokens: int, repeats: int) -> pd.DataFrame:
    """Every way in turns, in rotated order; the first repeat, which warms up, is left out."""
    rows, names = [], list(ways)
    for repeat in range(repeats + 1):
        for name in names[repeat % len(names) :] + names[: repeat % len(names)]:
            trained, predicted = ways[name]()
            row = {"way": name, "repeat": repeat}
            rows.append(row | {"training": tokens / trained, "prediction": tokens / predicted})
    return pd.DataFrame([row for row in rows if row["repeat"]])


def ratios(found: pd.DataFrame, what: str) -> dict[str, tuple[float, float, float]]:
    """Median, least and most of each way's rate over the Trainer's of the same repeat."""
    table = found.pivot_table(index="repeat", columns="way", values=what)
    over = {way: (table[way] / table["trainer"]).tolist() for way in table.columns}
    return {way: (median(values), min(values), max(values)) for way, values in over.items()}


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--layers", type=int)
    parser.add_argument("--questions", type=int, default=96)
    parser.add_argument("--repeats", type=int, default=4)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    tokens = TokenParagraphs(args.tokens)
    chosen = np.zeros(len(tokens), dtype=bool)
    chosen[np.random.default_rng(0).permutation(len(tokens))[: args.questions]] = True
    windows, label = trainable(tokens, LENGTH, 128, chosen)
    ways: Ways = {"trainer": theirs(args.encoder, args.layers, tokens, windows, label)}
    for name in OURS:
        if is_native(name, "cpu"):
            ways[name] = ours(args.encoder, args.layers, name, tokens, windows, label)
    found = measure(ways, int(windows.length.sum()), args.repeats)
    found.to_csv(sys.stdout, index=False, float_format="%.1f")
    for what in ("training", "prediction"):
        for way, (middle, least, most) in ratios(found, what).items():
            said = f"{what} {way}: {middle:.2f} ({least:.2f} to {most:.2f}) times the Trainer"
            print(said, file=sys.stderr)


if __name__ == "__main__":
    main()

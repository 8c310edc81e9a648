"""Studies are run as a person runs them, at a size of seconds."""

import csv
import json
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reckon.gradients.deck import HYPOTHESIS, PREMISE

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def study() -> Callable[..., list[dict[str, str]]]:
    """Run a program of tools/studies with the given interpreter; the rows of the csv that it prints."""

    def rows(
        name: str, *options: str, python: str = sys.executable, **environment: str
    ) -> list[dict[str, str]]:
        command = [python, f"tools/studies/{name}.py", *options]
        around = os.environ | environment
        done = subprocess.run(command, cwd=ROOT, env=around, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return list(csv.DictReader(done.stdout.splitlines()))

    return rows


@pytest.fixture(scope="session")
def fem_python() -> str:
    """The interpreter of the finite-element environment, in which Firedrake, scikit-fem and PyAMG are."""
    command = ["bash", ROOT / "envs/build_fem.sh", "--path"]
    path = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    if not Path(path).exists():
        pytest.skip(f"the finite-element environment is not built ({path}); bash envs/build_fem.sh makes it")
    return path


@pytest.mark.workflow
def test_a_plan_is_counted_and_timed(study):
    (row,) = study("plan_scale", "--seeds", "1")
    assert row["seeds"] == "1"
    assert int(row["jobs"]) > 50
    assert min(float(row[figure]) for figure in ("seconds", "cpu_seconds", "peak_mb")) > 0


COSTS = ROOT / "tools/studies/cluster_costs.py"
CLUSTER = runpy.run_path(str(COSTS))


def test_scoring_all_candidates_takes_as_long_as_the_original_would_have_taken():
    """243 candidates a second and card, 38 million of them: 43.4 hours."""
    found = {cost.rule: cost for cost in CLUSTER["costs"](CLUSTER["settings"]())}
    assert round(found["score_training_pages"].hours, 1) == 43.4
    assert round(found["score_evaluation_pages"].hours * 4 * 3600 / 4) == 4000  # 1,000 s on four cards


def test_a_card_twice_as_fast_needs_half_the_hours():
    costs = CLUSTER["costs"](CLUSTER["settings"]())
    once, twice = (CLUSTER["table"](costs, speed).splitlines()[-1].split("|")[4] for speed in (1, 2))
    assert abs(int(once) - 2 * int(twice)) <= 1


def test_the_document_holds_the_table_of_the_program():
    text = (ROOT / "docs/cluster.md").read_text("utf-8")
    (table,) = re.findall(r"<!-- costs -->\n(.*?)<!-- end -->", text, re.S)
    assert table == CLUSTER["table"](CLUSTER["costs"](CLUSTER["settings"]()), 1)


def test_the_program_prints_the_table_for_faster_cards():
    command = [sys.executable, str(COSTS), "--speed", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == CLUSTER["table"](CLUSTER["costs"](CLUSTER["settings"]()), 2)


PAGE = (ROOT / "docs/fem.md").read_text("utf-8")
DOCUMENTED = {
    "nothing": "nothing",
    "random": "random numbers of size 1e-16",
    "scikit-fem": "scikit-fem's rounding (`published`)",
}


# Linear-algebra kernels, the oldest first; a machine runs those that its processor has the instructions for.
KERNELS = {
    "Prescott": "sse3",
    "Nehalem": "sse4_2",
    "Sandybridge": "avx",
    "Haswell": "avx2",
    "SkylakeX": "avx512f",
}


def has(instructions: str) -> bool:
    return instructions in Path("/proc/cpuinfo").read_text("utf-8").replace("pni", "sse3").split()


@pytest.mark.parametrize("kernel", [kernel for kernel, needed in KERNELS.items() if has(needed)])
def test_steps_by_what_stands_for_zeros_are_those_of_the_document(study, fem_python, kernel):
    levels = ["3", "4", "5", "6"]
    found = study("fem_rounding", "--levels", *levels, python=fem_python, OPENBLAS_CORETYPE=kernel)
    assert [row["level"] for row in found] == levels
    for column, line in DOCUMENTED.items():
        (cells,) = re.findall(rf"^\| {re.escape(line)} \|(.*)\|$", PAGE, re.M)
        assert [row[column] for row in found] == cells.replace("|", " ").split()[: len(levels)]


def test_both_stacks_solve_the_same_problem(study, fem_python):
    found = study("fem_stacks", "--levels", "4", "5", python=fem_python)
    assert [(row["stack"], row["level"]) for row in found] == [
        (stack, level) for level in ("4", "5") for stack in ("original", "robust")
    ]
    errors = [float(row["l2"]) for row in found]
    assert errors[0::2] == pytest.approx(errors[1::2], rel=1e-3)
    assert errors[0] / errors[2] == pytest.approx(4, rel=0.1)  # order 2 in L²
    for row in found:
        phases = [float(row[phase]) for phase in ("mesh", "assembly", "solve")]
        assert min(*phases, float(row["peak_gib"])) > 0
        assert float(row["total"]) == pytest.approx(sum(phases), rel=2e-3)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A folder with an encoder and a token file of two questions."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    from reckon.data.squad import Answer, Paragraph, Question
    from reckon.nn.template import template_of
    from reckon.squad.tokens import tokenise, write_tokens

    torch.manual_seed(1)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "who", "dog", "cat"]
    sizes = {"hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 8}
    folder = tmp_path_factory.mktemp("throughput")
    BertModel(BertConfig(vocab_size=len(pieces), **sizes)).save_pretrained(folder / "bert")
    tokenizer = BertTokenizerFast(vocab={piece: i for i, piece in enumerate(pieces)})
    tokenizer.save_pretrained(folder / "bert")
    questions = (Question("a", "who", (Answer("cat", 4),)), Question("b", "who who", ()))
    rows = tokenise([Paragraph("t", "dog cat dog", questions)], tokenizer, question_tokens=8)
    write_tokens(folder / "t.arrow", rows, template_of(tokenizer))
    return folder


def test_every_way_takes_its_turns(study, reader):
    options = ("--tokens", str(reader / "t.arrow"), "--encoder", str(reader / "bert"), "--layers", "1")
    found = study("squad_throughput", *options, "--repeats", "2")
    ways = [row["way"] for row in found]
    assert ways.count("trainer") == ways.count("fp32") == 2
    assert {row["repeat"] for row in found} == {"1", "2"}
    assert min(float(row[what]) for row in found for what in ("training", "prediction")) > 0


PAIRS = ROOT / "tools/studies/word_pairs.py"
HIDDEN = 8


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(1)
    words = sorted({word.strip(".,").lower() for word in f"{PREMISE} {HYPOTHESIS}".split()})
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", ",", *words]
    sizes = {"hidden_size": HIDDEN, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    folder = tmp_path_factory.mktemp("encoder")
    config = BertConfig(vocab_size=len(pieces), max_position_embeddings=64, **sizes)
    BertModel(config).save_pretrained(folder)
    BertTokenizerFast(vocab={piece: i for i, piece in enumerate(pieces)}).save_pretrained(folder)
    return folder


def test_every_method_is_held_against_the_exact_scores(study, model):
    found = study(
        "word_pairs", "--model", str(model), "--seeds", "2", "--draws", "1", "16", "--naive-rows", "4"
    )
    ways = [(row["method"], row["draws"]) for row in found]
    assert ways == [
        *(("naive double backward", ""), ("exact", ""), ("taylor", "")),
        *(("probes", "1"), ("probes", "16"), ("adaptive", "4 to 32")),
        *(("columns", "1"), ("columns", "16")),
    ]
    by_way = dict(zip(ways, found, strict=True))
    products = {way: float(row["products"]) for way, row in by_way.items()}
    tokens = products["taylor", ""]
    assert products["exact", ""] == products["naive double backward", ""] == tokens * HIDDEN
    assert products["probes", "16"] == 16 * tokens
    ranks = {way: float(row["spearman_mean"]) for way, row in by_way.items() if row["spearman_min"]}
    assert ranks["probes", "1"] < ranks["probes", "16"]
    assert ranks["probes", "16"] > 0.8
    assert all(float(row["cpu_s"]) > 0 for row in found)


def test_the_memory_of_a_sentence_is_measured(model):
    command = [sys.executable, str(PAIRS), "--model", str(model), "--memory", "--repeats", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    measured = json.loads(done.stdout)
    assert measured["tokens"] > 2 * len(PREMISE.split())
    assert 0 < measured["before_gib"] <= measured["peak_gib"]


def test_linear_baselines_beat_the_majority_where_letters_tell_the_classes(tmp_path):
    for name, several in (("training", 6), ("evaluation", 2)):
        lines = [
            f"{word} {i}{name[0]},{word[0]}" for i in range(several) for word in ("light", "water", "noise")
        ]
        (tmp_path / f"{name}.csv").write_text("\n".join(["text,label", *lines]), "utf-8")
    given = [f"--{name}={tmp_path}/{name}.csv" for name in ("training", "evaluation", "out")]
    subprocess.run([sys.executable, ROOT / "tools/studies/linear_baselines.py", *given], check=True)
    with open(tmp_path / "out.csv", encoding="utf-8", newline="") as file:
        majority, *learned = csv.DictReader(file)
    assert majority["accuracy"] == "0.3333"
    assert [(row["accuracy"], row["n"]) for row in learned] == [("1.0000", "6")] * 3
    with open(ROOT / "reference/classification/linear.csv", encoding="utf-8", newline="") as file:
        committed = [row["system"] for row in csv.DictReader(file)]
    assert committed == [row["system"] for row in (majority, *learned)]

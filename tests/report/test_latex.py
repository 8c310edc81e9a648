"""The final table in LaTeX: what is special is escaped, what is small is marked."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from reckon.report.final_table import final_rows
from reckon.report.latex import escaped, latex
from reckon.tables.transcription import read_transcription

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def transcription():
    return read_transcription(ROOT / "reported")


@pytest.fixture(scope="module")
def rows(transcription):
    return final_rows(transcription, [], scale="demo", planned={})


def test_characters_that_mean_something_to_latex_are_escaped():
    assert escaped(r"50 % of {a_b} & #1 ~ \x $^2$") == (
        r"50 \% of \{a\_b\} \& \#1 \textasciitilde{} \textbackslash{}x \$\textasciicircum{}2\$"
    )
    assert escaped("[CLS] → ε – x") == r"{[}CLS{]} $\rightarrow$ $\varepsilon$ -- x"


def test_every_cell_is_a_line_of_its_table(transcription, rows):
    text = latex(transcription, rows, scale="demo")
    lines = [line for line in text.splitlines() if line.endswith(r"\\") and "&" in line]
    names = {row["table"] for row in rows}
    assert len(lines) == len(rows) + 2 * len(names)  # a header on the first page and one on the others
    assert {len(re.findall(r"(?<!\\)&", line)) for line in lines} == {6}
    assert text.count(r"\begin{longtable}") == text.count(r"\end{longtable}") == len(names)


def test_braces_are_balanced_and_labels_are_unique(transcription, rows):
    text = latex(transcription, rows, scale="demo")
    bare = re.sub(r"\\[{}]", "", text)
    assert bare.count("{") == bare.count("}")
    labels = re.findall(r"\\label\{(.*?)\}", text)
    assert len(labels) == len(set(labels)) > 10


def test_a_value_of_a_small_run_is_set_apart_and_says_where_it_comes_from(transcription, rows):
    small = {"verdict": "scaled_down", "mean": "0.4123456", "data": "mini_ature", "scale": "demo"}
    text = latex(transcription, [rows[0] | small], scale="demo")
    assert r"\textit{0.4123}\,$^\dagger$ (mini\_ature, demo)" in text


@pytest.mark.skipif(shutil.which("xelatex") is None, reason="xelatex is not installed")
def test_latex_takes_it(transcription, rows, tmp_path):
    table = latex(transcription, rows, scale="demo")
    head = r"\documentclass{article}\usepackage{booktabs,longtable}\begin{document}"
    (tmp_path / "a.tex").write_text(f"{head}\n{table}\n\\end{{document}}", "utf-8")
    command = ["xelatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize(
    "attack",
    [
        r"\input{/etc/passwd}",
        r"\write18{ls}",
        "}\\end{longtable}",
        "a & b \\\\ c",
        "%",
        "$$",
        "^^M",
        "\u202ex",
    ],
)
def test_no_text_of_the_data_is_a_command(transcription, rows, attack):
    given = dict.fromkeys(("row", "column", "reported", "data", "scale"), attack)
    text = latex(transcription, [rows[0] | given | {"verdict": "scaled_down", "mean": "1"}], scale="demo")
    commands = set(re.findall(r"\\([A-Za-z]+)", text))
    assert commands <= set(re.findall(r"\\([A-Za-z]+)", latex(transcription, rows[:1], scale="demo"))) | {
        *("textbackslash", "textasciicircum", "textit", "dagger", "textless", "textgreater")
    }
    line = next(line for line in text.splitlines() if "dagger" in line)
    assert len(re.findall(r"(?<!\\)&", line)) == 6
    assert line.count(r"\\") == 1
    assert "%" not in line.replace(r"\%", "")
    assert "\u202e" not in text


def test_a_label_holds_nothing_that_could_end_it(transcription, rows):
    odd = r"a}\input{b"
    table = replace(transcription.tables[rows[0]["table"]], table=odd)
    given = replace(transcription, tables={odd: table})
    assert r"\label{tab:a--input-b}" in latex(given, [rows[0] | {"table": odd}], scale="demo")

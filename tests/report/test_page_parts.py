"""The parts of the page one by one: numbers, axes, plots, and the files that are read for it."""

import shlex

import pytest

from reckon.errors import InputError
from reckon.report import claims
from reckon.report.final_table import COLUMNS
from reckon.report.page.costs import costs, read_jobs
from reckon.report.page.evidence import command, logs, plot
from reckon.report.page.figures import read_pictures
from reckon.report.page.forest import Axis, axis_over, panels, without_effect
from reckon.report.page.marks import MARKS
from reckon.report.page.numbers import brief, duration, interval, short, signed
from reckon.report.page.tidy import FINDING_COLUMNS, OUTCOMES, read_claims, read_findings
from reckon.report.verdicts import VERDICTS
from reckon.tables.transcription import Table

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'


@pytest.mark.parametrize(
    ("text", "shown", "with_sign"),
    [
        ("0.123456", "0.1235", "+0.1235"),
        ("-0.5", "−0.5", "−0.5"),
        ("130560", "130560", "+130560"),
        ("34.0", "34", "+34"),
        ("0", "0", "0"),
        ("1e-09", "1e-09", "+1e-09"),
        ("nan", "nan", "nan"),
        ("", "", ""),
    ],
)
def test_numbers_for_reading(text, shown, with_sign):
    assert short(text) == shown
    assert signed(text) == with_sign


def test_what_is_no_number_stays_text():
    assert [brief(text) for text in ("59.0832118", "bert_base", "")] == ["59.08", "bert_base", ""]


def test_an_interval_needs_both_ends():
    assert interval("0.41239", "0.5") == "0.4124 to 0.5"
    assert interval("", "") == ""


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.85, "0.85 s"), (73.2, "73.2 s"), (720, "12 min"), (12600, "3.5 h")]
)
def test_durations(seconds, said):
    assert duration(seconds) == said


def test_an_axis_maps_its_ends_to_the_edges():
    axis = Axis(-1.0, 3.0, 10.0, 210.0)
    assert [axis.at(value) for value in (-1, 1, 3)] == [10, 110, 210]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, [0, 0.5, 1]),
        (-0.02, 0.15, [0, 0.05, 0.1, 0.15]),
        (33, 35, [33, 33.5, 34, 34.5, 35]),
        (-7, 1_900, [0, 500, 1000, 1500]),
    ],
)
def test_ticks_are_round_and_inside(low, high, ticks):
    assert Axis(low, high, 0, 100).ticks() == ticks


@pytest.mark.parametrize("values", [[0.0], [5.0], [-3.0, -3.0], [1e-9, 2e-9], [1e12, 1e12 + 1]])
def test_any_values_find_a_place_on_their_axis(values):
    axis = axis_over(values, 0, 100)
    assert all(0 < axis.at(value) < 100 for value in values)
    assert axis.ticks()


def row(**changes):
    return dict.fromkeys(COLUMNS, "") | {"reported": "0.50", "tolerance": "0.005"} | changes


def test_the_plot_of_a_cell_puts_seeds_interval_and_printed_number_in_order():
    drawn = plot(row(ci_low="0.40", ci_high="0.48"), [0.42, 0.46])
    assert drawn.interval[0] < drawn.dots[0] < drawn.dots[1] < drawn.interval[1]
    assert drawn.interval[1] < drawn.tolerance[0] < drawn.reported < drawn.tolerance[1]


def test_a_plot_leaves_out_what_is_not_there():
    assert plot(row(), []) is None
    assert plot(row(), [float("nan"), float("inf")]) is None
    citation = plot(row(reported="0.7/0.8", tolerance=""), [0.7])
    assert (citation.reported, citation.tolerance, citation.interval) == (None, None, None)
    assert plot(row(ci_low="0.5", ci_high="0.5"), [0.5]).interval is None


def test_the_command_and_the_logs_of_a_metrics_file():
    assert command("results/qa/metrics.csv") == "snakemake -f -- results/qa/metrics.csv"
    assert command("r/qa/m.csv", "--configfile a.yaml") == "snakemake -f --configfile a.yaml -- r/qa/m.csv"
    assert shlex.split(command("it's $r; x/m.csv", again=False)) == ["snakemake", "--", "it's $r; x/m.csv"]
    assert logs("results/qa/metrics.csv") == "results/logs/qa/"


def test_every_verdict_and_outcome_has_its_mark():
    assert {*VERDICTS, *claims.VERDICTS, *OUTCOMES} <= set(MARKS)
    signs = {name: (mark.sign, mark.tone) for name, mark in MARKS.items() if name in VERDICTS}
    alike = [name for name, sign in signs.items() if list(signs.values()).count(sign) > 1]
    assert alike == ["match", "match_single"]


CLAIM = dict.fromkeys(claims.COLUMNS, "") | {
    "experiment": "qa",
    "unit": "share",
    "table": "t",
    "scale": "full",
    "data": "real",
    "effect": "0.1",
    "ci_low": "0.05",
    "ci_high": "0.2",
    "margin": "0",
    "verdict": "supported",
}
TABLE = Table("t", "d", "T", "S", "qa", "real", ("full",), (), (), "results/qa/metrics.csv", "")


def test_a_forest_has_one_axis_for_each_unit_of_an_experiment():
    rows = [CLAIM, CLAIM | {"unit": "steps"}, CLAIM | {"scale": "demo"}, CLAIM | {"effect": ""}]
    found = panels(rows, {"t": TABLE})
    assert [(panel.unit, [effect.small for effect in panel.effects]) for panel in found] == [
        ("share", [False, True]),
        ("steps", [False]),
    ]
    effect = found[0].effects[0]
    assert effect.margin < effect.interval[0] < effect.point < effect.interval[1]
    assert without_effect(rows) == [rows[3]]


def test_an_effect_without_interval_is_a_point_and_one_that_is_no_number_is_none():
    bare = CLAIM | {"ci_low": "nan", "ci_high": "nan"}
    assert panels([bare], {})[0].effects[0].interval is None
    assert panels([CLAIM | {"effect": "nan"}], {}) == []


def csv(path, columns, *rows):
    lines = [",".join(columns), *(",".join(row.get(name, "") for name in columns) for row in rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


FINDING = dict.fromkeys(FINDING_COLUMNS, "x")


def test_findings_that_matter_come_first(tmp_path):
    rows = [FINDING | {"finding": name, "outcome": name} for name in ("consistent", "inconsistent")]
    found = read_findings(csv(tmp_path / "findings.csv", FINDING_COLUMNS, *rows))
    assert [row["outcome"] for row in found] == ["inconsistent", "consistent"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("check,finding\nx,y\n", r"findings.csv:1: no column deck"),
        (",".join(FINDING_COLUMNS) + "\nx,y\n", r"findings.csv:2: 14 fields expected"),
        (",".join(FINDING_COLUMNS) + "\n" + "x," * 13 + "x\n", r"findings.csv:2: outcome 'x' is not one of"),
        ("", r"findings.csv:1: no column"),
    ],
)
def test_damaged_findings_are_refused_with_their_line(tmp_path, text, complaint):
    path = tmp_path / "findings.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=complaint):
        read_findings(path)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"verdict": "true"}, r"claims.csv:3: verdict 'true' is not one of supported"),
        ({"effect": "big"}, r"claims.csv:3: effect is 'big', expected a number"),
    ],
)
def test_damaged_claims_are_refused_with_their_line(tmp_path, change, complaint):
    path = csv(tmp_path / "claims.csv", claims.COLUMNS, CLAIM, CLAIM | change)
    with pytest.raises(InputError, match=complaint):
        read_claims(path)


def test_settled_claims_are_read_as_they_were_written(tmp_path):
    claims.write_rows(tmp_path / "claims.csv", [CLAIM])
    assert read_claims(tmp_path / "claims.csv") == [CLAIM]


def test_costs_add_up_by_experiment(tmp_path):
    head = "s\th:m:s\tmax_rss\tcpu_time\n"
    for name, line in {
        "qa/train.seed0": "10.0\t0:00:10\t900.5\t9",
        "qa/toy/score": "30.0\t0:00:30\tNA\tNA\n50.0\t0:00:50\t100\t40",
        "fem/level1": "1.5\t0:00:01\tNA\tNA",
    }.items():
        path = tmp_path / f"{name}.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + line + "\n")
    qa, fem = costs(read_jobs(tmp_path))
    assert (qa.experiment, qa.jobs, qa.seconds, qa.longest.name, qa.memory) == (
        "qa",
        2,
        50,
        "toy/score",
        900.5,
    )
    assert (fem.experiment, fem.seconds, fem.memory) == ("fem", 1.5, None)


def test_no_benchmarks_are_no_costs_and_a_damaged_one_is_refused(tmp_path):
    assert read_jobs(tmp_path / "nothing") == []
    (tmp_path / "qa").mkdir()
    (tmp_path / "qa" / "a.tsv").write_text("s\tmax_rss\nfast\t3\n")
    with pytest.raises(InputError, match=r"qa/a.tsv:1: not a benchmark"):
        read_jobs(tmp_path)


def test_a_figure_is_carried_inside_with_its_caption(tmp_path):
    figure = tmp_path / "fem" / "figures" / "errors.svg"
    figure.parent.mkdir(parents=True)
    figure.write_text(SVG)
    (tmp_path / "errors.rst").write_text("Errors\nagainst h.\n")
    (picture,) = read_pictures([figure], tmp_path)
    assert (picture.name, picture.experiment, picture.caption) == ("errors", "fem", "Errors against h.")
    assert picture.source.startswith("data:image/svg+xml;base64,PHN2Zy")
    assert picture.alternative == "Errors against h."
    (bare,) = read_pictures([figure], tmp_path / "no captions")
    assert bare.alternative.startswith("Figure errors of fem")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (SVG[:-4], r"a.svg:1: not an SVG"),
        ("<html></html>", r"its root is html, not svg"),
        ('<!DOCTYPE s [<!ENTITY e "x">]>' + SVG, r"with entities"),
        (None, r"no such file"),
    ],
)
def test_a_broken_picture_is_refused(tmp_path, text, complaint):
    path = tmp_path / "a.svg"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError, match=complaint):
        read_pictures([path], tmp_path)

"""Records as Snakemake logs them, and what a person sees of them."""

import io
import logging
import re
import signal
from types import SimpleNamespace
from typing import Any

import pytest

from reckon.steps.terminal import LOGGER, Terminal, attach


class Stream(io.StringIO):
    """Text that says whether it is a terminal, and may break."""

    terminal = broken = False

    def isatty(self) -> bool:
        return self.terminal

    def write(self, text: str) -> int:
        if self.broken:
            raise BrokenPipeError
        return super().write(text)


class Snakemakes(logging.StreamHandler):
    """In the place of Snakemake's handler: its formatter says for an error what the record holds."""

    def format(self, record):
        if getattr(record, "event", "") == "job_error":
            return f"Error in rule {record.rule_name}, input {record.input}, shell {record.shellcmd}"
        return record.getMessage()


class Run:
    """A handler, its text, and a clock that goes on a second with each record."""

    def __init__(self, *, terminal: bool = False, dag: Any = None, rules: Any = (), **options: bool) -> None:
        self.stream = Stream()
        self.stream.terminal = terminal
        self.now = 0.0
        workflow = SimpleNamespace(dag=dag or SimpleNamespace(targetjobs=[], targetfiles=[]), rules=rules)
        self.handler = Terminal(Snakemakes(self.stream), workflow, clock=lambda: self.now, **options)

    def log(self, event: str | None, msg: str | None = None, **fields: Any) -> None:
        level = logging.ERROR if "error" in (event or "") else logging.INFO
        record = logging.LogRecord(LOGGER, level, "", 0, msg, (), None)
        record.__dict__ |= {"event": event, **fields}
        self.now += 1
        self.handler.handle(record)

    def plan(self, **stats: int) -> None:
        self.log(None, "Building DAG of jobs...")
        self.log("run_info", "Job stats", stats=stats | {"total": sum(stats.values())})

    def begin(self, number: int, rule: str = "train", **wildcards: str) -> None:
        fields = {"jobid": number, "rule_name": rule, "wildcards": wildcards}
        self.log("job_info", reason="Missing output files: x", **fields)

    def fail(self, number: int, rule: str = "train") -> None:
        fields = {"jobid": number, "rule_name": rule, "rule_msg": None, "shellcmd": "sh"}
        self.log("job_error", f"Error in rule {rule}", input=["lib.py"] * 50, **fields)

    @property
    def lines(self) -> list[str]:
        return self.stream.getvalue().splitlines()


@pytest.fixture(autouse=True)
def typed(monkeypatch):
    monkeypatch.setattr("sys.argv", ["snakemake", "--cores", "2", "a table"])
    monkeypatch.delenv("RECKON_COMMAND", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_a_run_says_a_line_a_job_and_where_the_results_lie(tmp_path):
    table = tmp_path / "claims.csv"
    table.touch()
    dag = SimpleNamespace(targetjobs=[SimpleNamespace(output=[str(table)], input=[])], targetfiles=[])
    run = Run(dag=dag)
    run.log("workflow_started", "Workflow has started!")
    run.plan(train=1, claims=1)
    run.log("resources_info", "Provided cores: 2")
    run.begin(1, seed="0")
    run.log("shellcmd", "Shell command: x")
    run.log("job_finished", "Finished jobid: 1", job_id=1)
    run.log("progress", done=1, total=2)
    run.begin(0, "claims")
    run.log("job_finished", "Finished jobid: 0", job_id=0)
    run.log(None, "Complete log(s): x")
    run.handler.close()
    run.handler.close()
    assert run.lines == [
        "2 jobs to do",
        "1/2  50 %  5 s to go           2 s  train seed=0",
        "2/2 100 %                      1 s  claims",
        "done: 2 jobs in 11 s",
        f"results: {table}",
    ]


def test_nothing_to_be_done_is_said_with_where_the_results_lie(tmp_path):
    table = tmp_path / "claims.csv"
    table.touch()
    run = Run(dag=SimpleNamespace(targetjobs=[], targetfiles=[str(table)]))
    run.log(None, "Nothing to be done (all requested files are present and up to date).")
    run.handler.close()
    assert run.lines[0].startswith("Nothing to be done")
    assert run.lines[1:] == [f"results: {table}"]


def test_an_error_is_said_as_snakemake_says_it_without_its_modules_and_its_command():
    run = Run()
    run.plan(train=1, final_table=1)
    run.begin(1, seed="0")
    run.log("error", "RuleException:\nthe command returned 1", exception="RuleException")
    run.fail(1)
    run.log("error", "WorkflowError:\nAt least one job did not complete successfully.")
    run.handler.close()
    assert run.lines == [
        *("2 jobs to do", "RuleException:", "the command returned 1"),
        "Error in rule train, input [], shell None",
        "failed: 1 job (train seed=0), see above; done: 0 of 2",
        "mended, this goes on from here: snakemake --cores 2 'a table'",
    ]


def test_ctrl_c_ends_with_one_line_that_says_how_to_go_on(monkeypatch):
    monkeypatch.setenv("RECKON_COMMAND", "make CORES=2")
    before = signal.getsignal(signal.SIGINT)
    run = Run()
    run.plan(train=2)
    run.begin(1)
    try:
        with pytest.raises(SystemExit) as stopped:
            run.handler.interrupted(signal.SIGINT, None)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler, "a second one is as ever"
    finally:
        signal.signal(signal.SIGINT, before)
    assert stopped.value.code == 130
    run.log(None, "Terminating processes on user request, this might take some time.")
    run.fail(1)
    run.log("error", "WorkflowError:\nAt least one job did not complete successfully.")
    run.handler.close()
    assert run.lines == ["2 jobs to do", "stopped after 0 of 2 jobs; to go on: make CORES=2"]


def test_what_ends_early_without_an_error_of_a_job_says_how_to_go_on():
    run = Run()
    run.plan(train=2)
    run.log(None, "Will exit after finishing currently running jobs (scheduler).")
    run.handler.close()
    assert run.lines[1].startswith("Will exit")
    assert run.lines[2:] == ["stopped after 0 of 2 jobs; to go on: snakemake --cores 2 'a table'"]


def test_a_misspelt_target_names_the_nearest():
    rules = [SimpleNamespace(name="final_table", output=["results/final_table.csv"])]
    for typed, meant in {
        "results/final_tabel.csv": "; did you mean results/final_table.csv?",
        "final_tabel": "; did you mean final_table?",
        "x": "; snakemake --list-rules names the rules",
    }.items():
        run = Run(rules=rules)
        words = (
            f"MissingRuleException:\nNo rule to produce {typed} (if you use input functions make sure ...)."
        )
        run.log("error", words, exception="MissingRuleException")
        run.handler.close()
        assert run.lines == [f"error: no rule makes {typed}{meant}"]


def test_a_wrong_setting_is_told_without_the_place_in_the_rules():
    run = Run()
    where = 'WorkflowError in file "/a/workflow/rules/common.smk", line 36'
    run.log(
        "error",
        f'{where}:\nconfiguration: scale: wrong\n  File "/a/workflow/rules/common.smk", line 36, in x',
    )
    run.log("error", "WorkflowError:\nsomething else")
    assert run.lines == ["error: configuration: scale: wrong", "WorkflowError:", "something else"]


def test_a_dry_run_says_counts_and_what_to_type_next(monkeypatch):
    monkeypatch.setattr("sys.argv", ["snakemake", "-n", "final_table"])
    run = Run(dry=True)
    run.plan(train=2)
    run.begin(1, seed="0")
    run.begin(2, seed="1")
    run.log("job_finished", "Finished jobid: 1", job_id=1)
    run.log("run_info", "Job stats", stats={"train": 2, "total": 2})
    run.log(None, "This was a dry-run (flag -n).")
    run.handler.close()
    assert run.lines == [
        *("2 jobs would run; nothing was run now.", "no result yet (2):", "    2 train"),
        "every job with its files:  snakemake -n -p final_table",
        "to run them:               snakemake final_table",
    ]
    quiet = Run(dry=True, quiet=True)
    quiet.plan(train=2)
    quiet.handler.close()
    assert quiet.lines == ["2 jobs would run; nothing was run now."]


def test_quiet_says_errors_and_the_end():
    run = Run(quiet=True)
    run.plan(train=1)
    run.begin(1)
    run.handler.close()
    assert run.lines == [], "Snakemake says nothing of finished jobs then, and nothing failed"
    run = Run(quiet=True)
    run.plan(train=1)
    run.fail(1)
    run.handler.close()
    assert [line.split()[0] for line in run.lines] == ["Error", "failed:", "mended,"]


def test_other_messages_go_through_as_they_are():
    run = Run()
    run.log(None, "Unlocked working directory.")
    run.log(None, "Trying to restart job 5.")
    run.log("group_error", "Error in group answers")
    run.log("an event to come", "new")
    assert len(run.lines) == 4


def test_on_a_terminal_the_last_line_is_rewritten_and_taken_away():
    run = Run(terminal=True)
    run.plan(train=1)
    run.begin(1, seed="0")
    run.log(None, "SLURM does not answer")
    run.log("job_finished", "Finished jobid: 1", job_id=1)
    run.handler.close()
    text = run.stream.getvalue()
    assert f"\r\x1b[K[{' ' * 20}] 0/1   0 %  train seed=0 since 0 s" in text
    shown = [re.split(r"\r\x1b\[K", line)[-1] for line in text.split("\n")[:-1]]
    assert shown == ["1 job to do", "SLURM does not answer", shown[2], "done: 1 job in 5 s"]
    assert shown[2].startswith("1/1 100 %")


def test_no_escape_goes_to_a_file_or_a_dumb_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    for terminal in (False, True):
        run = Run(terminal=terminal)
        run.plan(train=1)
        run.begin(1)
        run.handler.close()
        assert "\x1b" not in run.stream.getvalue()


def test_secrets_are_in_no_line(monkeypatch):
    monkeypatch.setenv("RECKON_COMMAND", "snakemake --config mirror=https://me:hunter22@host/x")
    run = Run()
    run.plan(train=1)
    run.handler.close()
    assert "hunter22" not in run.stream.getvalue()


@pytest.fixture
def logger():
    """Snakemake's logger, its handlers put back afterwards."""
    found, before = logging.getLogger(LOGGER), signal.getsignal(signal.SIGINT)
    handlers = found.handlers[:]
    found.handlers.clear()
    yield found
    found.handlers[:] = handlers
    signal.signal(signal.SIGINT, before)


def test_a_record_that_nobody_foresaw_hands_over_to_snakemakes_own_account(logger):
    run = Run()
    logger.addHandler(run.handler)
    run.log("job_info", "a job without a number")
    assert run.lines == ["a job without a number"]
    assert [type(handler) for handler in logger.handlers] == [Snakemakes]


def test_a_terminal_that_went_away_ends_no_run():
    run = Run()
    run.plan(train=2)
    run.begin(1)
    run.stream.broken = True
    run.log("job_finished", "Finished jobid: 1", job_id=1)
    run.fail(2)
    run.handler.close()
    assert run.lines == ["2 jobs to do"]


def settings(**changed: Any) -> SimpleNamespace:
    asked = {"quiet": None, "dryrun": False}
    unasked = dict.fromkeys(("printshellcmds", "verbose", "debug_dag"), False)
    return SimpleNamespace(**unasked | asked | changed)


@pytest.mark.parametrize(
    ("changed", "main", "name", "ours"),
    [
        ({}, True, "DefaultStreamHandler", True),
        ({"quiet": {"Quietness.RULES"}}, True, "DefaultStreamHandler", True),
        ({"quiet": {"Quietness.ALL"}}, True, "DefaultStreamHandler", False),
        ({"printshellcmds": True}, True, "DefaultStreamHandler", False),
        ({"verbose": True}, True, "DefaultStreamHandler", False),
        ({"debug_dag": True}, True, "DefaultStreamHandler", False),
        ({}, False, "DefaultStreamHandler", False),
        ({}, True, "of another logger", False),
    ],
)
def test_it_takes_the_place_of_snakemakes_account_where_nobody_asked_for_that(
    logger, changed, main, name, ours
):
    handler = Snakemakes(Stream())
    handler.name = name
    logger.addHandler(handler)
    attach(SimpleNamespace(output_settings=settings(**changed), is_main_process=main))
    assert [isinstance(found, Terminal) for found in logger.handlers] == [ours]


def test_another_snakemake_than_the_one_known_keeps_its_own_account(logger):
    handler = Snakemakes(Stream())
    logger.addHandler(handler)
    attach(object())
    assert logger.handlers == [handler]

"""What a person sees of a run: one line a finished job, errors in full, where the results lie.

Snakemake's own account goes on as before into .snakemake/log, and to the terminal with -p or --verbose.
"""

import copy
import logging
import os
import re
import shlex
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from reckon.steps.preview import Preview
from reckon.steps.progress import Progress, duration
from reckon.steps.screen import WIDTH, Screen
from reckon.steps.targets import nearest_target, where_results_lie

LOGGER = "snakemake.logging"
COMMAND = "RECKON_COMMAND"  # what a person typed, where that was not Snakemake
_SNAKEMAKES = "DefaultStreamHandler"
_NOTHING = "Nothing to be done"
# Of no use to a person who waits, or said better here.
_NOISE = (
    *("Building DAG of jobs", "Using shell:", "Provided remote nodes", "Group jobs: inactive", "Execute "),
    *("Conda environments: ignored", "Singularity containers: ignored", "Select jobs to execute"),
    *("Assuming unrestricted shared filesystem", "Complete log(s):", "Elapsed time:", "Reasons:"),
    *("Exiting because a job execution failed", "WorkflowError:\nAt least one job did not complete"),
    *("This was a dry-run", "Some jobs were triggered by provenance", "Rules with provenance triggered"),
    *("Terminating processes on user request", "Removing output files of failed job", "Job rate limit"),
)
_UNSAID = ("workflow_started", "resources_info", "progress", "shellcmd", "job_started", "group_info")
_NO_RULE = re.compile(r"No rule to produce (.+?) \(if you use input functions")
_OURS = re.compile(r'WorkflowError in file ".*/common\.smk", line \d+:\n(.*?)(?:\n  File .*)?', re.S)
_DRY = ("-n", "--dry-run", "--dryrun")


def attach(workflow: Any) -> None:
    """Put a `Terminal` in the place of Snakemake's own account of the run of `workflow`.

    Not where that was asked for (-p, --verbose, --debug-dag, --quiet all, another --logger), nor in a
    Snakemake that Snakemake started for a job. Never raises.
    """
    try:
        settings = workflow.output_settings
        quiet = {str(kind).rpartition(".")[2].lower() for kind in settings.quiet or ()}
        theirs = settings.printshellcmds or settings.verbose or settings.debug_dag or "all" in quiet
        if workflow.is_main_process and not theirs:
            logger = logging.getLogger(LOGGER)
            own = next(handler for handler in logger.handlers if handler.name == _SNAKEMAKES)
            terminal = Terminal(own, workflow, bool(settings.dryrun), bool(quiet - {"host", "reason"}))
            logger.removeHandler(own)
            logger.addHandler(terminal)
            if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
                signal.signal(signal.SIGINT, terminal.interrupted)
    except Exception:  # whatever went wrong: Snakemake's own account is there
        return


class Terminal(logging.Handler):
    """Records of Snakemake as lines for a person, on the stream of the handler that it replaces."""

    def __init__(
        self,
        snakemakes: Any,
        workflow: Any,
        dry: bool = False,
        quiet: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._snakemakes = snakemakes
        self._workflow = workflow
        self._dry, self._quiet, self._clock = dry, quiet, clock
        self._screen = Screen(snakemakes.stream, live=not (dry or quiet))
        self._progress = Progress(clock())
        self._preview = Preview()
        self._planned = self._nothing = self._stopped = self._ended = self._erred = False
        self._end = threading.Event()
        self._known: dict[str, Callable[[Any], None]] = {
            "run_info": self._run_info,
            "job_info": self._job_info,
            "job_finished": self._job_finished,
            "job_error": self._job_error,
            "error": self._error,
        }

    def emit(self, record: logging.LogRecord) -> None:
        """Say what is to be said of a record; if that fails, hand over to Snakemake's own account."""
        try:
            if not self._ended:
                self._take(record)
        except OSError:  # nobody sees it any more
            self._ended = True
        except Exception:  # a broken line must never end a run
            self._screen.live = False
            logger = logging.getLogger(LOGGER)
            logger.removeHandler(self)
            logger.addHandler(self._snakemakes)
            self._snakemakes.handle(record)

    def interrupted(self, number: int, frame: FrameType | None) -> None:
        """Ctrl-C: nothing that follows from it is news; a second one is as without us."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._stopped = True
        # To jobs that run it is the same as KeyboardInterrupt, over which a plan ends in a traceback.
        raise SystemExit(130)

    def close(self) -> None:
        """The end of the run: the last lines. Snakemake closes its handlers however it ends."""
        if not self._ended:
            self._ended = True
            self._end.set()
            try:
                self._write(*self._last_lines())
                self._snakemakes.close()
            except Exception:  # noqa: S110  the run is over, and all there was to say was about it
                pass
        super().close()

    def _take(self, record: logging.LogRecord) -> None:
        event = str(getattr(record, "event", None) or "")
        if self._stopped:
            self._screen.paint("stopping ...")
        elif event in self._known:
            self._known[event](record)
        elif event not in _UNSAID and not str(record.msg).startswith(_NOISE):
            self._nothing = self._nothing or str(record.msg).startswith(_NOTHING)
            self._hand_over(record)

    def _run_info(self, record: Any) -> None:
        if self._planned:
            return
        self._planned = True
        self._progress.plan({rule: n for rule, n in record.stats.items() if rule != "total"})
        if self._dry:
            return
        if not self._quiet:
            self._write(f"{_jobs(self._progress.total)} to do")
        if self._screen.live:
            threading.Thread(target=self._keep_drawing, daemon=True).start()

    def _job_info(self, record: Any) -> None:
        if self._dry:
            self._preview.add(record.rule_name, record.reason)
        else:
            self._progress.begin(record.jobid, record.rule_name, record.wildcards, self._clock())
            self._draw()

    def _job_finished(self, record: Any) -> None:
        if not self._dry:
            line = self._progress.finish(record.job_id, self._clock())
            self._write(*([] if self._quiet else [line]))

    def _job_error(self, record: Any) -> None:
        """As Snakemake says it, with its log, but without the dozens of modules that are its input."""
        self._progress.fail(record.jobid, record.rule_name)
        shorter = copy.copy(record)
        shorter.input, shorter.shellcmd = [], None
        shorter.msg = shorter.rule_msg
        self._screen.clear()
        self._snakemakes.emit(shorter)  # whatever --quiet says
        self._draw()

    def _error(self, record: Any) -> None:
        self._erred = True
        found = _NO_RULE.search(str(record.msg))
        ours = _OURS.fullmatch(str(record.msg))
        if ours:
            self._write(f"error: {ours[1]}")
        elif found:
            rules = list(self._workflow.rules)
            files = [str(path) for rule in rules for path in rule.output]
            near = nearest_target(found[1], [rule.name for rule in rules], files)
            meant = f"; did you mean {near}?" if near else "; snakemake --list-rules names the rules"
            self._write(f"error: no rule makes {found[1]}{meant}")
        elif not str(record.msg).startswith(_NOISE):
            self._hand_over(record)

    def _hand_over(self, record: logging.LogRecord) -> None:
        self._screen.clear()
        self._snakemakes.handle(record)
        self._draw()

    def _last_lines(self) -> list[str]:
        """What was done, what failed, where the results lie, or how to go on."""
        progress = self._progress
        if self._stopped:
            return [self._stop()]
        if self._dry:
            return self._previewed() if self._planned else []
        if progress.failed:
            names = "; ".join([*progress.failed.values()][:3])
            failed = f"failed: {_jobs(len(progress.failed))} ({names}), see above; done: {progress.done}"
            return [f"{failed} of {progress.total}", f"mended, this goes on from here: {_command()}"]
        # With --quiet Snakemake does not say which jobs are done.
        done = progress.done >= progress.total or (self._quiet and not self._erred)
        if self._nothing or (self._planned and done):
            took = duration(self._clock() - progress.since)
            lines = [] if self._nothing or self._quiet else [f"done: {_jobs(progress.total)} in {took}"]
            return lines + where_results_lie(self._asked_for())
        return [self._stop()] if self._planned else []

    def _stop(self) -> str:
        done, total = self._progress.done, self._progress.total
        when = f"after {done} of {_jobs(total)}" if self._planned else "before any job"
        return f"stopped {when}; to go on: {_command()}"

    def _previewed(self) -> list[str]:
        if self._quiet:
            return [f"{_jobs(self._progress.total)} would run; nothing was run now."]
        words = [word for word in sys.argv[1:] if word not in _DRY]
        return [
            self._preview.text(min(self._screen.width, WIDTH)),
            f"every job with its files:  {shlex.join(['snakemake', '-n', '-p', *words])}",
            f"to run them:               {shlex.join(['snakemake', *words])}",
        ]

    def _asked_for(self) -> list[str]:
        """Files that this run was asked for, by name or by rule."""
        dag = self._workflow.dag
        jobs = [path for job in dag.targetjobs for path in job.output or job.input]
        return [str(path) for path in (*dag.targetfiles, *jobs)]

    def _write(self, *lines: str) -> None:
        self._screen.write(*lines)
        self._draw()

    def _draw(self) -> None:
        if self._planned and not (self._ended or self._stopped):
            self._screen.paint(self._progress.bar(self._clock()))

    def _keep_drawing(self) -> None:
        while not self._end.wait(1.0):
            self.acquire()
            try:
                self._draw()
            except Exception:  # the terminal is gone
                return
            finally:
                self.release()


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count} jobs"


def _command() -> str:
    """The command that was typed; `make` says what it was."""
    return os.environ.get(COMMAND) or shlex.join(["snakemake", *sys.argv[1:]])

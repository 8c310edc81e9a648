"""How far a run is: what is done, what runs, and how long the rest takes, as lines of text."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

_BAR = 20  # characters


@dataclass(frozen=True)
class Job:
    """A job that runs: its rule, its name with wildcards, and when it began (seconds of any clock)."""

    rule: str
    name: str
    since: float


class Progress:
    """The account of one run. All times are seconds; `now` comes from a clock that only goes forward."""

    def __init__(self, now: float) -> None:
        self.since = now
        self.total = 0
        self.done = 0
        self.failed: dict[int, str] = {}  # number -> name
        self._left: Counter[str] = Counter()  # jobs of each rule that are not done
        self._took: dict[str, list[float]] = {}
        self._running: dict[int, Job] = {}

    def plan(self, jobs: Mapping[str, int]) -> None:
        """Take the number of jobs of each rule."""
        self._left = Counter(jobs)
        self.total = self._left.total()

    def begin(self, number: int, rule: str, wildcards: Mapping[str, str], now: float) -> None:
        """Job `number` of `rule` starts, or starts again."""
        self._running[number] = Job(rule, job_name(rule, wildcards), now)

    def fail(self, number: int, rule: str) -> None:
        """Job `number` failed; if it is tried again, it may still be finished."""
        job = self._running.pop(number, Job(rule, rule, 0.0))
        self.failed[number] = job.name

    def finish(self, number: int, now: float) -> str:
        """Job `number` is done; the line that says so: count, share, time to go, its seconds, what it was."""
        job = self._running.pop(number, Job("", f"job {number}", now))
        self.failed.pop(number, None)
        self._left[job.rule] -= 1
        self._took.setdefault(job.rule, []).append(now - job.since)
        self.done += 1
        self.total = max(self.total, self.done)
        return f"{self._count(now)} {duration(now - job.since):>6}  {job.name}"

    def bar(self, now: float) -> str:
        """One line on what is done and what runs, the longest first."""
        filled = round(_BAR * self.done / self.total) if self.total else 0
        line = f"[{'=' * filled}{' ' * (_BAR - filled)}] {self._count(now).rstrip()}"
        if not self._running:
            return line
        first, *more = sorted(self._running.values(), key=lambda job: job.since)
        others = f", and {len(more)} more" if more else ""
        return f"{line}  {first.name} since {duration(now - first.since)}{others}"

    def to_go(self, now: float) -> float | None:
        """Estimated seconds that the rest takes; None before a job is done.

        A job is expected to take the mean of those of its rule that are done, or of all. As many run side
        by side as did on average until now.
        """
        took = [seconds for rule in self._took.values() for seconds in rule]
        if not took:
            return None
        mean = sum(took) / len(took)
        expected = {rule: sum(times) / len(times) for rule, times in self._took.items()}
        running = [(now - job.since, expected.get(job.rule, mean)) for job in self._running.values()]
        work = sum(max(count, 0) * expected.get(rule, mean) for rule, count in self._left.items())
        work -= sum(min(age, usual) for age, usual in running)
        side_by_side = (sum(took) + sum(age for age, _ in running)) / max(now - self.since, 1e-3)
        return max(work, 0.0) / max(side_by_side, 1e-3)

    def _count(self, now: float) -> str:
        digits = len(str(self.total))
        share = 100 * self.done // self.total if self.total else 0
        rest = self.to_go(now) if self.done < self.total else None
        to_go = f"{duration(_rounded(rest))} to go" if rest is not None else ""
        return f"{self.done:{digits}}/{self.total} {share:3} %  {to_go:<16}"


def job_name(rule: str, wildcards: Mapping[str, str]) -> str:
    """`train data=miniature, seed=0`."""
    return f"{rule} {', '.join(f'{name}={value}' for name, value in wildcards.items())}".rstrip()


def duration(seconds: float) -> str:
    """`42 s`, `6 min 30 s`, `2 h 05 min`."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 1:
        return f"{rest} s"
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02} min"


def _rounded(seconds: float) -> float:
    """An estimate without digits that it does not have: steps of five seconds, then of minutes."""
    step = 5 if seconds < 90 else 60
    return max(step * round(seconds / step), step)

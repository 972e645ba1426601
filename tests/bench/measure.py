"""How a figure is taken: medians, ratios, and the longest time the window did not answer."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any


def seconds(work: Callable[[], Any]) -> float:
    """How long `work` took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median(work: Callable[[], Any], runs: int = 7) -> float:
    """The median of several runs, in seconds, after one that is not counted."""
    work()
    return statistics.median(seconds(work) for _ in range(runs))


def alternating(
    ours: Callable[[], Any], theirs: Callable[[], Any], runs: int = 7
) -> tuple[float, float]:
    """Medians of both in seconds, taken by turns so that a busy machine wrongs neither."""
    ours()
    theirs()
    times = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
    return statistics.median(t[0] for t in times), statistics.median(t[1] for t in times)


def fastest(
    ours: Callable[[], Any], theirs: Callable[[], Any], budget: float, least: int = 5
) -> tuple[float, float]:
    """The shortest time of each in seconds, by turns until `budget` seconds are spent.

    What others on a busy machine take away is in neither, where each had one quiet turn.
    """
    ours()
    theirs()
    times: list[tuple[float, float]] = []
    until = time.perf_counter() + budget
    while len(times) < least or time.perf_counter() < until:
        if len(times) % 2:
            second = seconds(theirs)
            times.append((seconds(ours), second))
        else:
            times.append((seconds(ours), seconds(theirs)))
    return min(t[0] for t in times), min(t[1] for t in times)


@dataclass
class Figure:
    """One line of the table. `limit` is what the ratio, or else the value, must not exceed."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    limit: float | None = None
    note: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """How many times the baseline."""
        return self.value / self.baseline if self.baseline else None

    @property
    def kept(self) -> bool | None:
        """Whether the limit is kept; None where there is none."""
        if self.limit is None:
            return None
        return (self.ratio if self.ratio is not None else self.value) <= self.limit

    def as_json(self) -> dict[str, Any]:
        """All of it, with ratio and verdict."""
        return {**asdict(self), "ratio": self.ratio, "kept": self.kept}


def table(figures: list[Figure]) -> str:
    """The figures as aligned text."""
    head = ("figure", "value", "baseline", "ratio", "limit", "", "note")
    lines = [head]
    for figure in figures:
        ratio = figure.ratio
        limit = "" if figure.limit is None else f"<= {figure.limit:g}"
        verdict = {True: "ok", False: "MISSED", None: ""}[figure.kept]
        lines.append(
            (
                figure.name,
                f"{figure.value:,.1f} {figure.unit}",
                "" if figure.baseline is None else f"{figure.baseline:,.1f} {figure.unit}",
                "" if ratio is None else f"{ratio:.2f}",
                limit,
                verdict,
                figure.note,
            )
        )
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    out = []
    for line in lines:
        cells = [
            line[n].ljust(widths[n]) if n in (0, 5, 6) else line[n].rjust(widths[n])
            for n in range(len(head))
        ]
        out.append("  ".join(cells).rstrip())
    return "\n".join(out)

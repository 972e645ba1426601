"""What is felt at the window: how soon it stands there, and the longest time it does not answer."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench import baselines
from tests.bench.measure import Figure, median

if TYPE_CHECKING:
    from tests.bench.groups import Bench

SCREEN = "1366x768"
FREEZE_LIMIT = 100
RUNS = 7


def display(home: Path) -> tuple[list[str], dict[str, str], str]:
    """How to run a window here: command prefix, environment, and its name for the table."""
    environment = {**os.environ, "KEHU_HOME": str(home / "client")}
    # As on a clerk's computer: what was compiled at the first start is there at the next.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(home / "compiled")
    if shutil.which("xvfb-run"):
        command = ["xvfb-run", "-a", "-s", f"-screen 0 {SCREEN}x24 -nolisten tcp"]
        return command, {**environment, "QT_QPA_PLATFORM": "xcb"}, f"Xvfb {SCREEN}"
    return [], {**environment, "QT_QPA_PLATFORM": "offscreen"}, f"offscreen {SCREEN}"


def window(bench: "Bench") -> list[Figure]:
    """From the start of the process to the first painted window."""
    prefix, environment, where = display(bench.home)
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "tests.bench.windows"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    ours, bare = json.loads(done.stdout.splitlines()[-1])
    return [Figure("window painted", ours, "ms", bare, 1.7, where)]


def first_paints() -> tuple[float, float]:
    """Medians of program and bare window in milliseconds, by turns on one display."""
    times: list[list[float]] = [[], []]
    for _ in range(RUNS + 1):
        times[0].append(until_painted([sys.executable, "-m", "tests.bench.first_paint"]))
        times[1].append(until_painted([sys.executable, "-c", baselines.BARE_WINDOW]))
    # The first of each fills the caches.
    return statistics.median(times[0][1:]), statistics.median(times[1][1:])


def until_painted(command: list[str]) -> float:
    """Milliseconds until a program says `painted`; it is ended then."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            if line.strip() == "painted":
                break
        else:
            raise AssertionError("the window was never painted")
        taken = time.perf_counter() - started
        process.kill()
    return taken * 1000


def order_grid(bench: "Bench") -> list[Figure]:
    """The grid over all orders: first rows, the end, another order; the longest freeze of each."""
    prefix, environment, where = display(bench.home)
    runs: list[dict[str, Any]] = []
    for _ in range(5):
        done = subprocess.run(
            [
                *prefix,
                sys.executable,
                "-m",
                "tests.bench.grid_child",
                json.dumps(bench.login("zhou")),
            ],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=300,
        )
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    with closing(bench.connect("zhou")) as plain:
        raw = {
            "first rows": median(lambda: baselines.first_orders(plain)) * 1000,
            "all ids": median(lambda: baselines.all_order_ids(plain)) * 1000,
        }
    figures = []
    for step in runs[0]["steps"]:
        taken = statistics.median(run["steps"][step]["ms"] for run in runs)
        freezes = sorted(run["steps"][step]["freeze"] for run in runs)
        name = f"{runs[0]['rows']:,} orders, {step}"
        figures.append(Figure(name, taken, "ms", raw.get(step), None, where))
        frozen, worst = (
            statistics.median(freezes),
            f"worst of {len(runs)} runs {freezes[-1]:.0f} ms",
        )
        figures.append(Figure("  longest freeze", frozen, "ms", None, FREEZE_LIMIT, worst))
    return figures


if __name__ == "__main__":
    print(json.dumps(first_paints()))

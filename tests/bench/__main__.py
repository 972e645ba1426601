"""Measure and print: a table for people, JSON for machines."""

import argparse
import json
import platform
import shutil
import sys
import tempfile
import time
from pathlib import Path

from server_schema.embedded import Embedded
from tests.bench import groups, office
from tests.bench.measure import Figure, table
from tests.bench.rows import SCALES
from tests.servers import Cluster, careless


def main() -> int:
    """Exit code 1 when a limit is missed or a part could not be measured."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--home", type=Path, help="keep the office here for later runs")
    parser.add_argument("--scale", choices=list(SCALES), default="full")
    parser.add_argument("--only", help="parts to measure, separated by commas", default="")
    parser.add_argument("--json", type=Path, help="write the figures there as well")
    parser.add_argument("--list", action="store_true", help="name the parts and stop")
    options = parser.parse_args()
    if options.list:
        print("\n".join(groups.GROUPS))
        return 0
    wanted = [name for name in options.only.split(",") if name] or list(groups.GROUPS)
    unknown = set(wanted) - set(groups.GROUPS)
    if unknown:
        parser.error("no such part: " + ", ".join(sorted(unknown)))
    kept = options.home is not None
    home = options.home.resolve() if kept else Path(tempfile.mkdtemp(prefix="kehu-bench-"))
    home.mkdir(parents=True, exist_ok=True)
    embedded = Embedded(home)
    try:
        return measure(embedded, home, options, wanted)
    finally:
        if kept:
            embedded.stop()
        else:
            embedded.remove()
            shutil.rmtree(home, ignore_errors=True)


def measure(embedded: Embedded, home: Path, options: argparse.Namespace, wanted: list[str]) -> int:
    """Start the server, make the office, measure the wanted parts one after the other."""
    if not embedded.initialised:
        embedded.init()
    embedded.start()
    cluster = Cluster(embedded)
    careless(cluster)
    scale = SCALES[options.scale]
    started = time.perf_counter()
    say(f"office of {scale.customers:,} customers and {scale.orders:,} orders …")
    dsn = office.prepare(cluster, scale, home / "bench.json")
    say(f"ready after {time.perf_counter() - started:.0f} s")
    bench = groups.Bench(cluster, dsn, scale, home)
    figures: list[Figure] = []
    failed = []
    for name in wanted:
        say(f"{name} …")
        try:
            figures += groups.GROUPS[name](bench)
        except Exception as error:
            failed.append(name)
            say(f"{name} failed: {type(error).__name__}: {error}")
    print(table(figures))
    result = {
        "scale": scale.name,
        "machine": {"system": platform.platform(), "python": platform.python_version()},
        "figures": [figure.as_json() for figure in figures],
        "failed": failed,
    }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    if options.json:
        options.json.write_text(text, encoding="utf-8")
    print(text)
    return int(bool(failed) or any(figure.kept is False for figure in figures))


def say(text: str) -> None:
    """Progress goes to standard error, so that the table can be redirected."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

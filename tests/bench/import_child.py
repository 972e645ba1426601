"""Run in a process of its own: an import as `kehu import customer FILE` does it, and its memory."""

import json
import sys
import time
from pathlib import Path

from client.data.importing import imports
from client.data.reading import files as reading
from tests.bench.login import office_for


def peak_mb() -> float:
    """The most memory that this process and its largest child had; 0 where it is not told."""
    try:
        import resource
    except ImportError:
        return 0.0
    # What getrusage says of the process itself begins with what its parent had.
    status = Path("/proc/self/status").read_text()
    own = int(status.partition("VmHWM:")[2].split()[0])
    return (own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def main() -> None:
    """Import the file named first as the operator described second; prints JSON."""
    started = time.perf_counter()
    office = office_for(json.loads(sys.argv[2]))
    with reading.open_workbook(sys.argv[1]) as book:
        plan = imports.plan_one(book, "customer")
        report = imports.run(office, book, plan)
    taken = time.perf_counter() - started
    imported = sum(sheet.imported for sheet in report.sheets)
    print(json.dumps({"seconds": taken, "peak_mb": peak_mb(), "imported": imported}), flush=True)


if __name__ == "__main__":
    main()

"""Run in a process of its own: many orders on paper in one file, and the memory that took."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from client.data.priced import documents
from reports import papers
from tests.bench.import_child import peak_mb
from tests.bench.login import office_for


def main() -> None:
    """Print the orders whose ids are named third into the file named second; prints JSON."""
    office = office_for(json.loads(sys.argv[1]))
    ids = json.loads(sys.argv[3])
    before = peak_mb()
    started = time.perf_counter()
    with Path(sys.argv[2]).open("wb") as target:
        made = papers.make_many(_items(office, ids), target)
    taken = time.perf_counter() - started
    size = Path(sys.argv[2]).stat().st_size / 1e6
    answer = {"seconds": taken, "peak_mb": peak_mb(), "before_mb": before, "size_mb": size}
    print(json.dumps(answer | {"papers": made.documents, "pages": made.pages}), flush=True)


def _items(office: Any, ids: list[int]) -> Iterator[papers.Item]:
    """Each order is read when its turn comes."""
    details = {"name": "砚川商贸有限公司", "address": "云山路 118 号", "phone": "020-0555 1180"}
    for id_ in ids:
        with office.session() as session:
            order = documents.load_order(session, id_)
        yield papers.Item("order", order, details, "zh_CN")


if __name__ == "__main__":
    main()

"""Papers: one against bare reportlab with the same text, and many into one file."""

import json
import subprocess
import sys
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any

from client.data import formats
from reports import papers
from reports.sheet import Text
from resources import FONTS
from tests.bench import baselines
from tests.bench.measure import Figure, alternating
from tests.bench.orders import LINES, LOGIN, new_order

if TYPE_CHECKING:
    from tests.bench.groups import Bench

MANY = 500
OFFICE = {
    "name": "砚川商贸有限公司",
    "address": "云山路 118 号",
    "phone": "020-0555 1180",
    "bank": "示例银行云山支行",
    "bank_account": "0000 1111 2222",
    "seal_box": True,
}
SHOWN = {
    "quantity": formats.quantity,
    "unit_price": formats.price,
    "discount": formats.percent,
    "tax_rate": formats.percent,
    "amount": formats.money,
}


def paper(bench: "Bench") -> list[Figure]:
    """A quote's PDF, and 500 orders in one file with the speed and memory of that."""
    return [_one(bench), *_many(bench)]


def _one(bench: "Bench") -> Figure:
    quote = _quote(bench)
    sheet = papers.sheet_of(papers.Item("quote", quote, OFFICE, "zh_CN"))
    words = [item.text for page in sheet.pages for item in page if isinstance(item, Text)]
    keys = ("position", "code", "name", "specification", "unit", *SHOWN)
    cells = [[str(SHOWN.get(key, str)(line[key])) for key in keys] for line in quote["lines"]]
    inside = {cell for row in cells for cell in row}
    rest = [word for word in words if word not in inside]
    font = str(FONTS / "wqy-microhei.ttc")
    ours, theirs = alternating(
        lambda: papers.make("quote", quote, OFFICE, "zh_CN"),
        lambda: baselines.paper(rest, cells, font),
        21,
    )
    return Figure(f"PDF of a quote of {LINES} lines", ours * 1000, "ms", theirs * 1000, 2.0)


def _quote(bench: "Bench") -> dict[str, Any]:
    lines = [
        line | {"amount": line["quantity"] * line["unit_price"] * (1 - line["discount"])}
        for line in new_order(bench)["lines"]
    ]
    return new_order(bench) | {
        "number": "QT-2026-0001",
        "status": "sent",
        "revision": 1,
        "quote_date": date(2026, 9, 15),
        "valid_until": date(2026, 10, 15),
        "customer": {"name": "广州砚川商贸有限公司", "number": "C-000001", "address": "云山路"},
        "salesperson": "林志远",
        "lines": lines,
    }


def _many(bench: "Bench") -> list[Figure]:
    with closing(bench.connect(LOGIN)) as plain, plain.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM sales_order WHERE number IS NOT NULL ORDER BY id LIMIT %s", [MANY]
        )
        ids = [row[0] for row in cursor.fetchall()]
    login = json.dumps(bench.login(LOGIN), default=str)
    command = [sys.executable, "-m", "tests.bench.paper_child", login]
    done = subprocess.run(
        [*command, str(bench.home / "many.pdf"), json.dumps(ids)],
        stdout=subprocess.PIPE,
        check=True,
    )
    found = json.loads(done.stdout)
    rate = found["papers"] / found["seconds"]
    note = f"{rate:.0f} papers/s, {found['pages']} pages, {found['size_mb']:.1f} MB"
    return [
        Figure(f"{MANY} orders in one file", found["seconds"], "s", note=note),
        Figure(
            "its memory at most", found["peak_mb"], "MB", note=f"{found['before_mb']:.0f} before"
        ),
    ]

"""Sales figures as files for other programs: workbook, CSV and JSON, with the same columns."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from client.data.access import Note
from client.data.analysis.figures import Answer, Figure, report
from client.data.workbooks.workbook import ExportColumn, export_csv, export_rows, write_whole
from client.i18n import translator

KEYS = ("orders", "lines", "quantity", "amount")
KINDS = ("integer", "integer", "quantity", "money")
LABELS = ("Orders", "Lines", "Quantity", "Amount")  # marked where the model and screens name them


def write_workbook(path: Path, answer: Answer, language: str, note: Note) -> None:
    """Labels in `language` as heads; the totals as a last row."""
    translate, asked = translator(language), report(answer.query.report)
    labels = [translate(label) for label in LABELS]
    labels[-1] = f"{labels[-1]} ({answer.currency})"
    first = ExportColumn(translate(asked.label), "text", 28)
    columns = [first]
    for label, kind in zip(labels, KINDS, strict=True):
        columns.append(ExportColumn(label, kind, 12))
    rows = [*map(_values, answer.rows), (translate("Total"), *_values(answer.totals)[1:])]
    export_rows(path, translate(asked.title), columns, rows, language, note=note)


def write_csv(path: Path, answer: Answer, _language: str, note: Note) -> None:
    """The names of the JSON file as heads, no row of totals: it is read by programs."""
    heads = [ExportColumn(name) for name in (answer.query.report, *KEYS)]
    export_csv(path, heads, map(_values, answer.rows), note=note)


def write_json(path: Path, answer: Answer, _language: str, note: Note) -> None:
    """`rows` and `totals`; amounts are texts, since many programs read numbers as binary."""
    key = answer.query.report
    content = {
        "report": report(key).name,
        "currency": answer.currency,
        "other_currencies": list(answer.other_currencies),
        "rows": [{key: row.text} | _plain(row) for row in answer.rows],
        "totals": _plain(answer.totals),
    }
    note(len(answer.rows))
    write_whole(path, json.dumps(content, ensure_ascii=False, indent=1).encode())


def _values(row: Figure) -> tuple[Any, ...]:
    return row.text, row.orders, row.lines, _short(row.quantity), row.amount


def _plain(row: Figure) -> dict[str, Any]:
    quantity = _short(row.quantity)
    whole = quantity == quantity.to_integral_value()
    return {
        "orders": row.orders,
        "lines": row.lines,
        "quantity": int(quantity) if whole else float(quantity),
        "amount": f"{row.amount:.2f}",
    }


def _short(quantity: Decimal) -> Decimal:
    """Without the noughts after the point: 12.0000 is 12."""
    whole = quantity.to_integral_value()
    return whole if quantity == whole else quantity.normalize()


WRITERS: dict[str, Callable[[Path, Answer, str, Note], None]] = {
    ".xlsx": write_workbook,
    ".csv": write_csv,
    ".json": write_json,
}

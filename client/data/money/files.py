"""What is owed as files for other programs: workbook, CSV and JSON, with the same columns."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from client.data.access import Note
from client.data.continuity import KINDS as NUMBERED
from client.data.continuity import MISSING, STATES, Series
from client.data.money.receivables import AGES, AMOUNTS, Answer
from client.data.workbooks.workbook import ExportColumn, export_csv, export_rows, write_whole
from client.i18n import N_, translator

ENTRIES = {
    "opening": N_("Opening balance"),
    "order": N_("Sale"),
    "receipt": N_("Payment received"),
    "red": N_("Red entry"),
}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column by its name in files that programs read, and its label in a workbook."""

    key: str
    label: str
    kind: str = "text"
    width: int = 0
    total: bool = False
    words: Mapping[str, str] | None = None  # what a workbook says for a value


@dataclass(frozen=True)
class Sheet:
    """A report as a table, and what JSON says besides its rows."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    content: dict[str, Any]


def of_receivables(answer: Answer) -> Sheet:
    """A row for each customer, with sums."""
    labels = {age.key: age.label for age in AGES}
    labels |= {"outstanding": "Outstanding", "advance": "Advance"}
    columns = (
        Column("number", "Customer number", "code", 12),
        Column("name", "Customer name", width=28),
        Column("owner", "Owner", width=12),
        *(Column(key, labels[key], "money", 14, total=True) for key in AMOUNTS),
    )
    content = {
        "report": "receivables",
        "as_of": answer.as_of,
        "currency": answer.currency,
        "other_currencies": list(answer.other_currencies),
        "totals": {key: getattr(answer.totals, key) for key in AMOUNTS},
    }
    return Sheet(N_("Receivables"), columns, [row._asdict() for row in answer.rows], content)


def of_statement(doc: dict[str, Any]) -> Sheet:
    """The opening balance as the first row, then the entries."""
    columns = (
        Column("on", "Date", "date"),
        Column("kind", "Entry", width=16, words=ENTRIES),
        Column("number", "Number", "code", 16),
        Column("text", "Text", width=28),
        Column("charge", "Charged", "money", total=True),
        Column("credit", "Received", "money", total=True),
        Column("balance", "Balance", "money"),
    )
    opening = {"on": doc["date_from"], "kind": "opening", "balance": doc["opening"]}
    customer = {name: doc["customer"][name] for name in ("number", "name")}
    told = ("currency", "date_from", "date_to", "opening", "charges", "credits", "closing")
    content = {"report": "statement", "customer": customer}
    content |= {name: doc[name] for name in (*told, "ages", "advance", "other_currencies")}
    return Sheet(N_("Statement of account"), columns, [opening, *doc["entries"]], content)


def of_numbers(found: Series) -> Sheet:
    """A row for each number, or for several on end that are missing."""
    columns = (
        Column("counted", "No.", "integer"),
        Column("counted_to", N_("Up to number"), "integer"),
        Column("number", "Number", "code", 18),
        Column("state", "Status", width=18, words=STATES),
        Column("on_date", "Date", "date"),
        Column("operator", "Created by", width=12),
        Column("reason", "Reason", width=28),
    )
    content = {
        "report": "numbers",
        "kind": found.kind,
        "period": found.period,
        "complete": found.complete,
        "numbers": found.many(),
        "missing": found.many(MISSING),
    }
    title = NUMBERED[found.kind].PLURAL
    return Sheet(title, columns, [row._asdict() for row in found.rows], content)


def write(path: Path, sheet: Sheet, language: str, note: Note) -> None:
    """Write the file that the ending of `path` asks for. Raises OSError."""
    WRITERS[path.suffix.lower()](path, sheet, language, note)


def _write_workbook(path: Path, sheet: Sheet, language: str, note: Note) -> None:
    """Labels and words in `language`, sums as a last row."""
    translate = translator(language)
    heads = [
        ExportColumn(translate(c.label), c.kind, c.width, total=c.total) for c in sheet.columns
    ]

    def cell(row: Row, column: Column) -> Any:
        value = row.get(column.key)
        return translate(column.words[value]) if column.words and value else value

    rows = (tuple(cell(row, column) for column in sheet.columns) for row in sheet.rows)
    export_rows(path, translate(sheet.title), heads, rows, language, note=note)


def _write_csv(path: Path, sheet: Sheet, _language: str, note: Note) -> None:
    """The names of the JSON file as heads, no row of sums: it is read by programs."""
    heads = [ExportColumn(column.key) for column in sheet.columns]
    rows = (tuple(row.get(column.key) for column in sheet.columns) for row in sheet.rows)
    export_csv(path, heads, rows, note=note)


def _write_json(path: Path, sheet: Sheet, _language: str, note: Note) -> None:
    """Amounts are texts, since many programs read numbers as binary."""
    keys = [column.key for column in sheet.columns]
    rows = [{key: row.get(key) for key in keys} for row in sheet.rows]
    text = json.dumps({**sheet.content, "rows": rows}, default=_plain, ensure_ascii=False, indent=1)
    note(len(rows))
    write_whole(path, text.encode())


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    assert isinstance(value, date)
    return value.isoformat()


WRITERS: dict[str, Callable[[Path, Sheet, str, Note], None]] = {
    ".xlsx": _write_workbook,
    ".csv": _write_csv,
    ".json": _write_json,
}

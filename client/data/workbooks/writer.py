"""Writes tables into one .xlsx: text only ever as text, figures and dates as what they are.

Knows nothing of records or connections, so that the child process of `workbook` starts quickly.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.i18n import translator

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_576  # of a sheet, the head included
MOST_TEXT = 32_767  # UTF-16 units in a cell
MOST_SHEET_NAME = 31
MOST_DIGITS = 15  # that a number in a workbook keeps
FIRST_DAY = date(1900, 3, 1)  # before it the workbook's calendar is off by a day, or has no day

NUMBERS = {"money", "price", "quantity", "percent", "integer"}
MONEY = "#,##0.00;[Red]-#,##0.00"
FORMATS = {
    "text": "General",
    "literal": "@",
    "money": MONEY,
    "price": "#,##0.00##;[Red]-#,##0.00##",
    "whole": "#,##0;[Red]-#,##0",
    "fraction": "#,##0.0###;[Red]-#,##0.0###",
    "whole_percent": "0%",
    "percent": "0.0###%",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
# What XML cannot hold; line feeds and tabs it can.
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff]")
RESERVED_SHEETS = {"history"}


@dataclass(frozen=True)
class ExportColumn:
    """A column of a table; `kind` as in `Field.kind`, `width` in characters, 0 for a guess."""

    label: str
    kind: str = "text"
    width: int = 0
    total: bool = False  # a sum under the last row


@dataclass(frozen=True)
class TableHead:
    """What is known of a table before its rows come."""

    title: str
    columns: tuple[ExportColumn, ...]


def plain_text(value: object) -> str:
    """`value` as a cell can hold it, with plain line ends."""
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    return UNWRITABLE.sub("", text)


def units(text: str) -> int:
    """The length of `text` as Excel counts it: a rare character is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int) -> str:
    """`text`, or as much of its beginning as fits into `most` with an ellipsis after it."""
    if units(text) <= most:
        return text
    data = text.encode("utf-16-le", "surrogatepass")[: 2 * (most - 1)]
    return data.decode("utf-16-le", "ignore") + "…"


def sheet_name(title: str, taken: Iterable[str] = ()) -> str:
    """`title` as a sheet may be called, unlike every name in `taken`."""
    base = NOT_IN_SHEET_NAME.sub(" ", UNWRITABLE.sub("", title)).strip().strip("'").strip()
    base = base or "Sheet"
    if base.casefold() in RESERVED_SHEETS:
        base += "_"
    known = {name.casefold() for name in taken}
    name, number = cut(base, MOST_SHEET_NAME), 1
    while name.casefold() in known:
        number += 1
        mark = f" ({number})"
        name = cut(base, MOST_SHEET_NAME - len(mark)) + mark
    return name


class BookWriter:
    """One workbook being written: `begin` a table, give its rows, `begin` the next, `close`."""

    def __init__(self, path: Path, language: str, zone: tzinfo | None) -> None:
        """`zone` is the one moments are shown in."""
        from xlsxwriter import Workbook

        self._book = Workbook(
            str(path), {"constant_memory": True, "tmpdir": str(path.parent), "use_zip64": True}
        )
        self._translate = translator(language)
        self._zone = zone
        self._formats = {
            key: self._book.add_format({"num_format": text, "valign": "top"})
            for key, text in FORMATS.items()
        }
        self._totals = {
            key: self._book.add_format({"num_format": text, "bold": True, "top": 1})
            for key, text in FORMATS.items()
        }
        self._names: list[str] = []
        self._table: TableWriter | None = None

    def begin(self, head: TableHead) -> None:
        self._finish_table()
        self._table = TableWriter(self, head)

    def rows(self, rows: Iterable[Sequence[Any]]) -> None:
        assert self._table is not None
        for row in rows:
            self._table.write(row)

    def close(self) -> None:
        """Write the file. Raises OSError where the disk is full or out of reach."""
        from xlsxwriter.exceptions import FileCreateError

        self._finish_table()
        try:
            self._book.close()
        except FileCreateError as error:
            cause = error.args[0] if error.args else error
            raise cause if isinstance(cause, OSError) else OSError(str(cause)) from error

    def abandon(self) -> None:
        """Give up: nothing more is written but what is needed to let the files go."""
        self._table = None
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()
            Path(sheet.row_data_filename).unlink(missing_ok=True)
        self._book.fileclosed = True

    def sheet(self, title: str) -> "Worksheet":
        name = sheet_name(title, self._names)
        self._names.append(name)
        return self._book.add_worksheet(name)

    def text(self, value: object) -> str:
        """A value without a number's or a date's shape, as people read it."""
        if isinstance(value, bool):
            return self._translate("Yes") if value else self._translate("No")
        if isinstance(value, list | tuple):
            return ", ".join(plain_text(item) for item in value)
        return cut(plain_text(value), MOST_TEXT)

    def local(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            return moment
        return moment.astimezone(self._zone).replace(tzinfo=None)

    def format(self, key: str, total: bool = False) -> "Format":
        return self._totals[key] if total else self._formats[key]

    def head_format(self, right: bool) -> "Format":
        return self._book.add_format(
            {
                "bold": True,
                "bottom": 1,
                "bg_color": "#F1F5F5",
                "align": "right" if right else "left",
                "valign": "vcenter",
                "num_format": "@",
            }
        )

    def total_word(self) -> str:
        return self._translate("Total")

    def _finish_table(self) -> None:
        if self._table is not None:
            self._table.finish()
        self._table = None


class TableWriter:
    """The rows of one table, over as many sheets as it takes."""

    def __init__(self, book: BookWriter, head: TableHead) -> None:
        self._book = book
        self._head = head
        self._summed = [i for i, column in enumerate(head.columns) if column.total]
        self._sums = dict.fromkeys(self._summed, Decimal(0))
        self._heads = {right: book.head_format(right) for right in (False, True)}
        # The last row of a sheet is kept for the totals.
        self._most = MOST_ROWS - (1 if self._summed else 0)
        self._new_sheet()

    def write(self, values: Sequence[Any]) -> None:
        if self._row >= self._most:
            self._close_sheet(self._row - 1)
            self._new_sheet()
        for place, (column, value) in enumerate(zip(self._head.columns, values, strict=True)):
            if value is not None:
                self._cell(place, column, value)
        for place in self._summed:
            if isinstance(values[place], Decimal | int):
                self._sums[place] += values[place]
        self._row += 1

    def finish(self) -> None:
        last = self._row - 1
        if self._summed and last:
            first_sum = self._summed[0]
            for place, column in enumerate(self._head.columns):
                if place in self._sums:
                    self._cell(place, column, self._sums[place], total=True)
                elif place == 0 and first_sum:
                    word = self._book.total_word()
                    self._sheet.write_string(
                        self._row, 0, word, self._book.format("text", total=True)
                    )
                else:
                    self._sheet.write_blank(
                        self._row, place, None, self._book.format("text", total=True)
                    )
        self._close_sheet(last)

    def _new_sheet(self) -> None:
        self._sheet = self._book.sheet(self._head.title)
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_row(0, 20)
        for place, column in enumerate(self._head.columns):
            right = column.kind in NUMBERS
            self._sheet.set_column(place, place, column_width(column))
            self._sheet.write_string(0, place, plain_text(column.label), self._heads[right])
        self._row = 1

    def _close_sheet(self, last: int) -> None:
        width = len(self._head.columns) - 1
        if width >= 0:
            self._sheet.autofilter(0, 0, max(last, 0), width)
        # Codes and phones are text on purpose; no warning triangles beside them.
        self._sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def _cell(self, place: int, column: ExportColumn, value: Any, total: bool = False) -> None:
        row, book = self._row, self._book
        if column.kind in NUMBERS and (key := number_format(column.kind, value)):
            self._sheet.write_number(row, place, value, book.format(key, total))
        elif column.kind in ("date", "moment") and (day := self._day(value)):
            key = "moment" if isinstance(day, datetime) else "date"
            self._sheet.write_datetime(row, place, day, book.format(key, total))
        elif text := book.text(value):
            key = "literal" if column.kind in ("code", "phone") else "text"
            self._sheet.write_string(row, place, text, book.format(key, total))

    def _day(self, value: Any) -> date | datetime | None:
        """The day or moment a cell can hold; None where it has to be written as text."""
        if isinstance(value, datetime):
            # Excel shows whole minutes here, and its seconds are fractions of a day.
            local = self._book.local(value)
            value = local - timedelta(microseconds=local.microsecond)
            return value if value.date() >= FIRST_DAY else None
        return value if isinstance(value, date) and value >= FIRST_DAY else None


def number_format(kind: str, value: Any) -> str:
    """The key of the format `value` is shown in; nothing for what a cell would distort."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float):
        return ""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite() or len(exact.normalize().as_tuple().digits) > MOST_DIGITS:
        return ""
    if kind in ("money", "price"):
        return kind
    if kind == "percent":
        return "whole_percent" if exact * 100 == (exact * 100).to_integral_value() else "percent"
    return "whole" if exact == exact.to_integral_value() else "fraction"


def column_width(column: ExportColumn) -> float:
    """Wide enough for the head with its filter arrow; a Chinese character is two wide."""
    head = sum(2 if ord(char) > 0x2E7F else 1 for char in column.label) + 4
    least = {"date": 12, "moment": 17, "money": 14}.get(column.kind, 8)
    return min(60, max(head, least, column.width))

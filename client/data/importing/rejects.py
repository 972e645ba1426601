"""Rejected rows as a workbook: as they came, with the reason beside each and bad cells marked.

What is put right in it can be imported as it is: sheets and headers have their names.
"""

from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.data.errors import KnownError
from client.data.importing.mapping import SheetMapping
from client.data.reading.values import CellError
from client.data.workbooks.writer import MOST_TEXT, cut, plain_text, sheet_name
from client.i18n import _

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_000_000  # of a sheet


class Rejects:
    """Writes the workbook row by row; `close` completes it, without rows it is not made."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._book: Workbook | None = None
        self._sheets: dict[str, _RejectSheet] = {}

    def add(
        self,
        mapping: SheetMapping,
        number: int,
        cells: list[Any],
        marked: set[int],
        reason: str,
    ) -> None:
        """Add a row of the sheet of `mapping`; `marked` are the columns of its bad cells."""
        if self._book is None:
            import xlsxwriter

            self._book = xlsxwriter.Workbook(
                str(self._path),
                {
                    "constant_memory": True,
                    "strings_to_formulas": False,
                    "strings_to_urls": False,
                    "strings_to_numbers": False,
                },
            )
        if mapping.sheet not in self._sheets:
            name = sheet_name(mapping.sheet, [sheet.name for sheet in self._sheets.values()])
            self._sheets[mapping.sheet] = _RejectSheet(self._book, name, mapping)
        self._sheets[mapping.sheet].add(number, cells, marked, reason)

    def close(self) -> None:
        """Write the file. Raises KnownError where it cannot be written."""
        if self._book is None:
            return
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
        except FileCreateError:
            text = _("{name} cannot be written. Is it open in another program?")
            raise KnownError(text.format(name=self._path.name)) from None


class _RejectSheet:
    """The rejected rows of one sheet."""

    def __init__(self, book: "Workbook", name: str, mapping: SheetMapping) -> None:
        self.name = name
        self._sheet: Worksheet = book.add_worksheet(name)
        self._plain = _formats(book, {})
        self._bad = _formats(book, {"bg_color": "#FFD9D6", "font_color": "#9C0006"})
        self._wrapped = book.add_format({"text_wrap": True, "font_color": "#9C0006"})
        self._width = len(mapping.headers)
        bold = book.add_format({"bold": True})
        for column in mapping.headers:
            self._sheet.write_string(0, column.index, column.header, bold)
        self._sheet.write_string(0, self._width, _("Reason"), bold)
        self._sheet.write_string(0, self._width + 1, _("Row in the file"), bold)
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, max(self._width - 1, 0), 14)
        self._sheet.set_column(self._width, self._width, 60)
        self._next = 1

    def add(self, number: int, cells: list[Any], marked: set[int], reason: str) -> None:
        if self._next > MOST_ROWS:
            return
        for index in range(self._width):
            cell = cells[index] if index < len(cells) else None
            formats = self._bad if index in marked else self._plain
            self._write(index, cell, formats)
        self._sheet.write_string(self._next, self._width, reason, self._wrapped)
        self._sheet.write_number(self._next, self._width + 1, number)
        self._next += 1

    def _write(self, index: int, cell: Any, formats: "dict[str, Format]") -> None:
        row = self._next
        if cell is None:
            self._sheet.write_blank(row, index, None, formats["text"])
        elif isinstance(cell, bool):
            self._sheet.write_boolean(row, index, cell, formats["text"])
        elif isinstance(cell, int | float) and abs(cell) < 1e15:
            self._sheet.write_number(row, index, cell, formats["number"])
        elif isinstance(cell, datetime) and cell.year >= 1900:
            self._sheet.write_datetime(row, index, cell, formats["moment"])
        elif isinstance(cell, date) and cell.year >= 1900 and not isinstance(cell, datetime):
            self._sheet.write_datetime(row, index, cell, formats["date"])
        elif isinstance(cell, time):
            self._sheet.write_datetime(row, index, cell, formats["time"])
        else:
            text = cell.text if isinstance(cell, CellError) else plain_text(cell)
            self._sheet.write_string(row, index, cut(text, MOST_TEXT), formats["text"])


def _formats(book: "Workbook", look: dict[str, Any]) -> "dict[str, Format]":
    """Formats by the kind of a value, all with the same look."""
    numbers = {
        "text": "@",
        "number": "General",
        "date": "yyyy-mm-dd",
        "moment": "yyyy-mm-dd hh:mm",
        "time": "hh:mm",
    }
    return {kind: book.add_format(look | {"num_format": form}) for kind, form in numbers.items()}

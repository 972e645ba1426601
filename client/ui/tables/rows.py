"""A table whose rows are all in memory, for reports: sorted, and exported as shown."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any

from client.data.workbooks.workbook import ExportColumn
from client.ui.tables.columns import FIGURES, Column
from client.ui.tables.model import CellModel
from client.ui.tables.table import Table

Value = Callable[[Any, str], Any]


class RowsModel(CellModel):
    """Any objects as rows; `value` answers with a row's bare value in the column of that key."""

    def __init__(self, columns: Sequence[Column], value: Value = getattr) -> None:
        super().__init__(columns)
        self.rows: list[Any] = []
        self.order: list[tuple[str, bool]] = []
        self._value = value
        self._given: list[Any] = []

    def show(self, rows: Iterable[Any]) -> None:
        """Show these instead, in the order asked for last or else as they are given; where they are
        the same as before, what is marked stays."""
        given = list(rows)
        if given == self._given:
            self.tell()
            return
        self.beginResetModel()
        self._given = given
        self._arrange()
        self.endResetModel()

    def sort_by(self, order: list[tuple[str, bool]]) -> None:
        """The first entry counts most."""
        self.beginResetModel()
        self.order = list(order)
        self._arrange()
        self.endResetModel()

    def length(self) -> int:
        return len(self.rows)

    def value(self, row: int, key: str) -> Any:
        return self._value(self.rows[row], key)

    def tip(self, row: int, key: str) -> str:
        return "" if self.kind(key) in FIGURES else self.text(row, key)

    def export(self, shown: Sequence[Column]) -> tuple[list[ExportColumn], list[tuple[Any, ...]]]:
        """These columns for a workbook, with the rows as they are sorted; figures stay figures."""
        rows = [tuple(_plain(self._value(row, c.key)) for c in shown) for row in self.rows]
        heads = []
        for place, column in enumerate(shown):
            values = (row[place] for row in rows)
            dated = any(isinstance(value, date) for value in values)
            kind = "date" if dated else "money" if column.kind == "balance" else column.kind
            kind = kind if kind in (*FIGURES, "date", "code") else "text"
            heads.append(ExportColumn(column.title, kind, total=column.kind == "money"))
        return heads, rows

    def _arrange(self) -> None:
        self.rows = list(self._given)
        for key, ascending in reversed(self.order):
            filled = [row for row in self.rows if self._value(row, key) is not None]
            empty = [row for row in self.rows if self._value(row, key) is None]
            filled.sort(key=partial(self._key, key), reverse=not ascending)
            self.rows = filled + empty

    def _key(self, key: str, row: Any) -> Any:
        return self._value(row, key)


def _plain(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value


def rows_table(
    columns: list[Column], value: Value = getattr, sorts: bool = True
) -> tuple[Table, RowsModel]:
    """A table with a `RowsModel`; clicking a column title sorts it, unless `sorts` is False."""
    table, model = Table(columns), RowsModel(columns, value)
    table.setModel(model)
    table.head.setSectionsClickable(sorts)
    table.sort_requested.connect(model.sort_by)
    model.setParent(table)
    return table, model


def shown_columns(table: Table) -> list[Column]:
    """As the clerk sees them, from the left."""
    return [table.column(index) for index in table.column_layout.shown()]

"""What can be said about the selected rows of a grid: their text and the sum of their money.

Both are bounded, so that a stray key over a million rows does not stop the window.
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractItemModel

from client.i18n import _
from client.ui.tables.delegate import CELL

if TYPE_CHECKING:
    from client.ui.tables.columns import Column
    from client.ui.tables.table import Table

COPY_LIMIT = 10_000
SUM_LIMIT = 1_000


def _ranges(table: "Table") -> list[tuple[int, int]]:
    chosen = table.selectionModel().selection()
    parts = [chosen.at(number) for number in range(chosen.count())]
    return sorted((part.top(), part.bottom()) for part in parts)


def rows(table: "Table", limit: int) -> list[int]:
    """The selected rows from the top, at most `limit`; ranges only, never single indexes."""
    found: list[int] = []
    for top, bottom in _ranges(table):
        start = max(top, found[-1] + 1) if found else top
        found.extend(range(start, min(bottom + 1, start + limit - len(found))))
    return found


def count(table: "Table") -> int:
    """How many rows are selected."""
    total, seen = 0, -1
    for top, bottom in _ranges(table):
        total += max(bottom - max(top, seen + 1) + 1, 0)
        seen = max(seen, bottom)
    return total


def as_text(table: "Table") -> str:
    """The selected rows as lines, their shown columns parted by tabs, in the order shown."""
    shown, model = table.column_layout.shown(), table.model()
    lines = []
    for row in rows(table, COPY_LIMIT):
        cells = [str(model.index(row, column).data() or "") for column in shown]
        lines.append("\t".join(_cell(cell) for cell in cells))
    return "\n".join(lines)


def _cell(text: str) -> str:
    if any(sign in text for sign in "\t\n\r"):
        return '"' + text.replace('"', '""') + '"'
    return text


def summary(table: "Table") -> str:
    """Like `3 selected · Outstanding 3,200.00 · average 1,066.67`; empty without a selection."""
    if table.selectionModel() is None or not (number := count(table)):
        return ""
    said = _("{n} selected").format(n=f"{number:,}")
    column = _figure_column(table)
    if column < 0 or number > SUM_LIMIT:
        return said
    values = _values(table.model(), rows(table, SUM_LIMIT), column)
    if not values:
        return said
    total, title = sum(values, Decimal(0)), table.column(column).title
    if len(values) == 1:
        return f"{said} · {title} {_figure(total, table.column(column))}"
    average = total / len(values)
    return _("{selected} · {column} {total} · average {average}").format(
        selected=said,
        column=title,
        total=_figure(total, table.column(column)),
        average=_figure(average, table.column(column)),
    )


def _figure_column(table: "Table") -> int:
    current = table.currentIndex().column()
    kinds = ("money", "quantity", "integer")
    if table.column(current).kind in kinds:
        return current
    money = [i for i, c in enumerate(table.columns) if c.kind == "money" and not c.hidden]
    return money[-1] if money else -1


def _values(model: QAbstractItemModel, lines: list[int], column: int) -> list[Decimal]:
    values = (model.index(row, column).data(CELL) for row in lines)
    return [Decimal(str(value)) for value in values if isinstance(value, Decimal | int | float)]


def _figure(value: Decimal, column: "Column") -> str:
    if column.kind != "money" and value == value.to_integral_value():
        text = f"{value:,.0f}"
    else:
        text = f"{value:,.2f}"
    return text.replace("-", "\N{MINUS SIGN}")

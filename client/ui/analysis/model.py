"""Sales figures as a grid shows them: rank, name, share, this period beside the year before."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter

from client.data import formats
from client.data.analysis.figures import Answer, Figure, report
from client.data.workbooks.workbook import ExportColumn
from client.i18n import _, current
from client.ui.kit import paint as kit_paint
from client.ui.tables.columns import Column
from client.ui.tables.delegate import CELL, RIGHT, Delegate
from client.ui.tables.model import FlatModel, Index
from client.ui.tables.table import Table
from client.ui.theme import theme

ZERO = Decimal(0)
MARK_BEFORE = 64  # pixels from ▲▼ to the end of the percentage


class Unit:
    """What amounts are shown in: the currency, or a round number of it."""

    def __init__(self, currency: str, round_number: bool) -> None:
        own = currency == "CNY"
        factor = 10_000 if current() == "zh_CN" else 1_000
        self.factor = Decimal(factor if round_number else 1)
        if round_number:
            self.name = _("CNY thousand") if own else _("{c} thousand").format(c=currency)
            self.short = _("CNY k") if own else _("{c} k").format(c=currency)
        else:
            self.name = self.short = _("CNY") if own else currency

    def value(self, amount: Decimal) -> Decimal:
        return amount / self.factor

    def text(self, amount: Decimal) -> str:
        return formats.money(self.value(amount)).replace("-", "\N{MINUS SIGN}")


def change(row: Figure) -> Decimal | None:
    """How much more than a year before, as a fraction; None if there was nothing a year before."""
    if not row.previous:
        return None
    return (row.amount - row.previous) / abs(row.previous)


def percent_text(fraction: Decimal | None) -> str:
    """With one decimal: 5.7 %, −2.2 %."""
    if fraction is None:
        return ""
    return f"{fraction * 100:.1f} %".replace("-", "\N{MINUS SIGN}")


def columns(key: str, compared: bool) -> list[Column]:
    """The grid's columns for one report, with or without the year before."""
    asked, zh = report(key), current() == "zh_CN"
    narrow = 72 if zh else 96
    product = key == "product"
    return [
        Column("rank", "", 40, "text2", right=True),
        Column("text", _(asked.label), 150 if product else 110, "name", stretch=True),
        Column("note", _(asked.note), 90 if product else narrow, "text2", hidden=not asked.note),
        Column("orders", _("Orders"), 62, "integer"),
        Column("lines", _("Lines"), 62, "integer", hidden=True),
        Column("quantity", _("Quantity"), 80, "quantity", hidden=not product),
        Column("share", _("Share"), 66, "percent"),
        Column("previous", _("Year before"), 92, "money", hidden=not compared),
        Column("amount", _("This period"), 96, "money"),
        Column("change", _("Change"), 94, "delta", right=True, hidden=not compared),
    ]


class FiguresModel(FlatModel):
    """The rows of an answer, sorted as the operator chose."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Figure] = []
        self._answer: Answer | None = None
        self._keys: list[str] = []
        self._unit = Unit("CNY", False)
        self.order: tuple[str, bool] = ("amount", False)

    def show(self, answer: Answer, keys: Sequence[str], unit: Unit) -> None:
        """`keys` are those of the columns."""
        self.beginResetModel()
        self._answer, self._keys, self._unit = answer, list(keys), unit
        self.rows = list(answer.rows)
        self._arrange()
        self.endResetModel()

    def set_unit(self, unit: Unit) -> None:
        self._unit = unit
        if self.rows and self._keys:
            last = self.index(len(self.rows) - 1, len(self._keys) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def sort_by(self, key: str, ascending: bool) -> None:
        self.beginResetModel()
        self.order = (key, ascending)
        self._arrange()
        self.endResetModel()

    def length(self) -> int:
        return len(self.rows)

    def width(self) -> int:
        return len(self._keys)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        key, row = self._keys[index.column()], self.rows[index.row()]
        if role == CELL:
            return self.value(row, key)
        if role == Qt.ItemDataRole.DisplayRole:
            return str(index.row() + 1) if key == "rank" else self.text(row, key)
        if role == Qt.ItemDataRole.ToolTipRole and key in ("text", "note"):
            return self.text(row, key) or None
        return None

    def value(self, row: Figure, key: str) -> Any:
        """The bare value, amounts in the currency itself."""
        if key == "share":
            total = self._answer.totals.amount if self._answer else ZERO
            return row.amount / total if total else None
        return change(row) if key == "change" else getattr(row, key, None)

    def text(self, row: Figure, key: str) -> str:
        value = self.value(row, key)
        if key in ("amount", "previous"):
            return self._unit.text(value) if value is not None else ""
        if key in ("share", "change"):
            return percent_text(value)
        if key == "quantity":
            return formats.quantity(value)
        return formats.integer(value) if key in ("orders", "lines") else str(value or "")

    def export(self, shown: list[Column]) -> tuple[list[ExportColumn], list[tuple[Any, ...]]]:
        """The grid as it stands, for a workbook: exact amounts in the currency itself."""
        currency = self._answer.currency if self._answer else ""
        kinds = {"share": "percent", "change": "percent", "rank": "integer"}
        heads = []
        for column in shown:
            money = column.key in ("amount", "previous")
            label = f"{column.title} ({currency})" if money else column.title
            # An order with two products is one order, so a sum of orders would be wrong there.
            summed = money or column.key in ("lines", "quantity")
            kind = kinds.get(column.key, column.kind)
            heads.append(ExportColumn(label or "#", kind, total=summed))
        rows = [
            tuple(
                place + 1 if column.key == "rank" else self.value(row, column.key)
                for column in shown
            )
            for place, row in enumerate(self.rows)
        ]
        return heads, rows

    def _arrange(self) -> None:
        key, ascending = self.order
        if key == "rank":
            key, ascending = "amount", not ascending

        def place(row: Figure) -> tuple[bool, Any]:
            value = self.value(row, key)
            return (value is not None, value if value is not None else 0)

        self.rows.sort(key=place, reverse=not ascending)


class FiguresDelegate(Delegate):
    """Also draws a change: its direction as a shape, then the percentage."""

    def __init__(self, view: Table) -> None:
        super().__init__(view)
        self._painters["delta"] = self._paint_change

    def _paint_change(
        self, painter: QPainter, cell: QRect, index: Index, pen: str, column: Column
    ) -> None:
        value = index.data(CELL)
        if value is None:
            painter.setPen(theme().color("text2"))
            painter.drawText(cell, RIGHT, "—")
            return
        color = theme().color("green" if value > 0 else "red" if value < 0 else "text2")
        if value:
            middle = cell.y() + cell.height() / 2
            at = max(cell.left(), cell.right() - MARK_BEFORE)
            kit_paint.triangle(painter, at, middle, value > 0, color)
        painter.setPen(color)
        painter.drawText(cell, RIGHT, index.data())

"""Paints every cell of a grid: fill, bar, text, mark and ring, at a fixed cost a cell."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from client.ui.kit import paint as kit_paint
from client.ui.theme import font, theme

if TYPE_CHECKING:
    from client.ui.tables.columns import Column
    from client.ui.tables.table import Table

CELL = Qt.ItemDataRole.UserRole + 1  # the bare value; a mark is (text, shape, token)
HINT = Qt.ItemDataRole.UserRole + 2  # true where the text only says how to go on
LAST = Qt.ItemDataRole.UserRole + 3  # a price cell's former price as text, shown as a ghost
EDGE, PAD = 12, 8
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
PRICE_PLACES = 4

TREND = 14  # the mark that tells which way a price went
BEFORE, PRICE = 54, 76  # room for a former price, and for the price beside it

Index = QModelIndex | QPersistentModelIndex


def before_box(cell: QRect) -> QRect:
    """Where in a price cell the former price stands."""
    return QRect(cell.left(), cell.top(), max(BEFORE, cell.width() - PRICE), cell.height())


def missing_places(text: str, places: int = PRICE_PLACES) -> int:
    """How many decimal places `text` lacks; they are left as room, so that points align."""
    return max(places - len(text.rpartition(".")[2]), 0) if "." in text else places


class Delegate(QStyledItemDelegate):
    """Draws by the kind of the column; the model is asked for two roles a cell at most."""

    def __init__(self, view: "Table") -> None:
        super().__init__(view)
        self._view = view
        self._font, self._struck = font(), font()
        self._struck.setStrikeOut(True)
        self._metrics = QFontMetrics(self._font)
        self._zero = self._metrics.horizontalAdvance("0")
        figure = self._paint_figure
        self._painters: dict[str, Callable[..., None]] = {
            "money": figure,
            "balance": figure,  # money of which nothing is worth showing
            "quantity": figure,
            "percent": figure,
            "integer": figure,
            "price": self._paint_price,
            "state": self._paint_state,
            "badge": self._paint_badge,
            "check": self._paint_check,
        }

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, view, rect = theme(), self._view, option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        keys = view.hasFocus()
        first, last = view.column_layout.is_edge(index.column())
        if chosen:
            painter.fillRect(rect, look.color("select" if keys else "select_idle"))
            if first:
                bar = QRect(rect.x(), rect.y(), 3, rect.height() - 1)
                painter.fillRect(bar, look.color("accent" if keys else "field_base"))
        elif view.marked is not None and view.marked(index.row()):
            painter.fillRect(rect, look.color("green_soft"))
        kit_paint.hair(painter, rect, look.color("line"))
        column = view.column(index.column())
        gone = view.struck and column.offered
        painter.setFont(self._struck if gone else self._font)
        left, right = EDGE if first else PAD, EDGE if last and view.wide_end else PAD
        cell = rect.adjusted(left, 0, -right, -1)
        pen = "on_select" if chosen else "text2" if gone else "text"
        if index.data(HINT):
            painter.setPen(look.color("ghost"))
            painter.drawText(cell, RIGHT if column.right else LEFT, index.data() or "")
        else:
            self._paint_value(painter, cell, index, pen, column)
        if chosen and keys and view.rings and index == view.currentIndex():
            kit_paint.ring(painter, rect.adjusted(0, 0, 0, -1), look.color("accent"))

    def room_after(self, price: str) -> int:
        """How far from the end of its cell a price with these decimals stands."""
        return missing_places(price) * self._zero

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """What a column needs to show this cell whole; asked for visible rows only."""
        text = index.data() or ""
        column = self._view.column(index.column())
        extra = {"state": 14, "badge": 12}.get(column.kind, 0) + EDGE + PAD + 2
        if column.kind == "price":
            extra += missing_places(text) * self._zero
        return QSize(self._metrics.horizontalAdvance(text) + extra, 20)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """The field in which a cell is typed."""
        column = self._view.column(index.column())
        field = self.field(parent, column)
        field.setProperty("cell", True)
        field.setAccessibleName(column.title)
        field.setAlignment(RIGHT if column.right else LEFT)
        return field

    def field(self, parent: QWidget, column: "Column") -> QLineEdit:
        """A field for this column, before it looks like a cell."""
        return QLineEdit(parent)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        editor.setGeometry(option.rect.adjusted(0, 0, 0, -1))

    def _paint_value(
        self, painter: QPainter, cell: QRect, index: Index, pen: str, column: "Column"
    ) -> None:
        draw = self._painters.get(column.kind, self._paint_text)
        draw(painter, cell, index, pen, column)

    # Each kind of cell: painter, the cell without its edges, index, pen token, column.

    def _paint_text(
        self, painter: QPainter, cell: QRect, index: Index, pen: str, column: "Column"
    ) -> None:
        text = index.data()
        if not text:
            return
        text = str(text).partition("\n")[0]
        painter.setPen(theme().color("text2" if column.kind == "text2" and pen == "text" else pen))
        if column.kind != "code":
            middle = column.kind == "name"
            mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
            text = self._metrics.elidedText(text, mode, cell.width())
        painter.drawText(cell, RIGHT if column.right else LEFT, text)

    def _paint_figure(
        self, painter: QPainter, cell: QRect, index: Index, pen: str, column: "Column"
    ) -> None:
        value = index.data(CELL)
        if value is None or (column.kind == "money" and not value):
            return
        painter.setPen(theme().color("red" if _negative(value) else pen))
        painter.drawText(cell, RIGHT, _minus(index.data()))

    def _paint_price(
        self, painter: QPainter, cell: QRect, index: Index, pen: str, column: "Column"
    ) -> None:
        value, last = index.data(CELL), index.data(LAST)
        if last and value is None:
            painter.setPen(theme().color("ghost" if pen == "text" else "text2"))
            self._figures(painter, cell, last, PRICE_PLACES)
        elif last:
            self._paint_before(painter, cell, index.data(), last, pen)
        if value is not None:
            painter.setPen(theme().color("red" if _negative(value) else pen))
            self._figures(painter, cell, _minus(index.data()), PRICE_PLACES)

    def _paint_before(self, painter: QPainter, cell: QRect, text: str, last: str, pen: str) -> None:
        """The former price and which way it went; only the way where both have no room."""
        box = before_box(cell)
        room = missing_places(text) * self._zero + self._metrics.horizontalAdvance(text)
        if "." not in text:
            room += self._metrics.horizontalAdvance(".")
        narrow = box.right() + TREND > cell.right() - room
        if not narrow and self._metrics.horizontalAdvance(last) <= box.width():
            painter.setPen(theme().color("ghost" if pen == "text" else "text2"))
            self._figures(painter, box, last, 2)
        place = cell.adjusted(0, 0, -cell.width() - 6, 0) if narrow else box
        self._trend(painter, place, _number(text), _number(last))

    def _figures(self, painter: QPainter, cell: QRect, text: str, places: int) -> None:
        room = missing_places(text, places) * self._zero
        if places == PRICE_PLACES and "." not in text:
            room += self._metrics.horizontalAdvance(".")
        painter.drawText(cell.adjusted(0, 0, -room, 0), RIGHT, text)

    def _trend(self, painter: QPainter, box: QRect, now: float, before: float) -> None:
        if now != before:
            fell = now < before
            color = theme().color("amber" if fell else "text2")
            middle = box.y() + box.height() / 2
            kit_paint.triangle(painter, box.right() + 6, middle, not fell, color)

    def _paint_state(
        self, painter: QPainter, cell: QRect, index: Index, pen: str, column: "Column"
    ) -> None:
        value = index.data(CELL)
        if not value:
            return
        text, shape, token = value
        middle = cell.y() + cell.height() / 2
        kit_paint.state(painter, cell.x(), middle, shape, theme().color(token))
        painter.setPen(theme().color(pen))
        room = cell.adjusted(14, 0, 0, 0)
        mode = Qt.TextElideMode.ElideRight
        painter.drawText(room, LEFT, self._metrics.elidedText(text, mode, room.width()))

    def _paint_badge(
        self, painter: QPainter, cell: QRect, index: Index, pen: str, column: "Column"
    ) -> None:
        value = index.data(CELL)
        if not value:
            return
        text, kind = value
        kit_paint.badge(painter, cell.x(), cell.y() + cell.height() / 2, text, kind)

    def _paint_check(
        self, painter: QPainter, cell: QRect, index: Index, pen: str, column: "Column"
    ) -> None:
        if index.data(CELL):
            middle, color = cell.y() + cell.height() / 2, theme().color(pen)
            kit_paint.state(painter, cell.x() + 2, middle, "check", color)


def _negative(value: Any) -> bool:
    return (isinstance(value, int | float) and value < 0) or str(value).startswith("-")


def _minus(text: str | None) -> str:
    return (text or "").replace("-", "\N{MINUS SIGN}")


def _number(text: str | None) -> float:
    try:
        return float((text or "").replace(",", "").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return 0.0

"""The line of sums under a grid, each figure exactly under its column."""

from typing import Any

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from client.ui.kit import paint as kit_paint
from client.ui.tables.delegate import EDGE, LEFT, PAD, RIGHT
from client.ui.tables.table import Table
from client.ui.theme import font, size, theme


class Totals(QWidget):
    """Stands under `table` and moves with its columns."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self._table, self._left = table, ""
        self._values: dict[str, Any] = {}
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(size("row") + 2)
        table.head.sectionResized.connect(self._moved)
        table.head.sectionMoved.connect(self._moved)
        table.horizontalScrollBar().valueChanged.connect(self._moved)
        table.layout_changed.connect(self._moved)

    def set(self, left_text: str, values: dict[str, Any]) -> None:
        """Show `left_text` and, by column, a figure (two decimals) or a ready text."""
        self._left, self._values = left_text, dict(values)
        titles = {column.key: column.title for column in self._table.columns}
        said = [f"{titles.get(key, key)} {_text(value)}" for key, value in values.items()]
        self.setAccessibleName(" · ".join([left_text, *said]))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(100, size("row") + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme()
        painter.fillRect(self.rect(), look.color("header"))
        kit_paint.hair(painter, QRect(0, 0, self.width(), 1), look.color("line_strong"))
        painter.setFont(font())
        painter.setPen(look.color("text"))
        free = self.width()
        metrics = QFontMetrics(font())
        painter.setClipRect(0, 1, self._table.viewport().width(), self.height())
        for index, column in enumerate(self._table.columns):
            if column.key not in self._values or self._table.head.isSectionHidden(index):
                continue
            free = min(free, self._paint_figure(painter, index, _text(self._values[column.key])))
        painter.setPen(look.color("text"))
        room = QRect(EDGE, 1, max(free - EDGE - PAD, 0), self.height() - 1)
        shown = metrics.horizontalAdvance(self._left) <= room.width()
        painter.drawText(room, LEFT, self._left if shown else self._left.partition(" · ")[0])

    def _paint_figure(self, painter: QPainter, index: int, text: str) -> int:
        head = self._table.head
        _first, last = self._table.column_layout.is_edge(index)
        edge = EDGE if last and self._table.wide_end else PAD
        end = head.sectionViewportPosition(index) + head.sectionSize(index) - edge
        width = QFontMetrics(font()).horizontalAdvance(text)
        negative = text.startswith("\N{MINUS SIGN}")
        painter.setPen(theme().color("red" if negative else "text"))
        painter.drawText(QRect(end - width - 2, 1, width + 2, self.height() - 1), RIGHT, text)
        return end - width

    def _moved(self, *_where: int) -> None:
        self.update()


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else f"{value:,.2f}"
    return text.replace("-", "\N{MINUS SIGN}") if text[:1] == "-" else text

"""A line of text that ends in dots, instead of within a letter, where it is only read."""

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame, QToolTip

from client.ui.theme import theme

INSET = 2  # what Qt leaves free on both sides of a line


class ElidedLine(QLineEdit):
    """Cut so while nobody is in it; whole in the tooltip then."""

    def is_cut(self) -> bool:
        """Whether it ends in dots."""
        beside = any(action.isVisible() for action in self.actions())
        if not self.isReadOnly() or self.hasFocus() or beside:
            return False
        return self.fontMetrics().horizontalAdvance(self.text()) > self._room().width()

    def _room(self) -> QRect:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        inner = QStyle.SubElement.SE_LineEditContents
        return self.style().subElementRect(inner, option, self).adjusted(INSET, 0, -INSET, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.is_cut():
            super().paintEvent(event)
            return
        painter, option, room = QPainter(self), QStyleOptionFrame(), self._room()
        self.initStyleOption(option)
        panel, end = QStyle.PrimitiveElement.PE_PanelLineEdit, Qt.TextElideMode.ElideRight
        self.style().drawPrimitive(panel, option, painter, self)
        painter.setPen(theme().color("text"))
        text = self.fontMetrics().elidedText(self.text(), end, room.width())
        painter.drawText(room, self.alignment() | Qt.AlignmentFlag.AlignVCenter, text)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and self.is_cut():
            QToolTip.showText(event.globalPos(), self.text(), self)
            return True
        return super().event(event)

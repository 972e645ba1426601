"""A line of sums that can be double-clicked, to see what is behind a sum."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent

from client.i18n import _
from client.ui.tables.table import Table
from client.ui.tables.totals import Totals


class ClickableTotals(Totals):
    """`opened` is emitted with the key of the column whose sum was double-clicked."""

    opened = Signal(str)

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(_("A double click shows the orders behind a sum."))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self._table.head.logicalIndexAt(round(event.position().x()))
        if index >= 0:
            self.opened.emit(self._table.column(index).key)

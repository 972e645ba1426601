"""Lists of choices, closed to one line."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent, QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QToolTip

EDGES, WIDEST = 40, 360  # beside the texts of an open list, and all of it, in pixels


class Combo(QComboBox):
    """Open it is as wide as its texts; one that the closed field cuts ends in dots, and is whole
    in the tooltip.
    """

    def showPopup(self) -> None:
        wide = self.fontMetrics().horizontalAdvance
        widest = max((wide(self.itemText(place)) for place in range(self.count())), default=0)
        self.view().setMinimumWidth(min(widest + EDGES, WIDEST))
        super().showPopup()

    def is_cut(self) -> bool:
        """Whether the field is too narrow for what is chosen."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        return self.fontMetrics().horizontalAdvance(self.currentText()) > self._room(option)

    def _room(self, option: QStyleOptionComboBox) -> int:
        box, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        return self.style().subControlRect(box, option, field, self).width()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        text, end = option.currentText, Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(text, end, self._room(option))
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and self.is_cut():
            QToolTip.showText(event.globalPos(), self.currentText(), self)
            return True
        return super().event(event)


def combo(name: str, width: int) -> Combo:
    """A list of choices called `name`, which is its tooltip as well, of a fixed width."""
    made = Combo()
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setFixedWidth(width)
    made.setMaxVisibleItems(20)
    return made


def offer(made: QComboBox, choices: Sequence[tuple[Any, str]], chosen: Any = None) -> None:
    """Offer `choices`; what was chosen stays chosen if it is still among them."""
    kept = chosen if chosen is not None else made.currentData()
    made.clear()
    for data, text in choices:
        made.addItem(text, data)
    made.setCurrentIndex(max(made.findData(kept), 0))

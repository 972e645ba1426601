"""Lists of choices, closed to one line."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolTip,
)

from server_schema.search import initials, search_key

EDGES, WIDEST = 40, 360  # beside the texts of an open list, and all of it, in pixels
_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class Combo(QComboBox):
    """Open it is as wide as its texts; one that the closed field cuts ends in dots, and is whole
    in the tooltip.

    Letters typed one soon after the other choose by how a text or a word of it begins, or by its
    pinyin initials; the same letter again goes on to the next.
    """

    def __init__(self) -> None:
        super().__init__()
        self._typed, self._since = "", QElapsedTimer()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._chose(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._chose(event)
        return super().eventFilter(watched, event)

    def _chose(self, event: QKeyEvent) -> bool:
        """Whether the key was a letter or digit, which is looked for."""
        if event.modifiers() & _COMMANDS or not event.text().isalnum():
            return False
        pause = QApplication.keyboardInputInterval()
        if not self._since.isValid() or self._since.hasExpired(pause):
            self._typed = ""
        self._since.restart()
        self._typed += event.text()
        open_ = self.view().isVisible()
        row = self._sought(self.view().currentIndex().row() if open_ else self.currentIndex())
        if row >= 0 and open_:
            self.view().setCurrentIndex(self.model().index(row, self.modelColumn()))
        elif row >= 0 and row != self.currentIndex():
            self.setCurrentIndex(row)
            self.activated.emit(row)
        return True

    def _sought(self, current: int) -> int:
        """The line that is meant by what was typed, from the current one on; -1 for none."""
        words = [self._typed]
        if len(set(self._typed)) == 1:
            words.append(self._typed[0])
        for word in words:
            first = current + (len(word) == 1)
            lines = [(first + n) % self.count() for n in range(self.count())]
            for is_meant in (_begins, _sounds):
                for line in lines:
                    if is_meant(self.itemText(line), search_key(word)):
                        return line
        return -1

    def showPopup(self) -> None:
        self.view().installEventFilter(self)
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


def _begins(text: str, word: str) -> bool:
    key = search_key(text)
    return any(part.startswith(word) for part in (key, *key.split()))


def _sounds(text: str, word: str) -> bool:
    return any(name.startswith(word) for part in text.split() for name in initials(part))


def combo(name: str, width: int) -> Combo:
    """A list of choices called `name`, which is its tooltip as well, of a fixed width."""
    made = Combo()
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setFixedWidth(width)
    made.setMaxVisibleItems(20)
    return made


def offer(made: QComboBox, choices: Sequence[tuple[Any, str]], chosen: Any = None) -> None:
    """Offer `choices`; what was chosen stays chosen if it is still among them.

    In an open list the line under the cursor stays so as well.
    """
    kept = chosen if chosen is not None else made.currentData()
    before = [(made.itemData(place), made.itemText(place)) for place in range(made.count())]
    if before == list(choices):
        made.setCurrentIndex(max(made.findData(kept), 0))
        return
    view = made.view()
    aimed = made.itemData(view.currentIndex().row()) if view.isVisible() else None
    made.clear()
    for data, text in choices:
        made.addItem(text, data)
    made.setCurrentIndex(max(made.findData(kept), 0))
    if view.isVisible():
        place = max(made.findData(aimed), 0)
        view.setCurrentIndex(made.model().index(place, made.modelColumn()))

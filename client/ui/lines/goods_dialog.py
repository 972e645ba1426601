"""A window to look through goods and take one or several into the lines."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from client.i18n import N_, _, plural
from client.ui.kit import Button, ElidedLabel, Label, bar
from client.ui.kit.room import fit_to_screen
from client.ui.lines.goods import Good, GoodsTable
from client.ui.theme import icon


class GoodsDialog(QDialog):
    """Search above, goods below; `picked` tells what was taken, in the order shown.

    `new_asked` with what was typed, where a product may be begun.
    """

    picked = Signal(list)
    new_asked = Signal(str)

    def __init__(self, title: str, keys: Sequence[str], parent: QWidget, new: bool = False) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fit_to_screen(self, 860, 520)
        self.search = QLineEdit()
        self.search.setAccessibleName(_("Search products"))
        self.search.setPlaceholderText(_("code, name, pinyin initials, barcode or specification"))
        self.search.addAction(icon("magnifying-glass"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self.narrow)
        self.search.installEventFilter(self)
        self.table = GoodsTable(keys)
        self.table.setAccessibleName(_("Products"))
        self.table.opened.connect(self._take)
        self.table.summary_changed.connect(self._count)
        self.table.goods_model.counted.connect(self._count)
        self.table.goods_model.refused.connect(self._refuse)
        self.note = ElidedLabel("", "text2")
        self._build(new)

    def _build(self, new: bool) -> None:
        take = Button(_("Take"), "Enter", "check", kind="primary")
        take.clicked.connect(self._take)
        close = Button(_("Back"), "Esc")
        close.clicked.connect(self.reject)
        begin = Button(_("New product…"), "Ctrl+N")
        begin.clicked.connect(self._begin)
        begin.setVisible(new)
        if new:
            QShortcut(QKeySequence("Ctrl+N"), self).activated.connect(self._begin)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = bar(self.search, kind="bar")
        top.setFixedHeight(44)
        column.addWidget(top)
        column.addWidget(self.table, 1)
        hint = Label(_("Space marks · digits count"), "ghost")
        column.addWidget(bar(take, begin, 4, self.note, None, hint, close, kind="footbar"))
        self.search.setFocus()

    def found(self, text: str) -> list[Good]:
        """The goods that `text` means; all for nothing."""
        return []

    def narrow(self, text: str) -> None:
        """Show what fits the text."""
        self.table.goods_model.show_goods(self.found(text))
        if self.table.goods_model.goods:
            self.table.selectRow(0)
        self._count()

    def _count(self) -> None:
        model = self.table.goods_model
        text = plural(len(model.goods), N_("{n} product"), N_("{n} products"))
        taken = len(self.table.picks())
        if taken > 1 or model.quantities:
            text += " · " + _("{n} to take").format(n=taken)
        self.note.set_tone("text2")
        self.note.setText(text)

    def _refuse(self, text: str) -> None:
        self.note.set_tone("red")
        self.note.setText(text)

    def _take(self) -> None:
        picks = self.table.picks()
        if picks:
            self.accept()
            self.picked.emit(picks)

    def _begin(self) -> None:
        text = self.search.text().strip()
        self.reject()
        self.new_asked.emit(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search, Enter takes and ↓ goes into the list."""
        if watched is self.search and isinstance(event, QKeyEvent):
            if event.type() != QEvent.Type.KeyPress:
                return False
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take()
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
                self.table.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return super().eventFilter(watched, event)

"""The lines of a delivery as a grid: what an order still has, and how much of it goes now.

Enter walks down the quantities, Tab every cell; F9 takes all that is open, Delete nothing.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QStyleOptionViewItem,
    QWidget,
)

from client.data.deliveries import edit
from client.data.deliveries.edit import Line
from client.i18n import _
from client.ui.deliveries.line_model import EDITABLE, KEYS, SendModel, columns
from client.ui.tables.cells import CellTable
from client.ui.tables.marking import MarkingDelegate

Index = QModelIndex | QPersistentModelIndex
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
BY_TAB = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
PLAIN = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
KEYPAD = Qt.KeyboardModifier.KeypadModifier


class SendDelegate(MarkingDelegate):
    """Paints lines, and makes the field that a cell is typed in."""

    def __init__(self, grid: "SendGrid") -> None:
        super().__init__(grid)
        self._grid = grid
        self.editor: QLineEdit | None = None
        self.started_with = ""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = super().createEditor(parent, option, index)
        assert isinstance(editor, QLineEdit)
        editor.setFrame(False)
        editor.textEdited.connect(self._typed)
        self.editor = editor
        return editor

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        if editor is self.editor:
            self.editor = None
            self._grid.typing.emit()
        super().destroyEditor(editor, index)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        # What somebody else stored must not overwrite what is being typed.
        if isinstance(editor, QLineEdit) and not editor.isModified():
            self.started_with = index.data(Qt.ItemDataRole.EditRole) or ""
            editor.setText(self.started_with)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QObject, index: Index) -> None:
        if isinstance(editor, QLineEdit) and isinstance(model, SendModel):
            if editor.isModified() and editor.text() != self.started_with:
                model.type_text(index.row(), KEYS[index.column()], editor.text())
            editor.setModified(False)

    def _typed(self) -> None:
        self._grid.look_at_typed()
        self._grid.typing.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and isinstance(watched, QLineEdit):
            if event.type() == QEvent.Type.ShortcutOverride and self._grid.is_own_key(event):
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and self._grid.walk_by(event):
                return True
        return super().eventFilter(watched, event)


class SendGrid(CellTable):
    """`lines_changed` when sums are to be made anew, `typing` when the open cell changes, `said`
    with what is wrong in it."""

    _delegate: SendDelegate
    lines_changed = Signal()
    typing = Signal()
    said = Signal(str)

    def __init__(self) -> None:
        super().__init__(columns())
        self.ruled, self.enter_opens = True, False
        self.line_model = SendModel()
        self._delegate = SendDelegate(self)
        self.setModel(self.line_model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(_("Delivery lines"))
        self.line_model.edited.connect(self._edited)
        self.clicked.connect(self._clicked)

    # Load

    def load(self, lines: Sequence[Line], editable: bool) -> None:
        """Show the lines of a delivery; what is typed in the open cell stays with its goods."""
        typed = self._typed()
        if not editable:
            self.leave(keep=False)
        self.line_model.load(lines, editable)
        goods = [line["order_line_id"] for line in lines]
        if typed is not None and editable and not self.is_editing() and typed[0] in goods:
            number, key, text = typed
            self.line_model.type_text(goods.index(number), key, text)
            self.go_to(goods.index(number), key)

    def _typed(self) -> tuple[int, str, str] | None:
        """The goods, the column and the text of a cell in which something is being typed."""
        editor, row = self._delegate.editor, self.currentIndex().row()
        if editor is None or not editor.isModified() or row < 0:
            return None
        return self.line_model.lines[row]["order_line_id"], self._key(), editor.text()

    def lines(self, commit: bool = True) -> list[Line]:
        """The lines as typed; `commit` takes over what still stands in the open cell."""
        if commit:
            self.commit()
        return list(self.line_model.lines)

    def typed_lines(self) -> list[Line]:
        """The lines with what stands in the open cell, which stays open."""
        lines, editor = list(self.line_model.lines), self._delegate.editor
        row, key = self.currentIndex().row(), self._key()
        if editor is not None and editor.isModified() and 0 <= row < len(lines):
            lines[row] = edit.with_text(lines[row], key, editor.text())
        return lines

    # What the clerk does

    def go_to(self, row: int, key: str = "quantity") -> None:
        """Open a cell."""
        self.leave()
        if not self.line_model.lines:
            return
        row = max(0, min(row, len(self.line_model.lines) - 1))
        index = self.line_model.index(row, KEYS.index(key if key in KEYS else "quantity"))
        self._open_cell(index)

    def take(self, everything: bool) -> None:
        """Send of the selected lines all that is open, or nothing."""
        self.leave(keep=False)
        rows = {index.row() for index in self.selectionModel().selectedRows()}
        self.line_model.take(sorted(rows or {self.currentIndex().row()}), everything)

    def take_all(self) -> None:
        """Send all that is open of every line."""
        self.leave(keep=False)
        self.line_model.take(range(len(self.line_model.lines)), everything=True)

    def look_at_typed(self) -> None:
        """Say at once what is wrong with the quantity that is being typed."""
        editor, row = self._delegate.editor, self.currentIndex().row()
        if editor is None or self._key() != "quantity":
            return
        said = edit.why_wrong(self.typed_lines()[row])
        if bool(editor.property("wrong")) != bool(said):
            editor.setProperty("wrong", bool(said))
            editor.style().unpolish(editor)
            editor.style().polish(editor)
        self.said.emit(said)

    def is_own_key(self, event: QKeyEvent) -> bool:
        """Whether a key belongs to the grid rather than to a text field or the window."""
        return event.key() == Qt.Key.Key_F9 and self.line_model.editable

    def walk_by(self, event: QKeyEvent) -> bool:
        """Do what a key means for the lines; tells whether it meant anything."""
        key, modifiers = event.key(), event.modifiers() & ~KEYPAD
        if not self.line_model.editable:
            return False
        if key == Qt.Key.Key_F9:
            self.take_all() if modifiers == SHIFT else self.take(everything=True)
            self._step(0 if modifiers == SHIFT else 1)
        elif key in ENTER and modifiers in (PLAIN, SHIFT):
            self._step(-1 if modifiers == SHIFT else 1)
        elif key in TABS:
            self._next_cell(-1 if key == Qt.Key.Key_Backtab else 1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._delegate.editor is not None:
            self._step(-1 if key == Qt.Key.Key_Up else 1)
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        """The quantity above or below; past the last line, what stands below the grid."""
        key = self._key() if self._key() in EDITABLE else "quantity"
        row = self.currentIndex().row() + by
        if 0 <= row < len(self.line_model.lines):
            self.go_to(row, key)
        else:
            self.leave()

    def _next_cell(self, by: int) -> None:
        shown = [name for name in EDITABLE if not self.isColumnHidden(KEYS.index(name))]
        row, key = self.currentIndex().row(), self._key()
        place = (shown.index(key) if key in shown else -1 if by > 0 else 1) + by
        if not 0 <= place < len(shown):
            row, place = row + by, 0 if by > 0 else len(shown) - 1
        if 0 <= row < len(self.line_model.lines):
            self.go_to(row, shown[place])
        else:
            self.leave()
            self.focusNextPrevChild(by > 0)

    def _key(self) -> str:
        return KEYS[max(self.currentIndex().column(), 0)]

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers() & ~KEYPAD
        if self.is_editing() or not self.walk_by(event):
            if event.key() == Qt.Key.Key_Delete and modifiers == PLAIN and not self.is_editing():
                self.take(everything=False)
            else:
                super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tab belongs to the cells while they can be typed; else it goes to the next panel."""
        if isinstance(event, QKeyEvent) and self.line_model.editable:
            if event.type() == QEvent.Type.KeyPress and event.key() in TABS:
                self.keyPressEvent(event)
                return True
            if event.type() == QEvent.Type.ShortcutOverride and self.is_own_key(event):
                event.accept()
                return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in BY_TAB and self.line_model.editable:
            self.go_to(0)

    def _clicked(self, index: QModelIndex) -> None:
        plain = QApplication.keyboardModifiers() == PLAIN
        if plain and index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.go_to(index.row(), KEYS[index.column()])

    def _edited(self) -> None:
        lines = self.line_model.lines if self.line_model.editable else []
        self.said.emit(next((said for line in lines if (said := edit.why_wrong(line))), ""))
        self.lines_changed.emit()

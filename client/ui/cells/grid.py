"""The grid in which the rows of a document are typed, and what the keys do in it.

Enter walks the cells that are mostly needed, Tab all that can be typed, arrows go anywhere, Del
empties a cell, and a block of cells can be pasted.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication

from client.ui.cells.delegate import CellDelegate, CellEditor
from client.ui.cells.paste import CellPaste
from client.ui.cells.table import CellTable
from client.ui.tables.model import CellModel

PLAIN = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
KEYPAD = Qt.KeyboardModifier.KeypadModifier
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
BY_TAB = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)

Pressed = tuple[int, Qt.KeyboardModifier]  # a key, and what is held with it
Keys = dict[Pressed, Callable[[], object]]


class CellGrid(CellTable):
    """`own_keys` are those that do something to rows, whether or not a cell is open.

    `passed` when Enter leaves the last row; `said` with what a key just did, `complained` with what
    is wrong in a cell, or an empty text.
    """

    passed = Signal()
    said = Signal(str)
    complained = Signal(str)

    def __init__(self, cells: CellModel, name: str) -> None:
        super().__init__(cells, name)
        self.own_keys: Keys = {}
        self._delegate = CellDelegate(self)
        self.setItemDelegate(self._delegate)
        self.pasting = CellPaste(self)

    # Walking

    def walked(self, every: bool) -> Sequence[str]:
        """The columns that Tab visits (`every`), and those that Enter visits."""
        if every:
            return self.cells.typed_keys()
        return [self.key_in(self.current_row(), self.current_key())]

    def walk(self, by: int, every: bool) -> None:
        """To the next cell in the row, then in the row below; or backwards."""
        keys, shown = self.cells.keys, self.column_layout.shown()
        wanted = [key for key in self.walked(every) if keys.index(key) in shown]
        row, key = max(self.current_row(), 0), self.current_key()
        if not every:
            key = self.key_in(row, key)
        self.leave()
        place = keys.index(key)
        beyond = [name for name in wanted if (keys.index(name) - place) * by > 0]
        if not beyond:
            row, beyond = row + by, wanted
        if beyond and 0 <= row < self.cells.rowCount():
            self.go_to(row, self.key_in(row, beyond[0 if by > 0 else -1]))
        else:
            self.walk_out(by, every)

    def walk_out(self, by: int, every: bool) -> None:
        """Behind the last row or before the first."""
        if by > 0 and not every:
            self.passed.emit()
        else:
            self.focusNextPrevChild(by > 0)

    def up_down(self, by: int) -> None:
        """Into the cell above or below."""
        row, key = self.current_row() + by, self.current_key()
        self.commit()
        if 0 <= row < self.cells.rowCount():
            self.go_to(row, self.key_in(row, key))

    def sideways(self, by: int) -> bool:
        """Into the cell to the left or right that can be typed; tells whether there is one."""
        keys, typed = self.cells.keys, self.cells.typed_keys()
        shown = [keys[at] for at in self.column_layout.shown() if keys[at] in typed]
        row, key = self.current_row(), self.current_key()
        place = shown.index(key) + by if key in shown else -1
        if not 0 <= place < len(shown):
            return False
        self.go_to(row, shown[place])
        return True

    # Changing cells

    def empty(self, key: str = "") -> None:
        """Empty the current cell, or that of another column, in all selected rows."""
        key = key or self.key_in(self.current_row(), self.current_key())
        self.leave(keep=False)
        if self.cells.may_type(key):
            self.cells.type_texts({(row, key): "" for row in self.chosen()})

    # Keys

    def is_own_key(self, event: QKeyEvent) -> bool:
        """Whether a key belongs to the rows rather than to a text field or the window."""
        return self.cells.editable and pressed(event) in self.own_keys

    def key_typing(self, editor: CellEditor, event: QKeyEvent) -> bool:
        """Do what a key means in the open cell; tells whether it meant anything."""
        key, modifiers = pressed(event)
        if event.matches(QKeySequence.StandardKey.Paste):
            return self.pasting.block(QApplication.clipboard().text())
        if (key, modifiers) == (Qt.Key.Key_Z, CONTROL) and editor.is_changed():
            editor.start(editor.started_with)
            self.typing.emit()
            return True
        if self._row_key(event):
            return True
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and modifiers == PLAIN:
            self.up_down(-1 if key == Qt.Key.Key_Up else 1)
            return True
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and modifiers == PLAIN:
            return editor.at_edge(key) and self.sideways(-1 if key == Qt.Key.Key_Left else 1)
        return False

    def _key_resting(self, event: QKeyEvent) -> bool:
        """Do what a key means while no cell is open; tells whether it meant anything."""
        if event.matches(QKeySequence.StandardKey.Paste):
            text = QApplication.clipboard().text()
            return self.pasting.block(text) or self.pasting.text(text)
        if self._row_key(event):
            return True
        if pressed(event) == (Qt.Key.Key_Delete, PLAIN):
            self.empty()
            return True
        return False

    def _row_key(self, event: QKeyEvent) -> bool:
        key, modifiers = pressed(event)
        if (key, modifiers) in self.own_keys:
            self.own_keys[key, modifiers]()
        elif key in ENTER and modifiers in (PLAIN, SHIFT):
            self.walk(-1 if modifiers == SHIFT else 1, every=False)
        elif key in TABS and modifiers in (PLAIN, SHIFT):
            self.walk(-1 if key == Qt.Key.Key_Backtab else 1, every=True)
        else:
            return False
        return True

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        resting = self.cells.editable and not self.is_editing()
        if not resting or not self._key_resting(event):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tab belongs to the cells while they can be typed; else it goes to the next panel."""
        if isinstance(event, QKeyEvent) and self.cells.editable:
            if event.type() == QEvent.Type.KeyPress and event.key() in TABS:
                self.keyPressEvent(event)
                return True
            if event.type() == QEvent.Type.ShortcutOverride and self.is_own_key(event):
                event.accept()
                return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        bare = not self.currentIndex().isValid()
        super().focusInEvent(event)
        if event.reason() in BY_TAB and self.cells.editable:
            self.go_to(self.entry_row(event.reason() == Qt.FocusReason.BacktabFocusReason))
        elif bare and self.cells.rowCount():
            self.setCurrentIndex(self.cells.cell(0, self.main))

    def entry_row(self, back: bool) -> int:
        """Where Tab comes into the grid."""
        return self.cells.length() - 1 if back else 0


def pressed(event: QKeyEvent) -> Pressed:
    """What was pressed; the keypad counts like the other keys."""
    return event.key(), event.modifiers() & ~KEYPAD

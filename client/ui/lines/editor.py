"""The field in which a cell of a line is typed, and how its keys leave it.

Every cell of the grid is typed in the same way; the product's cells offer matches as well.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QStyleOptionViewItem, QWidget

from client.ui.lines.cells import KEYS
from client.ui.lines.model import LineModel
from client.ui.tables.delegate import LAST, LEFT, RIGHT
from client.ui.tables.marking import WRONG, MarkingDelegate

if TYPE_CHECKING:
    from client.ui.lines.lines import LineGrid

Index = QModelIndex | QPersistentModelIndex
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
PLAIN = Qt.KeyboardModifier.NoModifier
# Keys of the grid that a text field would otherwise take for itself.
GRID_KEYS = (
    (Qt.Key.Key_Insert, PLAIN),
    (Qt.Key.Key_Delete, CONTROL),
    (Qt.Key.Key_Up, ALT),
    (Qt.Key.Key_Down, ALT),
    (Qt.Key.Key_F7, PLAIN),
    (Qt.Key.Key_F7, SHIFT),
    (Qt.Key.Key_D, CONTROL | SHIFT),
    (Qt.Key.Key_Z, CONTROL),
    (Qt.Key.Key_Y, CONTROL),
)


class LineEditor(QLineEdit):
    """One cell being typed; `started_with` is what it showed before."""

    def __init__(self, parent: QWidget, key: str) -> None:
        super().__init__(parent)
        self.key, self.started_with = key, ""
        self.composing = False
        self.setProperty("cell", True)
        self.setFrame(False)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def is_changed(self) -> bool:
        return self.text() != self.started_with

    def at_edge(self, key: int) -> bool:
        """Whether ← or → cannot move the cursor any further, or the whole text is selected."""
        if self.hasSelectedText():
            return len(self.selectedText()) == len(self.text())
        end = 0 if key == Qt.Key.Key_Left else len(self.text())
        return self.cursorPosition() == end


class LineDelegate(MarkingDelegate):
    """Paints lines, and makes their editors; what a key does is decided by the grid."""

    def __init__(self, grid: "LineGrid") -> None:
        super().__init__(grid)
        self.grid = grid
        self.editor: LineEditor | None = None

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        column = self.grid.column(index.column())
        editor = LineEditor(parent, column.key)
        editor.setAccessibleName(column.title)
        editor.setAlignment(RIGHT if column.right else LEFT)
        self.editor = editor
        editor.textEdited.connect(self._typed)
        if column.key in ("code", "name"):
            editor.textEdited.connect(self._product_edited)
        return editor

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        if editor is self.editor:
            self.editor = None
            self.grid.matches.hide()
            self.grid.typing.emit()
        super().destroyEditor(editor, index)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if not isinstance(editor, LineEditor):
            return
        if last := index.data(LAST):
            editor.setPlaceholderText(last)
            # It stands where the price will stand, its point under the others.
            editor.setTextMargins(0, 0, self.room_after(last), 0)
        # A step of somebody else's must not overwrite what is being typed.
        if not editor.is_changed():
            editor.started_with = index.data(Qt.ItemDataRole.EditRole) or ""
            editor.setText(editor.started_with)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QObject, index: Index) -> None:
        if isinstance(editor, LineEditor) and isinstance(model, LineModel) and editor.is_changed():
            text = editor.text()
            editor.started_with = text
            model.type_text(index.row(), KEYS[index.column()], text)
            self.grid.keys.complained.emit(index.data(WRONG) or "")

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        editor.setGeometry(option.rect.adjusted(0, 0, 0, -1))

    def _typed(self, _text: str) -> None:
        self.grid.typing.emit()

    def _product_edited(self, _text: str) -> None:
        if self.editor is not None:
            self.grid.offer_matches(self.editor)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, LineEditor):
            return super().eventFilter(watched, event)
        if isinstance(event, QKeyEvent) and not watched.composing:
            if event.type() == QEvent.Type.ShortcutOverride:
                if _is_grid_key(event) or self._begins_product(watched, event):
                    event.accept()
                    return True
                # Esc is taken there, before it means "back" to the window.
                return super().eventFilter(watched, event)
            if event.type() == QEvent.Type.KeyPress and self._key(watched, event):
                return True
        if watched.composing and event.type() in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            # Enter and Esc belong to the input method now.
            return False
        return super().eventFilter(watched, event)

    def _key(self, editor: LineEditor, event: QKeyEvent) -> bool:
        """Do what a key means in a cell; tells whether it meant anything."""
        keys, key, modifiers = self.grid.keys, event.key(), event.modifiers() & ~_KEYPAD
        if event.matches(QKeySequence.StandardKey.Paste):
            return self.grid.pasting.block(QApplication.clipboard().text())
        if modifiers == CONTROL and key in (Qt.Key.Key_Z, Qt.Key.Key_Y):
            if key == Qt.Key.Key_Z and editor.is_changed():
                editor.setText(editor.started_with)
                editor.selectAll()
            else:
                keys.step_back() if key == Qt.Key.Key_Z else keys.step_forward()
            return True
        if _is_grid_key(event):
            return keys.line_key(key, modifiers)
        if self._begins_product(editor, event):
            keys.begin_product()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and modifiers in (PLAIN, SHIFT):
            keys.walk(-1 if modifiers == SHIFT else 1, every=False)
            return True
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            keys.walk(-1 if key == Qt.Key.Key_Backtab else 1, every=True)
            return True
        if key == Qt.Key.Key_F4 and editor.key in ("code", "name"):
            self.grid.offer_all(editor)
            return True
        priced = editor.key == "unit_price" and not editor.is_changed()
        if key == Qt.Key.Key_Down and modifiers == PLAIN and priced and keys.take_price():
            return True
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and modifiers == PLAIN:
            keys.up_down(-1 if key == Qt.Key.Key_Up else 1)
            return True
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and modifiers == PLAIN:
            return editor.at_edge(key) and keys.sideways(-1 if key == Qt.Key.Key_Left else 1)
        return key == Qt.Key.Key_Escape and self.grid.matches.hide()

    def _begins_product(self, editor: LineEditor, event: QKeyEvent) -> bool:
        """Whether Ctrl+N means a new product here: where one is typed that is not there yet."""
        wanted = event.key() == Qt.Key.Key_N and event.modifiers() & ~_KEYPAD == CONTROL
        return wanted and self.grid.may_create and bool(self.grid.typed_product().strip())


_KEYPAD = Qt.KeyboardModifier.KeypadModifier


def _is_grid_key(event: QKeyEvent) -> bool:
    return (event.key(), event.modifiers() & ~_KEYPAD) in GRID_KEYS

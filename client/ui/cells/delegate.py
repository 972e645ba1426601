"""The field in which a cell is typed, and what paints, fills and reads it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QStyleOptionViewItem, QWidget

from client.ui.tables.columns import Column
from client.ui.tables.delegate import LAST
from client.ui.tables.marking import MarkingDelegate

if TYPE_CHECKING:
    from client.ui.cells.grid import CellGrid

Index = QModelIndex | QPersistentModelIndex


class CellEditor(QLineEdit):
    """One cell being typed; `started_with` is what it showed before."""

    def __init__(self, parent: QWidget, key: str) -> None:
        super().__init__(parent)
        self.key, self.started_with = key, ""
        self.composing = False
        self.setFrame(False)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def start(self, text: str) -> None:
        """Show what the cell holds, ready to be typed over."""
        self.started_with = text
        self.setText(text)
        self.selectAll()

    def is_changed(self) -> bool:
        return self.text() != self.started_with

    def mark(self, wrong: bool) -> None:
        """Show while it is typed that the text is wrong."""
        if bool(self.property("wrong")) != wrong:
            self.setProperty("wrong", wrong)
            self.style().unpolish(self)
            self.style().polish(self)

    def at_edge(self, key: int) -> bool:
        """Whether ← or → cannot move the cursor any further, or the whole text is selected."""
        if self.hasSelectedText():
            return len(self.selectedText()) == len(self.text())
        end = 0 if key == Qt.Key.Key_Left else len(self.text())
        return self.cursorPosition() == end


class CellDelegate(MarkingDelegate):
    """Paints cells and makes their editors; what a key does in them is decided by the grid."""

    def __init__(self, grid: "CellGrid") -> None:
        super().__init__(grid)
        self.grid = grid
        self.editor: CellEditor | None = None

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = super().createEditor(parent, option, index)
        if isinstance(editor, CellEditor):
            editor.textEdited.connect(self.grid.typing)
            self.editor = editor
        return editor

    def field(self, parent: QWidget, column: Column) -> CellEditor:
        return CellEditor(parent, column.key)

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        if editor is self.editor:
            self.editor = None
            self.grid.typing.emit()
        super().destroyEditor(editor, index)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if not isinstance(editor, CellEditor):
            return
        if last := index.data(LAST):
            editor.setPlaceholderText(last)
            # It stands where the price will stand, its point under the others.
            editor.setTextMargins(0, 0, self.room_after(last), 0)
        # A step of somebody else's must neither overwrite what is being typed nor move the cursor.
        text = index.data(Qt.ItemDataRole.EditRole) or ""
        if not editor.is_changed() and text != editor.text():
            editor.start(text)

    def setModelData(self, editor: QWidget, model: QObject, index: Index) -> None:
        if isinstance(editor, CellEditor) and editor.is_changed():
            text = editor.text()
            editor.started_with = text
            self.grid.cells.type_text(index.row(), editor.key, text)
            self.grid.cell_taken(index)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, CellEditor):
            return super().eventFilter(watched, event)
        if isinstance(event, QKeyEvent) and not watched.composing:
            if event.type() == QEvent.Type.ShortcutOverride and self.grid.is_own_key(event):
                event.accept()
                return True
            # Esc is taken by Qt there, before it means "back" to the window.
            if event.type() == QEvent.Type.KeyPress and self.grid.key_typing(watched, event):
                return True
        if watched.composing and event.type() in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            # Enter and Esc belong to the input method now.
            return False
        return super().eventFilter(watched, event)

"""The grid in which a document's lines are typed.

Every cell one goes to can be typed in: Enter walks the cells that are mostly needed, Tab all of
them, arrows go anywhere, and the last row becomes a new line.
"""

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication

from client.data.priced import edit as order_edit
from client.data.priced.products import Pick, ProductIndex
from client.i18n import _
from client.ui.lines.cells import KEYS, Shares, columns
from client.ui.lines.editor import GRID_KEYS, LineDelegate, LineEditor
from client.ui.lines.keys import LineKeys
from client.ui.lines.model import LineModel
from client.ui.lines.paste import LinePaste
from client.ui.lines.product_popup import Matches
from client.ui.tables.cells import CellTable

Index = QModelIndex | QPersistentModelIndex
BY_TAB = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
NONE = Qt.KeyboardModifier.NoModifier


class LineGrid(CellTable):
    """The lines of one document; `lines_changed` when figures are to be added up anew, `typing`
    when what stands in the open cell changes, or it closes."""

    _delegate: LineDelegate
    lines_changed = Signal()
    typing = Signal()

    def __init__(self) -> None:
        super().__init__(columns())
        self.ruled = True
        self.enter_opens = False
        self.line_model = LineModel()
        self._delegate = LineDelegate(self)
        self.keys = LineKeys(self)
        self.pasting = LinePaste(self)
        self.matches = Matches(self, self.keys.take_product, self.keys.begin_product)
        self.may_create = False  # a product that nothing matches can be begun from here
        self.previews = False  # somebody shows pasted rows that are not certain
        self.setModel(self.line_model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(_("Order lines"))
        self.line_model.edited.connect(self._edited)
        self.clicked.connect(self._clicked)
        self._edited()

    # Load

    def load(self, lines: list[order_edit.Line], editable: bool) -> None:
        """Show the lines of a document; the cell one types in stays open."""
        if editable and self.line_model.editable:
            self.line_model.renew(lines)
        else:
            self.leave(keep=False)
            self.line_model.load(lines, editable)

    def show_shares(self, shares: Shares) -> None:
        """Take from each amount what the line gives of what is taken off the whole."""
        model = self.line_model
        if shares != model.shares:
            model.shares = shares
            last = model.index(max(len(model.lines), 1) - 1, len(KEYS) - 1)
            model.dataChanged.emit(model.index(0, KEYS.index("tax_amount")), last)

    def set_products(self, products: ProductIndex) -> None:
        self.line_model.set_products(products)
        editor = self._delegate.editor
        if editor is not None and editor.is_changed() and editor.key == "code":
            self.offer_matches(editor)

    def lines(self, commit: bool = True) -> list[order_edit.Line]:
        """The lines as typed; `commit` takes over what still stands in the open cell."""
        if commit:
            self.commit()
        return self.line_model.lines

    def typed_lines(self) -> list[order_edit.Line]:
        """The lines with what stands in the open cell, which stays open."""
        editor, lines, row = self._delegate.editor, self.line_model.lines, self.current_row()
        if editor is None or not editor.is_changed():
            return lines
        line = lines[row] if row < len(lines) else order_edit.blank_line()
        typed = order_edit.with_text(line, editor.key, editor.text(), self.line_model.products)
        return [*lines[:row], typed, *lines[row + 1 :]]

    # What the clerk does

    def current_row(self) -> int:
        return self.currentIndex().row()

    def current_key(self) -> str:
        return KEYS[max(self.currentIndex().column(), 0)]

    def go_to(self, row: int, key: str) -> None:
        """Open a cell; one that cannot be typed is only marked."""
        self.leave()
        row = max(0, min(row, self.line_model.rowCount() - 1))
        index = self.line_model.index(row, KEYS.index(key if key in KEYS else "code"))
        self._open_cell(index)

    def leave(self, keep: bool = True) -> None:
        """Close the open cell, with or without taking over what stands in it."""
        self.matches.hide()
        super().leave(keep)

    def offer_matches(self, editor: LineEditor) -> None:
        """Show the products that fit what is typed; a name of its own needs none."""
        text, row = editor.text().strip(), self.current_row()
        lines = self.line_model.lines
        named = editor.key == "name" and row < len(lines) and lines[row].get("product_id")
        if text and text != ".." and not named:
            self.matches.offer(self.line_model.products.search(text), editor, new=self._new(text))
        else:
            self.matches.hide()

    def _new(self, text: str) -> str:
        """What a new product would be called, if one may be begun here."""
        read = len(self.line_model.products) > 0
        return text if self.may_create and read else ""

    def offer_all(self, editor: LineEditor) -> None:
        """F4: show matches whether or not something was typed."""
        typed = editor.text().strip() if editor.is_changed() else ""
        found = self.line_model.products.search(typed)
        self.matches.offer(found, editor, self._new(typed), asked=True)

    def take_match(self) -> None:
        """Take the marked match, if the cell was typed into or the list was asked for."""
        item, editor = self.matches.item(), self._delegate.editor
        typed = editor is not None and (editor.is_changed() or self.matches.asked)
        if item is not None and editor is not None and typed:
            editor.started_with = editor.text()
            self.line_model.take_products(self.current_row(), [Pick(item)])
        self.matches.hide()

    def typed_product(self) -> str:
        """What was typed so far to find a product; empty where nothing was."""
        editor, row, lines = self._delegate.editor, self.current_row(), self.line_model.lines
        if editor is None or editor.key not in ("code", "name"):
            return ""
        unknown = (0 <= row < len(lines) and lines[row].get(order_edit.WRONG)) or {}
        return editor.text() if editor.is_changed() or "code" in unknown else ""

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key, editable = event.key(), self.line_model.editable
        if self.is_editing():
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Paste):
            text = QApplication.clipboard().text()
            if not self.pasting.block(text):
                self.pasting.text(text)
        elif (key, modifiers) in GRID_KEYS:
            self.keys.line_key(key, modifiers)
        elif key in ENTER and modifiers == NONE and editable:
            self.keys.walk(1, every=False)
        elif key in TABS and editable:
            self.keys.walk(1 if key == Qt.Key.Key_Tab else -1, every=True)
        elif key == Qt.Key.Key_Delete and modifiers == NONE:
            self.keys.empty_cell()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tab belongs to the cells while they can be typed; else it goes to the next panel."""
        tab = isinstance(event, QKeyEvent) and event.key() in TABS and self.line_model.editable
        if tab and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self.keyPressEvent(event)
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if (event.key(), modifiers) in GRID_KEYS:
                event.accept()
                return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        bare = not self.currentIndex().isValid()
        super().focusInEvent(event)
        if event.reason() in BY_TAB and self.line_model.editable:
            self.go_to(len(self.line_model.lines), "code")
        elif bare:  # not on the number of the line, where nothing can be typed
            self.setCurrentIndex(self.line_model.index(0, KEYS.index("code")))

    def _clicked(self, index: QModelIndex) -> None:
        if QApplication.keyboardModifiers() == NONE and self.line_model.editable:
            waiting = index.row() >= len(self.line_model.lines)
            key = "code" if waiting else KEYS[index.column()]
            if waiting or index.flags() & Qt.ItemFlag.ItemIsEditable:
                self.go_to(index.row(), key)

    def _edited(self) -> None:
        # The row that says how to go on has one wide cell for its words.
        self.clearSpans()
        if self.line_model.editable:
            name = KEYS.index("name")
            self.setSpan(len(self.line_model.lines), name, 1, len(KEYS) - name)
        self.lines_changed.emit()

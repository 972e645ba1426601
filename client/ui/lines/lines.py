"""The grid in which a document's lines are typed.

Every cell one goes to can be typed in: Enter walks the cells that are mostly needed, Tab all of
them, arrows go anywhere, and the last row becomes a new line.
"""

from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent

from client.data.priced import edit as order_edit
from client.data.priced.products import Pick, ProductIndex
from client.i18n import _
from client.ui.cells.delegate import CellEditor
from client.ui.cells.grid import ALT, CONTROL, PLAIN, SHIFT, CellGrid, Keys, pressed
from client.ui.lines.cells import EDITABLE, KEYS, PRODUCT
from client.ui.lines.keys import LineKeys
from client.ui.lines.model import LineModel
from client.ui.lines.paste import LinePaste
from client.ui.lines.product_popup import Matches
from client.ui.tables.marking import WRONG

Index = QModelIndex | QPersistentModelIndex
WALK = ("code", "quantity", "unit_price", "discount")  # what Enter visits in every line


class LineGrid(CellGrid):
    """The lines of one document; `lines_changed` when figures are to be added up anew."""

    main = "code"
    lines_changed = Signal()

    def __init__(self) -> None:
        self.line_model = model = LineModel()
        super().__init__(model, _("Order lines"))
        self.keys = LineKeys(self)
        self.own_keys = self._own_keys(self.keys)
        self.pasting: LinePaste = LinePaste(self)
        self.matches = Matches(self, self.keys.take_product, self.keys.begin_product)
        self.may_create = False  # a product that nothing matches can be begun from here
        self.previews = False  # somebody shows pasted rows that are not certain
        self.typing.connect(self._typed_on)
        model.edited.connect(self._edited)
        self._edited()

    def _own_keys(self, keys: LineKeys) -> Keys:
        return {
            (Qt.Key.Key_Insert, PLAIN): keys.add_line,
            (Qt.Key.Key_Delete, CONTROL): keys.remove_lines,
            (Qt.Key.Key_Up, ALT): partial(keys.move_line, -1),
            (Qt.Key.Key_Down, ALT): partial(keys.move_line, 1),
            (Qt.Key.Key_F7, PLAIN): keys.ask_picker,
            (Qt.Key.Key_F7, SHIFT): keys.ask_usual,
            (Qt.Key.Key_D, CONTROL | SHIFT): keys.duplicate_lines,
            (Qt.Key.Key_Z, CONTROL): keys.step_back,
            (Qt.Key.Key_Y, CONTROL): keys.step_forward,
        }

    # Load

    def load(self, lines: list[order_edit.Line], editable: bool) -> None:
        """Show the lines of a document; the cell one types in stays open."""
        if editable and self.line_model.editable:
            self.line_model.renew(lines)
        else:
            self.leave(keep=False)
            self.line_model.load(lines, editable)

    def set_products(self, products: ProductIndex) -> None:
        """Look products up here from now on; in a list that is open, the marked one stays."""
        first = not len(self.line_model.products)
        self.line_model.set_products(products)
        editor, marked, open_ = self._delegate.editor, self.matches.item(), self.matches.is_open()
        if editor is None or editor.key not in PRODUCT:
            return
        if open_ and self.matches.asked:
            self.offer_all(editor)
        elif open_ or (first and editor.is_changed()):
            self.offer_matches(editor)
        self.matches.mark(marked)

    def lines(self, commit: bool = True) -> list[order_edit.Line]:
        """The lines as typed; `commit` takes over what still stands in the open cell."""
        if commit:
            self.commit()
        return self.line_model.lines

    def typed_lines(self) -> list[order_edit.Line]:
        """The lines with what stands in the open cell, which stays open."""
        lines, typed = self.line_model.lines, self.typed_cell()
        if typed is None:
            return lines
        row, key, text = typed
        line = lines[row] if row < len(lines) else order_edit.blank_line()
        line = order_edit.with_text(line, key, text, self.line_model.products)
        return [*lines[:row], line, *lines[row + 1 :]]

    # What the clerk does

    def key_in(self, row: int, key: str) -> str:
        """Below the last line one begins with the product."""
        return key if row < len(self.line_model.lines) else self.main

    def entry_row(self, back: bool) -> int:
        return len(self.line_model.lines)

    def leave(self, keep: bool = True) -> None:
        """Close the open cell, with or without taking over what stands in it."""
        self.matches.hide()
        super().leave(keep)

    def cell_taken(self, index: Index) -> None:
        self.complained.emit(index.data(WRONG) or "")

    def offer_matches(self, editor: CellEditor) -> None:
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

    def offer_all(self, editor: CellEditor) -> None:
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
        if editor is None or editor.key not in PRODUCT:
            return ""
        unknown = (0 <= row < len(lines) and lines[row].get(order_edit.WRONG)) or {}
        return editor.text() if editor.is_changed() or "code" in unknown else ""

    # Keys

    def walked(self, every: bool) -> list[str]:
        """Enter visits what nearly every line needs, Tab everything."""
        return [key for key in EDITABLE if every or key in WALK or key == self.current_key()]

    def walk(self, by: int, every: bool) -> None:
        """The marked match is taken; below the last line, where nothing was typed, Enter stays."""
        self.take_match()
        self.leave()
        if self.current_row() < len(self.line_model.lines) or by < 0:
            super().walk(by, every)
        elif every:
            self.walk_out(by, every)
        else:
            self.go_to(self.current_row(), self.main)

    def up_down(self, by: int) -> None:
        """To another match while some are shown."""
        if not self.matches.step(by):
            super().up_down(by)

    def sideways(self, by: int) -> bool:
        return not self.matches.is_open() and super().sideways(by)

    def is_own_key(self, event: QKeyEvent) -> bool:
        return super().is_own_key(event) or self._begins_product(event)

    def key_typing(self, editor: CellEditor, event: QKeyEvent) -> bool:
        key = pressed(event)
        if self._begins_product(event):
            self.keys.begin_product()
            return True
        if key == (Qt.Key.Key_F4, PLAIN) and editor.key in PRODUCT:
            self.offer_all(editor)
            return True
        priced = editor.key == "unit_price" and not editor.is_changed()
        if priced and key == (Qt.Key.Key_Down, PLAIN) and self.keys.take_price():
            return True
        if key == (Qt.Key.Key_Escape, PLAIN) and self.matches.hide():
            return True
        return super().key_typing(editor, event)

    def _begins_product(self, event: QKeyEvent) -> bool:
        """Whether Ctrl+N means a new product here: where one is typed that is not there yet."""
        wanted = pressed(event) == (Qt.Key.Key_N, CONTROL)
        return wanted and self.may_create and bool(self.typed_product().strip())

    def _typed_on(self) -> None:
        editor = self._delegate.editor
        if editor is not None and editor.key in PRODUCT and editor.is_changed():
            self.offer_matches(editor)
        else:
            self.matches.hide()

    def _edited(self) -> None:
        # The row that says how to go on has one wide cell for its words.
        self.clearSpans()
        if self.line_model.editable:
            name = KEYS.index("name")
            self.setSpan(len(self.line_model.lines), name, 1, len(KEYS) - name)
        self.lines_changed.emit()

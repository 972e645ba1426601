"""The bars of the order screen: its head with number and state, the tools of the lines, and the
actions at the bottom.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from client.data.connection import Rights
from client.data.priced.edit import Doc
from client.i18n import _
from client.model.order import ORDER_STATUSES
from client.ui.kit import Button, ElidedLabel, IconButton, Label, StateMark, StateTrack, bar
from client.ui.lines.lines import LineGrid
from client.ui.theme import TOKENS

HEAD_HEIGHT = 44
TITLE = TOKENS["font_pt"]["title"]
STEPS = tuple(value for value, _label in ORDER_STATUSES if value != "cancelled")
CROWDED = 1060  # below this width the tools of the lines say less
NARROW = 940  # below this width only what is most needed is shown
LEAST = 320


class OrderTitle(QWidget):
    """Kind, number and state in one line."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEAD_HEIGHT)
        self._number = Label("", pt=TITLE)
        self._number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        labels = dict(ORDER_STATUSES)
        self._steps = [_(labels[step]) for step in STEPS]
        self._track = StateTrack(self._steps, 0)
        self._cancelled = StateMark(_(labels["cancelled"]), "cross", "red")
        self._version = Label("", "text2")
        self._status = "draft"
        self.setMinimumWidth(LEAST)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(Label(_("Sales order"), "text2", TITLE))
        row.addWidget(self._number)
        row.addSpacing(8)
        row.addWidget(self._track)
        row.addWidget(self._cancelled)
        row.addStretch(1)
        row.addWidget(self._version)

    def show_order(self, doc: Doc) -> None:
        status = doc.get("status") or "draft"
        # A draft has no number yet: it gets the next one when it is submitted.
        self._number.setText(doc.get("number") or draft_mark(doc))
        self._status = status
        self._track.setVisible(status in STEPS)
        self._cancelled.setVisible(status == "cancelled")
        self._fit()
        version = doc.get("version")
        self._version.setText(_("version {n}").format(n=version) if version else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show the whole way of the document, or where there is no room its present step."""
        if self._status not in STEPS:
            return
        place = STEPS.index(self._status)
        if self.width() < NARROW:
            self._track.set([self._steps[place]], 0)
        else:
            self._track.set(self._steps, place)


def draft_mark(doc: Doc) -> str:
    """What stands for the number as long as there is none."""
    return _("Draft {id}").format(id=doc["id"]) if doc.get("id") else _("New")


class LineTools(QWidget):
    """What can be done with lines, and a place for what a key just did."""

    def __init__(self, grid: LineGrid) -> None:
        super().__init__()
        keys = grid.keys
        self._grid = grid
        self.add = Button(_("Add line"), "Ins", "plus")
        self.pick = Button(_("Pick"), "F7", "magnifying-glass")
        self.usual = Button(_("Usual goods"), "Shift+F7")
        self.remove = Button(_("Remove line"), "Ctrl+Del")
        self.paste = Button(_("Paste from Excel"), "Ctrl+V")
        self.columns = IconButton("columns", _("Columns"))
        self.reference = IconButton("clock-counter-clockwise", _("Reference (Ctrl+Shift+R)"))
        self._hint, self._code, self._editable = "", "CNY", False
        self._said = ElidedLabel("", "ghost")
        self.setMinimumWidth(LEAST)
        self._currency = Label("", "text2")
        for button, slot in (
            (self.add, keys.add_line),
            (self.pick, keys.ask_picker),
            (self.usual, keys.ask_usual),
            (self.remove, keys.remove_lines),
            (self.paste, self._paste),
            (self.columns, self._choose_columns),
        ):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(slot)
        self.reference.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        tools = (self.add, self.pick, self.usual, self.remove, self.paste)
        end = (self._currency, self.columns, self.reference)
        row.addWidget(bar(*tools, 8, self._said, None, *end))

    def show_order(self, doc: Doc, editable: bool) -> None:
        for button in (self.add, self.pick, self.usual, self.remove, self.paste):
            button.setVisible(editable)
        self._editable = editable
        if not editable:
            self._hint = ""
        self._code = doc.get("currency") or "CNY"
        self._fit()
        self.say("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is no room, the usual currency goes without saying."""
        usual, text = self._code == "CNY", _("prices with tax")
        if not usual or self.width() >= CROWDED:
            text += " · " + (_("Chinese yuan") if usual else self._code)
        self._currency.setText(text)

    def say(self, text: str, token: str = "ghost") -> None:
        """Tell what a key just did, or what is wrong in the lines."""
        self._said.set_tone(token if text else "ghost")
        self._said.setText(text or self._hint)

    def complain(self, text: str) -> None:
        """Tell what is wrong in the cell just left; an empty text takes that back, nothing else."""
        if text:
            self.say(text, "red")
        elif self._said.property("tone") == "red":
            self.say("")

    def hint_price(self, known: bool) -> None:
        """Teach the key that takes the last price, where there is one."""
        before, self._hint = self._hint, ""
        if known and self._editable:
            self._hint = _("↓ takes the last price")
        if self._said.text() == before:
            self.say("")

    def _paste(self) -> None:
        self._grid.pasting.clipboard()

    def _choose_columns(self) -> None:
        below = self.columns.rect().bottomLeft()
        self._grid.placing.menu().popup(self.columns.mapToGlobal(below))


class OrderActions(QWidget):
    """The bar at the bottom; its buttons are public so that the screen connects them."""

    def __init__(self) -> None:
        super().__init__()
        self.save = Button(_("Save"), "F8", "floppy-disk", "primary")
        self.save_new = Button(_("Save and new"), "Ctrl+Enter")
        self.submit = Button(_("Submit"), "Ctrl+Shift+S", "check")
        self.print = Button(_("Print"), "Ctrl+P", "printer", menu=True)
        self.duplicate = Button(_("Duplicate"), "Ctrl+D", "copy")
        self.cancel = Button(_("Cancel order…"))
        self.back = Button(_("Back"), "Esc")
        self._saved = Label("", "text2")
        self._offered: dict[QWidget, bool] = {}
        self.setMinimumWidth(LEAST)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(
            bar(
                self.save,
                self.save_new,
                self.submit,
                8,
                self.print,
                self.duplicate,
                self.cancel,
                None,
                self._saved,
                self.back,
                kind="footbar",
            )
        )
        menu = QMenu(self)
        self.preview = menu.addAction(_("Preview"))
        self.at_once = menu.addAction(_("Print at once"))
        self.as_pdf = menu.addAction(_("Save as PDF…"))
        menu.addSeparator()
        self.printers = menu.addAction(_("Printers and papers…"))
        self.print_menu = menu

    def show_order(self, doc: Doc, editable: bool, rights: Rights) -> None:
        """Offer what the state of the document and one's rights allow."""
        status, stored = doc.get("status") or "draft", doc.get("id") is not None
        may_submit = rights.may("order", "submit")
        self.save.setVisible(editable)
        self.submit.setVisible(editable and status == "draft" and may_submit)
        self.print.setVisible(rights.may("order", "print"))
        create = rights.may("order", "create")
        self._offered = {self.save_new: editable and create, self.duplicate: stored and create}
        self._fit()
        numbered = status in ("submitted", "approved") and may_submit
        draft = stored and status == "draft" and rights.may("order", "delete")
        self.cancel.setText(_("Cancel order…") if numbered else _("Delete draft…"))
        self.cancel.setVisible(numbered or draft)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is no room, what has a key and stands in the menu gives way."""
        for button, offered in self._offered.items():
            button.setVisible(offered and self.width() >= NARROW)

    def say(self, text: str, token: str = "text2") -> None:
        """Tell at the right what was saved when, or why not."""
        self._saved.set_tone(token)
        self._saved.setText(text)

    def open_print_menu(self) -> None:
        """Offer the ways to a paper, above their button."""
        above = self.print.mapToGlobal(self.print.rect().topLeft())
        self.print_menu.popup(above - self.print_menu.rect().bottomLeft())

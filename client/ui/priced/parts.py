"""The upper bars of a document's screen: its head with number and state, and the tools of the
lines.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from client.data.priced.edit import Doc
from client.i18n import _
from client.ui.kit import Button, ElidedLabel, IconButton, Label, StateMark, StateTrack, bar
from client.ui.lines.lines import LineGrid
from client.ui.priced.looks import Look, state_of, way_of
from client.ui.theme import TOKENS

HEAD_HEIGHT = 44
TITLE = TOKENS["font_pt"]["title"]
CROWDED = 1060  # below this width the tools of the lines say less
NARROW = 940  # below this width only what is most needed is shown
LEAST = 320
GAP, EDGES = 4, 40  # of the bar of tools: between its parts, and all else that stays free


class PricedTitle(QWidget):
    """Kind, number and state in one line; `linked` when the document it came from or became is
    asked for."""

    linked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEAD_HEIGHT)
        self._look = look
        self._number = Label("", pt=TITLE)
        self._number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._track = StateTrack([_(label) for _state, label in look.way], 0)
        self._ended = StateMark("", "cross", "red")
        self._version = Label("", "text2")
        self._link = Button("", kind="flat")
        self._link.clicked.connect(self.linked)
        self._doc: Doc = {}
        self.setMinimumWidth(LEAST)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(Label(_(look.kind.entity.LABEL), "text2", TITLE))
        row.addWidget(self._number)
        row.addSpacing(8)
        row.addWidget(self._track)
        row.addWidget(self._ended)
        row.addStretch(1)
        row.addWidget(self._version)
        row.addWidget(self._link)

    def show_order(self, doc: Doc) -> None:
        self._doc = doc
        # A draft has no number yet: it gets the next one when it is issued.
        self._number.setText(doc.get("number") or draft_mark(doc))
        ended = self._look.ended.get(state_of(doc))
        self._track.setVisible(ended is None)
        self._ended.setVisible(ended is not None)
        if ended is not None:
            label, (shape, token) = ended
            self._ended.set(_(label), shape, token)
        version = doc.get("version")
        text = _("version {n}").format(n=version) if version else ""
        if doc.get("number") and "revision" in doc:
            text = _("revision {n}").format(n=doc["revision"])
        self._version.setText(text)
        self._link.setText(link_text(doc))
        self._link.setVisible(bool(self._link.text()))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show the whole way of the document, or where there is no room its present step."""
        way = way_of(self._look, self._doc)
        states = [state for state, _label in way]
        if state_of(self._doc) not in states:
            return
        place, steps = states.index(state_of(self._doc)), [_(label) for _state, label in way]
        if self.width() < NARROW:
            self._track.set([steps[place]], 0)
        else:
            self._track.set(steps, place)


def link_text(doc: Doc) -> str:
    """What document this one came from, or became."""
    if doc.get("quote_number"):
        return _("from {number}").format(number=doc["quote_number"])
    if doc.get("order_id"):
        number = doc.get("order_number") or _("Draft {id}").format(id=doc["order_id"])
        return _("became {number}").format(number=number)
    return ""


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
        self.reference = IconButton("layout", _("Reference (Ctrl+Shift+R)"))
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
        self._tools = (self.add, self.pick, self.usual, self.remove, self.paste)
        self._end = (self._currency, self.columns, self.reference)
        row.addWidget(bar(*self._tools, 8, self._said, None, *self._end))

    def show_order(self, doc: Doc, editable: bool) -> None:
        for button in self._tools:
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
        if self._said.text() in ("", self._hint):
            self.say("")

    def say(self, text: str, token: str = "ghost") -> None:
        """Tell what a key just did, or what is wrong in the lines."""
        self._said.set_tone(token if text else "ghost")
        self._said.setText(text or (self._hint if self._fits(self._hint) else ""))

    def _fits(self, hint: str) -> bool:
        """Whether there is room for all of a hint: the rest of one teaches nothing."""
        parts = [w for w in (*self._tools, *self._end) if not w.isHidden()]
        taken = sum(w.sizeHint().width() + GAP for w in parts) + EDGES
        return taken + self.fontMetrics().horizontalAdvance(hint) <= self.width()

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
        self._grid.column_layout.menu().popup(self.columns.mapToGlobal(below))

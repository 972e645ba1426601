"""The bars of a delivery's screen: title with the way it goes, tools, people, and actions."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from client.data import formats
from client.data.connection import Rights
from client.data.deliveries.edit import CANCELLED, WAITING, Doc
from client.data.deliveries.store import STEPS
from client.i18n import N_, _
from client.model.delivery import DELIVERY_STATUSES
from client.ui.deliveries.lines import SendGrid
from client.ui.forms.signs import Sign, Signs, signed
from client.ui.kit import Badge, Button, ElidedLabel, Label, StateMark, StateTrack, bar
from client.ui.theme import TOKENS

HEAD_HEIGHT = 44
TITLE = TOKENS["font_pt"]["title"]
NARROW = 860  # below this width only what is most needed is shown
LEAST = 320
PEOPLE = (
    (N_("Planned by"), "created"),
    (N_("Picked by"), "picked"),
    (N_("Sent by"), "shipped"),
    (N_("Arrival noted by"), "received"),
    (N_("Cancelled by"), "cancelled"),
)


class DeliveryTitle(QWidget):
    """Kind, number, the way it goes, and whether it is late, in one line."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEAD_HEIGHT)
        self.setMinimumWidth(LEAST)
        labels = dict(DELIVERY_STATUSES)
        self._steps = [_(labels[step]) for step in STEPS]
        self._status = "planned"
        self._number = Label("", pt=TITLE)
        self._number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._track = StateTrack(self._steps, 0)
        self._cancelled = StateMark(_(labels["cancelled"]), "cross", "red")
        self._late = Badge("", "amber")
        self._version = Label("", "text2")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(Label(_("Delivery note"), "text2", TITLE))
        row.addWidget(self._number)
        row.addSpacing(8)
        for part in (self._track, self._cancelled, self._late):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self._version)

    def show_delivery(self, doc: Doc, today: date) -> None:
        self._status = doc["status"]
        self._number.setText(doc.get("number") or number_mark(doc))
        self._track.setVisible(self._status in STEPS)
        self._cancelled.setVisible(self._status == "cancelled")
        day = doc.get("planned_on")
        waits = self._status in WAITING and doc.get("id") is not None
        if waits and day is not None and day < today:
            self._late.set(_("Overdue"), "red")
        else:
            self._late.set(_("Today") if waits and day == today else "", "amber")
        version = doc.get("version")
        self._version.setText(_("version {n}").format(n=version) if version else "")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show the whole way, or where there is no room its present step."""
        if self._status in STEPS:
            place = STEPS.index(self._status)
            narrow = self.width() < NARROW
            steps = [self._steps[place]] if narrow else self._steps
            self._track.set(steps, 0 if narrow else place)


def number_mark(doc: Doc) -> str:
    """What stands for the number as long as there is none: it gets one when it is picked."""
    return _("No. {id}").format(id=doc["id"]) if doc.get("id") else _("New")


class SendTools(QWidget):
    """What can be done with the lines, and a place for what is wrong in them."""

    def __init__(self, grid: SendGrid) -> None:
        super().__init__()
        self.setMinimumWidth(LEAST)
        self._quiet = ""
        self.open_ones = Button(_("All that is open"), "F9")
        self.nothing = Button(_("Nothing"), "Del")
        self.everything = Button(_("All lines"), "Shift+F9")
        self._buttons = (self.open_ones, self.nothing, self.everything)
        self._said = ElidedLabel("", "ghost")
        slots = (grid.take, grid.take_nothing, grid.take_all)
        for button, slot in zip(self._buttons, slots, strict=True):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(slot)
        grid.said.connect(self.tell)
        grid.complained.connect(self.say)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._gap = QWidget()
        self._gap.setFixedWidth(4)
        row.addWidget(bar(*self._buttons, self._gap, self._said, None))

    def show_delivery(self, doc: Doc, editable: bool) -> None:
        """Offer the keys of the lines where they can be typed; else say why they cannot."""
        for part in (*self._buttons, self._gap):
            part.setVisible(editable)
        self._quiet = ""
        if doc["status"] == CANCELLED:
            self._quiet = _("Cancelled: {reason}").format(reason=doc.get("cancel_reason") or "")
        elif doc["status"] not in WAITING:
            self._quiet = _("What has left is not changed any more.")
        self.say("")

    def say(self, text: str) -> None:
        """Say what is wrong; for an empty text, what there is to say without."""
        self._show(text or self._quiet, "red" if text else "ghost")

    def tell(self, text: str) -> None:
        """Tell what a key just did."""
        self._show(text, "ghost")

    def _show(self, text: str, tone: str) -> None:
        self._said.set_tone(tone)
        self._said.setText(text)
        self._said.updateGeometry()

    def said(self) -> str:
        return self._said.text()


class DeliveryPeople(QWidget):
    """Who planned, picked, sent and cancelled, and when."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(LEAST)
        self.setMinimumHeight(34)
        self._people = Signs()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.addWidget(self._people)

    def show_delivery(self, doc: Doc) -> None:
        signs = signed(doc, PEOPLE)
        if doc.get("shipped_on"):
            signs.append(Sign(_("Sent on"), formats.date_text(doc["shipped_on"])))
        if doc.get("salesperson"):
            signs.append(Sign(_("Handled by"), str(doc["salesperson"])))
        self._people.show_signs(signs)


class DeliveryActions(QWidget):
    """The bar at the bottom; its buttons are public so that the screen connects them."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumWidth(LEAST)
        self.save = Button(_("Save"), "F8", "floppy-disk", "primary")
        self.pick = Button(_("Note as picked"), "Ctrl+Shift+P", "package")
        self.ship = Button(_("Send off"), "Ctrl+Shift+S", "truck")
        self.receive = Button(_("Note arrival"), "Ctrl+Shift+R", "check")
        self.print = Button(_("Print"), "Ctrl+P", "printer", menu=True)
        self.cancel = Button(_("Cancel delivery…"))
        self.back = Button(_("Back"), "Esc")
        self._saved = ElidedLabel("", "text2")
        buttons = (self.save, self.pick, self.ship, self.receive, 8, self.print, self.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(bar(*buttons, None, self._saved, self.back, kind="footbar"))
        menu = QMenu(self)
        self.preview = menu.addAction(_("Preview"))
        self.at_once = menu.addAction(_("Print at once"))
        self.as_pdf = menu.addAction(_("Save as PDF…"))
        menu.addSeparator()
        self.printers = menu.addAction(_("Printers and papers…"))
        self.print.setMenu(menu)

    def show_delivery(self, doc: Doc, may_edit: bool, rights: Rights) -> None:
        """Offer what the state of the delivery and one's rights allow."""
        status, stored = doc["status"], doc.get("id") is not None
        may_step = rights.may("delivery", "submit")
        self.save.setVisible(may_edit)
        self.pick.setVisible(may_step and status == "planned" and (stored or may_edit))
        self.ship.setVisible(may_step and status in WAITING and (stored or may_edit))
        self.receive.setVisible(may_step and status == "shipped")
        self.print.setVisible(rights.may("delivery", "print"))
        numbered = status in ("picked", "shipped") and may_step
        planned = stored and status == "planned" and rights.may("delivery", "delete")
        self.cancel.setText(_("Cancel delivery…") if numbered else _("Delete…"))
        self.cancel.updateGeometry()
        self.cancel.setVisible(numbered or planned)

    def say(self, text: str, token: str = "text2") -> None:
        """Tell at the right what was saved when, or why not."""
        self._saved.set_tone(token)
        self._saved.setText(text)

    def said(self) -> str:
        return self._saved.text()

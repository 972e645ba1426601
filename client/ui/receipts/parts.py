"""The bars of the receipt screen: number and state, what is paid ahead, tools, actions."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from client.data import formats
from client.data.connection import Rights
from client.data.money.allocation import Doc
from client.data.money.receipts import Account
from client.i18n import _
from client.model.receipt import RECEIPT_STATES
from client.ui.kit import Button, ElidedLabel, Label, StateMark, StateTrack, bar
from client.ui.priced.parts import HEAD_HEIGHT, LEAST, NARROW, TITLE, draft_mark
from client.ui.tables import marks

STEPS = ("draft", "posted")


class ReceiptTitle(QWidget):
    """Kind, number and state in one line, and the receipt that takes this one back, or that this
    one takes back: `asked` with its id."""

    asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEAD_HEIGHT)
        self.setMinimumWidth(LEAST)
        self._number = Label("", pt=TITLE)
        self._number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        labels = dict(RECEIPT_STATES)
        self._track = StateTrack([_(labels[step]) for step in STEPS], 0)
        self._mark = StateMark("", "cross", "red")
        self._link = Button("", icon="arrow-u-up-left", kind="flat")
        self._link.clicked.connect(self._ask)
        self._reason = ElidedLabel("", "text2")
        self._version = Label("", "text2")
        self._other: int | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(Label(_("Receipt"), "text2", TITLE))
        row.addWidget(self._number)
        row.addSpacing(8)
        marked: tuple[QWidget, ...] = (self._track, self._mark, self._link, self._reason)
        for part in marked:
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self._version)

    def show_receipt(self, doc: Doc) -> None:
        state = doc.get("state") or "draft"
        self._number.setText(doc.get("number") or draft_mark(doc))
        self._track.setVisible(state in STEPS)
        if state in STEPS:
            labels = dict(RECEIPT_STATES)
            self._track.set([_(labels[step]) for step in STEPS], STEPS.index(state))
        else:
            self._mark.set(_(dict(RECEIPT_STATES)[state]), *marks.STATES[state])
        self._mark.setVisible(state not in STEPS)
        self._show_link(doc)
        said = doc.get("void_reason") or (doc.get("remarks") if state == "red" else "")
        self._reason.setText(said or "")
        version = doc.get("version")
        self._version.setText(_("version {n}").format(n=version) if version else "")

    def _show_link(self, doc: Doc) -> None:
        text, self._other = "", None
        if doc.get("reversed_by_id"):
            self._other = doc["reversed_by_id"]
            text = _("taken back by {number}").format(number=doc["reversed_by_number"])
        elif doc.get("reverses_id"):
            self._other = doc["reverses_id"]
            text = _("takes back {number}").format(number=doc["reverses_number"] or "")
        self._link.setText(text)
        self._link.updateGeometry()
        self._link.setVisible(bool(text))

    def _ask(self) -> None:
        if self._other is not None:
            self.asked.emit(self._other)


class Offer(QWidget):
    """What the customer has paid ahead, before new money is asked for."""

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text = Label("", "accent")
        self._use = Button(_("Use it"), icon="wallet")
        self._use.clicked.connect(self.asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(bar(self._text, 8, self._use, None, kind="bar"))
        self.hide()

    def show_account(self, account: Account | None) -> None:
        """Offer the oldest of a customer's advances; without one the line goes."""
        advances = account.advances if account is not None else []
        if advances:
            first = advances[0]
            text = _("Advance of {amount} from {number}")
            said = text.format(amount=formats.money(first.advance), number=first.number)
            if len(advances) > 1:
                said += " · " + _("{n} more").format(n=len(advances) - 1)
            self._text.setText(said)
        self.setVisible(bool(advances))

    def text(self) -> str:
        return self._text.text() if not self.isHidden() else ""


class AllocationTools(QWidget):
    """What can be done with the orders, what a key just did, and what the customer owes in which
    currency: `currency_chosen` where there are several."""

    currency_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.propose = Button(_("Oldest first"), "Shift+F9", "sort-ascending")
        self.fill = Button(_("All of this order"), "F9")
        self._said = ElidedLabel("", "ghost")
        self._owed = Label("", "text2")
        self._currency = QComboBox()
        self._currency.setAccessibleName(_("Currency"))
        self._currency.setFixedWidth(84)
        self._currency.activated.connect(self._choose)
        for button in (self.propose, self.fill):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumWidth(LEAST)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        owed = (self._owed, self._currency, 4)
        row.addWidget(bar(self.propose, self.fill, 8, self._said, None, *owed))

    def show_account(self, account: Account | None, editable: bool, may_choose: bool) -> None:
        """`may_choose` says that the currency is not settled yet."""
        self.propose.setVisible(editable)
        self.fill.setVisible(editable)
        several = account is not None and len(account.currencies) > 1 and may_choose
        self._currency.setVisible(several)
        if account is None:
            self._owed.setText("")
            return
        offered = [self._currency.itemText(at) for at in range(self._currency.count())]
        if offered != list(account.currencies):  # else the list may be open
            self._currency.clear()
            self._currency.addItems(list(account.currencies))
        self._currency.setCurrentText(account.currency)
        name = _("Chinese yuan") if account.currency == "CNY" else account.currency
        words = [_("Owes {amount}").format(amount=formats.money(account.outstanding))]
        if account.advance:
            words.append(_("paid ahead {amount}").format(amount=formats.money(account.advance)))
        self._owed.setText(" · ".join(words if several else [*words, name]))

    def _choose(self) -> None:
        self.currency_chosen.emit(self._currency.currentText())

    def say(self, text: str, token: str = "ghost") -> None:
        """Tell what a key just did, or what is wrong with what is handed out."""
        self._said.set_tone(token)
        self._said.setText(text)

    def complain(self, text: str) -> None:
        self.say(text, "red")

    def said(self) -> str:
        return self._said.text()

    def told(self) -> tuple[str, str]:
        """What is said now, to be said again, and its tone."""
        return self._said.text(), str(self._said.property("tone") or "ghost")


class ReceiptActions(QWidget):
    """The bar at the bottom; its buttons are public so that the screen connects them."""

    def __init__(self) -> None:
        super().__init__()
        self.save = Button(_("Save draft"), "F8", "floppy-disk")
        self.post = Button(_("Post"), "Ctrl+Shift+S", "check", "primary")
        self.save_new = Button(_("Save and new"), "Ctrl+Enter")
        self.allocate = Button(_("Hand out"), "Ctrl+Shift+S", "check", "primary")
        self.print = Button(_("Print"), "Ctrl+P", "printer")
        self.use = Button(_("Use the advance"), icon="wallet")
        self.void = Button(_("Void…"))
        self.back = Button(_("Back"), "Esc")
        self._saved = Label("", "text2")
        self._offered = False
        self.setMinimumWidth(LEAST)
        first = (self.post, self.allocate, self.save, self.save_new)
        last = (self._saved, self.back)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(bar(*first, self.print, self.use, self.void, None, *last, kind="footbar"))

    def show_receipt(self, doc: Doc, editable: bool, using: bool, rights: Rights) -> None:
        """Offer what the state of the receipt and one's rights allow."""
        state, stored = doc.get("state") or "draft", doc.get("id") is not None
        may_post = rights.may("receipt", "submit")
        self.save.setVisible(editable)
        self.post.setVisible(editable and may_post)
        self._offered = editable and rights.may("receipt", "create")
        self._fit()
        self.allocate.setVisible(using)
        # A draft is no proof that money came: its paper waits until it is posted.
        numbered = stored and state != "draft" and not using
        self.print.setVisible(numbered and rights.may("receipt", "print"))
        ahead = state == "posted" and bool(doc.get("advance"))
        self.use.setVisible(ahead and may_post and not using)
        may_void = stored and rights.may("receipt", "delete") and not using
        self.void.setText(_("Delete draft…") if state == "draft" else _("Void…"))
        self.void.setVisible(may_void and state in STEPS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is no room, what has a key gives way."""
        self.save_new.setVisible(self._offered and self.width() >= NARROW)

    def say(self, text: str, token: str = "text2") -> None:
        """Tell at the right what was saved when, or why not."""
        self._saved.set_tone(token)
        self._saved.setText(text)

    def said(self) -> str:
        return self._saved.text()

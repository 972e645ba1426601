"""The few questions a document's screen asks, and how a clash of two changes is worded."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from client.data import formats
from client.data.priced.edit import FIELD_OF
from client.data.priced.kinds import DocumentKind
from client.data.priced.merge import PLACES, WHOLE, Clash
from client.data.priced.store import Balance
from client.i18n import _
from client.model import fields
from client.ui.forms import conflict
from client.ui.forms.asking import AskDialog
from client.ui.kit import Button, Label, Question, bar


class ReasonDialog(AskDialog):
    """Asks why; `given` with the reason, which cannot be empty."""

    given = Signal(str)

    def __init__(self, title: str, text: str, action: str, parent: QWidget) -> None:
        self._reason = QLineEdit()
        self._reason.setMaxLength(200)
        give = Button(action, "Enter", kind="primary")
        super().__init__(title, text, _("Reason"), self._reason, give, parent)

    def _give(self) -> None:
        reason = self._reason.text().strip()
        if not reason:
            self._form.set_message(self._reason, _("Say why."))
            return
        self.accept()
        self.given.emit(reason)


def ask_discard(parent: QWidget) -> Question:
    """Whether the draft is to go to the recycle bin."""
    text = _("Move this draft to the recycle bin? It can be restored there.")
    box = Question(parent, _("Delete draft"), text, _("Delete draft"), risky=True)
    box.open()
    return box


class CreditDialog(QDialog):
    """Warns that a customer would owe more than agreed; `wanted` when it is done all the same."""

    wanted = Signal()

    def __init__(self, customer: str, balance: Balance, total: Decimal, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Credit limit"))
        self.setMinimumWidth(440)
        go_on = Button(_("Submit anyway"), kind="primary")
        go_on.clicked.connect(self._go_on)
        leave = Button(_("Back"), "Esc")
        leave.clicked.connect(self.reject)
        self.text = credit_text(customer, balance, total)
        said = Label(self.text)
        said.setWordWrap(True)
        said.setContentsMargins(16, 16, 16, 16)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(said)
        column.addWidget(bar(go_on, None, leave, kind="footbar"))
        leave.setFocus()

    def _go_on(self) -> None:
        self.accept()
        self.wanted.emit()


def credit_text(customer: str, balance: Balance, total: Decimal) -> str:
    """By how much a customer would be over the limit, and why."""
    text = _(
        "With this order {customer} would be {over} over the credit limit of {limit}. "
        "Outstanding now: {outstanding}; this order: {total}."
    )
    return text.format(
        customer=customer,
        over=formats.money(balance.over(total)),
        limit=formats.money(balance.credit_limit),
        outstanding=formats.money(balance.outstanding),
        total=formats.money(total),
    )


def saved_text(asked: Mapping[str, Any], fresh: Mapping[str, Any]) -> str:
    """When a document was saved; and for whom, where its customer was merged meanwhile.
    A new delivery asks for no customer: it has the order's."""
    said = _("saved {time}").format(time=formats.time_text(formats.now()))
    if asked.get("customer_id") in (None, fresh.get("customer_id")):
        return said
    name = (fresh.get("customer") or {}).get("name") or ""
    return f"{said} · " + _("its customer is {name} now").format(name=name)


def worded(
    clashes: Sequence[Clash], names: dict[str, dict[int, str]], kind: DocumentKind
) -> list[conflict.Clash]:
    """The clashes as the choosing panel shows them; `names` tells titles of ids by field."""
    return [
        conflict.Clash(
            str(at),
            _label(clash, kind),
            *(_text(clash, value, names, kind) for value in (clash.base, clash.theirs, clash.mine)),
        )
        for at, clash in enumerate(clashes)
    ]


def _label(clash: Clash, kind: DocumentKind) -> str:
    if clash.field == PLACES:
        return _("Order of the lines")
    if clash.line is None:
        return _(fields(kind.entity)[clash.field].label)
    if clash.field == WHOLE:
        return clash.name or _("Line")
    label = _(fields(kind.line)[FIELD_OF[clash.field]].label)
    return f"{clash.name} · {label}" if clash.name and clash.field != "name" else label


def _text(clash: Clash, value: Any, names: dict[str, dict[int, str]], kind: DocumentKind) -> str:
    if clash.field == PLACES:
        return " / ".join(f"{at}. {_goods_text(line)}" for at, line in enumerate(value, 1))
    if clash.field == WHOLE:
        return _("removed") if value is None else _line_text(value)
    if clash.field in names and value is not None:
        return names[clash.field].get(value, str(value))
    if clash.line is None:
        return formats.text_of(fields(kind.entity)[clash.field], value)
    return formats.text_of(fields(kind.line)[FIELD_OF[clash.field]], value)


def _line_text(line: dict[str, Any]) -> str:
    """All that was typed into a line: whoever lets it go has to see it."""
    price = formats.price(line.get("unit_price"))
    off, tax = line.get("discount"), line.get("tax_rate")
    parts = [_goods_text(line) + (f" × {price}" if price else "")]
    parts += [_("Discount") + f" {formats.percent(off)}"] if off else []
    parts += [_("Tax rate") + f" {formats.percent(tax)}"] if tax else []
    parts += [str(line["remarks"])] if line.get("remarks") else []
    return " · ".join(parts)


def _goods_text(line: dict[str, Any]) -> str:
    parts = (line.get("name"), formats.quantity(line.get("quantity")), line.get("unit"))
    return " ".join(str(part) for part in parts if part)

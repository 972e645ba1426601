"""The head of a receipt: who paid how much, when and how."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from client.context import Context
from client.data.lookups import Choice
from client.data.money import allocation
from client.data.money.allocation import Doc
from client.data.money.receipts import Lists
from client.i18n import N_, _
from client.model import Operator, Receipt, fields
from client.ui.forms.document_head import CustomerHead
from client.ui.forms.editors import LineEditor, make_editor

PLACES = (
    "customer_id",
    "payer",
    "receipt_date",
    "payment_method_id",
    "amount",
    "handler_id",
    "reference",
    "remarks",
)
# Shorter than the fields' own labels, since four stand side by side.
LABELS = {
    "receipt_date": N_("Date"),
    "payment_method_id": N_("Payment"),
    "reference": N_("Bill number"),
}
REQUIRED = (*allocation.REQUIRED, "amount")


class ReceiptHead(CustomerHead):
    """The fields above the orders; `edited` at each change, for the amount `amount_edited` instead;
    `payer_chosen` with a customer's id."""

    amount_edited = Signal()
    payer_chosen = Signal(int)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._known_payer = ""  # what stands there without anybody having typed it
        known = fields(Receipt)
        for name in PLACES:
            # One line as on paper; line ends in older remarks are kept.
            make = LineEditor if name == "remarks" else make_editor
            editor: Any = make(context, known[name])
            self.editors[name] = editor
            label = _(LABELS.get(name, known[name].label))
            self.form.add(label, editor, required=name in REQUIRED)
            editor.edited.connect(self._edited)
        self.editors["customer_id"].chosen.connect(self._customer_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.addWidget(self.form)

    # Load

    def set_lists(self, lists: Lists) -> None:
        """Give the fields what they choose from."""
        known = fields(Receipt)
        self.editors["handler_id"].set_choices(lists[Operator])
        target = known["payment_method_id"].target
        if target is not None:
            self.editors["payment_method_id"].set_choices(lists[target])

    def load(self, doc: Doc, editable: bool) -> None:
        """Show the head of a receipt, and what could not be read when it was typed."""
        typed, _problems = self.values()
        self._known_payer = str((doc.get("customer") or {}).get("name") or "")
        for name, editor in self.editors.items():
            changed = not editable or not allocation.same(typed[name], doc.get(name))
            if name == "customer_id":
                editor.set_value(doc.get(name), self._known_payer)
            elif changed:
                editor.set_value(doc.get(name) or None)
            editor.set_readonly(not editable)
            if name == "amount":
                self._show_sign(editor, (doc.get(name) or allocation.ZERO) < 0)
            if changed:
                self.form.set_message(editor, "")
        for name, text in (doc.get(allocation.WRONG) or {}).items():
            if name in self.editors:
                self.editors[name].setText(text)

    def _show_sign(self, editor: QLineEdit, red: bool) -> None:
        """What takes money back is red and has a real minus."""
        if bool(editor.property("negative")) != red:
            editor.setProperty("negative", red)
            editor.style().unpolish(editor)
            editor.style().polish(editor)
        if red:
            editor.setText(editor.text().replace("-", "\N{MINUS SIGN}"))

    def begin_with(self, name: str) -> None:
        """The name of the customer who was just chosen is the payer's, unless another was typed."""
        payer = self.editors["payer"]
        if payer.text().strip() in ("", self._known_payer):
            payer.set_value(name)
        self._known_payer = name

    # What the clerk does

    def focus_first(self) -> None:
        """Into the customer, or where that is known into the amount."""
        known = self.customer_id() is not None
        editor = self.editors["amount" if known else "customer_id"]
        editor.setFocus()
        if known:
            editor.selectAll()

    def _tell_edited(self, editor: object) -> None:
        (self.amount_edited if editor is self.editors["amount"] else self.edited).emit()

    def _customer_chosen(self, choice: Choice | None) -> None:
        if choice is not None:
            self.payer_chosen.emit(choice.id)

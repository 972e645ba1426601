"""The head of a delivery: of which order, when and by whom it goes, and where to."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from client.context import Context
from client.data.deliveries import edit
from client.data.deliveries.edit import Doc
from client.i18n import N_, _
from client.model import Delivery, fields
from client.ui.forms.document_head import DocumentHead
from client.ui.forms.editors import LineEditor, make_editor
from client.ui.theme import icon

# name, pairs of columns; order and customer are fixed once the delivery is begun
PLACES = (
    ("order", 1),
    ("customer", 1),
    ("planned_on", 1),
    ("expected_on", 1),
    ("courier", 1),
    ("waybill", 1),
    ("contact_name", 1),
    ("phone", 1),
    ("address", 2),
    ("remarks", 2),
)
LABELS = {  # shorter than the fields' own, since four stand side by side
    "order": N_("Sales order"),
    "customer": N_("Customer"),
    "address": N_("Ship to"),
}


class DeliveryHead(DocumentHead):
    """The fields above the lines; `edited` at each change, `order_asked` to see the order."""

    order_asked = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._fixed = {name: QLineEdit() for name in ("order", "customer")}
        known = fields(Delivery)
        for name, span in PLACES:
            if name in self._fixed:
                editor: Any = self._fixed[name]
                editor.setReadOnly(True)
                editor.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            else:
                field = known[name]
                # One line as on paper; line ends in older remarks are kept.
                long = field.kind == "long"
                editor = LineEditor(context, field) if long else make_editor(context, field)
                editor.edited.connect(self._edited)
                self.editors[name] = editor
            label = LABELS.get(name) or known[name].label
            self.form.add(_(label), editor, span, required=name == "planned_on")
        opens = QAction(icon("arrow-square-out"), _("Open the order"), self)
        opens.triggered.connect(self.order_asked)
        self._fixed["order"].addAction(opens, QLineEdit.ActionPosition.TrailingPosition)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.addWidget(self.form)

    def load(self, doc: Doc, may_edit: bool) -> None:
        """Show the head of a delivery, and what could not be read when it was typed."""
        typed, _problems = self.values()
        self._fixed["order"].setText(doc.get("order_number") or "")
        customer = doc.get("customer") or {}
        self._fixed["customer"].setText(customer.get("name") or "")
        for editor in self._fixed.values():
            editor.setCursorPosition(0)
        open_fields = edit.editable(doc) if may_edit else ()
        for name, editor in self.editors.items():
            # Where the cursor stands in a field that says the same already, it stays.
            if not edit.same(typed[name], doc.get(name)) or name not in open_fields:
                editor.set_value(doc.get(name))
                self.form.set_message(editor, "")
            editor.set_readonly(name not in open_fields or self.is_masked(name, doc))
        for name, text in (doc.get(edit.WRONG) or {}).items():
            self.editors[name].setText(text)

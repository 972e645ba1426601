"""The foot of a document: the amount in capitals, what was paid of it or the terms, who did what,
and the sums, in which what is taken off the whole can be typed.
"""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from client.context import Context
from client.data.parsing import BadValue
from client.data.priced import edit as order_edit
from client.data.priced.edit import ZERO, Doc, Figures, same
from client.data.problem import Problem
from client.i18n import _
from client.model import Field, fields, rules
from client.ui.forms.editors import LongEditor
from client.ui.forms.money_foot import MoneyFoot
from client.ui.forms.signs import Sign, signed
from client.ui.kit import FigureStrip, Label
from client.ui.priced.looks import Look, needs_approval, reason_of
from client.ui.priced.sums import Sums
from client.ui.theme import size

LEAST = 620
STRIP_CELL = 150


class PricedFoot(MoneyFoot):
    """Tells figures and names; `edited` when something was typed here."""

    edited = Signal()

    def __init__(self, context: Context, look: Look) -> None:
        super().__init__(LEAST)
        self._context, self._look = context, look
        self.sums = Sums(context, look.kind)
        self.strip = FigureStrip([])
        self._told: list[QWidget] = [self._people]
        self._editors: dict[str, Any] = dict(self.sums.editors)
        terms = fields(look.kind.entity).get("terms")
        self._lay_out(self.sums, self._terms(terms) if terms else self.strip, 6)
        if not terms:
            self._told.append(self.strip)
        for editor in self._editors.values():
            editor.edited.connect(self.edited)

    def _terms(self, field: Field) -> QHBoxLayout:
        terms = LongEditor(self._context, field)
        terms.setFixedHeight(2 * size("field") + 12)
        terms.setAccessibleName(_(field.label))
        self._editors["terms"] = terms
        row = QHBoxLayout()
        row.setSpacing(12)
        label = Label(_(field.label), "text2")
        label.setFixedHeight(size("field"))  # beside the first line
        row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(terms, 1)
        return row

    def set_short(self, short: bool) -> None:
        """Where there is little room, leave out what is only told, for the lines."""
        for part in self._told:
            part.setVisible(not short)
        self.sums.set_short(short)

    # Load

    def load(self, doc: Doc, editable: bool) -> None:
        """Show what can be typed here, and who did what."""
        typed, _problems = self.values()
        for name, editor in self._editors.items():
            if not same(typed[name], doc.get(name)):
                editor.set_value(doc.get(name) or None)
            editor.set_readonly(not editable)
        for name, text in (doc.get(order_edit.WRONG) or {}).items():
            if name in self.sums.editors:
                self.sums.editors[name].setText(text)
        self.sums.set_editable(editable)
        self.show_problems([])
        self.show_people(doc)

    def show_strip(self, figures: list[tuple[str, str, str]]) -> None:
        """Tell what was paid, under the capitals."""
        self.strip.set(figures)
        self.strip.setMaximumWidth(STRIP_CELL * len(figures))

    def show_figures(self, sums: Figures, currency: str) -> None:
        """Tell what the lines amount to."""
        self.sums.show_figures(sums, currency)
        self._show_capitals("人民币" + rules.capitals(sums.total), currency or "CNY")

    def show_people(self, doc: Doc) -> None:
        """Tell who made the document and took it further, and when."""
        signs = signed(doc, self._look.people)
        if doc.get("status") == "submitted" and needs_approval(self._context.office):
            signs.append(Sign(_("Approved by"), _("not yet")))
        if doc.get("salesperson"):
            signs.append(Sign(_("Handled by"), str(doc["salesperson"])))
        if reason := reason_of(doc):
            signs.append(Sign(_("Reason"), reason))
        self._people.show_signs(signs)

    # What was typed

    def values(self) -> tuple[dict[str, Any], list[Problem]]:
        """The values typed; those that cannot be read are missing and told as problems."""
        found: dict[str, Any] = {}
        problems = []
        for name, editor in self._editors.items():
            empty = ZERO if name in self.sums.editors else None
            try:
                value = editor.value()
                found[name] = empty if value is None else value
            except BadValue as error:
                problems.append(Problem(None, name, str(error)))
                found[name] = empty
        return found, problems

    def typed(self, problems: list[Problem]) -> Mapping[str, str]:
        """The texts of the fields that could not be read."""
        wrong = {p.field for p in problems if p.line is None}
        return {name: e.text() for name, e in self.sums.editors.items() if name in wrong}

    def show_problems(self, problems: list[Problem], go: bool = True) -> None:
        """Mark what is wrong here, say the first of it, and `go` there."""
        self.sums.show_problems([p for p in problems if p.line is None], go)

"""The bar above the receivables: the day, whose customers, in which currency."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from client.context import Context
from client.data.formats import BadValue
from client.data.money.receivables import Answer, Query
from client.i18n import _, current
from client.model import SalesOrder, fields
from client.ui.forms.editors import DateEditor
from client.ui.kit import Button, FlowBar, IconButton, Label
from client.ui.kit.combo import combo, offer

Choices = dict[str, list[tuple[int, str]]]


class OwedFilters(QWidget):
    """`changed` asks for new figures; `refused` says why a day cannot be taken."""

    changed = Signal()
    refused = Signal(str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        zh = current() == "zh_CN"
        self._office, self._today = context.office, context.office.today
        self.day = DateEditor(context, fields(SalesOrder)["order_date"])
        self.day.setAccessibleName(_("As of"))
        self.day.setFixedWidth(112)
        self.day.set_value(self._today)
        self._asked = self._today
        self.combos = {
            "department": combo(_("Department"), 104 if zh else 120),
            "salesperson": combo(_("Salesperson"), 96 if zh else 112),
            "region": combo(_("Region"), 96 if zh else 112),
        }
        self._currency = combo(_("Currency"), 72)
        self._currency.hide()
        self.refresh = Button(_("Refresh"), "F5", "arrows-clockwise")
        self.statement = Button(_("Statement"), "", "notebook")
        self.workbook = IconButton("export", _("To Excel (Ctrl+E)"))
        groups: list[list[QWidget]] = [[Label(_("As of"), "text2"), self.day]]
        for each in self.combos.values():
            groups.append([Label(each.accessibleName(), "text2"), each])
            offer(each, [(None, _("All"))])
        groups.append([self._currency, self.refresh])
        row = FlowBar(groups, [self.statement, self.workbook])
        around = QHBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(row)
        for each in (*self.combos.values(), self._currency):
            each.activated.connect(self.changed)
        self.day.edited.connect(self._picked)
        self.day.editingFinished.connect(self._typed)

    def query(self) -> Query:
        """What the filters ask for."""
        self._follow_today()
        return Query(
            self._asked,
            department_id=self.combos["department"].currentData(),
            salesperson_id=self.combos["salesperson"].currentData(),
            region_id=self.combos["region"].currentData(),
            currency=self._currency.currentData() or "",
        )

    def set_choices(self, offered: Choices) -> None:
        """Offer these, keeping what is chosen."""
        for key, each in self.combos.items():
            offer(each, [(None, _("All")), *offered[key]])

    def set_answer(self, answer: Answer) -> None:
        """The currency shown; others are offered where the same customers have them."""
        known: Sequence[Any] = sorted({answer.currency, *answer.other_currencies})
        offer(self._currency, [(each, each) for each in known], answer.currency)
        self._currency.setVisible(len(known) > 1)

    def narrowed(self) -> bool:
        """Whether anything but the day is chosen."""
        return any(each.currentData() is not None for each in self.combos.values())

    def _follow_today(self) -> None:
        """As of today, unless another day was asked for: the page may be open over midnight."""
        before, self._today = self._today, self._office.today
        if self._asked == before != self._today and not self.day.hasFocus():
            self.day.set_value(self._today)
            self._asked = self._today

    def _picked(self) -> None:
        if not self.day.hasFocus():
            self._typed()

    def _typed(self) -> None:
        try:
            day = self.day.value() or self._today
        except BadValue as error:
            self.refused.emit(str(error))
            return
        self.day.set_value(day)
        if day != self._asked:
            self._asked = day
            self.changed.emit()

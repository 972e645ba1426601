"""The bar of filters above the sales figures: period, comparison, region, salesperson, unit."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from client.data.analysis.figures import Answer, Query
from client.data.connection import Office
from client.data.periods import Period
from client.i18n import _, current
from client.ui.analysis.model import Unit
from client.ui.analysis.period_edit import PeriodEdit
from client.ui.kit import Button, FlowBar, IconButton, Label
from client.ui.kit.combo import combo, offer

Choice = tuple[Any, str]


class FiguresFilters(QWidget):
    """`changed` asks for new figures, `unit_changed` only for another way to show them."""

    changed = Signal()
    unit_changed = Signal()
    refused = Signal(str)

    def __init__(self, office: Office) -> None:
        super().__init__()
        zh = current() == "zh_CN"
        self.period = PeriodEdit((office.today.replace(month=1, day=1), office.today), office)
        self._compare = combo(_("Compare"), 100 if zh else 130)
        self._region_of = combo(_("Whose region"), 110 if zh else 150)
        self._region = combo(_("Region"), 96 if zh else 104)
        self._salesperson = combo(_("Salesperson"), 96 if zh else 112)
        self._unit = combo(_("Unit"), 80 if zh else 116)
        self._currency = combo(_("Currency"), 72)
        self.refresh = Button(_("Refresh"), "F5", "arrows-clockwise")
        self.picture = IconButton("image", _("Save the chart as a picture (PNG)"))
        self.paper = IconButton("file-pdf", _("Save grid and chart as PDF"))
        self.workbook = IconButton("export", _("Save the grid as a workbook (Excel, Ctrl+E)"))
        self._build()
        self._load()
        self._connect()

    def _build(self) -> None:
        self.period.setFixedWidth(196)
        self._currency.hide()
        groups: list[list[QWidget]] = [
            [Label(_("Period"), "text2"), self.period],
            [Label(_("Compare"), "text2"), self._compare],
            [self._region_of, self._region],
            [Label(_("Salesperson"), "text2"), self._salesperson],
            [Label(_("Unit"), "text2"), self._unit, self._currency],
            [self.refresh],
        ]
        row = FlowBar(groups, [self.picture, self.paper, self.workbook])
        around = QHBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(row)

    def _load(self) -> None:
        offer(self._compare, [(True, _("The year before")), (False, _("No comparison"))])
        whose = [("customer", _("Customer's region")), ("salesperson", _("Salesperson's region"))]
        offer(self._region_of, whose)
        offer(self._region, [(None, _("All"))])
        offer(self._salesperson, [(None, _("All"))])
        self.set_currency("CNY", ())

    def _connect(self) -> None:
        self.period.period_changed.connect(self.changed)
        self.period.refused.connect(self.refused)
        for each in (self._compare, self._region_of, self._region, self._salesperson):
            each.activated.connect(self.changed)
        self._currency.activated.connect(self.changed)
        self._unit.activated.connect(self.unit_changed)

    def query(self, report: str) -> Query:
        """What the filters ask for."""
        first, last = self.period.period
        return Query(
            report,
            first,
            last,
            region_id=self._region.currentData(),
            salesperson_id=self._salesperson.currentData(),
            region_of=self._region_of.currentData(),
            currency=self._currency.currentData() or "",
        )

    def compared(self) -> bool:
        """Whether the year before is asked for, which needs a period with both ends."""
        return bool(self._compare.currentData()) and None not in self.period.period

    def unit(self) -> Unit:
        data = self._unit.currentData()
        return Unit(self._currency.currentData() or "CNY", bool(data))

    def set_region_of(self, whose: str) -> None:
        self._region_of.setCurrentIndex(self._region_of.findData(whose))

    def set_choices(self, regions: Sequence[Choice], people: Sequence[Choice]) -> None:
        """Offer these, keeping what is chosen."""
        offer(self._region, [(None, _("All")), *regions])
        offer(self._salesperson, [(None, _("All")), *people])

    def set_answer(self, answer: Answer) -> None:
        self.set_currency(answer.currency, answer.other_currencies)

    def set_currency(self, currency: str, others: Sequence[str]) -> None:
        """The currency shown; others are offered where the same orders have them."""
        offer(self._currency, [(each, each) for each in sorted({currency, *others})], currency)
        self._currency.setVisible(bool(others))
        offer(self._unit, [(whole, Unit(currency, whole).name) for whole in (True, False)])

    def set_period(self, period: Period) -> None:
        self.period.set_period(period)

"""A field for a period of days: typed, or chosen from what is asked for most."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu

from client.data.connection import Office
from client.data.parsing import BadValue
from client.data.periods import QUICK, Period, parse_period, period_text
from client.i18n import _
from client.ui.theme import icon


class PeriodEdit(QLineEdit):
    """`period_changed` when another one holds; `refused` with the sentence when it is none."""

    period_changed = Signal()
    refused = Signal(str)

    def __init__(self, period: Period, office: Office) -> None:
        super().__init__()
        self._office = office
        self.period = period
        self.setText(period_text(period))
        self.setAccessibleName(_("Period"))
        self.setToolTip(_("Two days, a month like 2026-03, or a year. F4 offers the usual ones."))
        self._menu = QMenu(self)
        for name, make in QUICK:
            action = self._menu.addAction(_(name))
            action.setData(make)
        self._menu.triggered.connect(self._chosen)
        self._open = QAction(icon("calendar-blank"), _("Choose a period"), self)
        self._open.setShortcut("F4")
        self._open.triggered.connect(self._offer)
        self.addAction(self._open, QLineEdit.ActionPosition.TrailingPosition)
        self.editingFinished.connect(self._typed)

    def set_period(self, period: Period) -> None:
        self.setText(period_text(period))
        self._mark(False)
        if period != self.period:
            self.period = period
            self.period_changed.emit()

    def _offer(self) -> None:
        self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _chosen(self, action: QAction) -> None:
        self.set_period(action.data()(self._office.today))

    def _typed(self) -> None:
        try:
            period = parse_period(self.text(), self._office.today)
        except BadValue as error:
            self._mark(True)
            self.refused.emit(str(error))
            return
        self.set_period(period)

    def _mark(self, wrong: bool) -> None:
        if self.property("wrong") != wrong:
            self.setProperty("wrong", wrong)
            self.style().unpolish(self)
            self.style().polish(self)

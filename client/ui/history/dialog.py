"""The history of one record in a window of its own, from any form or list."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from client.context import Context
from client.i18n import _
from client.ui.history.changes import ChangeList
from client.ui.history.day import DayDialog
from client.ui.kit.room import fit_to_screen


class HistoryDialog(QDialog):
    """Every change of the record `of`, called `title`."""

    def __init__(
        self, context: Context, of: tuple[str, int], title: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._of = context, of
        self.setWindowTitle(_("History: {name}").format(name=title) if title else _("History"))
        fit_to_screen(self, 860, 480)
        self.changes = ChangeList(context, of)
        self.changes.asked_day.connect(self._show_day)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.changes)
        self.changes.setFocus()

    def _show_day(self, moment: datetime) -> None:
        DayDialog(self._context, self._of[1], moment, self).open()

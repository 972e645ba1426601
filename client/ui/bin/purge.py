"""Asks an administrator for the reason before records are erased for good."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from client.context import Context
from client.data import recycle
from client.data.errors import sentence
from client.data.recycle import Deletion
from client.i18n import _
from client.ui.bin.restore import WIDTH, sentence_label
from client.ui.kit import BusyBar, Button, FormGrid, Label, bar


def erase(office: Any, deletion: int, why: str) -> int:
    rows: int = office.run(partial(recycle.purge, deletion=deletion, why=why))
    return rows


class PurgeDialog(QDialog):
    """One deletion; `purged` tells in a sentence what is gone."""

    purged = Signal(str)

    def __init__(self, context: Context, deletion: Deletion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._deletion = context, deletion
        self.setWindowTitle(_("Erase for good"))
        self.setMinimumWidth(WIDTH)
        self.reason = QLineEdit()
        self.reason.setMaxLength(500)
        self.reason.setAccessibleName(_("Reason"))
        self._grid = FormGrid(1)
        self._grid.add(_("Reason"), self.reason, required=True)
        self.purge_button = Button(_("Erase for good"), "", "trash", "primary")
        leave = Button(_("Cancel"), "Esc")
        self.purge_button.clicked.connect(self.purge)
        self.reason.returnPressed.connect(self.purge)
        leave.clicked.connect(self.reject)
        body = QVBoxLayout()
        body.setContentsMargins(16, 12, 16, 12)
        body.setSpacing(8)
        body.addWidget(Label(deletion.name, "accent"))
        whole = _("Erased will be: {records}").format(records=recycle.counted(deletion.taken))
        body.addWidget(sentence_label(whole))
        warned = _("Nobody can bring this back. The history keeps who erased it, and what it was.")
        body.addWidget(sentence_label(warned, "amber"))
        body.addWidget(self._grid)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(body, 1)
        column.addWidget(bar(self.purge_button, leave, None, kind="footbar"))
        self.busy = BusyBar(self)
        self.reason.setFocus()

    def purge(self) -> None:
        """Erase it, once there is a reason."""
        why = self.reason.text().strip()
        self._grid.set_message(self.reason, "" if why else _("Say why."))
        if why and self.purge_button.isEnabled():
            self.purge_button.setEnabled(False)
            self.busy.start()
            work = partial(erase, self._context.office, self._deletion.id, why)
            self._context.jobs.run(self, work, self._done, self._failed)

    def _done(self, rows: int) -> None:
        said = _("{name} is erased, {n} rows in all.").format(name=self._deletion.name, n=rows)
        self.purged.emit(said)
        self.accept()

    def _failed(self, error: Exception) -> None:
        self.busy.stop()
        self.purge_button.setEnabled(True)
        self._grid.set_message(self.reason, sentence(error))

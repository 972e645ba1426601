"""Asks an administrator for the reason before records are erased for good."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QWidget

from client.context import Context
from client.data import recycle
from client.data.errors import sentence
from client.data.recycle import Deletion
from client.i18n import N_, _, joined, plural
from client.model import Customer
from client.ui.bin.restore import WIDTH, sentence_label
from client.ui.kit import BusyBar, Button, FormGrid, Label, bar, lay_dialog

HISTORY_KEEPS = N_("Nobody can bring this back. The history keeps who erased it, and what it was.")
HISTORY_EMPTIED = N_(
    "Nobody can bring this back. The history keeps who did what when, and the reasons; what it was"
    " stays in backups, exports and prints alone."
)

MERGED_BELOW = N_(
    "What was merged into it can then be restored by itself only, without what had moved: {names}"
)


def merged_below(office: Any, deletion: int) -> list[str]:
    with office.session() as session:
        return recycle.merged_below(session, deletion)


def erase(office: Any, deletion: int, why: str, and_history: bool) -> int:
    work = partial(recycle.purge, deletion=deletion, why=why, and_history=and_history)
    rows: int = office.run(work)
    return rows


class PurgeDialog(QDialog):
    """Erases one deletion for good; `purged` says in a sentence what is gone."""

    purged = Signal(str)

    def __init__(self, context: Context, deletion: Deletion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._deletion = context, deletion
        self.setWindowTitle(_("Erase for good"))
        self.setProperty("kind", "surface")
        self.setMinimumWidth(WIDTH)
        self.reason = QLineEdit()
        self.reason.setMaxLength(500)
        self.reason.setAccessibleName(_("Reason"))
        self.and_history = QCheckBox(_("Also erase the contents of its history"))
        self.and_history.setToolTip(_("The history still proves that nothing else was changed."))
        self.and_history.toggled.connect(self._warn)
        self._grid = FormGrid(1)
        self._grid.add(_("Reason"), self.reason, required=True)
        self.purge_button = Button(_("Erase for good"), "", "trash", "primary")
        leave = Button(_("Cancel"), "Esc")
        self.purge_button.clicked.connect(self.purge)
        self.reason.returnPressed.connect(self.purge)
        leave.clicked.connect(self.reject)
        whole = _("Will be erased: {records}").format(records=recycle.counted(deletion.taken))
        self.warned = sentence_label(_(HISTORY_KEEPS), "amber")
        self.merged = sentence_label("", "amber")
        self.merged.hide()
        told = (Label(deletion.name, "accent"), sentence_label(whole), self.warned, self.merged)
        foot = bar(self.purge_button, leave, None, kind="footbar")
        lay_dialog(self, *told, self._grid, self.and_history, foot=foot)
        self.busy = BusyBar(self)
        self.reason.setFocus()
        if deletion.kind == Customer.__tablename__:
            work = partial(merged_below, context.office, deletion.id)
            context.jobs.run(self, work, self._tell_merged, self._failed)

    def _tell_merged(self, names: list[str]) -> None:
        """Say whose merge cannot be undone any more."""
        if names:
            self.merged.setText(_(MERGED_BELOW).format(names=joined(names)))
            self.merged.show()
            self.adjustSize()

    def _warn(self, and_history: bool) -> None:
        self.warned.setText(_(HISTORY_EMPTIED) if and_history else _(HISTORY_KEEPS))

    def purge(self) -> None:
        """Erase it, once there is a reason."""
        why = self.reason.text().strip()
        self._grid.set_message(self.reason, "" if why else _("Say why."))
        if why and self.purge_button.isEnabled():
            self.purge_button.setEnabled(False)
            self.busy.start()
            given = (self._deletion.id, why, self.and_history.isChecked())
            work = partial(erase, self._context.office, *given)
            self._context.jobs.run(self, work, self._done, self._failed)

    def _done(self, rows: int) -> None:
        one = N_("{name} is erased, {n} row in all.")
        many = N_("{name} is erased, {n} rows in all.")
        self.purged.emit(plural(rows, one, many, name=self._deletion.name))
        self.accept()

    def _failed(self, error: Exception) -> None:
        self.busy.stop()
        self.purge_button.setEnabled(True)
        self._grid.set_message(self.reason, sentence(error))

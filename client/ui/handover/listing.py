"""The hand-overs there were: when, whose, to whom, why; each can be undone for 30 days."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from client.context import Context
from client.data import formats
from client.data.errors import sentence
from client.data.handover import Doc, undone_text
from client.i18n import _, joined
from client.ui.handover import work
from client.ui.handover.sheets import Sheets
from client.ui.kit import BusyBar, Button, ElidedLabel, bar, headline
from client.ui.kit.room import fit_to_screen
from client.ui.tables.columns import Column
from client.ui.tables.in_place import in_place
from client.ui.tables.plain import PlainModel
from client.ui.tables.table import Table


class HandoversDialog(QDialog):
    """`changed` when one was undone."""

    changed = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.docs: list[Doc] = []
        self.setWindowTitle(_("Hand-overs"))
        fit_to_screen(self, 980, 480)
        self.table = Table(
            [
                Column("at", _("When"), 116, "code"),
                Column("by", _("Made by"), 104),
                Column("from", _("From"), 104),
                Column("to", _("To"), 150, "name"),
                Column("customers", _("Customers"), 76, "integer"),
                Column("reason", _("Reason"), 160, stretch=True),
                Column("state", _("Status"), 176, "state"),
            ]
        )
        self.rows = PlainModel(7)
        self.table.setModel(self.rows)
        self.table.setAccessibleName(_("Hand-overs"))
        self.undo_button = Button(_("Undo"), icon="arrow-counter-clockwise")
        self.sheet_button = Button(_("Sheets to sign…"), icon="file-pdf")
        self.sheet_button.setVisible(context.office.rights.may("customer", "print"))
        leave = Button(_("Close"), "Esc")
        self.message = ElidedLabel("")
        self.sheets = Sheets(context, self, self.say)
        self.undo_button.clicked.connect(self.undo)
        self.sheet_button.clicked.connect(self._save_sheet)
        leave.clicked.connect(self.reject)
        self.table.selectionModel().currentRowChanged.connect(self._settle)
        head = headline(_("Hand-overs"), _("Each can be undone for 30 days."))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.table, 1)
        buttons = (self.undo_button, self.sheet_button, self.message, None, leave)
        column.addWidget(bar(*buttons, kind="footbar"))
        self.busy = BusyBar(self)
        self.refresh()

    def refresh(self) -> None:
        """Read the list again."""
        self.busy.start()
        job = partial(work.listed, self.context.office)
        self.context.jobs.run(self, job, self._listed, self._failed)

    def _listed(self, docs: list[Doc]) -> None:
        self.busy.stop()
        kept = self.current()
        self.docs = docs
        with in_place(self.table) as column:
            self.rows.show_rows([_cells(doc) for doc in docs])
            places = [at for at, doc in enumerate(docs) if kept and doc["id"] == kept["id"]]
            if docs:
                self.table.setCurrentIndex(self.rows.index(places[0] if places else 0, column))
        if not docs and not self.message.text():
            self.say(_("No hand-over yet."))
        self._settle()

    def current(self) -> Doc | None:
        row = self.table.currentIndex().row()
        return self.docs[row] if 0 <= row < len(self.docs) else None

    def undo(self) -> None:
        """Bring back what still belongs to its receiver."""
        doc = self.current()
        if doc is not None and self.undo_button.isEnabled():
            self.undo_button.setEnabled(False)
            self.busy.start()
            job = partial(work.undo, self.context.office, doc["id"])
            self.context.jobs.run(self, job, self._undone, self._failed)

    def _undone(self, doc: Doc) -> None:
        self.say(undone_text(doc), "amber")
        self.changed.emit()
        self.refresh()

    def _save_sheet(self) -> None:
        doc = self.current()
        if doc is not None:
            self.sheets.ask(doc)

    def say(self, text: str, tone: str = "text2") -> None:
        self.message.set_tone(tone)
        self.message.setText(text)
        self.message.updateGeometry()

    def _failed(self, error: Exception) -> None:
        self.busy.stop()
        self.say(sentence(error), "red")
        self._settle()

    def _settle(self) -> None:
        doc = self.current()
        self.undo_button.setEnabled(doc is not None and bool(doc["undoable"]))
        self.sheet_button.setEnabled(doc is not None)


def _cells(doc: Doc) -> tuple[object, ...]:
    return (
        formats.datetime_text(doc["at"]),
        doc["by_name"],
        doc["from_name"] or _("chosen"),
        joined(doc["receivers"] or ()),
        doc["customers"],
        doc["reason"],
        _state(doc),
    )


def _state(doc: Doc) -> tuple[str, str, str]:
    if doc["undone_at"]:
        back = _("undone, {n} back").format(n=formats.integer(doc["returned"]))
        return back, "cross", "amber"
    return (_("done"), "check", "green")

"""What was sent of a quote, and when: each revision to look at, to compare and to print again."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from client.context import Context
from client.data import formats
from client.data.errors import sentence
from client.data.priced import store as order_store
from client.data.priced.compare import ADDED, CHANGED, REMOVED, Row, compare
from client.data.priced.edit import Doc
from client.data.priced.kinds import QUOTE
from client.i18n import N_, _, plural
from client.ui.kit import Button, Label, bar, hline
from client.ui.kit.room import fit_to_screen
from client.ui.tables.columns import Column
from client.ui.tables.plain import PlainModel
from client.ui.tables.table import Table

MARKS = {  # word, shape, tone
    ADDED: (N_("added"), "disc", "green"),
    REMOVED: (N_("removed"), "cross", "red"),
    CHANGED: (N_("changed"), "half", "amber"),
}
LIST_WIDTH = 400


def _row(row: Row) -> tuple[Any, ...]:
    mark = MARKS.get(row.mark)
    return (_(mark[0]), *mark[1:]) if mark else None, row.label, row.before, row.after


class RevisionsDialog(QDialog):
    """One quote's revisions; `reprint` with the number of one that is wanted on paper again."""

    reprint = Signal(int)

    def __init__(self, context: Context, doc: Doc, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Revisions of {number}").format(number=doc.get("number") or ""))
        fit_to_screen(self, 1200, 640)
        self.revisions: list[Doc] = []
        self.list = Table(
            [
                Column("revision", _("Revision"), 78, "code"),
                Column("at", _("When"), 112, "code"),
                Column("who", _("Who"), 60, stretch=True),
                Column("total", _("Total"), 92, right=True),
            ]
        )
        self._list_model, self.model = PlainModel(4), PlainModel(4)
        self.table = Table([])
        self.against = QComboBox()
        self._note = Label("", "text2")
        self._build()
        work = partial(order_store.revisions, context.office, doc["id"])
        context.jobs.run(self, work, self._show, self._failed)

    def _build(self) -> None:
        self.list.setModel(self._list_model)
        self.list.setAccessibleName(_("Revisions"))
        self.list.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.list.setFixedWidth(LIST_WIDTH)
        self.list.ruled = self.table.ruled = True
        self.table.setModel(self.model)
        self.table.setAccessibleName(_("What the quote says"))
        self.against.setAccessibleName(_("Compared with"))
        self.against.setFixedWidth(200)
        self.again = Button(_("Print again"), "Ctrl+P", "printer", "primary")
        self.again.setShortcut("Ctrl+P")
        self.again.clicked.connect(self._reprint)
        close = Button(_("Back"), "Esc")
        close.clicked.connect(self.reject)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.list)
        edge = hline()
        edge.setFixedSize(1, 16777215)
        middle.addWidget(edge)
        middle.addWidget(self.table, 1)
        top = bar(self._note, None, Label(_("Compared with"), "text2"), 4, self.against)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addLayout(middle, 1)
        column.addWidget(bar(self.again, None, close, kind="footbar"))
        self.list.selectionModel().currentRowChanged.connect(self._choose)
        self.against.currentIndexChanged.connect(self._compare)

    # What was sent

    def _show(self, revisions: list[Doc]) -> None:
        self.revisions = revisions
        self._list_model.show_rows(
            [
                (
                    str(one["revision"]),
                    formats.datetime_text(one["sent_at"]),
                    one.get("sent_by_name") or "",
                    formats.money(one["document"]["total"]),
                )
                for one in revisions
            ]
        )
        self.again.setEnabled(bool(revisions))
        if revisions:
            self.list.selectRow(0)
            self.list.setFocus()
        else:
            self._note.setText(_("Nothing has been sent yet."))

    def _failed(self, error: Exception) -> None:
        self._note.set_tone("red")
        self._note.setText(sentence(error))

    def chosen(self) -> Doc | None:
        """The revision one looks at."""
        row = self.list.currentIndex().row()
        return self.revisions[row] if 0 <= row < len(self.revisions) else None

    def _choose(self) -> None:
        shown = self.chosen()
        if shown is None:
            return
        self.against.blockSignals(True)
        self.against.clear()
        self.against.addItem(_("nothing"), None)
        for other in self.revisions:
            if other is not shown:
                text = _("revision {n}").format(n=other["revision"])
                self.against.addItem(text, other["revision"])
        before = self.against.findData(shown["revision"] - 1)
        self.against.setCurrentIndex(max(before, 0))
        self.against.blockSignals(False)
        self._compare()

    def _compare(self) -> None:
        shown, wanted = self.chosen(), self.against.currentData()
        if shown is None:
            return
        other = next((one for one in self.revisions if one["revision"] == wanted), None)
        before = other["document"] if other is not None else None
        rows = compare(before, shown["document"], QUOTE)
        changed = sum(bool(row.mark) for row in rows)
        here = _("Revision {n}").format(n=shown["revision"])
        there = _("Revision {n}").format(n=other["revision"]) if other is not None else ""
        self.model.show_rows([_row(row) for row in rows])
        self.table.set_columns(
            [
                Column("mark", "", 84, "state", hidden=other is None),
                Column("label", "", 190, "text2"),
                Column("before", there, 200, stretch=True, hidden=other is None),
                Column("after", here, 200, stretch=True),
            ]
        )
        text = plural(changed, N_("{n} difference"), N_("{n} differences"))
        self._note.setText(text if other is not None else here)

    def _reprint(self) -> None:
        shown = self.chosen()
        if shown is not None:
            self.accept()
            self.reprint.emit(shown["revision"])

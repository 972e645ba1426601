"""The recycle bin of all kinds of record: what was deleted, by whom, and the way back."""

from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from client.context import Context
from client.data import formats, recycle
from client.data.errors import sentence
from client.data.recycle import Deletion
from client.i18n import N_, _, plural
from client.model import ENTITIES
from client.ui.bin.purge import PurgeDialog
from client.ui.bin.restore import RestoreDialog
from client.ui.following import Following
from client.ui.grids.parts import Overlay
from client.ui.kit import BusyBar, Button, FlowBar, Label, bar
from client.ui.kit.combo import Combo, offer
from client.ui.screen import Navigator
from client.ui.tables.columns import Column
from client.ui.tables.in_place import in_place
from client.ui.tables.plain import plain_table
from server_schema.search import search_key

MOST = 5000  # of the latest deletions


def read(office: Any) -> list[Deletion]:
    with office.session() as session:
        return recycle.deletions(session, limit=MOST)


def shown(found: Deletion) -> tuple[str, ...]:
    """One deletion as a row of texts."""
    return (
        formats.datetime_text(found.at),
        found.who,
        _(ENTITIES[found.kind].LABEL),
        found.name,
        found.customer,
        f"{found.rows:,}",
        recycle.counted(found.taken, found.kind),
    )


def _is_record(table: str, _ids: list[int]) -> bool:
    return table in ENTITIES


class BinScreen(QWidget):
    """Every deletion one may see; Enter asks whether it shall come back."""

    status_changed = Signal(str)
    help_topic = "bin"

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__()
        self._context = context
        self._found: list[Deletion] = []
        self.listed: list[Deletion] = []
        self.table, self.model = plain_table(
            [
                Column("at", _("Deleted at"), 128, "code"),
                Column("who", _("Deleted by"), 116),
                Column("kind", _("Kind of record"), 110),
                Column("name", _("Record"), 200, "name", stretch=True),
                Column("customer", _("Customer"), 180, drop=2),
                Column("rows", _("Rows"), 56, right=True, drop=3),
                Column("more", _("With it"), 220, "text2", drop=1),
            ],
            _("Recycle bin"),
        )
        self._overlay = Overlay(self.table, "recycle")
        self._overlay.hide_empty()
        self.busy = BusyBar(self)
        self.foot = Label("", "text2")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._toolbar())
        column.addWidget(self.table, 1)
        column.addWidget(bar(self.foot, None, kind="list_foot"))
        self.setFocusProxy(self.table)
        self.table.opened.connect(self.restore)
        self.table.selectionModel().currentRowChanged.connect(self._fit)
        self._following = Following(context, self, _is_record, self.refresh)

    def _toolbar(self) -> QWidget:
        self.restore_button = Button(_("Restore…"), "Enter", "arrow-counter-clockwise", "primary")
        self.restore_button.clicked.connect(self.restore)
        self.purge_button = Button(_("Erase for good…"), "", "trash")
        self.purge_button.setVisible(self._context.office.me["rights"] == "administrator")
        self.purge_button.clicked.connect(self.purge)
        self.kinds = Combo()
        self.kinds.setAccessibleName(_("Kind of record"))
        self.kinds.setFixedWidth(150)
        self.kinds.addItem(_("All kinds"), "")
        self.words = QLineEdit()
        self.words.setPlaceholderText(_("record, customer or person"))
        self.words.setAccessibleName(_("Filter"))
        self.words.setClearButtonEnabled(True)
        self.words.setFixedWidth(220)
        self.kinds.currentIndexChanged.connect(self._narrow)
        self.words.textChanged.connect(self._narrow)
        return FlowBar([[self.restore_button], [self.purge_button]], [self.kinds, self.words])

    # Reading

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        self.busy.start()
        work = partial(read, self._context.office)
        self._following.run(work, self._show, self._failed)

    def _show(self, found: list[Deletion]) -> None:
        self.busy.stop()
        self._found = found
        chosen = self.kinds.currentData()
        kinds = dict.fromkeys(entry.kind for entry in found)
        choices = [("", _("All kinds")), *((kind, _(ENTITIES[kind].PLURAL)) for kind in kinds)]
        with QSignalBlocker(self.kinds):
            offer(self.kinds, choices, chosen)
        self._narrow()

    def _narrow(self) -> None:
        """List what the kind and the words leave."""
        kind, words = self.kinds.currentData(), search_key(self.words.text())
        current = self.current()
        self.listed = [
            entry
            for entry in self._found
            if kind in ("", entry.kind)
            and words in search_key(f"{entry.name} {entry.customer} {entry.who}")
        ]
        with in_place(self.table) as column:
            self.model.show_rows([shown(entry) for entry in self.listed])
            ids = [entry.id for entry in self.listed]
            if ids:
                row = ids.index(current.id) if current and current.id in ids else 0
                self.table.setCurrentIndex(self.model.index(row, column))
        many = f"{len(self.listed):,}" + ("+" if len(self._found) == MOST else "")
        said = plural(len(self.listed), N_("{n} row"), N_("{n} rows"), n=many)
        self.foot.setText(said)
        if self.listed:
            self._overlay.hide_empty()
        else:
            narrowed = bool(self._found)
            text = (
                _("Nothing matches this filter.") if narrowed else _("Nothing in the recycle bin.")
            )
            self._overlay.show_empty(text, [])
        self._fit()

    def current(self) -> Deletion | None:
        """The deletion under the cursor."""
        row = self.table.currentIndex().row()
        return self.listed[row] if 0 <= row < len(self.listed) else None

    def _fit(self) -> None:
        for button in (self.restore_button, self.purge_button):
            button.setEnabled(self.current() is not None)

    # What one does here

    def restore(self) -> None:
        """Ask whether the current one shall come back."""
        found = self.current()
        if found is not None:
            dialog = RestoreDialog(self._context, found.id, self.window())
            dialog.restored.connect(self._changed)
            dialog.open()

    def edit_current(self) -> None:
        self.restore()

    def purge(self) -> None:
        """Ask for the reason to erase the current one for good."""
        found = self.current()
        if found is not None and not self.purge_button.isHidden():
            dialog = PurgeDialog(self._context, found, self.window())
            dialog.purged.connect(self._changed)
            dialog.open()

    def focus_filter(self) -> None:
        self.words.setFocus()

    def _changed(self, said: str) -> None:
        self.status_changed.emit(said)
        self.refresh()

    def _failed(self, error: Exception) -> None:
        self.busy.stop()
        self.status_changed.emit(sentence(error))

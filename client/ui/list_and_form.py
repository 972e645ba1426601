"""A list with the form of its current record beside it, for kinds that need no screen of their
own.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from client.context import Context
from client.i18n import _
from client.model import Entity
from client.ui.bin.deleting import Deleting
from client.ui.forms.form import RecordForm
from client.ui.grids.grid import Grid
from client.ui.kit import EmptyState, IconButton
from client.ui.screen import Navigator

FORM_WIDTH, LEAST_FORM = 420, 320


class ListAndForm(QWidget):
    """List and form of one kind of record. `make_form` may give the kind a form of its own."""

    status_changed = Signal(str)
    help_topic = "settings"

    def __init__(
        self,
        context: Context,
        navigator: Navigator,
        entity: type[Entity],
        make_form: Callable[..., RecordForm] = RecordForm,
        form_width: int = FORM_WIDTH,
    ) -> None:
        super().__init__()
        self.context, self.entity, self._make_form = context, entity, make_form
        self._navigator = navigator
        may = context.office.rights.may
        delete = IconButton("trash", _("Delete, to the recycle bin (Del)"))
        deletes = may(entity.MODULE, "delete") and make_form is RecordForm
        self.barred = [] if deletes else ["delete_current"]
        delete.setVisible(deletes)
        delete.clicked.connect(self.delete_current)
        new = [(_("New"), self.new_record)] if may(entity.MODULE, "create") else []
        self.grid = Grid(context, entity, extra=(delete,), empty_actions=new)
        self.deleting = Deleting(context, entity, self)
        self.deleting.deleted.connect(self._removed)
        self.deleting.told.connect(self.status_changed)
        if deletes:
            self.deleting.hear(self.grid.table, self.delete_current)
        self.grid.opened.connect(self._edit)
        self.grid.current_changed.connect(self._show)
        self.grid.table.clicked.connect(self._clicked)
        self.grid.create_requested.connect(self.new_record)
        self.grid.status_changed.connect(self.status_changed)
        self.form: RecordForm | None = None
        self._beside = QStackedWidget()
        choose = _("Choose a row, or enter a new record.") if new else _("Choose a row.")
        self._beside.addWidget(EmptyState(entity.ICON, choose))
        self._beside.setMinimumWidth(min(form_width, LEAST_FORM))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.grid)
        split.addWidget(self._beside)
        split.setStretchFactor(0, 1)
        split.setSizes([1000, form_width])
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)
        self.setFocusProxy(self.grid)

    # What the clerk does

    def new_record(self) -> None:
        self._open(None)
        if self.form is not None and self.form.record_id is None:
            self.form.setFocus()

    def edit_current(self) -> None:
        self.grid.open_current()

    def save(self) -> None:
        if self.form is not None:
            self.form.save()

    def save_and_new(self) -> None:
        if self.form is not None:
            self.form.save(self.new_record)

    def back(self) -> None:
        if self.form is not None and self.form.dirty:
            self.form.back()
        else:
            self.grid.setFocus()

    def may_close(self) -> bool:
        return self.form is None or self.form.may_close()

    def delete_current(self) -> None:
        """Put the current record into the bin; one that is in use stays."""
        number = self.grid.current_id()
        dirty = self.form is not None and self.form.dirty
        if number is not None and not dirty and not self.grid.bin.on:
            self.deleting.ask(number)

    def toggle_bin(self) -> None:
        """Show the deleted records instead; no form belongs to one of those."""
        if self.may_close():
            self._close()
            self.grid.bin.toggle()

    def show_history(self) -> None:
        if self.form is not None:
            self.form.show_history()

    def refresh(self) -> None:
        self.grid.refresh()

    def focus_filter(self) -> None:
        self.grid.focus_filter()

    def export(self) -> None:
        self.grid.export()

    # Helpers

    def _show(self, number: int | None) -> None:
        dirty = self.form is not None and self.form.dirty
        if number is not None and not dirty and not self.grid.bin.on:
            self._open(number)

    def _clicked(self) -> None:
        """Another row's form may be open where the cursor stands by itself."""
        self._show(self.grid.current_id())

    def _edit(self, number: int) -> None:
        self._open(number)
        if self.form is not None:
            self.form.setFocus()

    def _open(self, number: int | None) -> None:
        if self.form is not None:
            if number is not None and self.form.record_id == number:
                return
            if not self.form.may_close():
                return
            self._beside.removeWidget(self.form)
            self.form.deleteLater()
        self.form = self._make_form(self.context, self.entity, number, self)
        self.form.status_changed.connect(self.status_changed)
        self._beside.addWidget(self.form)
        self._beside.setCurrentWidget(self.form)

    def _removed(self, number: int) -> None:
        self._close()
        self.grid.take_out(number)

    def _close(self) -> None:
        if self.form is not None:
            self._beside.removeWidget(self.form)
            self.form.deleteLater()
            self.form = None

    # To its form this screen is the navigator: closing the form goes back to the list.

    def close_widget(self, widget: QWidget) -> None:
        self._close()
        self.grid.setFocus()

    def open_record(self, kind: str, id: int | None, **start: Any) -> None:
        if kind == self.entity.__tablename__:  # type: ignore[attr-defined]
            self._open(id)
        else:
            self._navigator.open_record(kind, id, **start)

    def open_screen(self, key: str) -> None:
        self._navigator.open_screen(key)

    def explain_record(self, kind: str, id: int) -> None:
        self._navigator.explain_record(kind, id)

    def open_import(self) -> None:
        self._navigator.open_import()

    def set_count(self, key: str, text: str, alert: bool = False) -> None:
        self._navigator.set_count(key, text, alert)

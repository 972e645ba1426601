"""The recycle bin of a list: a switch that shows what was deleted, by whom and when."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from client.data import recycle
from client.data.errors import sentence
from client.data.rowsource import bin_fields
from client.i18n import _
from client.model import Entity, Operator
from client.ui.bin.restore import RestoreDialog
from client.ui.jobs import Latest
from client.ui.kit import Button, IconButton

if TYPE_CHECKING:
    from client.ui.grids.grid import Grid

NEVER = (Operator,)  # these are disabled, never deleted


def find(office: Any, entity: type[Entity], number: int) -> int:
    with office.session() as session:
        return recycle.deletion_of(session, entity, number)


class GridBin(QObject):
    """The switch between living and deleted records; `on` while the list shows deleted ones.

    Opening a deleted record asks whether to restore it.
    """

    def __init__(self, grid: "Grid") -> None:
        super().__init__(grid)
        self._grid = grid
        self.on = False
        self._finding = Latest(grid.context.jobs, self)
        self._living: list[QWidget] = []
        self._hidden: list[QWidget] = []
        self._order: list[tuple[str, bool]] = []
        self.button = IconButton("recycle", _("Recycle bin (Ctrl+Shift+Del)"))
        self.button.setCheckable(True)
        self.button.setVisible(grid.entity not in NEVER)
        self.button.clicked.connect(self.toggle)
        self.restore_button = Button(_("Restore…"), "Enter", "arrow-counter-clockwise")
        self.restore_button.clicked.connect(self.restore)
        self.restore_button.hide()

    def stands_for(self, living: Sequence[QWidget]) -> None:
        """Register widgets that are hidden while deleted records are shown."""
        self._living = list(living)

    def toggle(self) -> None:
        """Show the deleted records instead of the living, or the living again."""
        grid, table = self._grid, self._grid.table
        if grid.entity in NEVER:
            return
        self.on = not self.on
        self.button.setChecked(self.on)
        names = bin_fields(grid.entity)
        for column in table.columns:
            if column.key in names:
                column.hidden = not self.on
                table.head.set_filter(column.key, "")
        if self.on:
            self._order = list(table.head.order)
            self._hidden = [widget for widget in self._living if not widget.isHidden()]
        table.struck = self.on
        table.set_sort([("deleted_at", False)] if self.on else self._order)
        for widget in self._hidden:
            widget.setHidden(self.on)
        self.restore_button.setVisible(self.on)
        grid.foot.hint(deleted=self.on)
        table.column_layout.apply()
        grid.apply_filters()
        table.setFocus()

    def restore(self) -> None:
        """Ask about the current record, with all that was deleted together with it."""
        number = self._grid.current_id()
        if number is not None:
            context = self._grid.context
            work = partial(find, context.office, self._grid.entity, number)
            self._finding.run(work, self._ask, self._failed)

    def _ask(self, deletion: int) -> None:
        dialog = RestoreDialog(self._grid.context, deletion, self._grid.window())
        dialog.restored.connect(self._restored)
        dialog.open()

    def _restored(self, said: str) -> None:
        self._grid.status_changed.emit(said)
        self._grid.refresh()

    def _failed(self, error: Exception) -> None:
        self._grid.status_changed.emit(sentence(error))
        self._grid.refresh()

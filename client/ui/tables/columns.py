"""The layout of a table's columns: order, widths, which are shown, and the room left over.

Qt's own stretching knows no minimum width per column, so names would shrink to nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from client.i18n import _

if TYPE_CHECKING:
    from client.ui.tables.table import Table

FIGURES = ("money", "balance", "price", "quantity", "percent", "integer")
NARROWEST, WIDEST = 28, 1200
ROW = "row"  # the column of the rows' numbers


@dataclass
class Column:
    """One column: `kind` decides how a cell is drawn, `stretch` takes the room left over.

    `before` is the small head over what a price cell shows at its left: the former price.
    `hidden` columns can be shown by the clerk. Where room is short, columns with a `drop` above 0
    give way, the highest first. One that is not `offered` is neither shown nor hidden by the clerk,
    and not remembered.
    """

    key: str
    title: str
    width: int = 100
    kind: str = "text"
    right: bool = False
    stretch: bool = False
    editable: bool = False
    placeholder: str = ""
    hidden: bool = False
    drop: int = 0
    before: str = ""
    offered: bool = True

    def __post_init__(self) -> None:
        self.right = self.right or self.kind in FIGURES


_NONE = Column("", "")


def declared(
    columns: Iterable[tuple[str, str, str, int]],  # key, title, kind, width
    *,
    stretch: Sequence[str] = (),
    typed: Sequence[str] = (),
    dropped: Sequence[str] = (),
) -> list[Column]:
    """Columns titled in the language in use. Of those `dropped` where room is short, the last goes
    first."""
    made = []
    for key, title, kind, width in columns:
        column = Column(key, _(title) if title else "", width, kind, right=key == ROW)
        column.stretch, column.editable = key in stretch, key in typed
        column.drop = dropped.index(key) + 1 if key in dropped else 0
        made.append(column)
    return made


class ColumnLayout(QObject):
    """The columns of one table; `changed` when the operator moved, resized, showed or hid one."""

    changed = Signal()

    def __init__(self, table: "Table", columns: list[Column]) -> None:
        super().__init__(table)
        self._table = table
        self.columns = list(columns)
        self._busy = False
        self._edge = (-1, -1)

    def watch(self) -> None:
        """Begin to follow what the operator does in the header."""
        head = self._table.head
        head.sectionResized.connect(self._resized)
        head.sectionMoved.connect(self._moved)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._show_menu)

    def column(self, index: int) -> Column:
        return self.columns[index] if 0 <= index < len(self.columns) else _NONE

    def index_of(self, key: str) -> int:
        """The place of the column `key` in the model, -1 where there is none."""
        keys = [column.key for column in self.columns]
        return keys.index(key) if key in keys else -1

    def is_edge(self, index: int) -> tuple[bool, bool]:
        """Whether this column is the first shown, and the last."""
        return index == self._edge[0], index == self._edge[1]

    def shown(self) -> list[int]:
        """The columns one sees, from the left."""
        head = self._table.head
        order = [head.logicalIndex(visual) for visual in range(head.count())]
        return [index for index in order if not head.isSectionHidden(index)]

    def apply(self) -> None:
        """Give the head the widths kept here."""
        head = self._table.head
        if head.count() != len(self.columns):
            return
        self._busy = True
        for index, column in enumerate(self.columns):
            head.resizeSection(index, column.width)
        self._busy = False
        self.fit()

    def fit(self) -> None:
        """Give the room left over to the stretching columns, never less than their width."""
        head, table = self._table.head, self._table
        if self._busy or head.count() != len(self.columns):
            return
        self._busy = True
        table.wide_end = not table.verticalScrollBar().isVisible()
        room = table.viewport().width()
        dropped = self._dropped(room)
        for index, column in enumerate(self.columns):
            head.setSectionHidden(index, column.hidden or column.key in dropped)
        self._find_edges()
        shown = self.shown()
        elastic = [index for index in shown if self.column(index).stretch]
        spare = max(room - sum(self.column(index).width for index in shown), 0)
        for index in elastic:
            head.resizeSection(index, self.column(index).width + spare // len(elastic))
        self._busy = False

    def _dropped(self, room: int) -> set[str]:
        """The columns to hide so that the others have their full width; never the one in whose
        filter one types.
        """
        typed = self._table.head.typed_in()
        wanted = [column for column in self.columns if not column.hidden]
        total, dropped = sum(column.width for column in wanted), set()
        for column in sorted(wanted, key=lambda column: -column.drop):
            if total <= room or not column.drop:
                break
            if column.key == typed:
                continue
            dropped.add(column.key)
            total -= column.width
        for column in sorted(wanted, key=lambda column: column.drop):
            if column.key in dropped and total + column.width <= room:
                dropped.discard(column.key)
                total += column.width
        return dropped

    def state(self) -> dict[str, Any]:
        """Order, widths, hidden columns and sort marks, as plain values."""
        head = self._table.head
        order = [head.logicalIndex(visual) for visual in range(head.count())]
        columns = [self.column(index) for index in order if self.column(index).offered]
        known = {column.key for column in columns}
        return {
            "columns": [{"key": c.key, "width": c.width, "hidden": c.hidden} for c in columns],
            "sort": [list(entry) for entry in head.order if entry[0] in known],
        }

    def restore(self, state: Any) -> None:
        """Take up what `state()` gave; whatever does not fit the columns is passed over."""
        try:
            wanted = [(str(c["key"]), int(c["width"]), bool(c["hidden"])) for c in state["columns"]]
            order = [(str(key), bool(ascending)) for key, ascending in state.get("sort", [])]
        except (KeyError, TypeError, ValueError, AttributeError):
            return
        head = self._table.head
        known = [entry for entry in wanted if self.index_of(entry[0]) >= 0]
        for place, (key, width, hidden) in enumerate(known):
            index = self.index_of(key)
            self.columns[index].hidden = hidden and len(known) > 1
            self.columns[index].width = min(max(width, NARROWEST), WIDEST)
            if place < head.count():
                head.moveSection(head.visualIndex(index), place)
        if all(column.hidden for column in self.columns):
            self.columns[0].hidden = False
        head.set_order([entry for entry in order if self.index_of(entry[0]) >= 0])
        self.apply()

    def menu(self) -> QMenu:
        """A menu to show and hide columns; it frees itself when it closes."""
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        head = self._table.head
        for visual in range(head.count()):
            index = head.logicalIndex(visual)
            if not self.column(index).offered:
                continue
            action = QAction(self.column(index).title, menu)
            action.setCheckable(True)
            action.setChecked(not self.column(index).hidden)
            action.setData(index)
            menu.addAction(action)
        menu.triggered.connect(self._toggle)
        return menu

    def _show_menu(self, where: QPoint) -> None:
        self.menu().popup(self._table.head.mapToGlobal(where))

    def _toggle(self, action: QAction) -> None:
        column = self.column(action.data())
        if column.hidden or len(self.shown()) > 1:
            column.hidden = not column.hidden
            self.apply()
            self.changed.emit()

    def _find_edges(self) -> None:
        shown = self.shown()
        self._edge = (shown[0], shown[-1]) if shown else (-1, -1)

    def _resized(self, index: int, _old: int, new: int) -> None:
        if self._busy or not 0 <= index < len(self.columns) or new == 0:
            return
        self.columns[index].width = new
        self.fit()
        self.changed.emit()

    def _moved(self) -> None:
        self._find_edges()
        self._table.viewport().update()
        self.changed.emit()

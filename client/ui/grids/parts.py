"""The parts around the rows of a list: foot line, empty state, complaint about a filter, kept
layout.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from client.data.errors import sentence
from client.i18n import N_, _, plural
from client.settings import Settings
from client.ui.kit import Button, EmptyState, Label, bar
from client.ui.tables.table import Table

if TYPE_CHECKING:
    from client.ui.grids.grid import Grid

Action = tuple[str, Callable[[], object]]
MOST_FILTERS_NAMED = 3


class Trouble(QObject):
    """Says what went wrong with reading a list, until it is read again."""

    def __init__(self, grid: "Grid") -> None:
        super().__init__(grid)
        self._grid, self._said = grid, False
        grid.status_changed.connect(self._other_said)
        grid.reader.failed.connect(self._failed)
        grid.reader.counted.connect(self._read)

    def _failed(self, error: Exception) -> None:
        self._grid.status_changed.emit(sentence(error))
        self._said = True

    def _other_said(self) -> None:
        """What the list says of something else is not taken back with it."""
        self._said = False

    def _read(self) -> None:
        if self._said:
            self._said = False
            self._grid.status_changed.emit("")


class GridFoot(QWidget):
    """How many rows one sees, of how many, by which filter."""

    def __init__(self, clear: Callable[[], object]) -> None:
        super().__init__()
        self._shown = Label("", "text2")
        self._filter = Label("", "accent")
        self._clear = Button(_("Clear"), icon="x", kind="flat")
        self._clear.clicked.connect(clear)
        self._clear.hide()
        self._hint = Label("", "ghost")
        self.hint(deleted=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        line = bar(self._shown, 4, self._filter, self._clear, None, self._hint, kind="list_foot")
        column.addWidget(line)

    def hint(self, deleted: bool) -> None:
        """Name the keys for living records, or for deleted ones."""
        living, gone = _("Enter open · F2 edit · Ctrl+F filter"), _("Enter restore · Ctrl+F filter")
        self._hint.setText(gone if deleted else living)

    def say(self, number: int, shown: str, total: int | None, filters: Sequence[str]) -> None:
        """`number` rows of `total`, named as `shown`; `filters` as typed, with their columns."""
        text = plural(number, N_("{n} row"), N_("{n} rows"), n=shown)
        if total is not None:
            text = plural(
                total,
                N_("{n} of {total} row"),
                N_("{n} of {total} rows"),
                n=shown,
                total=f"{total:,}",
            )
        self._shown.setText(text)
        more = ["…"] if len(filters) > MOST_FILTERS_NAMED else []
        named = " · ".join([*filters[:MOST_FILTERS_NAMED], *more])
        self._filter.setText(_("Filter: {filters}").format(filters=named) if named else "")
        self._clear.setVisible(bool(named))


class Overlay(QObject):
    """What lies over the rows: the empty state, or a sentence under a column's filter."""

    def __init__(self, table: Table, icon: str) -> None:
        super().__init__(table)
        self._table = table
        self._column = ""
        self._empty = EmptyState(icon, "", [])
        self._empty.setParent(table.viewport())
        self._empty.hide()
        self._text = Label("", "red")
        self._complaint = QWidget(table.viewport())
        self._complaint.setProperty("kind", "surface")
        self._complaint.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inner = QVBoxLayout(self._complaint)
        inner.setContentsMargins(8, 3, 8, 3)
        inner.addWidget(self._text)
        self._complaint.hide()
        table.viewport().installEventFilter(self)

    def show_empty(self, text: str, actions: Sequence[Action]) -> None:
        """Fill the place of the rows with `text` and what can be done."""
        self._empty.set_text(text)
        self._empty.set_actions(list(actions))
        self._empty.setGeometry(self._table.viewport().rect())
        self._empty.show()

    def hide_empty(self) -> None:
        self._empty.hide()

    def complain(self, column: str, text: str) -> None:
        """Say what is wrong with the filter above `column`; an empty text takes it back."""
        self._column = column
        self._text.setText(text)
        self._complaint.setVisible(bool(text))
        self._place()

    def complaint(self) -> str:
        return self._text.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._empty.setGeometry(self._table.viewport().rect())
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self._complaint.adjustSize()
        room = self._table.viewport().width() - self._complaint.width()
        column = self._table.column_layout.index_of(self._column)
        left = self._table.head.sectionViewportPosition(column) if column >= 0 else 0
        self._complaint.move(max(min(left, room), 0), 0)
        self._complaint.raise_()


class GridMemory(QObject):
    """Keeps widths, order, hidden columns, sort and filter of a list in the settings.

    The filter is for the operator who typed it: a colleague at the same computer would take what
    it leaves for all there is.
    """

    def __init__(
        self, settings: Settings, table: Table, key: str, me: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(table)
        self._settings, self._table, self._key = settings, table, key
        self._login = str((me or {}).get("login") or "")
        self._timer = QTimer(self, singleShot=True, interval=600)
        self._timer.timeout.connect(self._keep)
        table.layout_changed.connect(self._timer.start)
        table.filter_edited.connect(self._later)
        table.sort_requested.connect(self._later)

    def restore(self) -> None:
        kept: dict[str, Any] = self._settings.get(self._key, {})
        self._table.restore(kept.get("table"))
        typed = kept.get("filters") if kept.get("of", self._login) == self._login else None
        for key, text in typed.items() if isinstance(typed, dict) else ():
            self._table.head.set_filter(key, str(text))
        self._timer.stop()

    def _later(self) -> None:
        self._timer.start()

    def _keep(self) -> None:
        state = {"table": self._table.state(), "filters": self._table.filters()}
        self._settings.set(self._key, state | {"of": self._login})


class FirstRowFocus(QObject):
    """Makes the first row current when the focus moves from the filters to the rows, once they are
    read.

    `typing` is the timer that waits for the next letter of a filter; leaving the filters ends the
    wait.
    """

    def __init__(self, table: Table, typing: QTimer, read: Callable[[], object]) -> None:
        super().__init__(table)
        self._table, self._typing, self._read = table, typing, read
        self._wanted = False
        table.filter_edited.connect(self._typed)
        table.head.left_filters.connect(self._enter)
        table.model().modelReset.connect(self._stand)

    def _typed(self) -> None:
        self._typing.start()

    def _enter(self) -> None:
        self._wanted = True
        if self._typing.isActive():
            self._read()
        else:
            self._stand()

    def _stand(self) -> None:
        table, model = self._table, self._table.model()
        if self._wanted and model.rowCount():
            self._wanted = False
            if table.hasFocus() and not table.selectionModel().hasSelection():
                table.setCurrentIndex(model.index(0, next(iter(table.column_layout.shown()), 0)))

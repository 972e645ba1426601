"""The grid every list uses: a `QTableView` in the program's own dress, for millions of rows.

Nothing here walks over all rows: heights are fixed, copying and summing are bounded.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QTableView

from client.i18n import _
from client.ui.kit import paint as kit_paint
from client.ui.tables import selection
from client.ui.tables.columns import Column, ColumnLayout
from client.ui.tables.delegate import CELL, HINT, LAST, Delegate
from client.ui.tables.header import Header
from client.ui.theme import size, theme

SELECT_ALL_LIMIT = 10_000
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_BARE = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
Index = QModelIndex | QPersistentModelIndex


class Table(QTableView):
    """Rows are selected whole; Enter or a double click opens one.

    Set a model whose columns are those given here. `opened` tells the row, `sort_requested`
    the whole order as (key, ascending), `filter_edited` each letter typed into a filter.
    `column_layout` knows the columns, `ruled` draws empty lines to the bottom, `rings` frames the
    current cell, `struck` shows rows as what is no longer there.
    """

    filter_edited = Signal(str, str)
    sort_requested = Signal(list)
    opened = Signal(int)
    summary_changed = Signal(str)
    layout_changed = Signal()

    def __init__(
        self, columns: list[Column], filters: bool = False, row_height: str = "row"
    ) -> None:
        super().__init__()
        self.ruled = False
        self.wide_end = True
        self.enter_opens = True
        self.rings = True
        self.struck = False  # rows of the recycle bin
        self.marked: Callable[[int], bool] | None = None  # rows somebody just changed
        self.column_layout = ColumnLayout(self, columns)
        self._build(filters)
        self._rows = row_height
        self._size_rows()
        theme().rows_changed.connect(self._size_rows)

    def _build(self, filters: bool) -> None:
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.head = Header(self, filters)
        self.setHorizontalHeader(self.head)
        self.setItemDelegate(Delegate(self))
        self.head.sort_requested.connect(self.sort_requested)
        self.head.filter_edited.connect(self.filter_edited)
        self.head.left_filters.connect(self.setFocus)
        self.column_layout.watch()
        self.column_layout.changed.connect(self.layout_changed)
        self.doubleClicked.connect(self._double_clicked)
        self.setAccessibleName(_("Table"))

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        self.set_columns(self.columns)
        if model is not None:
            model.columnsInserted.connect(self.column_layout.apply)
            model.modelReset.connect(self.column_layout.apply)
            model.layoutChanged.connect(self._rows_changed)
            model.dataChanged.connect(self._rows_changed)

    @property
    def columns(self) -> list[Column]:
        return self.column_layout.columns

    def set_columns(self, columns: list[Column]) -> None:
        """Show these columns instead; the model must have the same."""
        self.column_layout.columns = list(columns)
        self.head.load()
        self.column_layout.apply()

    def _size_rows(self) -> None:
        # Grids of ordinary rows follow what the clerk chose for all of them.
        name = theme().rows if self._rows == "row" else self._rows
        self.verticalHeader().setMinimumSectionSize(16)
        self.verticalHeader().setDefaultSectionSize(size(name))

    def column(self, index: int) -> Column:
        return self.column_layout.column(index)

    def set_sort(self, order: list[tuple[str, bool]]) -> None:
        """Show the marks of an order that the rows already have."""
        self.head.set_order(order)

    def filters(self) -> dict[str, str]:
        """The filters that hold a text; `head.set_filter` fills one."""
        return self.head.filters()

    def focus_filter(self) -> None:
        """Put the cursor into the filter of the current column, without a row of the names."""
        key = next((column.key for column in self.columns if _names(column)), "")
        if self.selectionModel().hasSelection():  # Qt makes the first cell current by itself
            key = self.column(self.currentIndex().column()).key
        self.head.focus_filter(key)

    def state(self) -> dict[str, Any]:  # type: ignore[override]
        """Widths, order, hidden columns and sort marks, as plain values to be kept."""
        return self.column_layout.state()

    def restore(self, state: Any) -> None:
        """Take up what `state()` gave; whatever does not fit the columns is passed over."""
        self.column_layout.restore(state)

    def summary(self) -> str:
        """A sentence about the selected rows, with the sum of a money column."""
        return selection.summary(self)

    # What the clerk does

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.is_editing()
        opens = event.key() in _ENTER and event.modifiers() in _BARE and self.enter_opens
        if event.matches(QKeySequence.StandardKey.Copy) and not editing:
            QApplication.clipboard().setText(selection.as_text(self))
        elif opens and not editing:
            if self.currentIndex().isValid():
                self.opened.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def is_editing(self) -> bool:
        return QTableView.state(self) == QAbstractItemView.State.EditingState

    def selectAll(self) -> None:
        """Select every row, unless they are so many that the window would stand still."""
        model = self.model()
        if model is not None and model.rowCount() <= SELECT_ALL_LIMIT:
            super().selectAll()

    def selectionChanged(self, chosen: QItemSelection, dropped: QItemSelection) -> None:
        super().selectionChanged(chosen, dropped)
        self.summary_changed.emit(self.summary())

    def _rows_changed(self) -> None:
        """What is selected may say something else now, or have gone without a word of Qt."""
        self.summary_changed.emit(self.summary())

    def reset(self) -> None:
        super().reset()
        self.summary_changed.emit(self.summary())  # nothing is selected any more

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.column() != previous.column():
            self.summary_changed.emit(self.summary())

    def _double_clicked(self, index: QModelIndex) -> None:
        edits = self.editTriggers() & QAbstractItemView.EditTrigger.DoubleClicked
        if not (edits and index.flags() & Qt.ItemFlag.ItemIsEditable):
            self.opened.emit(index.row())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.column_layout.fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        bare = not self.currentIndex().isValid()
        super().focusInEvent(event)  # may make a cell current without selecting its row
        if bare and self.model() and self.model().rowCount():
            shown = self.column_layout.shown()
            self.setCurrentIndex(self.model().index(0, shown[0] if shown else 0))
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        height = self.verticalHeader().defaultSectionSize()
        rows = self.model().rowCount() if self.model() else 0
        if not self.ruled or height < 1:
            return
        painter, bottom = QPainter(self.viewport()), self.viewport().height()
        y = self.rowViewportPosition(rows - 1) + height if rows else 0
        while y < bottom:
            empty = QRect(0, y, self.viewport().width(), height)
            kit_paint.hair(painter, empty, theme().color("line"))
            y += height
        painter.end()


__all__ = ["CELL", "HINT", "LAST", "Column", "Table"]


def _names(column: Column) -> bool:
    return column.kind == "name" and not column.hidden

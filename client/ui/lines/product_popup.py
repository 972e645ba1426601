"""The list of matching products under the cell in which one types.

It is a plain child of the window and never takes the keys, so that the input method keeps
composing in the cell.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
)
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from client.data.parsing import shown
from client.data.priced.products import Item
from client.i18n import N_, _
from client.ui.kit import Button, hline
from client.ui.tables.columns import Column, declared
from client.ui.tables.rows import RowsModel
from client.ui.tables.table import Table
from client.ui.theme import size

COLUMNS = (
    ("code", N_("Code"), "code", 96),
    ("name", N_("Product name"), "name", 170),
    ("specification", N_("Specification"), "text2", 120),
    ("unit", N_("Unit"), "text", 48),
    ("unit_price", N_("Unit price"), "price", 96),
)
ROWS, WIDTH, FOOT = 10, 560, 31


def columns() -> list[Column]:
    """The columns that tell one product from another, titled in the language in use."""
    return declared(COLUMNS, stretch=("name",))


class ProductPopup(QFrame):
    """Opens under a cell; `chosen` when a row is clicked, `new_asked` where none of them fits."""

    chosen = QtSignal(object)
    new_asked = QtSignal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._host = window
        self._row = 0
        self.setObjectName("popup")
        self.setProperty("kind", "popup")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.Box)
        self.setAccessibleName(_("Matching products"))
        self._model = RowsModel(columns())
        self._table = _List()
        self._table.setModel(self._model)
        self._table.clicked.connect(self._clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self._table, 1)
        column.addWidget(self._foot())
        self.hide()

    def _foot(self) -> QWidget:
        """What to do when no product fits."""
        self._new = Button("", "Ctrl+N", "plus", kind="flat")
        self._new.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._new.clicked.connect(self.new_asked)
        self._below = QWidget()
        self._below.setFixedHeight(FOOT)
        column = QVBoxLayout(self._below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(hline())
        column.addWidget(self._new)
        return self._below

    def offer(self, items: Sequence[Item], cell: QWidget, new: str = "") -> None:
        """Show `items` under the widget `cell`, or above it where there is no room; with what a
        new product would be called, if one may be made."""
        if not items and not new:
            self.hide()
            return
        self._model.show(items)
        self._table.setVisible(bool(items))
        self._mark(0)
        self._new.setText(_("New product: {name}").format(name=shown(new)).replace("&", "&&"))
        self._new.updateGeometry()
        self._below.setVisible(bool(new))
        host = self._host
        rows = min(len(items), ROWS)
        width = min(WIDTH, host.width() - 16)
        self.resize(width, rows * size("row") + 4 + (FOOT if new else 0))
        below = cell.mapTo(host, QPoint(0, cell.height()))
        x = max(8, min(below.x(), host.width() - width - 8))
        y = below.y() + 1
        if y + self.height() > host.height():
            y = below.y() - cell.height() - self.height() - 1
        self.move(x, y)
        self.raise_()
        self.show()

    def step(self, by: int) -> bool:
        """Choose the next row or the one before; tells whether there are any."""
        self._mark(max(0, min(self._row + by, self._model.rowCount() - 1)))
        return bool(self._model.rows)

    def item(self) -> Item | None:
        """The product now marked; None while nothing is shown."""
        return self._model.rows[self._row] if self.isVisible() and self._model.rows else None

    def mark(self, item: Item | None) -> None:
        """Choose this product, if it is among those that are shown."""
        ids = [row.id for row in self._model.rows]
        if item is not None and item.id in ids:
            self._mark(ids.index(item.id))

    def _mark(self, row: int) -> None:
        # Selected, but not the current cell: the ring stays where one types.
        self._row = row
        if not self._model.rows:
            return
        flags = QItemSelectionModel.SelectionFlag
        index = self._model.index(row, 0)
        self._table.selectionModel().select(index, flags.ClearAndSelect | flags.Rows)
        self._table.scrollTo(index)

    def _clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(self._model.rows[index.row()])


class Matches:
    """The popup of one grid, made when it is first needed."""

    def __init__(
        self, grid: Table, chosen: Callable[[Item], None], new_asked: Callable[[], None]
    ) -> None:
        self._grid, self._chosen, self._new_asked = grid, chosen, new_asked
        self.asked = False
        self._popup: ProductPopup | None = None

    def offer(
        self, items: Sequence[Item], editor: QLineEdit, new: str = "", asked: bool = False
    ) -> None:
        """Show `items` under the cell being typed, and how to make a `new` one; nothing when
        there is neither."""
        self.asked = asked
        popup = self._shown()
        if popup is None or popup.window() is not self._grid.window():
            # The panel may float in a window of its own by now.
            popup = self._popup = ProductPopup(self._grid.window())
            popup.chosen.connect(self._chosen)
            popup.new_asked.connect(self._new_asked)
            self._grid.destroyed.connect(popup.deleteLater)
        popup.offer(items, editor, new)

    def _shown(self) -> ProductPopup | None:
        """The popup, unless the window it was in has gone."""
        return self._popup if self._popup is not None and isValid(self._popup) else None

    def is_open(self) -> bool:
        popup = self._shown()
        return popup is not None and popup.isVisible()

    def hide(self) -> bool:
        """Close the list; tells whether it was open."""
        popup = self._shown()
        if popup is None or not popup.isVisible():
            return False
        popup.hide()
        return True

    def step(self, by: int) -> bool:
        """Mark the next match; tells whether any are shown."""
        popup = self._shown()
        if popup is None or not popup.isVisible():
            return False
        return popup.step(by)

    def mark(self, item: Item | None) -> None:
        popup = self._shown()
        if popup is not None:
            popup.mark(item)

    def item(self) -> Item | None:
        popup = self._shown()
        return popup.item() if popup is not None else None


class _List(Table):
    """Rows without a head that look as if they had the keys, which stay in the cell."""

    def __init__(self) -> None:
        super().__init__(columns())
        self.head.hide()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def hasFocus(self) -> bool:
        return True

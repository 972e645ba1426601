"""The deliveries of one order, in a few lines for the order's own page."""

from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from client.context import Context
from client.data.deliveries import store
from client.data.deliveries.store import OfOrder
from client.i18n import _
from client.model import Delivery, fields
from client.ui.following import Following
from client.ui.kit import Button, Label, bar, hline
from client.ui.screen import Navigator
from client.ui.tables import marks
from client.ui.tables.columns import Column
from client.ui.tables.delegate import HINT
from client.ui.tables.rows import RowsModel
from client.ui.tables.table import Table
from client.ui.theme import size

Index = QModelIndex | QPersistentModelIndex
KEYS = ("number", "planned_on", "due", "status", "shipped_on", "courier", "waybill")
WIDTHS = {"number": 120, "planned_on": 92, "due": 84, "status": 96, "shipped_on": 92}
STATES = ("due", "status")
DROPPED = ("planned_on", "due", "shipped_on", "courier")  # where it is narrow; the last goes first
MOST_ROWS = 3  # more are scrolled through


def columns() -> list[Column]:
    """The columns of the strip, titled in the language in use."""
    known = fields(Delivery)
    found = []
    for key in KEYS:
        kind = "state" if key in STATES else "text2" if key == "courier" else "code"
        title = marks.label(Delivery, known[key])
        column = Column(key, title, WIDTHS.get(key, 110), kind, stretch=key == "waybill")
        column.drop = DROPPED.index(key) + 1 if key in DROPPED else 0
        found.append(column)
    return found


class OrderDeliveriesModel(RowsModel):
    """The deliveries of an order; one that has no number yet is named by its id."""

    def __init__(self) -> None:
        super().__init__(columns(), _value)

    def text(self, row: int, key: str) -> str:
        if self._is_unnumbered(row, key):
            return _("No. {id}").format(id=self.rows[row]["id"])
        return super().text(row, key)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == HINT and self._is_unnumbered(index.row(), self.keys[index.column()]):
            return True
        return super().data(index, role)

    def _is_unnumbered(self, row: int, key: str) -> bool:
        return key == "number" and self.rows[row][key] is None


def _value(row: dict[str, Any], key: str) -> Any:
    return marks.state_mark(fields(Delivery)[key], row[key]) if key in STATES else row[key]


class OrderDeliveries(QWidget):
    """A strip that follows while its `page` is seen. It is not seen itself where an order has no
    deliveries and none can be begun; `set_order` names the order, None a new one."""

    def __init__(
        self, context: Context, navigator: Navigator, page: QWidget, order_id: int | None = None
    ) -> None:
        super().__init__()
        self._context, self._navigator = context, navigator
        self.order_id: int | None = None
        self.model = OrderDeliveriesModel()
        self.table = Table(self.model.columns)
        self.table.setModel(self.model)
        self.table.setAccessibleName(_("Deliveries"))
        self.table.opened.connect(self._open)
        self._count = Label("", "text2")
        self.rest = Button(_("Deliver the rest"), icon="truck")
        self.rest.clicked.connect(self.deliver_rest)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hline())
        column.addWidget(bar(Label(_("Deliveries")), 4, self._count, None, self.rest))
        column.addWidget(self.table)
        self._following = Following(context, page, self._is_about, self.refresh)
        self.hide()
        self.set_order(order_id)

    def set_order(self, order_id: int | None) -> None:
        """Show the deliveries of this order from now on."""
        if order_id != self.order_id:
            self.order_id = order_id
            self._show(OfOrder([], False))
            self.refresh()

    def refresh(self) -> None:
        """Read the deliveries again."""
        if self.order_id is not None and self._context.office.rights.may("delivery", "view"):
            work = partial(read, self._context.office, self.order_id)
            self._following.run(work, self._answered, self._failed)

    def deliver_rest(self) -> None:
        """Begin a delivery of what is still open."""
        if self.order_id is not None:
            self._navigator.open_record("delivery", None, order_id=self.order_id)

    def _answered(self, result: tuple[int, OfOrder]) -> None:
        if result[0] == self.order_id:
            self._show(result[1])

    def _failed(self, _error: Exception) -> None:
        """The order's own page says what is wrong with the server; what is shown stays."""

    def _show(self, found: OfOrder) -> None:
        self.model.show(found.rows)
        number = len(found.rows)
        self._count.setText(f"{number}" if number else _("none yet"))
        may = self._context.office.rights.may("delivery", "create")
        self.rest.setText(_("Deliver the rest") if number else _("Deliver"))
        self.rest.updateGeometry()
        self.rest.setVisible(found.open and may)
        rows = min(number, MOST_ROWS)
        self.table.setVisible(bool(rows))
        row = self.table.verticalHeader().defaultSectionSize()
        self.table.setFixedHeight(size("header") + rows * row)
        self.setVisible(bool(rows) or (found.open and may))

    def _open(self, row: int) -> None:
        self._navigator.open_record("delivery", self.model.rows[row]["id"])

    def _is_about(self, table: str, ids: list[int]) -> bool:
        mine = table == "sales_order" and (not ids or self.order_id in ids)
        return self.order_id is not None and (table == "delivery" or mine)


def read(office: Any, order_id: int) -> tuple[int, OfOrder]:
    """The deliveries of an order, with whose they are."""
    return order_id, store.of_order(office, order_id)

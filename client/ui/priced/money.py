"""What the customer of an open order owes and has paid in advance, kept up to date."""

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from client.context import Context
from client.data import formats
from client.data.priced import store as order_store
from client.data.priced.edit import Doc
from client.data.priced.store import Balance
from client.i18n import _

PAUSE_MS = 500  # many receipts may come at once
# Not other orders: many are saved each minute, and the limit is asked anew before it counts.
TABLES = ("receipt", "receipt_allocation", "customer")


class BuyerMoney(QObject):
    """The balance of one customer; `known` each time it has been read."""

    known = Signal()

    def __init__(self, context: Context, owner: QObject) -> None:
        super().__init__(owner)
        self._context = context
        self._customer: int | None = None
        self.balance: Balance | None = None
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._ask)
        context.bus.changed.connect(self._changed)
        context.bus.connection_back.connect(self.again)

    def follow(self, customer_id: int | None) -> None:
        """Set the customer."""
        if customer_id != self._customer:
            self._customer, self.balance = customer_id, None
            self._ask()

    def again(self) -> None:
        """Read the balance again soon, since the order was stored."""
        if self._customer is not None and not self._timer.isActive():
            self._timer.start()

    def _ask(self) -> None:
        if self._customer is None:
            self.known.emit()
            return
        work = partial(order_store.balance, self._context.office, self._customer)
        read = partial(self._read, self._customer)
        self._context.jobs.run(self, work, read, self._failed)

    def _read(self, customer: int, balance: Balance) -> None:
        if customer == self._customer:
            self.balance = balance
            self.known.emit()

    def _failed(self, _error: Exception) -> None:
        """Figures that cannot be read are missing; what matters is said where it matters."""

    def _changed(self, table: str, _operation: str, _ids: list[int]) -> None:
        if table in TABLES:
            self.again()


def strip(doc: Doc, balance: Balance | None) -> list[tuple[str, str, str]]:
    """The figures under the capitals: of the order once it is issued, and of its customer."""
    figures = []
    if doc.get("number") and doc.get("status") != "cancelled":
        owed = doc.get("outstanding") or 0
        figures.append((_("Received"), formats.money(doc.get("received") or 0), "text"))
        figures.append((_("Outstanding"), formats.money(owed), "text"))
    elif balance is not None:
        owed = formats.money(balance.outstanding)
        figures.append((_("Customer owes"), owed, "text"))
    if balance is None:
        return figures
    left = balance.left
    if left is None:
        figures.append((_("Customer credit left"), _("no limit"), "text2"))
    else:
        text = formats.money(left).replace("-", "\N{MINUS SIGN}")
        figures.append((_("Customer credit left"), text, "green" if left >= 0 else "red"))
    if balance.advance:
        figures.append((_("Paid ahead"), formats.money(balance.advance), "green"))
    return figures

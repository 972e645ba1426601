"""What the customer of an open order owes and has paid in advance, kept up to date."""

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from client.context import Context
from client.data import formats
from client.data.priced import store as order_store
from client.data.priced.edit import Doc
from client.data.priced.store import Balance
from client.i18n import _
from client.ui.following import Following

# Not other orders: many are saved each minute, and the limit is asked anew before it counts.
TABLES = ("receipt", "receipt_allocation", "customer")


class BuyerMoney(QObject):
    """The balance of one customer; `known` each time it has been read."""

    known = Signal()

    def __init__(self, context: Context, owner: QWidget) -> None:
        super().__init__(owner)
        self._context = context
        self._customer: int | None = None
        self.balance: Balance | None = None
        self._following = Following(context, owner, self._is_about, self._ask)

    def follow(self, customer_id: int | None) -> None:
        """Set the customer."""
        if customer_id != self._customer:
            self._customer, self.balance = customer_id, None
            self._ask()

    def again(self) -> None:
        """Read it anew soon: the order was stored."""
        self._following.ask()

    def _ask(self) -> None:
        if self._customer is None:
            self.known.emit()
            return
        work = partial(order_store.balance, self._context.office, self._customer)
        read = partial(self._read, self._customer)
        self._following.run(work, read, self._failed)

    def _read(self, customer: int, balance: Balance) -> None:
        if customer == self._customer:
            self.balance = balance
            self.known.emit()

    def _failed(self, _error: Exception) -> None:
        """Figures that cannot be read are missing; what matters is said where it matters."""

    def _is_about(self, table: str, ids: list[int]) -> bool:
        others = table == "customer" and bool(ids) and self._customer not in ids
        return self._customer is not None and table in TABLES and not others


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

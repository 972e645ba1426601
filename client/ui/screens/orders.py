"""All sales orders: the list, narrowed to one state if wished, each opened in its own panel."""

from client.context import Context
from client.data.rowsource import Condition
from client.i18n import _
from client.model import SalesOrder
from client.model.order import ORDER_STATUSES, PAYMENT_STATES
from client.ui.grids.grid import Grid
from client.ui.priced.listing import PricedListScreen
from client.ui.screen import Navigator


class OrdersScreen(PricedListScreen):
    """The list of orders one may see."""

    kind, paper = "sales_order", "order"
    help_topic = "orders"

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__(context, navigator)
        may = context.office.rights.may
        self._states = self._choice(_("Status"), _("All states"), ORDER_STATUSES)
        owed = tuple(state for state in PAYMENT_STATES if state[0] != "none")
        self._payments = self._choice(_("Payment state"), _("Paid or not"), owed)
        duplicate = self._duplicating(may("order", "create"))
        empty = [(_("New order"), self.new_record)] if may("order", "create") else []
        if may("order", "import"):
            empty.append((_("Import a workbook"), navigator.open_import))
        extra = (duplicate, self.papers.button, self._states, self._payments)
        self._show(Grid(context, SalesOrder, extra=extra, empty_actions=empty))
        self.grid.rows_changed.connect(self._counted)

    def _narrow(self) -> None:
        state, payment = self._states.currentData(), self._payments.currentData()
        where = [Condition(SalesOrder.status == state)] if state else []
        where += [Condition(SalesOrder.payment_state == payment)] if payment else []
        self.grid.set_where(where)

    def _counted(self, rows: int) -> None:
        self._count("orders", rows)

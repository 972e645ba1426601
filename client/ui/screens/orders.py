"""All sales orders: the list, narrowed to one state if wished, each opened in its own panel."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from client.context import Context
from client.data.rowsource import Condition
from client.i18n import _
from client.model import SalesOrder
from client.model.order import ORDER_STATUSES, PAYMENT_STATES
from client.ui.grids.grid import Grid
from client.ui.kit import Button
from client.ui.printing.commands import ListPapers, PaperCommands
from client.ui.screen import Navigator

KIND = "sales_order"


class OrdersScreen(QWidget):
    """The list of orders one may see."""

    status_changed = Signal(str)
    help_topic = "orders"

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__()
        self._context, self._navigator = context, navigator
        self._build()

    def _build(self) -> None:
        may = self._context.office.rights.may
        self._states = self._choice(_("Status"), _("All states"), ORDER_STATUSES)
        owed = tuple(state for state in PAYMENT_STATES if state[0] != "none")
        self._payments = self._choice(_("Payment state"), _("Paid or not"), owed)
        duplicate = Button(_("Duplicate"), "Ctrl+D", "copy")
        duplicate.setVisible(may("order", "create"))
        duplicate.clicked.connect(self.duplicate)
        commands = PaperCommands(self._context, self, "order", self._navigator)
        commands.said.connect(self._printed)
        self.papers = ListPapers(commands)
        empty = [(_("New order"), self.new_record)] if may("order", "create") else []
        if may("order", "import"):
            empty.append((_("Import a workbook"), self._navigator.open_import))
        self.grid = Grid(
            self._context,
            SalesOrder,
            extra=(duplicate, self.papers.button, self._states, self._payments),
            empty_actions=empty,
        )
        self.papers.serve(self.grid)
        self.grid.opened.connect(self._open)
        self.grid.create_requested.connect(self.new_record)
        self.grid.status_changed.connect(self.status_changed)
        self.grid.rows_changed.connect(self._counted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.grid)
        self.setFocusProxy(self.grid)

    def _choice(self, name: str, every: str, values: tuple[tuple[str, str], ...]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.addItem(every, "")
        for value, label in values:
            box.addItem(_(label), value)
        box.setFixedWidth(132)
        box.currentIndexChanged.connect(self._narrow)
        return box

    # What the clerk does

    def new_record(self) -> None:
        self._navigator.open_record(KIND, None)

    def edit_current(self) -> None:
        self.grid.open_current()

    def duplicate(self) -> None:
        """A new order with the goods of the current one."""
        number = self.grid.current_id()
        if number is not None:
            self._navigator.open_record(KIND, None, copy_of=number)

    def print_current(self) -> None:
        """Show the paper of the current order; several ask how they are wanted."""
        self.papers.preview()

    def _printed(self, text: str, _token: str) -> None:
        self.status_changed.emit(text)

    def refresh(self) -> None:
        self.grid.refresh()

    def toggle_bin(self) -> None:
        self.grid.bin.toggle()

    def focus_filter(self) -> None:
        self.grid.focus_filter()

    def export(self) -> None:
        self.grid.export()

    def _open(self, number: int) -> None:
        self._navigator.open_record(KIND, number)

    def _narrow(self) -> None:
        state, payment = self._states.currentData(), self._payments.currentData()
        where = [Condition(SalesOrder.status == state)] if state else []
        where += [Condition(SalesOrder.payment_state == payment)] if payment else []
        self.grid.set_where(where)

    def _counted(self, rows: int) -> None:
        chosen = self._states.currentData() or self._payments.currentData()
        if self.grid.reader.complete and not (self.grid.table.filters() or chosen):
            self._navigator.set_count("orders", f"{rows:,}")

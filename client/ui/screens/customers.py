"""All customers one may see; each opens beside the list."""

from PySide6.QtCore import Qt

from client.context import Context
from client.i18n import _
from client.model import Customer
from client.ui.bin.deleting import Deleting
from client.ui.grids.grid import Grid
from client.ui.grouping.dialog import GroupDialog
from client.ui.grouping.filter import GroupFilter
from client.ui.handover.dialog import HandoverDialog
from client.ui.kit import Button, IconButton
from client.ui.list_screen import ListScreen
from client.ui.merging.dialog import MergeDialog, may_merge
from client.ui.rights.access_grants import GrantDialog, of_customers
from client.ui.screen import Navigator
from client.ui.tables import selection

KIND = "customer"
MOST = 10_000  # customers that are handed over at once
MOST_SHARED = 200


class CustomersScreen(ListScreen):
    """The list; a double click, Enter or F2 opens the form at its right."""

    kind = KIND
    help_topic = "customers"

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__(context, navigator)
        may = context.office.rights.may
        order = Button(_("New order"), icon="clipboard-text")
        order.setVisible(may("order", "create"))
        order.clicked.connect(self.new_order)
        quote = Button(_("New quote"), icon="file-text")
        quote.setVisible(may("quote", "create"))
        quote.clicked.connect(self.new_quote)
        share = IconButton("share-network", _("Share with…"))
        share.setVisible(may("customer", "edit"))
        share.clicked.connect(self.share_chosen)
        grouping = IconButton("users-three", _("Groups… (Ctrl+G)"))
        grouping.clicked.connect(self.change_groups)
        self.groups = GroupFilter(context)
        self.groups.narrowed.connect(self._narrow)
        self.groups.stirred.connect(self.refresh)
        delete = IconButton("trash", _("Delete, to the recycle bin (Del)"))
        delete.setVisible(may("customer", "delete"))
        delete.clicked.connect(self.delete_current)
        empty = [(_("New"), self.new_record)] if may("customer", "create") else []
        if may("customer", "import"):
            empty.append((_("Import a workbook"), navigator.open_import))
        handing = Button(_("Hand over"), icon="arrows-left-right")
        handing.setVisible(may("customer", "assign"))
        handing.clicked.connect(self.hand_over)
        merging = Button(_("Merge…"), icon="git-merge")
        merging.setVisible(may_merge(context))
        merging.clicked.connect(self.merge)
        able = {"share_chosen": "edit", "hand_over": "assign", "delete_current": "delete"}
        self.barred = [name for name, action in able.items() if not may("customer", action)]
        self.barred += [] if may_merge(context) else ["merge"]
        extra = (quote, order, share, grouping, handing, merging, delete, self.groups)
        self._show(Grid(context, Customer, key="customers", extra=extra, empty_actions=empty))
        self.deleting = Deleting(context, Customer, self)
        self.deleting.deleted.connect(self.grid.take_out)
        self.deleting.told.connect(self.status_changed)
        if "delete_current" not in self.barred:
            self.deleting.hear(self.grid.table, self.delete_current)
        self.grid.rows_changed.connect(self._counted)

    # What the clerk does

    def new_quote(self) -> None:
        """A quote for the current customer."""
        self._begin("quote")

    def new_order(self) -> None:
        """An order for the current customer."""
        self._begin("sales_order")

    def _begin(self, kind: str) -> None:
        number = self.grid.current_id()
        if number is not None:
            self._navigator.open_record(kind, None, customer_id=number)

    def hand_over(self) -> None:
        """Give the selected customers, or all of somebody's, to colleagues."""
        dialog = HandoverDialog(self._context, self.window(), ids=self._selected(MOST))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.done_with.connect(self.grid.refresh)
        dialog.open()

    def share_chosen(self) -> None:
        """Let a colleague see and edit the selected customers until a day."""
        chosen = self._selected(MOST_SHARED)
        if chosen:
            lent = of_customers(chosen, self._name_of(chosen))
            GrantDialog(self._context, lent, self.window()).open()

    def change_groups(self) -> None:
        """Choose the groups that the selected customers are in."""
        if self.grid.bin.on:
            return
        chosen = self._selected(MOST)
        dialog = GroupDialog(self._context, chosen, self._name_of(chosen), self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.done_with.connect(self._grouped)
        dialog.open()

    def _grouped(self, said: str) -> None:
        self.groups.refresh()
        self.grid.refresh()
        self.status_changed.emit(said)

    def _narrow(self) -> None:
        self.grid.set_where(self.groups.where())

    def _name_of(self, chosen: list[int]) -> str:
        """What the selected customers are called: the one by its name."""
        if len(chosen) == 1:
            at = [field.name for field in self.grid.model.fields].index("name")
            row = selection.rows(self.grid.table, 1)[0]
            return str(self.grid.model.index(row, at).data() or "")
        return _("{n} customers").format(n=len(chosen))

    def _selected(self, most: int) -> list[int]:
        chosen = (self.grid.model.id_at(row) for row in selection.rows(self.grid.table, most))
        return [number for number in chosen if number is not None]

    def merge(self) -> None:
        """Make the two selected customers one."""
        ids = self._selected(3)
        if len(ids) != 2 or self.grid.bin.on:
            self.status_changed.emit(_("Select the two customers to be merged."))
            return
        dialog = MergeDialog(self._context, (ids[0], ids[1]), self.window())
        dialog.done_with.connect(self.grid.refresh)
        dialog.open()

    def delete_current(self) -> None:
        """Put the current customer into the bin, with what hangs on it."""
        number = self.grid.current_id()
        if number is not None and not self.grid.bin.on:
            self.deleting.ask(number)

    def _counted(self, number: int) -> None:
        if not (self.grid.table.filters() or self.groups.where()):
            self._navigator.set_count("customers", f"{number:,}" if number else "")

"""All receipts: the list, narrowed to a state, a time or what is left of them if wished."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from client.context import Context
from client.data.periods import QUICK
from client.data.rowsource import Condition
from client.i18n import _
from client.model import Receipt
from client.model.receipt import RECEIPT_STATES
from client.ui.grids.grid import Grid
from client.ui.printing.commands import ListPapers, PaperCommands
from client.ui.screen import Navigator

KIND = "receipt"


class ReceiptsScreen(QWidget):
    """The list of receipts one may see."""

    status_changed = Signal(str)
    help_topic = "receipts"

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__()
        self._context, self._navigator = context, navigator
        self._states = _choice(_("Status"), [(_("All states"), "")])
        for value, label in RECEIPT_STATES:
            self._states.addItem(_(label), value)
        self._days = _choice(_("Date"), [(_(name), name) for name, _make in QUICK[::-1]])
        self._ahead = _choice(
            _("Advance"),
            [(_("With and without advance"), False), (_("With an advance left"), True)],
        )
        self._build()
        for choice in (self._states, self._days, self._ahead):
            choice.currentIndexChanged.connect(self._narrow)

    def _build(self) -> None:
        commands = PaperCommands(self._context, self, KIND, self._navigator)
        commands.said.connect(self._printed)
        self.papers = ListPapers(commands)
        may_create = self._context.office.rights.may("receipt", "create")
        self.grid = Grid(
            self._context,
            Receipt,
            extra=(self.papers.button, self._states, self._days, self._ahead),
            empty_actions=[(_("New receipt"), self.new_record)] if may_create else [],
        )
        self.toggle_bin = self.grid.bin.toggle
        self.papers.serve(self.grid)
        self.grid.opened.connect(self._open)
        self.grid.create_requested.connect(self.new_record)
        self.grid.status_changed.connect(self.status_changed)
        self.grid.rows_changed.connect(self._counted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.grid)
        self.setFocusProxy(self.grid)

    # What the clerk does

    def new_record(self) -> None:
        self._navigator.open_record(KIND, None)

    def edit_current(self) -> None:
        self.grid.open_current()

    def print_current(self) -> None:
        """Show the paper of the current receipt; several ask how they are wanted."""
        self.papers.preview()

    def _printed(self, text: str, _token: str) -> None:
        self.status_changed.emit(text)

    def refresh(self) -> None:
        self.grid.refresh()

    def focus_filter(self) -> None:
        self.grid.focus_filter()

    def export(self) -> None:
        self.grid.export()

    def _open(self, number: int) -> None:
        self._navigator.open_record(KIND, number)

    def _narrow(self) -> None:
        where = []
        if state := self._states.currentData():
            where.append(Condition(Receipt.state == state))
        make = dict(QUICK)[self._days.currentData()]
        first, last = make(self._context.office.today)
        if first is not None:
            where.append(Condition(Receipt.receipt_date >= first))
        if last is not None:
            where.append(Condition(Receipt.receipt_date <= last))
        if self._ahead.currentData():
            where.append(Condition(Receipt.advance > 0))
        self.grid.set_where(where)

    def _counted(self, rows: int) -> None:
        narrowed = self.grid.table.filters() or self.grid.reader.base
        if self.grid.reader.complete and not narrowed:
            self._navigator.set_count("receipts", f"{rows:,}")


def _choice(name: str, entries: list[tuple[str, object]]) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    for text, value in entries:
        made.addItem(text, value)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return made

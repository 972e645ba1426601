"""All quotes: the list, narrowed to one state if wished, each opened in its own panel."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from client.context import Context
from client.data.rowsource import Condition
from client.i18n import _
from client.model import Quote
from client.model.quote import QUOTE_STATES
from client.ui.grids.grid import Grid
from client.ui.kit import Button
from client.ui.printing.commands import ListPapers, PaperCommands
from client.ui.screen import Navigator

KIND = "quote"


class QuotesScreen(QWidget):
    """The list of quotes one may see."""

    status_changed = Signal(str)
    help_topic = "quotes"

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__()
        self._context, self._navigator = context, navigator
        self._build()

    def _build(self) -> None:
        create = self._context.office.rights.may("quote", "create")
        self._states = QComboBox()
        self._states.setAccessibleName(_("Status"))
        self._states.addItem(_("All states"), "")
        for value, label in QUOTE_STATES:
            self._states.addItem(_(label), value)
        self._states.setFixedWidth(132)
        self._states.currentIndexChanged.connect(self._narrow)
        duplicate = Button(_("Duplicate"), "Ctrl+D", "copy")
        duplicate.setVisible(create)
        duplicate.clicked.connect(self.duplicate)
        commands = PaperCommands(self._context, self, KIND, self._navigator)
        commands.said.connect(self._printed)
        self.papers = ListPapers(commands)
        empty = [(_("New quote"), self.new_record)] if create else []
        self.grid = Grid(
            self._context,
            Quote,
            extra=(duplicate, self.papers.button, self._states),
            empty_actions=empty,
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

    def duplicate(self) -> None:
        """A new quote with the goods of the current one."""
        number = self.grid.current_id()
        if number is not None:
            self._navigator.open_record(KIND, None, copy_of=number)

    def print_current(self) -> None:
        """Show the paper of the current quote; several ask how they are wanted."""
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
        state = self._states.currentData()
        self.grid.set_where([Condition(Quote.state == state)] if state else [])

    def _counted(self, rows: int) -> None:
        narrowed = self.grid.table.filters() or self._states.currentData()
        if self.grid.reader.complete and not narrowed:
            self._navigator.set_count("quotes", f"{rows:,}")

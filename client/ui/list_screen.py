"""The common part of lists whose records open in panels of their own."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from client.context import Context
from client.ui.grids.grid import Grid
from client.ui.printing.commands import ListPapers, PaperCommands
from client.ui.screen import Navigator


class ListScreen(QWidget):
    """A list of all records of a kind; the navigator opens them as `kind`.

    Each subclass makes its grid and passes it to `_show`.
    """

    status_changed = Signal(str)
    kind = ""
    grid: Grid

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__()
        self._context, self._navigator = context, navigator

    def _show(self, grid: Grid) -> None:
        """Make `grid` the list, and open what is chosen in it."""
        self.grid = grid
        grid.opened.connect(self._open)
        grid.create_requested.connect(self.new_record)
        grid.status_changed.connect(self.status_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(grid)
        self.setFocusProxy(grid)

    # What the clerk does

    def new_record(self) -> None:
        self._navigator.open_record(self.kind, None)

    def edit_current(self) -> None:
        self.grid.open_current()

    def toggle_bin(self) -> None:
        self.grid.bin.toggle()

    def refresh(self) -> None:
        self.grid.refresh()

    def focus_filter(self) -> None:
        self.grid.focus_filter()

    def export(self) -> None:
        self.grid.export()

    def _open(self, number: int) -> None:
        self._navigator.open_record(self.kind, number)


class PaperListScreen(ListScreen):
    """A list whose records can be printed as well, as the paper of the kind `paper`."""

    paper = ""

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__(context, navigator)
        commands = PaperCommands(context, self, self.paper, navigator)
        commands.said.connect(self._said)
        self.papers = ListPapers(commands)

    def _show(self, grid: Grid) -> None:
        super()._show(grid)
        self.papers.serve(grid)

    def print_current(self) -> None:
        """Show the paper of the current record; several ask how they are wanted."""
        self.papers.preview()

    def _said(self, text: str, _token: str) -> None:
        self.status_changed.emit(text)

    def _count(self, key: str, rows: int) -> None:
        """Show beside the screen `key` how many there are, once all are read and none left out."""
        narrowed = self.grid.table.filters() or self.grid.reader.base
        if self.grid.reader.complete and not narrowed:
            self._navigator.set_count(key, f"{rows:,}")

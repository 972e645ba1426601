"""What lists and forms offer around paper: preview, print at once, save, and all of it for many."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from client.context import Context
from client.data import papers
from client.data.errors import sentence
from client.data.papers import KINDS
from client.i18n import _
from client.ui.grids.grid import Grid
from client.ui.kit import BusyBar, Button
from client.ui.printing import choices, making, printers
from client.ui.printing.batch import ONE, PRINT, BatchDialog
from client.ui.printing.choices import Choice
from client.ui.printing.dialog import PrintersDialog
from client.ui.printing.files import ask_file
from client.ui.printing.printers import Target
from client.ui.printing.run import PaperRun
from client.ui.screen import Navigator
from client.ui.tables import selection

MOST = 500  # documents printed together
Ids = Sequence[int]


class PaperCommands(QObject):
    """The papers of one kind, asked for by `screen`. `said` tells how it went and in which tone.

    `more` is what the kind's loader asks for besides the id, like the days of a statement.
    """

    said = Signal(str, str)

    def __init__(self, context: Context, screen: QWidget, kind: str, navigator: Navigator) -> None:
        super().__init__(screen)
        self._context, self._screen, self._kind = context, screen, kind
        self._navigator = navigator
        self._run: PaperRun | None = None

    def allowed(self) -> bool:
        """Whether the operator may print such papers."""
        return self._context.office.rights.may(KINDS[self._kind].module, "print")

    def print_current(self, ids: Ids, **more: Any) -> None:
        """Show the paper before it is printed; several ask how they are wanted."""
        if self._some(ids):
            if len(ids) == 1:
                self._navigator.open_record(f"paper:{self._kind}", ids[0], **more)
            else:
                self._ask(ids, PRINT, more)

    def print_at_once(self, ids: Ids, **more: Any) -> None:
        """Print as the last paper of this kind, without looking; several ask first."""
        if not self._some(ids):
            return
        if len(ids) > 1:
            self._ask(ids, PRINT, more)
            return
        choice = self._choice()
        print_to = partial(self._print_to, choice, ids[0], more)
        self._context.jobs.run(self, printers.names, print_to, self._failed)

    def save_pdf(self, ids: Ids, **more: Any) -> None:
        """Ask where, and write the PDF there; several ask how."""
        if not self._some(ids):
            return
        if len(ids) > 1:
            self._ask(ids, ONE, more)
            return
        wanted = self._choice().wanted(self._kind, ids[0], more)
        work = partial(making.preview, self._context.office, wanted)
        self._context.jobs.run(self, work, self._ask_file, self._failed)

    def write(self, id_: int, path: Path, **more: Any) -> None:
        """Write the PDF of one document to `path`."""
        self._runner().save_one([self._choice().wanted(self._kind, id_, more)], path)

    def set_up_printers(self) -> None:
        """Where the printers of this workstation print."""
        dialog = PrintersDialog(self._context, self._screen)
        dialog.show_for("", self._choice().paper)
        dialog.open()

    def ask(self, ids: Ids, way: str = PRINT, **more: Any) -> None:
        """Ask how these documents are wanted."""
        if self._some(ids):
            self._ask(ids, way, more)

    # Helpers

    def _some(self, ids: Ids) -> bool:
        """Whether there are papers to print and not too many; else say so."""
        if not self.allowed():
            self.said.emit(_("You do not have the right to print this."), "amber")
        elif not ids:
            self.said.emit(_("Choose a row first."), "amber")
        elif len(ids) > MOST:
            text = _("At most {n} documents are printed together. Narrow the list first.")
            self.said.emit(text.format(n=MOST), "amber")
        else:
            return True
        return False

    def _choice(self) -> Choice:
        offered = papers.copies_offered(self._context.office.settings)
        return choices.choice_of(self._context.settings, self._kind, offered)

    def _runner(self) -> PaperRun:
        if self._run is None:
            self._run = PaperRun(self._context, self._screen, BusyBar(self._screen))
            self._run.said.connect(self.said)
        return self._run

    def _print_to(self, choice: Choice, id_: int, more: dict[str, Any], names: list[str]) -> None:
        settings = self._context.settings
        name = choices.printer_of(settings, choice.paper, names)
        if not name:
            self.said.emit(_("There is no printer here. Save a PDF instead."), "amber")
            return
        target = Target(name, printers.fit_of(settings, name, choice.paper))
        self._runner().print([choice.wanted(self._kind, id_, more)], target)

    def _ask_file(self, made: making.Made) -> None:
        path = ask_file(self._context.settings, self._screen, made.file_name)
        if path is not None:
            self._runner().save_one([made.wanted], path)

    def _ask(self, ids: Ids, way: str, more: dict[str, Any]) -> None:
        dialog = BatchDialog(self._context, self._kind, ids, self._screen, way, more)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.done_with.connect(self.said)
        dialog.open()

    def _failed(self, error: Exception) -> None:
        self.said.emit(sentence(error), "red")


class ListPapers(QObject):
    """The print button above a list and its menu; `serve` tells the list, which is made later."""

    def __init__(self, commands: PaperCommands) -> None:
        super().__init__(commands)
        self._commands = commands
        self._grid: Grid | None = None
        self._more: Callable[[], dict[str, Any]] = dict
        self.button = Button(_("Print"), "Ctrl+P", "printer", menu=True)
        self.button.setVisible(commands.allowed())
        menu = QMenu(self.button)
        menu.addAction(_("Preview")).triggered.connect(self.preview)
        menu.addAction(_("Print at once")).triggered.connect(self.print_at_once)
        menu.addAction(_("Save as PDF…")).triggered.connect(self.save)
        menu.addAction(_("All rows of this list…")).triggered.connect(self.ask_all)
        menu.addSeparator()
        printing = menu.addAction(_("Printers and papers…"))
        printing.triggered.connect(commands.set_up_printers)
        self.button.setMenu(menu)

    def serve(self, grid: Grid, more: Callable[[], dict[str, Any]] = dict) -> None:
        """Print the rows of this list; `more` is asked for each time, like a statement's days."""
        self._grid, self._more = grid, more

    def preview(self) -> None:
        """Show the current row's paper; several selected rows ask how they are wanted."""
        self._commands.print_current(self.selected(), **self._more())

    def print_at_once(self) -> None:
        self._commands.print_at_once(self.selected(), **self._more())

    def save(self) -> None:
        self._commands.save_pdf(self.selected(), **self._more())

    def ask_all(self) -> None:
        """Ask how all documents of the list are wanted, as it is filtered now."""
        if self._grid is None:
            return
        if self._grid.reader.complete:
            self._commands.ask(list(self._grid.model.ids[: MOST + 1]), **self._more())
        else:
            text = _("The list is still being read. Try again in a moment.")
            self._commands.said.emit(text, "amber")

    def selected(self) -> list[int]:
        """The ids of the selected rows, at most one more than can be printed; else the current."""
        if self._grid is None:
            return []
        rows = selection.rows(self._grid.table, MOST + 1)
        ids = [self._grid.model.id_at(row) for row in rows] or [self._grid.current_id()]
        return [number for number in ids if number is not None]

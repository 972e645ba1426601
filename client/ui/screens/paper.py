"""The preview of one paper: its pages as they will print, and the ways to printer and file."""

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from client.context import Context
from client.data.errors import sentence
from client.data.papers import KINDS
from client.i18n import _
from client.ui.following import Following
from client.ui.kit import BusyBar, Button, EmptyState, IconButton, Label, bar, hline
from client.ui.printing import making, pages
from client.ui.printing.choices import keep_zoom, zoom_of
from client.ui.printing.dialog import PrintersDialog
from client.ui.printing.files import ask_file
from client.ui.printing.foot import PreviewFoot
from client.ui.printing.making import Made
from client.ui.printing.options import PaperOptions
from client.ui.printing.printers import Target
from client.ui.printing.run import PaperRun, missing_text
from client.ui.printing.view import PageView
from client.ui.screen import Navigator

Sizes = list[tuple[float, float]]


class PaperScreen(QWidget):
    """The paper of one document; `more` is what its loader asks for besides the id."""

    title_changed = Signal(str)
    status_changed = Signal(str)
    shown = Signal()
    help_topic = "printing"

    def __init__(
        self, kind: str, context: Context, navigator: Navigator, id: int, **more: Any
    ) -> None:
        super().__init__()
        self._kind, self._context, self._navigator = kind, context, navigator
        self.record_id, self._more = id, more
        self.made: Made | None = None
        self._asked = 0
        self.options = PaperOptions(context, kind, self)
        self._build()
        self.run = PaperRun(context, self, self.busy)
        self._following = Following(context, self, self._is_about, self.refresh)
        self._connect()
        self.options.look_for_printers()
        self.refresh()

    def _build(self) -> None:
        self.view = PageView(self._context.jobs)
        self.view.zoom = zoom_of(self._context.settings)
        self.body = QWidget()
        self.view.setParent(self.body)
        self.failure = EmptyState("printer", "")
        self._lines = {"missing": Label("", "amber"), "printer": Label("", "amber")}
        self.foot = PreviewFoot(self.view)
        options = self.options
        self.print_button = Button(_("Print"), "Ctrl+P", "printer", "primary")
        self.save_button = Button(_("Save as PDF…"), "F8", "file-pdf")
        self.set_up = IconButton("sliders-horizontal", _("Printers and papers…"))
        options.paper.setMinimumWidth(96)
        options.printer.setMinimumWidth(96)
        options.printer.setMaximumWidth(240)
        choosing = (options.paper, options.language, options.copies)
        printing = (options.printer, self.set_up)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar(self.print_button, self.save_button, 8, *choosing, None, *printing))
        for line in self._lines.values():
            line.setWordWrap(True)
            line.setContentsMargins(12, 4, 12, 4)
            line.hide()
            column.addWidget(line)
        self._edge = hline()
        self._edge.hide()
        column.addWidget(self._edge)
        column.addWidget(self.view, 1)
        column.addWidget(self.foot)
        self.busy = BusyBar(self)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.body)
        self._stack.addWidget(self.failure)
        self.setFocusProxy(self.view)

    def _connect(self) -> None:
        self.print_button.clicked.connect(self.print_current)
        self.save_button.clicked.connect(self.save)
        self.set_up.clicked.connect(self.set_up_printers)
        self.options.changed.connect(self.refresh)
        self.options.warned.connect(self._warned)
        self.run.said.connect(self.foot.say)
        self.view.zoomed.connect(self._zoomed)

    @property
    def title(self) -> str:
        """What the panel's tab says."""
        number = self.made.title if self.made is not None else ""
        return _("Print {number}").format(number=number) if number else _("Print preview")

    # The paper

    def refresh(self) -> None:
        """Make the paper anew; what is shown stays until then."""
        self._asked += 1
        wanted = self.options.choice().wanted(self._kind, self.record_id, self._more)
        if not self.run.running:
            self.busy.start(_("Making the paper…"))
        work = partial(_make, self._context.office, wanted)
        shown, failed = partial(self._made, self._asked), partial(self._failed, self._asked)
        self._following.run(work, shown, failed)

    def open_again(self, **more: Any) -> None:
        """The panel was asked for once more, perhaps for another period."""
        self._more = more
        self.refresh()

    def _made(self, asked: int, found: tuple[Made, Sizes]) -> None:
        if asked != self._asked:
            return
        self._settle()
        self.made, sizes = found
        self._line("missing", missing_text(self.made.missing) if self.made.missing else "")
        self._stack.setCurrentWidget(self.body)
        self.view.show_pdf(self.made.pdf, sizes)
        self.title_changed.emit(self.title)
        self.shown.emit()

    def _failed(self, asked: int, error: Exception) -> None:
        if asked != self._asked:
            return
        self._settle()
        if self.made is not None:
            self.foot.say(sentence(error), "red")
            return
        self.failure.set_text(sentence(error))
        self.failure.set_actions([(_("Try again"), self.refresh), (_("Close"), self.back)])
        self._stack.setCurrentWidget(self.failure)

    def _settle(self) -> None:
        if not self.run.running:
            self.busy.stop()

    def _warned(self, text: str) -> None:
        self._line("printer", text)

    def _line(self, name: str, text: str) -> None:
        self._lines[name].setText(text)
        self._lines[name].setVisible(bool(text))
        self._edge.setVisible(any(line.text() for line in self._lines.values()))

    def _zoomed(self) -> None:
        keep_zoom(self._context.settings, self.view.zoom)

    def _is_about(self, table: str, ids: list[int]) -> bool:
        return table == KINDS[self._kind].table and (not ids or self.record_id in ids)

    # What the clerk does

    def print_current(self) -> None:
        """Print on the chosen printer."""
        target = self.options.target()
        if self.made is None or self.run.running:
            return
        if target is None:
            self.foot.say(_("There is no printer here. Save a PDF instead."), "amber")
        else:
            self.print_to(target)

    def print_to(self, target: Target) -> None:
        """Print what is shown there."""
        if self.made is not None:
            self.run.print([self.made.wanted], target)

    def save(self) -> None:
        """Ask where, and write the PDF there."""
        if self.made is not None and not self.run.running:
            path = ask_file(self._context.settings, self, self.made.file_name)
            if path is not None:
                self.write(path)

    def write(self, path: Path) -> None:
        """Write the PDF to `path`."""
        if self.made is not None:
            self.run.save_one([self.made.wanted], path)

    def set_up_printers(self) -> None:
        """Set where this printer prints on this paper."""
        dialog = PrintersDialog(self._context, self)
        dialog.show_for(self.options.printer.currentData() or "", self.options.choice().paper)
        dialog.finished.connect(self.options.check)
        dialog.open()

    def back(self) -> None:
        """Close the panel."""
        self._navigator.close_widget(self)


def _make(office: Any, wanted: making.Wanted) -> tuple[Made, Sizes]:
    made = making.preview(office, wanted)
    return made, pages.page_sizes(made.pdf)

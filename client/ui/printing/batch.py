"""Many papers at once: as one print job, as one PDF, or as a file each."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from client.context import Context
from client.data import papers
from client.data.papers import KINDS
from client.i18n import N_, _, plural
from client.ui.kit import BusyBar, Button, FormGrid, IconButton, Label, bar
from client.ui.kit.room import fit_to_screen
from client.ui.printing.dialog import PrintersDialog
from client.ui.printing.files import ask_file, ask_folder
from client.ui.printing.making import Wanted
from client.ui.printing.options import PaperOptions
from client.ui.printing.run import PaperRun
from client.ui.printing.work import Outcome
from client.ui.theme import size

PRINT, ONE, EACH = "print", "one", "each"


class BatchDialog(QDialog):
    """Asks how, then shows how far it is; Esc stops, and closes when nothing runs."""

    done_with = Signal(str, str)  # what came of it, tone

    def __init__(
        self,
        context: Context,
        kind: str,
        ids: Sequence[int],
        parent: QWidget,
        way: str = PRINT,
        more: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._kind, self._ids = context, kind, list(ids)
        self._more = more or {}
        self.options = PaperOptions(context, kind, self)
        self._build(way)
        self.run = PaperRun(context, self, self.busy)
        self._connect()
        self.options.look_for_printers()
        self._settle()

    def _build(self, way: str) -> None:
        label = _(KINDS[self._kind].label)
        self.setWindowTitle(_("Print or save several"))
        fit_to_screen(self, 560, 360)
        one, many = N_("{kind}: {n} document"), N_("{kind}: {n} documents")
        head = Label(plural(len(self._ids), one, many, kind=label))
        self.ways = {
            PRINT: QRadioButton(_("One print job")),
            ONE: QRadioButton(_("One PDF file with all pages")),
            EACH: QRadioButton(_("A PDF file for each document")),
        }
        self.ways[way].setChecked(True)
        options, form = self.options, FormGrid(2)
        self.set_up = IconButton("sliders-horizontal", _("Printers and papers…"))
        form.add(_("Paper"), options.paper)
        form.add(_("Language"), options.language)
        form.add(_("Copies"), options.copies)
        form.set_shown(options.copies, bool(papers.copies_offered(self._context.office.settings)))
        self._form, self._printing = FormGrid(1), QWidget()
        row = QHBoxLayout(self._printing)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(options.printer, 1)
        row.addWidget(self.set_up)
        self._form.add(_("Printer"), self._printing)
        FormGrid.align([form, self._form])
        self._warning, self._said = Label("", "amber"), Label("", "text2")
        for line in (self._warning, self._said):
            line.setWordWrap(True)
        self.start_button = Button("", "Enter", "printer", "primary")
        self.start_button.setDefault(True)
        self.leave = Button(_("Close"), "Esc")
        inner = QVBoxLayout()
        inner.setContentsMargins(16, 12, 16, 12)
        inner.setSpacing(8)
        ways = QVBoxLayout()
        ways.setSpacing(0)
        for radio in self.ways.values():
            radio.setMinimumHeight(size("field"))
            ways.addWidget(radio, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addWidget(head)
        inner.addLayout(ways)
        for part in (form, self._form, self._warning, self._said):
            inner.addWidget(part)
        inner.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(inner, 1)
        whole.addWidget(bar(self.start_button, None, self.leave, kind="footbar"))
        self.busy = BusyBar(self)

    def _connect(self) -> None:
        for radio in self.ways.values():
            radio.toggled.connect(self._settle)
        self.start_button.clicked.connect(self.start)
        self.leave.clicked.connect(self.reject)
        self.set_up.clicked.connect(self._set_up_printers)
        self.options.warned.connect(self._warning.setText)
        self.run.said.connect(self._say)
        self.run.ended.connect(self._ended)

    def way(self) -> str:
        """Which of the three is chosen."""
        return next(way for way, radio in self.ways.items() if radio.isChecked())

    def wanted(self) -> list[Wanted]:
        """All the papers as chosen."""
        choice = self.options.choice()
        return [choice.wanted(self._kind, number, self._more) for number in self._ids]

    def start(self) -> None:
        """Begin, after asking for a file or folder where one is needed."""
        if self.run.running:
            return
        if self.way() == PRINT:
            target = self.options.target()
            if target is None:
                self._say(_("There is no printer here. Save a PDF instead."), "amber")
            else:
                self.run.print(self.wanted(), target)
        elif self.way() == ONE:
            self.save_one(ask_file(self._context.settings, self, self._name()))
        else:
            self.save_each(ask_folder(self._context.settings, self))
        self._settle()

    def save_one(self, path: Path | None) -> None:
        """All pages into this file."""
        if path is not None:
            self.run.save_one(self.wanted(), path)
            self._settle()

    def save_each(self, folder: Path | None) -> None:
        """A file each into this folder."""
        if folder is not None:
            self.run.save_each(self.wanted(), folder)
            self._settle()

    def reject(self) -> None:
        """Esc stops what runs, else closes."""
        if self.run.running:
            self.run.stop()
        else:
            super().reject()

    def _name(self) -> str:
        label, today = _(KINDS[self._kind].label), self._context.office.today
        return f"{label}_{len(self._ids)}_{today:%Y%m%d}.pdf"

    def _settle(self) -> None:
        printing = self.way() == PRINT
        self.start_button.setText(_("Print") if printing else _("Save as PDF…"))
        self.start_button.updateGeometry()
        self._form.setEnabled(printing)
        self._warning.setVisible(printing)
        self.start_button.setEnabled(not self.run.running)
        self.leave.setText(_("Stop") if self.run.running else _("Close"))

    def _say(self, text: str, token: str) -> None:
        self._said.set_tone(token)
        self._said.setText(text)

    def _ended(self, outcome: Outcome | None) -> None:
        self._settle()
        if outcome is not None:
            self.done_with.emit(self._said.text(), str(self._said.property("tone")))
            if not outcome.left and not outcome.stopped:
                self.accept()

    def _set_up_printers(self) -> None:
        dialog = PrintersDialog(self._context, self)
        dialog.show_for(self.options.printer.currentData() or "", self.options.choice().paper)
        dialog.finished.connect(self.options.check)
        dialog.open()

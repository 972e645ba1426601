"""The import dialog: a file, what its columns are, a trial that lists every problem, the import."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from client.context import Context
from client.data import errors
from client.data.errors import KnownError
from client.data.importing import imports
from client.data.importing.mapping import SheetMapping, guess
from client.data.importing.report import Options, Report
from client.data.reading.files import ReadingRefused, SheetInfo, Workbook
from client.i18n import _, joined
from client.ui.importing.columns import ImportColumns
from client.ui.importing.result import ImportOptions, ImportResult
from client.ui.importing.source import OFFICE, ImportSource
from client.ui.importing.work import ImportWork
from client.ui.kit import BusyBar, Button, ElidedLabel, bar, headline, hline
from client.ui.kit.room import fit_to_screen

FILES = "*.xlsx *.xls *.xlsm *.xlsb *.ods *.et *.csv *.txt *.tsv"


class ImportDialog(QDialog):
    """Opens with a file or asks for one; `kind` is offered first, as the command line names it."""

    def __init__(self, context: Context, parent: QWidget | None = None, kind: str = OFFICE) -> None:
        super().__init__(parent)
        self.context = context
        self.book: Workbook | None = None
        self.plan: list[SheetMapping] = []
        self._skipped: list[str] = []
        self._wanted = kind
        self._path = Path()
        self.work = ImportWork(context, self)
        self._build()
        self._connect()
        self._settle()

    def _build(self) -> None:
        self.setWindowTitle(_("Import"))
        fit_to_screen(self, 1040, 720)
        self.source, self.sheets, self.columns = ImportSource(), QListWidget(), ImportColumns()
        self.sheets.setAccessibleName(_("Sheets of the file"))
        self.options, self.outcome = ImportOptions(), ImportResult()
        self.trial = Button(_("Try it"), icon="flask")
        self.start = Button(_("Import"), kind="primary")
        self.leave = Button(_("Close"), "Esc")
        self.message = ElidedLabel("", "amber")
        self.busy = BusyBar(self)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.options, hline(), self.outcome):
            column.addWidget(widget)
        middle = _split(Qt.Orientation.Horizontal, self.sheets, self.columns, 230, 810)
        head = headline(_("Import"), _("Nothing is written before the whole file is right."))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self.source)
        whole.addWidget(_split(Qt.Orientation.Vertical, middle, below, 350, 240), 1)
        whole.addWidget(bar(self.trial, self.start, self.message, None, self.leave, kind="footbar"))

    def _connect(self) -> None:
        self.source.file_wanted.connect(self.ask_file)
        self.source.plan_wanted.connect(self._plan_again)
        self.source.header_moved.connect(self._header_moved)
        self.sheets.currentRowChanged.connect(self._show_mapping)
        self.columns.mapping_changed.connect(self._settle)
        self.trial.clicked.connect(self.try_it)
        self.start.clicked.connect(self.ask_import)
        self.leave.clicked.connect(self.reject)
        self.busy.cancelled.connect(self.work.stop)
        self.work.progressed.connect(self.busy.progress)

    # What the clerk does

    def ask_file(self) -> None:
        """Let the clerk choose a file."""
        path, _kind = QFileDialog.getOpenFileName(
            self, _("Choose a file…"), "", f"{_('Workbooks and text files')} ({FILES})"
        )
        if path:
            self.open_file(path)

    def open_file(self, path: str | Path, password: str = "") -> None:
        """Read what the file holds, and guess what it is."""
        if self.work.running:
            return
        self._path = Path(path)
        self._close_book()
        self.source.file.setText(str(path))
        self._begin(_("Reading the file…"))
        self.work.open(self._path, password, self._opened, self._not_opened)

    def try_it(self) -> None:
        """Go through the whole file and write nothing."""
        self._run(Options(dry_run=True, **self.options.values()))

    def ask_import(self) -> None:
        """Import; first ask where rejected rows go, if some may be left out."""
        rejects = None
        if self.options.leave_out():
            name = self._path.with_name(f"{self._path.stem}-{_('rejected')}.xlsx")
            chosen, _kind = QFileDialog.getSaveFileName(
                self, _("Rejected rows go to"), str(name), f"{_('Workbook')} (*.xlsx)"
            )
            if not chosen:
                return
            rejects = Path(chosen)
        self.import_it(rejects)

    def import_it(self, rejects: Path | None = None) -> None:
        """Import; rows with problems go to `rejects`, without it nothing is written if any has."""
        self._run(Options(rejects=rejects, **self.options.values()))

    def reject(self) -> None:
        """Close, unless something runs: then only that is stopped."""
        if self.work.running:
            self.work.stop()
            return
        self._close_book()
        super().reject()

    # Reading and planning

    def _opened(self, book: Workbook) -> None:
        self.book = book
        self._end()
        self.outcome.show_sentence(_("Look through the columns, then try it."))
        self.source.show_book(book, self._wanted)
        self._plan_again("")

    def _not_opened(self, error: Exception) -> None:
        self._end()
        self.source.file.clear()
        if isinstance(error, ReadingRefused) and error.wants_password:
            password, given = QInputDialog.getText(
                self, _("Password"), errors.sentence(error), QLineEdit.EchoMode.Password
            )
            if given and password:
                self.open_file(self._path, password)
                return
        self._failed(error)

    def _plan_again(self, sheet: str) -> None:
        if self.book is None:
            return
        kind, self._skipped = self.source.kind(), []
        try:
            if kind == OFFICE:
                self.plan, self._skipped = imports.plan_office(self.book)
            else:
                self.plan = imports.plan_one(self.book, kind, sheet)
        except KnownError as error:
            self.plan = []
            self._failed(error)
        self.sheets.clear()
        for mapping in self.plan:
            what = _(mapping.kind.entity.PLURAL)
            same = mapping.sheet.casefold() == what.casefold()
            item = QListWidgetItem(what if same else f"{mapping.sheet} · {what}")
            item.setToolTip(item.text())
            self.sheets.addItem(item)
        self.sheets.setVisible(len(self.plan) > 1)
        self.sheets.setCurrentRow(0 if self.plan else -1)
        self._show_mapping(0)

    def _show_mapping(self, place: int) -> None:
        mapping = self.plan[place] if 0 <= place < len(self.plan) else None
        self.columns.show_mapping(mapping, self._info(mapping))
        if mapping is not None:
            self.source.show_mapping(mapping)
        self._settle()

    def _header_moved(self, row: int) -> None:
        place = max(self.sheets.currentRow(), 0)
        mapping = self.plan[place] if place < len(self.plan) else None
        info = self._info(mapping)
        if mapping is not None and info is not None and row != mapping.header_row:
            self.plan[place] = guess(mapping.kind, info, row)
            self._show_mapping(place)

    def _info(self, mapping: SheetMapping | None) -> SheetInfo | None:
        if self.book is None or mapping is None:
            return None
        return next((info for info in self.book.sheets if info.name == mapping.sheet), None)

    # Running

    def _run(self, options: Options) -> None:
        if self.book is None or self.work.running:
            return
        self._begin(_("Trying it…") if options.dry_run else _("Importing…"))
        self.work.run(self.book, self.plan, self._skipped, options, self._ran, self._failed)

    def _ran(self, report: Report) -> None:
        self._end()
        self.outcome.show_report(report)
        # Once the file is in, a second import would only find what is there already.
        self.start.setEnabled(self.start.isEnabled() and not report.written)

    def _failed(self, error: Exception) -> None:
        self._end()
        self.outcome.show_sentence(errors.sentence(error))
        if not errors.known(error):
            self.context.jobs.problem.emit(error)

    def _begin(self, text: str) -> None:
        self._enable(False)
        self.leave.setText(_("Stop"))
        self.busy.start(text)

    def _end(self) -> None:
        self.busy.stop()
        self._enable(True)
        self.leave.setText(_("Close"))
        self._settle()

    def _enable(self, on: bool) -> None:
        for widget in (self.source, self.sheets, self.columns, self.options):
            widget.setEnabled(on)
        for button in (self.trial, self.start):
            button.setEnabled(on)

    def _settle(self) -> None:
        """What can be pressed now, and what is still missing."""
        missing = [
            f"{mapping.sheet}: {_(target.label)}"
            for mapping in self.plan
            for target in mapping.missing
        ]
        for button in (self.trial, self.start):
            button.setEnabled(bool(self.plan) and not missing and not self.work.running)
        text = _("No column for {fields}").format(fields=joined(missing))
        self.message.setText(text if missing else "")
        self.options.show_duplicates(any(m.kind.name == "customer" for m in self.plan))
        if self.book is None and not self.work.running:
            self.outcome.show_sentence(_("Choose a file to begin with."))

    def _close_book(self) -> None:
        if self.book is not None:
            self.book.close()
        self.book = None
        self.plan = []


def _split(
    way: Qt.Orientation, first: QWidget, second: QWidget, size: int, other: int
) -> QSplitter:
    splitter = QSplitter(way)
    splitter.addWidget(first)
    splitter.addWidget(second)
    splitter.setSizes([size, other])
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
    return splitter

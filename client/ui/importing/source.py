"""The upper part of the import dialog: which file, what is imported, which sheet, which row."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from client.data.errors import KnownError
from client.data.importing import imports
from client.data.importing.kinds import KINDS
from client.data.importing.mapping import SheetMapping
from client.data.reading.files import Workbook
from client.i18n import _
from client.ui.kit import Button, Label, bar

OFFICE = ""  # the choice of importing every sheet


class ImportSource(QWidget):
    """`file_wanted`, `plan_wanted(sheet)` with the sheet the clerk chose, `header_moved(row)`."""

    file_wanted = Signal()
    plan_wanted = Signal(str)
    header_moved = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.file, self._choose = QLineEdit(), Button(_("Choose a file…"), icon="folder-open")
        self.what, self._sheet, self._header_row = QComboBox(), QComboBox(), QSpinBox()
        self._build()
        self._choose.clicked.connect(self.file_wanted)
        self.what.activated.connect(self._kind_chosen)
        self._sheet.textActivated.connect(self.plan_wanted)
        self._header_row.editingFinished.connect(self._header_typed)

    def _build(self) -> None:
        self.file.setReadOnly(True)
        self.file.setPlaceholderText(_("A workbook (XLSX, XLS, ODS) or a text file (CSV)"))
        self.what.setMinimumWidth(190)
        self._sheet.setMinimumWidth(160)
        self._header_row.setRange(1, 1000)
        self._header_row.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self._header_row.setFixedWidth(56)
        for widget, name in (
            (self.file, _("File")),
            (self.what, _("What is imported")),
            (self._sheet, _("Sheet")),
            (self._header_row, _("Row of the headers")),
        ):
            widget.setAccessibleName(name)
        self.what.addItem(_("Whole office, every sheet"), OFFICE)
        for name, kind in KINDS.items():
            if name != "order-line":
                self.what.addItem(_(kind.entity.PLURAL), name)
        first = bar(Label(_("File"), "text2"), self.file, self._choose, kind="panel", gap=8)
        second: list[QWidget | int | None] = [Label(_("What"), "text2"), self.what, 8]
        second += [Label(_("Sheet"), "text2"), self._sheet, 8]
        second += [Label(_("Headers in row"), "text2"), self._header_row, None]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for row in (first, bar(*second, gap=8)):
            row.setFixedHeight(42)
            column.addWidget(row)

    def show_book(self, book: Workbook, wanted: str) -> None:
        """Offer the sheets of `book`; without a wanted kind the likely one is chosen."""
        self._sheet.clear()
        self._sheet.addItems([info.name for info in book.sheets if info.rows])
        self.what.setCurrentIndex(max(self.what.findData(wanted or _likely(book)), 0))

    def show_mapping(self, mapping: SheetMapping) -> None:
        self._header_row.setValue(mapping.header_row)
        self._sheet.setCurrentText(mapping.sheet)

    def kind(self) -> str:
        """As the command line names it, or OFFICE."""
        return str(self.what.currentData())

    def _kind_chosen(self) -> None:
        # Nothing before the clerk chose a sheet: the one that fits best is taken.
        self.plan_wanted.emit("")

    def _header_typed(self) -> None:
        self.header_moved.emit(self._header_row.value())


def _likely(book: Workbook) -> str:
    """One sheet is one kind, several are an office, what is not recognised are customers."""
    try:
        known, _skipped = imports.plan_office(book)
    except KnownError:
        return "customer"
    return OFFICE if len(known) > 1 else known[0].kind.name

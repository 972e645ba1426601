"""Printers and papers: where each printer of this workstation prints, and a page to measure it."""

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from client.context import Context
from client.data.errors import sentence
from client.data.papers import SIZES
from client.i18n import N_, _, plural
from client.ui.kit import Button, ElidedLabel, FormGrid, Label, Section, bar
from client.ui.kit.room import fit_to_screen
from client.ui.kit.scroller import Scroller
from client.ui.printing import alignment, choices, printers
from client.ui.printing.alignment import Measured
from client.ui.printing.printers import Fit, PaperMissing, Target
from client.ui.printing.run import ask_anyway
from client.ui.theme import theme

PICTURE = 330


class PagePicture(QWidget):
    """The alignment page in small, as it would come out on the paper."""

    def __init__(self) -> None:
        super().__init__()
        self._paper, self._fit = "a4", Fit()
        self.setMinimumSize(PICTURE, 260)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("Alignment page"))

    def sizeHint(self) -> QSize:
        return QSize(PICTURE, 400)

    def show_page(self, paper: str, fit: Fit) -> None:
        self._paper, self._fit = paper, fit
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, size = QPainter(self), SIZES[self._paper]
        dots = min((self.width() - 2) / size.width, (self.height() - 2) / size.height)
        sheet = QRectF(0, 0, size.width * dots, size.height * dots)
        sheet.moveCenter(QRectF(self.rect()).center())
        painter.fillRect(sheet.adjusted(-1, -1, 1, 1), theme().color("line_strong"))
        painter.fillRect(sheet, Qt.GlobalColor.white)
        painter.setClipRect(sheet)
        painter.translate(sheet.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        alignment.draw(painter, self._paper, self._fit, (dots, dots), [])


class PrintersDialog(QDialog):
    """Sets how a printer prints on a paper; kept for this workstation."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._wished = ""
        self._printing = False
        self._build()
        self._connect()
        self._load()
        context.jobs.run(self, printers.names, self._found)

    def _build(self) -> None:
        self.setWindowTitle(_("Printers and papers"))
        self.printer, self.paper = QComboBox(), QComboBox()
        self.printer.addItem(_("Looking for printers…"), "")
        for name, size in SIZES.items():
            self.paper.addItem(_(size.label), name)
        self._state = Label("", "text2")
        self._state.setWordWrap(True)
        self.right, self.down = _number(-60, 60, " mm"), _number(-60, 60, " mm")
        self.wide, self.high = _number(80, 120, " %"), _number(80, 120, " %")
        self.longer = _number(-20, 20, " mm", 0.05)
        self.measures = [_number(0, 300, " mm") for _field in Measured._fields]
        self.take = Button(_("Take over"))
        self.print_one = Button(_("Print alignment page"), icon="printer")
        self.print_many = Button(_("Print {n}").format(n=alignment.MANY))
        self.keep = Button(_("Save"), "F8", "floppy-disk", "primary")
        self.leave = Button(_("Close"), "Esc")
        self._said = ElidedLabel("", "text2")
        self.picture = PagePicture()
        middle = QHBoxLayout()
        middle.setContentsMargins(16, 12, 16, 12)
        middle.setSpacing(24)
        middle.addWidget(Scroller(self._fields()), 1)
        middle.addWidget(self.picture)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(middle, 1)
        buttons = (self.keep, self.print_one, self.print_many)
        whole.addWidget(bar(*buttons, self._said, None, self.leave, kind="footbar"))
        fit_to_screen(self, 880, 560)

    def _fields(self) -> QWidget:
        choice, fit, measured = FormGrid(1), FormGrid(2), FormGrid(2)
        choice.add(_("Printer"), self.printer)
        choice.add(_("Paper"), self.paper)
        for label, field in (
            (_("Move right"), self.right),
            (_("Move down"), self.down),
            (_("Width"), self.wide),
            (_("Height"), self.high),
            (_("Page longer"), self.longer),
        ):
            fit.add(label, field)
        labels = (_("Left to A"), _("Top to A"), _("A to B"), _("A to C"), _("10th: top to A"))
        for label, field in zip(labels, self.measures, strict=True):
            measured.add(label, field)
        FormGrid.align([choice, fit, measured])
        where = Section(_("Where it prints"), foldable=False)
        where.body.addWidget(fit)
        found = Section(_("Measured on the alignment page"), foldable=False)
        found.body.addWidget(measured)
        row = QHBoxLayout()
        row.setSpacing(16)
        how = Label("\n".join(_(step) for step in alignment.HOW), "text2")
        how.setWordWrap(True)
        row.addWidget(how, 1)
        row.addWidget(self.take, 0, Qt.AlignmentFlag.AlignTop)
        found.body.addLayout(row)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(8)
        for part in (choice, self._state, where, found):
            column.addWidget(part)
        column.addStretch(1)
        return content

    def _connect(self) -> None:
        self.printer.currentIndexChanged.connect(self._load)
        self.paper.currentIndexChanged.connect(self._load)
        for field in (self.right, self.down, self.wide, self.high, self.longer):
            field.valueChanged.connect(self._show_page)
        self.take.clicked.connect(self.take_over)
        self.print_one.clicked.connect(self._one_page)
        self.print_many.clicked.connect(self._many_pages)
        self.keep.clicked.connect(self.save)
        self.leave.clicked.connect(self.reject)
        for keys in ("F8", "Ctrl+S"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.save)

    # What is shown

    def show_for(self, printer: str, paper: str) -> None:
        """Begin with this printer and paper."""
        self._wished = printer
        self.paper.setCurrentIndex(max(self.paper.findData(paper), 0))

    def fit(self) -> Fit:
        """What stands in the fields."""
        return Fit(*(f.value() for f in (self.right, self.down, self.wide, self.high, self.longer)))

    def _found(self, names: list[str]) -> None:
        wished = choices.printer_of(self._context.settings, self.paper.currentData(), names)
        self.printer.clear()
        for name in names:
            self.printer.addItem(name, name)
        if not names:
            self.printer.addItem(_("No printer"), "")
        wished = self._wished or wished
        self.printer.setCurrentIndex(max(self.printer.findData(wished), 0))
        self._load()

    def _load(self) -> None:
        """Show what is kept for the chosen printer and paper."""
        name, paper = self.printer.currentData() or "", self.paper.currentData()
        self._fill(printers.fit_of(self._context.settings, name, paper))
        for field, value in zip(self.measures, alignment.expected(paper), strict=True):
            field.setValue(value)
        # While printers are looked for as well: what was typed would go when they are found.
        typed = (self.right, self.down, self.wide, self.high, self.longer, *self.measures)
        for part in (*typed, self.take, self.keep, self.print_one, self.print_many):
            part.setEnabled(bool(name))
        self._say("")
        self._state.setText("" if name else _("A printer that Windows knows is needed for this."))
        if name:
            work = partial(printers.lacks, name, paper)
            self._context.jobs.run(self, work, partial(self._checked, name, paper))

    def _checked(self, name: str, paper: str, why: str) -> None:
        if (name, paper) == (self.printer.currentData(), self.paper.currentData()):
            self._state.set_tone("amber" if why else "green")
            self._state.setText(why or _("This printer has this paper."))

    def _fill(self, fit: Fit) -> None:
        for field, value in (
            (self.right, fit.right),
            (self.down, fit.down),
            (self.wide, fit.wide),
            (self.high, fit.high),
            (self.longer, fit.longer),
        ):
            field.setValue(value)
        self._show_page()

    def _show_page(self) -> None:
        self.picture.show_page(self.paper.currentData(), self.fit())

    def _say(self, text: str, token: str = "text2") -> None:
        self._said.set_tone(token)
        self._said.setText(text)

    # What the clerk does

    def take_over(self) -> None:
        """Correct the fields above by what was measured."""
        found = Measured(*(field.value() for field in self.measures))
        if min(found.across, found.down) < alignment.EDGE:
            self._say(_("Measure from A to B and from A to C."), "amber")
            return
        self._fill(alignment.corrected(self.fit(), self.paper.currentData(), found))
        for field, value in zip(
            self.measures, alignment.expected(self.paper.currentData()), strict=True
        ):
            field.setValue(value)
        self._say(_("Taken over; save it and print the page again."))

    def save(self) -> None:
        """Keep it for this printer and paper."""
        name, paper = self.printer.currentData(), self.paper.currentData()
        if name:
            printers.keep_fit(self._context.settings, name, paper, self.fit())
            self._say(_("Saved for {printer}.").format(printer=name))

    def _one_page(self) -> None:
        self.print_pages(1)

    def _many_pages(self) -> None:
        self.print_pages(alignment.MANY)

    def print_pages(self, pages: int, anyway: bool = False) -> None:
        """Print the alignment page by what stands in the fields."""
        name, paper = self.printer.currentData(), self.paper.currentData()
        if not name or self._printing:
            return
        self._printing = True
        self._say(_("Printing…"))
        work = partial(alignment.print_pages, Target(name, self.fit()), paper, pages, anyway)
        self._context.jobs.run(self, work, self._printed, partial(self._not_printed, pages))

    def _printed(self, pages: int) -> None:
        self._printing = False
        self._say(
            plural(pages, N_("{n} page sent to the printer."), N_("{n} pages sent to the printer."))
        )

    def _not_printed(self, pages: int, error: Exception) -> None:
        self._printing = False
        self._say("")
        if not isinstance(error, PaperMissing):
            self._say(sentence(error), "red")
        else:
            again = partial(self.print_pages, pages, anyway=True)
            ask_anyway(self, error).accepted.connect(again)


def _number(least: float, most: float, unit: str, step: float = 0.1) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setRange(least, most)
    field.setDecimals(2)
    field.setSingleStep(step)
    field.setSuffix(unit)
    field.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
    field.setAlignment(Qt.AlignmentFlag.AlignRight)
    return field

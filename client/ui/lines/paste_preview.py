"""What a block from a spreadsheet will become, before it stands in the lines."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QDialog, QVBoxLayout, QWidget

from client.data.priced.pasting import Pasted
from client.data.priced.products import Pick, ProductIndex
from client.i18n import N_, _, plural
from client.ui.kit import Button, ElidedLabel, Label, bar, hline
from client.ui.kit.room import fit_to_screen
from client.ui.lines.paste_model import PasteModel, offered_columns, question
from client.ui.lines.product_picker import ProductPicker
from client.ui.tables.marking import MarkingDelegate
from client.ui.tables.rows import RowsModel
from client.ui.tables.table import Table
from client.ui.theme import size

OFFERS_SEEN = 6


class PastePreview(QDialog):
    """Rows above, offers for the current one below. Digits choose, Del leaves a row out, F7 looks
    elsewhere; `taken` with the lines."""

    taken = Signal(list)

    def __init__(self, rows: Sequence[Pasted], products: ProductIndex, parent: QWidget) -> None:
        super().__init__(parent)
        self._products = products
        self.model = PasteModel(rows, products)
        self.offers = RowsModel(offered_columns())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Paste from Excel"))
        fit_to_screen(self, 1000, 620)
        self._build()
        self.model.edited.connect(self._tell)
        self.table.selectionModel().currentRowChanged.connect(self._moved)
        self._go(self.model.next_open(-1))
        self._tell()
        self.table.setFocus()

    def _build(self) -> None:
        self._said = Label("")
        self.table = Table(self.model.columns)
        self.table.setAccessibleName(_("Pasted rows"))
        self.table.ruled, self.table.rings = True, False
        self.table.setItemDelegate(MarkingDelegate(self.table))
        self.table.setModel(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.opened.connect(self._take)
        self.table.installEventFilter(self)
        self._question = ElidedLabel("", "text2")
        self.choices = Table(self.offers.columns)
        self.choices.setAccessibleName(_("Products to choose from"))
        self.choices.ruled, self.choices.rings = True, False
        self.choices.head.hide()
        self.choices.setModel(self.offers)
        self.choices.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.choices.setFixedHeight(OFFERS_SEEN * size("row"))
        self.choices.opened.connect(self.choose)
        self.choices.clicked.connect(self._clicked)
        self._asking = QWidget()
        lower = QVBoxLayout(self._asking)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(0)
        hint = Label(_("1–9 choose · F7 looks for another · Del leaves the row out"), "ghost")
        for part in (hline(), bar(self._question, None, hint), hline(), self.choices):
            lower.addWidget(part)
        take = Button(_("Take"), "Enter", "check", kind="primary")
        take.clicked.connect(self._take)
        close = Button(_("Back"), "Esc")
        close.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar(self._said, None))
        column.addWidget(self.table, 1)
        column.addWidget(self._asking)
        column.addWidget(bar(take, None, close, kind="footbar"))

    # What the clerk does

    def choose(self, place: int) -> None:
        """The current row means the offer at `place`; on to the next that is open."""
        row = self.table.currentIndex().row()
        if row >= 0 and 0 <= place < len(self.offers.rows):
            self.model.choose(row, self.offers.rows[place])
            self._go(self.model.next_open(row))
            self.table.setFocus()

    def leave_out(self) -> None:
        row = self.table.currentIndex().row()
        if row >= 0:
            self.model.leave_out(row)

    def pick(self) -> None:
        """Look for the product of the current row among all."""
        picker = ProductPicker(self._products, "", self)
        picker.picked.connect(self._picked)
        picker.finished.connect(self.activateWindow)
        picker.open()

    def _picked(self, picks: list[Pick]) -> None:
        row = self.table.currentIndex().row()
        if picks and row >= 0:
            self.model.choose(row, picks[0].item)
            self._go(self.model.next_open(row))

    def _take(self) -> None:
        lines = self.model.lines()
        self.accept()
        self.taken.emit(lines)

    def _clicked(self, index: QModelIndex) -> None:
        self.choose(index.row())

    def _go(self, row: int) -> None:
        self.table.setCurrentIndex(self.model.index(max(row, 0), 0))
        self.table.selectRow(max(row, 0))
        self._offer()

    def _moved(self) -> None:
        self._offer()

    def _offer(self) -> None:
        row = self.table.currentIndex().row()
        offers = self.model.offers(row) if row >= 0 else []
        self.offers.show(offers)
        asks = row >= 0 and self.model.asks(row)
        self._question.setText(question(self.model.text_of(row), offers) if asks else "")

    def _tell(self) -> None:
        rows, open_rows = self.model.rowCount(), len(self.model.open_rows())
        text = plural(rows, N_("{n} row from the clipboard"), N_("{n} rows from the clipboard"))
        if open_rows:
            text += " · " + _("{n} to look at").format(n=f"{open_rows:,}")
        self._said.setText(text)
        self._said.set_tone("amber" if open_rows else "text")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the rows: digits, Del and F7."""
        if watched is not self.table or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.type() != QEvent.Type.KeyPress:
            return False
        digit = event.text()
        if digit.isascii() and digit.isdigit() and digit != "0":
            self.choose(int(digit) - 1)
        elif event.key() == Qt.Key.Key_Delete:
            self.leave_out()
        elif event.key() == Qt.Key.Key_F7:
            self.pick()
        else:
            return False
        return True

"""F7: look through all products and take one or several into the lines."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from client.data.priced.products import Item, ProductIndex
from client.i18n import _
from client.ui.kit import Button, Label, bar
from client.ui.lines.product_popup import ProductModel, columns
from client.ui.tables.table import Table
from client.ui.theme import icon

SHOWN = 500


class ProductPicker(QDialog):
    """Search above, products below; `picked` tells those taken, in the order shown."""

    picked = Signal(list)

    def __init__(self, products: ProductIndex, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._products = products
        self._model = ProductModel()
        self._build()
        self._search.setText(text)
        self._find(text)

    def _build(self) -> None:
        self.setWindowTitle(_("Pick products"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(720, 480)
        self._search = QLineEdit()
        self._search.setAccessibleName(_("Search products"))
        self._search.setPlaceholderText(_("code, name, pinyin initials, barcode or specification"))
        self._search.addAction(icon("magnifying-glass"), QLineEdit.ActionPosition.LeadingPosition)
        self._search.textChanged.connect(self._find)
        self._search.installEventFilter(self)
        self._table = Table(columns())
        self._table.ruled = True
        self._table.setModel(self._model)
        self._table.setAccessibleName(_("Products"))
        self._table.opened.connect(self._take)
        self._table.summary_changed.connect(self._count)
        self._note = Label("", "text2")
        take = Button(_("Take"), "Enter", "check", kind="primary")
        take.clicked.connect(self._take)
        close = Button(_("Back"), "Esc")
        close.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = bar(self._search, kind="bar")
        top.setFixedHeight(44)
        column.addWidget(top)
        column.addWidget(self._table, 1)
        hint = Label(_("Ctrl and Shift mark several"), "ghost")
        column.addWidget(bar(take, self._note, None, hint, close, kind="footbar"))
        self._search.setFocus()

    def _find(self, text: str) -> None:
        self._model.show_items(self._products.search(text, SHOWN))
        if self._model.items:
            self._table.selectRow(0)
        self._count()

    def _count(self) -> None:
        marked = len(self._table.selectionModel().selectedRows())
        text = _("{n} products").format(n=f"{len(self._model.items):,}")
        if marked > 1:
            text += " · " + _("{n} selected").format(n=marked)
        self._note.setText(text)

    def _take(self) -> None:
        rows = sorted(index.row() for index in self._table.selectionModel().selectedRows())
        items: list[Item] = [self._model.items[row] for row in rows]
        if items:
            self.accept()
            self.picked.emit(items)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search, Enter takes and ↓ goes into the list."""
        if watched is self._search and isinstance(event, QKeyEvent):
            if event.type() != QEvent.Type.KeyPress:
                return False
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take()
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
                self._table.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return super().eventFilter(watched, event)

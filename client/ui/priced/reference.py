"""Beside the lines: what the current product went for before, and what the customer keeps
buying. It folds away, and gives way where the window is narrow.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QSplitter, QVBoxLayout, QWidget

from client.data import formats
from client.data.priced.prices import SHOWN, Deal, PriceHistory
from client.data.priced.products import Item
from client.i18n import N_, _
from client.settings import Settings
from client.ui.kit import IconButton, Label, Section, bar, hline
from client.ui.lines.cells import span_text
from client.ui.lines.goods import BESIDE, Good, GoodsTable
from client.ui.tables.columns import Column, declared
from client.ui.tables.rows import RowsModel
from client.ui.tables.table import Table
from client.ui.theme import size

COLUMNS = (  # key, title, kind, width
    ("on", N_("Date"), "code", 86),
    ("quantity", N_("Qty"), "quantity", 50),
    ("unit_price", N_("Price"), "price", 70),
    ("number", N_("Document"), "text2", 72),
)
KEY = "lines/reference"
LEAST, USUAL_WIDTH, MOST = 240, 316, 480
NARROW, NARROW_PAGE = 1366, 1000  # a window or a panel below this has no room for it
CAPTIONS = (
    ("lowest", N_("Lowest")),
    ("listed", N_("List price")),
    ("sold", N_("Customers like this one")),
    ("quoted", N_("Quoted to such customers")),
)


class DealModel(RowsModel):
    """The last deals of one product, the latest first."""

    def tip(self, row: int, key: str) -> str:
        deal = self.rows[row]
        if deal.discount:
            discount = formats.percent(deal.discount)
            return _("{number}: discount {percent}").format(number=deal.number, percent=discount)
        return deal.number if key == "number" else ""


class ReferencePanel(QWidget):
    """Shows what it is given. `taken` with picked goods, `opened` with a document's kind and id,
    `folded` when it is closed."""

    taken = Signal(list)
    opened = Signal(str, int)
    folded = Signal()
    shown = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(LEAST)
        self.setAccessibleName(_("Reference"))
        self._figures: dict[str, tuple[Label, Label]] = {}
        self._deal_model = DealModel(_columns())
        self._product = Section(_("Former prices"), foldable=False)
        self._usual = Section(_("Usual goods"), foldable=False)
        self._hint = Label("", "ghost")
        self._hint.setWordWrap(True)
        self._build()
        self.show_product(None, None, [])
        self.show_goods([], known=False)

    def _build(self) -> None:
        close = IconButton("x", _("Fold away"))
        close.clicked.connect(self.folded)
        self.deals = self._table(Table(self._deal_model.columns), _("Former prices"))
        self.deals.setModel(self._deal_model)
        self.deals.setFixedHeight(size("header") + SHOWN * size("row"))
        self.deals.opened.connect(self._open)
        self.goods = GoodsTable(BESIDE, short=True)
        self._table(self.goods, _("Usual goods"))
        self.goods.opened.connect(self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        parts = (
            (bar(Label(_("Reference")), None, close), 0),
            (hline(), 0),
            (_inset(self._product, self._pairs()), 0),
            (hline(), 0),
            (self.deals, 0),
            (hline(), 0),
            (_inset(self._usual), 0),
            (hline(), 0),
            (self.goods, 1),
            (_inset(self._hint), 0),
        )
        for part, stretch in parts:
            column.addWidget(part, stretch)

    def add_part(self, part: QWidget) -> None:
        """Put something more above the hint at the bottom."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.count() - 1, part)

    def _table(self, table: Table, name: str) -> Table:
        table.setAccessibleName(name)
        table.ruled = True
        return table

    def _pairs(self) -> QWidget:
        """Figures of the product, one under the other."""
        block = QWidget()
        grid = QGridLayout(block)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for place, (key, caption) in enumerate(CAPTIONS):
            words, figure = Label(_(caption), "text2"), Label("")
            figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._figures[key] = words, figure
            grid.addWidget(words, place, 0)
            grid.addWidget(figure, place, 1)
        return block

    def show_product(
        self, item: Item | None, past: PriceHistory | None, deals: Sequence[Deal]
    ) -> None:
        """Tell what is known of a product's prices."""
        title = _("Former prices")
        self._product.set_title(f"{item.name} · {title}" if item is not None else title)
        texts = {
            "lowest": formats.price(past.lowest) if past else "",
            "listed": formats.price(item.unit_price) if item else "",
            "sold": span_text(past.sold) if past and past.sold else "",
            "quoted": span_text(past.quoted) if past and past.quoted else "",
        }
        for key, text in texts.items():
            words, figure = self._figures[key]
            figure.setText(text)
            figure.setAccessibleName(f"{words.text()} {text}")
            for label in (words, figure):
                label.setVisible(bool(text) or key in ("lowest", "listed"))
        self._deal_model.show(deals)

    def show_goods(self, goods: Sequence[Good], known: bool) -> None:
        """Tell what the customer keeps buying; `known` is whether there is a customer."""
        self.goods.goods_model.show_goods(goods)
        text = _("Enter takes the marked goods · Shift+F7 shows all")
        if not known:
            text = _("Choose the customer to see what they bought before.")
        elif not goods:
            text = _("This customer has bought nothing yet.")
        self._hint.setText(text)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def _take(self) -> None:
        picks = self.goods.picks()
        if picks:
            self.taken.emit(picks)

    def _open(self, row: int) -> None:
        deal = self._deal_model.rows[row]
        self.opened.emit(deal.kind, deal.row_id)


class ReferenceSide(QSplitter):
    """The document, and the panel beside it where there is room; what the clerk chose is kept."""

    def __init__(self, settings: Settings, main: QWidget, panel: ReferencePanel) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._settings, self._panel = settings, panel
        kept = settings.get(KEY, {})
        self._wanted = bool(kept.get("open", True))
        width = kept.get("width")
        self._width = min(max(width, LEAST), MOST) if isinstance(width, int) else USUAL_WIDTH
        self._insisted = self._narrow = False
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(main)
        self.addWidget(panel)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        panel.setMaximumWidth(MOST)
        panel.folded.connect(self.toggle)
        self.splitterMoved.connect(self._moved)
        panel.hide()

    def is_open(self) -> bool:
        return not self._panel.isHidden()

    def toggle(self) -> None:
        """Fold the panel away or show it. Where it had given way, that holds for now only."""
        opened = not self.is_open()
        if self._narrow:
            self._insisted = opened
        else:
            self._wanted = opened
            self._keep()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.window().width() < NARROW or self.width() < NARROW_PAGE
        if narrow != self._narrow:
            self._narrow, self._insisted = narrow, False
        self._fit()

    def _fit(self) -> None:
        opened = self._insisted if self._narrow else self._wanted
        if opened != self.is_open():
            self._panel.setVisible(opened)
            if opened:
                self.setSizes([max(self.width() - self._width, 1), self._width])

    def _moved(self) -> None:
        self._width = self._panel.width()
        self._keep()

    def _keep(self) -> None:
        self._settings.set(KEY, {"open": self._wanted, "width": self._width})


def _columns() -> list[Column]:
    return declared(COLUMNS, stretch=("number",))


def _inset(*parts: QWidget) -> QWidget:
    """Parts with the panel's own edge around them."""
    block = QWidget()
    column = QVBoxLayout(block)
    column.setContentsMargins(12, 6, 12, 4)
    column.setSpacing(2)
    for part in parts:
        column.addWidget(part)
    return block

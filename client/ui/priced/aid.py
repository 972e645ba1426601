"""Help for typing the lines of a document: earlier prices, usual goods, pasting, and new
products.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget

from client.context import Context
from client.data.priced.edit import Doc
from client.data.priced.pasting import Pasted
from client.data.priced.prices import PriceQuery
from client.data.priced.products import Item, Pick
from client.i18n import _
from client.ui.cells.table import Typed
from client.ui.lines.lines import LineGrid
from client.ui.lines.paste_preview import PastePreview
from client.ui.lines.price_memory import PriceMemory
from client.ui.lines.product_cache import product_cache_of
from client.ui.lines.product_picker import ProductPicker
from client.ui.lines.usual import UsualDialog, goods_of
from client.ui.priced.quick_create import QuickCreate
from client.ui.priced.reference import ReferencePanel

PAUSE_MS = 80  # one walks through lines faster than one reads


class LineAid(QObject):
    """Helps one grid and the panel beside it. `priced` says whether any last price is known."""

    priced = Signal(bool)

    def __init__(
        self, context: Context, kind: str, grid: LineGrid, panel: ReferencePanel, host: QWidget
    ) -> None:
        super().__init__(host)
        self._context, self._kind, self._grid = context, kind, grid
        self._panel, self._host = panel, host
        self._customer, self._waits = "", False
        self._still: Callable[[], bool] | None = None
        self.memory = PriceMemory(context, self)
        self.quick_create = QuickCreate(context, host)
        self.cache = product_cache_of(context)
        grid.previews = True
        grid.may_create = context.office.rights.may("product", "create")
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._show_product)
        self._connect()
        self.cache.ask()

    def _connect(self) -> None:
        grid, keys, memory = self._grid, self._grid.keys, self.memory
        keys.picker_asked.connect(self._pick)
        keys.usual_asked.connect(self._offer_usual)
        keys.product_asked.connect(self.begin_product)
        keys.preview_asked.connect(self._preview)
        grid.lines_changed.connect(self._lines_changed)
        grid.selectionModel().currentRowChanged.connect(self._pause.start)
        self.cache.filled.connect(self._cache_filled)
        memory.known.connect(self._priced)
        memory.bought.connect(self._bought)
        memory.remembered.connect(self._show_product)
        self._panel.taken.connect(keys.add_products)
        self._panel.shown.connect(self._pause.start)

    # For whom

    def follow(self, doc: Doc, customer_id: int | None, customer: str) -> None:
        """Set the document and customer whose earlier prices are wanted."""
        self._customer = customer
        if customer_id is None:
            asked = None
        else:
            typed = (doc.get("status") or "draft") != "draft"
            currency = doc.get("currency") or self._context.office.settings.get("currency") or "CNY"
            mine = (self._kind, int(doc["id"])) if typed and doc.get("id") else None
            asked = PriceQuery(customer_id, str(currency), mine)
        if self.memory.follow(asked):
            self._waits = False  # for the goods of another
            self._lines_changed()
            self.memory.want_usual()

    # Prices

    def _lines_changed(self) -> None:
        lines = self._grid.line_model.lines
        self.memory.want({line["product_id"] for line in lines if line.get("product_id")})
        self._pause.start()

    def _priced(self) -> None:
        self._grid.line_model.set_prices(self.memory.past)
        self.priced.emit(any(past.last is not None for past in self.memory.past.values()))
        self._pause.start()

    def _show_product(self) -> None:
        """Tell beside the lines about the product one is at."""
        row, lines = self._grid.current_row(), self._grid.line_model.lines
        number = lines[row].get("product_id") if 0 <= row < len(lines) else None
        item = self.cache.index.by_id(number)
        if number is None or item is None or self._panel.isHidden():
            self._panel.show_product(None, None, [])
            return
        self.memory.want_deals(number)
        deals = self.memory.deals.get(number, [])
        self._panel.show_product(item, self.memory.past.get(number), deals)

    # Goods

    def _cache_filled(self) -> None:
        still, self._still = self._still, None
        self._grid.set_products(self.cache.index)
        if still is not None and still():
            self._go_to_unsold()
        self._bought()
        self._pause.start()

    def find_unsold(self, still: Callable[[], bool]) -> None:
        """A save was refused for a product that is not sold any more: read the products, and if
        `still` nothing was typed then, go to its line.
        """
        self._still = still
        self.cache.fill()

    def _go_to_unsold(self) -> None:
        for row, line in enumerate(self._grid.line_model.lines):
            if self.cache.index.unsold(line.get("product_id")):
                self._grid.go_to(row, "code")
                return

    def _bought(self) -> None:
        usual = self.memory.usual
        goods = goods_of(self.cache.index, usual or [])
        self._panel.show_goods(goods, known=self.memory.asked is not None)
        if self._waits and usual is not None:
            self._offer_usual()

    def _offer_usual(self) -> None:
        """Shift+F7: what the customer keeps buying, in a window of its own."""
        usual = self.memory.usual
        self._waits = usual is None and self.memory.asked is not None
        if self.memory.asked is None:
            self._grid.complained.emit(_("Choose the customer first."))
        elif usual is None:
            self.memory.want_usual()
        elif not usual:
            self._grid.said.emit(_("This customer has bought nothing yet."))
        else:
            window = self._host.window()
            dialog = UsualDialog(self.cache.index, usual, self._customer, window)
            dialog.picked.connect(self._grid.keys.add_products)
            self._open(dialog)

    def _pick(self, text: str) -> None:
        new = self._grid.may_create
        picker = ProductPicker(self.cache.index, text, self._host.window(), new)
        picker.picked.connect(self._grid.keys.take_products)
        picker.new_asked.connect(self.begin_product)
        self._open(picker)

    def begin_product(self, text: str) -> None:
        """A product that is not there yet; it comes into the line one is at now."""
        self.quick_create.product(text, self.cache, partial(self._take_new, *self._place()))

    def _place(self) -> tuple[int, Typed | None]:
        return max(self._grid.current_row(), 0), self._grid.typed_cell()

    def _take_new(self, row: int, typed: Typed | None, item: Item) -> None:
        model, (at, now) = self._grid.line_model, self._place()
        if at == row and now in (None, typed):
            self._grid.keys.take_product(item)
        elif row <= len(model.lines):  # one types elsewhere by now, and goes on there
            model.take_products(row, [Pick(item)])

    def _preview(self, rows: list[Pasted]) -> None:
        preview = PastePreview(rows, self.cache.index, self._host.window())
        preview.taken.connect(self._grid.pasting.take)
        self._open(preview)

    def _open(self, dialog: QDialog) -> None:
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        # Without a window manager the keys would stay nowhere.
        self._host.window().activateWindow()

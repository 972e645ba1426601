"""The products of the office, read once for all open documents, and again when some are changed."""

from functools import lru_cache, partial

from PySide6.QtCore import QObject, QTimer, Signal

from client.context import Context
from client.data.priced import store as order_store
from client.data.priced.products import Item, ProductIndex
from client.ui.jobs import Token

SOON_MS = 200
PAUSE_MS = 1000  # an import changes many products; read again when it pauses


@lru_cache(maxsize=1)
def product_cache_of(context: Context) -> "ProductCache":
    """The one cache of this login; `cache_clear` drops it when the operator logs out."""
    return ProductCache(context)


class ProductCache(QObject):
    """`filled` is emitted with the index each time it has been read."""

    filled = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.index = ProductIndex()
        self.read = False
        self._reading: Token | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.fill)
        context.bus.changed.connect(self._changed)
        context.bus.connection_back.connect(self.fill)

    def ask(self) -> None:
        """Emit `filled`, after reading the products if they are not here yet."""
        if self.read:
            self.filled.emit(self.index)
        elif self._reading is None:
            self.fill()

    def fill(self) -> None:
        """Read the products again; what an earlier reading tells is dropped."""
        if self._reading is not None:
            self._reading.cancel()
        work = partial(order_store.all_products, self._context.office)
        self._reading = self._context.jobs.run(self, work, self._filled, self._failed)

    def put(self, item: Item) -> None:
        """Add a product that was just made."""
        reads = self._reading is not None
        self._filled(self.index.with_item(item))
        if reads:  # without the new one, perhaps
            self.fill()

    def _filled(self, index: ProductIndex) -> None:
        if self._reading is not None:
            self._reading.cancel()
        self.index, self.read, self._reading = index, True, None
        self.filled.emit(index)

    def _failed(self, error: Exception) -> None:
        self._reading = None
        self._context.jobs.problem.emit(error)

    def _changed(self, table: str, _operation: str, ids: list[int]) -> None:
        if table == "product":
            self._pause.start(SOON_MS if ids else PAUSE_MS)

"""The prices that a document's customer paid before, read in the background and cached while it
is open.
"""

from collections.abc import Collection
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from client.context import Context
from client.data.priced import prices
from client.data.priced.prices import Deal, PriceHistory, PriceQuery, UsualProduct

GATHER_MS = 40  # products named at the same time are asked for together


class PriceMemory(QObject):
    """The cache of one form. `known`: last prices were read. `bought`: the usual goods were
    read. `remembered`: the last deals of a product were read.
    """

    known = Signal()
    bought = Signal()
    remembered = Signal(int)

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.asked: PriceQuery | None = None
        self._forget()
        self._gather = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gather.timeout.connect(self._ask)

    def _forget(self) -> None:
        self.past: dict[int, PriceHistory] = {}
        self.deals: dict[int, list[Deal]] = {}
        self.usual: list[UsualProduct] | None = None
        self._wanted: set[int] = set()
        self._asking: set[int] = set()
        self._remembering: set[int] = set()
        self._listing = False

    def follow(self, asked: PriceQuery | None) -> bool:
        """Whose prices are wanted from now on; tells whether that is another customer."""
        if asked == self.asked:
            return False
        self.asked = asked
        self._forget()
        self.known.emit()
        self.bought.emit()
        return True

    def want(self, product_ids: Collection[int]) -> None:
        """Ask for the prices of these products, unless they are known or on their way."""
        new = set(product_ids) - self.past.keys() - self._asking - self._wanted
        if new and self.asked is not None:
            self._wanted |= new
            self._gather.start()

    def _ask(self) -> None:
        wanted, self._wanted = self._wanted, set()
        if self.asked is None or not wanted:
            return
        self._asking |= wanted
        work = partial(prices.read_price_history, self._context.office, self.asked, wanted)
        done = partial(self._answered, self.asked, wanted)
        self._context.jobs.run(self, work, done, partial(self._failed, self.asked, wanted))

    def _answered(
        self, asked: PriceQuery, wanted: set[int], found: dict[int, PriceHistory]
    ) -> None:
        if asked == self.asked:
            self._asking -= wanted
            self.past |= found
            self.known.emit()

    def _failed(self, asked: PriceQuery, wanted: set[int], _error: Exception) -> None:
        # Prices only help; without them one types on, and asks again at the next product.
        if asked == self.asked:
            self._asking -= wanted

    def want_deals(self, product_id: int) -> None:
        """Ask for the last deals of a product; `remembered` follows unless they are here."""
        if self.asked is None or product_id in self.deals or product_id in self._remembering:
            return
        self._remembering.add(product_id)
        work = partial(prices.read_last_deals, self._context.office, self.asked, product_id)
        done = partial(self._remembered, self.asked, product_id)
        self._context.jobs.run(self, work, done, partial(self._forgotten, self.asked, product_id))

    def _remembered(self, asked: PriceQuery, product_id: int, found: list[Deal]) -> None:
        if asked == self.asked:
            self._remembering.discard(product_id)
            self.deals[product_id] = found
            self.remembered.emit(product_id)

    def _forgotten(self, asked: PriceQuery, product_id: int, _error: Exception) -> None:
        if asked == self.asked:
            self._remembering.discard(product_id)

    def want_usual(self) -> None:
        """Ask for the usual goods; `bought` follows unless they are here."""
        if self.asked is None or self.usual is not None or self._listing:
            return
        self._listing = True
        work = partial(prices.read_usual, self._context.office, self.asked)
        done = partial(self._listed, self.asked)
        self._context.jobs.run(self, work, done, partial(self._unlisted, self.asked))

    def _listed(self, asked: PriceQuery, found: list[UsualProduct]) -> None:
        if asked == self.asked:
            self._listing, self.usual = False, found
            self.bought.emit()

    def _unlisted(self, asked: PriceQuery, _error: Exception) -> None:
        if asked == self.asked:
            self._listing = False

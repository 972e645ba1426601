"""Shift+F7: the goods a customer keeps buying, several taken at once in their usual quantities."""

from collections.abc import Iterable, Sequence

from PySide6.QtWidgets import QWidget

from client.data.priced.prices import UsualProduct
from client.data.priced.products import ProductIndex
from client.i18n import _
from client.ui.lines.goods import BOUGHT, Good, good_of
from client.ui.lines.goods_dialog import GoodsDialog


def goods_of(products: ProductIndex, usual: Iterable[UsualProduct]) -> list[Good]:
    """The goods that are still sold, in the order given."""
    known = ((products.by_id(one.product_id), one) for one in usual)
    return [good_of(item, one) for item, one in known if item is not None and item.active]


class UsualDialog(GoodsDialog):
    """The usual goods of one customer."""

    def __init__(
        self, products: ProductIndex, usual: Sequence[UsualProduct], customer: str, parent: QWidget
    ) -> None:
        self._products = products
        self._goods = goods_of(products, usual)
        title = _("Usual goods")
        super().__init__(f"{title} · {customer}" if customer else title, BOUGHT, parent)
        self.narrow("")
        self.table.setFocus()

    def found(self, text: str) -> list[Good]:
        if not text.strip():
            return self._goods
        places = {good.item.id: good for good in self._goods}
        hits = self._products.search(text, len(self._products))
        return [places[item.id] for item in hits if item.id in places]

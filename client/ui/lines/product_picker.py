"""F7: look through all products and take one or several into the lines."""

from PySide6.QtWidgets import QWidget

from client.data.priced.products import ProductIndex
from client.i18n import _
from client.ui.lines.goods import FOUND, Good
from client.ui.lines.goods_dialog import GoodsDialog

SHOWN = 500


class ProductPicker(GoodsDialog):
    """All products, narrowed by what is typed."""

    def __init__(
        self, products: ProductIndex, text: str, parent: QWidget, new: bool = False
    ) -> None:
        self._products = products
        super().__init__(_("Pick products"), FOUND, parent, new)
        self.search.setText(text)
        self.narrow(text)

    def found(self, text: str) -> list[Good]:
        return [Good(item) for item in self._products.search(text, SHOWN)]

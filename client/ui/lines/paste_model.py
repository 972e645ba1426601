"""The rows of a pasted block before they become lines: each with its product or the question
which one it is.
"""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal

from client.data.parsing import quoted, shown
from client.data.priced import edit as order_edit
from client.data.priced import pasting
from client.data.priced.edit import Line
from client.data.priced.pasting import Pasted
from client.data.priced.products import Item, ProductIndex
from client.i18n import N_, _
from client.ui.lines import cells
from client.ui.tables.columns import ROW, Column, declared
from client.ui.tables.model import CellModel

COLUMNS = (  # key, title, kind, width
    (ROW, "", "text2", 40),
    ("text", N_("Pasted"), "name", 150),
    ("code", N_("Code"), "code", 92),
    ("name", N_("Product name"), "name", 150),
    ("specification", N_("Specification"), "text2", 110),
    ("unit", N_("Unit"), "text", 48),
    ("quantity", N_("Quantity"), "quantity", 76),
    ("unit_price", N_("Unit price"), "price", 92),
    ("state", N_("Check"), "state", 170),
)
OFFERED = (
    (ROW, "", "text2", 40),
    ("code", N_("Code"), "code", 96),
    ("name", N_("Product name"), "name", 200),
    ("specification", N_("Specification"), "text2", 140),
    ("unit", N_("Unit"), "text", 56),
    ("unit_price", N_("Unit price"), "price", 100),
)


def columns() -> list[Column]:
    """The columns of the preview, titled in the language in use."""
    return declared(COLUMNS, stretch=("text", "name"))


def offered_columns() -> list[Column]:
    """The columns of the products that a row may mean, numbered by the digit that chooses each."""
    return declared(OFFERED, stretch=("name",))


class PasteModel(CellModel):
    """The rows as they would be taken; `edited` when one was decided."""

    edited = Signal()

    def __init__(self, rows: Sequence[Pasted], products: ProductIndex) -> None:
        super().__init__(columns())
        self._products = products
        self._rows = list(rows)
        self._lines = [row.line for row in rows]
        self._left_out: set[int] = set()
        self._chosen: set[int] = set()
        self._offers: dict[int, list[Item]] = {}

    def offers(self, row: int) -> list[Item]:
        """The likeliest products of a row that names none for certain."""
        if not self.asks(row):
            return []
        if row not in self._offers:
            self._offers[row] = pasting.offers(self._rows[row], self._products)
        return self._offers[row]

    def asks(self, row: int) -> bool:
        """Whether the row did not name its product for certain."""
        return self._rows[row].line.get("product_id") is None

    def text_of(self, row: int) -> str:
        return shown(self._rows[row].text)

    def choose(self, row: int, item: Item) -> None:
        """Say which product a row means."""
        self._lines[row] = order_edit.with_product(self._lines[row], item)
        self._chosen.add(row)
        self._left_out.discard(row)
        self._tell(row)

    def leave_out(self, row: int) -> None:
        """Take a row out, or in again."""
        self._left_out ^= {row}
        self._tell(row)

    def lines(self) -> list[Line]:
        """What is taken; rows whose product is still unknown come along as they were typed."""
        return [line for at, line in enumerate(self._lines) if at not in self._left_out]

    def open_rows(self) -> list[int]:
        """The rows somebody has to look at."""
        return [row for row in range(len(self._rows)) if self._trouble(row)]

    def next_open(self, row: int) -> int:
        """The next row without a product, from `row` on and then from the top; else `row`."""
        lacking = [at for at in self.open_rows() if self._lines[at].get("product_id") is None]
        return next((at for at in lacking if at > row), lacking[0] if lacking else row)

    def _tell(self, row: int) -> None:
        self.tell([row])
        self.edited.emit()

    def _trouble(self, row: int) -> str:
        """What is wrong in a row that is taken; nothing where it is complete."""
        if row in self._left_out:
            return ""
        line = self._lines[row]
        if line.get("product_id") is None:
            return _("Which product?")
        for key, text in (line.get(order_edit.WRONG) or {}).items():
            return order_edit.why_wrong(key, text)
        return _("How many?") if line.get("quantity") is None else ""

    def _state(self, row: int) -> tuple[str, str, str]:
        if row in self._left_out:
            return _("left out"), "cross", "text2"
        if trouble := self._trouble(row):
            lacking = self._lines[row].get("quantity") is None
            hopeless = self._lines[row].get(order_edit.WRONG)
            return trouble, "warn", "amber" if lacking and not hopeless else "red"
        return (_("chosen") if row in self._chosen else _("certain")), "check", "green"

    # What the cells hold

    def length(self) -> int:
        return len(self._rows)

    def value(self, row: int, key: str) -> Any:
        if key == "state":
            return self._state(row)
        line = self._lines[row]
        hidden = row in self._left_out or (key == "code" and line.get("product_id") is None)
        return None if hidden else line.get(key)

    def unread(self, row: int, key: str) -> str | None:
        hidden = row in self._left_out or key == "code"
        return None if hidden else cells.unread(self._lines[row], key)

    def wrong(self, row: int, key: str) -> str:
        unread = self.unread(row, key)
        return "" if unread is None else order_edit.why_wrong(key, unread)

    def text(self, row: int, key: str) -> str:
        return self.text_of(row) if key == "text" else super().text(row, key)


def question(text: str, offers: Sequence[Item]) -> str:
    """What is asked about a row."""
    if not text:
        return ""
    if not offers:
        return _("Nothing is like {text}. F7 looks for a product.").format(text=quoted(text))
    return _("Which product is {text}?").format(text=quoted(text))

"""A block copied from a spreadsheet, row by row: which product each row means, and how surely."""

import csv
from collections.abc import Sequence
from typing import NamedTuple

from client.data import formats
from client.data.parsing import BadValue
from client.data.priced import edit as order_edit
from client.data.priced.edit import Line
from client.data.priced.products import Item, ProductIndex
from client.i18n import N_, _
from client.model import OrderLine, fields

# What columns of a pasted block are called, besides the labels and synonyms of the fields.
HEADINGS = {
    "code": ("code", "编码", "代码", "货号"),
    "name": ("product", "name", "品名", "名称", "商品"),
    "quantity": ("qty", "数量"),
    "unit_price": ("price", "单价", "含税单价"),
    "discount": ("折扣",),
    "tax_rate": ("税率",),
    "remarks": ("备注",),
}
LONGEST_LINES = 2000
OFFERED = 9  # as many as there are digits to choose one by


class Pasted(NamedTuple):
    """One row of a block as a line, and the cells that name its product."""

    line: Line
    names: tuple[str, ...]

    @property
    def text(self) -> str:
        """What the row says of its product."""
        return "  ".join(self.names)

    @property
    def certain(self) -> bool:
        """Whether the product is known and every cell could be read."""
        return self.line.get("product_id") is not None and not self.line.get(order_edit.WRONG)


def rows_of(text: str) -> list[list[str]]:
    """The cells of a block. Raises BadValue for a block too long to be one document."""
    block = block_of(text)
    if len(block) > LONGEST_LINES:
        raise BadValue(
            N_("The block has {n} rows; at most {most} can be pasted at once."),
            n=f"{len(block):,}",
            most=f"{LONGEST_LINES:,}",
        )
    return block


def matched(block: Sequence[Sequence[str]], index: ProductIndex) -> list[Pasted]:
    """Every row that holds anything, with the product it surely means, if any.

    The columns are told by the block's headings if it has any, else: product, quantity, price …
    """
    columns = _headings(block[0]) if block else {}
    rows = block[1:] if columns else block
    if not columns:
        columns = _guessed(rows, index)
    places = [columns[column] for column in ("code", "name") if column in columns]
    found = []
    for row in rows:
        line = _line(row, columns, index)
        if not order_edit.is_blank(line):
            names = tuple(row[at] for at in places if at < len(row) and row[at])
            found.append(Pasted(line, names))
    return found


def clean(rows: Sequence[Pasted]) -> bool:
    """Whether nothing is left to look at: all products certain, all with a quantity."""
    return all(row.certain and row.line.get("quantity") is not None for row in rows)


def offers(row: Pasted, index: ProductIndex) -> list[Item]:
    """The likeliest products for a row, the best first."""
    found = (item for name in row.names for item in index.likely(name, OFFERED))
    return list({item.id: item for item in found}.values())[:OFFERED]


def block_of(text: str) -> list[list[str]]:
    """The cells of a block copied from a spreadsheet; a quoted cell may hold line breaks.

    A quotation mark that is never closed is a letter like any other.
    """
    lines = text.replace("\r\n", "\n").strip("\n").splitlines(True)
    try:
        rows = list(csv.reader(lines, delimiter="\t"))
        swallowed = any("\t" in cell and "\n" in cell for row in rows for cell in row)
    except csv.Error:
        swallowed = True
    if swallowed:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [[cell.strip() for cell in row] for row in rows]


def _line(row: Sequence[str], columns: dict[str, int], index: ProductIndex) -> Line:
    """A row as a line. The product comes first: a price in the block then stands against the
    list's. A name that is no product's leaves the code as it was typed."""
    line = order_edit.blank_line()
    for column in sorted(columns, key=_product_first):
        text = row[columns[column]] if columns[column] < len(row) else ""
        settled = line["product_id"] or (line.get(order_edit.WRONG) and not index.exact(text))
        if text and not (column == "name" and settled):
            line = order_edit.with_text(line, column, text, index)
    return line


def _product_first(column: str) -> int:
    return order_edit.LINE.index(column)


def _headings(row: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(row):
        for column, words in _heading_words().items():
            if cell.casefold() in words:
                found.setdefault(column, at)
    return found if found.keys() & {"code", "name"} else {}


def _heading_words() -> dict[str, set[str]]:
    labels = fields(OrderLine)
    words = {}
    for column in ("code", "name", "quantity", "unit_price", "discount", "tax_rate", "remarks"):
        field = labels[order_edit.FIELD_OF[column]]
        words[column] = {word.casefold() for word in (field.label, _(field.label), *field.synonyms)}
    words["code"] |= {word.casefold() for word in labels["product_id"].synonyms}
    for column, more in HEADINGS.items():
        words[column] |= set(more)
    return words


def _guessed(rows: Sequence[Sequence[str]], index: ProductIndex) -> dict[str, int]:
    """Without headings: the column that names most products, then numbers in their order."""
    width = max((len(row) for row in rows), default=0)
    cells = [[row[at] for row in rows if at < len(row) and row[at]] for at in range(width)]
    hits = [sum(index.exact(cell) is not None for cell in column) for column in cells]
    figures = [_mostly_numbers(column) for column in cells]
    product = max(range(width), key=lambda at: (hits[at], not figures[at], -at), default=0)
    numbers = [at for at in range(product + 1, width) if figures[at]]
    names = zip(("quantity", "unit_price", "discount"), numbers, strict=False)
    return {"code": product} | dict(names)


def _mostly_numbers(cells: Sequence[str]) -> bool:
    """Whether a column holds figures; one that cannot be read among them stays in its place."""
    return bool(cells) and 2 * sum(map(_number, cells)) > len(cells)


def _number(text: str) -> bool:
    try:
        formats.parse_number(text.rstrip("%％"))
    except formats.BadValue:
        return False
    return True

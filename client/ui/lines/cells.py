"""What each cell of a line shows, says and is marked with; the lines themselves know no Qt."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from client.data import formats
from client.data.priced import edit as order_edit
from client.data.priced.edit import Line
from client.data.priced.prices import PriceHistory, PriceRange
from client.data.priced.products import ProductIndex
from client.i18n import N_, _, plural
from client.ui.tables.columns import ROW, Column, declared

COLUMNS: tuple[tuple[str, str, str, int], ...] = (  # key, title, kind, width
    (ROW, "", "text2", 36),
    ("code", N_("Code"), "code", 88),
    ("name", N_("Product name"), "name", 150),
    ("specification", N_("Specification"), "text2", 124),
    ("unit", N_("Unit"), "text", 48),
    ("quantity", N_("Quantity"), "quantity", 76),
    ("unit_price", N_("Unit price"), "price", 150),
    ("discount", N_("Discount"), "percent", 66),
    ("tax_rate", N_("Tax rate"), "percent", 62),
    ("tax_amount", N_("Tax amount"), "money", 86),
    ("remarks", N_("Remarks"), "text2", 90),
    ("amount", N_("Amount"), "money", 108),
)
Shares = Mapping[str, Decimal]  # by the keys of lines
NO_SHARES: Shares = {}
KEYS = tuple(key for key, _title, _kind, _width in COLUMNS)
PRODUCT = ("code", "name")  # where a product is looked for
EDITABLE = ("code", "name", "quantity", "unit_price", "discount", "tax_rate", "remarks")
DROPPED = ("unit", "specification", "remarks", "tax_rate", "tax_amount")  # the last goes first


def columns() -> list[Column]:
    """The columns of the line grid, titled in the language in use."""
    made = declared(COLUMNS, stretch=("name", "remarks"), typed=EDITABLE, dropped=DROPPED)
    made[KEYS.index("unit_price")].before = _("Last")
    return made


def value(line: Line, key: str, shares: Shares = NO_SHARES) -> Any:
    """The bare value of a cell; amounts are added up here, less the line's share of what is taken
    off the whole."""
    if key in ("amount", "tax_amount"):
        reckon = order_edit.amount if key == "amount" else order_edit.tax_amount
        return reckon(line, shares.get(str(line.get("key")), order_edit.ZERO))
    if key == "discount":
        return line.get(key) or None
    return line.get(key)


def unread(line: Line, key: str) -> str | None:
    """What was typed into a cell and could not be taken."""
    wrong = line.get(order_edit.WRONG) or {}
    return str(wrong[key]) if key in wrong else None


def hint(key: str, lines: int) -> str:
    """The row below the last line says how to go on."""
    texts = {
        ROW: str(lines + 1),
        "code": _("code…"),
        "name": _("type a code, a name or pinyin initials, F7 picks"),
    }
    return texts.get(key, "")


def wrong(line: Line, key: str, products: ProductIndex, strict: bool, draft: bool) -> str:
    """The sentence about what is wrong in a cell; `strict` counts what is missing as well.

    A product sold no more stays where it was sold before: in the stored lines of no `draft`.
    """
    if key in (kept := line.get(order_edit.WRONG) or {}):
        return order_edit.why_wrong(key, kept[key])
    if key == "code" and (draft or not line.get("id")) and products.unsold(line.get("product_id")):
        return _("Product {detail} is not sold any more.").format(detail=line.get("code") or "")
    if not strict or order_edit.is_blank(line):
        return ""
    found = (p.sentence for p in order_edit.line_problems(0, line) if p.field == key)
    return next(found, "")


def repeated(line: Line, above: Line, key: str, products: ProductIndex) -> Line:
    """The line with the value of the line above; a product comes with all that belongs to it."""
    if key not in PRODUCT:
        return order_edit.with_text(line, key, "", products) | {key: above.get(key)}
    item = products.by_id(above.get("product_id"))
    return order_edit.with_product(line, item) if item is not None else line


def last_price(line: Line, known: Mapping[int, PriceHistory]) -> str:
    """What the customer paid last for the product, as text; empty where they never did, and where
    something stands in its place that is no price."""
    if "unit_price" in (line.get(order_edit.WRONG) or {}):
        return ""
    past = known.get(line.get("product_id") or 0)
    return formats.price(past.last.unit_price) if past is not None and past.last else ""


def price_notes(line: Line, known: Mapping[int, PriceHistory], products: ProductIndex) -> str:
    """Everything known of the product's prices, a line each."""
    past = known.get(line.get("product_id") or 0)
    if past is None:
        return ""
    notes = []
    if deal := past.last:
        price = formats.price(deal.unit_price)
        if deal.discount:
            price += " \N{MINUS SIGN}" + formats.percent(deal.discount)
        count = formats.quantity(deal.quantity)
        sentence = _("Last: {price} on {date}, {quantity} of them ({number})")
        day = formats.date_text(deal.on)
        notes.append(sentence.format(price=price, date=day, quantity=count, number=deal.number))
        lowest = formats.price(past.lowest)
        times = plural(past.times, N_("bought once"), N_("bought {n} times"))
        notes.append(_("Lowest: {price}").format(price=lowest) + " · " + times)
    item = products.by_id(line.get("product_id"))
    if item is not None and item.unit_price is not None:
        notes.append(_("List price: {price}").format(price=formats.price(item.unit_price)))
    for span, sentence in (
        (past.sold, N_("Sold to customers like this one: {span}")),
        (past.quoted, N_("Quoted to customers like this one: {span}")),
    ):
        if span is not None:
            notes.append(_(sentence).format(span=span_text(span)))
    return "\n".join(notes)


def span_text(span: PriceRange) -> str:
    """A range of prices: 40.50 – 45.00, or the one there is."""
    least, most = formats.price(span.least), formats.price(span.most)
    return least if least == most else f"{least} – {most}"

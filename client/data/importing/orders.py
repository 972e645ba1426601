"""Import of orders with their lines, from one sheet or from two that name the same order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text

from client.data.importing.customers import (
    Stage,
    encoded,
    find_customers,
    refuse_taken,
    taken,
    whole_address,
)
from client.data.importing.kinds import LINE
from client.data.importing.references import SEVERAL, UNKNOWN, Label, folded
from client.data.importing.sheet import BATCH, Line, Sheet
from client.i18n import N_, _
from client.model.reference import Product

DRAFT = N_("A draft has no number yet and cannot be imported.")
TWICE = N_("'{text}' stands in row {row} already.")
NO_ORDER = N_("There is no order {text} in this import.")
NO_LINES = N_("The order has no lines.")
BROKEN = N_("Another line of this order was rejected.")
NO_PRICE = N_("There is no price, and the product has none either.")
CURRENCY = N_("A currency is three capital letters, such as CNY.")
SHIP_PARTS = ("ship_country", "ship_state", "ship_city")
NUMBER = "number"


@dataclass
class Orders:
    """The orders of one import until all their lines are known."""

    cells: dict[str, dict[str, Any]] = field(default_factory=dict)  # by number
    rows: dict[str, list[tuple[Sheet, Line]]] = field(default_factory=dict)  # the file's, of each
    broken: set[str] = field(default_factory=set)  # orders of which a row was rejected
    products: "Products | None" = None


class Products:
    """All products by code and name, with what a line takes from them."""

    def __init__(self, sheet: Sheet) -> None:
        query = select(Product.id, Product.code, Product.name, Product.unit_price, Product.tax_rate)
        self._codes: dict[str, Any] = {}
        self._names: dict[str, Any] = {}
        for row in sheet.run.session.execute(query.where(Product.deleted_at.is_(None))):
            self._codes[folded(row.code)] = row
            key = folded(row.name)
            self._names[key] = None if key in self._names else row

    def find(self, line: Line, key: str) -> Any:
        """The product of a line; a problem of the line when there is none."""
        word = line.values.get(key)
        if word is None:
            return None
        found = self._codes.get(folded(word)) or self._names.get(folded(word))
        if found is None:
            sentence = SEVERAL if folded(word) in self._names else UNKNOWN
            reason = _(sentence).format(what=Label(Product.LABEL), text=word)
            line.bad.append((key, reason))
        return found


def read_orders(sheet: Sheet, orders: Orders) -> None:
    """Judge a sheet of orders, with their lines if these stand in it."""
    for batch in sheet.batches():
        known = taken(sheet.run.session, "order", NUMBER, _numbers(batch))
        names = find_customers(sheet, batch)
        for line in batch:
            if line.values.get("ship_name") == names.get(line.values.get("customer_id", 0)):
                line.values.pop("ship_name", None)  # goods that go to the customer itself
            _judge(sheet, line, orders, known)
        orders.broken.update(
            line.values[NUMBER] for line in batch if line.bad and NUMBER in line.values
        )
        for line in sheet.settle(batch):
            _keep(sheet, line, orders)


def read_lines(sheet: Sheet, orders: Orders) -> None:
    """Judge a sheet of lines that name their order."""
    for batch in sheet.batches():
        for line in batch:
            number = line.values.get("order_id")
            if number is not None and number not in orders.cells:
                line.bad.append(("order_id", _(NO_ORDER).format(text=number)))
            elif number is not None:
                _add_line(sheet, line, orders, number)
        sheet.report.imported += len(sheet.settle(batch))


def write_orders(sheet: Sheet, orders: Orders) -> None:
    """Write the orders that are whole: each with its lines, none of which was rejected."""
    whole = []
    for number, cells in orders.cells.items():
        if cells["lines"] and number not in orders.broken:
            whole.append((number, cells))
        else:
            _reject(orders.rows[number], BROKEN if cells["lines"] else NO_LINES)
    stage = Stage(sheet.run.session)
    for start in range(0, len(whole), BATCH):
        stage.add(_staged(orders, whole[start : start + BATCH]))
    if stage.rows:
        sheet.run.advance(0, _("Writing orders"))
        answer = sheet.run.session.execute(
            text("SELECT import_orders(:job)"), {"job": stage.job}
        ).scalar_one()
        sheet.report.imported += answer["inserted"]


def _reject(rows: list[tuple[Sheet, Line]], reason: str) -> None:
    """Put all rows of an order aside, wherever they stand."""
    for sheet, line in rows:
        key = NUMBER if NUMBER in sheet.mapping.columns else "order_id"
        line.bad.append((key, _(reason)))
        if key == "order_id":
            sheet.report.imported -= 1
        sheet.settle([line])


def _staged(
    orders: Orders, whole: Iterable[tuple[str, dict[str, Any]]]
) -> Iterable[tuple[int, str]]:
    """The orders as import_orders expects them, lines by their numbers or as in the file."""
    for number, cells in whole:
        positions = [line["position"] for line in cells["lines"]]
        if None in positions or len(set(positions)) < len(positions):
            for position, line in enumerate(cells["lines"], 1):
                line["position"] = position
        yield orders.rows[number][0][1].number, encoded(cells)


def _numbers(batch: list[Line]) -> list[str]:
    return list(dict.fromkeys(line.values[NUMBER] for line in batch if NUMBER in line.values))


def _judge(sheet: Sheet, line: Line, orders: Orders, known: dict[str, str]) -> None:
    """What is wrong with an order as a whole."""
    number = line.values.get(NUMBER, "")
    if number in known:
        refuse_taken(line, NUMBER, number, known)
    elif number in orders.cells and not sheet.mapping.has_lines:
        reason = _(TWICE).format(text=number, row=orders.rows[number][0][1].number)
        line.bad.append((NUMBER, reason))
    if line.values.get("status") == "draft":
        line.bad.append(("status", _(DRAFT)))
    currency = line.values.get("currency")
    if currency is not None and not (
        currency.isascii() and currency.isalpha() and len(currency) == 3
    ):
        line.bad.append(("currency", _(CURRENCY)))
    if sheet.mapping.has_lines and not line.bad:
        line.values["_line"] = _line(sheet, line, orders, LINE)


def _keep(sheet: Sheet, line: Line, orders: Orders) -> None:
    number = line.values[NUMBER]
    first = line.values.pop("_line", None)
    if number not in orders.cells:
        orders.cells[number] = _cells(line.values)
    if first is not None:
        orders.cells[number]["lines"].append(first)
    _remember(sheet, line, orders, number)


def _add_line(sheet: Sheet, line: Line, orders: Orders, number: str) -> None:
    made = {} if line.bad else _line(sheet, line, orders, "")
    if line.bad:
        orders.broken.add(number)
    else:
        orders.cells[number]["lines"].append(made)
        _remember(sheet, line, orders, number)


def _remember(sheet: Sheet, line: Line, orders: Orders, number: str) -> None:
    """Keep the row in case another one of its order is rejected."""
    line.values = {}
    if sheet.run.rejects is None:
        line.cells = []
    orders.rows.setdefault(number, []).append((sheet, line))


def _line(sheet: Sheet, line: Line, orders: Orders, prefix: str) -> dict[str, Any]:
    """A line as import_orders expects it; what the file does not say comes from the product."""
    if orders.products is None:
        orders.products = Products(sheet)
    values = line.values
    product = orders.products.find(line, prefix + "product_id")
    made = {
        key: values.get(prefix + key)
        for key in ("product_code", "product_name", "specification", "unit", "quantity")
    }
    if product is None:
        return made
    if values.get(prefix + "unit_price") is None and product.unit_price is None:
        line.bad.append((prefix + "unit_price", _(NO_PRICE)))
    price = values.get(prefix + "unit_price")
    tax_rate = values.get(prefix + "tax_rate")
    return made | {
        "product_id": product.id,
        "position": values.get(prefix + "position"),
        "unit_price": product.unit_price if price is None else price,
        "tax_rate": (product.tax_rate or Decimal(0)) if tax_rate is None else tax_rate,
        "discount": values.get(prefix + "discount") or Decimal(0),
        "remarks": values.get("remarks") if not prefix else None,
    }


def _cells(values: dict[str, Any]) -> dict[str, Any]:
    """The columns of an order, with what has no column of its own in its remarks."""
    cells = {
        key: value for key, value in values.items() if not key.startswith(LINE) and key not in PARTS
    }
    if "status" not in cells:
        cells["status"] = "shipped" if values.get("shipped_on") else "submitted"
    if "currency" in cells:
        cells["currency"] = cells["currency"].upper()
    parts = [part for key in SHIP_PARTS if (part := values.get(key))]
    address = values.get("delivery_address")
    if postcode := values.get("ship_postcode"):
        parts.insert(0, postcode)
    if address or parts:
        cells["delivery_address"] = whole_address(address, parts)
    remarks = [values["remarks"]] if "remarks" in values else []
    for key, label in REMARKED:
        if values.get(key):
            remarks.append(f"{_(label)}: {values[key]}")
    cells["remarks"] = "\n".join(remarks) or None
    cells["lines"] = []
    return cells


REMARKED = (
    ("ship_name", N_("Ship name")),
    ("shipper", N_("Shipper")),
    ("freight", N_("Freight")),
    ("shipped_on", N_("Shipped date")),
)
PARTS = {*SHIP_PARTS, "ship_postcode", "ship_name", "shipper", "freight", "shipped_on", "remarks"}

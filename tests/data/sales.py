"""A small office with sales whose sums are easy to see, for figures, reports and their screen."""

from datetime import date
from decimal import Decimal
from typing import Any

from client.data.priced import documents
from client.data.priced.documents import cancel_order, submit_order
from client.data.priced.kinds import ORDER

# customer: (owner, region, type)
CUSTOMERS = {
    "Alpha": ("ann", "N", "D"),
    "Beta": ("ann", "S", "E"),
    "Gamma": ("bob", "N1", "E"),
    "Delta": ("bob", None, None),
}
# (customer, seller, day, currency, state, [(product, quantity, price, discount)])
DONE = "submitted"
ORDERS = (
    ("Alpha", "ann", "2026-03-01", "CNY", DONE, [("P1", "3", "1.005", "0")]),
    ("Alpha", "ann", "2026-03-02", "CNY", DONE, [("P1", "1", "10", ".15"), ("P1", "2", "5", "0")]),
    ("Beta", "ann", "2026-04-01", "CNY", DONE, [("P1", "1", "100", "0"), ("P2", ".5", "30", "0")]),
    ("Gamma", "bob", "2026-05-31", "CNY", DONE, [("P2", "10", "40", "0")]),
    ("Delta", "bob", "2026-06-01", "CNY", DONE, [("P2", "1", "7", "0")]),
    ("Gamma", "bob", "2025-05-30", "CNY", DONE, [("P2", "1", "250", "0")]),
    ("Alpha", "ann", "2026-03-03", "USD", DONE, [("P1", "1", "1000", "0")]),
    ("Alpha", "ann", "2026-03-04", "CNY", "draft", [("P1", "1", "5000", "0")]),
    ("Alpha", "ann", "2026-03-05", "CNY", "cancelled", [("P1", "1", "6000", "0")]),
)  # fmt: skip


def fill(db: Any) -> None:
    """Put CUSTOMERS and ORDERS into an office that has the usual staff."""
    regions = {code: _insert(db, "region", code=code, name=name) for code, name in
               (("N", "North"), ("S", "South"), ("N1", "Northern city"))}  # fmt: skip
    db.ask(None, "UPDATE region SET parent_id = %s WHERE code = 'N1'", regions["N"])
    db.ask(None, "UPDATE operator SET region_id = %s WHERE login = 'bob'", regions["S"])
    types = {code: _insert(db, "customer_type", code=code, name=name) for code, name in
             (("D", "Dealer"), ("E", "End user"))}  # fmt: skip
    products = {code: _insert(db, "product", code=code, name=name, unit_price=1) for code, name in
                (("P1", "Lamp"), ("P2", "=Cable"))}  # fmt: skip
    customers = {
        name: _insert(db, "customer", name=name, owner_id=db.id_of(owner),
                      region_id=regions.get(region), type_id=types.get(kind))
        for name, (owner, region, kind) in CUSTOMERS.items()
    }  # fmt: skip
    for customer, seller, day, currency, state, lines in ORDERS:
        office = db.login(seller)
        with office.session() as session:
            doc = {
                "customer_id": customers[customer],
                "order_date": date.fromisoformat(day),
                "salesperson_id": office.me["id"],
                "currency": currency,
                "lines": [_line(products, line) for line in lines],
            }
            saved = documents.save(session, ORDER, doc, None)
            if state != "draft":
                saved = submit_order(session, saved["id"], saved["version"])
            if state == "cancelled":
                cancel_order(session, saved["id"], saved["version"], "a mistake")


def _line(products: dict[str, int], line: tuple[str, str, str, str]) -> dict[str, Any]:
    code, quantity, price, discount = line
    return {
        "product_id": products[code],
        "quantity": Decimal(quantity),
        "unit_price": Decimal(price),
        "discount": Decimal(discount),
        "tax_rate": Decimal(0),
    }


def _insert(db: Any, table: str, **values: Any) -> int:
    marks = ", ".join(["%s"] * len(values))
    query = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks}) RETURNING id"
    return int(db.ask(None, query, *values.values())[0][0])

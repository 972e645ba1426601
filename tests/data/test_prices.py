"""What goods went for before, as different operators see it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from client.data.connection import Office
from client.data.priced import documents, prices
from client.data.priced import edit as order_edit
from client.data.priced import store as order_store
from client.data.priced.kinds import ORDER, QUOTE, DocumentKind
from client.data.priced.prices import PriceHistory, PriceQuery, PriceRange
from tests.conftest import OfficeDatabase
from tests.ui.order_office import furnish

D = Decimal
NEW_CUSTOMER = (
    "INSERT INTO customer (name, owner_id, type_id, grade_id, sort_key) VALUES (%s, %s,"
    " (SELECT id FROM customer_type WHERE code = 'T'),"
    " (SELECT id FROM customer_grade WHERE code = %s), '1') RETURNING id"
)


class Shop:
    """An office where things are sold: Ann's customer, others of hers and one of Bob's."""

    def __init__(self, office: OfficeDatabase) -> None:
        self.office, self.clerk = office, office.login("clerk")
        self.buyer = furnish(office)
        office.ask(None, "INSERT INTO customer_type (code, name) VALUES ('T', 'Trade')")
        office.ask(
            None, "INSERT INTO customer_grade (code, name) VALUES ('A', 'Gold'), ('B', 'Silver')"
        )
        self.peer = self.customer("peer", "ann", "A")
        self.lesser = self.customer("lesser", "ann", "B")
        self.foreign = self.customer("foreign", "bob", "A")
        office.ask(
            None,
            "UPDATE customer SET (type_id, grade_id) = (SELECT type_id, grade_id FROM customer"
            " WHERE id = %s) WHERE id = %s",
            self.peer,
            self.buyer,
        )
        self.index = order_store.all_products(self.clerk)
        self.cup = self.index.exact("P-10041").id  # type: ignore[union-attr]
        self.pot = self.index.exact("P-10032").id  # type: ignore[union-attr]

    def customer(self, name: str, owner: str, grade: str) -> int:
        rows = self.office.ask(None, NEW_CUSTOMER, name, self.office.id_of(owner), grade)
        return int(rows[0][0])

    def sell(
        self, customer: int, day: str, *lines: dict[str, str], state: str = "submitted"
    ) -> dict[str, Any]:
        """An order of `lines`, each by code, quantity and unit_price."""
        stored = self._store(ORDER, customer, day, *lines, draft=state == "draft")
        if state == "cancelled":
            stored = order_store.cancel(self.clerk, stored["id"], stored["version"], "why")
        return stored

    def quote(
        self, customer: int, day: str, line: dict[str, str], state: str = "sent"
    ) -> dict[str, Any]:
        """A quote of one line."""
        stored = self._store(QUOTE, customer, day, line, draft=state == "draft")
        if state in ("accepted", "refused"):
            with self.clerk.session() as session:
                version = stored["version"]
                documents.decide_quote(session, stored["id"], version, state, "too dear")
        return stored

    def _store(
        self, kind: DocumentKind, customer: int, day: str, *lines: dict[str, str], draft: bool
    ) -> dict[str, Any]:
        doc = order_edit.blank(kind, date.fromisoformat(day), self.clerk.me["id"])
        doc["customer_id"] = customer
        if kind is QUOTE:
            doc["valid_until"] = date(2100, 1, 1)
        for texts in lines:
            line = order_edit.blank_line()
            for column, text in texts.items():
                line = order_edit.with_text(line, column, text, self.index)
            doc["lines"].append(line)
        stored = order_store.save(self.clerk, kind, doc)
        if draft:
            return stored
        opened = order_edit.opened(stored)
        return order_store.save_and_issue(self.clerk, kind, opened, changed=False)


@pytest.fixture
def shop(office_db: OfficeDatabase) -> Shop:
    return Shop(office_db)


def cup(quantity: str, price: str, discount: str = "") -> dict[str, str]:
    return {"code": "P-10041", "quantity": quantity, "unit_price": price, "discount": discount}


def known(office: Office, asked: PriceQuery, *products: int) -> list[PriceHistory]:
    found = prices.read_price_history(office, asked, products)
    return [found[number] for number in products]


def test_the_last_price_is_that_of_the_last_order_that_counts(shop: Shop) -> None:
    shop.sell(shop.buyer, "2026-03-01", cup("10", "60"), cup("5", "58", "10"))
    last = shop.sell(shop.buyer, "2026-05-01", cup("20", "57"))
    shop.sell(shop.buyer, "2026-04-01", cup("1", "40"), cup("-3", "1"), cup("2", "0"))
    shop.sell(shop.buyer, "2026-06-01", cup("1", "30"), state="draft")
    shop.sell(shop.buyer, "2026-06-01", cup("1", "31"), state="cancelled")
    shop.sell(shop.peer, "2026-06-01", cup("1", "32"))
    (past, nothing) = known(shop.clerk, PriceQuery(shop.buyer), shop.cup, shop.pot)
    assert past.last is not None
    assert (past.last.unit_price, past.last.quantity, past.last.number, past.last.on) == (
        D("57"),
        D("20"),
        last["number"],
        date(2026, 5, 1),
    )
    assert (past.lowest, past.times) == (D("40"), 4)
    assert (nothing.last, nothing.lowest, nothing.times) == (None, None, 0)
    (before,) = known(
        shop.clerk, PriceQuery(shop.buyer, typed=("sales_order", last["id"])), shop.cup
    )
    assert before.last is not None
    assert before.last.unit_price == D("40")
    (foreign,) = known(shop.clerk, PriceQuery(shop.buyer, currency="USD"), shop.cup)
    assert foreign == PriceHistory()


def test_the_lowest_price_is_what_was_left_after_the_discount(shop: Shop) -> None:
    shop.sell(shop.buyer, "2026-03-01", cup("5", "58.5", "10"), cup("5", "55"))
    (past,) = known(shop.clerk, PriceQuery(shop.buyer), shop.cup)
    assert past.lowest == D("52.65")
    assert past.last is not None
    assert past.last.discount == 0


def test_others_prices_are_those_of_customers_alike_whom_one_may_see(shop: Shop) -> None:
    shop.sell(shop.buyer, "2026-03-01", cup("5", "50"))
    shop.sell(shop.peer, "2026-03-01", cup("5", "55"), cup("5", "57"))
    shop.sell(shop.lesser, "2026-03-01", cup("5", "90"))
    shop.sell(shop.foreign, "2026-03-01", cup("5", "20"))
    (for_all,) = known(shop.clerk, PriceQuery(shop.buyer), shop.cup)
    assert for_all.sold == PriceRange(D("20"), D("57"), 2)
    (for_ann,) = known(shop.office.login("ann"), PriceQuery(shop.buyer), shop.cup)
    assert for_ann.sold == PriceRange(D("55"), D("57"), 1)
    (for_bob,) = known(shop.office.login("bob"), PriceQuery(shop.buyer), shop.cup)
    assert for_bob == PriceHistory()
    shop.office.ask(None, "UPDATE customer SET type_id = NULL, grade_id = NULL")
    (alone,) = known(shop.clerk, PriceQuery(shop.buyer), shop.cup)
    assert alone.sold is None


def test_the_history_begins_with_the_latest(shop: Shop) -> None:
    for month in range(1, 8):
        shop.sell(shop.buyer, f"2026-0{month}-01", cup("5", str(50 + month)))
    deals = prices.read_last_deals(shop.clerk, PriceQuery(shop.buyer), shop.cup)
    assert [(deal.on.month, deal.unit_price) for deal in deals] == [
        (month, D(50 + month)) for month in (7, 6, 5, 4, 3)
    ]
    assert prices.read_last_deals(shop.office.login("bob"), PriceQuery(shop.buyer), shop.cup) == []


def test_usual_goods_are_those_bought_most_often(shop: Shop) -> None:
    pot = {"code": "P-10032", "quantity": "0.5", "unit_price": "80"}
    trolley = {"code": "P-11207", "quantity": "1", "unit_price": "130"}
    shop.sell(shop.buyer, "2026-03-01", cup("100", "60"), pot, trolley)
    shop.sell(shop.buyer, "2026-04-01", cup("141", "58"))
    shop.sell(shop.buyer, "2026-05-01", pot | {"quantity": "1", "unit_price": "82"}, cup("1", "57"))
    shop.office.ask(None, "UPDATE product SET active = false WHERE code = 'P-11207'")
    found = prices.read_usual(shop.clerk, PriceQuery(shop.buyer))
    assert [(one.product_id, one.quantity, one.unit_price, one.times) for one in found] == [
        (shop.cup, D("81"), D("57"), 3),
        (shop.pot, D("0.75"), D("82"), 2),
    ]
    assert found[0].last_on == date(2026, 5, 1)
    assert prices.read_usual(shop.clerk, PriceQuery(shop.lesser)) == []


def test_quotes_that_went_out_tell_prices_as_well(shop: Shop) -> None:
    shop.sell(shop.buyer, "2026-03-01", cup("5", "50"))
    mine = shop.quote(shop.buyer, "2026-04-01", cup("5", "48"))
    shop.quote(shop.buyer, "2026-05-01", cup("5", "30"), "draft")
    shop.quote(shop.peer, "2026-04-01", cup("5", "54"), "accepted")
    shop.quote(shop.peer, "2026-04-01", cup("5", "53"))
    shop.quote(shop.peer, "2026-04-01", cup("5", "20"), "refused")
    shop.quote(shop.foreign, "2026-04-01", cup("5", "58"))
    (past,) = known(shop.clerk, PriceQuery(shop.buyer), shop.cup)
    assert past.last is not None
    assert (past.last.unit_price, past.lowest) == (D("50"), D("50"))
    assert (past.sold, past.quoted) == (None, PriceRange(D("53"), D("58"), 2))
    (for_ann,) = known(shop.office.login("ann"), PriceQuery(shop.buyer), shop.cup)
    assert for_ann.quoted == PriceRange(D("53"), D("54"), 1)
    deals = prices.read_last_deals(shop.clerk, PriceQuery(shop.buyer), shop.cup)
    assert [(deal.kind, deal.unit_price) for deal in deals] == [
        ("quote", D("48")),
        ("sales_order", D("50")),
    ]
    typing = PriceQuery(shop.buyer, typed=("quote", mine["id"]))
    assert len(prices.read_last_deals(shop.clerk, typing, shop.cup)) == 1

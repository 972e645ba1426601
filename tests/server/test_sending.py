"""The way of a delivery, what is due, and what can still be changed of it when."""

import json
from decimal import Decimal

import psycopg2
import pytest

from tests.server import samples
from tests.server.samples import customer, document, refusal, value

D = Decimal
SAVE = "SELECT save_delivery(%s, %s)"
ADVANCE = "SELECT advance_delivery(%s, %s, %s, %s)"
CANCEL = "SELECT cancel_delivery(%s, %s, %s)"
STATE = "SELECT status FROM sales_order WHERE id = %s"
TEN_AND_FOUR = ({"quantity": 10, "unit_price": "5"}, {"quantity": 4, "unit_price": "2"})


@pytest.fixture
def office(office_db):
    return office_db


@pytest.fixture
def order(office):
    """A submitted order of Ann's: ten of one thing and four of another."""
    saved = samples.save(office, "ann", document(office, customer(office, "ann"), TEN_AND_FOUR))
    return samples.submit(office, "ann", saved)


def part(order, *quantities):
    """A delivery as `save_delivery` takes it, of so much of each line of the order."""
    lines = [
        {"order_line_id": line["id"], "position": at, "quantity": str(quantity)}
        for at, (line, quantity) in enumerate(zip(order["lines"], quantities, strict=False), 1)
        if quantity
    ]
    return {"order_id": order["id"], "planned_on": "2026-11-25", "lines": lines}


def answer(office, user, query, *values):
    """The delivery that a function answers with."""
    raw = value(office, user, query + "::text", *values)
    return json.loads(raw, parse_float=Decimal)


def save(office, user, doc, version=None):
    return answer(office, user, SAVE, json.dumps(doc, default=str), version)


def save_refused(office, user, doc, version=None):
    return refusal(office, user, SAVE, json.dumps(doc, default=str), version)


def step(office, user, doc, name, day=None):
    return answer(office, user, ADVANCE, doc["id"], doc["version"], name, day)


def state(office, order):
    return value(office, "ann", STATE, order["id"])


def test_an_order_leaves_in_two_parts_and_its_state_follows(office, order):
    first = save(office, "ann", part(order, 6))
    assert (first["number"], first["status"], state(office, order)) == (
        None,
        "planned",
        "submitted",
    )
    first = step(office, "ann", first, "picked")
    assert first["number"].startswith("DN-")
    assert state(office, order) == "submitted"
    first = step(office, "ann", first, "shipped", "2026-11-24")
    assert (first["shipped_on"], state(office, order)) == ("2026-11-24", "partly_shipped")
    rows = office.ask(
        "ann", "SELECT ordered, planned, shipped FROM open_to_deliver(%s)", order["id"]
    )
    assert rows == [(10, 6, 6), (4, 0, 0)]
    second = step(office, "ann", save(office, "ann", part(order, 4, 4)), "shipped")
    assert state(office, order) == "shipped"
    assert step(office, "ann", first, "received")["status"] == "received"
    cancelled = answer(office, "ann", CANCEL, second["id"], second["version"], " came back ")
    assert (cancelled["number"], cancelled["cancel_reason"]) == (second["number"], "came back")
    assert state(office, order) == "partly_shipped"
    assert refusal(office, "ann", CANCEL, second["id"], cancelled["version"], "x") == "KH004"
    again = save(office, "ann", part(order, 4, 4))
    assert refusal(office, "ann", CANCEL, again["id"], again["version"], "x") == "KH004"


def test_never_more_than_ordered(office, order):
    assert save_refused(office, "ann", part(order, 11)) == "KH005"
    twice = part(order, 6)
    twice["lines"] *= 2
    assert save_refused(office, "ann", twice) == "KH005"
    doc = save(office, "ann", part(order, 6))
    assert save_refused(office, "ann", part(order, "4.0001")) == "KH005"
    more = doc | {"lines": [doc["lines"][0] | {"quantity": "10.5"}]}
    assert save_refused(office, "ann", more, doc["version"]) == "KH005"
    for quantity in ("0", "-1", "NaN", "1e309"):
        assert save_refused(office, "ann", part(order, quantity)) != ""
    direct = "UPDATE delivery_line SET quantity = 11 WHERE delivery_id = %s"
    assert refusal(office, "ann", direct, doc["id"]) == "KH005"
    assert value(office, None, "SELECT sum(quantity) FROM delivery_line") == 6


def test_two_who_ship_the_same_delivery(office, order):
    doc = save(office, "ann", part(order, 6))
    step(office, "boss", doc, "shipped")
    with pytest.raises(psycopg2.Error) as caught:
        step(office, "ann", doc, "shipped")
    assert caught.value.pgcode == "KH002"
    assert json.loads(caught.value.diag.message_detail)["status"] == "shipped"
    assert save_refused(office, "ann", doc, doc["version"]) == "KH002"


def test_what_was_deleted_comes_back_only_while_there_is_room(office, order):
    doc = save(office, "manager", part(order, 6))
    office.ask("manager", "SELECT delete_records('delivery', ARRAY[%s])", doc["id"])
    bin_ = value(office, None, "SELECT deletion_id FROM delivery WHERE id = %s", doc["id"])
    other = save(office, "ann", part(order, 6))
    assert refusal(office, "manager", "SELECT restore_records(%s)", bin_) == "KH005"
    office.ask("ann", "SELECT delete_records('delivery', ARRAY[%s])", other["id"])
    office.ask("manager", "SELECT restore_records(%s)", bin_)
    assert value(office, "ann", "SELECT sum(planned) FROM open_to_deliver(%s)", order["id"]) == 6


def test_after_the_goods_left_only_their_way_is_written_down(office, order):
    doc = step(office, "ann", save(office, "ann", part(order, 6)), "shipped")
    way = {"courier": "顺丰", "waybill": "SF 1", "expected_on": "2026-11-28", "remarks": "门卫"}
    doc = save(office, "ann", doc | way, doc["version"])
    assert {name: doc[name] for name in way} == way
    fewer = doc | {"lines": [doc["lines"][0] | {"quantity": "5"}]}
    for changed in (doc | {"lines": []}, fewer, doc | {"address": "elsewhere"}):
        assert save_refused(office, "ann", changed, doc["version"]) == "KH004"


def test_what_is_due_is_told_by_the_day_of_the_office(office, order):
    for day, due in ((-1, "overdue"), (0, "today"), (1, None)):
        doc = save(office, "ann", part(order, 1))
        office.ask(
            "ann",
            "UPDATE delivery SET planned_on = office_today() + %s WHERE id = %s",
            day,
            doc["id"],
        )
        assert value(office, "ann", "SELECT d.due FROM delivery d WHERE id = %s", doc["id"]) == due
    office.ask(None, "UPDATE delivery SET status = 'cancelled', number = id::text")
    assert office.ask("ann", "SELECT d.due FROM delivery d") == [(None,)] * 3


def test_a_line_of_another_order_is_refused(office, order):
    other = samples.save(office, "ann", document(office, order["customer_id"], TEN_AND_FOUR))
    other = samples.submit(office, "ann", other)
    mixed = part(order, 1) | {"lines": part(other, 1)["lines"]}
    assert save_refused(office, "ann", mixed) == "KH005"

"""Deliveries through the program: what may be sent, refusals it can act on, and lost servers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import DBAPIError

from client.data import errors
from client.data.deliveries import edit, store
from client.data.in_doubt import InDoubt
from client.data.priced import store as orders
from tests.ui.delivery_office import killing, submitted
from tests.ui.order_office import furnish

D = Decimal


@pytest.fixture
def customer(office_db):
    return furnish(office_db)


@pytest.fixture
def ann(office_db, customer):
    """Ann's login, in an office with goods and a customer of hers."""
    return office_db.login("ann")


@pytest.fixture
def order(ann, customer):
    return submitted(ann, customer)


def amounts(doc):
    return [(line["quantity"], line["elsewhere"]) for line in doc["lines"]]


def with_quantities(doc, *quantities):
    lines = [
        edit.with_text(x, "quantity", q) for x, q in zip(doc["lines"], quantities, strict=True)
    ]
    return doc | {"lines": lines}


def saved(office, doc, **how):
    return edit.opened(*store.save(office, doc, **how))


def test_a_delivery_begins_with_all_that_is_open(ann, order):
    doc = store.begin(ann, order["id"])
    assert (doc["address"], doc["phone"]) == ("财富大厦 1206", "020-8735 6612")
    assert doc["planned_on"] == order["delivery_date"]
    assert amounts(doc) == [(10, 0), (4, 0)]
    first = saved(ann, with_quantities(doc, "6", ""))
    assert amounts(first) == [(6, 0), (None, 0)]
    second = store.begin(ann, order["id"])
    assert amounts(second) == [(4, 6), (4, 0)]
    second = saved(ann, second, step="shipped", day=date(2026, 11, 20))
    assert (second["status"], second["shipped_on"]) == ("shipped", date(2026, 11, 20))
    with pytest.raises(errors.KnownError, match=f"Nothing of {order['number']} is open"):
        store.begin(ann, order["id"])
    again = edit.opened(*store.load(ann, first["id"]))
    assert amounts(again) == [(6, 4)]
    assert [row["status"] for row in store.of_order(ann, order["id"]).rows] == [
        "shipped",
        "planned",
    ]


def test_what_cannot_be_sent_is_said_before_and_after(ann, order):
    doc = with_quantities(store.begin(ann, order["id"]), "10.5", "many")
    assert [(p.line, p.field) for p in edit.problems(doc)] == [(0, "quantity"), (1, "quantity")]
    assert "Only 10 of" in edit.problems(doc)[0].sentence
    for text in ("-1", "1e309", "9" * 20):
        assert edit.problems(with_quantities(doc, text, ""))
    assert edit.problems(with_quantities(doc, "", "0"))[0].sentence.startswith("A delivery needs")
    with pytest.raises(DBAPIError) as caught:
        store.save(ann, with_quantities(doc, "10.5", ""))
    assert errors.sentence(caught.value) == "P-10032: that is more than was ordered."


def test_only_ready_orders_begin_a_delivery(ann, order, office_db):
    office_db.ask(None, "UPDATE setting SET value = 'true' WHERE key = 'orders_need_approval'")
    with pytest.raises(errors.KnownError, match="has to be approved"):
        store.begin(ann, order["id"])
    office_db.ask(None, "UPDATE setting SET value = 'false' WHERE key = 'orders_need_approval'")
    with pytest.raises(errors.NotYours):
        store.begin(office_db.login("bob"), order["id"])
    orders.cancel(ann, order["id"], order["version"], "no")
    with pytest.raises(errors.KnownError, match="was cancelled"):
        store.begin(ann, order["id"])


def test_two_savers_are_joined_or_asked(ann, order, office_db):
    base = saved(ann, store.begin(ann, order["id"]))
    boss = office_db.login("boss")
    theirs = saved(boss, with_quantities(base, "8", "4") | {"courier": "顺丰"})
    mine = with_quantities(base, "9", "3") | {"waybill": "SF 1"}
    with pytest.raises(errors.Conflict) as caught:
        store.save(ann, mine)
    assert caught.value.theirs["version"] == theirs["version"]
    merged = edit.merge(base, mine, theirs)
    assert [(c.field, c.mine, c.theirs) for c in merged.clashes] == [("quantity", 9, 8)]
    assert (merged.doc["courier"], merged.doc["waybill"]) == ("顺丰", "SF 1")
    assert [x["quantity"] for x in edit.settle(merged, [0])["lines"]] == [8, 3]
    shipped = saved(boss, theirs, changed=False, step="shipped")
    late = edit.merge(base, mine, shipped)
    assert late.lost
    assert (late.doc["waybill"], [x["quantity"] for x in late.doc["lines"]]) == ("SF 1", [8, 4])


@pytest.mark.parametrize("place", [1, 2, 3, 4])
def test_killed_between_any_two_statements_it_is_whole_or_nothing(ann, order, office_db, place):
    base = saved(ann, store.begin(ann, order["id"]))
    killed = office_db.login("ann")
    killing(killed, office_db, place)
    mine = with_quantities(base, "6", "") | {"courier": "顺丰"}
    with pytest.raises((DBAPIError, errors.CommitUnknown)) as caught:
        store.save(killed, mine, step="shipped")
    assert errors.server_gone(caught.value)
    stored = edit.opened(*store.load(ann, base["id"]))
    assert stored == base
    assert office_db.ask(None, "SELECT status FROM sales_order") == [("submitted",)]


def test_a_save_whose_end_nobody_saw_is_not_done_twice(ann, order, office_db):
    doc = store.begin(ann, order["id"])
    answer = store.save(ann, doc, step="shipped").doc
    again = store.save(ann, doc, step="shipped", in_doubt=InDoubt(doc, answer)).doc
    assert (again["id"], again["version"]) == (answer["id"], answer["version"])
    never = answer | {"id": 10**6}
    assert len(office_db.ask(None, "SELECT id FROM delivery")) == 1
    office_db.ask(None, "UPDATE delivery SET status = 'cancelled'")
    stored = store.save(ann, doc, in_doubt=InDoubt(doc, never)).doc
    assert stored["id"] != answer["id"]


def test_lists_of_what_waits(ann, order, office_db):
    doc = store.begin(ann, order["id"])
    today = ann.today
    for days, step in ((-1, ""), (0, "picked"), (1, ""), (-1, "shipped")):
        one = with_quantities(doc, "1", "") | {"planned_on": today + timedelta(days=days)}
        store.save(ann, one, step=step)
    assert store.due_now(ann) == 2
    assert store.due_now(office_db.login("bob")) == 0
    assert store.of_order(ann, order["id"]).open

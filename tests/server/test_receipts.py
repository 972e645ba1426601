"""Money is received once, never too much, and what is wrong is taken back by a red entry."""

import threading
from contextlib import closing
from decimal import Decimal

import psycopg2
import pytest

from tests.server import samples
from tests.server.samples import (
    call,
    customer,
    order,
    posted,
    receipt,
    refusal,
    refused,
    step,
    value,
)

D = Decimal
MONEY = "SELECT received, outstanding, payment_state FROM sales_order WHERE id = %s"


def money(office, doc):
    return office.ask(None, MONEY, doc["id"])[0]


def test_money_in_parts(office, of_ann):
    one = order(office, "ann", of_ann)
    assert money(office, one) == (0, 20, "unpaid")
    first = posted(office, "clerk", of_ann, "5.50", {one["id"]: "5.50"})
    assert first["number"].startswith("RC-")
    assert (first["status"], first["allocated"], first["advance"]) == ("posted", D("5.50"), 0)
    assert money(office, one) == (D("5.50"), D("14.50"), "partly")
    rest = posted(office, "clerk", of_ann, 20, {one["id"]: "14.50"})
    assert rest["advance"] == D("5.50")
    assert money(office, one) == (20, 0, "paid")
    later = call(office, "ann", "order_document", one["id"])
    assert later["version"] == one["version"]  # receiving is no change of the order


def test_a_draft_counts_for_nothing(office, of_ann):
    one = order(office, "ann", of_ann)
    waiting = receipt(office, "clerk", of_ann, 20, {one["id"]: 20})
    assert (waiting["number"], waiting["advance"]) == (None, 0)
    assert money(office, one) == (0, 20, "unpaid")
    office.ask("clerk", "SELECT delete_records('receipt', ARRAY[%s])", waiting["id"])


@pytest.mark.parametrize(
    ("amount", "part", "reason"),
    [("30", "20.01", "allocations"), ("10", "10.01", "allocated"), ("0", "0", "amount")],
)
def test_too_much_is_refused(office, of_ann, amount, part, reason):
    one = order(office, "ann", of_ann)
    doc = receipt(office, "clerk", of_ann, amount, {one["id"]: part})
    with pytest.raises(psycopg2.Error) as caught:
        step(office, "clerk", "post_receipt", doc)
    assert (caught.value.pgcode, caught.value.diag.column_name) == ("KH005", reason)
    assert money(office, one) == (0, 20, "unpaid")


def test_a_receipt_is_for_its_own_customers_orders(office, of_ann):
    other = order(office, "ann", customer(office, "ann", "Other"))
    doc = {
        "customer_id": of_ann,
        "amount": 5,
        "allocations": [{"order_id": other["id"], "amount": 5}],
    }
    assert refused(office, "clerk", "save_receipt", doc, None)[0] == "KH005"
    waiting = samples.draft(office, "ann", of_ann)
    with pytest.raises(psycopg2.Error) as caught:
        posted(office, "clerk", of_ann, 5, {waiting["id"]: 5})
    assert caught.value.diag.column_name == "allocations"


def test_two_who_receive_for_the_same_order_at_once(office, of_ann):
    """The second waits for the first, and is refused what is not left."""
    one = order(office, "ann", of_ann)
    docs = [receipt(office, user, of_ann, 15, {one["id"]: 15}) for user in ("clerk", "boss")]
    found = []

    def second(connection):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT post_receipt(%s, %s)", (docs[1]["id"], docs[1]["version"]))
        except psycopg2.Error as error:
            found.append((error.pgcode, error.diag.message_detail))

    with closing(office.psql("clerk")) as first, closing(office.psql("boss")) as other:
        first.autocommit = False
        with first.cursor() as cursor:
            cursor.execute("SELECT post_receipt(%s, %s)", (docs[0]["id"], docs[0]["version"]))
            thread = threading.Thread(target=second, args=(other,))
            thread.start()
            samples.wait_until_blocked(office, other)
            first.commit()
            thread.join()
    assert found == [("KH005", one["number"])]
    assert money(office, one)[0] == 15


def test_a_red_entry_takes_all_back(office, of_ann):
    one, two = order(office, "ann", of_ann), order(office, "ann", of_ann)
    doc = posted(office, "clerk", of_ann, 35, {one["id"]: 20, two["id"]: 10})
    assert doc["advance"] == 5
    assert refused(office, "clerk", "void_receipt", doc["id"], doc["version"], " ")[0] == "KH005"
    voided = step(office, "clerk", "void_receipt", doc, "typed twice")
    assert (voided["status"], voided["advance"], voided["amount"]) == ("voided", 0, 35)
    red = call(office, "clerk", "receipt_document", voided["reversed_by_id"])
    assert (red["amount"], red["allocated"], red["advance"]) == (-35, -30, 0)
    assert (red["status"], red["reverses_number"]) == ("posted", doc["number"])
    assert money(office, one) == money(office, two) == (0, 20, "unpaid")
    assert refused(office, "clerk", "void_receipt", red["id"], red["version"], "x")[1] == "red"
    assert refused(office, "clerk", "void_receipt", doc["id"], voided["version"], "x")[0] == "KH004"


def test_an_advance_is_used_later(office):
    own = customer(office, "ann", "Ahead")
    ahead = posted(office, "clerk", own, 30)
    assert call(office, "ann", "customer_balance", own)["advance"] == 30
    one = order(office, "ann", own)
    parts = [{"order_id": one["id"], "amount": 20}]
    used = step(office, "clerk", "allocate_advance", ahead, parts)
    assert (used["allocated"], used["advance"]) == (20, 10)
    assert money(office, one) == (20, 0, "paid")
    two = order(office, "ann", own)
    more = [{"order_id": two["id"], "amount": "10.01"}]
    call_ = ("allocate_advance", used["id"], used["version"], more)
    assert refused(office, "clerk", *call_) == ("KH005", "10.00")
    balance = call(office, "ann", "customer_balance", own)
    assert (balance["outstanding"], balance["advance"]) == (20, 10)


def test_what_was_received_stays_covered(office, of_ann):
    one = order(office, "ann", of_ann)
    posted(office, "clerk", of_ann, 15, {one["id"]: 15})
    doc = call(office, "ann", "order_document", one["id"])
    fewer = doc | {"lines": [{**doc["lines"][0], "quantity": 1}]}
    assert refused(office, "ann", "save_order", fewer, doc["version"]) == ("KH005", "15.00")
    cancel = ("cancel_order", doc["id"], doc["version"], "no")
    assert refused(office, "ann", *cancel) == ("KH004", "paid")


@pytest.mark.parametrize(
    "touch",
    [
        "UPDATE receipt SET amount = 1 WHERE id = %s",
        "UPDATE receipt SET receipt_date = '2020-01-01' WHERE id = %s",
        "UPDATE receipt SET customer_id = customer_id + 1 WHERE id = %s",
        "UPDATE receipt_allocation SET amount = 1 WHERE receipt_id = %s",
        "DELETE FROM receipt_allocation WHERE receipt_id = %s",
        "INSERT INTO receipt_allocation (receipt_id, order_id, amount)"
        " SELECT %s, id, 1 FROM sales_order",
        "SELECT save_receipt_allocations(%s, '[]')",
    ],
)
def test_a_posted_receipt_is_never_edited(office, of_ann, touch):
    one = order(office, "ann", of_ann)
    doc = posted(office, "clerk", of_ann, 20, {one["id"]: 10})
    assert refusal(office, "clerk", touch, doc["id"]) in ("KH004", "KH003")
    assert call(office, "clerk", "receipt_document", doc["id"]) == doc


def test_who_may_do_what(office, of_ann):
    one = order(office, "ann", of_ann)
    doc = posted(office, "clerk", of_ann, 20, {one["id"]: 10})
    seen = "SELECT count(*) FROM receipt WHERE id = %s"
    assert [value(office, user, seen, doc["id"]) for user in ("ann", "bob", "manager")] == [1, 0, 1]
    parts = "SELECT count(*) FROM receipt_allocation"
    assert value(office, "bob", parts) == 0
    assert refused(office, "ann", "save_receipt", {"customer_id": of_ann, "amount": 1}, None)[0]
    assert refused(office, "bob", "void_receipt", doc["id"], doc["version"], "x")[0] == "KH003"
    assert refused(office, "ann", "void_receipt", doc["id"], doc["version"], "x")[0] == "42501"
    for column in ("status", "number", "allocated", "reverses_id"):
        assert refusal(office, "clerk", f"UPDATE receipt SET {column} = NULL") == "42501"
    assert refusal(office, "ann", "UPDATE sales_order SET received = 20") == "42501"


def test_parts_are_written_by_who_writes_receipts(office, of_ann):
    one = order(office, "ann", of_ann)
    doc = receipt(office, "clerk", of_ann, 20, {one["id"]: 10})
    write = "SELECT save_receipt_allocations(%s, '[]')"
    assert refusal(office, "bob", write, doc["id"]) == "KH003"
    assert refusal(office, "ann", write, doc["id"]) == "42501"
    assert call(office, "clerk", "receipt_document", doc["id"])["allocations"]
    office.ask("clerk", write, doc["id"])
    assert call(office, "clerk", "receipt_document", doc["id"])["allocations"] == []


def test_a_document_shows_nothing_that_its_reader_may_not_view(office, of_ann):
    one = order(office, "ann", of_ann)
    doc = posted(office, "clerk", of_ann, 20, {one["id"]: 10})
    draft = receipt(office, "clerk", of_ann, 20, {})
    allow = "SELECT set_permission(%s, %s, 'view', %s)"
    clerk = office.id_of("clerk")

    def shown(function, id_):
        return call(office, "clerk", function, id_)

    for module, allowed in (("order", False), ("customer", False)):
        office.ask("admin", allow, clerk, module, allowed)
    try:
        found = shown("receipt_document", doc["id"])
        assert (found["customer"], found["allocations"]) == (None, [])
        assert value(office, "clerk", "SELECT order_document(%s)", one["id"]) is None
        write = "SELECT save_receipt_allocations(%s, %s)"
        part = f'[{{"order_id": {one["id"]}, "amount": 1}}]'
        assert refusal(office, "clerk", write, draft["id"], part) == "KH005"
        office.ask("admin", allow, clerk, "order", True)
        assert shown("order_document", one["id"])["customer"] is None
        office.ask("admin", allow, clerk, "receipt", False)
        assert value(office, "clerk", "SELECT receipt_document(%s)", doc["id"]) is None
    finally:
        for module in ("order", "customer", "receipt"):
            office.ask("admin", allow, clerk, module, None)
    assert shown("receipt_document", doc["id"]) == doc


def test_a_hand_over_takes_receipts_along(office):
    own = customer(office, "ann", "Handed over")
    one = order(office, "ann", own)
    doc = posted(office, "clerk", own, 20, {one["id"]: 10})
    office.ask("boss", "SELECT assign_customers(ARRAY[%s], %s, 'Moved')", own, office.id_of("bob"))
    assert call(office, "bob", "receipt_document", doc["id"])["allocations"]
    assert value(office, "ann", "SELECT count(*) FROM receipt WHERE id = %s", doc["id"]) == 0


def test_sums_agree_after_everything(office):
    """Whatever happened above: what the orders say was received is what the receipts gave them."""
    query = """SELECT count(*) FROM sales_order o WHERE received <> (
        SELECT coalesce(sum(a.amount), 0) FROM receipt_allocation a JOIN receipt r
            ON r.id = a.receipt_id AND r.status <> 'draft' WHERE a.order_id = o.id)"""
    assert value(office, None, query) == 0
    query = """SELECT count(*) FROM receipt r WHERE status <> 'draft' AND allocated <> (
        SELECT coalesce(sum(amount), 0) FROM receipt_allocation WHERE receipt_id = r.id)"""
    assert value(office, None, query) == 0

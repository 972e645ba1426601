"""A document tells of other records what its reader may read of them, and is written where it says
anything new."""

import json
from contextlib import contextmanager

import pytest

from tests.server import samples
from tests.server.samples import call, contact, customer, delivery, quote, refusal, step, value


@contextmanager
def without(office, user, module, action="view"):
    """While `user` lacks a right."""
    change = "SELECT set_permission(%s, %s, %s, %s)"
    office.ask("admin", change, office.id_of(user), module, action, False)
    try:
        yield
    finally:
        office.ask("admin", change, office.id_of(user), module, action, True)


def told(office, user, kind, doc):
    """A document as `user` reads it, None where they may not."""
    return value(office, user, f"SELECT {kind}_document(%s)", doc["id"])


def test_a_quote_is_told_as_far_as_one_may_read(office, of_ann):
    person = contact(office, "ann", of_ann)
    doc = quote(office, "ann", of_ann, contact_id=person)
    assert (doc["customer"]["id"], doc["contact_name"]) == (of_ann, "Contact")
    with without(office, "ann", "customer"):
        part = told(office, "ann", "quote", doc)
    assert (part["customer"], part["contact_name"], part["total"]) == (
        None,
        None,
        float(doc["total"]),
    )
    with without(office, "ann", "quote"):
        assert told(office, "ann", "quote", doc) is None
    assert told(office, "bob", "quote", doc) is None


def test_what_was_sent_is_not_told_to_who_may_not_view_its_customer(office, of_ann):
    sent = step(office, "ann", "send_quote", quote(office, "ann", of_ann))
    for user in ("ann", "boss"):
        assert call(office, user, "quote_revisions", sent["id"]), user
        with without(office, user, "customer"):
            assert told(office, user, "quote", sent)["customer"] is None
            assert call(office, user, "quote_revisions", sent["id"]) == [], user
            for place in ("quote_revision", "masked.quote_revision"):
                query = f"SELECT document FROM {place} WHERE quote_id = %s"
                assert office.ask(user, query, sent["id"]) == [], (user, place)


def test_a_delivery_is_read_with_its_order(office, of_ann):
    made = delivery(office, "ann", samples.order(office, "ann", of_ann)["id"])
    assert told(office, "ann", "delivery", made)["customer"]["id"] == of_ann
    with without(office, "ann", "customer"):
        assert told(office, "ann", "delivery", made)["customer"] is None
    for module in ("order", "delivery"):
        with without(office, "ann", module):
            assert told(office, "ann", "delivery", made) is None
    assert told(office, "bob", "delivery", made) is None


def test_who_views_no_orders_learns_nothing_of_them_by_handing_money_out(office, of_ann):
    """What is refused because it is more than is outstanding names the order, and how much is."""
    due = samples.order(office, "ann", of_ann)
    paid = samples.posted(office, "boss", of_ann, 100)
    parts = [{"order_id": due["id"], "amount": 99}]
    call_of = (office, "boss", "allocate_advance", paid["id"], paid["version"], parts)
    assert samples.refused(*call_of) == ("KH005", due["number"])
    with without(office, "boss", "order"):
        assert samples.refused(*call_of) == ("KH005", "")


def test_order_and_quote_name_each_other_to_whom_sees_both(office):
    first, second = (customer(office, "ann", name) for name in ("Quoted", "Ordered"))
    sent = step(office, "ann", "send_quote", quote(office, "ann", first))
    made = step(office, "ann", "quote_to_order", sent)["order"]
    moved = samples.save(office, "ann", made | {"customer_id": second}, made["version"])
    assert moved["quote_number"] == sent["number"]
    office.ask("boss", "SELECT assign_customers(ARRAY[%s], %s, 'x')", second, office.id_of("bob"))
    assert told(office, "bob", "order", made)["quote_number"] is None
    samples.submit(office, "bob", told(office, "bob", "order", made))
    assert told(office, "ann", "quote", sent)["order_number"] is None
    assert told(office, "boss", "quote", sent)["order_number"]


def test_a_row_as_it_is_is_for_functions_alone(office, of_ann):
    for kind in ("order", "quote", "receipt", "delivery"):
        assert refusal(office, "ann", f"SELECT readable_{kind}(1)") == "42501"


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("kind", ["order", "quote"])
def test_a_head_is_written_where_it_says_anything_new(office, of_ann, kind, whole):
    table = {"order": "sales_order"}.get(kind, kind)
    lines = samples.document(office, of_ann)["lines"]
    head = {"customer_id": of_ann, "phone": "13800138246", "remarks": "x", "lines": lines}
    head |= {"order_date": "2026-11-21", "quote_date": "2026-11-21", "valid_until": "2100-01-01"}
    made = call(office, "ann", f"save_{kind}", head, None)

    def save(**changes):
        """Whether the row was written, and what it says since."""
        query = f"SELECT xmin::text, version FROM {table} WHERE id = %s"
        before = office.ask(None, query, made["id"])
        doc = told(office, "ann", kind, made)
        doc = call(office, "ann", f"save_{kind}", doc | changes, doc["version"])
        return before != office.ask(None, query, made["id"]), doc

    def all_of_it():
        assert save()[0] is False
        written, doc = save(remarks=None)
        assert (written, doc["remarks"]) == (True, None)
        written, doc = save(phone="19900000000")
        phone = value(office, "boss", f"SELECT phone FROM {table} WHERE id = %s", made["id"])
        assert (written, phone) == (True, "19900000000" if whole else "13800138246")

    if whole:
        all_of_it()
    else:
        with without(office, "ann", "customer", "whole"):
            assert told(office, "ann", kind, made)["phone"] == "138****46"
            all_of_it()


def test_who_may_not_view_customers_does_nothing_with_them(office, of_ann):
    """Other rights are rights to what one may view; functions say so as the tables do."""
    ann, bob = (office.id_of(user) for user in ("ann", "bob"))
    moves = json.dumps({"moves": [{"customer_id": of_ann, "from_id": ann, "to_id": bob}]})
    twin = customer(office, "ann", "Twin")
    made = call(office, "boss", "hand_over", moves, "away")
    call(office, "boss", "undo_handover", made["id"])
    with without(office, "boss", "customer"):
        for query in (
            f"SELECT hand_over('{moves}', 'x')",
            f"SELECT assign_customers(ARRAY[{of_ann}], {bob}, 'x')",
            f"SELECT handover_rest({ann})",
            f"SELECT share_customer({of_ann}, {bob}, '2200-01-01')",
            f"SELECT request_change({of_ann}, '{{\"bank\": \"B\"}}', 'x')",
            f"SELECT delete_records('customer', ARRAY[{twin}])",
            f"SELECT merge_customers({of_ann}, {twin}, '[]', 'x')",
        ):
            assert refusal(office, "boss", query) in ("42501", "KH003"), query
        assert call(office, "boss", "handover_document", made["id"])["items"] == []
    assert value(office, None, "SELECT owner_id FROM customer WHERE id = %s", of_ann) == ann
    gone = value(office, "boss", "SELECT delete_records('customer', ARRAY[%s])", twin)
    with without(office, "boss", "customer"):
        assert refusal(office, "boss", "SELECT restore_records(%s)", gone) == "42501"


def test_who_may_not_view_documents_takes_no_step_of_them(office, of_ann):
    draft = samples.draft(office, "ann", of_ann)
    doc = samples.order(office, "ann", of_ann)
    with without(office, "boss", "order"):
        submit = f"SELECT submit_order({draft['id']}, {draft['version']})"
        cancel = f"SELECT cancel_order({doc['id']}, {doc['version']}, 'x')"
        gone = f"SELECT delete_records('sales_order', ARRAY[{draft['id']}])"
        for query in (submit, cancel, gone):
            assert refusal(office, "boss", query) == "42501", query
    assert refusal(office, "boss", submit) == ""


@pytest.mark.parametrize("kind", ["order", "quote", "delivery"])
def test_who_may_only_create_documents_changes_none(office, of_ann, kind):
    """Theirs are made with their lines and stay as they are, as in the program's forms."""
    table = {"order": "sales_order"}.get(kind, kind)

    def make():
        if kind == "delivery":
            ordered = samples.order(office, "ann", of_ann)
            return delivery(office, "ann", ordered["id"], {ordered["lines"][0]["id"]: 1})
        made = samples.draft if kind == "order" else quote
        return made(office, "ann", of_ann)

    doc = make()
    lines = f"{kind}_line{{}} WHERE {kind}_id = {doc['id']} RETURNING id"
    goods = "order_line_id" if kind == "delivery" else "product_id, unit_price"
    added = (
        f"INSERT INTO {kind}_line ({kind}_id, position, quantity, {goods})"
        f" SELECT {kind}_id, 9, 1, {goods} FROM {kind}_line WHERE {kind}_id = {doc['id']}"
    )
    with without(office, "ann", kind, "edit"):
        for statement in (
            f"UPDATE {table} SET remarks = 'Mine' WHERE id = {doc['id']} RETURNING id",
            "UPDATE " + lines.format(" SET remarks = 'Mine'"),
            "DELETE FROM " + lines.format(""),
        ):
            assert office.ask("ann", statement) == [], statement
        assert refusal(office, "ann", added) in ("42501", "KH003")
        again = (office, "ann", f"save_{kind}", doc | {"remarks": "Mine"}, doc["version"])
        assert samples.refused(*again)[0] == "42501"
        emptied = (office, "ann", f"save_{kind}_lines", doc["id"], [])
        assert samples.refused(*emptied)[0] == "42501"
        assert len(make()["lines"]) == 1
    assert told(office, "ann", kind, doc)["lines"] == told(office, "boss", kind, doc)["lines"]
    assert told(office, "ann", kind, doc)["remarks"] is None


def test_who_may_only_create_receipts_and_contacts_changes_none(office, of_ann):
    ordered = samples.order(office, "ann", of_ann)["id"]
    paid = samples.receipt(office, "clerk", of_ann, 5, {ordered: 5})
    person = contact(office, "ann", of_ann)
    parts = "DELETE FROM receipt_allocation WHERE receipt_id = %s RETURNING id"
    with without(office, "clerk", "receipt", "edit"):
        assert office.ask("clerk", parts, paid["id"]) == []
        emptied = (office, "clerk", "save_receipt_allocations", paid["id"], [])
        assert samples.refused(*emptied)[0] == "42501"
        assert samples.receipt(office, "clerk", of_ann, 5, {ordered: 5})["allocations"]
    renamed = "UPDATE contact SET name = 'Mine' WHERE id = %s RETURNING id"
    with without(office, "ann", "customer", "edit"):
        assert office.ask("ann", renamed, person) == []
        assert contact(office, "ann", of_ann, "One more")
    assert office.ask("ann", renamed, person) == [(person,)]

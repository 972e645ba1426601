"""An order leaves in parts, never more than was ordered, and its state follows."""

import threading
from contextlib import closing

import psycopg2
import pytest

from tests.server import samples
from tests.server.samples import LINE, call, delivery, document, refused, step, value


def ordered(office, of, lines=(LINE,)):
    return samples.submit(office, "ann", samples.save(office, "ann", document(office, of, lines)))


def status(office, doc):
    return value(office, None, "SELECT status FROM sales_order WHERE id = %s", doc["id"])


def line_ids(doc):
    return [line["id"] for line in doc["lines"]]


def test_the_order_follows_its_deliveries(office, of_ann):
    doc = ordered(office, of_ann, [LINE, {**LINE, "quantity": 5}])
    first, second = line_ids(doc)
    one = delivery(office, "ann", doc["id"], {first: 2, second: 1})
    assert (one["number"], one["status"], status(office, doc)) == (None, "planned", "submitted")
    picked = step(office, "ann", "advance_delivery", one, "picked")
    assert picked["number"].startswith("DN-")
    assert status(office, doc) == "submitted"
    shipped = step(office, "ann", "advance_delivery", picked, "shipped", "2026-11-20")
    assert (shipped["number"], shipped["shipped_on"]) == (picked["number"], "2026-11-20")
    assert status(office, doc) == "partly_shipped"
    rest = delivery(office, "ann", doc["id"])
    assert [(line["order_line_id"], line["quantity"]) for line in rest["lines"]] == [(second, 4)]
    sent = step(office, "ann", "advance_delivery", rest, "shipped")
    assert status(office, doc) == "shipped"
    step(office, "ann", "advance_delivery", sent, "received")
    back = step(office, "ann", "cancel_delivery", shipped, "came back")
    assert (back["status"], back["number"]) == ("cancelled", picked["number"])
    assert status(office, doc) == "partly_shipped"


def test_never_more_than_was_ordered(office, of_ann):
    doc = ordered(office, of_ann)
    (line,) = line_ids(doc)
    plan = {"order_id": doc["id"], "lines": [{"order_line_id": line, "position": 1, "quantity": 3}]}
    assert refused(office, "ann", "save_delivery", plan, None) == ("KH005", "P")
    made = delivery(office, "ann", doc["id"], {line: 1})
    more = "UPDATE delivery_line SET quantity = 2.0001 WHERE delivery_id = %s"
    assert samples.refusal(office, "ann", more, made["id"]) == "KH005"
    again = (
        "INSERT INTO delivery_line (delivery_id, order_line_id, position, quantity)"
        " VALUES (%s, %s, 2, 1.5)"
    )
    assert samples.refusal(office, "ann", again, made["id"], line) == "KH005"
    foreign = line_ids(ordered(office, of_ann))[0]
    assert samples.refusal(office, "ann", again, made["id"], foreign) == "KH005"


def test_two_who_plan_the_same_at_once(office, of_ann):
    """The second waits for the first, and is refused what is not left."""
    doc = ordered(office, of_ann)
    (line,) = line_ids(doc)
    plan = samples.json.dumps(
        {"order_id": doc["id"], "lines": [{"order_line_id": line, "position": 1, "quantity": 2}]}
    )
    found = []

    def second(connection):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT save_delivery(%s, NULL)", (plan,))
        except psycopg2.Error as error:
            found.append(error.pgcode)

    with closing(office.psql("ann")) as one, closing(office.psql("manager")) as two:
        one.autocommit = False
        with one.cursor() as cursor:
            cursor.execute("SELECT save_delivery(%s, NULL)", (plan,))
            thread = threading.Thread(target=second, args=(two,))
            thread.start()
            samples.wait_until_blocked(office, two)
            one.commit()
            thread.join()
    assert found == ["KH005"]


def test_what_is_planned_stays_in_the_order(office, of_ann):
    doc = ordered(office, of_ann)
    delivery(office, "ann", doc["id"], {line_ids(doc)[0]: 2})
    doc = call(office, "ann", "order_document", doc["id"])
    fewer = doc | {"lines": [{**doc["lines"][0], "quantity": 1}]}
    assert refused(office, "ann", "save_order", fewer, doc["version"]) == ("KH005", "P")
    assert refused(office, "ann", "save_order", doc | {"lines": []}, doc["version"])[0] == "KH005"
    more = doc | {"lines": [{**doc["lines"][0], "quantity": 3}]}
    assert call(office, "ann", "save_order", more, doc["version"])["total"] == 30
    cancel = refused(office, "ann", "cancel_order", doc["id"], doc["version"] + 2, "no")
    assert cancel[0] in ("KH002", "KH004")


def test_an_order_with_deliveries_is_not_cancelled(office, of_ann):
    doc = ordered(office, of_ann)
    made = delivery(office, "ann", doc["id"])
    cancel = ("cancel_order", doc["id"], doc["version"], "no")
    assert refused(office, "ann", *cancel) == ("KH004", "delivering")
    office.ask("clerk", "SELECT delete_records('delivery', ARRAY[%s])", made["id"])
    assert call(office, "ann", *cancel)["status"] == "cancelled"


def test_where_orders_need_approval_goods_wait_for_it(office, of_ann):
    doc = ordered(office, of_ann)
    planned = delivery(office, "ann", doc["id"])
    setting = "UPDATE setting SET value = '{}' WHERE key = 'orders_need_approval'"
    office.ask("admin", setting.format("true"))
    try:
        ship = ("advance_delivery", planned["id"], planned["version"], "shipped")
        assert refused(office, "ann", *ship) == ("KH004", "not_approved")
        assert refused(office, "ann", "approve_order", doc["id"], doc["version"])[0] == "42501"
        approved = step(office, "manager", "approve_order", doc)
        assert approved["approved_amount"] == approved["total"]
        assert call(office, "ann", *ship)["status"] == "shipped"
    finally:
        office.ask("admin", setting.format("false"))


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE sales_order SET remarks = 'x' WHERE id = %s",
        "UPDATE sales_order SET wipe_off = 1 WHERE id = %s",
        "UPDATE order_line SET quantity = 3 WHERE order_id = %s",
        "DELETE FROM order_line WHERE order_id = %s AND position = 2",
    ],
)
def test_any_later_edit_voids_an_approval(office, of_ann, edit):
    doc = step(office, "manager", "approve_order", ordered(office, of_ann, (LINE, LINE)))
    assert (doc["status"], doc["approved_by_name"]) == ("approved", "Manager")
    office.ask("ann", edit, doc["id"])
    found = call(office, "ann", "order_document", doc["id"])
    assert (found["status"], found["approved_at"], found["approved_amount"]) == (
        "submitted",
        None,
        None,
    )


def test_whoever_sends_goods_need_not_edit_orders(office, of_ann):
    doc = ordered(office, of_ann)
    clerk = office.id_of("clerk")
    for action in ("edit", "create"):
        office.ask("admin", "SELECT set_permission(%s, 'order', %s, false)", clerk, action)
    try:
        made = delivery(office, "clerk", doc["id"])
        step(office, "clerk", "advance_delivery", made, "shipped")
    finally:
        for action in ("edit", "create"):
            office.ask("admin", "SELECT set_permission(%s, 'order', %s, true)", clerk, action)
    assert status(office, doc) == "shipped"


def test_others_see_and_send_nothing(office, of_ann):
    made = delivery(office, "ann", ordered(office, of_ann)["id"])
    assert value(office, "bob", "SELECT count(*) FROM delivery") == 0
    assert value(office, "bob", "SELECT count(*) FROM delivery_line") == 0
    assert refused(office, "bob", "save_delivery", made, made["version"])[0] == "KH003"
    ship = ("advance_delivery", made["id"], made["version"], "shipped")
    assert refused(office, "bob", *ship)[0] == "KH003"
    assert (
        refused(office, "bob", "save_delivery", {"order_id": made["order_id"]}, None)[0] == "KH003"
    )
    for column in ("status", "number", "customer_id", "shipped_on"):
        assert samples.refusal(office, "ann", f"UPDATE delivery SET {column} = NULL") == "42501"


def test_completing_and_opening_again(office, of_ann):
    doc = ordered(office, of_ann)
    made = delivery(office, "ann", doc["id"])
    complete = ("complete_order", doc["id"], doc["version"])
    assert refused(office, "ann", *complete) == ("KH004", "delivering")
    step(office, "ann", "advance_delivery", made, "shipped")
    doc = call(office, "ann", "order_document", doc["id"])
    done = step(office, "ann", "complete_order", doc)
    assert done["status"] == "completed"
    assert refused(office, "ann", "reopen_order", done["id"], done["version"])[0] == "42501"
    assert step(office, "manager", "reopen_order", done)["status"] == "shipped"

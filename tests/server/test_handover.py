"""Customers handed over: all or nothing, by whoever may, and back again for 30 days."""

import json
import threading
from contextlib import closing
from decimal import Decimal

import pytest

from tests.server import samples
from tests.server.samples import call, customer, order, refused, value, wait_until_blocked


def moves(office, to, *customers, giver="ann"):
    """A plan that gives customers of `giver` to one receiver."""
    ids = {name: office.id_of(name) for name in (to, giver)}
    return {
        "from_id": ids[giver],
        "moves": [{"customer_id": c, "from_id": ids[giver], "to_id": ids[to]} for c in customers],
    }


def owner_of(office, of):
    """The login of a customer's owner, and of the owners of all that hangs on it."""
    tables = ("contact", "sales_order", "order_line", "quote", "receipt", "delivery")
    hanging = " UNION ".join(f"SELECT owner_id FROM {t} WHERE customer_id = c.id" for t in tables)
    query = (
        "SELECT array_agg(DISTINCT login) FROM operator o, customer c WHERE c.id = %s"
        f" AND o.id IN (SELECT c.owner_id UNION {hanging})"
    )
    return value(office, None, query, of)


@pytest.fixture
def two(office):
    """Two customers of Ann's, the first with a contact, an order and money received for it."""
    first, second = customer(office, "ann", "First"), customer(office, "ann", "Second")
    samples.contact(office, "ann", first)
    sold = order(office, "ann", first)
    samples.posted(office, "clerk", first, 5, {sold["id"]: 5})
    samples.quote(office, "ann", first)
    return first, second


def test_everything_moves_and_is_told(office, two):
    before = office.ask("manager", "SELECT * FROM handover_customers(NULL, %s)", list(two))
    assert [row[7:14] for row in before] == [(1, 1, 1, 1, 1, 0, 15), (0, 0, 0, 0, 0, 0, 0)]
    doc = call(office, "manager", "hand_over", moves(office, "bob", *two), " Ann leaves ")
    assert [owner_of(office, c) for c in two] == [["bob"], ["bob"]]
    assert (doc["reason"], doc["from_name"], doc["by_name"]) == ("Ann leaves", "Ann", "Manager")
    told = [(i["name"], i["to_name"], i["open_orders"], i["outstanding"]) for i in doc["items"]]
    assert told == [("First", "Bob", 1, Decimal(15)), ("Second", "Bob", 0, 0)]
    history = "SELECT reason, via, op, after FROM record_history('customer', %s) LIMIT 1"
    entry = ("Ann leaves", "hand-over", "update", {"owner_id": office.id_of("bob")})
    assert office.ask("manager", history, two[0]) == [entry]
    listed = call(office, "boss", "handovers")[0]
    assert (listed["id"], listed["customers"], listed["receivers"]) == (doc["id"], 2, ["Bob"])


def test_what_is_refused_moves_nothing(office, two):
    first, second = two
    hers = customer(office, "eve", "Of Eve")
    plan = moves(office, "bob", first, second)
    leaver = value(office, "admin", "SELECT save_operator(%s, NULL)", '{"code":"X1","name":"X"}')
    office.ask("admin", "SELECT save_operator(%s, 1)", f'{{"id": {leaver["id"]}, "active": false}}')
    gone = {"customer_id": first, "from_id": office.id_of("ann"), "to_id": leaver["id"]}
    strange = {**gone, "customer_id": hers, "from_id": office.id_of("eve")}
    for user, asked, why, code in (
        ("ann", plan, "why", "42501"),
        ("manager", plan, "  ", "KH005"),
        ("manager", {"moves": []}, "why", "KH005"),
        (
            "manager",
            plan | {"moves": [*plan["moves"], gone | {"customer_id": second}]},
            "w",
            "23505",
        ),
        ("manager", {"moves": [gone]}, "why", "KH005"),
        ("manager", {"moves": [*plan["moves"], strange]}, "why", "KH003"),
        ("manager", {"moves": [strange | {"customer_id": 999999}]}, "why", "KH003"),
        ("boss", moves(office, "eve", hers, giver="ann"), "why", "KH004"),
    ):
        assert refused(office, user, "hand_over", asked, why)[0] == code, (user, code)
    assert [owner_of(office, c) for c in (*two, hers)] == [["ann"], ["ann"], ["eve"]]
    office.ask(
        "admin", "SELECT set_permission(%s, 'customer', 'assign', false)", office.id_of("manager")
    )
    assert refused(office, "manager", "hand_over", plan, "why")[0] == "42501"
    assert (
        refused(office, "manager", "handovers")[0] == "" == refused(office, "ann", "handovers")[0]
    )
    assert call(office, "manager", "handovers") == call(office, "ann", "handovers") == []
    office.ask(
        "admin", "SELECT set_permission(%s, 'customer', 'assign', NULL)", office.id_of("manager")
    )


def test_undo_brings_back_what_the_receiver_still_has(office, two):
    first, second = two
    made = call(office, "manager", "hand_over", moves(office, "bob", *two), "why")
    call(office, "boss", "hand_over", moves(office, "eve", second, giver="bob"), "again")
    assert refused(office, "ann", "undo_handover", made["id"])[0] == "KH001"
    assert refused(office, "eve", "handover_document", made["id"])[0] == "KH001"
    undone = call(office, "manager", "undo_handover", made["id"])
    assert {i["name"]: i["returned"] for i in undone["items"]} == {"First": True, "Second": False}
    assert [owner_of(office, c) for c in two] == [["ann"], ["eve"]]
    again = refused(office, "manager", "undo_handover", made["id"])
    assert again == ("KH004", "handover_undone")
    old = call(office, "manager", "hand_over", moves(office, "bob", first), "why")
    office.ask(None, "UPDATE handover SET at = at - interval '31 days' WHERE id = %s", old["id"])
    assert refused(office, "manager", "undo_handover", old["id"]) == ("KH004", "handover_old")


def test_whom_it_is_about_reads_only_what_is_seen_now(office, two):
    made = call(office, "boss", "hand_over", moves(office, "eve", two[1]), "why")
    assert [i["name"] for i in call(office, "boss", "handover_document", made["id"])["items"]]
    # The manager sees that Ann's customers went, but no longer the customer that is Eve's now.
    assert call(office, "manager", "handover_document", made["id"])["items"] == []


def test_who_saves_meanwhile_is_waited_for_and_not_refused(office, two):
    first, _second = two
    with closing(office.psql("clerk")) as clerk, closing(office.psql("boss")) as boss:
        clerk.autocommit = False
        with clerk.cursor() as writing:
            writing.execute("INSERT INTO contact (customer_id, name) VALUES (%s, 'N')", (first,))
            ids = {n: office.id_of(n) for n in ("ann", "bob")}
            move = {"customer_id": first, "from_id": ids["ann"], "to_id": ids["bob"]}
            plan = json.dumps({"moves": [move]})

            def hand_over():
                with boss.cursor() as cursor:
                    cursor.execute("SELECT hand_over(%s, 'why')", (plan,))

            thread = threading.Thread(target=hand_over)
            thread.start()
            wait_until_blocked(office, boss)
            writing.execute("UPDATE customer SET remarks = 'typed' WHERE id = %s", (first,))
            clerk.commit()
            thread.join()
    assert owner_of(office, first) == ["bob"]
    assert value(office, "bob", "SELECT remarks FROM customer WHERE id = %s", first) == "typed"


def test_what_is_in_the_bin_goes_along_and_stays_there(office, two):
    _first, second = two
    office.ask("manager", "SELECT delete_records('customer', ARRAY[%s])", second)
    rows = office.ask("manager", "SELECT * FROM handover_customers(NULL, %s)", list(two))
    assert [row[-1] for row in rows] == [False, True]
    made = call(office, "manager", "hand_over", moves(office, "bob", *two), "leaves")
    assert {i["name"]: i["deleted"] for i in made["items"]} == {"First": False, "Second": True}
    state = "SELECT o.login, c.deleted_at IS NOT NULL FROM customer c"
    state += " JOIN operator o ON o.id = c.owner_id WHERE c.id = %s"
    assert office.ask(None, state, second) == [("bob", True)]
    seen = "SELECT count(*) FROM bin_list(NULL, 1000) WHERE kind = 'customer' AND row_id = %s"
    assert (value(office, "bob", seen, second), value(office, "ann", seen, second)) == (1, 0)
    # Deleted by the receiver since: that one goes back as well, as it is.
    undo = call(office, "manager", "undo_handover", made["id"])
    assert all(item["returned"] for item in undo["items"])
    assert office.ask(None, state, second) == [("ann", True)]


def test_what_was_merged_since_stays_with_what_it_was_merged_into(office, two):
    first, second = two
    of_bob = customer(office, "bob", "Bob's own")
    merge = "SELECT (merge_customers(%s, %s, '[]', 'One') ->> 'id')::integer"
    value(office, "boss", merge, customer(office, "ann", "Kept"), second)
    made = call(office, "boss", "hand_over", moves(office, "bob", first, second), "leaves")
    merged = value(office, "boss", merge, of_bob, first)
    undone = call(office, "boss", "undo_handover", made["id"])
    # The second had been merged before: it had nothing left, and comes back as it went.
    assert {i["name"]: i["returned"] for i in undone["items"]} == {"First": False, "Second": True}
    office.ask("boss", "SELECT unmerge_customers(%s)", merged)
    assert owner_of(office, first) == ["bob"]


def test_what_was_merged_with_each_other_comes_back_together(office, two):
    first, second = two
    made = call(office, "boss", "hand_over", moves(office, "bob", first, second), "leaves")
    merged = call(office, "boss", "merge_customers", second, first, [], "One")
    undone = call(office, "boss", "undo_handover", made["id"])
    assert all(item["returned"] for item in undone["items"])
    office.ask("boss", "SELECT unmerge_customers(%s)", merged["id"])
    assert owner_of(office, first) == owner_of(office, second) == ["ann"]


def test_the_receiver_restores_what_was_deleted(office, two):
    _first, second = two
    deletion = value(office, "manager", "SELECT delete_records('customer', ARRAY[%s])", second)
    call(office, "boss", "hand_over", moves(office, "clerk", second), "leaves")
    restore = "SELECT set_permission(%s, 'customer', 'restore', %s)"
    office.ask("admin", restore, office.id_of("clerk"), True)
    office.ask("clerk", "SELECT restore_records(%s)", deletion)
    office.ask("admin", restore, office.id_of("clerk"), None)
    assert owner_of(office, second) == ["clerk"]


def test_what_else_is_about_the_leaver_is_told(office, two):
    first, second = two
    ann, bob = office.id_of("ann"), office.id_of("bob")
    hers = customer(office, "eve", "Eve's")
    share = "SELECT share_customer(%s, %s, '2200-01-01')"
    office.ask("ann", share, first, bob)
    office.ask("eve", share, hers, ann)
    office.ask("admin", "SELECT set_deputy(%s, %s, '2200-01-01')", ann, bob)
    office.ask("admin", "SELECT set_deputy(%s, %s, '2200-01-01')", office.id_of("eve"), ann)
    call(office, "clerk", "request_change", second, {"bank": "B"}, "asked for")
    call(office, "ann", "request_change", first, {"bank": "B"}, "asked for")
    office.ask("admin", "UPDATE department SET head_id = %s WHERE code = 'OTHER'", ann)
    told = call(office, "boss", "handover_rest", ann)
    assert (told["requests"], told["asked"]) == (2, 1)
    assert (told["shared"], told["lent"]) == (1, 1)
    assert (told["deputies"], told["absent"], told["heads"]) == (["Bob"], ["Eve"], ["Other"])
    assert refused(office, "manager", "handover_rest", office.id_of("eve"))[0] == "42501"
    assert refused(office, "ann", "handover_rest", ann)[0] == "42501"
    # All of it holds on: it goes with the customers, or waits for its end.
    call(office, "boss", "hand_over", moves(office, "clerk", first, second), "leaves")
    after = call(office, "boss", "handover_rest", office.id_of("clerk"))
    assert (after["requests"], after["shared"]) == (2, 1)
    office.ask("admin", "UPDATE department SET head_id = NULL")
    office.ask("admin", "SELECT end_deputy(%s, %s)", ann, bob)
    office.ask("admin", "SELECT end_deputy(%s, %s)", office.id_of("eve"), ann)

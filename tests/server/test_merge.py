"""Two customers become one, and two again: nothing is lost, and nobody moves what is not theirs."""

import json
from contextlib import closing
from datetime import date
from decimal import Decimal

import psycopg2
import pytest

from client.data import merging, records, recycle
from client.data.money.statements import statement
from client.model import Customer
from server_schema.tables import TABLES
from tests.server import samples
from tests.server.samples import call, customer, refused, value

HANGING = [t.name for t in TABLES if t.kind == "hanging"]
STAMPS = {"version", "changed_by", "changed_at"}


def merge(office, user, kept, dropped, *names, why="the same"):
    return call(office, user, "merge_customers", kept, dropped, list(names), why)


def furnish(office, owner, name, amount):
    """A customer with everything that can hang on one."""
    of = customer(office, owner, name)
    person = samples.contact(office, owner, of, f"Of {name}")
    head = {"contact_id": person, "order_date": "2026-11-20"}
    line = {"quantity": 2, "unit_price": amount}
    doc = samples.save(office, "clerk", samples.document(office, of, [line], **head))
    sold = samples.submit(office, "clerk", doc)
    samples.save(office, "clerk", samples.document(office, of, contact_id=person))
    samples.delivery(office, "clerk", sold["id"])
    samples.posted(office, "clerk", of, 30, {sold["id"]: 15})
    samples.receipt(office, "clerk", of, 3, {sold["id"]: 3})
    sent = samples.step(office, "clerk", "send_quote", samples.quote(office, "clerk", of))
    accepted = samples.step(office, "clerk", "decide_quote", sent, "accepted", "")
    samples.step(office, "clerk", "quote_to_order", accepted)
    call(office, "clerk", "log_print", "order", sold["id"], {"way": "pdf"})
    call(office, "clerk", "log_print", "statement", of, {"way": "pdf"})
    office.ask("boss", "SELECT share_customer(%s, %s, '2200-01-01')", of, office.id_of("eve"))
    office.ask(owner, "UPDATE customer SET phone = %s WHERE id = %s", f"020 {of:08}", of)
    return of, sold


@pytest.fixture
def two(office):
    """Ann's and Bob's, of which the second lies in the bin with one contact."""
    first, second = furnish(office, "ann", "First", "10"), furnish(office, "bob", "Second", "20")
    gone = samples.contact(office, "bob", second[0], "Gone")
    office.ask("manager", "SELECT delete_records('contact', %s)", [gone])
    return first, second


def picture(office, *customers):
    """All rows of these customers and of what hangs on them, but for who changed them when."""
    found = {}
    for table in ("customer", *HANGING):
        column = "id" if table == "customer" else "customer_id"
        rows = office.ask(
            None, f"SELECT to_jsonb(t) FROM {table} t WHERE {column} = ANY (%s)", list(customers)
        )
        kept = ({k: v for k, v in row.items() if k not in STAMPS} for (row,) in rows)
        found[table] = sorted(kept, key=lambda row: row["id"])
    return found


def sums(office, *customers):
    """What is owed, paid ahead, counted and told by the statement, of all of them together."""
    total = {}
    with office.login("boss").session() as session:
        for of in customers:
            balance = call(office, "boss", "customer_balance", of)
            told = statement(session, of, date(2020, 1, 1), date(2100, 1, 1))
            one = {
                "outstanding": balance["outstanding"],
                "advance": balance["advance"],
                "closing": told["closing"],
                **{f"age {k}": v for k, v in told["ages"].items()},
                "entries": len(told["entries"]),
            }
            for table in HANGING:
                query = f"SELECT count(*) FROM {table} WHERE customer_id = %s"
                one[table] = value(office, "boss", query, of)
            for key, number in one.items():
                total[key] = total.get(key, 0) + number
    return total


def test_the_kept_one_has_all_of_both_and_undoing_restores_both(office, two):
    (first, _sold), (second, _other) = two
    before, was = picture(office, first, second), sums(office, first, second)
    doc = merge(office, "manager", first, second, "phone", "name", why=" twice ")
    now = sums(office, first)
    assert now.pop("share") == was.pop("share") - 1  # with Eve both were shared
    assert now == was
    assert (was["outstanding"], was["sales_order"]) == (Decimal(30), 6)
    assert doc["moved"] == {"contact": 2, "sales_order": 3, "quote": 1, "delivery": 1,
                            "receipt": 2, "print_log": 2}  # fmt: skip
    assert (doc["fields"], doc["reason"]) == (["name", "phone"], "twice")
    rest = picture(office, second)
    assert [len(rest[table]) for table in HANGING] == [int(t == "share") for t in HANGING]
    assert {row["owner_id"] for rows in picture(office, first).values() for row in rows} == {
        office.id_of("ann")
    }
    entries = "SELECT DISTINCT reason, via FROM change WHERE id >= %s"
    change = value(office, None, "SELECT change_id FROM customer_merge WHERE id = %s", doc["id"])
    assert office.ask(None, entries, change) == [("twice", "merge")]
    assert value(office, "ann", "SELECT name FROM customer WHERE id = %s", first) == "Second"

    undone = call(office, "manager", "unmerge_customers", doc["id"])
    assert undone["stayed"] == {"moved": {}, "fields": []}
    again = picture(office, first, second)
    for row in [*before["customer"], *again["customer"]]:
        for name in ("search_key", "sort_key", "sound_key", "haystack", "deletion_id"):
            row.pop(name)  # the program's
    assert again == before
    assert refused(office, "manager", "unmerge_customers", doc["id"]) == ("KH004", "merge_undone")


def test_what_is_tied_to_the_kept_one_stays_and_is_told(office, two):
    (first, sold), (second, other) = two
    doc = merge(office, "manager", first, second, "phone")
    received = samples.posted(office, "clerk", first, 7, {sold["id"]: 2, other["id"]: 5})
    office.ask("ann", "UPDATE customer SET phone = '1' WHERE id = %s", first)
    before = picture(office, first, second)
    bin_ = value(office, "manager", "SELECT deletion_of('customer', %s)", second)
    preview = call(office, "manager", "restore_preview", bin_)
    assert picture(office, first, second) == before
    undone = call(office, "manager", "unmerge_customers", doc["id"])
    assert preview["merge"]["stayed"] == undone["stayed"]
    # The order with the new money, its contact, and through them all that names that one.
    assert undone["stayed"]["moved"] == {
        "contact": 1, "sales_order": 2, "delivery": 1, "receipt": 2, "print_log": 1,
    }  # fmt: skip
    assert undone["stayed"]["fields"] == ["phone"]
    parts = "SELECT count(*) FROM receipt_allocation a JOIN sales_order o ON o.id = a.order_id"
    odd = parts + " WHERE a.customer_id <> o.customer_id"
    assert value(office, None, odd) == 0
    odd = "SELECT count(*) FROM sales_order o JOIN contact c ON c.id = o.contact_id"
    assert value(office, None, odd + " WHERE c.customer_id <> o.customer_id") == 0
    assert received["customer_id"] == first


def test_who_may_not_and_what_cannot_be_merged(office, two):
    (first, _sold), (second, _other) = two
    hers = customer(office, "eve", "Of Eve")
    gone = customer(office, "ann", "Gone")
    office.ask("manager", "SELECT delete_records('customer', %s)", [gone])
    before = picture(office, first, second)
    for user, kept, dropped, fields, why, code in (
        ("ann", first, customer(office, "ann", "Mine"), [], "why", "42501"),
        ("serge", first, second, [], "why", "42501"),
        ("manager", first, hers, [], "why", "KH003"),
        ("manager", hers, first, [], "why", "KH003"),
        ("manager", first, 999999, [], "why", "KH003"),
        ("manager", first, None, [], "why", "KH003"),
        ("manager", first, first, [], "why", "KH005"),
        ("manager", first, gone, [], "why", "KH001"),
        ("manager", gone, first, [], "why", "KH001"),
        ("manager", first, second, [], "  ", "KH005"),
        ("manager", first, second, ["owner_id"], "why", "KH005"),
        ("manager", first, second, ["deleted_at"], "why", "KH005"),
    ):
        args = (kept, dropped, fields, why)
        assert refused(office, user, "merge_customers", *args)[0] == code, (user, args)
    assert picture(office, first, second) == before
    # A salesperson who may delete, but sees one of both only.
    allow = "SELECT set_permission(%s, 'customer', 'delete', %s)"
    office.ask("admin", allow, office.id_of("ann"), True)
    assert refused(office, "ann", "merge_customers", first, second, [], "why")[0] == "KH003"
    made = merge(office, "manager", first, second)
    assert refused(office, "ann", "unmerge_customers", made["id"])[0] == "KH003"
    assert refused(office, "eve", "unmerge_customers", made["id"])[0] == "KH001"
    office.ask("admin", allow, office.id_of("ann"), None)


def test_merging_is_no_way_around_the_right_to_hand_over(office):
    hers, theirs = customer(office, "ann", "Twice"), customer(office, "bob", "Twice")
    same = customer(office, "ann", "Twice")
    manager = office.id_of("manager")
    allow = "SELECT set_permission(%s, 'customer', 'assign', %s)"
    office.ask("admin", allow, manager, False)
    assert refused(office, "manager", "merge_customers", hers, theirs, [], "why")[0] == "42501"
    merge(office, "manager", hers, same)
    office.ask("admin", allow, manager, None)
    wanted = (
        "INSERT INTO setting (key, value) VALUES (%s, 'true')"
        " ON CONFLICT (key) DO UPDATE SET value = 'true'"
    )
    strict = ("key_fields_need_approval", "owner_needs_approval")
    for key in strict:
        office.ask("admin", wanted, key)
    office.ask("admin", "SELECT set_permission(%s, 'customer', 'approve', %s)", manager, False)
    answer = refused(office, "manager", "merge_customers", hers, theirs, [], "why")
    assert answer == ("KH004", "handover_needs_approval")
    for key in strict:
        office.ask("admin", "UPDATE setting SET value = 'false' WHERE key = %s", key)
    office.ask("admin", "SELECT set_permission(%s, 'customer', 'approve', NULL)", manager)
    made = merge(office, "manager", hers, theirs)
    office.ask("admin", allow, manager, False)
    assert refused(office, "manager", "unmerge_customers", made["id"])[0] == "42501"
    office.ask("admin", allow, manager, None)
    call(office, "manager", "unmerge_customers", made["id"])


def test_merging_does_not_tell_who_sees_masked_that_a_guess_is_right(office):
    """Of two numbers that look alike to them, the kept one stays, and nothing says whether it was
    the same."""
    numbers = {"phone": "13800001234", "bank_account": "6222021234567890"}
    guesses = {"phone": "13899991234", "bank_account": "6222029999997890"}
    make = "INSERT INTO customer (name, phone, bank_account) VALUES (%s, %s, %s)"
    ids = []
    for name, told in (("Kept", numbers), ("Right", numbers), ("Wrong", guesses)):
        office.ask("ann", make, name, *told.values())
        ids.append(value(office, "ann", "SELECT max(id) FROM customer WHERE name = %s", name))
    kept, right, wrong = ids
    allow = "SELECT set_permission(%s, 'customer', 'whole', %s)"
    office.ask("admin", allow, office.id_of("manager"), False)
    for guess in (right, wrong):
        assert merge(office, "manager", kept, guess, *numbers)["fields"] == []
    columns = "SELECT phone, bank_account FROM customer WHERE id = %s"
    assert office.ask(None, columns, kept) == [tuple(numbers.values())]
    office.ask("ann", make, "Other", "13900001299", "6222020000000001")
    other = value(office, "ann", "SELECT max(id) FROM customer WHERE name = 'Other'")
    assert merge(office, "manager", kept, other, *numbers)["fields"] == [*sorted(numbers)]
    office.ask("admin", allow, office.id_of("manager"), None)


def test_no_setting_lets_a_clerk_move_a_numbered_document(office, two):
    """Neither before a merge nor after it in its own transaction."""
    (first, sold), (second, other) = two
    third = customer(office, "ann", "Third")
    quoted = value(office, None, "SELECT min(id) FROM quote WHERE customer_id = %s", second)
    paid = "SELECT id FROM receipt WHERE customer_id = %s AND status = 'posted'"
    paid = value(office, None, paid, second)
    with closing(office.psql("manager")) as connection, connection.cursor() as cursor:
        connection.autocommit = False

        def refused_here(statement, *values):
            cursor.execute("SAVEPOINT s")
            with pytest.raises(psycopg2.Error) as caught:
                cursor.execute(statement, values)
            cursor.execute("ROLLBACK TO s")
            return caught.value.pgcode

        def tries(to, code="KH004"):
            for table, id_ in (("sales_order", other["id"]), ("quote", quoted), ("receipt", paid)):
                alone = ", contact_id = NULL" if table == "sales_order" else ""
                move = f"UPDATE {table} SET customer_id = %s{alone} WHERE id = %s"
                assert refused_here(move, to, id_) == code, table

        for name in ("kehu.merge", "kehu.merging", "kehu.moving"):
            cursor.execute("SELECT set_config(%s, 'on', true)", (name,))
        tries(first)
        assert refused_here("UPDATE customer_merge SET moving = pg_current_xact_id()") == "42501"
        assert refused_here("UPDATE customer SET merged_into = 1 WHERE id = %s", first) == "42501"
        assert refused_here("SELECT move_records('{}', 1, 2)") == "42501"
        cursor.execute("SELECT merge_customers(%s, %s, '[]', 'why')", (first, second))
        tries(third)
        tries(second, "KH001")  # it is in the bin
        connection.rollback()
    assert sold["customer_id"] == first


def test_the_dropped_one_leads_to_the_kept_one(office, two):
    (first, _sold), (second, _other) = two
    last = customer(office, "ann", "Last")
    number = value(office, None, "SELECT number FROM customer WHERE id = %s", second)
    made = merge(office, "manager", first, second)
    on = merge(office, "manager", last, first)
    assert call(office, "ann", "kept_customer", second)["id"] == last
    assert call(office, "eve", "kept_customer", second)["id"] == last  # shared with her
    assert office.ask("serge", "SELECT kept_customer(%s)", second) == [(None,)]
    found = "SELECT id FROM customer WHERE haystack LIKE %s"
    assert office.ask("ann", found, f"%{number.lower()}%") == [(last,)]
    assert refused(office, "manager", "unmerge_customers", made["id"]) == (
        "KH004", "merge_moved_on",
    )  # fmt: skip
    # To restore it from the bin is to undo the merge.
    bin_ = value(office, None, "SELECT deletion_id FROM customer WHERE id = %s", first)
    preview = call(office, "manager", "restore_preview", bin_)
    assert (preview["merge"]["kept"]["name"], preview["may"]) == ("Last", True)
    preview = call(office, "ann", "restore_preview", bin_)
    assert (preview["merge"], preview["may"]) == (None, False)
    older = value(office, None, "SELECT deletion_id FROM customer WHERE id = %s", second)
    assert refused(office, "manager", "restore_preview", older) == ("KH004", "merge_moved_on")
    assert call(office, "manager", "restore_records", bin_) == 1
    assert call(office, "manager", "merge_document", on["id"])["undone_at"]
    call(office, "manager", "unmerge_customers", made["id"])
    assert office.ask("boss", found, f"%{number.lower()}%") == [(second,)]


def test_not_after_it_is_erased(office):
    first, second = customer(office, "ann", "One"), customer(office, "ann", "Two")
    made = merge(office, "manager", first, second)
    bin_ = value(office, None, "SELECT deletion_id FROM customer WHERE id = %s", second)
    call(office, "admin", "purge_records", bin_, "a mistake")
    assert refused(office, "manager", "unmerge_customers", made["id"]) == ("KH004", "merge_purged")


def test_a_merge_ends_with_the_kept_one(office):
    """Erased, it takes along what had moved to it; the other one comes back by itself."""
    first, second = customer(office, "ann", "Kept"), customer(office, "ann", "Dropped")
    oldest = customer(office, "ann", "Oldest")
    samples.contact(office, "ann", second, "Moves")
    merge(office, "manager", second, oldest)
    made = merge(office, "manager", first, second)
    bin_of = "SELECT deletion_id FROM customer WHERE id = %s"
    below = value(office, None, bin_of, second)
    kept = value(office, "manager", "SELECT delete_records('customer', ARRAY[%s])", first)
    preview = call(office, "manager", "restore_preview", kept)
    assert preview["lacks"] == []
    assert refused(office, "manager", "restore_preview", below) == ("KH004", "merge_moved_on")
    with office.login("admin").session() as session:
        assert [told.split()[-1] for told in recycle.merged_below(session, kept)] == ["Dropped"]
    call(office, "admin", "purge_records", kept, "a mistake")
    assert refused(office, "manager", "unmerge_customers", made["id"]) == ("KH004", "merge_purged")
    with office.login("manager").session() as session:
        told = recycle.preview(session, below)
    assert (told.merge, told.may, told.blocked) == (None, True, False)
    assert told.lacks == (
        "The customer it was merged into is erased for good: what had moved there does not come"
        " back.",
    )
    assert call(office, "manager", "restore_records", below) == 1
    living = "SELECT name, merged_into FROM customer WHERE id = %s AND deleted_at IS NULL"
    assert office.ask("ann", living, second) == [("Dropped", None)]
    assert value(office, "ann", "SELECT count(*) FROM contact WHERE customer_id = %s", second) == 0
    # What had been merged into that one is parted from it as ever.
    call(office, "manager", "restore_records", value(office, None, bin_of, oldest))
    assert office.ask("ann", living, oldest) == [("Oldest", None)]


def test_the_program_keeps_what_customers_are_found_by(office):
    names = office.ask(None, "SELECT unnest(merged_fields())")
    assert {name for (name,) in names} == set(merging.FIELDS)
    login = office.login("manager")
    with login.session() as session:
        one = records.save(session, Customer, {"name": "东湖书店"})["id"]
        other = records.save(session, Customer, {"name": "西山书店", "phone": "020 12345678"})["id"]
        keys = "SELECT search_key, sort_key, sound_key FROM customer WHERE id = %s"
    before = office.ask(None, keys, one)
    doc = login.run(lambda s: merging.merge(s, one, other, ["name", "phone"], "the same"))
    assert office.ask(None, keys, one) == office.ask(None, keys, other) != before
    login.run(lambda s: merging.unmerge(s, doc["id"]))
    assert office.ask(None, keys, one) == before
    assert json.dumps(doc["moved"]) == "{}"

"""Whoever has plans printed or explained is told no number that they see masked."""

import re
from contextlib import closing

import psycopg2
import pytest

from tests.server import samples
from tests.server.samples import value

PHONE, ACCOUNT = "13812345678", "6222021234567890"
LISTED = re.compile(r"\[ ((?:-?\d+ ?)+)\]")  # the bytes of a value in a printed plan


@pytest.fixture(scope="module")
def office(shared_office):
    """The manager reads masked; Ann's customer has numbers in all places."""
    office = shared_office
    office.ask(
        "admin",
        "SELECT set_permission(%s, 'customer', 'whole', false)",
        office.id_of("manager"),
    )
    make = "INSERT INTO customer (name, phone, bank_account) VALUES ('Mine', %s, %s)"
    office.ask("ann", make, PHONE, ACCOUNT)
    mine = value(office, "ann", "SELECT id FROM customer WHERE name = 'Mine'")
    office.ask(
        "ann",
        "INSERT INTO contact (customer_id, name, mobile) VALUES (%s, 'Person', %s)",
        mine,
        PHONE,
    )
    order = samples.submit(
        office, "ann", samples.save(office, "ann", samples.document(office, mine, phone=PHONE))
    )
    quote = samples.quote(office, "ann", mine, phone=PHONE)
    samples.step(office, "ann", "send_quote", quote)
    samples.delivery(office, "ann", order["id"], {order["lines"][0]["id"]: 1})
    office.ask("ann", "UPDATE delivery SET phone = %s", PHONE)
    samples.customer(office, "ann", "Other")
    return office


def printed(office, user, *statements):
    """What one transaction, which is taken back, has printed."""
    with closing(office.psql(user)) as session, session.cursor() as cursor:
        session.autocommit = False
        cursor.execute("SET debug_print_plan = on; SET debug_pretty_print = off")
        cursor.execute("SET client_min_messages = log")
        session.notices = []
        for statement in statements:
            try:
                cursor.execute(statement)
            except psycopg2.Error as error:
                raise AssertionError(statement) from error
        session.rollback()
        return " ".join(session.notices).replace("\n", " ")


def values_in(plans):
    for found in LISTED.finditer(plans):
        yield bytes(int(number) & 255 for number in found[1].split())


MINE = "(SELECT id FROM customer WHERE name = 'Mine')"
OTHER = "(SELECT id FROM customer WHERE name = 'Other')"
REASON = "SET LOCAL kehu.reason = 'why'"


@pytest.mark.parametrize(
    "statements",
    [
        ("SELECT order_document(id) FROM sales_order",),
        ("SELECT quote_document(id) FROM quote",),
        ("SELECT quote_revisions(id) FROM quote",),
        ("SELECT delivery_document(id) FROM delivery",),
        (f"SELECT explain_record('customer', {MINE})",),
        (f"SELECT request_change({MINE}, '{{\"bank\": \"B\"}}', 'x')",),
        (
            f"SELECT request_change({MINE}, '{{\"bank\": \"B\"}}', 'x')",
            REASON,
            f"UPDATE customer SET bank = 'C' WHERE id = {MINE}",
        ),
        ("UPDATE quote SET remarks = 'x'",),
        ("UPDATE sales_order SET remarks = 'x'",),
        ("UPDATE delivery SET remarks = 'x'",),
        ("UPDATE contact SET remarks = 'x'",),
        (f"SELECT merge_customers({OTHER}, {MINE}, '[\"phone\", \"bank_account\"]', 'x')",),
        (
            f"SELECT delete_records('customer', ARRAY[{OTHER}])",
            "SET LOCAL kehu.bin = 'on'",
            "SELECT restore_preview(deletion_id) FROM customer WHERE deletion_id IS NOT NULL",
        ),
        ("SELECT * FROM told_latest(NULL, 100)",),
        (f"SELECT record_history('customer', {MINE})",),
    ],
)
def test_no_number_stands_in_what_is_printed(office, statements):
    told = printed(office, "manager", *statements)
    assert "PLANNEDSTMT" in told  # of the statement itself
    for value_ in values_in(told):
        assert PHONE.encode() not in value_
        assert ACCOUNT.encode() not in value_
    assert PHONE not in told


@pytest.mark.parametrize(
    ("table", "column", "right", "wrong"),
    [
        ("customer", "phone", PHONE, "13899995678"),
        ("customer", "bank_account", ACCOUNT, "6222029999997890"),
        ("contact", "mobile", PHONE, "13899995678"),
        ("sales_order", "phone", PHONE, "13899995678"),
        ("quote", "phone", PHONE, "13899995678"),
        ("delivery", "phone", PHONE, "13899995678"),
    ],
)
def test_an_explained_change_does_not_tell_whether_a_guess_is_right(
    office, table, column, right, wrong
):
    options = "ANALYZE, BUFFERS, WAL, COSTS OFF, TIMING OFF, SUMMARY OFF"
    change = f"EXPLAIN ({options}) UPDATE {table} SET {column} = %s WHERE {column}_shown <> ''"
    with closing(office.psql("manager")) as session, session.cursor() as cursor:
        session.autocommit = False
        told = []
        for guess in (wrong, right, wrong, right, wrong, right):
            cursor.execute(change, (guess,))
            told.append([line for (line,) in cursor.fetchall() if "Trigger" in line])
            session.rollback()
    assert any("keep_masked" in line for line in told[0])
    assert all(answer == told[0] for answer in told)

"""What is stored of rights and what PostgreSQL's groups say of them is one and the same."""

import threading
from contextlib import closing

import psycopg2
import pytest

from tests.server.samples import call, customer, product, refusal

SOON = "office_today() + 3"


def test_what_is_changed_in_the_tables_by_hand_holds_at_once(office):
    """The groups of PostgreSQL that policies ask have no truth of their own."""
    thing = product(office, "BY-HAND")
    renamed = "UPDATE product SET name = name || '!' WHERE id = %s RETURNING id"
    given = "('salesperson', 'product', 'edit')"
    assert office.ask("eve", renamed, thing) == []
    office.ask(None, f"INSERT INTO permission (rights, module, action) VALUES {given}")
    assert office.ask("eve", renamed, thing) == [(thing,)]
    office.ask(None, f"DELETE FROM permission WHERE (rights, module, action) = {given}")
    assert office.ask("eve", renamed, thing) == []
    mine, eve = customer(office, "ann", "By hand"), office.id_of("eve")
    office.ask(
        None,
        "INSERT INTO share (customer_id, owner_id, operator_id, until)"
        f" SELECT id, owner_id, %s, {SOON} FROM customer WHERE id = %s",
        eve,
        mine,
    )
    seen = "SELECT name FROM customer WHERE id = %s"
    assert office.ask("eve", seen, mine) == [("By hand",)]
    office.ask(None, "UPDATE operator SET active = false WHERE id = %s", eve)
    with pytest.raises(psycopg2.OperationalError, match="not permitted to log in"):
        office.psql("eve")
    office.ask(None, "UPDATE operator SET active = true WHERE id = %s", eve)
    assert office.ask("eve", seen, mine) == [("By hand",)]


def test_two_share_with_one_colleague_at_once(office):
    """Each makes the colleague's role a member of the same group."""
    newest = call(office, "admin", "save_operator", {"code": "SH", "name": "Shared"}, None)["id"]
    with closing(office.psql("admin")) as session, session.cursor() as cursor:
        verifier = psycopg2.extensions.encrypt_password("x" * 12, "x", session, "scram-sha-256")
        cursor.execute("SELECT set_login(%s, 'sh', %s, false)", (newest, verifier))
    share = f"SELECT share_customer(%s, %s, {SOON})"
    hers = {user: customer(office, user, f"At once {user}") for user in ("ann", "bob")}
    first = office.psql("ann")
    with closing(first), first.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(share, (hers["ann"], newest))
        cursor.execute("SET CONSTRAINTS follow_share IMMEDIATE")  # as at the commit
        failed = []
        second = threading.Thread(
            target=lambda: failed.append(refusal(office, "bob", share, hers["bob"], newest))
        )
        second.start()
        second.join(0.5)
        assert second.is_alive()  # waits, where it would fail otherwise
        cursor.execute("COMMIT")
        second.join()
    assert failed == [""]
    with closing(office.psql("sh", "x" * 12)) as session, session.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customer")
        assert cursor.fetchone() == (2,)

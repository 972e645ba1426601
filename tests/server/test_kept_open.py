"""What nobody gains by keeping a transaction open, or by not seeing what others have committed."""

import json
import time
from contextlib import closing

import psycopg2
import pytest
from sqlalchemy import text

from tests import servers
from tests.patience import wait_until
from tests.server.samples import customer, document, nothing_ends

# A zone in which the day of this moment ends a second later, and that day.
ZONE = (
    "SELECT zone, (%(at)s AT TIME ZONE zone)::date FROM (SELECT to_char(interval '24:00'"
    " - (%(at)s AT TIME ZONE 'UTC' - date_trunc('day', %(at)s AT TIME ZONE 'UTC'))"
    " - interval '1 s', '\"<X>-\"HH24:MI:SS') AS zone) zones"
)
SET_ZONE = "UPDATE setting SET value = %s WHERE key = 'time_zone'"
SEEN = "SELECT count(*) FROM customer WHERE id = %s"
LEND = {
    "share": "SELECT share_customer(%s, %s, '2200-01-01')",
    "deputy": "SELECT set_deputy((SELECT owner_id FROM customer WHERE id = %s), %s, '2200-01-01')",
}


@pytest.mark.parametrize("lent", LEND)
def test_what_is_lent_until_today_ends_at_midnight_whatever_is_open(office, lent):
    hers, bob = customer(office, "eve", "Lent"), office.id_of("bob")
    office.ask("eve", LEND[lent], hers, bob)
    with closing(office.psql("bob")) as session, session.cursor() as cursor:
        cursor.execute("BEGIN; SELECT now()")
        begun = cursor.fetchone()[0]
        cursor.execute(SEEN, (hers,))
        assert cursor.fetchone() == (1,)
        with closing(office.superuser()) as watcher, watcher.cursor() as other:
            other.execute(ZONE, {"at": begun})
            zone, day = other.fetchone()
        # one of seconds, which an office itself cannot have
        unasked = "SET session_replication_role = replica; "
        office.ask(None, unasked + SET_ZONE, json.dumps(zone))
        # at once, since by now that day may be over
        office.ask(None, f"{unasked}UPDATE {lent} SET until = %s", day)
        try:
            cursor.execute("SELECT pg_sleep_until(%s + interval '3 s')", (begun,))
            cursor.execute(SEEN, (hers,))
            assert cursor.fetchone() == (0,)
            cursor.execute("UPDATE customer SET remarks = 'x' WHERE id = %s", (hers,))
            assert cursor.rowcount == 0
        finally:
            office.ask("admin", SET_ZONE, '"Asia/Shanghai"')


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_numbers_are_not_revealed_without_seeing_how_many_there_were(office, level):
    mine = customer(office, "ann", "Masked")
    mask = "SELECT set_permission(%s, 'customer', 'whole', %s)"
    office.ask("admin", mask, office.id_of("ann"), False)
    with closing(office.psql("ann")) as session, session.cursor() as cursor:
        cursor.execute(f"BEGIN ISOLATION LEVEL {level}")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SELECT begin_reveal('customer', %s, 'phone')", (mine,))
    office.ask("admin", mask, office.id_of("ann"), None)


DEMOTE = "SELECT save_operator(jsonb_build_object('id', id, '{0}', {1}), version) FROM operator"
DEMOTIONS = {
    "scope": DEMOTE.format("scope", "'own'::text"),
    "disabled": DEMOTE.format("active", "false"),
    "permission": "SELECT set_permission(id, 'customer', 'edit', false) FROM operator",
    "role": (
        "SELECT save_role(jsonb_set(role_document('boss'), '{permissions}', '[]'),"
        " (role_document('boss') ->> 'version')::integer) FROM operator"
    ),
}


def ended(cursor):
    """Whether a session is ended by now."""
    try:
        cursor.execute("SELECT 1")
    except psycopg2.OperationalError:
        return True
    return False


def wait_until_ended(cursor):
    """A server takes a moment to end a session."""
    wait_until("the session is ended", lambda: ended(cursor))


def goes_on(cursor):
    """Whether a session is left alone, for as long as ending one takes usually."""
    until = time.monotonic() + 2
    while time.monotonic() < until:
        if ended(cursor):
            return False
        time.sleep(0.01)
    return True


@pytest.mark.parametrize("name", DEMOTIONS)
def test_a_demotion_ends_what_is_open_when_it_is_committed(office_db, name):
    """Whoever changed them need say nothing more: programs die, and psql knows nothing of it."""
    customer(office_db, "eve", "Of Eve")
    with closing(office_db.psql("boss")) as session, session.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT count(*) FROM customer")
        assert cursor.fetchone() == (1,)
        with closing(office_db.psql("admin")) as admin, admin.cursor() as demoting:
            demoting.execute("BEGIN")
            demoting.execute(f"{DEMOTIONS[name]} WHERE login = 'boss'")
            demoting.execute("ROLLBACK")
            cursor.execute("SELECT count(*) FROM customer")  # nothing has come of it
            assert cursor.fetchone() == (1,)
            demoting.execute(f"{DEMOTIONS[name]} WHERE login = 'boss'")
        wait_until_ended(cursor)


RESET = "SELECT set_login(id, login, %s, {0}) FROM operator WHERE login = 'boss'"
TAKEN_AWAY = {
    "reset": RESET.format("false"),
    "newcomer": RESET.format("true"),
    "disabled": f"{DEMOTIONS['disabled']} WHERE login = 'boss' AND %s <> ''",
    "by hand": "UPDATE operator SET active = false WHERE login = 'boss' AND %s <> ''",
}


@pytest.mark.parametrize("name", TAKEN_AWAY)
def test_whose_password_was_reset_or_who_is_disabled_has_nothing_open_any_more(office_db, name):
    """Whoever sits there may know the old password alone, and waits for the rights of the new."""
    by = office_db.superuser() if name == "by hand" else office_db.psql("admin")
    made = psycopg2.extensions.encrypt_password("new password", "boss", by, "scram-sha-256")
    with closing(office_db.psql("boss")) as idle, idle.cursor() as cursor:
        with closing(by), by.cursor() as changing:
            changing.execute("BEGIN")
            changing.execute(TAKEN_AWAY[name], (made,))
            changing.execute("ROLLBACK")
            assert goes_on(cursor)
            changing.execute(TAKEN_AWAY[name], (made,))
        wait_until_ended(cursor)


# However long it took to log in since.
IN_THAT_MOMENT = (
    "SET session_replication_role = replica; UPDATE operator SET login_set_at = backend_start"
    " FROM pg_stat_activity WHERE login = 'boss' AND login_set_at IS NOT NULL AND pid = %s"
)


@pytest.mark.parametrize("name", ["reset", "scope"])
def test_what_began_in_the_very_moment_is_ended_a_little_later(office_db, name):
    """A login that was on its way is no session yet; whoever works next has it ended."""
    by = office_db.psql("admin")
    made = psycopg2.extensions.encrypt_password(servers.PASSWORD, "boss", by, "scram-sha-256")
    change = TAKEN_AWAY.get(name) or f"{DEMOTIONS[name]} WHERE login = 'boss' AND %s <> ''"
    with closing(office_db.psql("boss")) as session, session.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
        with nothing_ends(office_db):  # as if it were not there yet
            office_db.ask("admin", change, made)
        with closing(office_db.psql("boss")) as later, later.cursor() as others:
            office_db.ask(None, IN_THAT_MOMENT, later.info.backend_pid)
            time.sleep(2)
            others.execute("SELECT 1")
            office_db.ask("ann", "SELECT seal_history(1000)")
            wait_until_ended(cursor)
            if name == "reset":
                wait_until_ended(others)
            else:
                assert goes_on(others)


def test_a_change_of_a_name_ends_nothing(office_db):
    with closing(office_db.psql("boss")) as session, session.cursor() as cursor:
        cursor.execute("BEGIN")
        office_db.ask("admin", DEMOTE.format("name", "'New'::text") + " WHERE login = 'boss'")
        assert goes_on(cursor)


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_an_isolated_transaction_changes_nothing(office, level):
    """It would go by the rights there were when it began."""
    hers, bob = customer(office, "eve", "Lent for a while"), office.id_of("bob")
    office.ask("eve", "SELECT share_customer(%s, %s, '2200-01-01')", hers, bob)
    with closing(office.psql("bob")) as session, session.cursor() as cursor:
        cursor.execute(f"BEGIN ISOLATION LEVEL {level}")
        cursor.execute(SEEN, (hers,))
        assert cursor.fetchone() == (1,)
        office.ask("eve", "SELECT end_share(%s, %s)", hers, bob)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("UPDATE customer SET remarks = 'x' WHERE id = %s", (hers,))


def test_the_first_share_holds_for_what_was_planned_before(office_db):
    """A program at work saves at once what it is lent, without noticing that it connects anew."""
    own = document(office_db, customer(office_db, "bob", "Own"))
    lent = document(office_db, customer(office_db, "eve", "Lent"))
    program = office_db.login("bob")

    def save(doc):
        query = text("SELECT save_order(CAST(:doc AS jsonb), NULL)")
        return program.run(lambda session: session.scalar(query, {"doc": json.dumps(doc)}))

    for _ in range(6):  # until the server keeps its plans
        save(own)
    share = "SELECT share_customer(%s, %s, '2200-01-01')"
    office_db.ask("eve", share, lent["customer_id"], office_db.id_of("bob"))
    assert save(lent)["customer"]["name"] == "Lent"

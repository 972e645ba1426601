"""Nobody keeps their rights, or others from logging in, with a transaction that they leave open."""

import json
import threading
from contextlib import closing, contextmanager, suppress

import psycopg2
import pytest

from tests.server import samples
from tests.server.samples import value
from tests.servers import PASSWORD

PATIENT = "SET statement_timeout = '20s'; "  # what waits for somebody fails


@pytest.fixture(scope="module")
def office(shared_office):
    mine = samples.customer(shared_office, "eve", "Of Eve")
    shared_office.ask("eve", "UPDATE customer SET phone = '13800001234' WHERE id = %s", mine)
    return shared_office


def verifier(office, login):
    with closing(office.superuser()) as connection:
        return psycopg2.extensions.encrypt_password(
            PASSWORD, f"{office.prefix}.{login}", connection, "scram-sha-256"
        )


HOLDS = {
    "row": "SELECT begin_reveal('customer', (SELECT min(id) FROM customer), 'phone')",
    "key": "INSERT INTO customer (name) VALUES ('Left open')",
    "role": "ALTER ROLE \"{role}\" PASSWORD '{password}'",
    "both": "SELECT set_my_password('{verifier}')",
}


@contextmanager
def left_open(office, hold):
    """Eve has done this and leaves it at that; whether it was ended stands in the answer."""
    words = {
        "role": f"{office.prefix}.eve",
        "password": PASSWORD,
        "verifier": verifier(office, "eve"),
    }
    connection = office.psql("eve")
    connection.autocommit = False
    try:
        connection.cursor().execute(HOLDS[hold].format(**words))
        yield connection
    finally:
        connection.close()


def save(office, **changes):
    eve = office.id_of("eve")
    version = value(office, None, "SELECT version FROM operator WHERE id = %s", eve)
    doc = json.dumps({"id": eve, **changes})
    office.ask("admin", f"{PATIENT}SELECT save_operator(%s, %s)", doc, version)


def exception(office):
    give = f"{PATIENT}SELECT set_permission(%s, 'order', 'approve', true)"
    office.ask("admin", give, office.id_of("eve"))


def exceptions(office):
    seen = value(office, "admin", "SELECT exceptions_of(%s)", office.id_of("eve"))
    wanted = {**seen, "quote.approve": True}
    give = f"{PATIENT}SELECT set_exceptions(%s, %s, %s)"
    office.ask("admin", give, office.id_of("eve"), json.dumps(seen), json.dumps(wanted))


def role(office):
    doc = value(office, "admin", "SELECT role_document('salesperson')")
    office.ask("admin", f"{PATIENT}SELECT save_role(%s, %s)", json.dumps(doc), doc["version"])


def password(office):
    reset = f"{PATIENT}SELECT set_login(%s, 'eve', %s, false)"
    office.ask("admin", reset, office.id_of("eve"), verifier(office, "eve"))


def lock(office):
    locked = "SELECT lock_login(%s, clock_timestamp() + interval '1 hour', '{}')"
    office.ask(None, PATIENT + locked, office.id_of("eve"))


CHANGES = {
    "disabled": lambda office: save(office, active=False),
    "demoted": lambda office: save(office, scope="own", rights="service"),
    "exception": exception,
    "exceptions": exceptions,
    "role": role,
    "password": password,
    "locked": lock,
}


@pytest.mark.parametrize("hold", HOLDS)
@pytest.mark.parametrize("change", CHANGES)
def test_rights_change_whatever_their_owner_has_left_open(office, hold, change):
    try:
        with left_open(office, hold):
            CHANGES[change](office)
    finally:
        office.ask("admin", "SELECT unlock_login(%s)", office.id_of("eve"))
        save(office, active=True, rights="salesperson")


def handed_over(office, mine):
    move = {"customer_id": mine, "from_id": office.id_of("ann"), "to_id": office.id_of("eve")}
    plan = {"from_id": office.id_of("ann"), "moves": [move]}
    return "boss", "SELECT hand_over(%s, 'why')", [json.dumps(plan)]


def shared(office, mine):
    return "ann", "SELECT share_customer(%s, %s, '2200-01-01')", [mine, office.id_of("eve")]


@pytest.mark.parametrize("give", [handed_over, shared])
@pytest.mark.parametrize("change", CHANGES)
def test_rights_change_of_whoever_is_just_given_something(office, give, change):
    """Whoever gives it may leave it at that."""
    user, query, values = give(office, samples.customer(office, "ann", "Given"))
    try:
        with closing(office.psql(user)) as giver:
            giver.autocommit = False
            giver.cursor().execute(query, values)
            CHANGES[change](office)
    finally:
        office.ask("admin", "SELECT unlock_login(%s)", office.id_of("eve"))
        save(office, active=True, rights="salesperson")


def test_rights_change_whatever_an_administrator_has_left_open(office):
    """Who is the last of them is asked without holding them."""
    with closing(office.psql("admin")) as idle:
        idle.autocommit = False
        idle.cursor().execute(HOLDS["row"])
        save(office, phone="1")
        exception(office)
        idle.rollback()


def test_a_password_is_set_whoever_points_at_its_operator(office):
    """Such as a deputy who is named for them in a transaction that is left open."""
    with closing(office.psql("boss")) as pointing:
        pointing.autocommit = False
        named = "SELECT set_deputy(%s, %s, '2200-01-01')"
        pointing.cursor().execute(named, (office.id_of("eve"), office.id_of("bob")))
        password(office)
        pointing.rollback()


@pytest.mark.parametrize("hold", ["row", "role"])
def test_others_log_in_whatever_somebody_locked_has_left_open(office, hold):
    with left_open(office, hold) as connection:
        connection.rollback()
        locked = "SELECT lock_login(%s, clock_timestamp() - interval '1 second', '{}')"
        office.ask(None, locked, office.id_of("eve"))
        connection.cursor().execute(
            HOLDS[hold].format(role=f"{office.prefix}.eve", password=PASSWORD)
        )
        office.ask("bob", f"{PATIENT}SELECT log_access('login')")
    office.ask("bob", "SELECT log_access('login')")
    query = "SELECT locked_until FROM operator WHERE login = 'eve'"
    assert office.ask(None, query) == [(None,)]


def test_a_password_set_anew_brings_no_right_back_that_is_just_being_taken(office):
    """Rights are given by what is stored once nobody changes it any more."""
    admin = office.psql("admin")
    admin.autocommit = False
    takes = "SELECT set_permission(%s, 'customer', 'edit', false)"
    group = f"{office.prefix}_customer_edit"
    holds = "SELECT pg_has_role(%s, %s, 'MEMBER')"
    with closing(admin), closing(office.psql("eve")) as eve, eve.cursor() as cursor:
        admin.cursor().execute(takes, (office.id_of("eve"),))
        cursor.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg2.errors.LockNotAvailable):
            cursor.execute("SELECT set_my_password(%s)", (verifier(office, "eve"),))
        admin.commit()
    assert value(office, None, holds, f"{office.prefix}.eve", group) is False
    office.ask("admin", takes.replace("false", "NULL"), office.id_of("eve"))


def test_who_sets_their_password_over_and_over_is_disabled_all_the_same(office):
    """Of two who change one role at once, PostgreSQL lets one fail."""
    change = f"ALTER ROLE \"{office.prefix}.eve\" PASSWORD '{PASSWORD}'"
    stopped = threading.Event()

    def loop():
        while not stopped.is_set():
            try:
                with closing(office.psql("eve")) as connection, connection.cursor() as cursor:
                    while not stopped.is_set():
                        with suppress(psycopg2.errors.InternalError_):
                            cursor.execute(change)
            except psycopg2.Error:
                continue  # ended, or disabled just now

    threads = [threading.Thread(target=loop) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(15):
            save(office, active=False)
            save(office, active=True)
            password(office)
            lock(office)
            office.ask("admin", "SELECT unlock_login(%s)", office.id_of("eve"))
    finally:
        stopped.set()
        for thread in threads:
            thread.join()
        save(office, active=True)


def test_who_may_not_change_somebody_ends_nothing_of_theirs(office):
    with left_open(office, "role") as connection:
        version = value(office, None, "SELECT version FROM operator WHERE login = 'eve'")
        doc = json.dumps({"id": office.id_of("eve"), "active": False})
        for user in ("bob", "boss"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                office.ask(user, f"{PATIENT}SELECT save_operator(%s, %s)", doc, version)
        connection.cursor().execute("SELECT 1")
        connection.commit()

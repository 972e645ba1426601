"""Logging in, in words when it does not succeed; and work that met somebody else's by chance."""

import json
import os
import socket
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import psycopg2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from client import i18n
from client.data import connection, operators, records
from client.data.connection import Office
from client.data.errors import KnownError, known, sentence
from client.data.login import LoginRefused, change_password
from client.data.profiles import Profile, profile_from, profile_of
from client.model import Customer
from server_schema.server_log import ServerLog
from tests.patience import wait_until
from tests.server.samples import contact, customer, draft, order, wait_until_waited_for
from tests.servers import PASSWORD

OWN = "another long password"


def refused(profile, login, password=PASSWORD):
    """Why this login is refused."""
    with pytest.raises(LoginRefused) as caught:
        Office.open(profile, login, password).close()
    assert known(caught.value)
    assert sentence(caught.value) == str(caught.value)
    return caught.value.reason


def test_a_login_knows_who_and_where_it_is(office):
    opened = office.login("ann")
    assert (opened.me["name"], opened.me["department"], opened.me["scope"]) == (
        "Ann",
        "Sales",
        "own",
    )
    assert opened.rights.may("customer", "edit")
    assert not opened.rights.may("customer", "delete")
    assert not opened.rights.may("operator", "view")
    assert opened.settings["currency"] == "CNY"
    assert opened.pool_id != opened.me["id"]
    other = office.login("boss")
    assert other.place == opened.place
    assert other.today == opened.today


@pytest.mark.parametrize("login", ["ANN", " ann ", "ａｎｎ"])
def test_a_login_is_found_however_it_is_typed(office, login):
    with closing(Office.open(office.profile, login, PASSWORD)) as opened:
        assert opened.me["login"] == "ann"


@pytest.mark.parametrize(
    ("login", "password"),
    [("ann", "wrong"), ("ann", ""), ("nobody", PASSWORD), ("", ""), ("a b", ""), ("王" * 40, "x")],
)
def test_wrong_login_and_wrong_password_look_the_same(office, login, password):
    assert refused(office.profile, login, password) == "password"


def test_a_login_cannot_carry_other_options(office):
    assert refused(office.profile, "ann' options='-c kehu.bin=on", PASSWORD) == "password"


def test_no_server_there(office):
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        nothing = replace(office.profile, host="127.0.0.1", port=free.getsockname()[1])
        assert refused(nothing, "ann") == "unreachable"
    assert refused(replace(office.profile, host="no.such.host.invalid"), "ann") == "unreachable"


@pytest.mark.parametrize(
    "words",
    [
        "the database system is starting up",
        "the database system is not yet accepting connections",
        "the database system is in recovery mode",
        "the database system is shutting down",
        "terminating connection due to unexpected postmaster exit",
        "terminating connection due to administrator command",
        "sorry, too many clients already",
    ],
)
def test_a_server_that_takes_nobody_now_has_found_no_password_wrong(office, words):
    ask_for_encryption, answer = 8, f"SFATAL\0VFATAL\0C57P03\0M{words}\0\0".encode()

    def turn_away(server):
        with server.accept()[0] as client:
            while len(client.recv(1000)) == ask_for_encryption:
                client.sendall(b"N")
            client.sendall(b"E" + (len(answer) + 4).to_bytes(4, "big") + answer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=turn_away, args=(server,))
        thread.start()
        there = replace(office.profile, host="127.0.0.1", port=server.getsockname()[1])
        assert refused(there, "ann") == "unreachable"
        thread.join()


def test_no_office_there(office, make_office):
    assert refused(replace(office.profile, database="nothing"), "ann") == "no_office"
    other = make_office(staff=False)
    assert refused(replace(office.profile, database=other.prefix), "ann") == "no_office"


def test_a_disabled_operator_is_told_so_but_only_with_the_right_password(office):
    with closing(office.login("admin")) as admin:
        operators.set_active(admin, office.id_of("serge"), False)
        assert refused(office.profile, "serge") == "disabled"
        assert refused(office.profile, "serge", "wrong") == "password"
        operators.set_active(admin, office.id_of("serge"), True)
    office.login("serge").close()


def test_an_office_of_another_version_is_not_opened(office_db):
    office_db.ask(None, "UPDATE alembic_version SET version_num = '9999'")
    assert refused(office_db.profile, "ann") == "schema"
    with pytest.raises(LoginRefused, match="9999"):
        Office.open(office_db.profile, "ann", PASSWORD)


def test_every_reason_has_a_sentence_in_both_languages():
    for language in ("en", "zh_CN"):
        i18n.use(language)
        reasons = [
            "password",
            "unreachable",
            "too_many",
            "disabled",
            "new_password",
            "no_office",
            "schema",
            "server_old",
        ]
        sentences = [str(LoginRefused(reason, "17.1")) for reason in reasons]
        assert len(set(sentences)) == len(reasons)
        assert all("{" not in s for s in sentences)


def test_a_new_password_has_to_be_set_first(office):
    with closing(office.login("admin")) as admin:
        operators.set_login(admin, office.id_of("eve"), "eve", "given by admin")
    assert refused(office.profile, "eve", "given by admin") == "new_password"
    for new in ("short", "given by admin"):
        with pytest.raises(KnownError):
            change_password(office.profile, "eve", "given by admin", new)
    with pytest.raises(LoginRefused):
        change_password(office.profile, "eve", "wrong", OWN)
    change_password(office.profile, "eve", "given by admin", OWN)
    with closing(Office.open(office.profile, "eve", OWN)) as opened:
        assert opened.me["name"] == "Eve"
    assert refused(office.profile, "eve", "given by admin") == "password"


def test_ones_own_password(office):
    change_password(office.profile, "bob", PASSWORD, OWN)
    change_password(office.profile, "bob", OWN, PASSWORD)
    with closing(office.login("bob")) as opened:
        assert opened.me["login"] == "bob"


def test_a_password_changed_elsewhere_is_not_tried_until_the_login_is_locked(office):
    """The program asks again and again by itself; the server counts what it refuses."""
    before = datetime.now(UTC)
    opened = office.login("clerk")
    change_password(office.profile, "clerk", PASSWORD, OWN)
    opened.close_idle()
    for _ in range(12):
        with pytest.raises(KnownError):
            opened.raw()
        with pytest.raises(KnownError), opened.session() as session:
            session.execute(text("SELECT 1"))
    with pytest.raises(psycopg2.OperationalError):
        office.psql("nobody")
    log, refused = ServerLog(office.cluster.embedded.log, before), []

    def is_written():
        refused.extend(f.role.removeprefix(f"{office.prefix}.") for f in log.failures())
        return "nobody" in refused

    wait_until("the log is written", is_written)
    assert refused.count("clerk") == 1
    assert opened.is_password(OWN)
    opened.raw().close()
    change_password(office.profile, "clerk", OWN, PASSWORD)


def test_the_password_is_in_no_text_that_could_be_logged(office):
    opened = office.login("ann")
    assert PASSWORD not in repr(opened)
    assert PASSWORD not in repr(opened._engine)
    with opened.session() as session, pytest.raises(DBAPIError) as caught:
        session.execute(text("SELECT nothing"))
    assert PASSWORD not in str(caught.value)


def test_a_session_is_one_transaction(office):
    opened = office.login("ann")

    def fail():
        with opened.session() as session:
            records.save(session, Customer, {"name": "Never"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with opened.session() as session:
        query = text("SELECT count(*) FROM customer WHERE name = 'Never'")
        assert session.scalar(query) == 0


def test_the_program_goes_on_after_its_connections_were_cut(office):
    opened = office.login("ann")
    with opened.session() as session:
        session.execute(text("SELECT 1"))
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s"
    office.ask(None, cut, f"{office.prefix}.ann")
    with opened.session() as session:
        assert session.scalar(text("SELECT me()")) == opened.me["id"]


class Stopper:
    """Takes what breaks the work off, as a job's token does."""

    def __init__(self):
        self.stop = None
        self.ready = threading.Event()

    def on_cancel(self, stop):
        self.stop = stop
        self.ready.set()


def test_work_can_be_broken_off(office):
    opened, token = office.login("ann"), Stopper()
    stopper = threading.Thread(target=lambda: (token.ready.wait(), token.stop()))
    stopper.start()

    def wait():
        with opened.session(token) as session:
            for _ in range(100):
                session.execute(text("SELECT pg_sleep(0.1)"))

    with pytest.raises(DBAPIError) as caught:
        wait()
    stopper.join()
    assert sentence(caught.value) == "The work was cancelled."
    assert token.stop is None


def test_a_deadlock_is_done_again(office):
    """Each holds a customer and wants the other's: the server ends one, which begins anew."""
    office.ask(None, f"ALTER ROLE \"{office.prefix}.boss\" SET lock_timeout = '20s'")
    boss, other = office.login("boss"), office.login("boss")
    first, second = customer(office, "boss", "One"), customer(office, "boss", "Two")
    change = text("UPDATE customer SET remarks = coalesce(remarks, '') || :w WHERE id = :id")
    meet, tries = threading.Barrier(2), []

    def work(name, one, two):
        def change_both(session):
            session.execute(change, {"w": name, "id": one})
            if len(tries) < 2:
                tries.append(name)
                meet.wait(20)
            else:
                tries.append(name)
            session.execute(change, {"w": name, "id": two})

        return change_both

    beside = threading.Thread(target=lambda: other.run(work("b", second, first)))
    beside.start()
    boss.run(work("a", first, second))
    beside.join()
    assert len(tries) == 3
    remarks = office.ask(None, "SELECT remarks FROM customer WHERE id IN (%s, %s)", first, second)
    assert all(sorted(text_) == ["a", "b"] for (text_,) in remarks)


def while_handed_over(office, mine, work):
    """Do `work` as the boss while somebody gives the customer to Bob; how often it was tried."""
    giver = office.psql("admin")
    giver.autocommit = False
    with giver.cursor() as cursor:
        cursor.execute(
            "SELECT assign_customers(ARRAY[%s], %s, 'Moved')", (mine, office.id_of("bob"))
        )
    tries = []

    def counted(session):
        tries.append(1)
        if len(tries) == 1:
            threading.Thread(target=commit_when_waited_for, args=(office, giver)).start()
        work(session)

    office.login("boss").run(counted)
    return len(tries)


def test_what_is_hung_on_a_customer_waits_for_its_hand_over(office):
    mine = customer(office, "ann", "Handed over")
    add = text("INSERT INTO contact (customer_id, name) VALUES (:id, 'Meanwhile')")
    assert while_handed_over(office, mine, lambda s: s.execute(add, {"id": mine})) == 1
    owner = "SELECT owner_id FROM contact WHERE customer_id = %s"
    assert office.ask("bob", owner, mine) == [(office.id_of("bob"),)]


def test_an_import_that_met_a_hand_over_is_done_again(office):
    """Its orders name an owner who is it no more when they are checked."""
    mine = customer(office, "ann", "Handed over in an import")
    cells = {"number": "I-1", "customer_id": mine, "order_date": "2020-01-01", "lines": []}

    def work(session):
        job = session.scalar(text("SELECT new_import_job()"))
        put = text("INSERT INTO import_row (job, row, cells) VALUES (:job, 1, :cells)")
        session.execute(put, {"job": job, "cells": json.dumps(cells)})
        session.execute(text("SELECT import_orders(:job)"), {"job": job})

    assert while_handed_over(office, mine, work) == 2
    owner = "SELECT owner_id FROM sales_order WHERE number = 'I-1'"
    assert office.ask("bob", owner) == [(office.id_of("bob"),)]


def commit_when_waited_for(office, holder):
    """Commit what another connection has begun to wait for."""
    try:
        wait_until_waited_for(office, holder)
    finally:
        holder.commit()


def test_what_is_wrong_is_not_tried_again(office):
    opened, tries = office.login("ann"), []

    def work(session):
        tries.append(1)
        session.execute(text("INSERT INTO customer (name) VALUES ('')"))

    with pytest.raises(DBAPIError):
        opened.run(work)
    assert len(tries) == 1


def test_changed_rights_end_the_sessions_they_do_not_hold_for(office):
    own = customer(office, "bob", "Of Bob")
    contact(office, "bob", own)
    order(office, "bob", own)
    draft(office, "bob", own)
    session = office.psql("bob")
    with closing(office.login("admin")) as admin:
        assert operators.end_sessions(admin, office.id_of("bob")) >= 1
    with pytest.raises(psycopg2.Error):
        _ask_until_ended(session)


def _ask_until_ended(session):
    with session.cursor() as cursor:
        wait_until("the session is ended", lambda: cursor.execute("SELECT 1"))


def test_profiles_are_kept_and_typed():
    kept = profile_of({"name": "Main", "host": "office-server", "port": "5433"})
    assert (kept.host, kept.port, kept.database, kept.role_prefix) == (
        "office-server",
        5433,
        "kehu",
        "kehu",
    )
    assert profile_from("Main", [{"name": "Main", "host": "x"}]).host == "x"
    assert profile_from("", []).embedded
    typed = profile_from("postgresql://server.local:5444/ledger?prefix=led&sslmode=require", [])
    assert typed == Profile(
        "server.local", "server.local", 5444, "ledger", prefix="led", sslmode="require"
    )
    for wrong in ("nobody", "mysql://x/y", "postgresql://", "postgresql://h:port/db"):
        with pytest.raises(KnownError):
            profile_from(wrong, [])


def test_the_computers_name_is_told(office):
    opened = office.login("ann")
    with opened.session() as session:
        query = text("SELECT current_setting('kehu.computer'), current_setting('kehu.via')")
        assert session.execute(query).one() == (connection._computer(), "form")
    assert os.sep not in connection._computer()

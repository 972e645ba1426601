"""Who is changing a record now: a hint for whoever may see the record, and for nobody else."""

import select
from contextlib import closing

import pytest

from tests.server.samples import customer, refusal, value


@pytest.fixture
def mine(office_db):
    return customer(office_db, "ann", "Of Ann")


def seen(office, user, kind, id):
    return office.ask(user, "SELECT name, typing FROM who_is_here(%s, %s)", kind, id)


def test_whoever_may_see_the_record_sees_who_has_it(office_db, mine):
    with closing(office_db.psql("ann")) as session, session.cursor() as cursor:
        cursor.execute("SELECT here_i_am('customer', %s)", (mine,))
        assert seen(office_db, "boss", "customer", mine) == [("Ann", True)]
        assert seen(office_db, "ann", "customer", mine) == []
        assert seen(office_db, "bob", "customer", mine) == []
        cursor.execute("SELECT gone('customer', %s)", (mine,))
        assert seen(office_db, "boss", "customer", mine) == []


def test_nobody_is_in_what_they_may_not_see(office_db, mine):
    assert refusal(office_db, "bob", "SELECT here_i_am('customer', %s)", mine) == "KH003"
    assert refusal(office_db, "bob", "SELECT here_i_am('history', 1)") == "KH003"
    assert refusal(office_db, "bob", "SELECT * FROM presence") == "42501"
    assert value(office_db, None, "SELECT count(*) FROM presence") == 0


def test_one_does_not_stay_after_the_session(office_db, mine):
    office_db.ask("ann", "SELECT here_i_am('customer', %s)", mine)
    wait = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s"
    while value(office_db, None, wait, f"{office_db.prefix}.ann"):
        pass
    assert seen(office_db, "boss", "customer", mine) == []
    with closing(office_db.psql("ann")) as session, session.cursor() as cursor:
        cursor.execute("SELECT gone(NULL, NULL)")  # as a program does that starts after a crash
        assert seen(office_db, "boss", "customer", mine) == []
    assert value(office_db, None, "SELECT count(*) FROM presence") == 0


def test_a_pause_is_told_and_rare_words_are_written(office_db, mine):
    with closing(office_db.psql("ann")) as session, session.cursor() as cursor:
        with closing(office_db.psql("boss")) as listener, listener.cursor() as ear:
            ear.execute("LISTEN kehu")
            for _ in range(5):
                cursor.execute("SELECT here_i_am('customer', %s)", (mine,))
            assert select.select([listener], [], [], 10)[0]
            listener.poll()
            assert [n.payload for n in listener.notifies] == [f"presence.customer:update:{mine}"]
        earlier = (
            "UPDATE presence SET typed_at = typed_at - interval '5 minutes';"
            " SELECT since FROM presence"
        )
        office_db.ask(None, earlier)
        assert seen(office_db, "boss", "customer", mine) == [("Ann", False)]
        cursor.execute("SELECT here_i_am('customer', %s)", (mine,))
        assert seen(office_db, "boss", "customer", mine) == [("Ann", True)]


@pytest.mark.parametrize("kind", ["product", "region", "operator", "rights_role", "customer_type"])
def test_what_everybody_reads_has_it_too(office_db, kind):
    with closing(office_db.psql("ann")) as session, session.cursor() as cursor:
        cursor.execute("SELECT here_i_am(%s, 1)", (kind,))
        assert seen(office_db, "bob", kind, 1) == [("Ann", True)]

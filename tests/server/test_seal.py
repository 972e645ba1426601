"""History is sealed whatever else goes on; nobody writes seals, and bodies can be redacted."""

from contextlib import closing

import psycopg2
import pytest

from server_schema import anchors, backup, chain, cli, demo, sealing
from server_schema.anchors import Anchor
from server_schema.embedded import Embedded
from server_schema.verdict import CONSISTENT, PROVEN
from tests import servers, writers
from tests.server import samples
from tests.server.samples import customer, refusal, value


@pytest.fixture(scope="module")
def head(office):
    customer(office, "ann", "Sealed")
    with closing(office.superuser()) as connection:
        return sealing.seal(connection)


def first_of(verdict):
    return (verdict.first.what, verdict.first.table) if verdict.first else None


def test_what_is_committed_late_comes_into_a_later_seal(office_db):
    late, soon = (customer(office_db, "ann", name) for name in ("Late", "Soon"))
    change = "UPDATE customer SET phone = '1' WHERE id = %s"
    with closing(office_db.superuser()) as connection, closing(office_db.psql("ann")) as slow:
        sealing.seal(connection)
        slow.autocommit = False
        slow.cursor().execute(change, [late])
        office_db.ask("bob", "SELECT seal_history(100)")
        office_db.ask("ann", change, soon)
        first = sealing.seal(connection)
        assert chain.verify(connection, [("a", first)]).code == PROVEN
        slow.commit()
        second = sealing.seal(connection)
        assert second.seal == first.seal + 1
        verdict = chain.verify(connection, [("a", first), ("b", second)])
        assert (verdict.code, verdict.unsealed, verdict.later) == (PROVEN, 0, 0)


def test_a_transaction_that_seals_and_goes_on_writing_is_sealed_whole_by_the_next(office_db):
    mine = customer(office_db, "ann", "Goes on")
    change = "UPDATE customer SET phone = %s WHERE id = %s"
    with closing(office_db.psql("ann")) as own, own.cursor() as cursor:
        own.autocommit = False
        cursor.execute(change, ["1", mine])
        cursor.execute("SELECT seal_history(100)")
        cursor.execute(change, ["2", mine])
        own.commit()
    with closing(office_db.superuser()) as connection:
        head = sealing.seal(connection)
        verdict = chain.verify(connection, [("a", head)])
        assert (verdict.code, verdict.unsealed) == (PROVEN, 0)


def test_an_isolated_transaction_seals_nothing(office_db):
    """Its snapshot is older than its clock: what came between would look as if put in later."""
    office_db.ask("boss", "SELECT seal_history(100000)")
    customer(office_db, "bob", "New")
    for level in ("REPEATABLE READ", "SERIALIZABLE"):
        with closing(office_db.psql("ann")) as connection, connection.cursor() as cursor:
            cursor.execute(f"BEGIN ISOLATION LEVEL {level}; SELECT seal_history(100); COMMIT")
        assert value(office_db, None, "SELECT max(id) FROM seal") == 1
    assert value(office_db, "ann", "SELECT seal_history(100)")["seal"] == 2


def test_two_sealers_never_wait_and_never_fork(office_db):
    customer(office_db, "ann", "Sealed")
    with closing(office_db.psql("ann")) as one, closing(office_db.psql("bob")) as other:
        one.autocommit = False
        first, second = one.cursor(), other.cursor()
        first.execute("SELECT seal_history(100)")
        second.execute("SET lock_timeout = '1ms'; SELECT seal_history(100)")
        assert second.fetchone() == (None,)  # the head as it was: none yet
        one.commit()
        second.execute("SELECT seal_history(100)")
        assert second.fetchone() == first.fetchone()


def test_much_is_sealed_in_parts(office_db):
    for n in range(7):
        customer(office_db, "ann", f"Part {n}")
    heads = [value(office_db, "ann", "SELECT seal_history(6)")["seal"] for _ in range(20)]
    assert heads[0] < heads[-1] == heads[-2]
    kinds = [kind for (kind,) in office_db.ask(None, "SELECT kind FROM seal ORDER BY id")]
    assert kinds[-2:] == ["part", "whole"]
    with closing(office_db.superuser()) as connection:
        verdict = chain.verify(connection, [])
    assert (verdict.code, verdict.unsealed) == (CONSISTENT, 0)


def test_twenty_writers_while_it_is_sealed(office_db):
    own = [customer(office_db, "clerk", f"Customer {n}") for n in range(5)]
    goods = writers.Goods(own, [samples.product(office_db, f"P{n}") for n in range(5)])
    servers.let_many_in(office_db.dsn, office_db.prefix)
    clients = [writers.Program(office_db.login("clerk")) for _ in range(20)]
    sealers = [office_db.psql(user) for user in ("ann", "bob", "eve")]
    with writers.sealed_by(sealers, 0.05):
        outcome = writers.write(clients, goods, 3.0)
    assert outcome.wrong == []
    with closing(office_db.superuser()) as connection:
        head = sealing.seal(connection)
        verdict = chain.verify(connection, [("a", head)])
    assert (verdict.code, verdict.first, verdict.unsealed) == (PROVEN, None, 0), verdict.counts
    assert verdict.seals > 3
    whole = "SELECT (SELECT count(*) FROM change), (SELECT count(*) FROM history)"
    assert office_db.ask(None, whole) == [(verdict.changes, verdict.entries)]


def test_a_redacted_body_is_gone_and_the_chain_holds(office_db):
    mine = customer(office_db, "ann", "Secret person")
    entry = value(office_db, None, "SELECT max(id) FROM history WHERE row_id = %s", mine)
    call = "SELECT redact_history(%s, %s)"
    assert refusal(office_db, "admin", call, entry, "asked by herself") == "KH004"  # not sealed
    with closing(office_db.superuser()) as connection:
        before = sealing.seal(connection)
        for user in ("ann", "boss", "manager"):
            assert refusal(office_db, user, call, entry, "because") == "KH003", user
        assert refusal(office_db, "admin", call, entry, " ") == "KH005"
        office_db.ask("admin", call, entry, "asked by herself")
        assert refusal(office_db, "admin", call, entry, "again") == "KH004"
        query = "SELECT op, before, after, who FROM record_history('customer', %s)"
        assert office_db.ask("ann", query, mine) == [
            ("redact", None, {"entry": entry, "reason": "asked by herself"}, "Administrator"),
            ("insert", None, None, "Ann"),
        ]
        for _ in range(2):  # the redaction itself unsealed, then sealed
            verdict = chain.verify(connection, [("a", before)])
            assert (verdict.code, verdict.redacted) == (PROVEN, 1)
            sealing.seal(connection)
        query = "SELECT count(*) FROM seal WHERE position('\\x00000000000000000000' IN salts) > 0"
        assert value(office_db, None, query) == 1  # so the hash cannot be guessed at
        office_db.ask(None, "UPDATE history SET after = '{}' WHERE id = %s", entry)
        assert first_of(chain.verify(connection, [("a", before)])) == ("altered", "history")
        office_db.ask(None, "UPDATE history SET after = NULL WHERE id = %s", entry)
        office_db.ask(None, "DELETE FROM history WHERE op = 'redact'")
        verdict = chain.verify(connection, [("a", before)])
        assert verdict.counts["emptied"] == 1


@pytest.mark.parametrize("user", ["ann", "boss", "admin"])
@pytest.mark.parametrize(
    "tried",
    [
        "SELECT * FROM seal",
        "SELECT digest FROM seal",
        "INSERT INTO seal SELECT * FROM seal",
        "UPDATE seal SET digest = ''",
        "DELETE FROM seal",
        "TRUNCATE seal",
        "SELECT add_seal(1, true)",
        "SELECT place_of(1)",
        "UPDATE history SET body_sha256 = 'x'",
        "SELECT 1 FROM installation FOR UPDATE",
    ],
)
def test_no_operator_writes_or_reads_seals(office, user, tried):
    assert refusal(office, user, tried) == "42501"


@pytest.mark.parametrize("user", ["ann", "serge", "boss", "admin"])
def test_every_operator_is_told_the_head_and_no_more(office, head, user):
    for most in (0, -5):
        assert Anchor.of(value(office, user, "SELECT seal_history(%s)", most)) == head


def test_an_advisory_lock_holds_no_sealing_up(office_db):
    customer(office_db, "ann", "Held up")
    with closing(office_db.psql("bob")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(n) FROM generate_series(-100, 100) n")
        assert value(office_db, "ann", "SELECT seal_history(100)")["seal"] == 1


def test_backup_and_restore_keep_the_chain(cluster, tmp_path):
    dsn = servers.new_office(cluster, "kept")
    demo.load(dsn, "kept", "en")
    with closing(psycopg2.connect(**dsn)) as connection:
        sealing.seal(connection)
    with closing(psycopg2.connect(**dsn)) as connection, connection:
        connection.cursor().execute("UPDATE customer SET phone = '7' WHERE id < 4")
    file = backup.backup(cluster.server("kept"), tmp_path)
    known, _ = anchors.read([file])
    assert known[0][1].short in file.name
    with closing(psycopg2.connect(**dsn)) as connection:
        assert chain.verify(connection, known).code == PROVEN
    with servers.cluster() as other:
        server = other.server("kept")
        assert backup.restore(server, file) == []
        with closing(server.connect()) as connection:
            restored = chain.verify(connection, known)
            assert (restored.code, restored.unsealed) == (PROVEN, 0)
            assert len(restored.restores) == 1
            with connection, connection.cursor() as cursor:
                cursor.execute("UPDATE customer SET phone = '8' WHERE id < 4")
            head = sealing.seal(connection)
            assert head.seal == restored.head.seal + 1
            again = chain.verify(connection, [*known, ("later", head)])
            assert (again.code, again.later, again.unsealed) == (PROVEN, 0, 0)
            # The first office went on differently; its later anchor does not fit the restored one.
            with closing(psycopg2.connect(**dsn)) as first:
                with first:
                    first.cursor().execute("UPDATE customer SET phone = '9' WHERE id < 4")
                elsewhere = sealing.seal(first)
            verdict = chain.verify(connection, [*known, ("elsewhere", elsewhere)])
            assert first_of(verdict) == ("rewritten", "seal")
            assert verdict.proven == known[0][1]


def test_the_demo_may_come_after_the_first_seal(make_office):
    with closing(make_office(staff=False)) as office:
        office.ask("admin", "INSERT INTO customer_type (code, name) VALUES ('X', 'X')")
        office.ask("admin", "SELECT seal_history(100)")
        demo.load(office.dsn, office.prefix, "en")
        with closing(office.superuser()) as connection:
            head = sealing.seal(connection)
            verdict = chain.verify(connection, [("a", head)])
        assert (verdict.code, verdict.unsealed) == (PROVEN, 0)


def test_nothing_is_left_unsealed_when_the_server_stops(tmp_path, monkeypatch):
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    embedded = Embedded(tmp_path.resolve())
    try:
        assert cli.main(["init", "--admin", "anna", "--language", "en"]) == 0
        dsn = embedded.superuser_dsn(embedded.database)
        with closing(psycopg2.connect(**dsn)) as connection, connection:
            connection.cursor().execute("INSERT INTO customer_type (code, name) VALUES ('X', 'X')")
        assert cli.main(["stop", "--language", "en"]) == 0
        embedded.start()
        with closing(psycopg2.connect(**dsn)) as connection:
            verdict = chain.verify(connection, [])
        assert (verdict.code, verdict.seals, verdict.unsealed) == (CONSISTENT, 1, 0)
    finally:
        embedded.remove()

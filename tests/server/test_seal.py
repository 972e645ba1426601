"""A superuser tampers with history: what is said of it is what can be proven, and no more."""

import json
from contextlib import closing, contextmanager
from itertools import count

import psycopg2
import pytest

from resources import LANGUAGES, translator
from server_schema import anchors, backup, chain, cli, demo, history_commands, sealing
from server_schema.anchors import Anchor
from server_schema.messages import Refused
from server_schema.verdict import CONSISTENT, PROVEN, WRONG
from tests import servers, writers
from tests.server import samples
from tests.server.forger import forge
from tests.server.samples import customer, refusal, value

_numbers = count(1)
# Entries of the second of three seals, and changes of theirs.
OF = {"entry": "Second 1", "other": "Second 2", "first": "First 0", "last": "Third 2"}
FORGED = "INSERT INTO change (at, who, xid) VALUES ({at}, 'forged', {xid}) RETURNING id"
PUT_IN = (
    "INSERT INTO history (change_id, table_name, row_id, customer_id, op, after)"
    " VALUES ({change}, 'customer', 1, 1, 'update', '{{\"name\": \"Put in\"}}') RETURNING id"
)
SWAP = (
    "CREATE TEMP TABLE both_of ON COMMIT DROP AS"
    " SELECT * FROM history WHERE id IN ({entry}, {other});"
    "UPDATE history h SET change_id = b.change_id, row_id = b.row_id, customer_id = b.customer_id,"
    " after = b.after FROM both_of b WHERE h.id IN ({entry}, {other}) AND h.id <> b.id"
)
TAMPERED = {
    "contents": (
        'UPDATE history SET after = after || \'{{"name": "Never"}}\' WHERE id = {entry}',
        "altered",
        "history",
    ),
    "of another": ("UPDATE history SET row_id = 1 WHERE id = {entry}", "altered", "history"),
    "who": ("UPDATE change SET who = 'x.bob' WHERE id = {change}", "altered", "change"),
    "when": ("UPDATE change SET at = at - interval '1 s' WHERE id = {change}", "altered", "change"),
    "address": ("UPDATE change SET address = '10.9.9.9' WHERE id = {change}", "altered", "change"),
    "through what": ("UPDATE change SET via = 'import' WHERE id = {change}", "altered", "change"),
    "one deleted": ("DELETE FROM history WHERE id = {entry}", "deleted", "history"),
    "reordered": (SWAP, "reordered", "history"),
    "tail deleted": ("DELETE FROM history WHERE id >= {entry}", "truncated", "history"),
    "redacted in silence": (
        "UPDATE history SET before = NULL, after = NULL, body_sha256 = 'x' WHERE id = {entry}",
        "altered",
        "history",
    ),
}


class Copy:
    """A copy of the sealed office, for one test to tamper with as superuser."""

    def __init__(self, dsn, heads):
        self.connection = psycopg2.connect(**dsn)
        self.heads = heads
        self.names = {}
        for word, name in OF.items():
            query = "SELECT id FROM history WHERE after ->> 'name' = %s"
            self.names[word] = self.ask(query, name)[0][0]
        query = "SELECT change_id FROM history WHERE id = %s"
        self.names["change"] = self.ask(query, self.names["entry"])[0][0]

    def ask(self, query, *values):
        with self.connection, self.connection.cursor() as cursor:
            cursor.execute(query, values or None)
            return cursor.fetchall() if cursor.description else []

    def do(self, query, **names):
        return self.ask(query.format(**self.names, **names))

    def forge(self, *arguments):
        with self.connection:
            forge(self.connection, *arguments)

    def verify(self, *seals):
        """Against the anchors of these seals."""
        return chain.verify(self.connection, [(f"a:{n}", self.heads[n]) for n in seals])


@pytest.fixture(scope="module")
def office(shared_office):
    return shared_office


@pytest.fixture(scope="module")
def heads(office):
    """Three seals of three customers each; the head of each by its number."""
    with closing(office.superuser()) as connection:
        sealing.seal(connection)
        found = {}
        for number, word in enumerate(("First", "Second", "Third"), 1):
            for n in range(3):
                customer(office, "ann", f"{word} {n}")
            found[number] = sealing.seal(connection)
    first = found[1].seal
    assert [head.seal for head in found.values()] == [first, first + 1, first + 2]
    return found


@pytest.fixture
def copy(cluster, office, heads):
    with copied(cluster, office, heads) as made:
        yield made


@contextmanager
def copied(cluster, office, heads):
    name, source = f"copy{next(_numbers)}", office.dsn["dbname"]
    office.close()
    with closing(psycopg2.connect(**cluster.superuser_dsn())) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"CREATE DATABASE {name} TEMPLATE {source}")
    made = Copy(cluster.superuser_dsn(name), heads)
    yield made
    made.connection.close()
    cluster.server(name).drop_database()


def first_of(verdict):
    return (verdict.first.what, verdict.first.table) if verdict.first else None


def test_what_nobody_touched_is_proven_as_far_as_the_newest_anchor(copy):
    assert copy.verify().code == CONSISTENT
    whole = copy.verify(1, 3)
    assert (whole.code, whole.proven.seal, whole.later) == (PROVEN, copy.heads[3].seal, 0)
    early = copy.verify(1)
    assert (early.code, early.proven.seal, early.later) == (PROVEN, copy.heads[1].seal, 6)


@pytest.mark.parametrize("name", TAMPERED)
def test_tampering_without_the_chain_is_found(copy, name):
    statement, what, table = TAMPERED[name]
    copy.do(statement)
    id_ = copy.names["change" if table == "change" else "entry"]
    for anchored, covered in (((), False), ((1,), False), ((2,), True), ((1, 3), True)):
        verdict = copy.verify(*anchored)
        assert verdict.code == WRONG
        assert first_of(verdict) == (what, table)
        assert (verdict.first.id, verdict.first.seal) == (id_, copy.heads[2].seal)
        assert verdict.covered is covered


@pytest.mark.parametrize("name", TAMPERED)
def test_a_chain_computed_anew_is_found_by_an_anchor_alone(copy, name):
    statement, _what, _table = TAMPERED[name]
    copy.do(statement)
    if name == "redacted in silence":
        return
    copy.forge(copy.heads[2].seal)
    assert copy.verify().code == CONSISTENT
    before = copy.verify(1)
    assert (before.code, before.proven) == (PROVEN, copy.heads[1])
    for anchored in ((2,), (3,), (1, 3)):
        verdict = copy.verify(*anchored)
        assert (verdict.code, first_of(verdict)) == (WRONG, ("rewritten", "seal"))
        assert verdict.first.seal == copy.heads[anchored[-1]].seal
        assert verdict.proven == (copy.heads[1] if 1 in anchored else None)


@pytest.mark.parametrize("anchored", [(), (2,), (3,)])
def test_a_tail_cut_off_with_its_seals(copy, anchored):
    copy.do("DELETE FROM history WHERE id > {other} + 1")
    copy.ask("SET session_replication_role = replica")
    copy.ask(
        "DELETE FROM change WHERE NOT EXISTS (SELECT FROM history WHERE change_id = change.id)"
    )
    copy.ask("DELETE FROM seal WHERE id = %s", copy.heads[3].seal)
    verdict = copy.verify(*anchored)
    assert verdict.code == {(): CONSISTENT, (2,): PROVEN, (3,): WRONG}[anchored]
    assert first_of(verdict) == (("truncated", "seal") if anchored == (3,) else None)


def test_everything_emptied(copy):
    copy.ask("TRUNCATE history, change")
    verdict = copy.verify(3)
    assert verdict.code == WRONG
    assert first_of(verdict) == ("deleted", "change")
    copy.ask("TRUNCATE seal")
    assert copy.verify().code == CONSISTENT
    assert first_of(copy.verify(3)) == ("truncated", "seal")


@pytest.mark.parametrize("column", ["content", "digest", "previous", "sealed_at", "snapshot"])
def test_a_seal_is_altered(copy, column):
    to = {"content": "overlay(content PLACING '\\x00' FROM 30)", "snapshot": "'9:9:'"}
    to |= {"sealed_at": "sealed_at - interval '1 day'"}
    changed = to.get(column, "sha256('x')")
    copy.ask(f"UPDATE seal SET {column} = {changed} WHERE id = {copy.heads[2].seal}")
    verdict = copy.verify(3)
    assert (verdict.code, first_of(verdict)) == (WRONG, ("altered", "seal"))
    assert verdict.first.seal == copy.heads[2].seal


def test_a_seal_in_the_middle_is_deleted(copy):
    copy.ask("DELETE FROM seal WHERE id = %s", copy.heads[2].seal)
    verdict = copy.verify(1, 3)
    assert (verdict.code, first_of(verdict)) == (WRONG, ("deleted", "seal"))
    assert verdict.first.id == copy.heads[2].seal


@pytest.mark.parametrize("later", [False, True], ids=["at once", "after the next sealing"])
@pytest.mark.parametrize(
    ("at", "xid"),
    [
        ("now()", "NULL"),
        ("now()", "'700'"),
        ("'2020-01-01'", "NULL"),
        ("'2020-01-01'", "pg_current_xact_id()"),
    ],
)
def test_what_is_put_in_afterwards_is_found(copy, at, xid, later):
    made = copy.do(FORGED, at=at, xid=xid)[0][0]
    copy.do(PUT_IN.replace("{change}", str(made)))
    if later:
        sealing.seal(copy.connection)
    verdict = copy.verify(3)
    if "current" in xid and not later:
        assert (verdict.code, verdict.unsealed) == (PROVEN, 1)  # as if it were of just now
    else:
        assert (verdict.code, first_of(verdict)) == (WRONG, ("inserted", "change"))
        assert verdict.first.id == made


def test_an_entry_put_into_an_old_change_is_found(copy):
    made = copy.do(PUT_IN)[0][0]
    sealing.seal(copy.connection)
    verdict = copy.verify(3)
    assert first_of(verdict) == ("inserted", "history")
    assert verdict.first.id == made


def test_an_entry_put_in_with_the_chain_computed_anew_needs_an_anchor(copy):
    made = copy.do(PUT_IN)[0][0]
    copy.forge(copy.heads[2].seal, {copy.heads[2].seal: [made]})
    assert copy.verify().code == CONSISTENT
    assert copy.verify(1).code == PROVEN
    assert first_of(copy.verify(1, 2)) == ("rewritten", "seal")


def test_anchors_that_contradict_each_other_are_told_of(copy):
    false = Anchor(copy.heads[2].office, copy.heads[2].seal, "00" * 32, copy.heads[2].sealed_at)
    verdict = chain.verify(copy.connection, [("false", false), ("true", copy.heads[3])])
    assert (verdict.code, first_of(verdict)) == (WRONG, ("contradicted", "seal"))
    told = verdict.as_json()["anchors"]
    assert [(a["place"], a["agrees"]) for a in told] == [("false", False), ("true", True)]


def test_an_anchors_file_that_is_none(copy, tmp_path):
    file = tmp_path / "anchors.jsonl"
    other = Anchor(
        "11111111-1111-1111-1111-111111111111", 1, "ab" * 32, "2026-01-01T00:00:00+00:00"
    )
    anchors.write(file, other)
    with file.open("a") as opened:
        opened.write('{"office": 1}\n[[[\n{"seal": "x"}\nnull\n{"office": "o", "seal": 1, "dig')
    anchors.write(file, copy.heads[3])
    known, strange = anchors.read([file])
    assert (len(known), strange) == (2, 5)
    verdict = chain.verify(copy.connection, known)
    assert (verdict.code, verdict.foreign, verdict.proven) == (PROVEN, 1, copy.heads[3])
    assert chain.verify(copy.connection, known[:1]).code == CONSISTENT
    with pytest.raises(Refused):
        anchors.read([tmp_path / "nowhere"])


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
def test_every_operator_is_told_the_head_and_no_more(office, heads, user):
    head = value(office, user, "SELECT seal_history(0)")
    assert Anchor.of(head) == heads[3]
    assert value(office, user, "SELECT seal_history(-5)") == head


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


def test_the_command_says_it_and_ends_with_it(cluster, copy, tmp_path, capsys):
    dsn = cluster.superuser_dsn()
    name = copy.connection.info.dbname
    url = f"postgresql://postgres:{dsn['password']}@{dsn['host']}:{dsn['port']}/{name}"

    def run(*arguments):
        code = cli.main([*arguments, "--url", url, "--language", "en"])
        return code, capsys.readouterr().out

    file = tmp_path / "anchors.jsonl"
    assert run("verify-history")[0] == CONSISTENT
    assert run("anchor", "--out", str(file))[0] == 0
    code, out = run("verify-history", "--anchor", str(file))
    assert code == PROVEN
    assert out.startswith("Proven by an anchor: all that was sealed until")
    copy.do(TAMPERED["contents"][0])
    code, out = run("verify-history", "--anchor", str(file), "--json")
    told = json.loads(out)
    assert (code, told["verdict"], told["first"]["covered"]) == (WRONG, "wrong", True)
    assert told["first"]["id"] == copy.names["entry"]
    assert run("verify-history", "--anchor", str(tmp_path / "nowhere"))[0] == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_said(language):
    for text in history_commands.WHAT.values():
        assert translator(language)(text).format(id=1, detail="customer 1")

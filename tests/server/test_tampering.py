"""A superuser tampers with history: what is said of it is what can be proven, and no more."""

import json
from contextlib import closing, contextmanager
from itertools import count

import psycopg2
import pytest

from resources import LANGUAGES, translator
from server_schema import anchors, chain, cli, history_commands, sealing
from server_schema.anchors import Anchor
from server_schema.messages import Refused
from server_schema.verdict import CONSISTENT, PROVEN, WRONG
from tests.server.forger import forge
from tests.server.samples import customer

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
    "change deleted": ("DELETE FROM change WHERE id = {change}", "deleted", "change"),
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


@pytest.mark.parametrize("name", [name for name in TAMPERED if name != "redacted in silence"])
def test_a_chain_computed_anew_is_found_by_an_anchor_alone(copy, name):
    copy.do(TAMPERED[name][0])
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
        ("now()", "'9223372036854775807'"),
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


def test_what_is_put_in_as_if_by_a_restore_is_told_of(copy):
    made = copy.do(FORGED, at="'2020-01-01'", xid="NULL")[0][0]
    copy.do(PUT_IN.replace("{change}", str(made)))
    copy.ask("SELECT add_seal(1, true)")
    verdict = copy.verify(3)
    assert (verdict.code, verdict.proven, verdict.later) == (PROVEN, copy.heads[3], 1)
    assert [(head.seal, entries) for head, entries in verdict.restores] == [
        (copy.heads[3].seal + 1, 1)
    ]


def test_a_clock_that_was_set_back_is_told_of_and_accuses_nobody(copy):
    """As if the server had been hours ahead until the first of the three seals."""
    ahead, after = copy.heads[1].seal, copy.heads[2].seal
    copy.do(f"UPDATE seal SET sealed_at = sealed_at + interval '3 hours' WHERE id = {ahead}")
    copy.forge(ahead)
    verdict = copy.verify()
    assert (verdict.code, verdict.first) == (CONSISTENT, None)
    assert [(head.seal, seal) for head, seal in verdict.set_back] == [(ahead, after)]
    said = [text.format(**values) for text, values in history_commands.sentences(verdict)]
    assert any(f"set back after seal {ahead} of" in sentence for sentence in said)
    # What is put in later is found as ever.
    made = copy.do(FORGED, at="'2020-01-01'", xid="pg_current_xact_id()")[0][0]
    sealing.seal(copy.connection)
    verdict = copy.verify()
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

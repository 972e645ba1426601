"""Who logged in, exported or was refused what stands in the sealed history, as it was reported."""

from contextlib import closing

import pytest

from server_schema import chain, schema, sealing
from server_schema.verdict import PROVEN, WRONG
from tests.server.samples import call, refusal, value

DENIED = "42501"
MINE = "SELECT op, after FROM history WHERE table_name = 'access' AND row_id = %s ORDER BY id"
SEEN = "SELECT count(*) FROM history WHERE table_name = 'access' AND row_id = %s"
EXPORT = (
    'SELECT log_access(\'export\', \'{"what": "customer", "rows": 7, "format": "xlsx",'
    ' "filters": ["region_id"], "contents": "Somebody"}\')'
)


def test_a_login_is_answered_with_the_one_before(office):
    serge = office.id_of("serge")
    assert value(office, "serge", "SELECT log_access('login')") == {}
    again = value(office, "serge", "SELECT log_access('login', '{\"refused\": 2}')")
    assert again["at"]
    office.ask("serge", "SELECT log_access('logout')")
    assert office.ask("serge", MINE, serge) == [
        ("login", {}),
        ("login", {"refused": 2}),
        ("logout", {}),
    ]
    told = call(office, "boss", "explain_operator", serge)
    assert (told["refused"], bool(told["last_login"])) == (2, True)


def test_an_export_is_told_without_contents(office):
    before = office.ask("bob", MINE, office.id_of("bob"))
    office.ask("bob", EXPORT)
    told = {"what": "customer", "rows": 7, "format": "xlsx", "filters": ["region_id"]}
    assert office.ask("bob", MINE, office.id_of("bob")) == [*before, ("export", told)]


@pytest.mark.parametrize(
    ("reader", "sees"),
    [
        ("bob", True),
        ("ann", False),
        ("eve", False),
        ("serge", False),
        ("clerk", False),
        ("manager", True),
        ("boss", True),
        ("admin", True),
    ],
)
def test_own_ones_those_of_ones_people_or_all(office, reader, sees):
    office.ask("bob", EXPORT)
    bob = office.id_of("bob")
    assert (value(office, reader, SEEN, bob) > 0) is sees
    assert value(office, reader, SEEN.replace("history", "masked.history"), bob) == value(
        office, reader, SEEN, bob
    )
    # The moment and the computer stand in the change, which is seen along.
    query = SEEN.replace("history", "history h JOIN change c ON c.id = h.change_id")
    assert (value(office, reader, query, bob) > 0) is sees


def test_a_manager_reads_nothing_of_another_department(office):
    office.ask("eve", "SELECT log_access('login')")
    assert value(office, "manager", SEEN, office.id_of("eve")) == 0


@pytest.mark.parametrize("user", ["bob", "boss", "admin"])
@pytest.mark.parametrize(
    "tried",
    [
        "DELETE FROM history WHERE table_name = 'access'",
        "UPDATE history SET op = 'logout' WHERE table_name = 'access'",
        "INSERT INTO history (change_id, table_name, row_id, op) VALUES (1, 'access', 1, 'login')",
        "SELECT note_access(1, 'login', '{}')",
        "SELECT lock_login(1, 'infinity', '{}')",
        "SELECT release_login(1)",
        "SELECT release_logins()",
        "SELECT apply_lock(1)",
        "SELECT log_access('locked')",
        "SELECT log_access(NULL)",
    ],
)
def test_no_operator_alters_or_forges_an_entry(office, user, tried):
    assert refusal(office, user, tried) == DENIED


def test_a_liar_fills_no_disk_and_hides_nothing_of_another_kind(office_db):
    eve = office_db.id_of("eve")
    long = '{"about": "' + "x" * 5000 + '"}'
    with closing(office_db.psql("eve")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT log_access('refused', %s) FROM generate_series(1, 700)", [long])
    office_db.ask("eve", EXPORT)
    count = "SELECT op, count(*), max(length(after::text)) FROM history"
    count += " WHERE table_name = 'access' AND row_id = %s GROUP BY op ORDER BY op"
    told = {op: (number, size) for op, number, size in office_db.ask("admin", count, eve)}
    assert told["refused"][0] == 500
    assert told["refused"][1] < 100
    assert told["flood"][0] == 1
    assert told["export"][0] == 1


TAMPERED = {
    "altered": ("UPDATE history SET after = '{{}}' WHERE id = {id}", "altered"),
    "deleted": ("DELETE FROM history WHERE id = {id}", "deleted"),
    "of another": ("UPDATE history SET row_id = {other} WHERE id = {id}", "altered"),
    "forged": (
        "INSERT INTO history (change_id, table_name, row_id, op)"
        " SELECT change_id, 'access', {other}, 'login' FROM history WHERE id = {id}",
        "inserted",
    ),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_superuser_who_tampers_with_an_export_is_told_of(office_db, name):
    statement, what = TAMPERED[name]
    office_db.ask("ann", EXPORT)
    office_db.ask("ann", "SELECT log_access('logout')")
    entry = "SELECT max(id) FROM history WHERE op = 'export'"
    names = {"id": value(office_db, None, entry), "other": office_db.id_of("bob")}
    with closing(office_db.superuser()) as connection:
        head = sealing.seal(connection)
        assert chain.verify(connection, [("a", head)]).code == PROVEN
        connection.cursor().execute(statement.format(**names))
        verdict = chain.verify(connection, [("a", head)])
    assert (verdict.code, verdict.first.what, verdict.first.table) == (WRONG, what, "history")


def test_what_was_noted_before_is_taken_along(office_db):
    """In a change of its own, so that the chain holds; each entry tells its own moment."""
    old = schema.sql_text("tables/0003/20_rights.sql", office_db.prefix)
    table = old[old.index("CREATE TABLE login_log") : old.index("CREATE INDEX login_log")]
    bob = office_db.id_of("bob")
    with closing(office_db.superuser()) as connection, connection.cursor() as cursor:
        head = sealing.seal(connection)
        cursor.execute("ALTER TABLE operator DROP locked_until, DROP login_set_at")
        cursor.execute("DROP INDEX history_access_idx")
        cursor.execute(table)
        cursor.execute(
            "INSERT INTO login_log (at, operator_id, what, address, reported_computer) VALUES"
            " ('2026-03-01 09:00Z', %(bob)s, 'refused', '10.0.0.7', 'PC-1'),"
            " ('2026-03-01 09:01Z', %(bob)s, 'in', '10.0.0.7', 'PC-1'),"
            " ('2026-03-01 17:00Z', %(bob)s, 'out', '10.0.0.7', 'PC-1')",
            {"bob": bob},
        )
        cursor.execute(schema.sql_text("tables/0004/60_access.sql", office_db.prefix))
        sealing.seal(connection)
        assert chain.verify(connection, [("a", head)]).code == PROVEN
    told = office_db.ask("bob", MINE, bob)
    assert [op for op, _ in told] == ["wrong", "login", "logout"]
    assert (told[0][1]["addresses"], told[0][1]["n"]) == (["10.0.0.7"], 1)
    last = value(office_db, "bob", "SELECT log_access('login')")
    assert (last["at"][:16], last["computer"]) == ("2026-03-01T09:01", "PC-1")

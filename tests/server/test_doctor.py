"""The doctor finds what it is there to find, each broken on purpose."""

from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from resources import LANGUAGES
from server_schema import doctor, server
from tests import servers

PREFIX = "ill"
DEFINER = "RETURNS void LANGUAGE sql SECURITY DEFINER"


@pytest.fixture(scope="module")
def cluster():
    with servers.cluster() as made:
        servers.new_office(made, PREFIX)
        yield made


@pytest.fixture
def connection(cluster):
    """A superuser's connection whose changes are all undone."""
    with closing(psycopg2.connect(**cluster.superuser_dsn(PREFIX))) as made:
        yield made


def found(connection, *statements):
    """What is wrong after the statements, looked for before they are undone."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    return {(finding.code, finding.object) for finding in doctor.examine(connection)}


def test_a_fresh_office_is_well(connection):
    assert found(connection) == set()


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE loose (id integer)"],
        ["CREATE TABLE loose (id integer)", "ALTER TABLE loose ENABLE ROW LEVEL SECURITY"],
        ["CREATE TABLE loose (id integer)", "CREATE POLICY p ON loose USING (true)"],
    ],
    ids=["nothing", "no policy", "not switched on"],
)
def test_table_without_policies(connection, statements):
    assert found(connection, *statements) == {("table-without-policies", "loose")}


def test_policies_switched_off(connection):
    statement = "ALTER TABLE customer DISABLE ROW LEVEL SECURITY"
    assert found(connection, statement) == {("table-without-policies", "customer")}


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW v AS SELECT * FROM customer",
        "CREATE VIEW v WITH (security_invoker = false) AS SELECT * FROM customer",
        "CREATE MATERIALIZED VIEW v AS SELECT * FROM customer",
    ],
)
def test_view_that_shows_all(connection, statement):
    assert found(connection, statement) == {("view-shows-all", "v")}


@pytest.mark.parametrize("word", ["true", "on", "1"])
def test_view_of_the_invoker_shows_nothing_more(connection, word):
    statement = f"CREATE VIEW v WITH (security_invoker = {word}) AS SELECT * FROM customer"
    assert found(connection, statement) == {("not-ours", "view v")}


def test_unknown_definer(connection):
    statements = (
        f"CREATE FUNCTION door() {DEFINER} SET search_path = public, pg_temp AS 'SELECT'",
        f"ALTER FUNCTION door() OWNER TO {PREFIX}_owner",
    )
    assert found(connection, *statements) == {("definer-unknown", "door()")}


def test_a_known_name_with_other_arguments_is_unknown(connection):
    statements = (
        f"CREATE FUNCTION me(integer) {DEFINER} SET search_path = public, pg_temp AS 'SELECT'",
        f"ALTER FUNCTION me(integer) OWNER TO {PREFIX}_owner",
    )
    assert found(connection, *statements) == {("definer-unknown", "me(integer)")}


def test_definer_of_a_superuser(connection):
    statement = "ALTER FUNCTION me() OWNER TO postgres"
    assert found(connection, statement) == {("definer-superuser", "me()")}


@pytest.mark.parametrize(
    "change",
    [
        "RESET search_path",
        "SET search_path = public",
        "SET search_path = pg_temp, public",
        "SET search_path = pg_temp, public, pg_temp",
        'SET search_path = "$user", public, pg_temp',
    ],
)
def test_definer_with_a_loose_search_path(connection, change):
    assert found(connection, f"ALTER FUNCTION me() {change}") == {("definer-search-path", "me()")}


@pytest.mark.parametrize("version", [150099, 160009, 170005, 190000])
def test_old_or_unknown_server(version):
    assert not server.is_safe(version)
    findings = doctor._server(version)
    assert [finding.code for finding in findings] == ["old-server"]


@pytest.mark.parametrize("version", [160010, 160014, 170006, 180000, 180004])
def test_safe_server(version):
    assert server.is_safe(version)
    assert doctor._server(version) == []


BY_HAND = [
    "UPDATE operator SET scope = 'own' WHERE login = 'admin'",
    "UPDATE operator SET active = false WHERE login = 'admin'",
    "UPDATE operator SET deleted_at = now() WHERE login = 'admin'",
    "UPDATE operator SET rights = 'clerk' WHERE login = 'admin'",
    "DELETE FROM permission WHERE module = 'order' AND action = 'edit'",
    "UPDATE permission SET action = 'x' WHERE module = 'order' AND action = 'edit'",
    "INSERT INTO operator_permission (operator_id, module, action, allowed)"
    " SELECT id, 'order', 'edit', false FROM operator WHERE login = 'admin'",
]


@pytest.mark.parametrize("statement", BY_HAND)
def test_rights_follow_whoever_changes_the_tables(connection, statement):
    assert found(connection, statement) == set()


@pytest.mark.parametrize("statement", BY_HAND)
def test_pending_where_no_trigger_sees_it(connection, statement):
    unseen = "SET LOCAL session_replication_role = replica"
    assert found(connection, unseen, statement) == {("right-pending", "admin")}


@pytest.mark.parametrize(
    "statement",
    [
        f'ALTER ROLE "{PREFIX}.admin" NOLOGIN',
        f'REVOKE {PREFIX}_all FROM "{PREFIX}.admin" GRANTED BY {PREFIX}_roles',
        f'REVOKE {PREFIX}_order_edit FROM "{PREFIX}.admin" GRANTED BY {PREFIX}_roles',
        f'GRANT {PREFIX}_scoped TO "{PREFIX}.admin" WITH SET FALSE',
        f'GRANT {PREFIX}_wide TO "{PREFIX}.admin" WITH SET FALSE',
        f'GRANT {PREFIX}_newcomer TO "{PREFIX}.admin" WITH SET FALSE',
        "INSERT INTO operator (code, name, login) VALUES ('X', 'X', 'nobody')",
    ],
)
def test_pending_right(connection, statement):
    login = "nobody" if "INSERT" in statement else "admin"
    assert found(connection, statement) == {("right-pending", login)}


def test_a_newcomer_is_not_pending(connection):
    statements = (
        f'REVOKE {PREFIX}_all FROM "{PREFIX}.admin" GRANTED BY {PREFIX}_roles',
        f'GRANT {PREFIX}_newcomer TO "{PREFIX}.admin" WITH SET FALSE',
    )
    assert found(connection, *statements) == set()


def test_a_session_from_before_the_change_is_pending(cluster, connection):
    with closing(psycopg2.connect(**cluster.dsn(PREFIX, f"{PREFIX}.admin"))):
        assert found(connection) == set()
        changed = "UPDATE operator SET rights_changed_at = clock_timestamp() WHERE login = 'admin'"
        assert found(connection, changed) == {("right-pending", "admin")}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reach SET owners = owners || 1, seen = by_number(owners || 1)",
        "UPDATE reach SET seen[1] = true",
        "DELETE FROM reach",
        "UPDATE reach SET operator_id = (SELECT id FROM operator WHERE login IS NULL)",
    ],
)
def test_reach_that_is_not_the_scope(connection, statement):
    leads = "UPDATE operator SET scope = 'chosen', code = 'LEADS' WHERE login = 'admin'"
    assert ("reach-wrong", "LEADS") not in found(connection, leads)
    assert ("reach-wrong", "LEADS") in found(connection, leads, statement)


def test_stray_role(connection):
    statement = f'CREATE ROLE "{PREFIX}.ghost" LOGIN'
    assert found(connection, statement) == {("stray-role", f"{PREFIX}.ghost")}


def test_open_database(connection):
    statement = f"GRANT CONNECT ON DATABASE {PREFIX} TO PUBLIC"
    assert found(connection, statement) == {("database-open", PREFIX)}


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ("host all all 192.0.2.0/24 trust", "host all all 192.0.2.0"),
        (f"local {PREFIX} postgres trust", f"local {PREFIX} postgres"),
        ("host elsewhere all 192.0.2.0/24 trust", None),
        (f"host {PREFIX} all 192.0.2.0/24 scram-sha-256", None),
    ],
)
def test_login_without_a_password(connection, rule, named):
    with connection.cursor() as cursor:
        cursor.execute("SHOW hba_file")
        file = Path(cursor.fetchone()[0])
    before = file.read_text(encoding="utf-8")
    try:
        file.write_text(f"{before}{rule}\n", encoding="utf-8")
        assert found(connection) == ({("no-password", named)} if named else set())
    finally:
        file.write_text(before, encoding="utf-8")


def test_transactions_that_outlive_their_session(cluster):
    def restart(*statements):
        with closing(psycopg2.connect(**cluster.superuser_dsn(PREFIX))) as made:
            made.autocommit = True
            with made.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        cluster.embedded.stop()
        cluster.embedded.start()

    restart("ALTER SYSTEM SET max_prepared_transactions = 5")
    try:
        with closing(psycopg2.connect(**cluster.superuser_dsn(PREFIX))) as made:
            assert found(made) == {("prepared-transactions", "5")}
    finally:
        restart("ALTER SYSTEM RESET max_prepared_transactions")


def test_outdated_schema(connection):
    statement = "UPDATE alembic_version SET version_num = 'old'"
    assert found(connection, statement) == {("schema-version", "old")}


def test_no_office(cluster):
    with closing(psycopg2.connect(**cluster.superuser_dsn())) as connection:
        assert [f.code for f in doctor.examine(connection)] == ["no-office"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_are_sentences(connection, language):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE loose (id integer)")
    (finding,) = doctor.examine(connection)
    assert "loose" in finding.sentence(language)

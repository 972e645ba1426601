"""What a salesperson with psql may try besides the attempts of `test_raid`. It all must fail."""

from contextlib import closing

import psycopg2
import pytest

from server_schema.functions import CALLABLE
from tests.patience import wait_until
from tests.server.samples import (
    contact,
    customer,
    draft,
    nothing_ends,
    order,
    product,
    refusal,
    value,
)

DENIED = "42501"


@pytest.fixture(scope="module")
def names(office):
    """Ids of what is Ann's and what is Eve's, and the words of role names."""
    ann, eve = customer(office, "ann", "Of Ann"), customer(office, "eve", "Secret of Eve")
    return {
        "p": office.prefix,
        "ann": office.id_of("ann"),
        "eve": office.id_of("eve"),
        "boss": office.id_of("boss"),
        "mine": ann,
        "hers": eve,
        "draft": draft(office, "ann", ann)["id"],
        "order": order(office, "ann", ann)["id"],
        "line": value(office, "ann", "SELECT min(id) FROM order_line"),
        "her_order": order(office, "eve", eve)["id"],
        "her_contact": contact(office, "eve", eve),
        "product": product(office),
    }


@pytest.mark.parametrize(
    "tried",
    [
        "SELECT assign_customers(ARRAY[{mine}], {eve})",
        "SELECT hand_over(jsonb_build_object('moves', jsonb_build_array(jsonb_build_object("
        "'customer_id', {hers}, 'from_id', {eve}, 'to_id', {ann}))), 'why')",
        "SELECT * FROM handover",
        "SELECT * FROM handover_item",
        "SELECT * FROM duplicate_answer",
        "DELETE FROM duplicate_answer",
        "SELECT delete_records('customer', ARRAY[{mine}])",
        "SELECT set_deputy({boss}, {ann}, '2200-01-01')",
        "SELECT set_exceptions({ann}, '{{}}', '{{\"operator.edit\": true}}')",
        'SELECT save_role(\'{{"name": "Mine", "permissions": ["customer.view"]}}\', NULL)',
        "SELECT save_role(role_document('salesperson'), 1)",
        "SELECT delete_role('clerk', 1)",
        "SELECT explain_operator({eve})",
        "UPDATE permission SET module = 'operator'",
        "SELECT note_access({boss}, 'login', '{{}}')",
        "SELECT lock_login({boss}, 'infinity', '{{}}')",
        "SELECT apply_lock({boss})",
        "SELECT unlock_login({boss})",
        "ALTER ROLE \"{p}.boss\" VALID UNTIL '2000-01-01'",
        'GRANT {p}_whole TO "{p}.ann"',
        "SET ROLE {p}_whole",
        "SELECT resolve_masked('138****00', {hers})",
        "SELECT can_of({boss}, 'operator', 'edit')",
        "SELECT operators_seen_by({boss})",
        "SELECT reserve_numbers('customer', 1000)",
        "SELECT import_taken('customer', 'name', ARRAY['Secret of Eve'])",
        "INSERT INTO sales_order (customer_id, order_date, salesperson_id, number, status)"
        " VALUES ({mine}, '2026-01-01', {ann}, 'SO-9', 'submitted')",
        "UPDATE sales_order SET customer_region_id = NULL WHERE id = {order}",
        "UPDATE order_line SET customer_id = {hers} WHERE id = {line}",
    ],
)
def test_refused(office, names, tried):
    assert refusal(office, "ann", tried.format(**names)) == DENIED


INTERNAL = (
    "apply_login(1, 'x', false)",
    "apply_rights(1)",
    "begin_order_step(1, 1, 'submit', '{{draft}}')",
    "check_administrators()",
    "current_change()",
    "alike_customers('{{}}')",
    "count_guess(1)",
    "count_told(1)",
    "count_on('x', 1, 1)",
    "note_told()",
    "may_see_handover(1, 1)",
    "set_or_ask(1, '{{}}', 'x')",
    "open_request(1)",
    "announce('customer', 'update', ARRAY[1])",
    "format_number('order', '', 1)",
    "in_use('region', 1)",
    "move_counter('order')",
    "next_number('order')",
    "number_period('order')",
    "sum_order_lines(ARRAY[1])",
    "receive_parts(1, ARRAY[1])",
    "spread_quote_lines(ARRAY[1])",
    "follow_deliveries(1)",
    "take_numbers('order', 100)",
)


@pytest.mark.parametrize("call", INTERNAL)
def test_inner_functions_are_not_to_be_called(office, call):
    assert call.partition("(")[0] not in CALLABLE
    assert refusal(office, "ann", f"SELECT {call.format()}") == DENIED


def test_no_function_is_open_to_everybody(office):
    query = (
        "SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND has_function_privilege(%s, oid, 'EXECUTE')"
    )
    callable_now = {name for (name,) in office.ask(None, query, f"{office.prefix}_scoped")}
    assert callable_now == CALLABLE
    newcomers = {name for (name,) in office.ask(None, query, f"{office.prefix}_newcomer")}
    assert newcomers == {"set_my_password"}


@pytest.mark.parametrize(
    "tried",
    [
        "UPDATE number_rule SET digits = 1",
        "UPDATE setting SET value = '1'",
        "UPDATE product SET unit_price = 0",
    ],
)
def test_reaches_nothing(office, names, tried):
    with closing(office.psql("ann")) as connection, connection.cursor() as cursor:
        cursor.execute(tried.format(**names))
        assert cursor.rowcount == 0


@pytest.mark.parametrize(
    "setting",
    [
        "kehu.bin = 'on'",
        "search_path = pg_temp, pg_catalog, public",
        "plan_cache_mode = 'force_generic_plan'",
        "enable_indexscan = off",
    ],
)
def test_no_setting_opens_anything(office, names, setting):
    with closing(office.psql("ann")) as connection, connection.cursor() as cursor:
        cursor.execute(f"SET {setting}")
        cursor.execute("SELECT count(*) FROM customer WHERE owner_id <> me()")
        assert cursor.fetchone()[0] == 0


def test_without_row_security_there_is_an_error_not_an_answer(office):
    with closing(office.psql("ann")) as connection, connection.cursor() as cursor:
        cursor.execute("SET row_security = off")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SELECT count(*) FROM customer")


@pytest.mark.parametrize(
    "tried",
    [
        "UPDATE customer SET founded_on = 'infinity' WHERE id = {mine}",
        "UPDATE customer SET founded_on = '20000-01-01' WHERE id = {mine}",
        "UPDATE customer SET founded_on = '4000-01-01 BC' WHERE id = {mine}",
        "SET kehu.reason = 'x'; UPDATE customer SET credit_limit = 'NaN' WHERE id = {mine}",
        "UPDATE customer SET tags = ARRAY[NULL] WHERE id = {mine}",
        "UPDATE customer SET tags = ARRAY[['a'], ['b']] WHERE id = {mine}",
        "INSERT INTO contact (customer_id, name, birthday) VALUES ({mine}, 'x', '-infinity')",
        "UPDATE sales_order SET delivery_date = 'infinity' WHERE id = {draft}",
        "SELECT share_customer({mine}, {boss}, 'infinity')",
        "SELECT set_deputy({ann}, {boss}, '20000-01-01')",
    ],
)
def test_nobody_enters_what_breaks_the_lists_of_others(office, names, tried):
    """A program that cannot read one row could not show any."""
    assert refusal(office, "ann", tried.format(**names)) in ("23514", "0A000")


def test_an_error_tells_nothing_of_hidden_rows(office, names):
    """A cast that fails would name the value: it must never see one."""
    with closing(office.psql("ann")) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM customer WHERE name <> 'Of Ann' AND CAST(name AS integer) = 0"
        )
        assert cursor.fetchone()[0] == 0


def test_a_code_block_cannot_replace_a_name_that_functions_use(office, names):
    """Functions look at our tables, whatever search path or temporary schema is at hand."""
    with closing(office.psql("ann")) as connection, connection.cursor() as cursor:
        cursor.execute("SET search_path = pg_temp, public")
        cursor.execute("SELECT me(), visible_operators()")
        assert cursor.fetchone() == (names["ann"], [names["ann"]])


def test_another_gets_no_look_at_a_large_object(office):
    with closing(office.psql("boss")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT lo_from_bytea(0, 'secret')")
        oid = cursor.fetchone()[0]
    assert refusal(office, "ann", "SELECT lo_get(%s)", oid) == DENIED
    office.ask("boss", "SELECT lo_unlink(%s)", oid)


def test_locks_taken_by_anybody_hold_nobody_up(office, names):
    with closing(office.psql("ann")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(k) FROM generate_series(1, 1000) k")
        cursor.execute("SELECT pg_advisory_lock(%s)", (0x6B656875,))
        others = (
            "SELECT pg_advisory_lock(hashtext('duplicate_answer'), k) FROM generate_series(1, 50) k"
        )
        cursor.execute(others)
        typed = "SET lock_timeout = '1s'; SELECT find_duplicates('{\"name\": \"Secret of Eve\"}')"
        assert refusal(office, "bob", typed) == ""
        assert order(office, "eve", names["hers"])["status"] == "submitted"


def test_what_is_not_ones_own_is_not_given_away(office):
    with closing(office.psql("ann")) as connection, connection.cursor() as cursor:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("GRANT SELECT ON customer TO PUBLIC")
        cursor.execute("GRANT SELECT ON product TO PUBLIC")
        assert "no privileges were granted" in connection.notices[-1]


def test_a_forged_notice_shows_nothing(office, names):
    with closing(office.psql("ann")) as forger, forger.cursor() as cursor:
        cursor.execute("NOTIFY kehu, 'customer:update:1,2'")
    assert value(office, "bob", "SELECT count(*) FROM customer") == 0


def test_another_office_on_the_same_server_stays_closed(make_office, office):
    other = make_office(staff=False)
    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        psycopg2.connect(**office.cluster.dsn(other.prefix, f"{office.prefix}.boss"))
    boss, session = f"{office.prefix}.boss", office.psql("boss")
    with closing(other.psql("admin")) as connection, connection.cursor() as cursor:
        for tried in (
            f'GRANT {office.prefix}_all TO "{other.prefix}.admin"',
            f'SET ROLE "{boss}"',
            f"ALTER ROLE \"{boss}\" PASSWORD 'x'",
            f'ALTER ROLE "{boss}" NOLOGIN',
            f'DROP ROLE "{boss}"',
            f"ALTER DATABASE {office.prefix} CONNECTION LIMIT 0",
            f"DROP DATABASE {office.prefix}",
            f"SELECT pg_terminate_backend({session.info.backend_pid})",
            f"SELECT pg_cancel_backend({session.info.backend_pid})",
        ):
            with pytest.raises(psycopg2.Error) as caught:
                cursor.execute(tried)
            assert caught.value.pgcode == DENIED, tried
        # A namesake is a role of the other office.
        verifier = "SCRAM-SHA-256$4096:AA==$AA==:AA=="
        hire = 'SELECT save_operator(\'{"code": "BOSS", "name": "B"}\', NULL) ->> \'id\''
        cursor.execute(hire)
        cursor.execute("SELECT set_login(%s, 'boss', %s, true)", (cursor.fetchone()[0], verifier))
        cursor.execute("SELECT query FROM pg_stat_activity WHERE usename = %s", (boss,))
        assert {query for (query,) in cursor.fetchall()} == {"<insufficient privilege>"}
        cursor.execute("SELECT count(*) FROM customer")
        assert cursor.fetchone()[0] == 0
    with session.cursor() as cursor:
        cursor.execute("SELECT me()")
        assert cursor.fetchone() == (office.id_of("boss"),)
    office.psql("boss").close()
    other.close()


def test_a_number_is_there_once(office, names):
    taken = value(office, None, "SELECT number FROM sales_order WHERE id = %s", names["order"])
    again = "UPDATE sales_order SET number = %s WHERE id = %s"
    assert refusal(office, None, again, taken, names["her_order"]) == "23505"


def test_a_prepared_statement_ends_with_the_rights_it_was_prepared_with(office_db):
    """Policies are chosen when a statement is planned, so a demotion has to end its sessions."""
    customer(office_db, "ann", "Of Ann")
    boss, session = office_db.id_of("boss"), office_db.psql("boss")
    with session.cursor() as cursor:
        cursor.execute("PREPARE seen AS SELECT count(*) FROM customer")
        cursor.execute("EXECUTE seen")
        assert cursor.fetchone()[0] == 1
    demote = (
        "SELECT save_operator(jsonb_build_object('id', id, 'rights', 'salesperson',"
        " 'scope', 'own'), version) FROM operator WHERE id = %s"
    )
    office_db.ask("admin", demote, boss)
    assert value(office_db, "admin", "SELECT end_sessions(%s)", boss) == 1
    with pytest.raises(psycopg2.OperationalError):
        execute_until_ended(session)
    assert value(office_db, "boss", "SELECT count(*) FROM customer") == 0


def execute_until_ended(session):
    """The server needs a moment to end a session."""
    with session.cursor() as cursor:
        wait_until("the session is ended", lambda: cursor.execute("EXECUTE seen"))


def test_a_disabled_operators_open_session_reaches_nothing(office_db):
    mine = customer(office_db, "ann", "Of Ann")
    boss, bob = office_db.id_of("boss"), office_db.id_of("bob")
    session = office_db.psql("ann")
    disable = (
        "SELECT save_operator(jsonb_build_object('id', id, 'active', false), version)"
        " FROM operator WHERE login = 'ann'"
    )
    with nothing_ends(office_db):
        office_db.ask("admin", disable)
    with session.cursor() as cursor:
        for tried in (
            "SELECT count(*) FROM customer",
            "SELECT * FROM operator",
            "SELECT value FROM setting",
            "INSERT INTO customer (name) VALUES ('New')",
            f"SELECT set_deputy({boss}, {bob}, '2200-01-01')",
            f"SELECT share_customer({mine}, {bob}, '2200-01-01')",
            f"SELECT assign_customers(ARRAY[{mine}], {bob}, 'x')",
            "SELECT set_my_password('SCRAM-SHA-256$4096:AA==$AA==:AA==')",
        ):
            with pytest.raises(psycopg2.Error) as caught:
                cursor.execute(tried)
            assert caught.value.pgcode in (DENIED, "KH003"), tried
    assert value(office_db, None, "SELECT count(*) FROM deputy") == 0


@pytest.mark.parametrize("database", ["postgres", "template1"])
def test_no_operator_gets_into_what_new_databases_are_made_from(office, database):
    with pytest.raises(psycopg2.OperationalError, match=r"pg_hba\.conf rejects"):
        psycopg2.connect(**office.cluster.dsn(database, f"{office.prefix}.boss"))

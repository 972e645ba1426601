"""The doctor names whatever of an office was loosened by hand, each change made and undone here."""

from contextlib import closing

import psycopg2
import pytest

from server_schema import doctor

ANN = '"{p}.ann"'
BY_HAND = {
    f"GRANT SELECT ON customer TO {ANN}": "SELECT ON customer TO {p}.ann",
    f"GRANT SELECT (phone) ON customer TO {ANN}": "SELECT ON customer.phone TO {p}.ann",
    "GRANT SELECT ON seal TO PUBLIC": "SELECT ON seal TO PUBLIC",
    "GRANT UPDATE (owner_id) ON customer TO {p}_all": "UPDATE ON customer.owner_id TO {p}_all",
    "GRANT UPDATE ON imports_of_1 TO {p}_all": "UPDATE ON imports_of_1 TO {p}_all",
    f"GRANT EXECUTE ON FUNCTION may_read TO {ANN}": (
        "EXECUTE ON may_read(pg_catalog.text,integer,integer,timestamp with time zone) TO {p}.ann"
    ),
    f"GRANT EXECUTE ON FUNCTION pg_read_file(text) TO {ANN}": (
        "EXECUTE ON pg_catalog.pg_read_file(pg_catalog.text) TO {p}.ann"
    ),
    f"GRANT SELECT ON pg_authid TO {ANN}": "SELECT ON pg_catalog.pg_authid TO {p}.ann",
    "GRANT CREATE ON SCHEMA public TO PUBLIC": "CREATE ON public TO PUBLIC",
    f"GRANT TEMPORARY ON DATABASE {{p}} TO {ANN}": "TEMPORARY ON DATABASE TO {p}.ann",
    f"GRANT SET ON PARAMETER session_replication_role TO {ANN}": (
        "SET ON PARAMETER session_replication_role TO {p}.ann"
    ),
    f"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {ANN}": "default acl for role postgres",
    f"ALTER ROLE {ANN} CREATEROLE": "role {p}.ann CREATEROLE",
    f"ALTER ROLE {ANN} CONNECTION LIMIT -1": "role {p}.ann CONNECTION LIMIT -1",
    f"ALTER ROLE {ANN} BYPASSRLS": "role {p}.ann BYPASSRLS",
    f"ALTER ROLE {ANN} REPLICATION": "role {p}.ann REPLICATION",
    f"ALTER ROLE {ANN} SUPERUSER": "role {p}.ann SUPERUSER",
    "ALTER ROLE {p}_all BYPASSRLS": "role {p}_all",
    "ALTER ROLE {p}_owner LOGIN": "role {p}_owner",
    f"ALTER ROLE {ANN} SET session_replication_role = replica": (
        "role {p}.ann SET session_replication_role=replica"
    ),
    "ALTER DATABASE {p} SET search_path = ann": "role ALL SET search_path=ann",
    f"GRANT pg_read_all_data TO {ANN}": "role {p}.ann IN pg_read_all_data",
    f"GRANT pg_monitor TO {ANN}": "role {p}.ann IN pg_monitor",
    f"GRANT pg_signal_backend TO {ANN}": "role {p}.ann IN pg_signal_backend",
    "GRANT pg_read_all_data TO {p}_shared": "role {p}_shared IN pg_read_all_data",
    f"GRANT {{p}}_owner TO {ANN}": "role {p}.ann IN {p}_owner",
    f'GRANT "{{p}}.boss" TO {ANN}': "role {p}.ann IN {p}.boss",
    "CREATE ROLE passer_by; GRANT {p}_all TO passer_by": "role passer_by IN {p}_all",
    "CREATE FUNCTION spy() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
    "CREATE EVENT TRIGGER spy ON ddl_command_end EXECUTE FUNCTION spy()": "event trigger spy",
    "UPDATE pg_language SET lanpltrusted = true WHERE lanname = 'c'": "language c",
    "CREATE FOREIGN DATA WRAPPER away": "foreign-data wrapper away",
    "ALTER TABLE customer DISABLE TRIGGER c_record_update": "trigger c_record_update on customer",
    "ALTER TABLE customer DISABLE TRIGGER ALL": "trigger b_stamp on customer",
    "ALTER TABLE customer NO FORCE ROW LEVEL SECURITY": "table customer",
    "DROP POLICY alive ON customer": "policy alive on customer",
    "CREATE POLICY open ON customer USING (true)": "policy open on customer",
    "ALTER POLICY seen_by_scope ON receipt USING (true)": "policy seen_by_scope on receipt",
    "UPDATE pg_proc SET prosrc = 'SELECT true' WHERE proname = 'may_see'": (
        "function may_see(integer,integer)"
    ),
    "ALTER FUNCTION may_see LEAKPROOF": "function may_see(integer,integer)",
    "CREATE OR REPLACE VIEW masked.customer WITH (security_invoker) AS"
    " SELECT *, 1 AS more FROM masked.customer": "view masked.customer",
    "CREATE PUBLICATION all_of_it FOR ALL TABLES": "publication all_of_it",
    "CREATE RULE quiet AS ON DELETE TO customer DO INSTEAD NOTHING": "rule quiet on customer",
    "ALTER TABLE customer DROP CONSTRAINT customer_credit_limit_check": (
        "table constraint customer_credit_limit_check on customer"
    ),
    "ALTER TABLE customer ALTER owner_id DROP NOT NULL": "table column customer.owner_id",
    "ALTER TABLE customer ADD spare text": "table column customer.spare",
    "ALTER TABLE customer OWNER TO {p}_roles": "table customer",
    "ALTER TABLE customer DROP CONSTRAINT customer_number_key": (
        "table constraint customer_number_key on customer"
    ),
    "CREATE FUNCTION twice(numeric, integer) RETURNS numeric LANGUAGE sql AS 'SELECT 2.0';"
    "CREATE OPERATOR * (FUNCTION = twice, LEFTARG = numeric, RIGHTARG = integer)": (
        "operator *(numeric,integer)"
    ),
    "CREATE CAST (integer AS box) WITH INOUT AS IMPLICIT": "cast (integer AS pg_catalog.box)",
}


@pytest.fixture
def connection(shared_office):
    """A superuser's connection whose changes are all undone."""
    with closing(psycopg2.connect(**shared_office.dsn)) as made:
        yield made


def found(connection, statement=None):
    if statement:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    return {finding.object for finding in doctor.examine(connection)}


def test_an_office_with_people_is_as_it_was_made(connection):
    assert found(connection) == set()


@pytest.mark.parametrize(("statement", "named"), BY_HAND.items())
def test_what_is_changed_by_hand_is_named(shared_office, connection, statement, named):
    prefix = shared_office.prefix
    after = found(connection, statement.replace("{p}", prefix))
    wanted = named.replace("{p}", prefix)
    assert any(thing.startswith(wanted) for thing in after), after


def test_looking_leaves_nothing_behind(shared_office, connection):
    def there():
        query = "SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles"
        return sorted(shared_office.ask(None, query))

    before = there()
    doctor.examine(connection)
    assert there() == before

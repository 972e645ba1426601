"""An office made by an earlier revision is brought up to date with all it holds."""

from contextlib import closing

import psycopg2
import pytest

from server_schema import doctor, schema, seeds
from server_schema.search import sound_key
from tests.conftest import OfficeDatabase, hire
from tests.servers import Cluster, new_office

OLD = "0001"
HANDED = (
    "DROP TABLE group_member, customer_group, reach;"
    "DROP TABLE change_request, duplicate_answer, handover_item, handover, customer_merge;"
    "ALTER TABLE customer DROP core_name, DROP phone_key, DROP mobile_key, DROP tax_key,"
    " DROP sound_key, DROP merged_into;"
    "ALTER TABLE contact DROP phone_key, DROP mobile_key; DROP INDEX customer_keyless_idx;"
    "ALTER TABLE customer DROP phone_shown, DROP mobile_shown, DROP bank_account_shown,"
    " DROP haystack_shown;"
    "ALTER TABLE contact DROP phone_shown, DROP mobile_shown;"
    "ALTER TABLE sales_order DROP phone_shown, DROP owed"
)
LATER = ("quote", "delivery", "receipt")
OLD_CUSTOMER = (
    "INSERT INTO customer (number, name, owner_id, phone, search_key)"
    " VALUES ('C-1', 'Old', 1, '020-1', E'old\n020-1\nol\n0201'),"
    " ('C-2', '苏州兴和工艺品有限公司', 1, NULL, 'x')"
)
WITHOUT_ROLES = (
    "DROP INDEX history_access_idx;"
    "ALTER TABLE operator DROP locked_until, DROP login_set_at;"
    "ALTER TABLE history ADD FOREIGN KEY (change_id) REFERENCES change (id);"
    "DROP SEQUENCE role_number;"
    "ALTER TABLE rights_role DROP id, DROP name, DROP version;"
    "DELETE FROM permission WHERE action IN ('whole', 'reveal')"
)
WITHOUT_LENGTHS = (
    "DO $$ DECLARE s text; BEGIN FOR s IN"
    " SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)"
    " FROM pg_constraint WHERE NOT convalidated AND conrelid <> 'number_rule'::regclass"
    " LOOP EXECUTE s; END LOOP; END $$;"
    "ALTER TABLE customer ADD CONSTRAINT customer_tags_check"
    " CHECK (array_position(tags, NULL) IS NULL);"
)
WITHOUT_PAPERS = (
    "DROP INDEX customer_deletion_idx, contact_deletion_idx, sales_order_deletion_idx,"
    " order_line_deletion_idx, product_deletion_idx, history_purged_idx,"
    " change_operator_id_idx, change_at_idx;"
    "DROP TABLE seal, presence; ALTER TABLE history DROP body_sha256;"
    "DROP TABLE print_log, picture, receipt_allocation, receipt, delivery_line, delivery,"
    " quote_revision, quote_line, quote, number_taken;"
    "ALTER TABLE number_rule DROP CONSTRAINT number_rule_reset_date_check;"
    "ALTER TABLE order_line DROP amount, DROP tax_amount, DROP reduction;"
    "ALTER TABLE order_line"
    " ADD amount numeric(14, 2) NOT NULL GENERATED ALWAYS AS"
    " (round(quantity * unit_price * (1 - discount), 2)) STORED,"
    " ADD tax_amount numeric(14, 2) NOT NULL GENERATED ALWAYS AS"
    " (round(quantity * unit_price * (1 - discount), 2) - round(round(quantity * unit_price"
    " * (1 - discount), 2) / (1 + tax_rate), 2)) STORED;"
    "ALTER TABLE sales_order DROP outstanding, DROP payment_state, DROP due_date,"
    " DROP whole_discount, DROP wipe_off, DROP received, DROP approved_by,"
    " DROP approved_at, DROP approved_amount, DROP completed_by, DROP completed_at"
)


@pytest.fixture
def old_office(cluster: Cluster, make_office):
    """Made by the present program, then taken back to what the first revision had."""
    prefix = "old"
    dsn = new_office(cluster, prefix)
    office = OfficeDatabase(cluster, prefix, dsn)
    hire(office)
    with closing(psycopg2.connect(**dsn)) as connection, connection, connection.cursor() as cursor:
        schema._drop_replaceable(cursor)
        cursor.execute(WITHOUT_LENGTHS)
        cursor.execute(HANDED)
        cursor.execute(WITHOUT_PAPERS)
        cursor.execute(WITHOUT_ROLES)
        later = ", ".join(f"{prefix}_{group}" for group in schema.LATER_GROUPS)
        cursor.execute(f"DROP OWNED BY {later}; DROP ROLE {later}")
        cursor.execute(f'ALTER ROLE "{prefix}.manager" CONNECTION LIMIT -1')
        cursor.execute(
            "INSERT INTO operator (code, name, department_id) SELECT 'M' || n, 'M' || n,"
            " department_id FROM operator, generate_series(1, 9) n WHERE login = 'manager'"
        )
        cursor.execute("DELETE FROM number_rule WHERE kind = ANY (%s)", [list(LATER)])
        cursor.execute("DELETE FROM permission WHERE module = ANY (%s)", [[*LATER, "history"]])
        cursor.execute(
            "DELETE FROM setting WHERE key = ANY (%s)", [list(seeds._later_settings("en"))]
        )
        cursor.execute("UPDATE alembic_version SET version_num = %s", [OLD])
        cursor.execute(OLD_CUSTOMER)
        cursor.execute("INSERT INTO product (code, name) VALUES ('P', 'Thing')")
        cursor.execute(
            "INSERT INTO sales_order (number, number_source, customer_id, owner_id, order_date,"
            " salesperson_id, currency, status, total, tax_total)"
            " VALUES ('SO-2026-0003', 'rule', 1, 1, '2026-01-05', 1, 'CNY', 'submitted', 19, 0)"
        )
        cursor.execute(
            "INSERT INTO order_line (order_id, customer_id, owner_id, position, product_id,"
            " product_code, product_name, quantity, unit_price, discount)"
            " VALUES (1, 1, 1, 1, 1, 'P', 'Thing', 2, 10, 0.05)"
        )
        cursor.execute("INSERT INTO number_counter VALUES ('order', '2026', 3)")
    yield office
    office.close()


def test_nothing_is_lost_and_everything_new_is_there(old_office):
    office = old_office
    with closing(psycopg2.connect(**office.dsn)) as connection:
        assert schema.version(connection) == OLD
        connection.rollback()
        schema.upgrade(connection, office.prefix)
        assert schema.version(connection) == schema.HEAD
    money = "SELECT total, received, outstanding, payment_state, due_date FROM sales_order"
    assert office.ask("boss", money) == [(19, 0, 19, "unpaid", None)]
    assert office.ask("boss", "SELECT amount, reduction FROM order_line") == [(19, 0)]
    # Phones stand behind a mark now, where they can be left out.
    words = "SELECT string_to_array(search_key, E'\n') FROM customer WHERE number = 'C-1'"
    assert office.ask("boss", words) == [(["old", "ol", "\x1f", "020-1", "0201"],)]
    # How names sound is known of all, and nobody is said to have changed anything.
    sounds = "SELECT number, sound_key, version FROM customer ORDER BY 1"
    assert office.ask(None, sounds) == [
        ("C-1", None, 1),
        ("C-2", sound_key("苏州兴和工艺品有限公司"), 1),
    ]
    rules = {kind for (kind,) in office.ask("boss", "SELECT kind FROM number_rule")}
    assert rules == {"customer", "order", *LATER}
    rights = "SELECT can('quote', 'create'), can('receipt', 'submit'), can('receipt', 'view')"
    assert office.ask("ann", rights) == [(True, False, True)]
    assert office.ask("manager", "SELECT can('history', 'view')") == [(True,)]
    reads_as = "SELECT pg_has_role(session_user, %s, 'MEMBER'), count(*) FROM customer"
    assert office.ask("manager", reads_as, f"{office.prefix}_wide") == [(True, 0)]
    # Numbers from before the register was kept are no gap.
    assert office.ask("boss", "SELECT state FROM number_series('order', '2026')") == [("passed",)]
    assert office.ask("boss", "SELECT value FROM setting WHERE key = 'payment_days'") == [(30,)]
    with closing(psycopg2.connect(**office.dsn)) as connection:
        assert doctor.examine(connection) == []

"""Attempts to read or write rows that are not one's own."""

from server_schema.attacks.attempt import Attempt, attempt
from server_schema.messages import N_
from server_schema.tables import TABLES

_MINE = "INSERT INTO customer (name) VALUES ('Mine')"
_MY_ID = "(SELECT max(id) FROM customer)"
_NOT_MINE = "FROM customer WHERE owner_id <> {me}"
_SEEN = "SELECT 1 WHERE current_setting('kehu.seen', true) > '0'"
_SCOPED = tuple(t.name for t in TABLES if t.kind in ("customer", "hanging"))
_DOCUMENTS = ("sales_order", "quote", "delivery", "receipt")
_CARRIED = ("customer_id", "owner_id", "deletion_id", "deleted_at", "version", "created_by")

READING: tuple[Attempt, ...] = (
    attempt(
        "read",
        N_("read a colleague's rows"),
        *(f"SELECT 1 FROM {name} WHERE owner_id <> {{me}}" for name in _SCOPED),
        "SELECT 1 FROM customer_group WHERE private_to <> {me}",
        "SELECT 1 FROM group_member WHERE group_id = {her_group}",
        "SELECT phone_key FROM contact",
        "SELECT 1 FROM contact WHERE id = {her_contact} AND mobile_key <> ''",
        "SELECT 1 FROM history WHERE table_name = 'customer_group' AND row_id = {her_group}",
        "SELECT 1 FROM history WHERE customer_id = {hers}",
        "SELECT 1 FROM change WHERE operator_id = {other}",
        "SELECT 1 FROM record_history('customer', {hers})",
        "SELECT 1 FROM record_history('operator', {other})",
        "SELECT 1 FROM customer WHERE id = {hers} FOR SHARE",
        "TABLE import_row",
        "TABLE number_taken",
        "TABLE number_counter",
    ),
    attempt(
        "functions",
        N_("have a function of the office read a colleague's rows"),
        "SELECT 1 WHERE order_document({her_order}) IS NOT NULL",
        "SELECT 1 WHERE quote_document({her_quote}) IS NOT NULL",
        "SELECT 1 WHERE delivery_document({her_delivery}) IS NOT NULL",
        "SELECT 1 WHERE receipt_document({her_receipt}) IS NOT NULL",
        "SELECT 1 WHERE order_line_list({her_order}) <> '[]'",
        "SELECT 1 WHERE quote_revisions({her_quote}) <> '[]'",
        "SELECT 1 FROM open_to_deliver({her_order})",
        "SELECT 1 WHERE planned_quantity({her_planned}) <> 0",
        "SELECT 1 WHERE prints_of('order', {her_order}) <> 0",
        "SELECT 1 WHERE (customer_balance({hers}) ->> 'outstanding')::numeric <> 0",
        "SELECT 1 FROM number_series('order', '') WHERE row_id = {her_order}",
        "SELECT 1 FROM who_is_here('customer', {hers})",
        "SELECT 1 FROM handover_customers({other}, ARRAY[{hers}])",
        "SELECT 1 WHERE handover_document(1) IS NOT NULL",
        "SELECT 1 WHERE merge_document(1) IS NOT NULL",
        "SELECT 1 WHERE kept_customer({hers}) IS NOT NULL",
        "SELECT 1 FROM change_request WHERE customer_id = {hers}",
    ),
    attempt(
        "settings",
        N_("open rows by a setting"),
        ("SET LOCAL row_security = off", f"SELECT 1 {_NOT_MINE}"),
        ("SET LOCAL kehu.bin = 'on'", f"SELECT 1 {_NOT_MINE}"),
        ("SET LOCAL kehu.operator = '{other}'", f"SELECT 1 {_NOT_MINE}"),
        ("SET LOCAL plan_cache_mode = 'force_generic_plan'", f"SELECT 1 {_NOT_MINE}"),
        ("SET LOCAL transform_null_equals = on", f"SELECT 1 {_NOT_MINE}"),
    ),
    attempt(
        "superusers-settings",
        N_("change a setting that is the superuser's"),
        "SET session_replication_role = replica",
        "SET lo_compat_privileges = on",
        "SET allow_system_table_mods = on",
        "SET log_statement = 'all'",
        "SET session_preload_libraries = 'x'",
        "ALTER SYSTEM RESET application_name",
        "ALTER DATABASE {database} SET row_security = off",
        strict=True,
    ),
    attempt(
        "search-path",
        N_("lead functions to other tables by a search path"),
        ("SET LOCAL search_path = pg_temp, public", f"SELECT 1 {_NOT_MINE}"),
        (
            "SET LOCAL search_path = pg_temp, public",
            "SELECT 1 WHERE visible_operators() <> ARRAY[{me}]",
        ),
        ("SET LOCAL search_path = pg_temp", "SELECT 1 WHERE public.me() <> {me}"),
    ),
    attempt(
        "errors",
        N_("make an error or a condition tell of rows that stay hidden"),
        "SELECT 1 FROM customer WHERE owner_id <> {me} AND 1 / (owner_id - owner_id) = 1",
        "SELECT 1 FROM customer WHERE owner_id <> {me} AND name::integer = 0",
        "SELECT 1 FROM operator o JOIN customer c ON c.owner_id = o.id"
        " WHERE o.id <> {me} AND c.name::integer = 0",
        "SELECT 1 FROM sales_order WHERE owner_id <> {me} AND 1 / (total - total) = 1",
        "SELECT 1 FROM customer WHERE owner_id <> {me} AND CASE WHEN name ~ '.' THEN"
        " set_config('kehu.seen', name, true) = '' END",
        "SELECT 1 FROM history WHERE customer_id = {hers} AND (before ->> 'name')::integer = 0",
        ("SAVEPOINT s", "SELECT 1 FROM customer WHERE id = {hers} AND name::uuid IS NOT NULL"),
    ),
    attempt(
        "uncounted",
        N_("guess whether a customer is there without being counted"),
        *(
            ("SET TRANSACTION READ ONLY", question)
            for question in (
                "SELECT find_duplicates(jsonb_build_object('name', '{her_name}'))",
                "SELECT import_taken('customer', 'name', ARRAY['{her_name}'])",
            )
        ),
    ),
    attempt(
        "blocks",
        N_("look with a code block, a cursor or a query in a text"),
        (
            "DO $$ DECLARE n integer; BEGIN SELECT count(*) INTO n " + _NOT_MINE + ";"
            " PERFORM set_config('kehu.seen', n::text, true); END $$",
            _SEEN,
        ),
        (
            "DO $$ DECLARE n integer := 0; r record; BEGIN FOR r IN SELECT * FROM customer LOOP"
            " n := n + (r.owner_id <> {me})::integer; END LOOP;"
            " PERFORM set_config('kehu.seen', n::text, true); END $$",
            _SEEN,
        ),
        (f"DECLARE c SCROLL CURSOR FOR SELECT id {_NOT_MINE}", "FETCH ALL FROM c"),
        (f"PREPARE attack AS SELECT id {_NOT_MINE}", "EXECUTE attack"),
        f"SELECT 1 FROM ts_stat('SELECT to_tsvector(name) {_NOT_MINE}')",
    ),
    attempt(
        "dump",
        N_("take everything with pg_dump or COPY"),
        (
            "SET LOCAL row_security = off",
            "LOCK TABLE customer IN ACCESS SHARE MODE",
            "COPY customer (id, name) TO STDOUT",
        ),
        *(
            ("SET LOCAL row_security = off", f"COPY {name} TO STDOUT")
            for name in ("sales_order", "receipt", "history", "change")
        ),
        f"COPY (SELECT id {_NOT_MINE}) TO STDOUT",
        "COPY number_taken TO STDOUT",
    ),
)

WRITING: tuple[Attempt, ...] = (
    attempt(
        "write",
        N_("change a colleague's rows"),
        "UPDATE customer SET remarks = 'x' WHERE id = {hers}",
        "UPDATE contact SET remarks = 'x' WHERE id = {her_contact}",
        "UPDATE sales_order SET remarks = 'x' WHERE id = {her_order}",
        "UPDATE quote SET remarks = 'x' WHERE id = {her_quote}",
        "UPDATE receipt SET remarks = 'x' WHERE id = {her_receipt}",
        "UPDATE customer_group SET name = 'x' WHERE id = {her_group}",
        "DELETE FROM customer_group WHERE id = {her_group}",
        "DELETE FROM group_member WHERE group_id = {her_group}",
        "SELECT delete_records('customer_group', ARRAY[{her_group}])",
        "INSERT INTO customer_group (name, private_to) VALUES ('x', {other})",
        (
            _MINE,
            f"INSERT INTO group_member (group_id, customer_id) VALUES ({{her_group}}, {_MY_ID})",
        ),
        "DELETE FROM order_line WHERE order_id = {her_order}",
        "DELETE FROM receipt_allocation WHERE receipt_id = {her_receipt}",
        "SELECT delete_records('customer', ARRAY[{hers}])",
        "SELECT delete_records('contact', ARRAY[{her_contact}])",
        "SELECT log_print('order', {her_order}, '{{}}')",
        "SELECT restore_records(1)",
        "SELECT here_i_am('customer', {hers})",
        "SELECT request_change({hers}, '{{\"bank\": \"x\"}}', 'x')",
        "SELECT decide_request((SELECT max(id) FROM change_request), true, '')",
    ),
    attempt(
        "documents",
        N_("save a document over a colleague's, or one that uses it"),
        'SELECT save_order(\'{{"id": {her_order}, "lines": []}}\', {her_order_version})',
        'SELECT save_quote(\'{{"id": {her_quote}, "lines": []}}\', 1)',
        'SELECT save_delivery(\'{{"id": {her_delivery}, "lines": []}}\', 1)',
        'SELECT save_receipt(\'{{"id": {her_receipt}, "allocations": []}}\', 1)',
        "SELECT allocate_advance({her_receipt}, 1, '[]')",
        "SELECT quote_to_order({her_quote}, 1)",
        'SELECT save_delivery(\'{{"order_id": {her_order}, "lines": []}}\', NULL)',
        (
            _MINE,
            "SELECT save_receipt(jsonb_build_object('customer_id', max(id), 'amount', 5,"
            " 'allocations', '[{{\"order_id\": {her_order}, \"amount\": 1}}]'::jsonb), NULL)"
            " FROM customer",
        ),
        strict=True,
        states=("KH005", "23503"),
    ),
    attempt(
        "steps",
        N_("submit, approve, post or void a colleague's documents"),
        "SELECT submit_order({her_order}, {her_order_version})",
        "SELECT approve_order({her_order}, {her_order_version})",
        "SELECT cancel_order({her_order}, {her_order_version}, 'x')",
        "SELECT send_quote({her_quote}, 1)",
        "SELECT advance_delivery({her_delivery}, 1, 'shipped', '2026-01-01')",
        "SELECT post_receipt({her_receipt}, 1)",
        "SELECT void_receipt({her_receipt}, 1, 'x')",
        strict=True,
    ),
    attempt(
        "own-columns",
        N_("write columns that only functions write: states, numbers, sums, owners"),
        *(
            f"UPDATE {table.name} SET {column} = DEFAULT"
            for table in TABLES
            if table.name in ("customer", "contact", *_DOCUMENTS)
            for column in dict.fromkeys((*table.never, *_CARRIED[2:]))
        ),
        "UPDATE order_line SET order_id = {her_order}",
        "UPDATE order_line SET owner_id = {other}",
        "INSERT INTO customer (name, owner_id) VALUES ('x', {other})",
        "INSERT INTO customer (name, number) VALUES ('x', '{her_number}')",
        "UPDATE number_counter SET last = 0",
        strict=True,
    ),
    attempt(
        "forge",
        N_("forge history, prints or numbers"),
        "INSERT INTO history (change_id, table_name, row_id, op) VALUES (1, 'customer', 1, 'x')",
        "INSERT INTO change (who) VALUES ('{other_login}')",
        "UPDATE history SET after = '{{}}'",
        "UPDATE change SET who = '{other_login}'",
        "INSERT INTO print_log (kind, row_id, customer_id, owner_id, operator_id, way)"
        " VALUES ('order', 1, 1, 1, {other}, 'pdf')",
        "UPDATE print_log SET operator_id = {other}",
        "INSERT INTO number_taken VALUES ('order', '', 1, 1, 'x')",
        "INSERT INTO picture (content) VALUES ('x')",
        "SELECT note_access({other}, 'login', '{{}}')",
        "SELECT lock_login({other}, 'infinity', '{{}}')",
        "SELECT unlock_login({other})",
        "SELECT redact_history(1, 'x')",
        "SELECT purge_records(1, 'x')",
        "UPDATE history SET body_sha256 = NULL",
        "TABLE seal",
        strict=True,
    ),
    attempt(
        "old-seal",
        N_("seal the history as it was seen long ago"),
        (
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            "SELECT 1 WHERE seal_history(0) ->> 'seal' IS DISTINCT FROM seal_history(1) ->> 'seal'",
        ),
    ),
    attempt(
        "for-good",
        N_("delete or empty what nobody deletes for good"),
        *(f"DELETE FROM {table.name}" for table in TABLES if not (table.delete or table.private)),
        *(f"TRUNCATE {table.name} CASCADE" for table in TABLES),
        strict=True,
    ),
    attempt(
        "foreign-keys",
        N_("hang a row of one's own on a colleague's"),
        "INSERT INTO contact (customer_id, name) VALUES ({hers}, 'x')",
        "INSERT INTO sales_order (customer_id, order_date, salesperson_id)"
        " VALUES ({hers}, '2026-01-01', {me})",
        "INSERT INTO order_line (order_id, position, product_id, quantity, unit_price)"
        " SELECT {her_order}, 99, min(id), 1, 1 FROM product",
        "INSERT INTO delivery (order_id, planned_on) VALUES ({her_order}, '2026-01-01')",
        "INSERT INTO receipt (customer_id, receipt_date, handler_id, amount)"
        " VALUES ({hers}, '2026-01-01', {me}, 1)",
        (
            _MINE,
            "INSERT INTO sales_order (customer_id, contact_id, order_date, salesperson_id)"
            f" VALUES ({_MY_ID}, {{her_contact}}, '2026-01-01', {{me}})",
        ),
        (
            _MINE,
            f"INSERT INTO contact (customer_id, name) VALUES ({_MY_ID}, 'x')",
            "UPDATE contact SET customer_id = {hers}",
        ),
        strict=True,
        states=("KH005", "23503"),
    ),
    attempt(
        "upsert",
        N_("write over a hidden row by ON CONFLICT"),
        "INSERT INTO customer (id, name) OVERRIDING SYSTEM VALUE VALUES ({hers}, 'x')"
        " ON CONFLICT (id) DO UPDATE SET remarks = 'x'",
        "MERGE INTO customer c USING (VALUES ({hers})) v (id) ON c.id = v.id"
        " WHEN MATCHED THEN UPDATE SET remarks = 'x'",
    ),
)

ATTEMPTS = (*READING, *WRITING)

"""One try for each table, kind of access and reader: statements as anybody could type them.

All tries are made on what belongs to the salesperson Ann: `{customer}`, `{contact}`, `{order}`
(a draft), `{line}`, `{sent}` (a submitted order) and the rest are hers, `{my_contact}`,
`{my_order}` and so on the reader's own.
"""

import io
from typing import Any

import psycopg2

from server_schema.tables import CODE_TABLES, TABLES

OPERATIONS = ("select", "count", "insert", "update", "delete", "attach", "re-parent")
READERS = (
    "salesperson",
    "colleague",
    "manager",
    "boss",
    "administrator",
    "deputy",
    "service",
    "disabled",
    "newcomer",
)

# What hangs on a customer, so that not everybody sees all of it.
SCOPED = tuple(t.name for t in TABLES if t.kind in ("customer", "hanging"))

# A row of Ann's, or of everybody's.
WHICH = {
    "customer": "id = {customer}",
    "contact": "id = {contact}",
    "sales_order": "id = {order}",
    "order_line": "id = {line}",
    "quote": "id = {quote}",
    "quote_line": "quote_id = {quote}",
    "quote_revision": "customer_id = {customer}",
    "delivery": "id = {delivery}",
    "delivery_line": "delivery_id = {delivery}",
    "receipt": "id = {receipt}",
    "receipt_allocation": "receipt_id = {receipt}",
    "print_log": "customer_id = {customer}",
    "change_request": "customer_id = {customer}",
    "group_member": "customer_id = {customer}",
    "customer_group": "name = 'X'",
    "picture": "true",
    "number_taken": "true",
    "share": "customer_id = {customer}",
    "history": "customer_id = {customer}",
    "change": "operator_id = {ann}",
    "operator": "id = {ann}",
    "operator_permission": "operator_id = {ann}",
    "deputy": "deputy_id = {ann}",
    "permission": "rights = 'salesperson'",
    "rights_role": "code = 'salesperson'",
    "setting": "key = 'office_name'",
    "number_rule": "kind = 'order'",
    "seal": "true",
    "installation": "true",
    "number_counter": "true",
    "duplicate_answer": "true",
    "handover": "true",
    "handover_item": "true",
    "customer_merge": "true",
    "import_row": "true",
    "presence": "true",
    "alembic_version": "true",
}

INSERT = {
    "customer": "(name) VALUES ('New')",
    "contact": "(customer_id, name) VALUES ({my_customer}, 'New')",
    "sales_order": "(customer_id, order_date, salesperson_id)"
    " VALUES ({my_customer}, '2026-01-01', {ann})",
    "order_line": "(order_id, position, product_id, quantity, unit_price)"
    " VALUES ({my_order}, 9, {product}, 1, 1)",
    "quote": "(customer_id, quote_date, valid_until, salesperson_id)"
    " VALUES ({my_customer}, '2026-01-01', '2026-01-02', {ann})",
    "quote_line": "(quote_id, position, product_id, quantity, unit_price)"
    " VALUES ({my_quote}, 9, {product}, 1, 1)",
    "quote_revision": "(quote_id, customer_id, owner_id, revision, document)"
    " VALUES ({quote}, {customer}, {ann}, 7, '{{}}')",
    "delivery": "(order_id, planned_on) VALUES ({my_sent}, '2026-01-01')",
    "delivery_line": "(delivery_id, order_line_id, position, quantity)"
    " VALUES ({my_delivery}, {my_sent_line}, 9, 1)",
    "receipt": "(customer_id, receipt_date, handler_id, amount)"
    " VALUES ({my_customer}, '2026-01-01', {ann}, 1)",
    "receipt_allocation": "(receipt_id, order_id, amount) VALUES ({my_receipt}, {my_order}, 1)",
    "print_log": "(kind, row_id, customer_id, owner_id, way)"
    " VALUES ('order', {order}, {customer}, {ann}, 'pdf')",
    "change_request": "(customer_id, owner_id, fields, reason, asked_by)"
    " VALUES ({customer}, {ann}, '{{}}', 'x', {ann})",
    "group_member": "(group_id, customer_id) VALUES ({group}, {my_customer})",
    "customer_group": "(name) VALUES ('New')",
    "picture": "(content) VALUES ('x')",
    "number_taken": "VALUES ('order', '', 1, 1, 'x')",
    "share": "(customer_id, owner_id, operator_id, until)"
    " VALUES ({customer}, {ann}, {bob}, '2200-01-01')",
    "history": "(change_id, table_name, row_id, op) VALUES (1, 'customer', 1, 'update')",
    "change": "(who) VALUES ('forged')",
    "operator": "(code, name) VALUES ('NEW', 'New')",
    "operator_permission": "(operator_id, module, action, allowed)"
    " VALUES ({ann}, 'operator', 'edit', true)",
    "deputy": "(absent_id, deputy_id, until) VALUES ({bob}, {ann}, '2200-01-01')",
    "permission": "(rights, module, action) VALUES ('salesperson', 'operator', 'edit')",
    "rights_role": "(code) VALUES ('new')",
    "setting": "(key, value) VALUES ('new', '1')",
    "number_rule": "(kind) VALUES ('new')",
    "seal": "SELECT * FROM seal",
    "installation": "(prefix) VALUES ('new')",
    "number_counter": "(kind, period) VALUES ('new', '')",
    "duplicate_answer": "(operator_id, customer_id, because) VALUES ({ann}, 1, 'x')",
    "handover": "(by_id, reason, change_id) VALUES ({ann}, 'x', 1)",
    "handover_item": "(handover_id, customer_id, from_id, to_id)"
    " VALUES (1, {customer}, {ann}, {bob})",
    "customer_merge": "(by_id, kept_id, dropped_id, reason, moved, fields, change_id)"
    " VALUES ({ann}, {customer}, 1, 'x', '{{}}', '{{}}', 1)",
    "import_row": "(job, row, cells) VALUES (1, 1, '{{}}')",
    "presence": "(kind, row_id, operator_id) VALUES ('customer', {customer}, {bob})",
    "alembic_version": "VALUES ('9999')",
}
UPDATE = {
    "customer": "remarks = 'changed'",
    "contact": "remarks = 'changed'",
    "sales_order": "remarks = 'changed'",
    "order_line": "quantity = 7",
    "quote": "remarks = 'changed'",
    "quote_line": "quantity = 7",
    "quote_revision": "revision = 7",
    "delivery": "remarks = 'changed'",
    "delivery_line": "quantity = 1",
    "receipt": "remarks = 'changed'",
    "receipt_allocation": "amount = 2",
    "print_log": "way = 'printer'",
    "change_request": "state = 'approved'",
    "group_member": "group_id = 1",
    "customer_group": "name = 'Changed'",
    "picture": "content = 'y'",
    "number_taken": "row_id = 1",
    "share": "until = '2199-01-01'",
    "history": "op = 'erase'",
    "change": "who = 'forged'",
    "operator": "rights = 'administrator'",
    "operator_permission": "allowed = true",
    "deputy": "until = '2199-01-01'",
    "permission": "module = 'operator'",
    "rights_role": "sort_order = 9",
    "setting": "value = '\"changed\"'",
    "number_rule": "digits = 3",
    "seal": "digest = 'x'",
    "installation": "prefix = 'x'",
    "number_counter": "last = 0",
    "duplicate_answer": "because = 'x'",
    "handover": "reason = 'changed'",
    "handover_item": "to_id = {ann}",
    "customer_merge": "reason = 'changed'",
    "import_row": "cells = '{{}}'",
    "presence": "operator_id = {bob}",
    "alembic_version": "version_num = '9999'",
}
# A child hung on Ann's row.
ATTACH = {
    "customer": "INSERT INTO contact (customer_id, name) VALUES ({customer}, 'Child')",
    "sales_order": "INSERT INTO order_line (order_id, position, product_id, quantity, unit_price)"
    " VALUES ({order}, 9, {product}, 1, 1)",
    "quote": "INSERT INTO quote_line (quote_id, position, product_id, quantity, unit_price)"
    " VALUES ({quote}, 9, {product}, 1, 1)",
    "delivery": "INSERT INTO delivery_line (delivery_id, order_line_id, position, quantity)"
    " VALUES ({delivery}, {sent_line}, 9, 1)",
    "receipt": "INSERT INTO receipt_allocation (receipt_id, order_id, amount)"
    " VALUES ({receipt}, {sent}, 1)",
    "customer_group": "INSERT INTO group_member (group_id, customer_id)"
    " VALUES ({group}, {customer})",
    "contact": "INSERT INTO sales_order (customer_id, contact_id, order_date, salesperson_id)"
    " VALUES ({customer}, {contact}, '2026-01-01', {ann})",
}
# The reader's own row moved over to Ann's, or Ann's over to the reader.
REPARENT = {
    "customer": "UPDATE customer SET owner_id = {me} WHERE id = {customer}",
    "contact": "UPDATE contact SET customer_id = {customer} WHERE id = {my_contact}",
    "sales_order": "UPDATE sales_order SET customer_id = {customer} WHERE id = {my_order}",
    "order_line": "UPDATE order_line SET order_id = {order} WHERE order_id = {my_order}",
    "quote": "UPDATE quote SET customer_id = {customer} WHERE id = {my_quote}",
    "quote_line": "UPDATE quote_line SET quote_id = {quote} WHERE quote_id = {my_quote}",
    "delivery": "UPDATE delivery SET order_id = {sent} WHERE id = {my_delivery}",
    "delivery_line": "UPDATE delivery_line SET delivery_id = {delivery}"
    " WHERE delivery_id = {my_delivery}",
    "receipt": "UPDATE receipt SET customer_id = {customer} WHERE id = {my_receipt}",
    "receipt_allocation": "UPDATE receipt_allocation SET receipt_id = {receipt}"
    " WHERE receipt_id = {my_receipt}",
    "operator": "UPDATE operator SET department_id = NULL WHERE id = {ann}",
    "department": "UPDATE department SET parent_id = NULL WHERE code = 'SALES'",
    "region": "UPDATE region SET parent_id = NULL WHERE code = 'X'",
}

for _name in (*CODE_TABLES, "region", "product", "department"):
    WHICH[_name] = "code = 'SALES'" if _name == "department" else "code = 'X'"
    INSERT[_name] = "(code, name) VALUES ('NEW', 'New')"
    UPDATE[_name] = "name = 'Changed'"


def statement(table: str, operation: str) -> str | None:
    """The SQL of one try, None where there is no such try."""
    if operation == "select":
        return f"SELECT * FROM {table} WHERE {WHICH[table]}"
    if operation == "count":
        return (
            f"SELECT 1 FROM (SELECT count(*) AS n FROM {table} WHERE {WHICH[table]}) c WHERE n > 0"
        )
    if operation == "insert":
        return f"INSERT INTO {table} {INSERT[table]}"
    if operation == "update":
        return f"UPDATE {table} SET {UPDATE[table]} WHERE {WHICH[table]}"
    if operation == "delete":
        return f"DELETE FROM {table} WHERE {WHICH[table]}"
    return (ATTACH if operation == "attach" else REPARENT).get(table)


def ways_to_count(connection: Any, table: str) -> dict[str, int]:
    """How many rows of a table there are by every way of looking at them."""
    queries = {
        "list": f"SELECT id FROM {table}",
        "count": f"SELECT count(*) FROM {table}",
        "chart": f"SELECT owner_id, count(*) FROM {table} GROUP BY owner_id",
        "ids": f"SELECT coalesce(length(string_agg(int4send(id), '')) / 4, 0) FROM {table}",
        "page": f"SELECT id FROM {table} ORDER BY id OFFSET 0 LIMIT 1000",
    }
    found = {}
    with connection.cursor() as cursor:
        for way, query in queries.items():
            cursor.execute(query)
            rows = cursor.fetchall()
            counted = way in ("count", "chart", "ids")
            found[way] = sum(row[-1] for row in rows) if counted else len(rows)
        told = io.StringIO()
        cursor.copy_expert(f"COPY (SELECT id FROM {table}) TO STDOUT", told)
        found["export"] = told.getvalue().count("\n")
        cursor.execute(f"DECLARE c CURSOR FOR SELECT id FROM {table}; FETCH ALL FROM c")
        found["cursor"] = cursor.rowcount
    connection.rollback()
    return found


def attempt(connection: Any, query: str) -> bool:
    """Whether the statement reached a row; everything is rolled back."""
    with connection.cursor() as cursor:
        try:
            cursor.execute(query)
            return cursor.rowcount > 0
        except psycopg2.Error as error:
            if error.pgcode not in ("42501", "KH003", "KH004"):
                # refused for another reason than rights: the try itself would be wrong
                raise
            return False
        finally:
            connection.rollback()


def tried(connection: Any, table: str, names: dict[str, int]) -> str:
    """One letter for each operation that succeeded, `-` for one that did not, `.` for none."""
    letters = ""
    for operation in OPERATIONS:
        query = statement(table, operation)
        if query is None:
            letters += "."
        elif connection is None or not attempt(connection, query.format(**names)):
            letters += "-"
        else:
            letters += operation[0]
    return letters

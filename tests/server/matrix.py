"""The writing tries of the permission matrix: statements as anybody could type them.

A name in braces is an id: `{customer}`, `{contact}` and so on of the file that the state means,
with `my_` before it of the reader's own file. `{sales_order}` and `{quote}` are drafts, `{sent}`
is a submitted order; `{bare}` is another customer of the same state on which nothing hangs. Where
a file lacks a name there is no such try.

A new table needs its statements here, a row in each file of `matrix_office` if it hangs on a
customer, and its lines in matrix.txt.
"""

from server_schema.tables import CODE_TABLES, TABLES

# What hangs on a customer, so that not everybody sees all of it.
SCOPED = (*(t.name for t in TABLES if t.kind in ("customer", "hanging")), "history", "change")
# What everybody reads, and the office keeps in order.
CODED = (*CODE_TABLES, "region", "department", "product")
# What may be one operator's own and nobody else's.
GROUPED = ("customer_group", "group_member")
# Rows that are about single operators.
PRIVATE = ("operator", "operator_permission", "deputy")

TRIES = ("insert", "update", "delete", "erase", "restore", "attach", "re-parent", "take")
DELETED = ("customer", "contact", "sales_order", "quote", "delivery", "receipt")
PARTS = ("order_line", "quote_line", "delivery_line", "receipt_allocation")

# A row of everybody's, or of the operator that the state means.
WHICH = {
    "operator": "id = {of}",
    "operator_permission": "operator_id = {of}",
    "deputy": "deputy_id = {of}",
    "permission": "rights = 'salesperson'",
    "rights_role": "code = 'salesperson'",
    "setting": "key = 'office_name'",
    "number_rule": "kind = 'order'",
    "customer_group": "id = {group}",
} | dict.fromkeys(CODED, "code = {code}")

INSERT = {
    "customer": "(name) VALUES ('New')",
    "contact": "(customer_id, name) VALUES ({customer}, 'New')",
    "sales_order": "(customer_id, order_date, salesperson_id)"
    " VALUES ({customer}, '2026-01-01', {of})",
    "order_line": "(order_id, position, product_id, quantity, unit_price)"
    " VALUES ({sales_order}, 9, {product}, 1, 1)",
    "quote": "(customer_id, quote_date, valid_until, salesperson_id)"
    " VALUES ({customer}, '2026-01-01', '2026-01-02', {of})",
    "quote_line": "(quote_id, position, product_id, quantity, unit_price)"
    " VALUES ({quote}, 9, {product}, 1, 1)",
    "quote_revision": "(quote_id, customer_id, owner_id, revision, document)"
    " VALUES ({quote}, {customer}, {of}, 7, '{{}}')",
    "delivery": "(order_id, planned_on) VALUES ({sent}, '2026-01-01')",
    "delivery_line": "(delivery_id, order_line_id, position, quantity)"
    " VALUES ({delivery}, {sent_line}, 9, 1)",
    "receipt": "(customer_id, receipt_date, handler_id, amount)"
    " VALUES ({customer}, '2026-01-01', {of}, 1)",
    "receipt_allocation": "(receipt_id, order_id, amount) VALUES ({receipt}, {paid}, 1)",
    "print_log": "(kind, row_id, customer_id, owner_id, way)"
    " VALUES ('order', {sales_order}, {customer}, {of}, 'pdf')",
    "change_request": "(customer_id, owner_id, fields, reason, asked_by)"
    " VALUES ({customer}, {of}, '{{}}', 'x', {of})",
    "share": "(customer_id, owner_id, operator_id, until)"
    " VALUES ({customer}, {of}, {me}, '2200-01-01')",
    "group_member": "(group_id, customer_id) VALUES ({group}, {bare})",
    "customer_group": "(name, private_to) VALUES ('New', {private_to})",
    "history": "(change_id, table_name, row_id, op) VALUES ({change}, 'customer', 1, 'update')",
    "change": "(who) VALUES ('forged')",
    "picture": "(content) VALUES ('x')",
    "number_taken": "VALUES ('order', '', 1, 1, 'x')",
    "operator": "(code, name) VALUES ('NEW', 'New')",
    "operator_permission": "(operator_id, module, action, allowed)"
    " VALUES ({of}, 'operator', 'edit', true)",
    "deputy": "(absent_id, deputy_id, until) VALUES ({of}, {me}, '2200-01-01')",
    "permission": "(rights, module, action) VALUES ('salesperson', 'operator', 'edit')",
    "rights_role": "(code) VALUES ('new')",
    "setting": "(key, value) VALUES ('new', '1')",
    "number_rule": "(kind) VALUES ('new')",
    "seal": "SELECT * FROM seal",
    "installation": "(prefix) VALUES ('new')",
    "number_counter": "(kind, period) VALUES ('new', '')",
    "duplicate_answer": "(operator_id, customer_id, because) VALUES ({me}, 1, 'x')",
    "handover": "(by_id, reason, change_id) VALUES ({me}, 'x', 1)",
    "handover_item": "(handover_id, customer_id, from_id, to_id) VALUES (1, 1, {me}, {me})",
    "customer_merge": "(by_id, kept_id, dropped_id, reason, moved, fields, change_id)"
    " VALUES ({me}, 2, 1, 'x', '{{}}', '{{}}', 1)",
    "import_row": "(job, row, cells) VALUES (1, 1, '{{}}')",
    "presence": "(kind, row_id, operator_id) VALUES ('customer', 1, {me})",
    "reach": "(operator_id, owners, seen) VALUES ({me}, '{{1}}', '{{true}}')",
    "alembic_version": "VALUES ('9999')",
} | dict.fromkeys(CODED, "(code, name) VALUES ('NEW', 'New')")

UPDATE = {
    "customer": "remarks = 'changed'",
    "contact": "remarks = 'changed'",
    "sales_order": "remarks = 'changed'",
    "order_line": "quantity = 7",
    "quote": "remarks = 'changed'",
    "quote_line": "quantity = 7",
    "quote_revision": "revision = 7",
    "delivery": "remarks = 'changed'",
    "delivery_line": "quantity = 2",
    "receipt": "remarks = 'changed'",
    "receipt_allocation": "amount = 2",
    "print_log": "way = 'printer'",
    "change_request": "state = 'approved'",
    "picture": "content = 'y'",
    "number_taken": "row_id = 1",
    "share": "until = '2199-01-01'",
    "group_member": "group_id = {group}",
    "customer_group": "name = 'Changed'",
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
    "handover_item": "to_id = {me}",
    "customer_merge": "reason = 'changed'",
    "import_row": "cells = '{{}}'",
    "presence": "operator_id = {me}",
    "reach": "owners = '{{1,2,3}}', seen = '{{true,true,true}}'",
    "alembic_version": "version_num = '9999'",
} | dict.fromkeys(CODED, "name = 'Changed'")

# A child hung on the row.
ATTACH = {
    "customer": "INSERT INTO sales_order (customer_id, order_date, salesperson_id)"
    " VALUES ({bare}, '2026-01-01', {me})",
    "contact": "INSERT INTO sales_order (customer_id, contact_id, order_date, salesperson_id)"
    " VALUES ({customer}, {contact}, '2026-01-01', {me})",
    "sales_order": f"INSERT INTO order_line {INSERT['order_line']}",
    "quote": f"INSERT INTO quote_line {INSERT['quote_line']}",
    "delivery": f"INSERT INTO delivery_line {INSERT['delivery_line']}",
    "customer_group": "INSERT INTO group_member (group_id, customer_id)"
    " VALUES ({group}, {my_bare})",
    "receipt": f"INSERT INTO receipt_allocation {INSERT['receipt_allocation']}",
}
# The customer handed over, or the reader's own row moved to what the state means.
REPARENT = {
    "customer": "SELECT assign_customers(ARRAY[{bare}], {low}, 'Moved')",
    "contact": "UPDATE contact SET customer_id = {bare} WHERE id = {my_contact}",
    "sales_order": "UPDATE sales_order SET customer_id = {bare} WHERE id = {my_sales_order}",
    "order_line": "UPDATE order_line SET order_id = {sales_order} WHERE id = {my_order_line}",
    "quote": "UPDATE quote SET customer_id = {bare} WHERE id = {my_quote}",
    "quote_line": "UPDATE quote_line SET quote_id = {quote} WHERE id = {my_quote_line}",
    "delivery": "UPDATE delivery SET order_id = {sent} WHERE id = {my_delivery}",
    "delivery_line": "UPDATE delivery_line SET delivery_id = {delivery}"
    " WHERE id = {my_delivery_line}",
    "receipt": "UPDATE receipt SET customer_id = {bare} WHERE id = {my_receipt}",
    "receipt_allocation": "UPDATE receipt_allocation SET receipt_id = {receipt}"
    " WHERE id = {my_receipt_allocation}",
    "share": "UPDATE share SET customer_id = {bare} WHERE id = {my_share}",
    "operator": "UPDATE operator SET department_id = NULL WHERE id = {of}",
    "department": "UPDATE department SET parent_id = NULL WHERE code = {code}",
    "region": "UPDATE region SET parent_id = NULL WHERE code = {code}",
}
# The row moved to the reader.
TAKE = {
    "customer": "UPDATE customer SET owner_id = {me} WHERE id = {customer}",
    "contact": "UPDATE contact SET customer_id = {my_bare} WHERE id = {contact}",
    "sales_order": "UPDATE sales_order SET customer_id = {my_bare} WHERE id = {sales_order}",
    "order_line": "UPDATE order_line SET order_id = {my_sales_order} WHERE id = {order_line}",
    "quote": "UPDATE quote SET customer_id = {my_bare} WHERE id = {quote}",
    "quote_line": "UPDATE quote_line SET quote_id = {my_quote} WHERE id = {quote_line}",
    "delivery": "UPDATE delivery SET order_id = {my_sent} WHERE id = {delivery}",
    "delivery_line": "UPDATE delivery_line SET delivery_id = {my_delivery}"
    " WHERE id = {delivery_line}",
    "receipt": "UPDATE receipt SET customer_id = {my_bare} WHERE id = {receipt}",
    "receipt_allocation": "UPDATE receipt_allocation SET receipt_id = {my_receipt}"
    " WHERE id = {receipt_allocation}",
    "share": "UPDATE share SET customer_id = {my_bare} WHERE id = {share}",
}


def which(table: str) -> str:
    """The condition that a row is the one of the state."""
    return f"id = {{{table}}}" if table in SCOPED else WHICH.get(table, "true")


def statement(table: str, state: str, operation: str) -> str | None:
    """The SQL of one try, None where there is no such try."""
    match operation:
        case "insert" if table not in ("customer", *CODED) or state in ("own", "living"):
            return f"INSERT INTO {table} {INSERT[table]}"
        case "update":
            return f"UPDATE {table} SET {UPDATE[table]} WHERE {which(table)}"
        case "erase":
            return f"DELETE FROM {table} WHERE {which(table)}"
        case "attach":
            return ATTACH.get(table)
        case "re-parent":
            return REPARENT.get(table)
        case "take":
            return TAKE.get(table)
        case "delete" if table in DELETED:
            row = "bare" if table == "customer" else table
            return f"SELECT delete_records('{table}', ARRAY[{{{row}}}])"
        case "delete" if table in CODED:
            return f"SELECT delete_records('{table}', ARRAY[{{{table}}}])"
        case "restore" if table in (*DELETED, *PARTS, *CODED):
            return f"SELECT restore_records({{{table}_deletion}})"
    return None

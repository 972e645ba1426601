"""How the records are called that entries of the history tell of, deleted ones included."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from client.data.history.entries import ACCESS, Entry
from client.data.rowsource import show_bin
from client.i18n import _
from client.model import ENTITIES, fields

Names = dict[tuple[str, int], str]

# What a row is called, where that is not its `name`; read in this order.
_TITLES = {
    "sales_order": "number",
    "quote": "number",
    "delivery": "number",
    "receipt": "number",
    "order_line": "product_name",
    "quote_line": "product_name",
    "delivery_line": "(SELECT l.product_name FROM order_line l WHERE l.id = order_line_id)",
    "setting": "key",
    "number_rule": "kind",
    "group_member": "(SELECT g.name FROM customer_group g WHERE g.id = group_id)",
    "receipt_allocation": "(SELECT o.number FROM sales_order o WHERE o.id = order_id)",
}
_PRINTED = {"order": "sales_order", "statement": "customer"}  # kinds of paper
_OWN = ("name", "product_name", "number", "code", "key", "kind")  # of an erased row
# References that no kind of record declares.
OTHERS = {
    "operator_id": "operator",
    "owner_id": "operator",
    "absent_id": "operator",
    "deputy_id": "operator",
    "group_id": "customer_group",
}


def target_of(table: str, name: str) -> str:
    """The table that a column points at; empty for plain values."""
    entity = ENTITIES.get(table)
    field = fields(entity).get(name) if entity is not None else None
    if field is not None and field.target is not None:
        return str(field.target.__tablename__)  # type: ignore[attr-defined]
    return OTHERS.get(name, "")


def collect(session: Session, entries: Iterable[Entry]) -> Names:
    """The names of all rows that the entries are about or point at."""
    show_bin(session)
    asked: dict[str, set[int]] = {}
    found: Names = {}
    for entry in entries:
        asked.setdefault(_table(entry), set()).add(entry.row)
        if entry.customer is not None:
            asked.setdefault("customer", set()).add(entry.customer)
        if entry.table == "print_log" and entry.after:
            kind = str(entry.after.get("kind"))
            asked.setdefault(_PRINTED.get(kind, kind), set()).add(entry.after.get("row_id", 0))
        for values in (entry.before, entry.after):
            for name, value in values.items():
                target = target_of(entry.table, name)
                if target and value:
                    pointed = value if isinstance(value, list) else [value]
                    asked.setdefault(target, set()).update(pointed)
        own = own_name(entry)
        if own:
            found.setdefault((entry.table, entry.row), own)
    for table, ids in asked.items():
        if table in ENTITIES or table in _TITLES:
            found |= _read(session, table, ids)
    return found


def _table(entry: Entry) -> str:
    """The table whose row an entry is about."""
    return "operator" if entry.table == ACCESS else entry.table


def name_of(entry: Entry, names: Names) -> str:
    """What the record is called that an entry is about; empty where that is not known."""
    return names.get((_table(entry), entry.row), "")


def own_name(entry: Entry) -> str:
    """What the entry itself calls its row: all there is where the row is erased."""
    if entry.table == "receipt_allocation":
        return ""
    values: dict[str, Any] = entry.before if entry.op == "erase" else entry.after
    return next((str(values[name]) for name in _OWN if values.get(name)), "")


def _read(session: Session, table: str, ids: set[int]) -> Names:
    title = _TITLES.get(table, "name")
    query = text(f"SELECT id, {title} FROM {table} WHERE id = ANY(:ids)")
    draft = _("Draft {id}")
    rows = session.execute(query, {"ids": list(ids)})
    return {(table, id_): name or draft.format(id=id_) for id_, name in rows}

"""Generates the history trigger of each table, which compares its columns by name.

Comparing whole rows as JSON took several times as long as writing them.
"""

from collections.abc import Iterator, Mapping, Sequence

from server_schema.table import NO_HISTORY, Table
from server_schema.tables import TABLES

_COMPARED = "old_rows o FULL JOIN new_rows n ON n.id = o.id"
# Those that only follow their customers to another owner are told by its entry.
_OWN = "n.owner_id = o.owner_id OR n.customer_id <> o.customer_id"
_MOVED = (
    "CASE WHEN (n.deleted_at IS NULL) = (o.deleted_at IS NULL) THEN 'update'"
    " WHEN n.deleted_at IS NULL THEN 'restore' ELSE 'delete' END"
)


def words(columns: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    """The words of 31_record_update.sql; `columns` names each table's columns as they are."""
    for table in TABLES:
        if table.logged:
            yield _words(table, columns[table.name])


def _words(table: Table, columns: Sequence[str]) -> dict[str, str]:
    told = [name for name in columns if name not in (*NO_HISTORY, *table.silent)]
    rows = (", ".join(f'{row}."{name}"' for name in told) for row in ("n", "o"))
    differs = " IS DISTINCT FROM ".join(f"({row})" for row in rows)
    # Of what hangs on customers many a statement changes nothing that is told; others always do.
    hanging = table.customer == "customer_id"
    return {
        "table": table.name,
        "told": f"bool_or({_OWN}) AND bool_or({differs})" if hanging else "bool_or(true)",
        "looked_at": _COMPARED if hanging else "new_rows n",
        "compared": _COMPARED,
        "customer": f"n.{table.customer}" if table.customer else "NULL::integer",
        "op": _MOVED if "deleted_at" in columns else "'update'",
        "before": ", ".join(_changed(name, "o") for name in told),
        "after": ", ".join(_changed(name, "n") for name in told),
        "public": "WHERE n.private_to IS NULL" if "private_to" in columns else "",
    }


def _changed(name: str, row: str) -> str:
    value = f"coalesce(to_json({row}.\"{name}\")::text, 'null')"
    return f'CASE WHEN n."{name}" IS DISTINCT FROM o."{name}" THEN \'"{name}":\' || {value} END'

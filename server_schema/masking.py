"""Generates the trigger of each table that keeps numbers from who sees them masked only."""

from collections.abc import Iterator

from server_schema.table import Table
from server_schema.tables import TABLES

# Of what a record is found by, the phones stand last.
_KEPT = {
    "search_key": "NEW.{0} := CASE WHEN NEW.{0} = OLD.{0} THEN OLD.{0} ELSE"
    " split_part(NEW.{0}, E'\\x1f', 1) || E'\\x1f' || split_part(OLD.{0}, E'\\x1f', 2) END;"
}


def typed(table: Table) -> list[str]:
    """The masked columns that a form sends back."""
    return [name for name in table.masked if table.update and name not in table.never]


def words() -> Iterator[dict[str, str]]:
    """The words of 59_keep_masked.sql."""
    for table in TABLES:
        if numbers := typed(table):
            kept = (_KEPT.get(name, "NEW.{0} := OLD.{0};").format(name) for name in numbers)
            yield {"table": table.name, "kept": " ".join(kept)}

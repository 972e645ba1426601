"""Shows the rows of a table anew without moving it under whoever reads it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from client.ui.tables.rows import RowsModel
from client.ui.tables.table import Table


@contextmanager
def in_place(table: Table) -> Iterator[int]:
    """The table does not scroll by what is done within; gives the column of the cursor, which is
    to be put where its row is then.
    """
    bar = table.verticalScrollBar()
    value, column = bar.value(), max(table.currentIndex().column(), 0)
    yield column
    if value != bar.value():
        table.doItemsLayout()  # else it would not know yet how far it reaches
        bar.setValue(value)


def show_in_place(
    table: Table, model: RowsModel, rows: Iterable[Any], key: Callable[[Any], Any]
) -> bool:
    """Show these rows instead; the cursor stays on the row with the same `key`. Whether there is
    one.
    """
    row = table.currentIndex().row()
    kept = key(model.rows[row]) if 0 <= row < len(model.rows) else None
    with in_place(table) as column:
        model.show(rows)
        keys = [key(row) for row in model.rows]
        here = kept is not None and kept in keys
        if here:
            table.setCurrentIndex(model.index(keys.index(kept), column))
    return here

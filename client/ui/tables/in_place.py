"""Shows the rows of a table anew without moving it under whoever reads it."""

from collections.abc import Iterator
from contextlib import contextmanager

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

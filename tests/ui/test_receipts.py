"""The list of receipts against a real office."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data.money import receipts
from client.ui.screens.receipts import ReceiptsScreen
from client.ui.tables.delegate import CELL
from tests.conftest import OfficeDatabase
from tests.ui.order_office import context_of, furnish, receive
from tests.ui.records_office import Desk

D = Decimal


@pytest.fixture
def context(office_db: OfficeDatabase, tmp_path: Path) -> Iterator[Context]:
    made = context_of(office_db, "clerk", tmp_path)
    yield made
    made.jobs.wait()


def test_the_list_is_narrowed_to_what_one_looks_for(
    qtbot: QtBot, context: Context, office_db: OfficeDatabase
) -> None:
    customer, desk = furnish(office_db), Desk()
    doc = receive(context, customer, "10", {})
    other = receive(context, customer, "25", {})
    receipts.void(context.office, doc, "wrong")
    screen = ReceiptsScreen(context, desk)
    qtbot.addWidget(screen)
    screen.resize(1200, 600)
    screen.show()
    grid = screen.grid

    def shown(number: int) -> None:
        qtbot.waitUntil(lambda: grid.reader.complete and len(grid.model.ids) == number)

    shown(3)
    qtbot.waitUntil(lambda: grid._sums.get("amount") == "25.00")
    assert desk.counts["receipts"] == "3"
    screen._states.setCurrentIndex(screen._states.findData("red"))
    shown(1)
    row = grid.model.index(0, grid.table.column_layout.index_of("state"))
    qtbot.waitUntil(lambda: row.data(CELL) is not None)
    assert row.data(CELL)[0] == "Red entry"
    assert grid.model.index(0, grid.table.column_layout.index_of("amount")).data(CELL) == D("-10")
    screen._states.setCurrentIndex(0)
    screen._ahead.setCurrentIndex(1)
    shown(1)
    assert list(grid.model.ids) == [other["id"]]
    screen._ahead.setCurrentIndex(0)
    screen._days.setCurrentIndex(screen._days.findData("Last year"))
    shown(0)
    assert desk.counts["receipts"] == "3"

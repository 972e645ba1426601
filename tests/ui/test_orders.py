"""The list of orders, against a real office."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data.priced import edit as order_edit
from client.data.priced import store as order_store
from client.data.priced.kinds import ORDER
from client.ui.screens.orders import OrdersScreen
from tests.conftest import OfficeDatabase
from tests.ui.order_office import context_of, furnish
from tests.ui.records_office import Desk


@pytest.fixture
def context(office_db: OfficeDatabase, tmp_path: Path) -> Iterator[Context]:
    made = context_of(office_db, "clerk", tmp_path)
    customer = furnish(office_db)
    index = order_store.all_products(made.office)
    line = order_edit.with_text(order_edit.blank_line(), "code", "P-10032", index)
    line = order_edit.with_text(line, "quantity", "2", index)
    doc = order_store.begin(made.office, ORDER)
    doc |= {"customer_id": customer, "lines": [line]}
    order_store.save(made.office, ORDER, doc)
    order_store.save_and_issue(made.office, ORDER, doc, True)
    yield made
    made.jobs.wait()


@pytest.fixture
def screen(qtbot: QtBot, context: Context, desk: Desk) -> OrdersScreen:
    made = OrdersScreen(context, desk)
    qtbot.addWidget(made)
    made.resize(1200, 600)
    made.show()
    qtbot.waitUntil(lambda: len(made.grid.model.ids) == 2)
    return made


def test_orders_are_narrowed_to_a_state(qtbot: QtBot, screen: OrdersScreen, desk: Desk) -> None:
    qtbot.waitUntil(lambda: desk.counts == {"orders": "2"})
    screen._states.setCurrentIndex(screen._states.findData("draft"))
    qtbot.waitUntil(lambda: len(screen.grid.model.ids) == 1)
    screen._states.setCurrentIndex(screen._states.findData("cancelled"))
    qtbot.waitUntil(lambda: len(screen.grid.model.ids) == 0)
    assert desk.counts == {"orders": "2"}


def test_orders_are_narrowed_by_what_was_paid(
    qtbot: QtBot, screen: OrdersScreen, desk: Desk
) -> None:
    qtbot.waitUntil(lambda: desk.counts == {"orders": "2"})
    screen._payments.setCurrentIndex(screen._payments.findData("unpaid"))
    qtbot.waitUntil(lambda: len(screen.grid.model.ids) == 1)
    screen._states.setCurrentIndex(screen._states.findData("draft"))
    qtbot.waitUntil(lambda: len(screen.grid.model.ids) == 0)


def test_an_order_opens_and_is_copied(screen: OrdersScreen, desk: Desk) -> None:
    screen.grid.table.setCurrentIndex(screen.grid.model.index(0, 0))
    number = screen.grid.current_id()
    screen.edit_current()
    screen.duplicate()
    screen.new_record()
    assert desk.opened == [
        ("sales_order", number, {}),
        ("sales_order", None, {"copy_of": number}),
        ("sales_order", None, {}),
    ]

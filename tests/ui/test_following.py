"""What is shown follows what others do: many rows at once, while it is hidden, and what was missed
while the server was away.
"""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from client.context import Context
from client.model import Customer
from client.ui.following import Following
from client.ui.forms.form import RecordForm
from client.ui.screens.customer import CustomerForm
from client.ui.screens.roles import RolesScreen
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.records_office import Desk

At = Callable[..., Context]


def test_many_changes_at_once_reach_an_open_form(
    qtbot: QtBot, office_db: OfficeDatabase, at: At
) -> None:
    context, id = at("boss"), samples.customer(office_db, "ann")
    form = RecordForm(context, Customer, id, Desk())
    qtbot.addWidget(form)
    qtbot.waitUntil(lambda: form.data is not None)
    office_db.ask("ann", "UPDATE customer SET fax = '55' WHERE id = %s", id)
    context.bus.changed.emit("customer", "update", [])
    qtbot.waitUntil(lambda: form.fields.editors["fax"].text() == "55")


def test_a_role_others_made_appears(qtbot: QtBot, office_db: OfficeDatabase, at: At) -> None:
    context = at("admin")
    screen = RolesScreen(context, Desk())
    qtbot.addWidget(screen)
    screen.show()
    qtbot.waitUntil(lambda: screen.list.count() > 0)

    def titles() -> list[str]:
        return [screen.list.item(row).text() for row in range(screen.list.count())]

    for name, tell in (
        ("Packers", lambda: context.bus.changed.emit("rights_role", "insert", [9])),
        ("Drivers", context.bus.connection_back.emit),
    ):
        role = {"code": None, "name": name, "permissions": ["customer.view"]}
        samples.call(office_db, "admin", "save_role", role, None)
        tell()
        qtbot.waitUntil(lambda name=name: name in titles())


def test_figures_changed_while_they_were_hidden_are_read_when_they_are_seen(
    qtbot: QtBot, office_db: OfficeDatabase, at: At
) -> None:
    context, id = at("boss"), samples.customer(office_db, "ann")
    form = CustomerForm(context, Desk(), id)
    qtbot.addWidget(form)
    form.show()
    qtbot.waitUntil(lambda: form.data is not None and not context.jobs.busy())
    form.hide()
    samples.order(office_db, "ann", id)
    context.bus.changed.emit("sales_order", "insert", [1])
    qtbot.wait(300)
    form.show()
    qtbot.waitUntil(lambda: form.tabs.tabText(1).endswith(" 1"))


@pytest.fixture
def read(qtbot: QtBot, at: At) -> tuple[Context, QWidget, list[Any]]:
    """A widget that counts how often it is read again."""
    context, widget, read = at("boss"), QWidget(), []
    qtbot.addWidget(widget)
    widget.show()
    Following(context, widget, lambda table, ids: table == "region", lambda: read.append(1), 30)
    return context, widget, read


def test_changes_that_never_stop_are_read_at_times(
    qtbot: QtBot, read: tuple[Context, QWidget, list[Any]]
) -> None:
    context, _widget, times = read
    for _turn in range(20):
        context.bus.changed.emit("region", "update", [1])
        context.bus.changed.emit("position", "update", [1])
        qtbot.wait(10)
    assert 1 < len(times) < 20

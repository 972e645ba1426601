"""The pages of the office stay as they are, too: its settings, its numbers and its roles."""

import pytest
from pytestqt.qtbot import QtBot

from client.context import Context
from client.ui.forms.card import CardForm
from client.ui.screens.numbers import NumbersScreen
from client.ui.screens.office import OfficeScreen
from client.ui.screens.roles import RolesScreen
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.records_office import Desk
from tests.ui.still.forms import check_still, last, open_all, settle, storm, written
from tests.ui.still.records import odd_settings


@pytest.mark.parametrize("page", [OfficeScreen, NumbersScreen])
def test_the_pages_of_the_office(
    qtbot: QtBot, office: OfficeDatabase, context: Context, page: type[CardForm]
) -> None:
    odd_settings(office)
    form = page(context, Desk())
    open_all(qtbot, [form])
    before = last(office)
    for _turn in range(2):
        storm(qtbot, context, [form])
        form.save()
        settle(qtbot, context)
        check_still(context, [form], "saved")
    assert written(office, before) == []
    name = {OfficeScreen: "office_phone", NumbersScreen: "order.prefix"}[page]
    text = f"55{before}"
    form.fields.editors[name].setText(text)
    form.fields.editors[name].textEdited.emit(text)
    storm(qtbot, context, [form])
    form.save()
    qtbot.waitUntil(lambda: not form.dirty, timeout=20_000)
    ((table, _row, _was, now),) = written(office, before)
    assert (table, len(now)) == ({OfficeScreen: "setting", NumbersScreen: "number_rule"}[page], 1)
    assert text in str(now)


def test_roles(qtbot: QtBot, office: OfficeDatabase, context: Context) -> None:
    code = samples.call(
        office,
        "admin",
        "save_role",
        {"code": None, "name": f"R{last(office)}", "permissions": []},
        None,
    )["code"]
    query = "UPDATE rights_role SET name = ' a  b ' || id WHERE code = %s"
    office.ask(None, query, code)
    office.ask(None, "INSERT INTO permission VALUES (DEFAULT, %s, 'order', 'edit')", code)
    screen = RolesScreen(context, Desk())
    qtbot.addWidget(screen)
    screen.show()
    qtbot.waitUntil(lambda: screen.list.count() > 0)
    before = last(office)
    for row in range(screen.list.count()):
        screen.list.setCurrentRow(row)
        storm(qtbot, context, [screen])
        assert not screen.dirty
        screen.save()
        settle(qtbot, context)
        assert (screen.dirty, screen.journal._kept) == (False, False)
    assert written(office, before) == []

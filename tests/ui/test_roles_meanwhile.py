"""Two people, one role: boxes are joined, a name is not put over one that nobody has seen."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from client.context import Context
from client.ui.screens.roles import RolesScreen
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.records_office import Desk

Opened = tuple[RolesScreen, dict[str, Any]]


@pytest.fixture
def roles(qtbot: QtBot, office_db: OfficeDatabase, at: Callable[..., Context]) -> Opened:
    """A role of the office's own on the screen of an administrator."""
    role = {"code": None, "name": "Packers", "permissions": ["customer.view"]}
    made = samples.call(office_db, "admin", "save_role", role, None)
    screen = RolesScreen(at("admin"), Desk())
    qtbot.addWidget(screen)
    screen.show()
    qtbot.waitUntil(lambda: screen.list.count() > 0)
    screen.list.setCurrentRow(screen.list.count() - 1)
    assert screen.page.base["code"] == made["code"]
    return screen, made


def rename(screen: RolesScreen, text: str) -> None:
    screen.page.name.setText(text)
    screen.page.name.textEdited.emit(text)


def test_a_role_that_both_named(qtbot: QtBot, office_db: OfficeDatabase, roles: Opened) -> None:
    screen, role = roles
    rename(screen, f"mine {role['code']}")
    theirs = role | {"name": f"theirs {role['code']}", "permissions": ["quote.view"]}
    samples.call(office_db, "admin", "save_role", theirs, role["version"])
    screen.save()
    qtbot.waitUntil(lambda: theirs["name"] in screen.page.message.text())
    assert (screen.page.name.text(), screen.dirty) == (f"mine {role['code']}", True)
    screen.save()
    qtbot.waitUntil(lambda: not screen.dirty)
    query = "SELECT role_document(%s)"
    ((stored,),) = office_db.ask("admin", query, role["code"])
    assert stored["name"] == f"mine {role['code']}"
    assert stored["permissions"] == ["quote.view"]


def test_what_is_typed_while_a_role_is_stored_stays(qtbot: QtBot, roles: Opened) -> None:
    screen, role = roles
    screen.page.boxes.turn("quote.view")
    screen.save()
    rename(screen, "typed later")
    qtbot.waitUntil(lambda: "quote.view" in screen.page.base["permissions"])
    assert (screen.page.name.text(), screen.dirty) == ("typed later", True)
    assert screen.page.values()["name"] == "typed later" != role["name"]


def test_who_else_turns_boxes_of_a_role_is_said_of_that_role_alone(
    qtbot: QtBot, office_db: OfficeDatabase, roles: Opened, at: Callable[..., Context]
) -> None:
    screen, role = roles
    with closing(office_db.psql("ann")) as session, session.cursor() as cursor:
        cursor.execute("SELECT here_i_am('rights_role', %s)", (role["id"],))
        screen._context.bus.changed.emit("presence.rights_role", "update", [role["id"]])
        said = screen.page.presence
        qtbot.waitUntil(lambda: said.text().startswith("Ann has been changing this since"))
        screen.list.setCurrentRow(0)
        assert said.text() == ""
        screen.list.setCurrentRow(screen.list.count() - 1)
        qtbot.waitUntil(lambda: said.text().startswith("Ann"))
        screen.page.boxes.turn("quote.view")
        seen = "SELECT name FROM who_is_here('rights_role', %s)"
        qtbot.waitUntil(lambda: office_db.ask("ann", seen, role["id"]) != [])

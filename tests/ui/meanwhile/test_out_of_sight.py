"""Whoever no longer sees a record is told so in its open form, and lists follow what is lent."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from client.data.listener import Listener
from client.i18n import _
from client.model import ENTITIES, Customer
from client.ui.grids.grid import Grid
from tests.server import samples
from tests.ui.meanwhile.desktop import (
    ASSIGN,
    HANDED_OVER,
    KINDS,
    Desktop,
    check_kept,
    remarks,
    said,
    told,
)

LEND = "SELECT share_customer(%s, %s, '2200-01-01')"
STAND_IN = "SELECT set_deputy(%s, %s, '2200-01-01')"
MOVE = "UPDATE operator SET department_id = %s WHERE id = %s"


def lend(desktop: Desktop, how: str, given: bool) -> None:
    """Let the manager see the customer in this way, which is Eve's, or no longer."""
    office = desktop.office
    eve, manager = office.id_of("eve"), office.id_of("manager")
    if how == "share":
        query = LEND if given else "SELECT end_share(%s, %s)"
        office.ask("boss", query, desktop.customer, manager)
    elif how == "deputy":
        query = STAND_IN if given else "SELECT end_deputy(%s, %s)"
        office.ask("boss", query, eve, manager)
    elif how == "department":
        like = manager if given else office.id_of("serge")
        query = "SELECT department_id FROM operator WHERE id = %s"
        office.ask(None, MOVE, samples.value(office, None, query, like), eve)
    else:
        office.ask("boss", ASSIGN, desktop.customer, office.id_of("ann") if given else eve)


@pytest.fixture
def listening(desktop: Desktop) -> Iterator[Desktop]:
    """The manager's window hears of what others change."""
    bus = desktop.context.bus
    told = bus.changed.emit, bus.connection_lost.emit, bus.connection_back.emit
    listener, heard = Listener(desktop.context.office, *told), []
    bus.changed.connect(lambda *notice: heard.append(notice))
    listener.start()

    def listens() -> bool:
        desktop.office.ask("ann", "NOTIFY kehu, 'region:update:1'")
        return bool(heard)

    desktop.qtbot.waitUntil(listens)
    yield desktop
    listener.stop()
    listener.join()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", ["share", "deputy", "department", "handed over"])
def test_out_of_sight_is_told_at_once(listening: Desktop, kind: str, how: str) -> None:
    doc = listening.make(kind)
    listening.office.ask("boss", ASSIGN, listening.customer, listening.office.id_of("eve"))
    lend(listening, how, True)
    form = listening.open(kind, doc["id"])
    lend(listening, how, False)
    listening.qtbot.waitUntil(lambda: HANDED_OVER["en"] in told(form))
    assert told(form).startswith(_(ENTITIES[kind].LABEL))
    editor = remarks(form)
    listening.qtbot.keyClicks(editor, "!")
    assert HANDED_OVER["en"] in told(form)
    listening.qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    check_kept(listening, form)
    form.save()
    listening.qtbot.waitUntil(lambda: HANDED_OVER["en"] in said(form))
    lend(listening, how, True)
    listening.qtbot.waitUntil(lambda: HANDED_OVER["en"] not in told(form))
    check_kept(listening, form)
    lend(listening, how, False)  # the office is the next test's as well


@pytest.mark.parametrize("how", ["share", "deputy", "handed over"])
def test_lists_follow_what_is_lent(listening: Desktop, how: str) -> None:
    listening.office.ask("boss", ASSIGN, listening.customer, listening.office.id_of("eve"))
    grid = Grid(listening.context, Customer, key="lent")
    listening.qtbot.addWidget(grid)
    grid.show()
    listening.qtbot.waitUntil(lambda: grid.reader.complete)
    listed = lambda: listening.customer in grid.model.ids  # noqa: E731
    for given in (True, False):
        assert listed() is not given
        lend(listening, how, given)
        listening.qtbot.waitUntil(lambda wanted=given: listed() is wanted)


def test_what_is_lent_to_others_is_not_read(listening: Desktop) -> None:
    form = listening.open("customer", listening.customer)
    heard: list[str] = []
    listening.context.bus.changed.connect(lambda table, *_rest: heard.append(table))
    listening.office.ask("boss", LEND, listening.customer, listening.office.id_of("serge"))
    listening.qtbot.waitUntil(lambda: "reach" in heard)
    assert not form.following.stale

"""What is shown follows what others do: many rows at once, while it is hidden, and what was missed
while the server was away.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from client.context import Context
from client.model import Customer
from client.ui import following
from client.ui.following import AsOf, Following
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
    form.show()
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
def watched(qtbot: QtBot, at: At) -> Iterator["Watched"]:
    """A widget that is read again when regions change, and what is seen of it."""
    made = Watched(at("boss"))
    qtbot.addWidget(made)
    made.show()
    yield made
    qtbot.waitUntil(lambda: not made.context.jobs.busy())


class Watched(QWidget):
    """Counts how often it was read, which takes `seconds`."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context, self.read, self.seconds = context, 0, 0.0
        self.following = Following(context, self, _is_region, self.refresh)
        self.late = AsOf(self.following)
        self.late.setParent(self)

    def refresh(self) -> None:
        self.following.run(partial(time.sleep, self.seconds), self._read)

    def _read(self, _nothing: None) -> None:
        self.read += 1

    def others_save(self, times: int = 1) -> None:
        for _turn in range(times):
            self.context.bus.changed.emit("region", "update", [1])
            self.context.bus.changed.emit("position", "update", [1])
            QTest.qWait(10)


def _is_region(table: str, _ids: list[int]) -> bool:
    return table == "region"


def test_changes_that_never_stop_are_read_at_times(watched: "Watched") -> None:
    watched.others_save(60)
    assert 1 <= watched.read < 20


def test_what_takes_long_to_read_is_read_seldom_and_says_so(
    qtbot: QtBot, watched: "Watched", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "REST", 50)
    watched.seconds = 0.2
    watched.refresh()
    qtbot.waitUntil(lambda: watched.read == 1)
    assert watched.late.isHidden()
    watched.others_save(60)
    assert watched.read == 1
    assert "as of" in watched.late.text()
    assert watched.late.isVisible()
    watched.refresh()  # F5 reads at once
    assert watched.late.isHidden()
    qtbot.waitUntil(lambda: watched.read == 2)


def test_a_reading_that_has_not_ended_is_not_begun_again(
    qtbot: QtBot, watched: "Watched", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "REST", 5)
    watched.seconds = 0.6
    watched.refresh()
    watched.others_save(50)
    qtbot.waitUntil(lambda: watched.read == 1)
    qtbot.waitUntil(lambda: watched.read == 2)  # what changed meanwhile is not forgotten


def test_a_reading_that_failed_tells_nothing_of_what_reading_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(following, "REST", 50)
    pace = following.Pace()
    pace.measured(partial(time.sleep, 0.1))()
    with pytest.raises(ZeroDivisionError):
        pace.measured(lambda: 1 / 0)()
    assert pace.rest() > 4


def test_nothing_is_read_that_nobody_sees(qtbot: QtBot, watched: "Watched") -> None:
    tabs = QTabWidget()
    qtbot.addWidget(tabs)
    other = QWidget()
    tabs.addTab(watched, "watched")
    tabs.addTab(other, "other")
    tabs.show()
    for leave, come_back in (
        (partial(tabs.setCurrentIndex, 1), partial(tabs.setCurrentIndex, 0)),
        (tabs.showMinimized, tabs.showNormal),
    ):
        before = watched.read
        leave()
        watched.others_save(30)
        assert watched.read == before
        assert watched.following.stale
        come_back()
        qtbot.waitUntil(lambda before=before: watched.read == before + 1)
    watched.setParent(None)  # type: ignore[call-overload]

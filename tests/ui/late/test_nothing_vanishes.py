"""What is typed, chosen and said in a screen or a dialog stands, whatever others change, and when
the server was away.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data import drafts, records, recycle
from client.model import Customer, Region
from client.ui.bin.purge import PurgeDialog
from client.ui.bin.restore import RestoreDialog
from client.ui.grouping.dialog import GroupDialog
from client.ui.handover.dialog import HandoverDialog
from client.ui.history.day import DayDialog
from client.ui.merging.dialog import MergeDialog
from client.ui.requests.reason import ReasonDialog
from client.ui.rights.access_grants import GrantDialog, deputies_of, of_customers
from client.ui.rights.explain_record import ExplainPanel
from client.ui.rights.login_dialog import LoginDialog
from client.ui.rights.own_password import OwnPasswordDialog
from client.ui.screens.bin import BinScreen
from client.ui.screens.customers import CustomersScreen
from client.ui.screens.history import HistoryScreen
from client.ui.screens.imports import ImportDialog
from client.ui.screens.operators import OperatorsScreen
from client.ui.screens.reference import ReferenceScreen
from client.ui.screens.roles import RolesScreen
from client.ui.shell.lock import LockDialog
from tests.conftest import OfficeDatabase
from tests.ui.late.weather import looks, storm
from tests.ui.records_office import Desk, make_context, make_customers
from tests.ui.still.forms import settle


@pytest.fixture(scope="module")
def office(shared_office: OfficeDatabase) -> OfficeDatabase:
    """Sixty customers, two of them in the bin, and some regions."""
    admin = shared_office.login("admin")
    names = [f"Customer {n:02}" for n in range(60)]
    shared_office.ids = make_customers(admin, *names)  # type: ignore[attr-defined]
    for number in shared_office.ids[:2]:  # type: ignore[attr-defined]
        with admin.session() as session:
            records.delete(session, Customer, [number])
    with admin.session() as session:
        for code in ("R1", "R2", "R3"):
            records.save(session, Region, {"code": code, "name": f"Region {code}"})
    return shared_office


@pytest.fixture
def context(
    office: OfficeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Context]:
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    monkeypatch.setattr(drafts, "_keyring_key", lambda: None)
    made = make_context(office.login("admin"), tmp_path)
    yield made
    made.jobs.wait()
    made.office.close()  # the office is shared by all tests here, and so are its connections


Opened = tuple[Any, Callable[[], Any]]
Open = Callable[[Context, Any], Opened]


def put(edit: Any, text: str) -> None:
    edit.setText(text)
    if hasattr(edit, "textEdited"):
        edit.textEdited.emit(text)
    edit.setFocus()
    edit.setCursorPosition(1)


def share(context: Context, office: Any) -> Opened:
    dialog = GrantDialog(context, of_customers(office.ids[5:6], "One"), None)  # type: ignore[arg-type]

    def use() -> None:
        dialog.colleague.setCurrentIndex(2)
        put(dialog.until, "2001-01-01")
        dialog.give()

    return dialog, use


def deputy(context: Context, office: Any) -> Opened:
    me = deputies_of(office.id_of("ann"), "Ann")
    dialog = GrantDialog(context, me, None)  # type: ignore[arg-type]
    return dialog, dialog.give


def hand_over(context: Context, office: Any) -> Opened:
    dialog = HandoverDialog(context, owner=context.office.me["id"])

    def use() -> None:
        dialog.groups.choose(None, office.id_of("bob"))
        dialog.give(office.ids[7:8], office.id_of("ann"))
        dialog.hand_over()

    return dialog, use


def merge(context: Context, office: Any) -> Opened:
    dialog = MergeDialog(context, tuple(office.ids[8:10]), None)

    def use() -> None:
        dialog.choice.choose("number", 1)
        dialog.choice.choose("name", 0)
        dialog.say("Refused.", "red")
        put(dialog.reason, "twice")

    return dialog, use


def reset_password(context: Context, office: Any) -> Opened:
    person = {"id": office.id_of("ann"), "name": "Ann", "login": "ann"}
    dialog = LoginDialog(context, person, None)  # type: ignore[arg-type]

    def use() -> None:
        for edit in (dialog.password, dialog.again):
            put(edit, "short")
        dialog.save()

    return dialog, use


def own_password(context: Context, _office: Any) -> Opened:
    dialog = OwnPasswordDialog(context, None)  # type: ignore[arg-type]

    def use() -> None:
        put(dialog.new, "one")
        dialog.save()

    return dialog, use


def group(context: Context, office: Any) -> Opened:
    dialog = GroupDialog(context, office.ids[5:6], "One", None)  # type: ignore[arg-type]

    def use() -> None:
        put(dialog.typed, "New name")
        dialog.message.setText("Refused.")

    return dialog, use


def reason(context: Context, _office: Any) -> Opened:
    dialog = ReasonDialog(context.office, ["name"], None)
    return dialog, dialog.go_on


def purge(context: Context, _office: Any) -> Opened:
    with context.office.session() as session:
        found = recycle.deletions(session, limit=1)[0]
    dialog = PurgeDialog(context, found)
    return dialog, dialog.purge


def restore(context: Context, _office: Any) -> Opened:
    with context.office.session() as session:
        found = recycle.deletions(session, limit=1)[0]
    dialog = RestoreDialog(context, found.id)
    return dialog, lambda: dialog._failed(ValueError("refused"))


def day(context: Context, office: Any) -> Opened:
    dialog = DayDialog(context, office.ids[5], datetime.now(UTC))

    def use() -> None:
        put(dialog.day, "2026-01-01 99:99")
        dialog._typed()

    return dialog, use


def explain(context: Context, _office: Any) -> Opened:
    panel = ExplainPanel(context)

    def use() -> None:
        put(panel.number, "C-99999")
        panel.look()

    return panel, use


def take_in(context: Context, _office: Any) -> Opened:
    dialog = ImportDialog(context)
    return dialog, lambda: dialog.outcome.show_sentence("Refused.")


def lock(context: Context, _office: Any) -> Opened:
    dialog = LockDialog(context, "Away.", None)  # type: ignore[arg-type]

    def use() -> None:
        put(dialog.password, "wrong")
        dialog.unlock()

    return dialog, use


def roles(context: Context, _office: Any) -> Opened:
    screen = RolesScreen(context, Desk())

    def use() -> None:
        screen.list.setCurrentRow(2)
        screen.page.boxes.setCurrentIndex(screen.page.boxes.rules.index(3, 2))
        put(screen.page.name, "Another")
        screen.page.say("Refused.", "red")

    return screen, use


def customers(context: Context, _office: Any) -> Opened:
    screen = CustomersScreen(context, Desk())

    def use() -> None:
        table = screen.grid.table
        table.head.set_filter("name", "customer")
        table.head.set_filter("created_at", "soon")
        screen.grid.apply_filters()

    return screen, use


def region(context: Context, _office: Any) -> Opened:
    screen = ReferenceScreen(context, Desk(), Region)

    def use() -> None:
        screen.grid.table.selectRow(1)

    return screen, use


def operators(context: Context, _office: Any) -> Opened:
    screen = OperatorsScreen(context, Desk())
    return screen, lambda: screen.grid.table.selectRow(2)


def bin_(context: Context, _office: Any) -> Opened:
    screen = BinScreen(context, Desk())

    def use() -> None:
        put(screen.words, "customer")
        screen.table.selectRow(1)

    return screen, use


def history(context: Context, _office: Any) -> Opened:
    screen = HistoryScreen(context, Desk())

    def use() -> None:
        put(screen.changes.filters.words, "customer")
        screen.changes.say("Refused.", "red")

    return screen, use


DIALOGS: list[Open] = [
    *(share, deputy, hand_over, merge, reset_password, own_password, group, reason, purge),
    *(restore, day, explain, take_in, lock),
]
SCREENS: list[Open] = [roles, customers, region, operators, bin_, history]


@pytest.mark.parametrize("opened", DIALOGS + SCREENS, ids=lambda each: each.__name__)
def test_all_stands(qtbot: QtBot, office: Any, context: Context, opened: Open) -> None:
    widget, use = opened(context, office)
    qtbot.addWidget(widget)
    widget.resize(1000, 500)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)
    settle(qtbot, context)
    use()
    settle(qtbot, context)
    before = looks(widget)
    storm(qtbot, context, *office.ids)
    after = looks(widget)
    assert {key: value for key, value in after.items() if before.get(key) != value} == {}
    assert before.keys() <= after.keys()

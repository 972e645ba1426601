"""Answers that come late, or in another order than they were asked for, do no harm: an older one
shows nothing over a newer one, and none acts on what somebody else chose meanwhile.
"""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data import groups
from client.model import Customer
from client.ui.following import Following
from client.ui.grids.grid import Grid
from client.ui.grids.patch import QUIET_MS, SPREAD_MS
from client.ui.grouping.dialog import GroupDialog
from client.ui.handover.dialog import HandoverDialog
from client.ui.jobs import Latest
from client.ui.kit import Question
from client.ui.screens.customers import CustomersScreen
from client.ui.screens.receivables import ReceivablesScreen
from client.ui.screens.roles import RolesScreen
from client.ui.shell.office_news import OfficeNews
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.answers import answer_next
from tests.ui.late.held import HeldJobs
from tests.ui.records_office import Desk, change, make_customers

Late = Callable[..., Context]
Key = Qt.Key


def held(qtbot: QtBot, context: Context, answers: int) -> HeldJobs:
    """The jobs of a context, once all are done and at least so many answers are held."""
    jobs = context.jobs
    assert isinstance(jobs, HeldJobs)
    qtbot.waitUntil(lambda: jobs.is_done() and jobs.count() >= answers, timeout=20_000)
    return jobs


def shown(qtbot: QtBot, context: Context, widget: Any) -> Any:
    """A widget on the screen, once all it asked for is answered."""
    qtbot.addWidget(widget)
    widget.resize(1000, 600)
    widget.show()
    qtbot.waitUntil(lambda: not context.jobs.busy(), timeout=20_000)
    return widget


@pytest.mark.parametrize("how", ["latest", "following"])
def test_only_what_was_asked_for_last_is_answered(qtbot: QtBot, late: Late, how: str) -> None:
    context, answers, owner = late("ann"), [], QWidget()
    qtbot.addWidget(owner)
    asked: Any = Latest(context.jobs, owner)
    if how == "following":
        asked = Following(context, owner, None, lambda: None)
    context.jobs.holding = True  # type: ignore[attr-defined]
    for number in range(3):
        asked.run(lambda number=number: number, answers.append)
    held(qtbot, context, 3).let_go(newest_first=True)
    assert answers == [2]


def test_a_record_is_deleted_that_was_named_in_the_question(qtbot: QtBot, late: Late) -> None:
    context = late("boss")
    first, second = make_customers(context.office, "First", "Second")
    screen = shown(qtbot, context, CustomersScreen(context, Desk()))
    context.jobs.holding = True  # type: ignore[attr-defined]
    screen.deleting.ask(first)
    screen.deleting.ask(second)
    held(qtbot, context, 2).let_go()
    (box,) = screen.findChildren(Question)
    assert "Second" in box.text()
    with qtbot.waitSignal(screen.deleting.deleted) as gone:
        qtbot.keyClick(box, Key.Key_Return)
    assert gone.args == [second]


def test_the_customers_that_are_handed_over_are_those_of_whom_one_sees(
    qtbot: QtBot, office_db: OfficeDatabase, late: Late
) -> None:
    context = late("admin")
    for user in ("ann", "bob"):
        make_customers(office_db.login(user), f"Of {user}")
    dialog = shown(qtbot, context, HandoverDialog(context))
    context.jobs.holding = True  # type: ignore[attr-defined]
    for user in ("ann", "bob"):
        dialog.choose_owner(office_db.id_of(user))
    held(qtbot, context, 2).let_go(newest_first=True)
    assert dialog.owner == office_db.id_of("bob")
    assert [row.name for row in dialog.rows] == ["Of bob"]


def test_no_other_is_chosen_while_customers_are_handed_over(
    qtbot: QtBot, office_db: OfficeDatabase, late: Late
) -> None:
    """Else the login that ends with it would be that of another."""
    context = late("admin")
    for user in ("ann", "bob"):
        make_customers(office_db.login(user), f"Of {user}")
    dialog = shown(qtbot, context, HandoverDialog(context, owner=office_db.id_of("ann")))
    dialog.groups.choose(None, office_db.id_of("eve"))
    dialog.foot.reason.setText("leaves")
    dialog.foot._disable.setChecked(True)
    context.jobs.holding = True  # type: ignore[attr-defined]
    dialog.hand_over()
    assert not dialog.head.isEnabled()
    held(qtbot, context, 1).let_go()
    qtbot.waitUntil(lambda: not context.jobs.busy())
    assert dialog.head.isEnabled()
    active = office_db.ask(None, "SELECT login FROM operator WHERE NOT active AND login <> ''")
    assert active == [("ann",)]


def test_a_new_record_stays_in_a_list_that_was_being_read(
    qtbot: QtBot, office_db: OfficeDatabase, late: Late
) -> None:
    context = late("boss")
    make_customers(context.office, "Old")
    grid = shown(qtbot, context, Grid(context, Customer))
    context.jobs.holding = True  # type: ignore[attr-defined]
    grid.refresh()
    context.jobs.wait()
    (new,) = make_customers(office_db.login("ann"), "New")
    context.bus.changed.emit("customer", "insert", [new])
    qtbot.wait(QUIET_MS + SPREAD_MS + 100)
    context.jobs.wait()
    context.jobs.let_go(newest_first=True)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: new in grid.model.ids)
    qtbot.waitUntil(lambda: not context.jobs.busy())
    assert new in grid.model.ids


def test_rows_that_were_read_before_a_change_do_not_come_over_it(
    qtbot: QtBot, office_db: OfficeDatabase, late: Late
) -> None:
    context = late("boss")
    (number,) = make_customers(context.office, "Before")
    grid = shown(qtbot, context, Grid(context, Customer))
    context.jobs.holding = True  # type: ignore[attr-defined]
    grid.reader.read_again()
    held(qtbot, context, 1)
    change(office_db.login("boss"), number, name="After")
    grid.reader.read_again()
    held(qtbot, context, 2).let_go(newest_first=True)
    qtbot.waitUntil(lambda: not context.jobs.busy())
    place = grid.table.column_layout.index_of("name")
    assert grid.model.index(0, place).data() == "After"


def test_titles_that_come_late_move_nothing(qtbot: QtBot, late: Late) -> None:
    context = late("boss")
    make_customers(context.office, *(f"Name {n}" for n in range(60)))
    grid = Grid(context, Customer)
    grid.table.head.set_filter("owner_id", "boss")
    qtbot.addWidget(grid)
    grid.resize(900, 300)
    grid.show()
    qtbot.waitUntil(lambda: grid.reader.complete)
    grid.table.selectRow(40)
    chosen = grid.current_id()
    top = grid.table.verticalScrollBar().value()
    assert top > 0
    qtbot.waitUntil(lambda: bool(grid.titles.of(grid.known["owner_id"])))
    grid.titles.known.emit()
    qtbot.waitUntil(lambda: not context.jobs.busy())
    assert (grid.current_id(), grid.table.verticalScrollBar().value()) == (chosen, top)


@pytest.fixture
def roles(qtbot: QtBot, office_db: OfficeDatabase, late: Late) -> RolesScreen:
    role = {"code": None, "name": "Packers", "permissions": ["customer.view"]}
    samples.call(office_db, "admin", "save_role", role, None)
    context = late("admin")
    screen = shown(qtbot, context, RolesScreen(context, Desk()))
    screen.list.setCurrentRow(screen.list.count() - 1)
    assert screen.page.name.text() == "Packers"
    return screen


def test_a_role_that_is_being_stored_is_left_when_it_is(
    qtbot: QtBot, office_db: OfficeDatabase, roles: RolesScreen
) -> None:
    before = office_db.ask(None, "SELECT role_document(code) FROM rights_role ORDER BY code")
    jobs, packers = roles._context.jobs, roles.page.base["code"]
    roles.page.boxes.turn("quote.view")
    jobs.holding = True  # type: ignore[attr-defined]
    roles.save()
    roles.list.setCurrentRow(0)
    roles.new_record()
    roles.back()
    assert roles.page.base["code"] == roles.list.currentItem().data(Qt.ItemDataRole.UserRole)
    assert roles.page.base["code"] == packers
    held(qtbot, roles._context, 1).let_go()
    qtbot.waitUntil(lambda: not roles.dirty and not jobs.busy())
    assert roles.page.values()["permissions"] == ["customer.view", "quote.view"]
    after = office_db.ask(None, "SELECT role_document(code) FROM rights_role ORDER BY code")
    assert [one for one in after if one not in before] == [
        one for one in after if one[0]["code"] == packers
    ]


def test_lines_that_are_read_again_during_the_question_do_no_harm(
    qtbot: QtBot, roles: RolesScreen
) -> None:
    roles.page.boxes.turn("quote.view")
    context = roles._context

    def read_again() -> None:
        """The roles are read again before the clerk answers."""
        roles.refresh()
        qtbot.waitUntil(lambda: not context.jobs.busy())
        answer_next("Discard")

    QTimer.singleShot(0, read_again)
    roles.list.setCurrentRow(0)
    assert roles.page.base["code"] == roles.list.currentItem().data(Qt.ItemDataRole.UserRole)
    assert roles.list.currentRow() == 0


def test_a_group_that_is_typed_while_another_is_made_stays(qtbot: QtBot, late: Late) -> None:
    context = late("ann")
    (number,) = make_customers(context.office, "One")
    dialog = shown(qtbot, context, GroupDialog(context, [number], "One", None))  # type: ignore[arg-type]
    context.jobs.holding = True  # type: ignore[attr-defined]
    dialog.typed.setText("First")
    dialog.make()
    dialog.typed.setText("Second")
    held(qtbot, context, 1).let_go()
    qtbot.waitUntil(lambda: not context.jobs.busy())
    assert dialog.typed.text() == "Second"
    dialog.make()
    qtbot.waitUntil(lambda: not context.jobs.busy())
    assert dialog.typed.text() == ""
    with context.office.session() as session:
        assert {group.name for group in groups.listed(session, [])} == {"First", "Second"}


def test_the_orders_behind_a_figure_are_those_of_the_last_one_opened(
    qtbot: QtBot, office_db: OfficeDatabase, late: Late
) -> None:
    context = late("boss")
    numbers = make_customers(office_db.login("ann"), "First", "Second")
    for number in numbers:
        samples.order(office_db, "ann", number)
    screen = shown(qtbot, context, ReceivablesScreen(context, Desk()))  # type: ignore[arg-type]
    context.jobs.holding = True  # type: ignore[attr-defined]
    for number, name in zip(numbers, ("First", "Second"), strict=True):
        screen.open_orders(number, name, "")
    held(qtbot, context, 2).let_go(newest_first=True)
    assert screen.behind.title.text().startswith("Second")
    assert [order.customer for order in screen.behind.model.rows] == ["Second"]


def test_the_office_is_read_once_more_after_a_reading_that_may_be_older(
    qtbot: QtBot, office_db: OfficeDatabase, late: Late
) -> None:
    context = late("boss")
    parent = QWidget()
    qtbot.addWidget(parent)
    news = OfficeNews(context, parent)
    context.jobs.holding = True  # type: ignore[attr-defined]
    news.read()
    jobs = held(qtbot, context, 1)
    office_db.ask("admin", "UPDATE setting SET value = '\"New\"' WHERE key = 'office_name'")
    news.read()
    jobs.wait()
    assert jobs.count() <= 1
    jobs.let_go()
    qtbot.waitUntil(lambda: context.office.settings.get("office_name") == "New")

"""What one is about to act on does not change under one's hands when others change something."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data import groups, handover, records, requests
from client.model import Customer, Region
from client.ui.handover.listing import HandoversDialog
from client.ui.history.changes import ChangeList
from client.ui.kit.combo import Combo, offer
from client.ui.printing.view import PageView
from client.ui.screens.customers import CustomersScreen
from client.ui.screens.receivables import ReceivablesScreen
from client.ui.screens.reference import ReferenceScreen
from client.ui.screens.requests import RequestsScreen
from client.ui.screens.roles import RolesScreen
from client.ui.screens.statement import StatementScreen
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.records_office import Desk, change, make_customers

At = Callable[..., Context]


def shown(qtbot: QtBot, context: Context, widget: Any) -> Any:
    qtbot.addWidget(widget)
    widget.resize(1000, 500)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)
    rest(qtbot, context)
    return widget


def rest(qtbot: QtBot, context: Context) -> None:
    qtbot.waitUntil(lambda: not context.jobs.busy(), timeout=20_000)


def test_the_change_that_is_put_back_is_the_one_under_the_cursor(
    qtbot: QtBot, office_db: OfficeDatabase, at: At
) -> None:
    context, colleague = at("boss"), office_db.login("clerk")
    (number,) = make_customers(context.office, "One", phone="1")
    change(context.office, number, phone="2")
    change(context.office, number, fax="3")
    changes = shown(qtbot, context, ChangeList(context, ("customer", number)))
    changes.table.setCurrentIndex(changes.model.index(1, 0))
    line = changes.line()
    change(colleague, number, fax="4")
    context.bus.changed.emit("customer", "update", [number])
    qtbot.waitUntil(lambda: len(changes.lines) == 4)
    assert changes.line() == line
    assert "from 1 to 2" in line.sentence
    changes.putting.put_field()
    qtbot.waitUntil(lambda: len(changes.lines) == 5)
    assert "from 2 to 1" in changes.lines[0].sentence
    assert changes.line() == changes.lines[0]


def test_whoever_reads_further_down_is_told_of_changes_when_back_at_the_first(
    qtbot: QtBot, at: At
) -> None:
    context = at("boss")
    (number,) = make_customers(context.office, "One")
    for turn in range(30):
        change(context.office, number, fax=str(turn))
    changes = shown(qtbot, context, ChangeList(context, ("customer", number)))
    bar = changes.table.verticalScrollBar()
    before = len(changes.lines)
    bar.setValue(10)
    change(context.office, number, fax="later")
    context.bus.changed.emit("customer", "update", [number])
    qtbot.waitUntil(lambda: changes._behind)
    rest(qtbot, context)
    assert (len(changes.lines), bar.value()) == (before, 10)
    bar.setValue(0)
    qtbot.waitUntil(lambda: len(changes.lines) == before + 1)


def ask(office: OfficeDatabase, number: int, name: str) -> None:
    with office.login("ann").session() as session:
        stored = records.load(session, Customer, number)
        requests.save(session, stored | {"name": name}, stored, "Renamed")


@pytest.fixture
def asked(office_db: OfficeDatabase) -> list[int]:
    """Two customers whose new names wait for approval."""
    setting = "INSERT INTO setting (key, value) VALUES ('key_fields_need_approval', 'true')"
    office_db.ask("admin", setting)
    numbers = make_customers(office_db.login("ann"), "First", "Second")
    for number in numbers:
        ask(office_db, number, f"New {number}")
    return numbers


def test_no_other_request_is_decided_than_the_one_that_was_read(
    qtbot: QtBot, office_db: OfficeDatabase, at: At, asked: list[int]
) -> None:
    context = at("boss")
    screen = shown(qtbot, context, RequestsScreen(context, Desk()))
    read = screen.panel.request
    assert (read.customer_id, len(screen.model.rows)) == (asked[1], 2)
    screen.panel.answer.setText("Why?")
    with office_db.login("admin").session() as session:
        requests.decide(session, read, False, "")
    context.bus.changed.emit("change_request", "update", [read.id])
    qtbot.waitUntil(lambda: len(screen.model.rows) == 1)
    assert screen.panel.request.id == read.id
    assert "not open any more" in screen.panel.message.text()
    screen.panel.approve()
    rest(qtbot, context)
    stored = office_db.ask(None, "SELECT name FROM customer ORDER BY id")
    assert stored == [("First",), ("Second",)]
    screen.table.selectRow(0)
    assert screen.panel.request.customer_id == asked[0]
    assert (screen.panel.answer.text(), screen.panel.message.text()) == ("", "")
    screen.panel.approve()
    qtbot.waitUntil(lambda: screen.stack.currentWidget() is screen.empty)


def test_a_refusal_about_a_role_stands_until_something_is_turned(
    qtbot: QtBot, office_db: OfficeDatabase, at: At
) -> None:
    role = {"code": None, "name": "Packers", "permissions": ["customer.view"]}
    made = samples.call(office_db, "admin", "save_role", role, None)
    context = at("admin")
    screen = shown(qtbot, context, RolesScreen(context, Desk()))
    screen.list.setCurrentRow(screen.list.count() - 1)
    screen.page.say("Somebody has this role.", "red")
    boxes = screen.page.boxes
    boxes.setCurrentIndex(boxes.rules.index(3, 2))
    theirs = made | {"permissions": ["customer.view", "quote.view"]}
    samples.call(office_db, "admin", "save_role", theirs, made["version"])
    context.bus.changed.emit("rights_role", "update", [made["id"]])
    qtbot.waitUntil(lambda: "quote.view" in screen.page.base["permissions"])
    assert screen.page.message.text() == "Somebody has this role."
    assert (boxes.currentIndex().row(), boxes.currentIndex().column()) == (3, 2)
    boxes.turn("quote.view")
    assert screen.page.message.text() == ""


def test_a_form_stays_when_its_row_leaves_the_list(qtbot: QtBot, at: At) -> None:
    context = at("admin")
    with context.office.session() as session:
        made = [
            records.save(session, Region, {"code": code, "name": f"North {code}"})["id"]
            for code in ("N1", "N2", "N3")
        ]
    screen = shown(qtbot, context, ReferenceScreen(context, Desk(), Region))
    screen.grid.table.head.set_filter("name", "north")
    screen.grid.apply_filters()
    qtbot.waitUntil(lambda: len(screen.grid.model.ids) == 3)
    rest(qtbot, context)
    place = list(screen.grid.model.ids).index(made[1])
    screen.grid.table.selectRow(place)
    rest(qtbot, context)
    form, editor = screen.form, screen.form.fields.editors["name"]
    editor.setFocus()
    editor.setText("South")
    editor.textEdited.emit("South")
    with qtbot.waitSignal(form.saved):
        screen.save()
    context.bus.changed.emit("region", "update", [made[1]])
    qtbot.waitUntil(lambda: len(screen.grid.model.ids) == 2)
    assert screen.form is form
    assert editor.hasFocus()
    assert form.record_id == made[1]
    row = screen.grid.table.currentIndex().row()
    here = screen.grid.table.visualRect(screen.grid.model.index(row, 0)).center()
    qtbot.mouseClick(screen.grid.table.viewport(), Qt.MouseButton.LeftButton, pos=here)
    assert screen.form.record_id == screen.grid.current_id() != made[1]


def test_a_list_of_a_group_stays_where_it_is(
    qtbot: QtBot, office_db: OfficeDatabase, at: At
) -> None:
    context = at("boss")
    numbers = make_customers(context.office, *(f"Name {n}" for n in range(60)))
    with context.office.session() as session:
        fair = groups.make(session, "Fair", own=False)
        groups.change(session, numbers, [fair])
    screen = shown(qtbot, context, CustomersScreen(context, Desk()))
    screen.groups.setCurrentIndex(screen.groups.findData(fair))
    rest(qtbot, context)
    table = screen.grid.table
    table.selectRow(40)
    chosen, top = screen.grid.current_id(), table.verticalScrollBar().value()
    assert top > 0
    with office_db.login("clerk").session() as session:
        groups.change(session, numbers[:1], (), [fair])
    read = []
    screen.groups.stirred.connect(lambda: read.append(True))
    context.bus.changed.emit("group_member", "delete", [])
    qtbot.waitUntil(lambda: bool(read))
    qtbot.waitUntil(lambda: len(screen.grid.model.ids) == 59)
    rest(qtbot, context)
    assert (screen.grid.current_id(), table.verticalScrollBar().value()) == (chosen, top)


def test_the_figure_under_the_cursor_stays_so(
    qtbot: QtBot, office_db: OfficeDatabase, at: At
) -> None:
    context = at("boss")
    (number,) = make_customers(office_db.login("ann"), "One")
    samples.order(office_db, "ann", number)
    screen = shown(qtbot, context, ReceivablesScreen(context, Desk()))
    qtbot.waitUntil(lambda: len(screen.model.rows) == 1)
    screen.table.setCurrentIndex(screen.model.index(0, 5))
    told = []
    screen.model.modelReset.connect(lambda: told.append(True))
    samples.order(office_db, "ann", number)
    context.bus.changed.emit("sales_order", "insert", [])
    qtbot.waitUntil(lambda: bool(told))
    assert screen.table.currentIndex().column() == 5


def test_a_statement_stays_where_one_reads_it(
    qtbot: QtBot, office_db: OfficeDatabase, at: At
) -> None:
    context = at("boss")
    (number,) = make_customers(office_db.login("ann"), "One")
    for _turn in range(40):
        samples.order(office_db, "ann", number)
    screen = StatementScreen(context, Desk(), number)  # type: ignore[arg-type]
    shown(qtbot, context, screen)
    bar = screen.table.verticalScrollBar()
    qtbot.waitUntil(lambda: len(screen.model.rows) == 41 and bar.maximum() > 3)
    screen.table.setCurrentIndex(screen.model.index(4, 2))
    bar.setValue(3)
    told = []
    screen.model.modelReset.connect(lambda: told.append(True))
    samples.order(office_db, "ann", number)
    context.bus.changed.emit("sales_order", "insert", [])
    qtbot.waitUntil(lambda: bool(told))
    here = screen.table.currentIndex()
    assert (here.row(), here.column(), bar.value()) == (4, 2, 3)


def test_pages_that_are_made_anew_stay_where_they_are(qtbot: QtBot, at: At) -> None:
    view = PageView(at("boss").jobs)
    qtbot.addWidget(view)
    view.resize(600, 300)
    view.show()
    pages = [(595.0, 842.0)] * 2
    view.show_pdf(b"", pages)
    view.verticalScrollBar().setValue(250)
    view.show_pdf(b"", pages)
    assert view.verticalScrollBar().value() == 250


def test_the_hand_over_that_is_undone_is_the_chosen_one(
    qtbot: QtBot, office_db: OfficeDatabase, at: At
) -> None:
    context = at("admin")
    numbers = make_customers(office_db.login("ann"), "One", "Two")
    ann, bob = office_db.id_of("ann"), office_db.id_of("bob")
    for number in numbers:
        move = {"customer_id": number, "from_id": ann, "to_id": bob}
        asked = {"from_id": ann, "moves": [move]}
        with context.office.session() as session:
            handover.hand_over(session, asked, "moves")
    dialog = shown(qtbot, context, HandoversDialog(context))
    dialog.table.selectRow(1)
    chosen = dialog.current()
    dialog.undo()
    qtbot.waitUntil(lambda: "undone" in str(dialog.rows.rows()[1][-1]))
    assert dialog.current()["id"] == chosen["id"]
    assert not dialog.undo_button.isEnabled()


@pytest.mark.parametrize("kind", [Combo, QComboBox])
def test_the_line_under_the_cursor_of_an_open_list_stays(qtbot: QtBot, kind: type) -> None:
    choice = kind()
    qtbot.addWidget(choice)
    offer(choice, [(n, f"Choice {n}") for n in range(5)])
    choice.show()
    choice.showPopup()
    qtbot.waitUntil(choice.view().isVisible)
    choice.view().setCurrentIndex(choice.model().index(3, 0))
    offer(choice, [(n, f"Choice {n}") for n in range(-1, 5)])
    assert choice.view().currentIndex().data() == "Choice 3"
    assert choice.currentData() == 0
    qtbot.keyClick(choice.view(), Qt.Key.Key_Return)
    assert choice.currentData() == 3

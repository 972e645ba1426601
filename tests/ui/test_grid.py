"""Lists on a real office: first rows, filters, order, others' changes, layout and Excel."""

from threading import current_thread

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from sqlalchemy import event

from client.data import records
from client.data.errors import KnownError
from client.data.rowsource import FIRST
from client.model import Customer
from client.settings import Settings
from client.ui.grids import patch as grid_patch
from client.ui.grids import reader as grid_reader
from client.ui.grids.grid import Grid
from client.ui.tables.table import CELL
from tests.ui.records_office import change, make_context, make_customers


@pytest.fixture(scope="module")
def clerk(shared_office):
    office = shared_office.login("clerk")
    names = [f"Customer {n:03}" for n in range(FIRST + 60)]
    make_customers(office, *names)
    return office


@pytest.fixture
def context(clerk, tmp_path):
    made = make_context(clerk, tmp_path)
    yield made
    made.jobs.wait()


@pytest.fixture
def open_grid(qtbot, context):
    def make(**more):
        grid = Grid(context, Customer, **more)
        qtbot.addWidget(grid)
        grid.resize(900, 500)
        grid.show()
        qtbot.waitUntil(lambda: grid.reader.complete and not context.jobs.busy())
        return grid

    return make


def cell(grid, row, key, role=Qt.ItemDataRole.DisplayRole):
    return grid.model.index(row, grid.table.column_layout.index_of(key)).data(role)


def settled(qtbot, context, grid):
    qtbot.wait(20)
    qtbot.waitUntil(lambda: grid.reader.complete and not context.jobs.busy(), timeout=8000)


def type_filter(qtbot, context, grid, key, text):
    grid.table.head.set_filter(key, text)
    grid.apply_filters()
    settled(qtbot, context, grid)


def test_all_rows_are_there_and_fetched_as_seen(qtbot, context, open_grid):
    grid = open_grid()
    assert len(grid.model.ids) == FIRST + 60
    assert cell(grid, 0, "name") == f"Customer {FIRST + 59}"
    last = FIRST + 59
    assert cell(grid, last, "name") is None
    grid.table.scrollToBottom()
    qtbot.waitUntil(lambda: cell(grid, last, "name") == "Customer 000")
    assert cell(grid, last, "status", CELL) == ("Potential", "ring", "accent")


def test_filters_narrow_and_say_so(qtbot, context, open_grid):
    grid = open_grid()
    type_filter(qtbot, context, grid, "name", "customer 01")
    assert len(grid.model.ids) == 10
    assert "10" in grid.foot._shown.text()
    assert str(FIRST + 60) in grid.foot._shown.text()
    grid.clear_filters()
    settled(qtbot, context, grid)
    assert len(grid.model.ids) == FIRST + 60


def test_from_a_filter_to_the_first_row_and_into_it(qtbot, context, open_grid):
    grid = open_grid()
    grid.window().activateWindow()
    qtbot.waitUntil(grid.window().isActiveWindow)
    opened = []
    grid.opened.connect(opened.append)
    grid.focus_filter()
    edit = QApplication.focusWidget()
    assert edit.key == "name"
    qtbot.keyClicks(edit, "customer 02")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    settled(qtbot, context, grid)
    assert grid.current_id() == grid.model.ids[0]
    assert cell(grid, 0, "name").startswith("Customer 02")
    qtbot.keyClick(grid.table, Qt.Key.Key_Return)
    assert opened == [grid.model.ids[0]]


def test_a_filter_that_cannot_be_read_says_why(qtbot, context, open_grid):
    grid = open_grid()
    type_filter(qtbot, context, grid, "created_at", "soon")
    assert "soon" in grid.overlay.complaint()
    assert len(grid.model.ids) == FIRST + 60
    type_filter(qtbot, context, grid, "created_at", "")
    assert grid.overlay.complaint() == ""


def test_nothing_found_offers_to_clear(qtbot, context, open_grid):
    grid = open_grid()
    type_filter(qtbot, context, grid, "name", "nobody is called so")
    assert grid.overlay._empty.isVisible()
    grid.clear_filters()
    settled(qtbot, context, grid)
    assert not grid.overlay._empty.isVisible()


def test_sort_by_several_columns(qtbot, context, open_grid):
    grid = open_grid()
    grid.table.head.sort_by("status")
    grid.table.head.sort_by("name", add=True)
    settled(qtbot, context, grid)
    assert cell(grid, 0, "name") == "Customer 000"
    assert grid.reader.source.order == ("status", "name")


def test_a_colleagues_change_appears_and_nothing_moves(qtbot, context, clerk, open_grid):
    grid = open_grid()
    grid.table.scrollTo(grid.model.index(50, 0))
    grid.table.selectRow(48)
    chosen, place = grid.current_id(), grid.table.verticalScrollBar().value()
    changed = grid.model.id_at(47)
    change(clerk, changed, phone="020 999")
    context.bus.changed.emit("customer", "update", [changed])
    qtbot.waitUntil(lambda: cell(grid, 47, "phone") == "020 999")
    assert grid.model.is_marked(47)
    assert grid.current_id() == chosen
    assert grid.table.verticalScrollBar().value() == place


def test_new_and_deleted_records_come_and_go(qtbot, context, shared_office, clerk, open_grid):
    grid = open_grid()
    (number,) = make_customers(clerk, "Brand new")
    context.bus.changed.emit("customer", "insert", [number])
    qtbot.waitUntil(lambda: cell(grid, 0, "name") == "Brand new")
    grid.table.selectRow(5)
    chosen = grid.current_id()
    with shared_office.login("boss").session() as session:
        records.delete(session, Customer, [number])
    context.bus.changed.emit("customer", "update", [number])
    qtbot.waitUntil(lambda: len(grid.model.ids) == FIRST + 60)
    assert grid.current_id() == chosen


@pytest.fixture
def asked(context):
    """The statements that this client sends."""
    found = []

    def note(_connection, _cursor, statement, *_more):
        found.append(statement)

    event.listen(context.office._engine, "before_cursor_execute", note)
    yield found
    event.remove(context.office._engine, "before_cursor_execute", note)


def told(qtbot, context, kind, number):
    """A notice has been answered, and all that follows from it."""
    context.bus.changed.emit("customer", kind, [number])
    qtbot.wait(700)
    qtbot.waitUntil(lambda: not context.jobs.busy())


def test_a_change_costs_one_query_where_the_list_stays_as_it_is(
    qtbot, context, clerk, open_grid, asked
):
    grid = open_grid()
    shown, other = grid.model.id_at(3), grid.model.id_at(4)
    name = grid.model.kept(shown)[3]
    type_filter(qtbot, context, grid, "name", name)
    asked.clear()
    change(clerk, shown, remarks="Not in the list")
    change(clerk, other, remarks="Filtered out")
    asked.clear()
    for number in (shown, other):
        told(qtbot, context, "update", number)
        assert len(asked) == 1
        asked.clear()
    change(clerk, shown, name="Renamed away")
    asked.clear()
    told(qtbot, context, "update", shown)
    assert len(grid.model.ids) == 0
    qtbot.waitUntil(lambda: len(asked) > 1)  # the sums are read again
    settled(qtbot, context, grid)
    assert len(asked) <= 3
    change(clerk, shown, name=name)


def test_many_records_that_join_a_long_list_stand_in_it_once(
    qtbot, context, shared_office, clerk, open_grid, monkeypatch
):
    monkeypatch.setattr(grid_patch, "LONG", 10)
    grid = open_grid()
    before = len(grid.model.ids)
    unseen = list(grid.model.ids[-7:])
    made = make_customers(clerk, *(f"Joined {n}" for n in range(7)))
    context.bus.changed.emit("customer", "insert", [*unseen, *made])
    qtbot.waitUntil(lambda: len(grid.model.ids) == before + 7)
    assert len(set(grid.model.ids)) == before + 7
    with shared_office.login("boss").session() as session:
        records.delete(session, Customer, made)
    context.bus.changed.emit("customer", "update", made)
    qtbot.waitUntil(lambda: len(grid.model.ids) == before)


def test_a_record_that_left_the_list_comes_back(qtbot, context, clerk, open_grid):
    grid = open_grid()
    type_filter(qtbot, context, grid, "name", "customer 05")
    number = grid.model.id_at(4)
    name = grid.model.kept(number)[3]
    for text, rows in (("Renamed", 9), (name, 10)):
        change(clerk, number, name=text)
        context.bus.changed.emit("customer", "update", [])  # many: the list is read again
        qtbot.waitUntil(lambda rows=rows: len(grid.model.ids) == rows)
    change(clerk, number, name="Renamed")
    context.bus.changed.emit("customer", "update", [])
    qtbot.waitUntil(lambda: len(grid.model.ids) == 9)
    change(clerk, number, name=name)
    context.bus.changed.emit("customer", "update", [number])
    qtbot.waitUntil(lambda: len(grid.model.ids) == 10)


def test_a_record_that_no_longer_meets_the_filter_leaves(qtbot, context, clerk, open_grid):
    grid = open_grid()
    type_filter(qtbot, context, grid, "name", "customer 02")
    number = grid.model.id_at(0)
    change(clerk, number, name="Renamed")
    context.bus.changed.emit("customer", "update", [number])
    qtbot.waitUntil(lambda: len(grid.model.ids) == 9)
    change(clerk, number, name="Customer 029")


def test_refresh_keeps_cursor_and_place(qtbot, context, open_grid):
    grid = open_grid()
    grid.table.verticalScrollBar().setValue(100)
    grid.table.setCurrentIndex(grid.model.index(105, 0))
    chosen = grid.current_id()
    grid.refresh()
    settled(qtbot, context, grid)
    assert grid.current_id() == chosen
    assert grid.table.verticalScrollBar().value() == 100


def test_enter_opens_the_record(qtbot, open_grid):
    grid = open_grid()
    grid.table.setFocus()
    grid.table.selectRow(3)
    with qtbot.waitSignal(grid.opened) as told:
        qtbot.keyClick(grid.table, Qt.Key.Key_Return)
    assert told.args == [grid.model.id_at(3)]


def test_layout_is_kept_and_the_filter_for_who_typed_it(
    qtbot, context, open_grid, tmp_path, shared_office
):
    grid = open_grid(key="kept")
    grid.table.head.set_filter("name", "customer 1")
    grid.table.head.sort_by("name")
    grid.table.column_layout.columns[grid.table.column_layout.index_of("fax")].hidden = False
    grid.table.column_layout.changed.emit()
    qtbot.waitUntil(lambda: context.settings.get("grid/kept", {}) != {})
    qtbot.wait(700)
    again = make_context(context.office, tmp_path)
    assert isinstance(again.settings, Settings)
    other = Grid(again, Customer, key="kept")
    qtbot.addWidget(other)
    assert other.table.filters() == {"name": "customer 1"}
    assert other.table.head.order == [("name", True)]
    assert "fax" in other.reader.source.names
    colleague = make_context(shared_office.login("boss"), tmp_path)
    theirs = Grid(colleague, Customer, key="kept")
    qtbot.addWidget(theirs)
    assert theirs.table.filters() == {}
    assert theirs.table.head.order == [("name", True)]


def test_hidden_lists_wait_until_they_are_seen(qtbot, context, clerk, open_grid):
    grid = open_grid()
    grid.hide()
    number = grid.model.id_at(2)
    change(clerk, number, phone="777 hidden")
    context.bus.changed.emit("customer", "update", [number])
    qtbot.wait(300)
    assert grid.reader.listed.stale
    grid.show()
    qtbot.waitUntil(lambda: cell(grid, 2, "phone") == "777 hidden")


def test_export_holds_every_row_of_the_filter(qtbot, context, open_grid, tmp_path):
    grid = open_grid()
    type_filter(qtbot, context, grid, "name", "customer 2")
    path = tmp_path / "customers.xlsx"
    with qtbot.waitSignal(grid.status_changed, timeout=20_000):
        grid.exporter.start(path)
    sheet = load_workbook(path).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "Customer number"
    names = {row[1] for row in rows[1:]}
    assert {f"Customer {n}" for n in range(200, FIRST + 60)} <= names


def test_trouble_is_told_no_longer_than_it_lasts(qtbot, context, open_grid):
    grid = open_grid()
    told = []
    grid.status_changed.connect(told.append)
    grid.reader.failed.emit(KnownError("The server is away."))
    assert told == ["The server is away."]
    grid.refresh()
    qtbot.waitUntil(lambda: told[-1] == grid.table.summary(), timeout=8000)
    assert "away" not in told[-1]


def test_a_row_that_is_gone_says_so(qtbot, open_grid):
    grid = open_grid()
    grid.model.put([grid.model.id_at(1)], [None])
    assert cell(grid, 1, "number") == "no longer here"


def test_nothing_is_asked_from_the_windows_thread(monkeypatch, qtbot, context, open_grid):
    grid = open_grid()
    threads = set()
    asked = grid_reader.read_rows

    def spy(*arguments):
        threads.add(current_thread().name)
        return asked(*arguments)

    monkeypatch.setattr(grid_reader, "read_rows", spy)
    grid.table.scrollToBottom()
    qtbot.waitUntil(lambda: bool(threads))
    assert "MainThread" not in threads


def test_click_on_the_head_sorts(qtbot, context, open_grid):
    grid = open_grid()
    head = grid.table.head
    at = head.sectionViewportPosition(grid.table.column_layout.index_of("name")) + 20
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at, 10))
    settled(qtbot, context, grid)
    assert grid.reader.source.order == ("name",)


def test_sales_and_last_order_come_after_the_first_rows(qtbot, context, open_grid, shared_office):
    wanted = "SELECT id FROM customer WHERE name = 'Customer 007'"
    number = shared_office.ask(None, wanted)[0][0]
    shared_office.ask(
        None,
        "INSERT INTO sales_order (customer_id, owner_id, salesperson_id, order_date, status,"
        " number, total) SELECT id, owner_id, owner_id, office_today(), 'submitted', 'SO-1', 1234.5"
        " FROM customer WHERE id = %s",
        number,
    )
    grid = open_grid()
    grid.table.head.set_order([("sales_this_year", False)])
    grid.apply_filters()
    settled(qtbot, context, grid)
    assert grid.model.ids[0] == number
    qtbot.waitUntil(lambda: cell(grid, 0, "sales_this_year") == "1,234.50")
    assert "1,234.50" in grid.totals.accessibleName()
    type_filter(qtbot, context, grid, "sales_this_year", ">= 1000")
    assert list(grid.model.ids) == [number]


def test_an_owner_is_found_by_initials(qtbot, context, open_grid, shared_office):
    shared_office.ask(None, "UPDATE operator SET name = '林静' WHERE login = 'clerk'")
    grid = open_grid()
    type_filter(qtbot, context, grid, "owner_id", "lj")
    assert len(grid.model.ids) >= FIRST
    type_filter(qtbot, context, grid, "owner_id", "zz")
    assert len(grid.model.ids) == 0


def test_what_matters_stays_in_a_narrow_list(qtbot, open_grid):
    grid = open_grid()
    grid.resize(860, 400)
    shown = [grid.table.column(place).key for place in grid.table.column_layout.shown()]
    assert set(Customer.KEPT) <= set(shown)
    assert "last_order_on" not in shown

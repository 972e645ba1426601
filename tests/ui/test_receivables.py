"""The screens about what is owed, against a real office: figures, what is behind them, exports."""

from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from client.context import Context
from client.data.money.receivables import AMOUNTS
from client.settings import Settings
from client.ui.bus import Bus
from client.ui.jobs import Jobs
from client.ui.screens.continuity import ContinuityScreen
from client.ui.screens.receivables import ReceivablesScreen
from client.ui.screens.statement import StatementScreen
from tests.data.money import Till

ONE = timedelta(days=1)


class Desk:
    """Notes what screens ask of the window."""

    def __init__(self):
        self.opened = []

    def open_record(self, kind, id, **start):
        self.opened.append((kind, id, *start.items()))

    def open_screen(self, key):
        self.opened.append((key,))


@pytest.fixture(scope="module")
def office(shared_office):
    """Alpha and Gamma of Ann, Beta of Bob; Alpha has paid a part, and typed twice."""
    till = Till(shared_office)
    today = till.ask("SELECT office_today()")
    shared_office.today, shared_office.till = today, till
    shared_office.alpha = alpha = till.customer("Alpha", "ann")
    beta, gamma = till.customer("Beta", "bob"), till.customer("Gamma", "ann")
    first = till.order(alpha, today - 60 * ONE, 1000, today - 45 * ONE)
    till.order(alpha, today - 9 * ONE, 200, today - 5 * ONE)
    till.order(beta, today - 9 * ONE, 40, today - 5 * ONE)
    till.order(gamma, today, 7)
    till.cancel(till.order(gamma, today, 8), "not wanted")
    till.receive(alpha, today - 2 * ONE, 250, {first["id"]: 250})
    till.void(till.receive(alpha, today - ONE, 250, {first["id"]: 250}), "typed twice")
    return shared_office


@pytest.fixture
def make(office, qtbot, tmp_path):
    made = []

    def build(screen, user="boss", **start):
        context = Context(office.login(user), Jobs(), Bus(), Settings(tmp_path / "settings.json"))
        shown = screen(context, Desk(), **start)
        qtbot.addWidget(shown)
        shown.resize(1300, 700)
        shown.show()
        made.append(shown)
        settle(qtbot, shown)
        return shown

    yield build
    for screen in made:
        screen.context.jobs.wait()


def settle(qtbot, screen):
    qtbot.waitUntil(lambda: not screen.context.jobs.busy(), timeout=30_000)


def cells(table, row):
    shown = table.column_layout.shown()
    return [table.model().index(row, column).data() for column in shown]


def put(screen, row, key):
    column = screen.table.column_layout.index_of(key)
    screen.table.setCurrentIndex(screen.model.index(row, column))
    screen.table.setFocus()


def sheet(path):
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path).active.rows]


def test_grid_strip_and_sums_say_the_same(make):
    screen = make(ReceivablesScreen)
    assert [row.name for row in screen.model.rows] == ["Alpha", "Beta", "Gamma"]
    alpha = cells(screen.table, 0)
    assert alpha[2:] == ["Ann", "0.00", "200.00", "750.00", "0.00", "0.00", "950.00", "0.00"]
    for key in AMOUNTS:
        total = sum((getattr(row, key) for row in screen.model.rows), Decimal(0))
        assert screen.strip.cells[key]._value == total
        assert screen.totals._values.get(key, "0.00") == f"{total:,.2f}"


def test_enter_on_a_figure_opens_the_orders_behind_it(qtbot, make):
    screen = make(ReceivablesScreen)
    put(screen, 0, "d60")
    QTest.keyClick(screen.table, Qt.Key.Key_Return)
    settle(qtbot, screen)
    assert screen.behind.isVisible()
    assert screen.behind.title.text() == "Alpha · 31-60 days overdue"
    (order,) = screen.behind.model.rows
    assert (order.days, order.received, order.outstanding) == (45, 250, 750)
    screen.behind.table.setFocus()
    QTest.keyClick(screen.behind.table, Qt.Key.Key_Return)
    assert screen.navigator.opened == [("sales_order", order.id)]
    screen.back()
    assert not screen.behind.isVisible()


def test_a_sum_opens_the_orders_of_all_customers(qtbot, make):
    screen = make(ReceivablesScreen)
    column = screen.table.column_layout.index_of("d30")
    x = screen.table.head.sectionViewportPosition(column) + 20
    QTest.mouseDClick(screen.totals, Qt.MouseButton.LeftButton, pos=screen.totals.rect().center()
                      .__class__(x, 10))  # fmt: skip
    settle(qtbot, screen)
    assert [order.customer for order in screen.behind.model.rows] == ["Alpha", "Beta"]
    assert screen.behind.totals._values == {"outstanding": "240.00"}
    screen.strip.cells["current"].click()
    settle(qtbot, screen)
    assert [order.customer for order in screen.behind.model.rows] == ["Gamma"]
    assert screen.behind.model.index(0, 4).data() == ""


def test_an_earlier_day_and_a_salesperson(qtbot, office, make):
    screen = make(ReceivablesScreen, "ann")
    assert [row.name for row in screen.model.rows] == ["Alpha", "Gamma"]
    screen.filters.day.setText(str(office.today - 20 * ONE))
    screen.filters.day.editingFinished.emit()
    settle(qtbot, screen)
    assert [(row.name, row.outstanding) for row in screen.model.rows] == [("Alpha", 1000)]
    screen.filters.day.setText("some day")
    with qtbot.waitSignal(screen.status_changed):
        screen.filters.day.editingFinished.emit()


def test_the_workbook_is_the_list_as_it_stands(qtbot, make, tmp_path):
    screen = make(ReceivablesScreen)
    screen.table.head.sort_by("name")
    screen.table.head.sort_by("name")
    screen.save_workbook(str(tmp_path / "r.xlsx"))
    settle(qtbot, screen)
    heads, *rows, sums = sheet(tmp_path / "r.xlsx")
    assert heads[1] == "Customer name"
    assert [row[1] for row in rows] == ["Gamma", "Beta", "Alpha"]
    assert rows[2][3:] == [0, 200, 750, 0, 0, 950, 0]
    assert sums[-2] == sum(row[-2] for row in rows) == 997


def test_others_saves_are_read_again(qtbot, office, make):
    screen = make(ReceivablesScreen)
    order = office.till.order(office.alpha, office.today, 5)
    screen.context.bus.changed.emit("sales_order", "INSERT", [order["id"]])
    qtbot.waitUntil(lambda: screen.model.rows[0].outstanding == 955)
    settle(qtbot, screen)
    office.till.cancel(order)


def test_the_statement_of_the_current_customer(qtbot, office, make, tmp_path):
    first = make(ReceivablesScreen)
    put(first, 0, "name")
    first.open_statement()
    assert first.navigator.opened == [("statement", office.alpha)]
    days = (office.today - 30 * ONE, office.today)
    screen = make(StatementScreen, customer_id=office.alpha, period=days)
    kinds = [screen.model.index(row, 1).data() for row in range(screen.model.rowCount())]
    assert kinds == ["Opening balance", "Sale", "Payment received", "Payment received", "Red entry"]
    assert [row["balance"] for row in screen.model.rows] == [1000, 1200, 950, 700, 950]
    assert screen.totals._values == {"charge": "200.00", "credit": "250.00", "balance": "950.00"}
    screen.table.opened.emit(4)
    assert screen.navigator.opened[-1] == ("receipt", screen.model.rows[4]["row_id"])
    screen.save_workbook(str(tmp_path / "s.xlsx"))
    settle(qtbot, screen)
    rows = sheet(tmp_path / "s.xlsx")
    assert rows[1][1:] == ["Opening balance", None, None, None, None, 1000]
    assert [row[5] for row in rows[2:6]] == [None, 250, 250, -250]


def test_a_statement_is_printed_as_it_is_asked_for(office, make):
    days = (office.today - 30 * ONE, office.today)
    screen = make(StatementScreen, customer_id=office.alpha, period=days)
    screen.print_current()
    asked = (("date_from", days[0]), ("date_to", days[1]), ("currency", "CNY"))
    assert screen.navigator.opened == [("paper:statement", office.alpha, *asked)]


def test_a_statement_asks_for_its_customer_first(qtbot, office, make):
    screen = make(StatementScreen, "ann")
    assert screen.stack.currentWidget() is screen.empty
    screen.customer.setFocus()
    QTest.keyClicks(screen.customer, "Alp")
    qtbot.waitUntil(lambda: bool(screen.customer.known_choices()), timeout=10_000)
    screen.customer.take(screen.customer.known_choices()[0])
    settle(qtbot, screen)
    assert screen.record_id == office.alpha
    assert screen.stack.currentWidget() is screen.body


def test_numbers_say_their_verdict(qtbot, make, tmp_path):
    screen = make(ContinuityScreen)
    assert screen.series.complete
    assert screen.verdict.accessibleName() == screen.series.verdict
    screen.only.setCurrentIndex(1)
    screen._show_rows()
    reasons = {row.reason for row in screen.model.rows}
    assert "not wanted" in reasons
    screen.kind.setCurrentIndex(screen.kind.findData("receipt"))
    screen.kind.activated.emit(screen.kind.currentIndex())
    settle(qtbot, screen)
    assert [cells(screen.table, row)[2] for row in range(screen.model.rowCount())] == ["Voided"]
    screen.table.opened.emit(0)
    assert screen.navigator.opened == [("receipt", screen.model.rows[0].row_id)]
    screen.save_workbook(str(tmp_path / "n.xlsx"))
    settle(qtbot, screen)
    assert sheet(tmp_path / "n.xlsx")[1][5] == "typed twice"


def test_no_export_without_the_right(make, office):
    screen = make(ReceivablesScreen, "manager")
    assert screen.export_parts() is not None
    screen.context.office.rights = type(screen.context.office.rights)(["receipt.view"])
    assert screen.export_parts() is None

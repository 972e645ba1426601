"""The grids typed in cells take the same keys alike: lines, deliveries and receipts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from client.data.money.allocation import OpenOrder
from client.data.priced import edit as order_edit
from client.ui.cells.grid import CellGrid
from client.ui.deliveries.lines import SendGrid
from client.ui.lines.lines import LineGrid
from client.ui.receipts.grid import PartsGrid
from client.ui.tables.marking import WRONG
from tests.ui.order_office import paste, press

D = Decimal
Key = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@dataclass
class Grid:
    """One of the three with three rows, whose figures in the column `key` are 1, 2 and 3."""

    table: CellGrid
    key: str
    window: QWidget | None = None

    def figures(self) -> list[Decimal | None]:
        cells = self.table.cells
        return [cells.value(row, self.key) or None for row in range(cells.length())]

    def place(self) -> tuple[int, str]:
        return self.table.current_row(), self.table.current_key()

    def rest_at(self, row: int, key: str = "") -> None:
        """Make a cell current without opening it."""
        self.table.leave()
        self.table.setFocus()
        self.table.setCurrentIndex(self.table.cells.cell(row, key or self.key))


def line_grid() -> Grid:
    grid = LineGrid()
    line = order_edit.blank_line() | {"code": "P-1", "product_id": 1, "unit_price": D(5)}
    grid.load([line | {"quantity": D(n)} for n in (1, 2, 3)], editable=True)
    return Grid(grid, "quantity")


def send_grid() -> Grid:
    grid = SendGrid()
    line = {"code": "P-1", "name": "Pot", "specification": "", "unit": "pc", "remarks": None}
    line |= {"ordered": D(9), "elsewhere": D(0), "counts": True}
    rows = [line | {"order_line_id": n, "quantity": D(n)} for n in (1, 2, 3)]
    grid.load(rows, editable=True)
    return Grid(grid, "quantity")


def parts_grid() -> Grid:
    grid = PartsGrid()
    day = date(2026, 9, 1)
    grid.show_orders([OpenOrder(n, f"SO-{n}", day, day, D(9), D(9), "") for n in (1, 2, 3)])
    grid.parts_model.show_parts({n: D(n) for n in (1, 2, 3)}, {})
    grid.set_editable(True)
    return Grid(grid, "part")


@pytest.fixture(params=[line_grid, send_grid, parts_grid])
def grid(qtbot: QtBot, request: pytest.FixtureRequest) -> Grid:
    make: Callable[[], Grid] = request.param
    made = make()
    window = made.window = QWidget()
    layout = QVBoxLayout(window)
    for part in (QLineEdit(), made.table, QLineEdit()):
        layout.addWidget(part)
    window.resize(1366, 500)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return made


def field(grid: Grid, place: int) -> Any:
    """The field above the grid (0) or below it (2)."""
    return grid.table.parentWidget().layout().itemAt(place).widget()


def test_del_empties_the_cell_that_is_current(grid: Grid) -> None:
    grid.rest_at(1)
    press(Key.Key_Delete)
    assert grid.figures() == [1, None, 3]


@pytest.mark.parametrize("grid", [line_grid, send_grid], indirect=True)
def test_del_empties_the_cells_of_all_selected_rows(grid: Grid) -> None:
    grid.rest_at(0)
    QTest.keyClick(grid.table, Key.Key_Down, SHIFT)
    press(Key.Key_Delete)
    assert grid.figures() == [None, None, 3]


@pytest.mark.parametrize("grid", [line_grid, send_grid], indirect=True)
def test_del_in_the_remarks_leaves_the_figure(grid: Grid) -> None:
    grid.table.cells.type_text(1, "remarks", "gift")
    grid.rest_at(1, "remarks")
    press(Key.Key_Delete)
    assert (grid.figures(), grid.table.cells.text(1, "remarks")) == ([1, 2, 3], "")


@pytest.mark.parametrize("open_", [True, False])
def test_arrows_go_up_and_down_and_stay_at_the_edge(grid: Grid, open_: bool) -> None:
    grid.rest_at(0)
    if open_:
        grid.table.go_to(0, grid.key)
    press(Key.Key_Up)
    assert (grid.place(), grid.table.is_editing()) == ((0, grid.key), open_)
    press(Key.Key_Down)
    assert (grid.place(), grid.table.is_editing()) == ((1, grid.key), open_)


def test_arrows_at_the_end_of_a_text_go_to_the_cell_beside(grid: Grid) -> None:
    typed = grid.table.cells.typed_keys()
    grid.table.go_to(1, grid.key)
    press(Key.Key_Right)
    after = typed[typed.index(grid.key) + 1 :]
    assert grid.place() == (1, after[0] if after else grid.key)
    assert grid.table.is_editing()


@pytest.mark.parametrize("open_", [True, False])
def test_shift_enter_goes_back(grid: Grid, open_: bool) -> None:
    grid.rest_at(1)
    if open_:
        grid.table.go_to(1, grid.key)
    press(Key.Key_Return, modifier=SHIFT)
    assert grid.place() == ((1, "code") if isinstance(grid.table, LineGrid) else (0, grid.key))
    assert grid.table.is_editing()


def test_tab_opens_the_next_cell_that_can_be_typed(grid: Grid) -> None:
    untyped = "specification" if grid.key == "quantity" else "number"
    grid.rest_at(1, untyped)
    press(Key.Key_Tab)
    assert (grid.place(), grid.table.is_editing()) == ((1, grid.key), True)


def test_tab_leaves_behind_the_last_cell_and_before_the_first(grid: Grid) -> None:
    last = grid.table.cells.rowCount() - 1
    grid.table.go_to(last, "" if last > 2 else grid.table.cells.typed_keys()[-1])
    press(Key.Key_Tab)
    assert field(grid, 2).hasFocus()
    press(Key.Key_Backtab)
    assert (grid.table.current_row(), grid.table.is_editing()) == (last, True)
    grid.table.go_to(0, grid.table.cells.typed_keys()[0])
    press(Key.Key_Backtab)
    assert field(grid, 0).hasFocus()


def test_enter_behind_the_last_row_passes_on_or_begins_another(grid: Grid) -> None:
    passed: list[bool] = []
    grid.table.passed.connect(lambda: passed.append(True))
    grid.table.go_to(2, grid.table.cells.typed_keys()[-1])
    press(Key.Key_Return)
    if isinstance(grid.table, LineGrid):
        assert (grid.place(), passed) == ((3, "code"), [])
    else:
        assert (grid.table.is_editing(), passed) == (False, [True])


def test_a_block_is_pasted_down_from_the_current_cell(grid: Grid) -> None:
    said: list[str] = []
    grid.table.said.connect(said.append)
    grid.rest_at(1)
    paste("7\n8\n")
    assert (grid.figures(), said) == ([1, 7, 8], ["2 lines pasted."])
    grid.table.go_to(0, grid.key)
    paste("4\n5\n")
    assert grid.figures() == [4, 5, 8]


def test_a_block_longer_than_the_grid_says_what_had_no_place(grid: Grid) -> None:
    said: list[str] = []
    grid.table.said.connect(said.append)
    grid.rest_at(2)
    paste("7\n8\n")
    if isinstance(grid.table, LineGrid):
        assert (grid.figures(), said) == ([1, 2, 7, 8], ["2 lines pasted."])
    else:
        there = "1 line pasted. There was no line for 1 more."
        assert (grid.figures(), said) == ([1, 2, 7], [there])


def test_the_sum_of_what_is_selected_follows_what_is_typed(grid: Grid) -> None:
    told: list[str] = []
    grid.table.summary_changed.connect(told.append)
    grid.rest_at(1)
    assert "2" in told[-1].rpartition(" · ")[2]
    paste("7")
    assert "7" in told[-1].rpartition(" · ")[2]


def test_one_text_is_pasted_into_the_cell_that_is_not_open(grid: Grid) -> None:
    grid.rest_at(1)
    paste(" 6 ")
    assert (grid.figures(), grid.table.is_editing()) == ([1, 6, 3], False)


def test_what_was_typed_is_taken_back_before_the_cell_is_left(grid: Grid) -> None:
    grid.table.go_to(1, grid.key)
    press("77")
    press(Key.Key_Z, modifier=CONTROL)
    press(Key.Key_Return)
    assert grid.figures() == [1, 2, 3]


def test_enter_belongs_to_the_input_method_while_it_composes(grid: Grid) -> None:
    grid.table.go_to(0, grid.key)
    QApplication.sendEvent(QApplication.focusWidget(), QInputMethodEvent("shi", []))
    press(Key.Key_Return)
    assert (grid.place(), grid.table.is_editing()) == ((0, grid.key), True)


def test_what_cannot_be_read_stays_as_typed_and_is_marked(grid: Grid) -> None:
    grid.table.go_to(0, grid.key)
    press("1,2x", Key.Key_Return)
    index = grid.table.cells.cell(0, grid.key)
    assert index.data() == index.data(Qt.ItemDataRole.EditRole) == "1,2x"
    assert "1,2x" in index.data(WRONG)


def test_a_click_opens_only_what_can_be_typed(grid: Grid) -> None:
    for key, opens in ((grid.key, True), (grid.table.cells.keys[0], False)):
        grid.table.leave()
        where = grid.table.visualRect(grid.table.cells.cell(1, key)).center()
        QTest.mouseClick(grid.table.viewport(), Qt.MouseButton.LeftButton, NONE, where)
        assert grid.table.is_editing() == opens


def test_nothing_is_typed_in_what_is_closed(grid: Grid) -> None:
    grid.table.cells.editable = False
    grid.rest_at(1)
    paste("7\n8\n")
    press("5", Key.Key_Delete, Key.Key_F9, Key.Key_Space, Key.Key_Insert)
    assert (grid.figures(), grid.table.is_editing()) == ([1, 2, 3], False)


def test_the_models_keep_qt_informed(qtmodeltester: Any, grid: Grid) -> None:
    qtmodeltester.check(grid.table.cells)

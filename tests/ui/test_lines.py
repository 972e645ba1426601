"""Typing an order's lines with the keys alone."""

from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from client.data.priced import edit as order_edit
from client.data.priced.products import ProductIndex, item_of
from client.ui.lines.cells import KEYS
from client.ui.lines.lines import LineGrid
from tests.ui.order_office import press

D = Decimal
Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def products() -> ProductIndex:
    base = {"specification": "1.5 L", "unit": "只", "active": True, "tax_rate": D("0.13")}
    rows = (
        (1, "P-10032", "不锈钢保温壶", "86", "690001"),
        (2, "P-10041", "双层玻璃杯", "58.5", "690002"),
        (3, "P-11207", "折叠购物车", "132", "690003"),
    )
    return ProductIndex(
        item_of(base | {"id": n, "code": c, "name": m, "unit_price": D(p), "barcode": b})
        for n, c, m, p, b in rows
    )


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    layout = QVBoxLayout(window)
    layout.addWidget(LineGrid())
    layout.addWidget(QLineEdit())
    window.resize(1200, 500)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def grid(window: QWidget) -> LineGrid:
    grid = window.findChild(LineGrid)
    grid.set_products(products())
    grid.go_to(0, "code")
    return grid


def typed(grid: LineGrid, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(line.get(key) for key in keys) for line in grid.lines()]


def place(grid: LineGrid) -> tuple[int, str]:
    return grid.current_row(), grid.current_key()


def test_an_order_is_typed_with_enter_alone(grid: LineGrid) -> None:
    press("10032", Key.Key_Return, "240", Key.Key_Return, Key.Key_Return, Key.Key_Return)
    press("blb", Key.Key_Return, "10*12", Key.Key_Return, "60", Key.Key_Return, "5", Key.Key_Return)
    press("690003", Key.Key_Return, "3", Key.Key_Return)
    assert typed(grid, "code", "quantity", "unit_price", "discount") == [
        ("P-10032", D("240"), D("86"), None),
        ("P-10041", D("120"), D("60"), D("0.05")),
        ("P-11207", D("3"), D("132"), None),
    ]
    assert order_edit.figures(grid.lines()).total == D("20640") + D("6840") + D("396")


def test_tab_walks_every_cell_and_then_leaves(grid: LineGrid, window: QWidget) -> None:
    press("P-10032", Key.Key_Tab)
    assert place(grid) == (0, "name")
    press(Key.Key_Tab, "2")
    for key in ("unit_price", "discount", "tax_rate", "remarks"):
        press(Key.Key_Tab)
        assert place(grid) == (0, key)
    press("赠品", Key.Key_Tab)
    assert place(grid) == (1, "code")
    press(Key.Key_Tab)
    assert window.layout().itemAt(1).widget().hasFocus()
    assert typed(grid, "quantity", "remarks") == [(D("2"), "赠品")]


def test_matches_are_offered_and_chosen_by_arrows(grid: LineGrid) -> None:
    press("P-1")
    assert grid.matches.is_open()
    press(Key.Key_Down, Key.Key_Return)
    assert typed(grid, "code") == [("P-10041",)]
    assert not grid.matches.is_open()
    assert place(grid) == (0, "quantity")


def test_f4_offers_products_without_typing(grid: LineGrid) -> None:
    press(Key.Key_F4, Key.Key_Down, Key.Key_Return)
    assert typed(grid, "code") == [("P-10041",)]


def test_escape_closes_the_matches_first(grid: LineGrid) -> None:
    press("P-1", Key.Key_Escape)
    assert not grid.matches.is_open()
    assert grid.is_editing()
    press(Key.Key_Escape)
    assert not grid.is_editing()
    assert grid.lines() == []


def test_unknown_products_and_bad_numbers_stay_as_typed(grid: LineGrid) -> None:
    press("nothing", Key.Key_Return, "twelve", Key.Key_Return, "5", Key.Key_Return)
    assert grid.lines()[0][order_edit.WRONG] == {"code": "nothing", "quantity": "twelve"}
    index = grid.line_model.index(0, KEYS.index("quantity"))
    assert index.data() == "twelve"
    assert "twelve" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_two_dots_repeat_the_cell_above(grid: LineGrid) -> None:
    press("P-10032", Key.Key_Return, "7", Key.Key_Return, Key.Key_Return, Key.Key_Return)
    press("..", Key.Key_Return, "..", Key.Key_Return)
    assert typed(grid, "code", "quantity") == [("P-10032", D("7")), ("P-10032", D("7"))]


def test_lines_are_inserted_moved_removed_and_brought_back(grid: LineGrid) -> None:
    press("P-10032", Key.Key_Return, "1", Key.Key_Return, Key.Key_Return, Key.Key_Return)
    press("P-10041", Key.Key_Return, "2", Key.Key_Return)
    press(Key.Key_Up, modifier=ALT)
    assert typed(grid, "code") == [("P-10041",), ("P-10032",)]
    press(Key.Key_Insert)
    press("P-11207", Key.Key_Return, "9", Key.Key_Return)
    assert typed(grid, "code") == [("P-11207",), ("P-10041",), ("P-10032",)]
    press(Key.Key_Delete, modifier=CONTROL)
    assert typed(grid, "code") == [("P-10041",), ("P-10032",)]
    press(Key.Key_Z, modifier=CONTROL)
    assert typed(grid, "code", "quantity")[0] == ("P-11207", D("9"))
    for _step in range(20):
        press(Key.Key_Z, modifier=CONTROL)
    assert grid.lines() == []
    for _step in range(20):
        press(Key.Key_Y, modifier=CONTROL)
    assert typed(grid, "code") == [("P-10041",), ("P-10032",)]


def test_a_block_is_pasted_with_exact_numbers(grid: LineGrid) -> None:
    QApplication.clipboard().setText("P-10032\t1,200\t86.4375\n不是商品\t2\t1\n")
    press(Key.Key_V, modifier=CONTROL)
    assert typed(grid, "code", "quantity", "unit_price") == [
        ("P-10032", D("1200"), D("86.4375")),
        (None, D("2"), D("1")),
    ]
    grid.go_to(0, "quantity")
    QApplication.clipboard().setText("5\n6")
    press(Key.Key_V, modifier=CONTROL)
    assert typed(grid, "quantity") == [(D("5"),), (D("6"),)]


def test_a_product_is_found_by_what_an_input_method_writes(grid: LineGrid) -> None:
    press("保温", Key.Key_Return)
    assert typed(grid, "code") == [("P-10032",)]


def test_an_open_cell_counts_when_the_lines_are_asked_for(grid: LineGrid) -> None:
    press("P-10032", Key.Key_Return, "3")
    assert typed(grid, "quantity") == [(D("3"),)]


def test_products_that_come_late_still_count(qtbot: QtBot) -> None:
    grid = LineGrid()
    qtbot.addWidget(grid)
    grid.line_model.type_text(0, "code", "P-10032")
    assert typed(grid, "product_id") == [(None,)]
    grid.set_products(products())
    assert typed(grid, "product_id", "unit_price") == [(1, D("86"))]


def test_a_document_that_is_closed_has_no_line_to_begin(grid: LineGrid) -> None:
    grid.load([order_edit.blank_line() | {"code": "P-1", "quantity": D(1)}], editable=False)
    assert grid.line_model.rowCount(QModelIndex()) == 1

"""What helps typing the lines of an order, with the keys alone and against a real office."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data.priced import edit as order_edit
from client.data.priced import store as order_store
from client.data.priced.kinds import ORDER
from client.ui.forms.record_dialog import RecordDialog
from client.ui.lines.cells import KEYS
from client.ui.lines.goods_dialog import GoodsDialog
from client.ui.lines.paste_preview import PastePreview
from client.ui.screens.order import OrderScreen
from client.ui.tables.delegate import LAST
from client.ui.tables.marking import WRONG
from tests.conftest import OfficeDatabase
from tests.ui.order_office import (
    context_of,
    dialog_of,
    paste,
    place,
    press,
    typed,
)
from tests.ui.records_office import Desk

D = Decimal
Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def sold(context: Context, customer: int) -> dict[str, Any]:
    """An order of the customer that counts: two products at prices of their own."""
    doc = order_edit.blank(ORDER, context.office.today, context.office.me["id"])
    index = order_store.all_products(context.office)
    for code, quantity, price in (("P-10032", "40", "84.5"), ("P-11207", "3", "138")):
        line = order_edit.with_text(order_edit.blank_line(), "code", code, index)
        line = order_edit.with_text(line, "quantity", quantity, index)
        doc["lines"].append(order_edit.with_text(line, "unit_price", price, index))
    stored = order_store.save(context.office, ORDER, doc | {"customer_id": customer})
    opened = order_edit.opened(stored)
    return order_store.save_and_issue(context.office, ORDER, opened, changed=False)


@pytest.fixture
def open_order(qtbot: QtBot, context: Context) -> Callable[..., OrderScreen]:
    def make(customer_id: int | None = None, width: int = 1100) -> OrderScreen:
        screen = OrderScreen(context, Desk(), None, customer_id=customer_id)
        qtbot.addWidget(screen)
        screen.resize(width, 760)
        screen.show()
        screen.activateWindow()
        qtbot.waitUntil(screen.isActiveWindow)
        qtbot.waitUntil(lambda: screen.ready and len(screen.page.grid.line_model.products) > 0)
        screen.page.grid.go_to(0, "code")
        return screen

    return make


Open = Callable[..., OrderScreen]


def back_in_lines(qtbot: QtBot, screen: OrderScreen, lines: int) -> None:
    """The dialog has closed, and the keys are in the lines again."""
    qtbot.waitUntil(lambda: len(screen.page.grid.lines()) == lines)
    qtbot.waitUntil(screen.isActiveWindow)
    qtbot.waitUntil(screen.page.grid.hasFocus)


def ghost(screen: OrderScreen, row: int) -> str:
    return str(screen.page.grid.line_model.index(row, KEYS.index("unit_price")).data(LAST) or "")


def said(screen: OrderScreen) -> str:
    return screen.page.tools._said.text()


def test_one_key_takes_what_the_customer_paid_last(
    qtbot: QtBot, open_order: Open, customer: int, sold: dict[str, Any]
) -> None:
    screen = open_order(customer)
    press("P-10032", Key.Key_Return, "5", Key.Key_Return)
    assert typed(screen, "unit_price") == [(D("86"),)]
    qtbot.waitUntil(lambda: ghost(screen, 0) == "84.50")
    assert "takes the last price" in said(screen)
    press(Key.Key_Down)
    assert typed(screen, "unit_price") == [(D("84.5"),)]
    assert place(screen) == (0, "unit_price")
    press(Key.Key_Down)
    assert place(screen) == (1, "code")
    press(Key.Key_Z, modifier=CONTROL)
    assert typed(screen, "unit_price") == [(D("86"),)]
    screen.page.grid.go_to(0, "unit_price")
    press("90", Key.Key_Down)
    assert typed(screen, "unit_price") == [(D("90"),)]
    tip = screen.page.grid.line_model.index(0, KEYS.index("unit_price"))
    for part in ("84.50", sold["number"], "40", "List price: 86.00"):
        assert part in tip.data(Qt.ItemDataRole.ToolTipRole)


def test_an_empty_price_shows_the_last_one_where_it_will_stand(
    qtbot: QtBot, open_order: Open, customer: int, sold: dict[str, Any], office_db: OfficeDatabase
) -> None:
    office_db.ask(None, "UPDATE product SET unit_price = NULL")
    screen = open_order(customer)
    press("P-10032", Key.Key_Return, "5")
    qtbot.waitUntil(lambda: ghost(screen, 0) == "84.50")
    press(Key.Key_Return)
    assert screen.page.grid._delegate.editor.placeholderText() == "84.50"
    press(Key.Key_Down)
    assert typed(screen, "unit_price") == [(D("84.5"),)]


def test_prices_follow_the_customer(
    qtbot: QtBot, open_order: Open, customer: int, sold: dict[str, Any]
) -> None:
    screen = open_order()
    press("P-10032", Key.Key_Return)
    assert ghost(screen, 0) == ""
    editor = screen.page.head.editors["customer_id"]
    editor.setFocus()
    press("gzxh", Key.Key_Return)
    qtbot.waitUntil(lambda: ghost(screen, 0) == "84.50")


def test_usual_goods_come_with_their_usual_quantities(
    qtbot: QtBot, open_order: Open, customer: int, sold: dict[str, Any]
) -> None:
    screen = open_order(customer)
    press("P-10041", Key.Key_Return, "9", Key.Key_Return)
    press(Key.Key_F7, modifier=SHIFT)
    dialog = dialog_of(qtbot, screen, GoodsDialog)
    assert [good.item.code for good in dialog.table.goods_model.goods] == ["P-10032", "P-11207"]
    press("7", Key.Key_Return)
    press(Key.Key_Down, modifier=SHIFT)
    press(Key.Key_Return)
    back_in_lines(qtbot, screen, 3)
    assert typed(screen, "code", "quantity", "unit_price") == [
        ("P-10041", D("9"), D("58.5")),
        ("P-10032", D("7"), D("86")),
        ("P-11207", D("3"), D("132")),
    ]
    press(Key.Key_Z, modifier=CONTROL)
    assert typed(screen, "code") == [("P-10041",)]


def test_the_picker_takes_several_counted_in_different_searches(
    qtbot: QtBot, open_order: Open, customer: int
) -> None:
    screen = open_order(customer)
    press(Key.Key_F7)
    dialog = dialog_of(qtbot, screen, GoodsDialog)
    press("690002", Key.Key_Down, "12*2", Key.Key_Return)
    dialog.search.setFocus()
    dialog.search.selectAll()
    press("bwh", Key.Key_Down, "3", Key.Key_Return)
    dialog.search.setFocus()
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: len(screen.page.grid.lines()) == 2)
    assert typed(screen, "code", "quantity") == [("P-10041", D("24")), ("P-10032", D("3"))]


def test_lines_are_duplicated_and_taken_back(open_order: Open, customer: int) -> None:
    screen = open_order(customer)
    press("P-10032", Key.Key_Return, "5", Key.Key_Return, "80", Key.Key_Return)
    screen.page.grid.go_to(0, "quantity")
    press(Key.Key_D, modifier=CONTROL | SHIFT)
    assert place(screen) == (1, "quantity")
    assert typed(screen, "code", "quantity", "unit_price") == 2 * [("P-10032", D("5"), D("80"))]
    keys = [line["key"] for line in screen.page.grid.lines()]
    assert len(set(keys)) == 2
    press(Key.Key_Z, modifier=CONTROL)
    assert len(screen.page.grid.lines()) == 1


def test_a_pasted_block_is_looked_at_before_it_counts(
    qtbot: QtBot, open_order: Open, customer: int
) -> None:
    screen = open_order(customer)
    block = "P-10032\t12\t80\n双层 玻璃杯 大\t1e309\t50\n完全不同\t3\t1\n折叠\t2\t120"
    paste(block)
    preview = dialog_of(qtbot, screen, PastePreview)
    assert preview.model.open_rows() == [1, 2, 3]
    assert [item.code for item in preview.offers.rows] == ["P-10041"]
    press("1")
    assert preview.table.currentIndex().row() == 2
    press(Key.Key_Delete)
    preview.table.selectRow(3)
    press("1", Key.Key_Return)
    back_in_lines(qtbot, screen, 3)
    assert typed(screen, "code", "quantity", "unit_price") == [
        ("P-10032", D("12"), D("80")),
        ("P-10041", None, D("50")),
        ("P-11207", D("2"), D("120")),
    ]
    assert screen.page.grid.lines()[1][order_edit.WRONG] == {"quantity": "1e309"}
    screen.page.grid.go_to(3, "code")
    paste(block)
    dialog_of(qtbot, screen, PastePreview)
    press(Key.Key_Escape)
    back_in_lines(qtbot, screen, 3)


def test_a_block_that_is_certain_needs_no_look(open_order: Open, customer: int) -> None:
    screen = open_order(customer)
    paste("货号\t数量\n690001\t12\nP-10041\t3")
    assert typed(screen, "code", "quantity") == [("P-10032", D("12")), ("P-10041", D("3"))]
    assert "2 lines pasted" in said(screen)
    press(Key.Key_Z, modifier=CONTROL)
    assert screen.page.grid.lines() == []


def test_a_block_too_long_is_refused_whole(open_order: Open, customer: int) -> None:
    screen = open_order(customer)
    paste("P-10032\t1\n" * 2001)
    assert "2,001" in said(screen)
    assert screen.page.grid.lines() == []


def test_a_missing_product_is_made_without_leaving(
    qtbot: QtBot, open_order: Open, customer: int
) -> None:
    screen = open_order(customer)
    press("P-77 new", Key.Key_Return, "4", Key.Key_Return)
    screen.page.grid.go_to(0, "code")
    press("P-77")
    press(Key.Key_N, modifier=CONTROL)
    dialog = dialog_of(qtbot, screen, RecordDialog)
    editors = dialog.form.fields.editors
    qtbot.waitUntil(lambda: editors["code"].text() == "P-77")
    editors["name"].setText("Thermos")
    editors["unit_price"].setText("9.9")
    dialog.form.save()
    qtbot.waitUntil(lambda: typed(screen, "code", "name") == [("P-77", "Thermos")])
    assert typed(screen, "quantity", "unit_price") == [(D("4"), D("9.9"))]
    assert order_edit.WRONG not in screen.page.grid.lines()[0]


def test_who_may_make_no_products_is_not_asked_to(
    qtbot: QtBot, office_db: OfficeDatabase, customer: int, tmp_path: Path
) -> None:
    office_db.ask(None, "DELETE FROM permission WHERE module = 'product' AND action = 'create'")
    context = context_of(office_db, "ann", tmp_path)
    assert not context.office.rights.may("product", "create")
    screen = OrderScreen(context, Desk(), None, customer_id=customer)
    qtbot.addWidget(screen)
    qtbot.waitUntil(lambda: screen.ready and len(screen.page.grid.line_model.products) > 0)
    assert not screen.page.grid.may_create
    context.jobs.wait()


def test_a_missing_customer_is_made_without_leaving(
    qtbot: QtBot, open_order: Open, customer: int, office_db: OfficeDatabase
) -> None:
    screen = open_order()
    editor = screen.page.head.editors["customer_id"]
    editor.setFocus()
    press("Lakeside Inn")
    popup = editor._popup.popup()
    qtbot.waitUntil(popup.isVisible)
    QTest.keyClick(popup, Key.Key_Return)
    dialog = dialog_of(qtbot, screen, RecordDialog)
    qtbot.waitUntil(lambda: dialog.form.fields.editors["name"].text() == "Lakeside Inn")
    dialog.form.save()
    qtbot.waitUntil(lambda: screen.page.head.customer_id() not in (None, customer))
    rows = office_db.ask(None, "SELECT id FROM customer WHERE name = 'Lakeside Inn'")
    assert rows == [(screen.page.head.customer_id(),)]


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("quantity", "1e309"),
        ("quantity", "a dozen"),
        ("unit_price", "12345678901234567890"),
        ("unit_price", "-5"),
        ("discount", "120"),
    ],
)
def test_a_bad_value_is_said_at_once_and_stays(
    open_order: Open, customer: int, key: str, text: str
) -> None:
    screen = open_order(customer)
    press("P-10032", Key.Key_Return)
    screen.page.grid.go_to(0, key)
    press(text, Key.Key_Return)
    index = screen.page.grid.line_model.index(0, KEYS.index(key))
    assert (index.data(), said(screen)) == (text, index.data(WRONG))
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == said(screen)
    screen.page.grid.go_to(0, key)
    press("1", Key.Key_Return)
    assert not index.data(WRONG)
    assert said(screen) != text


def test_a_product_sold_no_more_is_said_at_its_line(
    qtbot: QtBot, open_order: Open, customer: int, office_db: OfficeDatabase
) -> None:
    screen = open_order(customer)
    press("P-10041", Key.Key_Return, "1", Key.Key_Return, Key.Key_Return, Key.Key_Return)
    press("P-10032", Key.Key_Return, "5", Key.Key_Return)
    office_db.ask(None, "UPDATE product SET active = false WHERE code = 'P-10032'")
    screen.save()
    index = screen.page.grid.line_model.index(1, KEYS.index("code"))
    qtbot.waitUntil(lambda: bool(index.data(WRONG)))
    assert "P-10032" in index.data(WRONG)
    qtbot.waitUntil(lambda: place(screen) == (1, "code"))
    assert typed(screen, "code", "quantity") == [("P-10041", D("1")), ("P-10032", D("5"))]


def test_quick_dates_are_read_in_the_head(open_order: Open, customer: int) -> None:
    screen = open_order(customer)
    editor = screen.page.head.editors["delivery_date"]
    today = screen.context.office.today
    for text, day in (("0", today.day), ("15", 15), ("0915", 15)):
        editor.setText(text)
        assert screen.page.head.values()[0]["delivery_date"].day == day
    editor.setText("+7")
    assert (screen.page.head.values()[0]["delivery_date"] - today).days == 7
    editor.setText("月末")
    assert screen.page.head.values()[0]["delivery_date"] >= today


def test_the_reference_tells_of_the_product_one_is_at(
    qtbot: QtBot, open_order: Open, customer: int, sold: dict[str, Any]
) -> None:
    screen = open_order(customer, width=1500)
    panel = screen.page.reference
    assert screen.page.side.is_open()
    press("P-11207", Key.Key_Return)
    qtbot.waitUntil(lambda: panel.deals.model().rowCount() == 1)
    assert panel.deals.model().index(0, 2).data() == "138.00"
    qtbot.waitUntil(lambda: panel._figures["lowest"][1].text() == "138.00")
    qtbot.waitUntil(lambda: panel.goods.model().rowCount() == 2)
    panel.goods.setFocus()
    panel.goods.selectAll()
    press(Key.Key_Return)
    assert typed(screen, "code") == [("P-11207",), ("P-10032",), ("P-11207",)]
    # One is behind the lines now, where there is nothing to tell.
    qtbot.waitUntil(lambda: panel.deals.model().rowCount() == 0)
    screen.page.grid.go_to(0, "quantity")
    qtbot.waitUntil(lambda: panel.deals.model().rowCount() == 1)
    panel.deals.setFocus()
    panel.deals.selectRow(0)
    press(Key.Key_Return)
    assert screen.navigator.opened == [("sales_order", sold["id"], {})]


def test_the_reference_folds_and_gives_way(
    qtbot: QtBot, open_order: Open, customer: int, context: Context
) -> None:
    narrow = open_order(customer)
    assert not narrow.page.side.is_open()
    press(Key.Key_R, modifier=CONTROL | SHIFT)
    assert narrow.page.side.is_open()
    narrow.resize(1500, 760)
    assert narrow.page.side.is_open()
    narrow.page.side.toggle()
    assert not narrow.page.side.is_open()
    assert not open_order(customer, width=1500).page.side.is_open()
    context.settings.set("lines/reference", {"open": True, "width": "wide"})
    assert open_order(customer, width=1500).page.side.is_open()

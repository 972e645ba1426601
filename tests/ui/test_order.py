"""The sales order on the screen, against a real office."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data.priced import edit as order_edit
from client.data.priced import store as order_store
from client.data.priced.kinds import ORDER
from client.ui.forms.journal import drafts_of
from client.ui.screens.order import OrderScreen
from tests.conftest import OfficeDatabase
from tests.ui.order_office import context_of
from tests.ui.records_office import Desk

D = Decimal
Key = Qt.Key
Open = Callable[..., OrderScreen]


@pytest.fixture
def open_order(qtbot: QtBot, context: Context, desk: Desk, customer: int) -> Open:
    """Opens an order as the shell does, and waits until it can be typed."""

    def make(id: int | None = None, **start: Any) -> OrderScreen:
        screen = OrderScreen(context, desk, id, **start)
        qtbot.addWidget(screen)
        screen.resize(1100, 760)
        screen.show()
        screen.activateWindow()
        qtbot.waitUntil(screen.isActiveWindow)
        qtbot.waitUntil(lambda: screen.ready and len(screen.page.grid.line_model.products) > 0)
        return screen

    return make


def press(*what: str | Key) -> None:
    for one in what:
        target = QApplication.focusWidget()
        assert target is not None
        if isinstance(one, str):
            QTest.keyClicks(target, one)
        else:
            QTest.keyClick(target, one)


def saved(qtbot: QtBot, screen: OrderScreen) -> None:
    qtbot.waitUntil(lambda: not screen.saver.busy and not screen.dirty)


def store(context: Context, customer: int, quantity: str = "2") -> dict[str, Any]:
    """An order in the database, as another window would have saved it."""
    doc = order_store.begin(context.office, ORDER)
    index = order_store.all_products(context.office)
    line = order_edit.with_text(order_edit.blank_line(), "code", "P-10032", index)
    line = order_edit.with_text(line, "quantity", quantity, index)
    return order_store.save(context.office, ORDER, doc | {"customer_id": customer, "lines": [line]})


def test_an_order_is_typed_saved_and_submitted_with_the_keys_alone(
    qtbot: QtBot, open_order: Open, office_db: OfficeDatabase
) -> None:
    screen = open_order()
    press("gzxh")
    popup = screen.page.head.editors["customer_id"]._popup.popup()
    qtbot.waitUntil(popup.isVisible)
    QTest.keyClick(popup, Key.Key_Return)
    qtbot.waitUntil(lambda: screen.page.head.values()[0]["delivery_address"] == "体育东路 118 号")
    assert screen.page.head.values()[0]["phone"] == "138 0013 8000"
    assert screen.page.head.values()[0]["salesperson_id"] == office_db.id_of("ann")
    for _field in range(11):
        press(Key.Key_Return)
    press("10032", Key.Key_Return, "240", Key.Key_Return, "86.4375", Key.Key_Return, "5")
    press(Key.Key_Return, "blb", Key.Key_Return, "12*10", Key.Key_Return)
    assert screen.dirty
    screen.save()
    saved(qtbot, screen)
    total = order_edit.figures(screen.page.grid.lines()).total
    rows = office_db.ask(None, "SELECT number, status, total FROM sales_order")
    assert rows == [(None, "draft", total)]
    assert total == D("19707.75") + D("7020.00")
    assert screen.page.head.editors["contact_id"].currentText() == "陈浩 采购经理"
    screen.issue()
    qtbot.waitUntil(lambda: bool(screen.base.get("number")))
    rows = office_db.ask(None, "SELECT number, status FROM sales_order")
    assert rows == [(screen.base["number"], "submitted")]
    assert screen.title == screen.base["number"]


def test_a_draft_saved_once_is_its_first_version(
    qtbot: QtBot, open_order: Open, context: Context, customer: int
) -> None:
    screen = open_order(store(context, customer)["id"])
    assert screen.page.grid.lines()
    for n in range(1, 3):
        assert screen.page.title._version.text() == f"version {n}"
        screen.page.head.editors["remarks"].setText("typed")
        screen.page.head.edited.emit()
        screen.save()
        saved(qtbot, screen)


def test_enter_before_the_matches_came_takes_the_first(
    qtbot: QtBot, open_order: Open, customer: int
) -> None:
    screen = open_order()
    press("gzxh", Key.Key_Return)
    qtbot.waitUntil(lambda: screen.page.head.values()[0]["phone"] == "138 0013 8000")
    assert screen.page.head.values()[0]["customer_id"] == customer


def test_what_is_typed_while_the_server_works_stays(
    qtbot: QtBot, open_order: Open, customer: int, office_db: OfficeDatabase
) -> None:
    screen = open_order(customer_id=customer)
    screen.page.grid.go_to(0, "code")
    press("P-10032", Key.Key_Return, "7", Key.Key_Return)
    screen.save()
    press("80", Key.Key_Return, Key.Key_Return, "P-10041", Key.Key_Return, "3")
    qtbot.waitUntil(lambda: screen.record_id is not None)
    lines = screen.page.grid.lines()
    assert [(x["unit_price"], x["quantity"]) for x in lines] == [
        (D("80"), D("7")),
        (D("58.5"), D("3")),
    ]
    assert lines[0]["id"] is not None
    assert screen.dirty
    screen.save()
    saved(qtbot, screen)
    rows = office_db.ask(None, "SELECT quantity, unit_price FROM order_line ORDER BY position")
    assert rows == [(D("7"), D("80")), (D("3"), D("58.5"))]


def test_what_is_missing_is_said_where_it_is_missing(
    qtbot: QtBot, open_order: Open, office_db: OfficeDatabase, customer: int
) -> None:
    screen = open_order(customer_id=customer)
    screen.page.grid.go_to(0, "code")
    press("nothing like it", Key.Key_Return)
    screen.save()
    assert office_db.ask(None, "SELECT count(*) FROM sales_order") == [(0,)]
    assert screen.page.grid.current_key() == "code"
    assert screen.page.grid.lines()[0][order_edit.WRONG] == {"code": "nothing like it"}
    screen.page.head.editors["delivery_date"].setText("someday")
    screen.save()
    assert screen.page.head.editors["delivery_date"].property("wrong")
    assert "put right" in screen.page.steps.said()
    screen.page.head.editors["delivery_date"].setFocus()
    press("0")
    assert screen.page.steps.said() == ""  # it is being put right


def test_changes_of_two_people_are_joined(
    qtbot: QtBot,
    open_order: Open,
    context: Context,
    customer: int,
) -> None:
    doc = store(context, customer)
    screen = open_order(doc["id"])
    other = order_edit.opened(doc)
    other["lines"] = [other["lines"][0] | {"unit_price": D("80")}]
    order_store.save(context.office, ORDER, other | {"phone": "110"})
    screen.page.grid.go_to(0, "quantity")
    press("7", Key.Key_Return)
    screen.save()
    saved(qtbot, screen)
    line = screen.base["lines"][0]
    assert (line["quantity"], line["unit_price"], screen.base["phone"]) == (D("7"), D("80"), "110")


def test_a_clash_is_asked_and_nothing_typed_is_lost(
    qtbot: QtBot,
    open_order: Open,
    context: Context,
    customer: int,
) -> None:
    doc = store(context, customer)
    screen = open_order(doc["id"])
    other = order_edit.opened(doc)
    other["lines"] = [other["lines"][0] | {"quantity": D("5")}]
    order_store.save(context.office, ORDER, other | {"remarks": "theirs"})
    screen.page.grid.go_to(0, "quantity")
    press("7", Key.Key_Return)
    screen.page.head.editors["remarks"].setText("mine")
    screen.save()
    qtbot.waitUntil(screen.is_choosing)
    screen.conflict.choose("0", mine=False)
    screen.conflict.choose("1", mine=True)
    screen.conflict.accept()
    assert screen.page.grid.hasFocus()
    saved(qtbot, screen)
    assert (screen.base["remarks"], screen.base["lines"][0]["quantity"]) == ("theirs", D("7"))


def test_others_changes_appear_or_are_announced(
    qtbot: QtBot,
    open_order: Open,
    context: Context,
    customer: int,
) -> None:
    doc = store(context, customer)
    screen = open_order(doc["id"])
    doc = order_store.save(context.office, ORDER, order_edit.opened(doc) | {"remarks": "one"})
    context.bus.changed.emit("sales_order", "update", [doc["id"]])
    qtbot.waitUntil(lambda: screen.page.head.values()[0]["remarks"] == "one")
    screen.page.grid.go_to(0, "quantity")
    press("9", Key.Key_Return)
    order_store.save(context.office, ORDER, order_edit.opened(doc) | {"remarks": "two"})
    context.bus.changed.emit("sales_order", "update", [doc["id"]])
    qtbot.waitUntil(lambda: bool(screen.page.banner.text()))
    assert screen.page.grid.lines()[0]["quantity"] == D("9")
    screen.joining.join()
    assert screen.page.head.values()[0]["remarks"] == "two"
    screen.save()
    saved(qtbot, screen)
    assert screen.base["total"] == D("774.00")


def test_a_server_that_is_gone_costs_nothing_typed(
    qtbot: QtBot,
    open_order: Open,
    context: Context,
    customer: int,
    office_db: OfficeDatabase,
) -> None:
    doc = store(context, customer)
    screen = open_order(doc["id"])
    screen.page.grid.go_to(0, "quantity")
    press("7", Key.Key_Return)
    context.office.close_idle()
    profile = context.office.profile
    context.office.profile = replace(profile, port=1)
    screen.save()
    qtbot.waitUntil(lambda: not screen.saver.busy)
    assert screen.dirty
    assert screen.page.grid.lines()[0]["quantity"] == D("7")
    context.office.profile = profile
    context.bus.connection_back.emit()
    saved(qtbot, screen)
    assert office_db.ask(None, "SELECT quantity FROM order_line") == [(D("7"),)]


def test_an_unsaved_order_is_offered_again(
    qtbot: QtBot,
    open_order: Open,
    context: Context,
    customer: int,
) -> None:
    doc = store(context, customer)
    screen = open_order(doc["id"])
    screen.page.grid.go_to(0, "quantity")
    press("7", Key.Key_Return, "abc", Key.Key_Return)
    screen.journal.write()
    journal = drafts_of(context.office)
    qtbot.waitUntil(lambda: len(journal.all()) == 1)
    kept = journal.all()[0]
    screen.hide()  # the program broke off: unseen it does not follow, and keeps nothing
    screen.journal._timer.stop()
    context.jobs.wait()
    again = open_order(doc["id"])
    again.journal.name(kept.key, kept.id)
    again.recover(kept.payload)
    line = again.page.grid.lines()[0]
    assert (line["quantity"], line[order_edit.WRONG]) == (D("7"), {"unit_price": "abc"})
    assert again.dirty
    again.page.grid.go_to(0, "unit_price")
    press("86", Key.Key_Return)
    again.save()
    saved(qtbot, again)
    qtbot.waitUntil(lambda: not journal.all())


def test_a_cancelled_order_stays_listed_and_closed(
    qtbot: QtBot,
    open_order: Open,
    context: Context,
    customer: int,
) -> None:
    doc = store(context, customer)
    doc = order_store.save_and_issue(context.office, ORDER, order_edit.opened(doc), False)
    screen = open_order(doc["id"])
    screen.ending.cancel("customer changed their mind")
    qtbot.waitUntil(lambda: screen.base["status"] == "cancelled")
    assert not screen.editable()
    assert screen.base["cancel_reason"] == "customer changed their mind"
    assert screen.page.grid.line_model.rowCount() == 1


def test_a_copy_is_a_new_draft_of_today(
    open_order: Open,
    context: Context,
    customer: int,
) -> None:
    doc = store(context, customer)
    screen = open_order(copy_of=doc["id"])
    assert screen.record_id is None
    assert screen.dirty
    assert screen.page.head.customer_name() == "广州星河贸易有限公司"
    assert [line["id"] for line in screen.page.grid.lines()] == [None]


def test_a_deleted_order_says_so(qtbot: QtBot, context: Context, customer: int) -> None:
    doc = store(context, customer)
    order_store.discard(context.office, ORDER, doc["id"])
    screen = OrderScreen(context, Desk(), doc["id"])
    qtbot.addWidget(screen)
    qtbot.waitUntil(lambda: "deleted" in screen.page.banner._text.text())


def test_an_order_handed_over_meanwhile_keeps_what_was_typed(
    qtbot: QtBot, office_db: OfficeDatabase, customer: int, tmp_path: Path
) -> None:
    context = context_of(office_db, "ann", tmp_path)
    doc = store(context, customer)
    screen = OrderScreen(context, Desk(), doc["id"])
    qtbot.addWidget(screen)
    qtbot.waitUntil(lambda: screen.ready and len(screen.page.grid.line_model.products) > 0)
    screen.page.grid.line_model.type_text(0, "quantity", "7")
    eve = office_db.id_of("eve")
    office_db.ask(None, "SET kehu.reason = 'Moved'; UPDATE customer SET owner_id = %s", eve)
    screen.save()
    qtbot.waitUntil(lambda: "belongs to somebody else now" in screen.page.steps.said())
    assert screen.dirty
    assert screen.page.grid.lines()[0]["quantity"] == D("7")
    context.jobs.wait()


def test_a_product_no_longer_sold_is_refused_in_words(
    qtbot: QtBot, open_order: Open, office_db: OfficeDatabase, customer: int
) -> None:
    screen = open_order(customer_id=customer)
    qtbot.waitUntil(lambda: screen.page.head.values()[0]["customer_id"] == customer)
    screen.page.grid.line_model.type_text(0, "code", "P-10032")
    screen.page.grid.line_model.type_text(0, "quantity", "1")
    office_db.ask(None, "UPDATE product SET active = false")
    screen.save()
    products, product = screen.page.aid.cache, screen.page.grid.lines()[0]["product_id"]
    said = screen.page.steps.said
    # The products, read again for the refusal, leave it standing; what the clerk types does not.
    qtbot.waitUntil(lambda: products.index.unsold(product) and "P-10032 is not sold" in said())
    assert screen.dirty
    screen.page.grid.line_model.type_text(0, "quantity", "2")
    assert not said()


def test_an_order_is_shown_on_paper_as_it_is_stored(
    qtbot: QtBot, open_order: Open, context: Context, customer: int, desk: Desk, tmp_path: Path
) -> None:
    doc = store(context, customer)
    screen = open_order(doc["id"])
    screen.page.grid.line_model.type_text(0, "quantity", "9")
    screen.print_current()
    qtbot.waitUntil(lambda: desk.opened == [("paper:order", doc["id"], {})])
    assert screen.base["lines"][0]["quantity"] == 9
    with qtbot.waitSignal(screen.papers.said, check_params_cb=lambda text, _tone: bool(text)):
        screen.papers.write(doc["id"], tmp_path / "order.pdf")
    assert (tmp_path / "order.pdf").read_bytes().startswith(b"%PDF")
    with qtbot.waitSignal(
        screen.papers.said, check_params_cb=lambda text, _tone: bool(text)
    ) as said:
        screen.papers.write(doc["id"], tmp_path / "no folder" / "order.pdf")
    assert "could not be written" in said.args[0]
    screen.papers.at_once()
    qtbot.waitUntil(lambda: "no printer" in screen.page.steps.said())

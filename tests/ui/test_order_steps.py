"""The steps of an order on the screen: approval, credit, money, and what is taken off the whole."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data.priced import store as order_store
from client.data.priced.kinds import ORDER
from client.ui.priced.dialogs import CreditDialog
from client.ui.screens.order import OrderScreen
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.order_office import context_of, document
from tests.ui.records_office import Desk

D = Decimal
Open = Callable[..., OrderScreen]


@pytest.fixture
def contexts(
    office_db: OfficeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Context]]:
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    made: dict[str, Context] = {}

    def of(user: str) -> Context:
        if user not in made:
            made[user] = context_of(office_db, user, tmp_path)
        return made[user]

    yield of
    for context in made.values():
        context.jobs.wait()


@pytest.fixture
def open_order(qtbot: QtBot, contexts: Callable[[str], Context], desk: Desk) -> Open:
    """Opens an order as `user`, and waits until it can be typed."""

    def make(user: str, id: int | None = None, **start: Any) -> OrderScreen:
        screen = OrderScreen(contexts(user), desk, id, **start)
        qtbot.addWidget(screen)
        screen.resize(1100, 760)
        screen.show()
        qtbot.waitUntil(lambda: screen.ready and len(screen.page.grid.line_model.products) > 0)
        return screen

    return make


def submitted(context: Context, customer: int, **more: Any) -> dict[str, Any]:
    """An order of 859.75 with a number."""
    doc = document(context, ORDER, customer, **more)
    return order_store.save_and_issue(context.office, ORDER, doc, True)


def test_an_approval_says_who_and_how_much_and_ends_with_a_change(
    qtbot: QtBot, open_order: Open, contexts: Callable[[str], Context], customer: int
) -> None:
    doc = submitted(contexts("clerk"), customer)
    clerk = open_order("clerk", doc["id"])
    assert not clerk.page.steps.offers("approve")
    boss = open_order("boss", doc["id"])
    boss.approve()
    qtbot.waitUntil(lambda: boss.base["status"] == "approved")
    assert (boss.base["approved_by_name"], boss.base["approved_amount"]) == ("Boss", D("859.75"))
    assert "takes the approval back" in boss.page.banner.text()
    clerk.refresh()
    qtbot.waitUntil(lambda: clerk.base["status"] == "approved")
    clerk.page.grid.line_model.type_text(0, "quantity", "3")
    clerk.save()
    qtbot.waitUntil(lambda: clerk.base["status"] == "submitted")
    assert clerk.base["approved_by_name"] is None
    assert not clerk.page.banner.text()


def test_an_order_is_completed_and_reopened(
    qtbot: QtBot, open_order: Open, contexts: Callable[[str], Context], customer: int
) -> None:
    doc = submitted(contexts("clerk"), customer)
    boss = open_order("boss", doc["id"])
    boss.complete()
    qtbot.waitUntil(lambda: boss.base["status"] == "completed")
    assert not boss.editable()
    boss.reopen()
    qtbot.waitUntil(lambda: boss.base["status"] == "submitted")
    assert boss.editable()


def test_the_credit_limit_warns_and_does_not_refuse(
    qtbot: QtBot,
    open_order: Open,
    contexts: Callable[[str], Context],
    customer: int,
    office_db: OfficeDatabase,
) -> None:
    limit = "SET kehu.reason = 'Agreed'; UPDATE customer SET credit_limit = 1000 WHERE id = %s"
    office_db.ask(None, limit, customer)
    submitted(contexts("clerk"), customer)
    doc = order_store.save(
        contexts("clerk").office, ORDER, document(contexts("clerk"), ORDER, customer)
    )
    screen = open_order("clerk", doc["id"])
    screen.issue()
    qtbot.waitUntil(lambda: bool(screen.findChildren(CreditDialog)))
    dialog = screen.findChildren(CreditDialog)[0]
    assert "719.50 over the credit limit of 1,000.00" in dialog.text
    assert "Outstanding now: 859.75" in dialog.text
    dialog.reject()
    assert screen.base["number"] is None
    qtbot.waitUntil(lambda: not screen.findChildren(CreditDialog))
    screen.issue()
    qtbot.waitUntil(lambda: bool(screen.findChildren(CreditDialog)))
    screen.findChildren(CreditDialog)[0]._go_on()
    qtbot.waitUntil(lambda: screen.base["number"] is not None)


def test_no_button_is_cut_at_any_width(
    open_order: Open, contexts: Callable[[str], Context], customer: int
) -> None:
    boss = open_order("boss", submitted(contexts("boss"), customer)["id"])
    for wide in range(520, 1400, 11):
        boss.resize(wide, 700)
        QApplication.processEvents()
        shown = [b for _name, b in boss.page.steps.buttons() if b.isVisible()]
        assert shown
        cut = [b.text() for b in shown if b.width() < b.sizeHint().width()]
        assert (wide, cut) == (wide, [])


def test_money_that_comes_meanwhile_is_shown_and_is_no_conflict(
    qtbot: QtBot,
    open_order: Open,
    contexts: Callable[[str], Context],
    customer: int,
    office_db: OfficeDatabase,
    desk: Desk,
) -> None:
    doc = submitted(contexts("clerk"), customer)
    screen = open_order("clerk", doc["id"])
    screen.page.grid.line_model.type_text(0, "quantity", "3")
    samples.posted(office_db, "clerk", customer, 300, {doc["id"]: 300})
    screen.context.bus.changed.emit("sales_order", "update", [doc["id"]])
    qtbot.waitUntil(lambda: screen.base["received"] == 300)
    assert screen.theirs is None
    assert screen.dirty
    shown = [value.text() for value in screen.page.foot.strip._values]
    assert shown[:2] == ["300.00", "559.75"]
    screen.receive()
    qtbot.waitUntil(lambda: bool(desk.opened))
    assert desk.opened == [("receipt", None, {"customer_id": customer, "order_id": doc["id"]})]
    assert screen.base["total"] == D("945.75")


def test_what_was_paid_ahead_is_offered_after_submitting(
    qtbot: QtBot,
    open_order: Open,
    contexts: Callable[[str], Context],
    customer: int,
    office_db: OfficeDatabase,
    desk: Desk,
) -> None:
    samples.posted(office_db, "clerk", customer, 500)
    context = contexts("clerk")
    doc = order_store.save(context.office, ORDER, document(context, ORDER, customer))
    screen = open_order("clerk", doc["id"])
    screen.issue()
    qtbot.waitUntil(lambda: "500.00 ahead" in screen.page.banner.text())
    screen.page.banner.asked.emit()
    assert desk.opened == [("receipt", None, {"customer_id": customer, "order_id": doc["id"]})]
    screen.deliver()
    assert desk.opened[-1] == ("delivery", None, {"order_id": doc["id"]})


def test_what_is_taken_off_the_whole_is_in_the_lines(
    qtbot: QtBot,
    open_order: Open,
    contexts: Callable[[str], Context],
    customer: int,
    office_db: OfficeDatabase,
) -> None:
    context = contexts("clerk")
    doc = order_store.save(context.office, ORDER, document(context, ORDER, customer))
    screen = open_order("clerk", doc["id"])
    sums = screen.page.foot.sums
    sums.editors["whole_discount"].setFocus()
    QTest.keyClicks(sums.editors["whole_discount"], "2")
    QTest.keyClick(sums.editors["whole_discount"], Qt.Key.Key_Return)
    assert screen.page.figures().total == D("842.55")
    sums.wipe_off()
    assert screen.page.figures().total == D("842.50")
    sums.wipe_off()
    assert screen.page.figures().total == D("842.00")
    model = screen.page.grid.line_model
    column = model.columnCount() - 1
    shown = [model.index(row, column).data() for row in range(3)]
    assert sum(D(text) for text in shown) == D("842.00")
    screen.save()
    qtbot.waitUntil(lambda: not screen.dirty and not screen.saver.busy)
    rows = office_db.ask(None, "SELECT amount FROM order_line ORDER BY position")
    assert [f"{row[0]}" for row in rows] == shown
    sums.editors["whole_discount"].setText("60元")
    sums.editors["whole_discount"].editingFinished.emit()
    assert screen.page.figures().total == D("799.75")
    sums.editors["wipe_off"].setText("10000")
    sums.editors["wipe_off"].edited.emit()
    screen.save()
    assert "cannot be taken off" in sums.message()
    assert screen.dirty


def test_a_return_is_kept_as_a_draft_and_not_submitted(
    qtbot: QtBot, open_order: Open, contexts: Callable[[str], Context], customer: int
) -> None:
    context = contexts("clerk")
    doc = order_store.save(context.office, ORDER, document(context, ORDER, customer))
    screen = open_order("clerk", doc["id"])
    screen.page.grid.line_model.type_text(1, "quantity", "-20")
    screen.save()
    qtbot.waitUntil(lambda: not screen.dirty and not screen.saver.busy)
    screen.issue()
    assert "below zero" in screen.page.steps.said()
    assert screen.base["number"] is None

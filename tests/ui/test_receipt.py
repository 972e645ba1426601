"""The receipt on the screen, against a real office: by the keys, and with others at work."""

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
from client.data.money import allocation, receipts
from client.ui.forms.journal import drafts_of
from client.ui.priced.dialogs import ReasonDialog
from client.ui.screens.receipt import ReceiptScreen
from client.ui.tables.delegate import CELL
from client.ui.tables.marking import WRONG
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.server.samples import LINE
from tests.ui.order_office import context_of, press, receive
from tests.ui.records_office import Desk

D = Decimal
Key = Qt.Key
CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
Open = Callable[..., ReceiptScreen]


@pytest.fixture
def owing(office_db: OfficeDatabase, customer: int) -> Callable[..., int]:
    """Makes an order of the customer that is to be paid."""

    def make(price: str, due: str = "2026-10-01", **head: Any) -> int:
        lines = [LINE | {"quantity": 1, "unit_price": price}]
        doc = samples.document(office_db, customer, lines, due_date=due, **head)
        return int(samples.submit(office_db, "ann", samples.save(office_db, "ann", doc))["id"])

    return make


@pytest.fixture
def open_receipt(qtbot: QtBot, context: Context, desk: Desk) -> Open:
    """Opens a receipt as the shell does, and waits until it can be typed."""

    def make(id: int | None = None, **start: Any) -> ReceiptScreen:
        screen = ReceiptScreen(context, desk, id, **start)
        qtbot.addWidget(screen)
        screen.resize(1100, 760)
        screen.show()
        screen.activateWindow()
        qtbot.waitUntil(screen.isActiveWindow)
        qtbot.waitUntil(lambda: screen.ready)
        return screen

    return make


def posted(qtbot: QtBot, screen: ReceiptScreen) -> str:
    qtbot.waitUntil(lambda: not screen.saver.busy and bool(screen.base.get("number")))
    return str(screen.base["number"])


def parts(screen: ReceiptScreen) -> dict[str, Decimal]:
    """What each order gets, by what it owed."""
    model = screen.page.grid.parts_model
    return {
        f"{order.total:.0f}": model.parts[order.id]
        for order in model.orders
        if order.id in model.parts
    }


def test_a_receipt_is_typed_and_posted_with_the_keys_alone(
    qtbot: QtBot, open_receipt: Open, office_db: OfficeDatabase, desk: Desk, owing: Any
) -> None:
    late, later = owing("300", "2026-09-01"), owing("500", "2026-09-15")
    owing("700", "2026-12-31")
    screen = open_receipt()
    press("gzxh", Key.Key_Return)
    qtbot.waitUntil(lambda: len(screen.page.grid.parts_model.orders) == 3)
    head = screen.page.head.editors
    assert head["payer"].text() == "广州星河贸易有限公司"
    press(Key.Key_Return, "-1", Key.Key_Return, Key.Key_Return)
    press("100*4.5", Key.Key_Return)
    assert head["amount"].text() == "450.00"
    # what is due longest comes first, and follows the amount
    assert parts(screen) == {"300": D("300"), "500": D("150")}
    assert screen.page.foot.rest_text() == "All of it is handed out."
    press(Key.Key_Return, "B-77", Key.Key_Return, "both", Key.Key_Return)
    # in the orders: Enter walks, Space gives back, the rest stays as an advance
    press("100", Key.Key_Return, Key.Key_Space, Key.Key_Return, Key.Key_F9)
    assert parts(screen) == {"300": D("100"), "700": D("350")}
    press(Key.Key_Space)
    assert screen.page.foot.rest_text() == "350.00 stays as an advance."
    press(Key.Key_Return)
    assert screen.page.steps.post.hasFocus()
    press(Key.Key_Return)
    number = posted(qtbot, screen)
    rows = office_db.ask(
        None, "SELECT number, amount, allocated, advance, reference, remarks, payer FROM receipt"
    )
    assert rows == [(number, D("450"), D("100"), D("350"), "B-77", "both", "广州星河贸易有限公司")]
    owed = office_db.ask(None, "SELECT id, received FROM sales_order WHERE received > 0")
    assert owed == [(late, D("100"))]
    assert later != late
    assert screen.title == number
    assert head["amount"].isReadOnly()
    assert not screen.page.grid.parts_model.editable
    assert screen.page.steps.post.isHidden()
    screen.page.steps.print.click()
    assert desk.opened == [("paper:receipt", screen.record_id, {})]


def test_the_rest_of_an_order_is_received_in_two_keys(
    qtbot: QtBot, open_receipt: Open, office_db: OfficeDatabase, customer: int, owing: Any
) -> None:
    owing("300", "2026-09-01")
    number = owing("500", "2026-12-01")
    screen = open_receipt(customer_id=customer, order_id=number)
    assert parts(screen) == {"500": D("500")}  # though another is due before
    assert not screen.dirty
    # A key too many posts no money.
    assert screen.page.head.editors["amount"].hasFocus()
    press(Key.Key_Return)
    assert screen.base.get("number") is None
    assert not screen.saver.busy
    press(Key.Key_S, modifier=CONTROL_SHIFT)
    posted(qtbot, screen)
    rows = office_db.ask(None, "SELECT payment_state FROM sales_order WHERE id = %s", number)
    assert rows == [("paid",)]


def test_the_rest_is_what_it_is_now(
    qtbot: QtBot, open_receipt: Open, context: Context, customer: int, owing: Any
) -> None:
    number = owing("500")
    screen = open_receipt(customer_id=customer, order_id=number)
    receive(context, customer, "200", {number: "200"})
    context.bus.changed.emit("receipt", "update", [99])
    qtbot.waitUntil(lambda: screen.page.head.editors["amount"].text() == "300.00")
    assert parts(screen) == {"500": D("300")}
    assert "300.00 is left to pay" in screen.page.banner.text()
    assert not screen.dirty


def test_somebody_receives_meanwhile_and_nothing_typed_is_lost(
    qtbot: QtBot, open_receipt: Open, context: Context, customer: int, owing: Any
) -> None:
    number = owing("500")
    screen = open_receipt(customer_id=customer)
    press("500")
    screen.page.grid.go_to(0)
    press("480", Key.Key_Up)
    receive(context, customer, "100", {number: "100"})
    # this window has not heard of it: the database refuses, and names the order
    screen.post()
    qtbot.waitUntil(lambda: "more than is outstanding" in screen.page.steps.said())
    name = screen.page.grid.parts_model.orders[0].number
    assert screen.page.steps.said().startswith(name)
    model = screen.page.grid.parts_model
    qtbot.waitUntil(lambda: model.orders[0].outstanding == D("400"))
    assert model.parts == {number: D("480")}
    sentence = f"{name}: 480.00 is more than the 400.00 outstanding."
    assert model.cell(0, "part").data(WRONG) == sentence == screen.page.tools.said()
    assert screen.record_id is None
    assert screen.dirty
    # the window itself refuses now, until it is put right
    screen.post()
    assert screen.page.steps.said() == sentence
    screen.page.grid.go_to(0)
    press("400")
    screen.post()
    posted(qtbot, screen)
    assert (screen.base["allocated"], screen.base["advance"]) == (D("400"), D("100"))


def test_more_than_came_in_is_marked_at_once(
    qtbot: QtBot, open_receipt: Open, customer: int, owing: Any
) -> None:
    owing("500")
    screen = open_receipt(customer_id=customer)
    press("100")
    screen.page.grid.go_to(0)
    press("120+30", Key.Key_Up)
    assert screen.page.tools.said() == "50.00 more is handed out than came in."
    screen.post()
    assert screen.page.steps.said() == "50.00 more is handed out than came in."
    screen.page.grid.go_to(0)
    press("x1", Key.Key_Return)
    assert "'x1'" in screen.page.tools.said()
    screen.save()
    assert screen.record_id is None
    # anew: what cannot be read gives way to what is proposed
    screen.page.grid.go_to(0)
    QTest.keyClick(QApplication.focusWidget(), Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    assert parts(screen) == {"500": D("100")}


def test_an_order_paid_away_keeps_what_is_typed_in_its_cell(
    qtbot: QtBot, open_receipt: Open, context: Context, customer: int, owing: Any
) -> None:
    first, second = owing("300", "2026-09-01"), owing("500")
    screen = open_receipt(customer_id=customer)
    grid, model = screen.page.grid, screen.page.grid.parts_model
    screen.page.grid.go_to(1)
    press("77")
    receive(context, customer, "300", {first: "300"})
    context.bus.changed.emit("sales_order", "update", [first])
    qtbot.waitUntil(lambda: [order.id for order in model.orders] == [second])
    assert grid._delegate.editor is not None
    assert grid._delegate.editor.text() == "77"
    assert grid._delegate.editor.hasFocus()
    receive(context, customer, "500", {second: "500"})
    context.bus.changed.emit("sales_order", "update", [second])
    qtbot.waitUntil(lambda: model.orders[0].outstanding == 0)
    assert model.parts == {second: D("77")}


def test_what_is_paid_ahead_is_offered_and_used(
    qtbot: QtBot, open_receipt: Open, context: Context, desk: Desk, customer: int, owing: Any
) -> None:
    ahead = receive(context, customer, "500", {})
    older, number = owing("100", "2026-09-01"), owing("450", "2026-12-01")
    screen = open_receipt(customer_id=customer, order_id=number)
    assert screen.page.offer.text() == f"Advance of 500.00 from {ahead['number']}"
    screen._use_offered()
    assert desk.opened == [("receipt", ahead["id"], {"use": True, "order_id": number})]
    using = open_receipt(ahead["id"], use=True, order_id=number)
    assert parts(using) == {"100": D("50"), "450": D("450")}
    press(Key.Key_Space)
    assert using.dirty
    kept = using.payload()
    again = open_receipt(ahead["id"])
    again.recover(kept)
    assert (parts(again), again.dirty) == ({"450": D("450")}, True)
    using.post()
    qtbot.waitUntil(lambda: not using.page.using and using.base["advance"] == D("50"))
    assert allocation.parts_of(using.base) == {number: D("450")}
    assert not using.dirty
    account = receipts.read_account(context.office, customer)
    assert account is not None
    assert [(o.id, o.outstanding) for o in account.orders] == [(older, D("100"))]
    # Esc leaves what one began with, not the panel
    using.page.steps.use.click()
    assert using.page.using
    using.back()
    assert not using.page.using
    assert desk.closed == []


def test_voiding_asks_why_and_both_point_at_each_other(
    qtbot: QtBot, open_receipt: Open, context: Context, desk: Desk, customer: int, owing: Any
) -> None:
    number = owing("100")
    doc = receive(context, customer, "100", {number: "100"})
    screen = open_receipt(doc["id"])
    screen.page.steps.void.click()
    dialog = screen.findChild(ReasonDialog)
    assert dialog is not None
    dialog._reason.setText("wrong customer")
    dialog._give()
    qtbot.waitUntil(lambda: screen.base["state"] == "voided")
    link = screen.page.title._link
    assert link.text() == f"taken back by {screen.base['reversed_by_number']}"
    assert screen.page.steps.void.isHidden()
    link.click()
    red_id = desk.opened[-1][1]
    red = open_receipt(red_id)
    assert red.page.title._link.text() == f"takes back {doc['number']}"
    assert red.page.title._mark.accessibleName() == "Red entry"
    assert red.page.head.editors["amount"].text() == "\N{MINUS SIGN}100.00"
    assert red.page.grid.parts_model.cell(0, "part").data(CELL) == D("-100")
    assert red.page.steps.void.isHidden()


def test_a_draft_without_a_payer_stays_as_it_is_stored(
    qtbot: QtBot, open_receipt: Open, context: Context, office_db: OfficeDatabase, customer: int
) -> None:
    blank = allocation.blank(context.office.today, context.office.me["id"])
    draft = receipts.save(context.office, blank | {"customer_id": customer, "amount": D("50")})
    other = samples.customer(office_db, "ann", "Lakeside Books")
    screen = open_receipt(draft["id"])
    screen.refresh()
    context.jobs.wait()
    qtbot.wait(50)
    payer = screen.page.head.editors["payer"]
    assert (payer.text(), screen.dirty) == ("", False)
    # For another customer who is chosen it is that one's, as long as nobody typed another name.
    editor = screen.page.head.editors["customer_id"]
    editor.setFocus()
    editor.selectAll()
    press("lakeside", Key.Key_Return)
    qtbot.waitUntil(lambda: payer.text() == "Lakeside Books")
    assert screen.page.head.customer_id() == other


def test_two_change_one_draft(
    qtbot: QtBot, open_receipt: Open, context: Context, office_db: OfficeDatabase, customer: int
) -> None:
    blank = allocation.blank(context.office.today, context.office.me["id"])
    doc = blank | {"customer_id": customer, "amount": D("50"), "payer": "Chen"}
    draft = receipts.save(context.office, doc)
    screen = open_receipt(draft["id"])
    screen.page.head.focus_first()
    press("60")
    # in different places: joined without a question
    theirs = receipts.save(context.office, draft | {"reference": "B-1"})
    screen.save()
    qtbot.waitUntil(lambda: not screen.saver.busy and not screen.dirty)
    assert (screen.base["amount"], screen.base["reference"]) == (D("60"), "B-1")
    # in the same place: asked
    receipts.save(context.office, screen.base | {"amount": D("70")})
    screen.page.head.focus_first()
    press("80")
    screen.save()
    qtbot.waitUntil(screen.is_choosing)
    screen.conflict.choose("0", mine=True)
    screen.conflict.accept()
    qtbot.waitUntil(lambda: not screen.saver.busy and not screen.dirty)
    assert office_db.ask(None, "SELECT amount FROM receipt") == [(D("80"),)]
    assert theirs["id"] == screen.record_id


def test_what_was_typed_comes_back_after_a_crash(
    qtbot: QtBot, open_receipt: Open, context: Context, customer: int, owing: Any
) -> None:
    number = owing("500")
    screen = open_receipt(customer_id=customer)
    press("90")
    screen.page.grid.go_to(0)
    press("4", Key.Key_Up, "45x")
    kept = drafts_of(context.office)
    qtbot.waitUntil(lambda: any("45x" in str(draft.payload) for draft in kept.all()))
    (draft,) = kept.all()
    assert (draft.kind, draft.id) == ("receipt", None)
    again = open_receipt()
    again.recover(draft.payload)
    model = again.page.grid.parts_model
    qtbot.waitUntil(lambda: again.page.account is not None)
    assert again.page.head.editors["amount"].text() == "90.00"
    assert again.page.head.customer_name() == "广州星河贸易有限公司"
    assert model.texts == {number: "45x"}
    assert again.dirty


def test_a_server_that_is_gone_receives_what_was_last_typed_or_nothing(
    qtbot: QtBot, open_receipt: Open, context: Context, office_db: OfficeDatabase, customer: int
) -> None:
    profile = context.office.profile

    def post_in_vain(screen: ReceiptScreen) -> ReceiptScreen:
        press("90")
        context.office.close_idle()
        context.office.profile = replace(profile, port=1)
        screen.post()
        qtbot.waitUntil(lambda: not screen.saver.busy)
        assert "does not answer" in screen.page.steps.said()
        return screen

    left = post_in_vain(open_receipt(customer_id=customer))
    context.office.profile = profile
    context.bus.connection_back.emit()
    posted(qtbot, left)
    # what waits is not posted behind the back of whoever changes it meanwhile
    changed = post_in_vain(open_receipt(customer_id=customer))
    changed.page.head.editors["amount"].setFocus()
    press("5")
    context.office.profile = profile
    context.bus.connection_back.emit()
    assert "Nothing was posted" in changed.page.steps.said()
    assert not changed.saver.busy
    changed.post()
    posted(qtbot, changed)
    amounts = office_db.ask(None, "SELECT amount FROM receipt ORDER BY id")
    assert amounts == [(D("90"),), (D("590"),)]


def test_who_may_only_look_types_nothing(
    qtbot: QtBot, context: Context, office_db: OfficeDatabase, tmp_path: Path, customer: int
) -> None:
    doc = receive(context, customer, "10", {})
    ann = context_of(office_db, "ann", tmp_path)
    screen = ReceiptScreen(ann, Desk(), doc["id"])
    qtbot.addWidget(screen)
    screen.show()
    qtbot.waitUntil(lambda: screen.ready)
    steps = screen.page.steps
    hidden = (steps.post, steps.save, steps.void, steps.use, steps.allocate)
    assert all(button.isHidden() for button in hidden)
    assert screen.page.head.editors["amount"].isReadOnly()
    screen.post()
    assert not screen.saver.busy
    ann.jobs.wait()

"""A delivery on the screen, by the keys, against a real office."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data.deliveries import edit, store
from client.ui.deliveries.dialogs import SendOffDialog
from client.ui.forms.journal import drafts_of
from client.ui.priced.dialogs import ReasonDialog
from client.ui.screens.delivery import DeliveryScreen
from tests.conftest import OfficeDatabase
from tests.ui.answers import answer, question
from tests.ui.delivery_office import killing, planned
from tests.ui.order_office import context_of, dialog_of, press
from tests.ui.records_office import Desk

D = Decimal
Key = Qt.Key
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
Open = Callable[..., DeliveryScreen]
ROWS = "SELECT d.status, l.quantity FROM delivery d JOIN delivery_line l ON l.delivery_id = d.id"


@pytest.fixture
def open_delivery(qtbot: QtBot, context: Context, desk: Desk, show: Callable[[Any], Any]) -> Open:
    """Opens a delivery as the shell does, and waits until it can be typed."""

    def make(id: int | None = None, **start: Any) -> DeliveryScreen:
        screen: DeliveryScreen = show(DeliveryScreen(context, desk, id, **start))
        qtbot.waitUntil(lambda: screen.ready)
        return screen

    return make


def quantities(screen: DeliveryScreen) -> list[Decimal | None]:
    return [line["quantity"] for line in screen.page.grid.lines()]


def stored(qtbot: QtBot, screen: DeliveryScreen) -> None:
    qtbot.waitUntil(lambda: not screen.saver.busy and not screen.dirty)


def test_part_of_an_order_is_typed_and_sent_off_by_the_keys_alone(
    qtbot: QtBot, open_delivery: Open, order: dict[str, Any], office_db: OfficeDatabase
) -> None:
    screen = open_delivery(order_id=order["id"])
    assert quantities(screen) == [10, 4]
    assert screen.page.head.editors["address"].text() == "财富大厦 1206"
    press("6", Key.Key_Return, Key.Key_Escape, Key.Key_Delete)
    assert quantities(screen) == [6, None]
    press(Key.Key_F9)
    assert quantities(screen) == [6, 4]
    screen.page.grid.setFocus()
    press(Key.Key_Delete)
    screen.save()
    stored(qtbot, screen)
    assert screen.page.steps.said().startswith("saved")
    assert "customer" not in screen.page.steps.said()
    assert office_db.ask(None, ROWS) == [("planned", 6)]
    press(Key.Key_S, modifier=CTRL_SHIFT)
    dialog_of(qtbot, screen, SendOffDialog)
    press("+1", Key.Key_Return)
    press("0", Key.Key_Return)
    qtbot.waitUntil(lambda: screen.base["status"] == "shipped")
    assert screen.title == screen.base["number"]
    assert screen.base["shipped_on"] == screen.context.office.today
    assert office_db.ask(None, "SELECT status FROM sales_order") == [("partly_shipped",)]


def test_behind_the_last_quantity_enter_saves(
    qtbot: QtBot, open_delivery: Open, order: dict[str, Any], office_db: OfficeDatabase
) -> None:
    screen = open_delivery(order_id=order["id"])
    press("6", Key.Key_Return, "3", Key.Key_Return)
    assert screen.page.steps.save.hasFocus()
    press(Key.Key_Return)
    stored(qtbot, screen)
    assert office_db.ask(None, ROWS + " ORDER BY l.position") == [("planned", 6), ("planned", 3)]


def test_too_much_is_said_while_it_is_typed_and_not_saved(
    qtbot: QtBot, open_delivery: Open, order: dict[str, Any], office_db: OfficeDatabase
) -> None:
    screen = open_delivery(order_id=order["id"])
    press("10.5")
    assert screen.page.tools.said().startswith("Only 10 of")
    press(Key.Key_Return, "3")
    assert screen.page.tools.said().startswith("Only 10 of")
    screen.save()
    assert screen.page.steps.said().startswith("Only 10 of")
    assert not screen.saver.busy
    assert office_db.ask(None, ROWS) == []


def test_after_the_goods_left_their_way_is_typed_but_no_line(
    qtbot: QtBot, open_delivery: Open, context: Context, order: dict[str, Any]
) -> None:
    doc = planned(context, order, "6")
    store.step(context.office, doc["id"], "shipped")
    screen = open_delivery(doc["id"])
    screen.page.head.editors["waybill"].setFocus()
    press("SF 1")
    assert screen.page.head.editors["address"].isReadOnly()
    screen.page.grid.go_to(0)
    press("1")
    assert quantities(screen) == [6]
    screen.save()
    stored(qtbot, screen)
    assert store.load(context.office, doc["id"]).doc["waybill"] == "SF 1"
    press(Key.Key_R, modifier=CTRL_SHIFT)
    qtbot.waitUntil(lambda: screen.base["status"] == "received")


def test_a_cancelled_delivery_gives_its_goods_back(
    qtbot: QtBot, open_delivery: Open, context: Context, order: dict[str, Any]
) -> None:
    doc = planned(context, order, "6")
    store.step(context.office, doc["id"], "shipped")
    screen = open_delivery(doc["id"])
    screen.ending.ask()
    dialog_of(qtbot, screen, ReasonDialog)
    press(Key.Key_Return)
    press("came back", Key.Key_Return)
    qtbot.waitUntil(lambda: screen.base["status"] == "cancelled")
    assert screen.page.tools.said() == "Cancelled: came back"
    assert store.begin(context.office, order["id"])["lines"][0]["quantity"] == 10


def test_two_people_change_one_delivery(
    qtbot: QtBot, open_delivery: Open, context: Context, order: dict[str, Any]
) -> None:
    doc = planned(context, order, "6")
    screen = open_delivery(doc["id"])
    screen.page.grid.go_to(0)
    press("7", Key.Key_Return)
    theirs = edit.opened(*store.load(context.office, doc["id"]))
    theirs["lines"][0]["quantity"] = D(8)
    store.save(context.office, theirs | {"courier": "顺丰"})
    context.bus.changed.emit("delivery", "update", [doc["id"]])
    qtbot.waitUntil(lambda: "Somebody else" in screen.page.banner.text())
    assert quantities(screen)[0] == 7
    screen.save()
    qtbot.waitUntil(screen.is_choosing)
    (texts,) = screen.conflict.texts().values()
    assert texts[-2:] == ("8", "7")
    assert screen.conflict.said().startswith(f"{context.office.me['name']} saved this record")
    press(Key.Key_F8)
    stored(qtbot, screen)
    fresh = store.load(context.office, doc["id"]).doc
    assert (fresh["lines"][0]["quantity"], fresh["courier"]) == (7, "顺丰")


def test_goods_leave_only_as_somebody_has_seen_them(
    qtbot: QtBot, open_delivery: Open, context: Context, order: dict[str, Any]
) -> None:
    doc = planned(context, order, "6")
    screen = open_delivery(doc["id"])
    theirs = edit.opened(*store.load(context.office, doc["id"]))
    theirs["lines"][0]["quantity"] = D(8)
    store.save(context.office, theirs)
    screen.ship_on(context.office.today)
    qtbot.waitUntil(lambda: "Look at it once more" in screen.page.steps.said())
    assert quantities(screen)[0] == 8
    screen.ship_on(context.office.today)
    qtbot.waitUntil(lambda: screen.base["status"] == "shipped")


def test_what_others_plan_meanwhile_is_open_no_more(
    qtbot: QtBot, open_delivery: Open, context: Context, order: dict[str, Any]
) -> None:
    screen = open_delivery(order_id=order["id"])
    press("5", Key.Key_Return)
    planned(context, order, "6")
    context.bus.changed.emit("delivery", "insert", [])
    qtbot.waitUntil(lambda: screen.page.grid.lines()[0]["elsewhere"] == 6)
    assert screen.page.tools.said().startswith("Only 4 of")
    assert quantities(screen) == [5, 4]


def test_an_open_cell_stays_when_other_lines_go(
    qtbot: QtBot, open_delivery: Open, context: Context, order: dict[str, Any]
) -> None:
    screen = open_delivery(order_id=order["id"])
    press(Key.Key_Return, "3")
    doc = store.begin(context.office, order["id"])
    store.save(context.office, doc | {"lines": doc["lines"][:1]})
    context.bus.changed.emit("delivery", "insert", [])
    qtbot.waitUntil(lambda: len(screen.page.grid.line_model.lines) == 1)
    assert "some lines are not open" in screen.page.banner.text()
    assert quantities(screen) == [3]


def test_what_is_said_stays_when_others_plan_of_the_order(
    qtbot: QtBot, open_delivery: Open, context: Context, order: dict[str, Any]
) -> None:
    screen = open_delivery(order_id=order["id"])
    day = screen.page.head.editors["planned_on"]
    day.setFocus()
    day.selectAll()
    press("soon")
    screen.save()
    complaint = day.accessibleDescription()
    assert complaint
    doc = store.begin(context.office, order["id"])
    store.save(context.office, doc | {"lines": doc["lines"][:1]})
    context.bus.changed.emit("delivery", "insert", [])
    qtbot.waitUntil(lambda: "some lines are not open" in screen.page.banner.text())
    assert day.accessibleDescription() == complaint
    with qtbot.waitSignal(screen.following.late):  # it is read again
        context.bus.changed.emit("delivery", "update", [])
    qtbot.waitUntil(lambda: not context.jobs.busy())
    assert "some lines are not open" in screen.page.banner.text()


def test_what_is_typed_outlives_a_crash(
    qtbot: QtBot,
    open_delivery: Open,
    context: Context,
    order: dict[str, Any],
    show: Any,
    desk: Desk,
) -> None:
    screen = open_delivery(order_id=order["id"])
    press("3")
    screen.journal.write()
    qtbot.waitUntil(lambda: screen.journal._writing is None)
    drafts = drafts_of(context.office)
    drafts.close()
    (draft,) = drafts.all()
    after = show(DeliveryScreen(context, desk, None))
    after.journal.take_over(draft)
    after.recover(draft.payload)
    qtbot.waitUntil(lambda: after.ready)
    assert quantities(after) == [3, 4]
    assert after.dirty
    after.save()
    stored(qtbot, after)
    assert drafts.all() == []


@pytest.mark.parametrize("place", [1, 3])
def test_a_server_that_goes_while_it_saves_gets_it_once(
    qtbot: QtBot,
    open_delivery: Open,
    context: Context,
    order: dict[str, Any],
    office_db: OfficeDatabase,
    place: int,
) -> None:
    screen = open_delivery(order_id=order["id"])
    press("6", Key.Key_Return)
    killing(context.office, office_db, place)
    screen.save()
    qtbot.waitUntil(lambda: "does not answer" in screen.page.steps.said())
    assert screen.dirty
    press("3", Key.Key_Return)
    context.bus.connection_back.emit()
    qtbot.waitUntil(lambda: screen.record_id is not None)
    assert quantities(screen) == [6, 3]
    assert office_db.ask(None, ROWS + " ORDER BY l.position") == [("planned", 6), ("planned", 4)]


def test_without_an_order_one_is_chosen_and_without_goods_it_is_said(
    qtbot: QtBot, context: Context, order: dict[str, Any], show: Any, desk: Desk
) -> None:
    screen = show(DeliveryScreen(context, desk))
    qtbot.waitUntil(lambda: len(screen.chooser.grid.model.ids) == 1)
    press(order["number"], Key.Key_Return)
    qtbot.waitUntil(lambda: screen.ready)
    press(Key.Key_F9, modifier=SHIFT)
    screen.save()
    stored(qtbot, screen)
    again = show(DeliveryScreen(context, desk, None, order_id=order["id"]))
    qtbot.waitUntil(again.nothing.isVisible)
    assert f"Nothing of {order['number']} is open" in again.nothing._text.text()
    empty = show(DeliveryScreen(context, desk))
    overlay = empty.chooser.grid.overlay._empty
    qtbot.waitUntil(overlay.isVisible)
    assert overlay._text.text() == "No order has anything left to send."


def test_who_may_not_send_is_offered_no_step(
    qtbot: QtBot, office_db: OfficeDatabase, context: Context, order: dict[str, Any], tmp_path: Path
) -> None:
    doc = planned(context, order, "2")
    serge = office_db.id_of("serge")
    office_db.ask(None, "UPDATE operator SET scope = 'all' WHERE id = %s", serge)
    reader = context_of(office_db, "serge", tmp_path)
    screen = DeliveryScreen(reader, Desk(), doc["id"])
    qtbot.addWidget(screen)
    qtbot.waitUntil(lambda: screen.ready)
    steps = screen.page.steps
    assert all(b.isHidden() for b in (steps.save, steps.pick, steps.ship, steps.cancel))
    assert not screen.page.grid.line_model.editable
    reader.jobs.wait()


def test_a_planned_delivery_goes_to_the_bin_after_a_question(
    qtbot: QtBot,
    open_delivery: Open,
    context: Context,
    order: dict[str, Any],
    desk: Desk,
) -> None:
    screen = open_delivery(planned(context, order, "2")["id"])
    screen.ending.ask()
    box = question(screen)
    assert box is not None
    qtbot.keyClick(box, Key.Key_Return)  # a key too many deletes nothing
    screen.ending.ask()
    answer(screen, "Delete delivery")
    qtbot.waitUntil(lambda: desk.closed == [screen])
    assert store.begin(context.office, order["id"])["lines"][0]["quantity"] == 10


def test_the_paper_shows_what_was_typed_and_stored(
    qtbot: QtBot, open_delivery: Open, order: dict[str, Any], desk: Desk, office_db: OfficeDatabase
) -> None:
    screen = open_delivery(order_id=order["id"])
    press("6", Key.Key_Return)
    screen.print_current()
    qtbot.waitUntil(lambda: bool(desk.opened))
    assert desk.opened == [("paper:delivery", screen.record_id, {})]
    assert (D(6),) in office_db.ask(None, "SELECT quantity FROM delivery_line")

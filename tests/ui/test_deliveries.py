"""Lists of deliveries: all of them, those of an order, and how many are due."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data.deliveries import store
from client.ui.deliveries.dialogs import OutcomeDialog, SendOffDialog
from client.ui.deliveries.due import DueCount
from client.ui.deliveries.of_order import OrderDeliveries
from client.ui.screens.deliveries import DeliveriesScreen
from tests.ui.delivery_office import planned
from tests.ui.order_office import dialog_of, press
from tests.ui.records_office import Desk

Key = Qt.Key
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def test_several_are_sent_off_at_once_and_what_failed_is_told(
    qtbot: QtBot, context: Context, order: dict[str, Any], show: Any, desk: Desk
) -> None:
    one, other = planned(context, order, "2", -1), planned(context, order, "3")
    screen = show(DeliveriesScreen(context, desk))
    qtbot.waitUntil(lambda: len(screen.grid.model.ids) == 2)
    planned(context, order, "1", days=2)
    screen.grid.table.selectAll()
    screen.grid.table.setFocus()
    store.step(context.office, other["id"], "shipped")
    press(Key.Key_S, modifier=CTRL_SHIFT)
    dialog_of(qtbot, screen, SendOffDialog)
    with qtbot.waitSignal(screen.batch.ended) as ended:
        press(Key.Key_Return)
    assert ended.args is not None
    assert ended.args[0] == 1
    failed = dialog_of(qtbot, screen, OutcomeDialog)
    assert failed.list.count() == 1
    failed.accept()
    assert store.load(context.office, one["id"]).doc["status"] == "shipped"
    qtbot.waitUntil(lambda: len(screen.grid.model.ids) == 0)
    screen.choice._group.button(2).click()
    qtbot.waitUntil(lambda: len(screen.grid.model.ids) == 2)
    assert context.settings.get("deliveries/choice", "") == "shipped"


def test_an_order_shows_its_deliveries_and_follows_them(
    qtbot: QtBot, context: Context, order: dict[str, Any], desk: Desk
) -> None:
    page = QWidget()
    strip = OrderDeliveries(context, desk, page, order["id"])
    QVBoxLayout(page).addWidget(strip)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(strip.isVisible)
    assert strip.rest.text() == "Deliver"
    doc = planned(context, order, "2")
    context.bus.changed.emit("delivery", "insert", [doc["id"]])
    qtbot.waitUntil(lambda: len(strip.model.rows) == 1)
    strip.table.opened.emit(0)
    strip.rest.click()
    assert desk.opened == [
        ("delivery", doc["id"], {}),
        ("delivery", None, {"order_id": order["id"]}),
    ]
    strip.set_order(None)
    assert not strip.isVisible()


def test_what_is_due_stands_beside_the_navigation(
    qtbot: QtBot, context: Context, order: dict[str, Any], desk: Desk
) -> None:
    planned(context, order, "2", -1)
    owner = QWidget()
    qtbot.addWidget(owner)
    owner.show()
    DueCount(context, desk, owner)
    qtbot.waitUntil(lambda: desk.counts == {"deliveries": "1"})
    planned(context, order, "2", 0)
    context.bus.changed.emit("delivery", "insert", [])
    qtbot.waitUntil(lambda: desk.counts == {"deliveries": "2"})

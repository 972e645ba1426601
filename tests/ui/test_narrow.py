"""Where a screen is small, or scaled much: nothing is cut off, and nothing is out of reach."""

from typing import Any

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QLineEdit, QMenu, QVBoxLayout, QWidget

from client.ui.analysis.charts import Bar, BarChart
from client.ui.handover.dialog import HandoverDialog
from client.ui.kit import Button, ElidedLabel
from client.ui.kit.room import TITLE_BAR
from client.ui.kit.scroller import Scroller, bring_into_sight
from client.ui.rights.explain_operator import PersonDialog
from client.ui.rights.permission_table import PermissionTable
from client.ui.screens.customers import CustomersScreen
from client.ui.screens.imports import ImportDialog
from client.ui.screens.order import OrderScreen
from client.ui.shell.keys import KeysDialog
from client.ui.shell.status_bar import StatusBar
from client.ui.theme import size

LONG = "It has documents with numbers, which are never deleted, so it stays. " * 3


@pytest.mark.parametrize("width", [420, 560, 700, 1000])
def test_what_is_not_in_the_toolbar_is_in_its_menu(qtbot, context, desk, monkeypatch, width):
    screen = CustomersScreen(context, desk)
    qtbot.addWidget(screen)
    screen.resize(1300, 500)
    screen.show()
    bar = screen.grid.open_button.parentWidget()

    def seen():
        return [b for b in bar.findChildren(Button) if b.isVisible()]

    at_ease = {button.text() for button in seen()} - {"Open"}
    screen.resize(width, 500)
    qtbot.wait(20)
    assert all(button.width() >= button.sizeHint().width() for button in seen())
    assert max(button.geometry().right() for button in seen()) < screen.grid.bin.button.x()
    offered: list[Any] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _at: offered.extend(menu.actions()))
    screen.grid.yielding.more.click()
    texts = {action.text() for action in offered}
    assert {button.text() for button in seen()} | texts >= at_ease
    said: list[str] = []
    screen.status_changed.connect(said.append)
    for action in offered:
        if action.text() == "Merge…":
            action.trigger()
    assert said == (["Select the two customers to be merged."] if "Merge…" in texts else [])


def test_a_long_message_does_not_widen_the_window(qtbot):
    bar = StatusBar("office-server")
    qtbot.addWidget(bar)
    bar.set_operator("Clara Dunmere · Quillbrook Trading Ltd")
    bar.resize(900, 26)
    bar.show()
    before = bar.minimumSizeHint().width()
    bar.say(LONG)
    assert bar.minimumSizeHint().width() <= before
    assert bar._operator.isHidden()
    assert bar.text() == LONG
    bar.say("")
    assert bar._operator.isVisible()
    bar.say("Saved.")
    assert bar._operator.isVisible()


@pytest.mark.parametrize("make", [HandoverDialog, ImportDialog, lambda _context: KeysDialog()])
def test_dialogs_are_no_larger_than_the_screen(qtbot, context, monkeypatch, make):
    small = QRect(0, 0, 911, 512)
    monkeypatch.setattr("PySide6.QtGui.QScreen.availableGeometry", lambda _screen: small)
    dialog = make(context)
    qtbot.addWidget(dialog)
    dialog.show()
    room = small.size() - QSize(0, TITLE_BAR)
    assert dialog.size().boundedTo(room) == dialog.size()
    buttons = [button for button in dialog.findChildren(Button) if button.isVisible()]
    assert buttons
    for button in buttons:
        assert dialog.rect().contains(
            QRect(button.mapTo(dialog, button.rect().topLeft()), button.size())
        )


def test_an_order_in_a_low_window_shows_whole_fields_and_its_total(qtbot, context, desk, customer):
    screen = OrderScreen(context, desk, None, customer_id=customer)
    qtbot.addWidget(screen)
    screen.show()
    screen.setMinimumSize(1, 1)
    qtbot.waitUntil(lambda: screen.ready)
    page = screen.page
    page.resize(836, 407)
    page.layout().activate()
    qtbot.wait(20)
    assert {editor.height() for editor in page.head.editors.values()} == {size("field")}
    assert page.grid.height() >= 3 * size("row")
    bottom = page.foot.mapTo(page, page.foot.rect().bottomLeft()).y()
    assert bottom < page.steps.mapTo(page, page.steps.rect().topLeft()).y() + 1


def test_the_figure_of_the_longest_bar_has_room(qtbot):
    chart = BarChart()
    qtbot.addWidget(chart)
    chart.resize(120, 300)
    chart.set_bars([Bar("Ashwick", 1089.8, 956.3, "1,089.8")], "CNY k")
    figure = chart.fontMetrics().horizontalAdvance("1,089.8")
    end = 1089.8 / (chart._scale.most - chart._scale.least) * chart.width()
    assert end + figure <= chart.width()


def test_the_part_with_the_keys_comes_into_sight(qtbot):
    content = QWidget()
    column = QVBoxLayout(content)
    fields = [QLineEdit() for _place in range(30)]
    for field in fields:
        column.addWidget(field)
    area = Scroller(content)
    qtbot.addWidget(area)
    area.resize(300, 200)
    area.show()
    for field in (fields[20], fields[3]):
        bring_into_sight(field)
        at = field.mapTo(area.viewport(), field.rect().center())
        assert area.viewport().rect().contains(at)


def test_a_sentence_goes_on_in_a_second_line_before_it_is_cut(qtbot):
    said = ElidedLabel("The server does not answer. It saves when it is back.")
    qtbot.addWidget(said)
    said.resize(said.sizeHint().width() * 3 // 4, 40)
    assert said.shown() == said.text()
    said.resize(said.width(), 20)
    assert "…" in said.shown()
    said.resize(said.sizeHint().width() // 4, 40)
    assert "…" in said.shown()


def test_the_last_line_of_permissions_is_seen_above_the_scroll_bar(qtbot):
    table = PermissionTable()
    qtbot.addWidget(table)
    for width in (table.whole_width(), 300):
        table.resize(width, table.height())
        table.show()
        last = table.visualRect(table.rules.index(table.rules.rowCount() - 1, 0))
        assert table.viewport().rect().contains(last.center())
        assert last.bottom() <= table.viewport().height()


def test_a_dialog_is_as_high_as_what_came_to_be_known(qtbot, at):
    context = at("boss")
    number, window = context.office.me["id"], QWidget()
    qtbot.addWidget(window)
    dialog = PersonDialog(context, number, window)
    dialog.show()
    qtbot.waitUntil(lambda: bool(dialog.texts()) and not context.jobs.busy())
    assert dialog.findChild(Scroller).verticalScrollBar().maximum() == 0

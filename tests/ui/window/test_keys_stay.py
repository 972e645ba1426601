"""Where the keys are after something went: a panel, a list that was open, a question."""

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QToolTip

from client.ui.kit.combo import Combo
from client.ui.screen import RecordSpec

Key = Qt.Key


def test_after_a_panel_closes_the_keys_are_where_they_were_in_the_one_before(qtbot, window):
    window.docks.widget("customers").field.setFocus()
    window.desk.open_screen("orders")
    assert window.docks.widget("orders").table.hasFocus()
    window.commands.close_panel()
    assert window.docks.current() == "customers"
    assert window.docks.widget("customers").field.hasFocus()


def test_a_page_of_the_settings_that_is_asked_for_has_the_keys(window):
    window.desk.open_screen("industry")
    shown = window.docks.widget("settings")
    assert shown.active().table.hasFocus()
    shown._list.setFocus()
    shown._list.setCurrentRow(0)
    assert shown._list.hasFocus()
    QTest.keyClick(shown._list, Key.Key_Return)
    assert shown.active().table.hasFocus()
    assert shown.page() == "region"


def test_esc_closes_an_open_list_and_no_panel(qtbot, window):
    screen = window.docks.widget("customers")
    choices = QComboBox(screen)
    choices.addItems(["one", "two"])
    choices.show()
    choices.showPopup()
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    window.menus._actions["back"].trigger()
    assert QApplication.activePopupWidget() is None
    assert screen.called == []
    window.menus._actions["back"].trigger()
    assert screen.called == ["back"]


def test_a_record_that_was_new_comes_back_among_the_others(make):
    one = make()
    one.desk.open_record("sales_order", None)
    key = one.docks.current()
    one.docks.widget(key).record_id = 12
    one.docks.widget(key).title_changed.emit("SO-12")
    assert one.close()
    other = make()
    assert other.docks.open_keys() == ["customers", "sales_order:12"]
    assert other.docks.current() == "sales_order:12"
    docks = other.docks._docks
    assert not any(dock.isInFloatingContainer() for dock in docks.values())


def test_a_panel_that_the_kept_layout_does_not_know_does_not_float(make, settings):
    one = make()
    assert one.close()
    settings.set("panels", ["customers", "sales_order:5"])
    other = make()
    assert other.docks.open_keys() == ["customers", "sales_order:5"]
    assert not other.docks._docks["sales_order:5"].isInFloatingContainer()


def test_the_summary_of_a_list_goes_with_its_panel(make):
    note = RecordSpec("note", "users", "Note", lambda _context, _navigator, _id: QLineEdit())
    window = make(records=[note])
    table = window.docks.widget("customers").table
    table.setFocus()
    table.selectRow(0)
    assert window.status.text() == "1 selected · Total 5.00"
    window.desk.open_record("note", 7)
    assert window.status.text() == ""
    window.docks.raise_panel("customers")
    assert window.status.text() == "1 selected · Total 5.00"


def test_what_happened_is_told_for_a_while_and_then_the_summary_again(window):
    screen = window.docks.widget("customers")
    screen.table.setFocus()
    screen.table.selectRow(0)
    screen.status_changed.emit("Posted as RC-1")
    screen.table.selectRow(0)
    assert window.status.text() == "Posted as RC-1"
    window.status._back.timeout.emit()
    assert window.status.text() == "1 selected · Total 5.00"
    screen.status_changed.emit("No connection")
    screen.status_changed.emit("")
    assert window.status.text() == "1 selected · Total 5.00"


def test_the_summary_follows_what_is_typed_into_the_selected_row(window):
    screen = window.docks.widget("customers")
    screen.table.setFocus()
    screen.table.selectRow(0)
    screen.rows.rows[0]["total"] = 8
    place = screen.rows.index(0, 1)
    screen.rows.dataChanged.emit(place, place)
    assert window.status.text() == "1 selected · Total 8.00"


def test_a_text_that_a_narrow_choice_cuts_can_be_read(qtbot):
    choice = Combo()
    qtbot.addWidget(choice)
    choice.addItems(["Short", "A private company with limited liability"])
    choice.setFixedWidth(120)
    choice.show()
    wide = choice.fontMetrics().horizontalAdvance(choice.itemText(1))
    choice.showPopup()
    assert choice.view().width() >= wide
    choice.hidePopup()
    asked = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), choice.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(choice, asked)
    assert not QToolTip.isVisible()
    choice.setCurrentIndex(1)
    QApplication.sendEvent(choice, asked)
    assert QToolTip.text() == "A private company with limited liability"
    QToolTip.hideText()

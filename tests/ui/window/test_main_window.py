"""The window: panels open once, come back as left, ask before they close; keys reach screens."""

from threading import Event

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMessageBox,
    QToolTip,
    QWidget,
)

from client import i18n
from client.ui.screen import Hit, RecordSpec
from client.ui.shell import keys
from client.ui.shell.actions import COMMANDS
from client.ui.shell.help import TOPICS, HelpPage, topic_of
from client.ui.shell.settings_screen import SettingsScreen
from client.ui.theme import theme
from tests.ui.window.bare_window import RECORDS, Screen


def test_the_first_screen_opens_by_itself(window):
    assert window.docks.open_keys() == ["customers"]
    assert window.docks.current() == "customers"


def test_a_record_opens_once(window):
    window.desk.open_record("customer", 7)
    first = window.docks.widget("customer:7")
    window.desk.open_record("customer", 8)
    window.desk.open_record("customer", 7)
    assert window.docks.open_keys() == ["customers", "customer:7", "customer:8"]
    assert window.docks.widget("customer:7") is first
    assert window.docks.current() == "customer:7"


def test_a_paper_stands_beside_its_record_and_is_not_kept(make):
    papers = RecordSpec("paper:order", "printer", "Paper", Screen, "center", kept=False)
    window = make(records=[*RECORDS, papers])
    window.desk.open_record("paper:order", 7)
    window.desk.open_record("paper:order", 7)
    window.desk.open_record("customer", 7)
    assert window.docks.open_keys() == ["customers", "paper:order:7", "customer:7"]
    assert list(window.desk.kept()) == ["customers", "customer:7"]
    assert window.desk.icon_of("paper:order:7") == "printer"


def test_a_new_record_keeps_its_panel_when_it_has_a_number(window):
    window.desk.open_record("customer", None, name="Star")
    key = window.docks.current()
    shown = window.docks.widget(key)
    assert shown.start == {"name": "Star"}
    shown.record_id = 12
    shown.title_changed.emit("Star")
    window.desk.open_record("customer", 12)
    assert window.docks.current() == key
    assert window.visits.recent[0] == ("users", "Star", "customer:12")
    window.desk.open_record("customer", None)
    assert window.desk.kept() == {"customers": "customers", key: "customer:12"}


def test_a_click_on_a_tab_gives_the_keys_to_its_panel(qtbot, window):
    window.desk.open_screen("orders")
    tab = window.docks._docks["customers"].tabWidget()
    qtbot.mouseClick(tab, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.docks.widget("customers").table.hasFocus)
    assert window.docks.current() == "customers"


def test_commands_reach_the_current_screen_and_no_other(qtbot, window):
    window.desk.open_screen("orders")
    one, other = (window.docks.widget(key) for key in ("customers", "orders"))
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert other.called == ["new_record", "save"]
    assert one.called == []


def test_what_a_screen_cannot_do_is_not_offered(window):
    offered = {
        command.name: window.menus._actions[command.name].isEnabled()
        for command in COMMANDS
        if command.name in window.menus._actions
    }
    assert offered["save"]
    assert not offered["print_current"]
    assert "open_import" not in offered


def test_escape_in_a_filter_stays_there(qtbot, window):
    screen = window.docks.widget("customers")
    screen.table.head.focus_filter("number")
    edit = window.focusWidget()
    qtbot.keyClicks(edit, "A")
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.text() == ""
    assert screen.called == []


def test_a_screen_that_objects_stays_open(window):
    screen = window.docks.widget("customers")
    screen.stays = True
    window.commands.close_panel()
    assert window.docks.open_keys() == ["customers"]
    assert not window.close()
    screen.stays = False
    window.commands.close_panel()
    assert window.docks.open_keys() == []
    assert window.docks._empty.isVisible()


def test_panels_come_back_as_left(make, qtbot):
    one = make()
    one.desk.open_screen("orders")
    one.desk.open_record("sales_order", 5)
    one.desk.open_record("customer", 7)
    one.desk.open_record("customer", None)
    one.docks.raise_panel("orders")
    assert one.close()
    other = make()
    assert set(other.docks.open_keys()) == {"customers", "orders", "sales_order:5", "customer:7"}
    assert other.docks.current() == "orders"


def test_a_colleague_at_the_same_computer_finds_the_lists_but_no_records(make, context):
    context.office.me["login"] = "wang"
    one = make()
    one.desk.open_screen("orders")
    one.desk.open_record("customer", 7)
    one.docks.widget("customer:7").title_changed.emit("Star")
    assert one.visits.recent == [("users", "Star", "customer:7")]
    assert one.close()
    context.office.me["login"] = "li"
    other = make()
    assert set(other.docks.open_keys()) == {"customers", "orders"}
    assert other.visits.recent == []


@pytest.mark.parametrize("rubbish", ["", "x", "<?xml", '<?xml version="1.0"?><a/>', "\x00" * 50])
def test_spoilt_layouts_give_the_default(make, settings, rubbish):
    settings.set("docks", rubbish)
    settings.set("window", rubbish)
    settings.set("panels", ["customers", "no such", "customer:x", "customer:3"])
    window = make()
    assert window.docks.open_keys() == ["customers", "customer:3"]
    assert not any(dock.isClosed() for dock in window.docks._docks.values())


def test_back_and_forward(window):
    window.desk.open_screen("orders")
    window.desk.open_record("customer", 7)
    window.commands.visit_back()
    assert window.docks.current() == "orders"
    window.commands.visit_back()
    assert window.docks.current() == "customers"
    window.commands.visit_forward()
    assert window.docks.current() == "orders"


def test_settings_pages_open_inside_the_settings(window):
    window.desk.open_screen("industry")
    assert window.docks.current() == "settings"
    shown = window.docks.widget("settings")
    assert isinstance(shown, SettingsScreen)
    shown.active().called.clear()
    window._command("new_record")
    assert shown.active().called == ["new_record"]
    assert window.navigation._buttons.keys() == {"customers", "orders", "settings"}


def test_turning_to_another_page_of_the_settings_offers_its_commands(window):
    window.desk.open_screen("region")
    new = window.menus._actions["new_record"]
    page = window.docks.widget("settings").active()
    page.barred = ["new_record"]
    window._panel_changed("settings")
    assert not new.isEnabled()
    window.desk.open_screen("industry")
    assert new.isEnabled()


def test_what_somebody_typed_is_never_read_as_markup(qtbot, window):
    typed = "<b>typed</b>"
    window.docks.open("other", typed, QWidget)
    box = QMessageBox(window)
    box.setText(typed)
    box.open()
    QToolTip.showText(QPoint(10, 10), typed)
    shown = [w for w in QApplication.allWidgets() if isinstance(w, QLabel) and w.text() == typed]
    kinds = {type(w).__name__ for w in shown} | {w.metaObject().className() for w in shown}
    assert len(shown) >= 3, kinds
    assert {w.textFormat() for w in shown} == {Qt.TextFormat.PlainText}
    QToolTip.hideText()
    box.close()


def test_the_selection_is_told_in_the_status_line(qtbot, window):
    screen = window.docks.widget("customers")
    screen.field.setFocus()
    screen.table.setFocus()
    screen.table.selectRow(0)
    assert window.status.text() == "1 selected · Total 5.00"


def test_search_opens_what_was_found(qtbot, make, jobs):
    asked = []

    def search(text):
        asked.append(text)
        return [Hit("users", "Star", "C-1", "customer", 1), Hit("users", "Sun", "", "customer", 2)]

    window = make(search=search)
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.search_box.hasFocus()
    qtbot.keyClicks(window.search_box, "st")
    qtbot.waitUntil(window.search_box._answers.isVisible)
    assert asked == ["st"]
    qtbot.keyClick(window.search_box, Qt.Key.Key_Down)
    qtbot.keyClick(window.search_box, Qt.Key.Key_Return)
    assert window.docks.current() == "customer:2"
    assert not window.search_box._answers.isVisible()


def test_enter_opens_what_was_found_for_the_text_as_it_stands(qtbot, make):
    go_on = Event()

    def search(text):
        if text == "sun":
            go_on.wait(10)
        return [Hit("users", text, "", "customer", {"s": 1, "sun": 2}[text])]

    window = make(search=search)
    box = window.search_box
    window.commands.focus_search()
    qtbot.keyClicks(box, "s")
    qtbot.waitUntil(box._answers.isVisible)
    qtbot.keyClicks(box, "un")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert window.docks.current() == "customers"
    go_on.set()
    qtbot.waitUntil(lambda: window.docks.current() == "customer:2")
    assert "customer:1" not in window.docks.open_keys()


def test_enter_is_forgotten_where_one_types_on(qtbot, make):
    window = make(search=lambda text: [Hit("users", text, "", "customer", 1)])
    box = window.search_box
    window.commands.focus_search()
    qtbot.keyClicks(box, "s")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.keyClicks(box, "t")
    qtbot.waitUntil(box._answers.isVisible)
    assert window.docks.open_keys() == ["customers"]


def test_a_screen_takes_back_only_what_it_said_itself(window):
    window.desk.open_screen("orders")
    customers, orders = (window.docks.widget(key) for key in ("customers", "orders"))
    customers.status_changed.emit("No connection")
    orders.status_changed.emit("The order was refused")
    customers.status_changed.emit("")
    assert window.status.text() == "The order was refused"
    orders.status_changed.emit("")
    assert "refused" not in window.status.text()
    window.show_problem(ValueError("the cable"))
    orders.status_changed.emit("")
    assert window.status.text() == "the cable"


def test_another_title_moves_nothing_among_the_recent(qtbot, window):
    for number, title in ((1, "Star"), (2, "Sun")):
        window.desk.open_record("customer", number)
        window.docks.widget(f"customer:{number}").title_changed.emit(title)
    held = window.navigation._recent[1]
    held.setFocus()
    window.docks.widget("customer:1").title_changed.emit("Star Ltd")
    recent = [(text, key) for _icon, text, key in window.visits.recent]
    assert recent == [("Sun", "customer:2"), ("Star Ltd", "customer:1")]
    assert window.navigation._recent[1].hasFocus()
    assert window.navigation._recent[1].text() == "Star Ltd"


def test_a_problem_is_said(window, jobs):
    jobs.problem.emit(ValueError("the cable"))
    assert window.status.text() == "the cable"


def test_a_lost_connection_is_shown(window, context):
    context.bus.connection_lost.emit()
    assert "no connection" in window.status._mark.accessibleName()
    context.bus.connection_back.emit()
    assert "no connection" not in window.status._mark.accessibleName()


def test_light_dark_and_row_height_are_kept(window, settings):
    window._choose("theme", "dark")
    window._choose("rows", "row_compact")
    assert theme().name == "dark"
    assert (settings.get("theme"), settings.get("rows")) == ("dark", "row_compact")
    theme().set_mode("light")
    theme().set_rows("row")


def test_the_navigation_folds_in_small_windows_and_by_key(qtbot, window):
    assert window.navigation.width() == 168
    window.resize(1366, 768)
    assert window.navigation.width() == 48
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert window.navigation.width() == 168


def test_the_navigation_can_be_walked_by_keys(qtbot, window):
    buttons = window.navigation._buttons
    buttons["customers"].setFocus()
    qtbot.keyClick(buttons["customers"], Qt.Key.Key_Down)
    assert buttons["orders"].hasFocus()
    qtbot.keyClick(buttons["orders"], Qt.Key.Key_Return)
    assert window.docks.current() == "orders"


def test_help_shows_the_page_one_was_on(window):
    window.commands.show_help()
    assert isinstance(window.docks.widget("help"), HelpPage)
    assert topic_of("customer:7") == "customers"
    assert topic_of("nowhere") == "general"
    assert all(sentences for _title, sentences in TOPICS.values())


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_sheet_names_every_key(language):
    i18n.use(language)
    said = " ".join(f"{key} {text}" for _title, lines in keys.groups() for key, text in lines)
    for command in COMMANDS:
        assert not command.keys or command.keys[0].replace("Return", "Enter").split("+")[0] in said
    assert "&" not in said
    assert "()" not in said


def test_no_key_is_given_twice():
    given = [key for command in COMMANDS for key in command.keys]
    assert len(given) == len(set(given))


@pytest.mark.parametrize("width", [1366, 911])
def test_the_sheet_of_keys_fits_on_a_small_screen_with_every_word(qtbot, monkeypatch, width):
    screen = QRect(0, 0, width, 768)
    monkeypatch.setattr("PySide6.QtGui.QScreen.availableGeometry", lambda _screen: screen)
    dialog = keys.KeysDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.height() < (700 if width > 1000 else 768)
    assert dialog.width() < width
    labels = dialog.findChildren(QLabel)
    assert len(labels) > 100
    assert [label.text() for label in labels if label.sizeHint().width() > label.width()] == []

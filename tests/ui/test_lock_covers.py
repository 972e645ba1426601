"""A locked window shows nothing of what is open, and loses none of it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit

from client.app import records, screens
from client.data import drafts
from client.model import Contact
from client.ui.forms.journal import drafts_of
from client.ui.forms.record_dialog import RecordDialog
from client.ui.history.dialog import HistoryDialog
from client.ui.screen import Extras
from client.ui.shell.main_window import MainWindow
from client.ui.theme import theme
from tests.server import samples
from tests.servers import PASSWORD
from tests.ui.records_office import make_context, make_customers


def visible():
    return [w for w in QApplication.topLevelWidgets() if w.isVisible()]


@pytest.fixture
def window(qtbot, office_db, tmp_path, monkeypatch):
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    monkeypatch.setattr(drafts, "_keyring_key", lambda: None)
    context = make_context(office_db.login("boss"), tmp_path)
    strangers = visible()  # what other tests left open is none of this window's
    made = MainWindow(context, screens(context), Extras(records()))
    made.strangers = strangers
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    made.activateWindow()
    yield made
    context.jobs.wait()
    drafts_of(context.office).close()


def settle(qtbot, window):
    qtbot.waitUntil(lambda: not window.context.jobs.busy(), timeout=10_000)


def seen(widget):
    """The share of a window that is anything else than the cover's colour."""
    image = widget.grab().toImage()
    plain = QColor(theme().color("window")).rgb()
    places = [(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)]
    return sum(image.pixel(x, y) != plain for x, y in places) / len(places)


def shown_windows(window):
    left_out = [*window.strangers, window.idle.dialog]
    return [w for w in visible() if w not in left_out]


def locked(qtbot, window):
    """Lock; nothing but the padlock is left in any window, whatever comes up meanwhile."""
    assert all(seen(shown) > 0.02 for shown in shown_windows(window))
    window.idle.lock()
    QApplication.processEvents()
    for shown in shown_windows(window):
        assert seen(shown) < 0.02, shown
        assert shown.windowTitle() in ("Kehu", ""), shown


def opened(qtbot, window):
    dialog = window.idle.dialog
    qtbot.keyClicks(dialog.password, PASSWORD)
    with qtbot.waitSignal(window.idle.changed, timeout=8000):
        qtbot.keyClick(dialog.password, Qt.Key.Key_Return)
    assert all(seen(shown) > 0.02 for shown in shown_windows(window))


def test_dialogs_are_hidden_and_keep_what_is_typed(qtbot, office_db, window):
    (customer,) = make_customers(window.context.office, "East Lake", phone="1")
    number = samples.contact(office_db, "boss", customer)
    window.desk.open_record("customer", customer)
    history = HistoryDialog(window.context, ("customer", customer), "East Lake", window)
    history.open()
    settle(qtbot, window)
    locked(qtbot, window)
    opened(qtbot, window)
    history.close()
    dialog = RecordDialog(window.context, Contact, number, window)
    dialog.open()
    settle(qtbot, window)
    name = dialog.form.fields.editors["name"]
    name.setText("Chen")
    name.textEdited.emit("Chen")
    locked(qtbot, window)
    late = QDialog(window)  # a job's answer, while nobody is here
    QLineEdit("secret", late).resize(200, 40)
    late.open()
    QApplication.processEvents()
    assert seen(late) < 0.1
    opened(qtbot, window)
    assert name.text() == "Chen"
    assert dialog.form.dirty
    dialog.form.dirty = False
    late.close()


def test_floating_panels_are_hidden(qtbot, window):
    (customer,) = make_customers(window.context.office, "East Lake")
    window.desk.open_screen("customers")
    window.desk.open_record("customer", customer)
    settle(qtbot, window)
    window.docks._docks[f"customer:{customer}"].setFloating()
    qtbot.waitUntil(lambda: len(shown_windows(window)) == 2)
    qtbot.wait(100)
    locked(qtbot, window)
    opened(qtbot, window)


def test_charts_and_previews_of_papers_are_hidden(qtbot, office_db, window):
    (customer,) = make_customers(window.context.office, "East Lake")
    number = samples.order(office_db, "boss", customer)["id"]
    window.desk.open_screen("analysis")
    settle(qtbot, window)
    locked(qtbot, window)
    opened(qtbot, window)
    window.desk.open_record("paper:order", number)
    settle(qtbot, window)
    qtbot.wait(300)
    locked(qtbot, window)
    opened(qtbot, window)


def test_the_printers_are_hidden(qtbot, office_db, window):
    (customer,) = make_customers(window.context.office, "East Lake")
    number = samples.order(office_db, "boss", customer)["id"]
    window.desk.open_record("sales_order", number)
    settle(qtbot, window)
    window.shown_screen().papers.set_up_printers()
    qtbot.waitUntil(lambda: len(shown_windows(window)) == 2)
    settle(qtbot, window)
    locked(qtbot, window)
    opened(qtbot, window)
    QApplication.activeModalWidget().close()

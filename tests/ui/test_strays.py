"""No part of a screen is a window of its own, not even for a moment: it would flash."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from client.app import records, screens
from client.ui.screen import Extras
from client.ui.shell.main_window import MainWindow
from tests.server import samples


class Watch(QObject):
    """Notes every window that is shown and is no dialog, menu or main window."""

    def __init__(self, qapp):
        super().__init__()
        self.met = []
        qapp.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            expected = isinstance(watched, QDialog | QMenu | MainWindow)
            self.met += [] if expected else [type(watched).__name__]
        return False


@pytest.fixture
def watch(qapp):
    made = Watch(qapp)
    yield made
    qapp.removeEventFilter(made)


def test_no_screen_and_no_record_shows_a_part_before_it_has_its_place(
    qtbot, office_db, at, customer, watch
):
    context = at("boss")
    order = samples.order(office_db, "boss", customer)["id"]
    stored = {
        "customer": customer,
        "sales_order": order,
        "quote": samples.quote(office_db, "boss", customer)["id"],
        "delivery": samples.delivery(office_db, "boss", order)["id"],
        "receipt": samples.receipt(office_db, "boss", customer, 1)["id"],
    }
    window = MainWindow(context, screens(context), Extras(records()))
    qtbot.addWidget(window)
    window.show()
    desk = window.desk

    def settle():
        qtbot.waitUntil(lambda: not context.jobs.busy(), timeout=10_000)
        QApplication.processEvents()

    listed = [spec.key for spec in screens(context)]
    assert {"customers", "history", "roles"} <= set(listed)
    for key in listed:
        desk.open_screen(key)
        settle()
        assert (key, watch.met) == (key, [])
    for kind, number in stored.items():
        for each in (number, None):
            desk.open_record(kind, each)
            settle()
            assert (kind, each, watch.met) == (kind, each, [])
    desk.open_record("paper:order", order)
    desk.open_screen("customers")
    settle()
    customers = window.shown_screen()
    for dialog in (customers.change_groups, customers.hand_over):
        dialog()
        settle()
        QApplication.activeModalWidget().close()
        assert watch.met == []

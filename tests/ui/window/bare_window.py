"""A window without a server, whose screens note what they are told."""

from datetime import date
from types import SimpleNamespace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from client.ui.bus import Bus
from client.ui.screen import Extras, RecordSpec, ScreenSpec
from client.ui.shell.main_window import MainWindow
from client.ui.shell.settings_screen import SettingsScreen
from client.ui.tables.table import Column, Table
from tests.ui.conftest import Rows


class Screen(QWidget):
    """Notes the commands it is given."""

    title_changed = Signal(str)
    status_changed = Signal(str)

    def __init__(self, context, navigator, id=None, **start):
        super().__init__()
        self.navigator, self.record_id, self.start = navigator, id, start
        self.called, self.stays = [], False
        self.field = QLineEdit()
        columns = [Column("number", "Number"), Column("total", "Total", kind="money")]
        self.table = Table(columns, filters=True)
        self.rows = Rows(columns, [{"number": "A1", "total": 5}])
        self.table.setModel(self.rows)
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.table)
        self.setFocusProxy(self.table)

    def new_record(self):
        self.called.append("new_record")

    def save(self):
        self.called.append("save")

    def back(self):
        self.called.append("back")

    def may_close(self):
        self.called.append("may_close")
        return not self.stays


def specs():
    def settings(context, navigator):
        return SettingsScreen(context, navigator, pages)

    pages = [
        ScreenSpec(key, "list", key.title(), "settings", Screen) for key in ("region", "industry")
    ]
    return [
        ScreenSpec("customers", "users", "Customers", "customers", Screen),
        ScreenSpec("orders", "clipboard-text", "Orders", "sales", Screen),
        ScreenSpec("settings", "gear", "Settings", "settings", settings),
        *pages,
    ]


RECORDS = [
    RecordSpec("customer", "users", "Customer", Screen),
    RecordSpec("sales_order", "clipboard-text", "Order", Screen, "center"),
]


def bare_context(settings, jobs):
    """A context without a server, for what needs none."""
    office = SimpleNamespace(
        me={"name": "Wang Min"},
        settings={"office_name": "South Trading"},
        read_again=lambda: False,
        today=date(2026, 11, 20),
        is_day_over=lambda: False,
    )
    return SimpleNamespace(office=office, jobs=jobs, bus=Bus(), settings=settings)


def open_window(qtbot, context, records=RECORDS, **extras):
    """The window as it opens at the next start."""
    window = MainWindow(context, specs(), Extras(records, **extras))
    qtbot.addWidget(window, before_close_func=_let_go)
    window.resize(1600, 900)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.open_remembered()
    return window


def _let_go(window):
    for key in window.docks.open_keys():
        shown = window.docks.widget(key)
        if isinstance(shown, Screen):
            shown.stays = False

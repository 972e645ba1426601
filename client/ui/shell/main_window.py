"""The window: menus and search above, navigation at the left, panels, one line of state."""

import logging
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from client.i18n import _, current
from client.ui.kit import EmptyState, IconButton, bar
from client.ui.login.logo import window_icon
from client.ui.screen import Extras, ScreenSpec
from client.ui.shell import window_place
from client.ui.shell.actions import Actions
from client.ui.shell.commands import ShellCommands
from client.ui.shell.desk import Desk
from client.ui.shell.docks import Docks
from client.ui.shell.lock import IdleLock
from client.ui.shell.navigation import Navigation, NavItem
from client.ui.shell.office_news import OfficeNews
from client.ui.shell.search_box import SearchBox
from client.ui.shell.searching import Searching
from client.ui.shell.settings_screen import SettingsScreen
from client.ui.shell.status_bar import StatusBar
from client.ui.shell.visits import Visits
from client.ui.shell.when_idle import WhenIdle
from client.ui.tables.table import Table
from client.ui.theme import theme

SEARCH_WIDTH = 320


class MainWindow(QMainWindow):
    """Holds no records itself: screens do. `closed` once it has gone for good, `outdated` when the
    operator may do something else than what it was made for."""

    language_chosen = Signal(str)
    logged_out = Signal()
    outdated = Signal()
    closed = Signal()

    def __init__(
        self, context: Any, screens: list[ScreenSpec], extras: Extras | None = None
    ) -> None:
        super().__init__()
        self.context, self._screens = context, screens
        self.extras = extras or Extras()
        self._settings = context.settings
        self._table: Table | None = None
        self.docks = Docks()
        self.visits = Visits(self._settings, self._login(), self)
        self.desk = Desk(context, self.docks, screens, self.extras.records, self.visits)
        self.commands = ShellCommands(self)
        self.idle = IdleLock(context, self)
        self.desk.import_requested.connect(self.commands.open_import)
        self.desk.explain_requested.connect(self.commands.explain_record)
        self._build()
        self._connect()
        self._load()

    def _build(self) -> None:
        shown = [s for s in self._screens if s.group != "settings" or s.key == "settings"]
        items = [NavItem(s.key, s.icon, s.title, _nav_group(s.group)) for s in shown]
        self.navigation = Navigation(items)
        server = self.extras.server or _("This computer")
        self.status = StatusBar(server)
        self.setMenuWidget(self._top_bar())
        self.docks.set_empty(
            EmptyState("books", _("Nothing is open. Choose something at the left, or search."))
        )
        body, row = QWidget(), QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.navigation)
        row.addWidget(self.docks, 1)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(self.status)
        self.setCentralWidget(body)
        self.setWindowIcon(window_icon())
        self._show_office()

    def _show_office(self) -> None:
        """The office is named in the title and below; its name may change."""
        office = self.context.office
        server = self.extras.server or _("This computer")
        self.setWindowTitle(f"Kehu · {_office_name(office) or server}")
        self.status.set_operator(_operator(office))

    def _top_bar(self) -> QWidget:
        self.menus = Actions(self)
        missing = set() if self.extras.open_import else {"open_import"}
        menu = self.menus.build([(s.key, s.title, s.group) for s in self._screens], missing)
        menu.setMinimumWidth(menu.sizeHint().width() + 8)
        menu.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.search_box = SearchBox(self)
        self.search_box.setFixedWidth(SEARCH_WIDTH)
        self._searching = Searching(self.context, self.search_box, self.extras.search)
        self._help = IconButton("question", _("Help on this page") + " (F1)")
        top = bar(menu, None, self.search_box, 4, self._help, kind="topbar")
        top.setContentsMargins(0, 0, 0, 0)
        self.search_box.setVisible(self.extras.search is not None)
        layout = top.layout()
        if layout is not None:
            layout.setContentsMargins(4, 0, 8, 0)
        return top

    def _connect(self) -> None:
        self.navigation.chosen.connect(self.desk.open_screen)
        self.navigation.recent_chosen.connect(self.desk.open_key)
        self.menus.screen.connect(self.desk.open_screen)
        self.menus.command.connect(self._command)
        self.menus.choice.connect(self._choose)
        self.desk.status.connect(self.status.say_of_panel)
        self.desk.counted.connect(self.navigation.set_count)
        self.desk.page_changed.connect(self._fit_menus)
        self.docks.current_changed.connect(self._panel_changed)
        self.visits.recent_changed.connect(self._show_recent)
        self._searching.chosen.connect(self.desk.open_record)
        self.status.rows_chosen.connect(self._rows_chosen)
        self.status.language_chosen.connect(self.language_chosen)
        self._help.clicked.connect(self.commands.show_help)
        self.context.bus.connection_lost.connect(self._connection_lost)
        self.context.bus.connection_back.connect(self._connection_back)
        self.context.jobs.problem.connect(self.show_problem)
        news = OfficeNews(self.context, self)
        news.renewed.connect(self._show_office)
        news.rights_changed.connect(WhenIdle(self.context.jobs, self.outdated.emit, self).wait)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_changed)

    def _load(self) -> None:
        self.menus.set_choice("theme", theme().mode)
        self.menus.set_choice("rows", theme().rows)
        self.menus.set_choice("language", current())
        self.menus.set_choice("zoom", self._settings.get("zoom", "1"))
        self.menus.fit(None)
        window_place.restore(self, self._settings.get("window", ""))
        # Before the first sight: unfolded, it would make a small window higher than its screen.
        self.navigation.fit(self.width())
        self._show_recent()

    def open_remembered(self) -> None:
        """Open the panels of the last time; the first screen where there was none."""
        kept = [key for key in self._settings.get("panels", []) if isinstance(key, str)]
        mine = self._settings.get("panels_of", "") in ("", self._login())
        for key in kept:
            # Of a colleague at the same computer only the lists: their records may be theirs alone.
            if mine or ":" not in key:
                self.desk.open_key(key)
        if not self.docks.open_keys() and self._screens:
            self.desk.open_screen(self._screens[0].key)
        page = self._settings.get("settings_page", "")
        if page and "settings" in self.docks.open_keys():
            self.desk.open_screen(page)
        self.docks.restore(self._settings.get("docks", "").encode("utf-8"))
        last = self._settings.get("panel", "")
        if last in self.docks.open_keys():
            self.docks.raise_panel(last)

    def remember(self) -> None:
        """Keep place, panels and their arrangement for the next time."""
        self._settings.set("window", window_place.save(self))
        kept = self.desk.kept()
        self._settings.set("panels", list(kept.values()))
        self._settings.set("panels_of", self._login())
        self._settings.set("docks", self.docks.save(kept).decode("utf-8", "replace"))
        self._settings.set("panel", kept.get(self.docks.current(), ""))
        hub = self.docks.widget("settings")
        self._settings.set("settings_page", hub.page() if isinstance(hub, SettingsScreen) else "")

    def _login(self) -> str:
        return str(self.context.office.me.get("login") or "")

    # What the clerk does

    def shown_screen(self) -> QWidget | None:
        """The screen that commands go to now."""
        shown = self.docks.widget(self.docks.current())
        active = getattr(shown, "active", None)
        return active() if active is not None else shown

    def show_problem(self, error: Exception) -> None:
        """Say what went wrong with a job nobody waited for."""
        logging.error("job failed", exc_info=error)
        self.status.say(self.extras.sentence(error), "red")

    def _command(self, name: str) -> None:
        method = getattr(self.commands, name, None) or getattr(self.shown_screen(), name, None)
        if method is not None:
            method()

    def _choose(self, name: str, value: str) -> None:
        if name == "language":
            self.language_chosen.emit(value)
        elif name == "rows":
            self._rows_chosen(value)
        elif name == "theme":
            theme().set_mode(value)
            self._settings.set("theme", value)
        else:
            self._settings.set("zoom", value)
            self.status.say(_("The text size changes when the program starts next."))

    def _rows_chosen(self, value: str) -> None:
        theme().set_rows(value)
        self._settings.set("rows", value)
        self.menus.set_choice("rows", value)

    def _panel_changed(self, key: str) -> None:
        if self._table is not None and self.docks.key_of(self._table) != key:
            self._leave_table()
        self.visits.visit(key)
        self.navigation.set_current(key)
        self._fit_menus()

    def _fit_menus(self) -> None:
        self.menus.fit(self.shown_screen())

    def _show_recent(self) -> None:
        self.navigation.set_recent(self.visits.recent)

    def _connection_lost(self) -> None:
        self.status.set_connected(False)

    def _connection_back(self) -> None:
        self.status.set_connected(True)

    def _focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        """The grid that has the keys tells what is selected in it."""
        gone = self._table is not None and not self._table.isVisible()
        if not isinstance(now, Table) or now is self._table or now.window() is not self:
            if gone and now is not None:
                self._leave_table()  # of another page
            return
        self._leave_table()
        self._table = now
        now.summary_changed.connect(self.status.set_summary)
        now.destroyed.connect(self._table_gone)
        self.status.set_summary(now.summary())

    def _leave_table(self) -> None:
        if self._table is not None:
            self._table.summary_changed.disconnect(self.status.set_summary)
            self._table.destroyed.disconnect(self._table_gone)
            self._table_gone()

    def _table_gone(self) -> None:
        self._table = None
        self.status.set_summary("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.navigation.fit(self.width())

    def leave(self) -> None:
        """Go without asking; whoever calls it has seen to what is typed."""
        self.idle.stop()
        self.hide()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.docks.may_close_all():
            event.ignore()
            return
        self.remember()
        super().closeEvent(event)
        self.idle.stop()
        self.closed.emit()


def _nav_group(group: str) -> str:
    """Lists stand together, what looks at them or sets them up stands below."""
    return "below" if group in ("analysis", "settings") else "lists"


def _office_name(office: Any) -> str:
    return str(getattr(office, "settings", {}).get("office_name") or "")


def _operator(office: Any) -> str:
    words = (office.me.get("name") or office.me.get("login"), _office_name(office))
    return " · ".join(str(word) for word in words if word)

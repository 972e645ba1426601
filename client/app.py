"""The program with a window: settings, language, login, main window. Here all is wired.

The login is painted first; what is heavy is imported behind it, on a worker thread.
"""

import importlib
import logging
import os
import sys
from collections.abc import Callable
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from client import i18n
from client.context import Context
from client.data.server_status import ServerStatus
from client.i18n import _
from client.panels import FORM_PAGES, LISTS, RECORDS, TOOL_PAGES
from client.settings import EMBEDDED, Settings
from client.ui import qt_words
from client.ui.bus import Bus
from client.ui.garbage import GarbageCollector
from client.ui.jobs import Jobs
from client.ui.login.window import LoginWindow
from client.ui.screen import Extras, Navigator, RecordSpec, ScreenSpec
from client.ui.theme import theme
from server_schema.home import home

SCREENS = "client.ui.screens."
HEAVY = (
    "client.data.connection",
    "client.data.listener",
    "client.data.records",
    "client.data.sealing",
)


def _late(module: str, name: str) -> Any:
    """Something of a module that is imported only when it is needed."""
    return getattr(importlib.import_module(module), name)


def _screen(module: str, name: str) -> Callable[..., QWidget]:
    def make(*arguments: Any, **start: Any) -> QWidget:
        widget: QWidget = _late(SCREENS + module, name)(*arguments, **start)
        return widget

    return make


def _reference(entity: type[Any]) -> Callable[[Any, Navigator], QWidget]:
    def make(context: Any, navigator: Navigator) -> QWidget:
        widget: QWidget = _late(SCREENS + "reference", "ReferenceScreen")(
            context, navigator, entity
        )
        return widget

    return make


def screens(context: Any) -> list[ScreenSpec]:
    """Every screen there is for this operator, in the order of the navigation."""
    model = importlib.import_module("client.model")
    found = [
        ScreenSpec(key, icon, _(title), group, _screen(key, name), module)
        for key, icon, title, group, name, module in LISTS
    ]
    product = model.Product
    found.insert(-1, _page(product, "sales", "product"))
    kinds = (model.Region, *model.CODE_TABLES, model.Department)
    pages = [
        ScreenSpec(key, icon, _(title), "settings", _screen(file, name), "settings")
        for key, icon, title, file, name in FORM_PAGES
    ]
    pages += [_page(entity, "settings", "settings") for entity in kinds]
    make = _screen("operators", "OperatorsScreen")
    pages.append(ScreenSpec("operator", "user-gear", _("Operators"), "settings", make, "operator"))
    pages += [
        ScreenSpec(key, icon, _(title), "settings", _screen(key, name), module)
        for key, icon, title, name, module in TOOL_PAGES
    ]
    may = context.office.rights.may
    found = [spec for spec in found if may(spec.module, "view")]
    pages = [spec for spec in pages if may(spec.module, "view")]
    hub = _late("client.ui.shell.settings_screen", "SettingsScreen")

    def settings(context: Any, navigator: Navigator) -> QWidget:
        widget: QWidget = hub(context, navigator, pages)
        return widget

    if pages:
        found.append(ScreenSpec("settings", "gear", _("Settings"), "settings", settings))
    return [*found, *pages]


def _page(entity: type[Any], group: str, module: str) -> ScreenSpec:
    name, icon = entity.__tablename__, getattr(entity, "ICON", "list")
    return ScreenSpec(name, icon, _(entity.PLURAL), group, _reference(entity), module)


def records() -> list[RecordSpec]:
    """How each kind of record opens, and the preview of each kind of paper."""
    found = [
        RecordSpec(kind, icon, _(title), _screen(module, name), area)
        for kind, icon, title, module, name, area in RECORDS
    ]
    preview = _screen("paper", "PaperScreen")
    for kind in _late("client.data.papers", "KINDS"):
        make = partial(preview, kind)
        title = _("Print preview")
        found.append(RecordSpec(f"paper:{kind}", "printer", title, make, "center", kept=False))
    return found


def _connect(profile: dict[str, Any], login: str, password: str) -> Any:
    made = _late("client.data.profiles", "profile_of")(profile)
    return _late("client.data.connection", "Office").open(made, login, password)


def _change_password(profile: dict[str, Any], login: str, old: str, new: str) -> None:
    made = _late("client.data.profiles", "profile_of")(profile)
    _late("client.data.login", "change_password")(made, login, old, new)


def _probe(profile: dict[str, Any]) -> ServerStatus:
    seen: ServerStatus = _late("client.data.probe", "probe")(profile)
    return seen


def _import_heavy() -> None:
    for name in HEAVY:
        importlib.import_module(name)
    # Else the first list that opens would do it, in the window's thread.
    importlib.import_module("sqlalchemy.orm").configure_mappers()


class Program(QObject):
    """Goes from the login to the main window and back; owns what outlives both."""

    def __init__(self, app: QApplication, settings: Settings) -> None:
        super().__init__()
        self._app, self._settings = app, settings
        self._jobs = Jobs()
        self._bus = Bus()
        self._collector = GarbageCollector(self)
        self._login: LoginWindow | None = None
        self._window: Any = None
        self._listener: Any = None
        self._sealer: Any = None
        self._context: Context | None = None

    def start(self) -> None:
        self._show_login()

    def _prepare(self) -> None:
        """Behind the login, which can be seen now."""
        if self._login is not None:
            self._jobs.run(self._login, _version, self._login.show_version)
        self._jobs.run(self, _import_heavy, _nothing, self._not_imported)

    def stop(self) -> None:
        """After the last window: end what still runs."""
        self._leave_office()
        self._jobs.wait()

    def show_problem(self, error: Exception) -> None:
        if self._window is not None:
            self._window.show_problem(error)

    # Login

    def _show_login(self) -> None:
        self._login = LoginWindow(self._settings, _connect, _probe, _change_password, self._jobs)
        self._login.entered.connect(self._entered)
        self._login.language_chosen.connect(self._login_language)
        self._login.painted.connect(self._prepare, Qt.ConnectionType.QueuedConnection)
        self._login.show()

    def _login_language(self, language: str) -> None:
        """The same login in another language, with what was typed."""
        before = self._login
        if before is None or language == i18n.current():
            return
        self._set_language(language)
        self._show_login()
        if self._login is not None:
            self._login.setGeometry(before.geometry())
            self._login.type(*before.typed())
        before.hide()
        before.deleteLater()

    def _entered(self, office: Any, notice: str) -> None:
        context = Context(office, self._jobs, self._bus, self._settings)
        self._context = context
        bus = self._bus
        listener = _late("client.data.listener", "Listener")
        self._listener = listener(
            office, bus.changed.emit, bus.connection_lost.emit, bus.connection_back.emit
        )
        self._listener.start()
        self._sealer = _late("client.data.sealing", "Sealer")(office)
        self._sealer.start()
        self._show_window(context)
        if notice:
            self._window.status.say(notice, "amber")
        refused = self._login.refused if self._login is not None else 0
        work = partial(office.report, "login", refused=refused)
        self._jobs.run(self, work, partial(self._reported, refused), _not_reported)
        if self._login is not None:
            self._login.hide()
            self._login.deleteLater()
            self._login = None
        self._window.activateWindow()

    def _reported(self, refused: int, before: dict[str, Any]) -> None:
        """Say when one was here last, so that a stranger's login does not go unseen."""
        text = _late("client.data.logins", "previous_login")(before, refused)
        if text and self._window is not None and not self._window.status.text():
            self._window.status.say(text, "amber" if refused else "text2")

    # Main window

    def _show_window(self, context: Context, before: Any = None) -> None:
        """Open the main window, with what is typed in the one `before` it."""
        opened = records()
        kinds = {spec.kind for spec in opened}
        extras = Extras(
            opened,
            _late("client.ui.shell.record_search", "record_search")(context.office, kinds),
            _late("client.data.errors", "sentence"),
            self._open_import,
            _version(),
            "" if context.office.profile.name == EMBEDDED else context.office.profile.name,
        )
        window = _late("client.ui.shell.main_window", "MainWindow")(
            context, screens(context), extras
        )
        window.language_chosen.connect(self._window_language)
        window.logged_out.connect(self._log_out)
        window.outdated.connect(self._renew_window)
        window.closed.connect(self._app.quit)
        self._window = window
        window.show()
        window.open_remembered()
        made = _late("client.ui.forms.recovery", "Recovery")
        recovery = made(context, window.desk, window.shown_screen, window)
        recovery.told.connect(partial(window.status.say, token="amber"))
        recovery.look() if before is None else recovery.go_on()
        _late("client.ui.deliveries.due", "DueCount")(context, window.desk, window)
        _late("client.ui.requests.count", "RequestCount")(context, window.desk, window)

    def _open_import(self, parent: QWidget) -> None:
        dialog = _late(SCREENS + "imports", "ImportDialog")(self._context, parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _window_language(self, language: str) -> None:
        """Build the window anew in another language; panels come back as they were."""
        if language == i18n.current() or self._context is None:
            return
        if not self._window.docks.may_close_all():
            return
        before = self._window
        before.remember()
        self._set_language(language)
        self._show_window(self._context)
        before.leave()
        self._window.activateWindow()

    def _renew_window(self) -> None:
        """Build the window anew for what the operator may do now; what is typed moves over."""
        before = self._window
        if before is None or self._context is None:
            return
        _late("client.ui.forms.journal", "hand_on")(before)
        before.remember()
        self._show_window(self._context, before)
        before.leave()
        self._window.activateWindow()
        self._window.status.say(_("Your rights were changed; the window follows."), "amber")

    def _log_out(self) -> None:
        before, self._window = self._window, None
        before.remember()
        self._show_login()
        before.leave()
        self._leave_office()

    def _leave_office(self) -> None:
        if self._listener is not None:
            self._listener.stop()
            self._listener = None
        if self._sealer is not None:
            self._sealer.stop()
            self._sealer = None
        if self._context is not None:
            office = self._context.office
            self._jobs.run(self, partial(_leave, office), _nothing, _not_reported)
            _late("client.ui.forms.journal", "drafts_of")(office).close()
            # It would go on reading as an operator who has logged out.
            _late("client.ui.lines.product_cache", "product_cache_of").cache_clear()
            self._context = None

    def _set_language(self, language: str) -> None:
        i18n.use(language)
        qt_words.use(language)
        self._settings.set("language", language)

    def _not_imported(self, error: Exception) -> None:
        logging.error("the program is not complete", exc_info=error)


def _nothing(_result: object) -> None:
    """A job whose answer nobody waits for."""


def _leave(office: Any) -> None:
    """Report the logout, if the server still answers, and log out."""
    try:
        office.report("logout")
    finally:
        office.close()


def _not_reported(error: Exception) -> None:
    """A report that did not arrive holds nobody up."""
    logging.info("login or logout not reported: %s", type(error).__name__)


def _version() -> str:
    found: str = _late("importlib.metadata", "version")("kehu")
    return found


def _log_to(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(folder / "kehu.log", maxBytes=1_000_000, backupCount=3)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)


def _dress(app: QApplication, settings: Settings) -> None:
    i18n.use(settings.get("language", i18n.system_language()))
    qt_words.use(i18n.current())
    theme().mode = settings.get("theme", "system")
    theme().set_rows(settings.get("rows", "row"))
    theme().apply(app)


def main(arguments: list[str] | None = None) -> int:
    """Open the program; returns when its last window is closed."""
    settings = Settings(home() / "settings.json")
    _log_to(home() / "logs")
    if settings.get("zoom", "1") != "1":
        os.environ.setdefault("QT_SCALE_FACTOR", settings.get("zoom", "1"))
    # Without it, floating, docking and floating a panel again crashes where windows
    # cannot be re-parented.
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DontCreateNativeWidgetSiblings)
    app = QApplication([sys.argv[0], *(arguments or [])])
    app.setApplicationName("Kehu")
    app.setDesktopFileName("kehu")
    _dress(app, settings)
    program = Program(app, settings)

    def unexpected(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        logging.error("unexpected", exc_info=(kind, error, trace))
        sys.__excepthook__(kind, error, trace)
        if isinstance(error, Exception):
            program.show_problem(error)

    sys.excepthook = unexpected
    program.start()
    code = app.exec()
    program.stop()
    return code

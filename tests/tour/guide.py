"""Leads through the real program: logs in, opens screens, waits until they stand, draws them."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

from client import i18n
from client.app import Program
from client.settings import Settings
from client.ui.theme import theme
from server_schema import demo

PATIENCE = 20.0
STILL = 0.15  # nothing has happened for so long: it stands


class Lost(AssertionError):
    """Something did not come within the time one waits for it."""


class Guide:
    """One login of one operator at one office, and the window it leads to."""

    def __init__(self, app: QApplication, where: dict[str, Any], language: str) -> None:
        self.app = app
        self.chinese = language == "zh_CN"
        self._folder = tempfile.TemporaryDirectory(prefix="kehu-tour-")
        self.settings = Settings(Path(self._folder.name) / "settings.json")
        server = {
            "name": "office-server",
            "host": where["host"],
            "port": int(where["port"]),
            "database": where["dbname"],
        }
        self.settings.profiles = [server]
        self.settings.set("no_keyring_told", True)  # on none of the pictures
        self.settings.set("server", "office-server")
        i18n.use(language)
        self.settings.set("language", language)
        self.program = Program(app, self.settings)
        self.program.start()

    @property
    def login_window(self) -> Any:
        """The window one logs in with."""
        return self.program._login

    @property
    def window(self) -> Any:
        """The main window."""
        return self.program._window

    def enter(self, login: str) -> None:
        """Log in with the demo's password."""
        self.settle()
        self.login_window.type(login, demo.PASSWORD)
        self.login_window.page.enter.click()
        self.wait(lambda: self.window is not None, f"the window of {login}")
        self.settle()

    def wait(self, done: Callable[[], bool], what: str) -> None:
        """Let the program work until `done`."""
        started = time.monotonic()
        while not done():
            self.app.processEvents()
            if time.monotonic() - started > PATIENCE:
                raise Lost(f"waited in vain for {what}")
            time.sleep(0.002)

    def settle(self) -> None:
        """Until no job runs and nothing changes any more."""
        started = quiet = time.monotonic()
        while time.monotonic() - quiet < STILL:
            self.app.processEvents()
            if self.program._jobs.busy():
                quiet = time.monotonic()
            if time.monotonic() - started > PATIENCE:
                raise Lost("the program does not come to rest")
            time.sleep(0.002)

    def pause(self, seconds: float) -> None:
        """Wait for what waits itself, like a search box for the next letter."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.app.processEvents()
            time.sleep(0.005)

    def dress(self, mode: str, width: int, height: int) -> None:
        """Light or dark, and how large the window is."""
        theme().set_mode(mode)
        if self.window is not None:
            self.window.showNormal()
            self.window.resize(width, height)
            self.window.activateWindow()
        self.settle()

    def screen(self, key: str) -> Any:
        """Open a screen alone, without what an earlier sight filtered, and answer with it."""
        self.close_all()
        self.window.search_box.clear()
        for name in ("customers", "orders", "product", "sales_order", "quote"):
            self.settings.set(f"grid/{name}", {})
        self.window.desk.open_screen(key)
        self.settle()
        self.window.activateWindow()
        self.app.processEvents()
        return self.window.docks.widget(self.window.docks.current())

    def record(self, kind: str, number: int | None) -> Any:
        """Open a record beside what is open."""
        self.window.desk.open_record(kind, number)
        self.settle()
        return self.window.docks.widget(self.window.docks.current())

    def close_all(self) -> None:
        """Close every panel."""
        for key in list(self.window.docks.open_keys()):
            self.window.docks.close(key)
        self.settle()
        # Without an event loop of its own, Qt leaves these for later for ever.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def picture(self, widget: QWidget, file: Path) -> None:
        """Draw a window or dialog as it stands now."""
        self.settle()
        file.parent.mkdir(parents=True, exist_ok=True)
        if not widget.grab().save(str(file)):
            raise OSError(f"not written: {file}")

    def leave(self) -> None:
        """Close the program."""
        if self.window is not None:
            self.close_all()
            self.window.hide()
        if self.login_window is not None:
            self.login_window.hide()
        self.program.stop()
        self.settle()
        self._folder.cleanup()

"""The commands that belong to the window and not to a screen."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from client.i18n import _
from client.ui.shell.about import AboutDialog
from client.ui.shell.help import HelpPage
from client.ui.shell.keys import KeysDialog

if TYPE_CHECKING:
    from client.ui.shell.main_window import MainWindow


class ShellCommands(QObject):
    """One method a command, named as in `shell_actions.COMMANDS`."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window

    def open_import(self) -> None:
        if self._window.extras.open_import is not None:
            self._window.extras.open_import(self._window)

    def close_panel(self) -> None:
        self._window.docks.close(self._window.docks.current())

    def log_out(self) -> None:
        if self._window.docks.may_close_all():
            self._window.logged_out.emit()

    def quit(self) -> None:
        self._window.close()

    def focus_search(self) -> None:
        self._window.search_box.setFocus()
        self._window.search_box.selectAll()

    def visit_back(self) -> None:
        self._walk(-1)

    def visit_forward(self) -> None:
        self._walk(1)

    def next_panel(self) -> None:
        self._window.docks.focus_next()

    def toggle_navigation(self) -> None:
        self._window.navigation.toggle()

    def show_help(self) -> None:
        window = self._window
        topic = getattr(window.shown_screen(), "help_topic", "") or window.docks.current()
        page = window.docks.open("help", _("Help"), HelpPage, "right")
        if isinstance(page, HelpPage):
            page.show_topic(topic)

    def show_keys(self) -> None:
        KeysDialog(self._window).open()

    def show_about(self) -> None:
        AboutDialog(self._window.extras.version, self._window).open()

    def _walk(self, by: int) -> None:
        window = self._window
        key = window.visits.step(by, window.docks.open_keys())
        if key:
            window.visits.hold(True)
            window.docks.raise_panel(key)
            window.visits.hold(False)

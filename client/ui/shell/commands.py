"""The commands that belong to the window and not to a screen."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from client.i18n import _
from client.ui.rights.access_grants import my_deputy_dialog
from client.ui.rights.explain_operator import PersonDialog
from client.ui.rights.explain_record import ExplainPanel
from client.ui.rights.own_password import OwnPasswordDialog
from client.ui.shell.about import AboutDialog
from client.ui.shell.help import HelpPage
from client.ui.shell.keys import KeysDialog

if TYPE_CHECKING:
    from client.ui.shell.main_window import MainWindow


class ShellCommands(QObject):
    """One method a command, named as in `actions.COMMANDS`."""

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

    # The operator's own account

    def change_password(self) -> None:
        dialog = OwnPasswordDialog(self._window.context, self._window)
        dialog.accepted.connect(self._password_changed)
        dialog.open()

    def _password_changed(self) -> None:
        self._window.status.say(_("Your password is changed."))

    def my_deputy(self) -> None:
        """A deputy for oneself, and what is shared."""
        my_deputy_dialog(self._window.context, self._window).open()

    def show_my_rights(self) -> None:
        me = self._window.context.office.me["id"]
        PersonDialog(self._window.context, me, self._window).open()

    def lock(self) -> None:
        self._window.idle.lock()

    def explain(self) -> None:
        """Why one can, or cannot, see or change the record one is on."""
        record = record_of(self._window.shown_screen())
        panel = self._explanations()
        if record is not None:
            panel.explain(*record)
        elif not panel.parts:
            panel.number.setFocus()

    def explain_record(self, kind: str, id: int) -> None:
        """The same of a record that is named."""
        self._explanations().explain(kind, id)

    def _show_explained(self, kind: str, id: int) -> None:
        """Open a record, behind what was asked of it."""
        self._window.desk.open_record(kind, id)
        self._window.docks.raise_panel("explain")

    def _explanations(self) -> ExplainPanel:
        window = self._window
        make = partial(ExplainPanel, window.context)
        panel = window.docks.open("explain", _("Why can I (not)?"), make, "right")
        assert isinstance(panel, ExplainPanel)
        panel.found.connect(self._show_explained, Qt.ConnectionType.UniqueConnection)
        return panel

    def show_about(self) -> None:
        AboutDialog(self._window.extras.version, self._window).open()

    def _walk(self, by: int) -> None:
        window = self._window
        key = window.visits.step(by, window.docks.open_keys())
        if key:
            window.visits.hold(True)
            window.docks.raise_panel(key)
            window.visits.hold(False)


def record_of(screen: QWidget | None) -> tuple[str, int] | None:
    """Kind and id of the record that a screen shows, or that its list stands on."""
    form = getattr(screen, "form", None) or screen
    id_, kind = getattr(form, "record_id", None), getattr(form, "table", "")
    if isinstance(id_, int):
        return str(kind or getattr(form, "kind", "sales_order")), id_
    grid = getattr(screen, "grid", None)
    current = grid.current_id() if grid is not None else None
    if grid is None or current is None:
        return None
    return grid.entity.__tablename__, current

"""Every command of the window: its menu, its keys, and the screen's method it calls."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QWidget

from client.i18n import N_, _


@dataclass(frozen=True)
class Command:
    """`name` is the method of a screen, or with `shell` one of the window."""

    name: str
    text: str
    keys: tuple[str, ...] = ()
    menu: str = "file"
    shell: bool = False
    line: bool = False


COMMANDS = (
    Command("new_record", N_("&New"), ("Ctrl+N",)),
    Command("save", N_("&Save"), ("F8", "Ctrl+S")),
    Command("save_and_new", N_("Save and new"), ("Ctrl+Enter", "Ctrl+Return")),
    Command("duplicate", N_("&Duplicate"), ("Ctrl+D",)),
    Command("print_current", N_("&Print"), ("Ctrl+P",), line=True),
    Command("export", N_("&Export to Excel"), ("Ctrl+E",)),
    Command("open_import", N_("&Import…"), (), shell=True),
    Command("close_panel", N_("&Close panel"), ("Ctrl+W",), shell=True, line=True),
    Command("show_my_rights", N_("What may I do?"), (), shell=True, line=True),
    Command("my_deputy", N_("Deputy and shared customers…"), (), shell=True),
    Command("change_password", N_("Change pass&word…"), (), shell=True),
    Command("lock", N_("Loc&k"), ("Ctrl+Alt+L",), shell=True),
    Command("log_out", N_("&Log out"), (), shell=True),
    Command("quit", N_("&Quit"), ("Ctrl+Q",), shell=True),
    Command("edit_current", N_("&Edit"), ("F2",), "edit"),
    Command("change_groups", N_("&Groups…"), ("Ctrl+G",), "edit"),
    Command("share_chosen", N_("S&hare with…"), (), "edit"),
    Command("hand_over", N_("Hand &over…"), (), "edit"),
    Command("merge", N_("&Merge…"), (), "edit"),
    Command("delete_current", N_("&Delete…"), (), "edit"),
    Command("focus_filter", N_("&Filter row"), ("Ctrl+F",), "edit", line=True),
    Command("focus_search", N_("Search &everything"), ("Ctrl+K",), "edit", shell=True),
    Command("refresh", N_("Read &again"), ("F5",), "edit", line=True),
    Command("back", N_("&Back"), ("Esc",), "edit"),
    Command("toggle_bin", N_("&Recycle bin of the list"), ("Ctrl+Shift+Del",), "view"),
    Command("show_history", N_("&History of the record"), ("Ctrl+H",), "view"),
    Command("visit_back", N_("Previous panel"), ("Alt+Left",), "view", shell=True, line=True),
    Command("visit_forward", N_("Following panel"), ("Alt+Right",), "view", shell=True),
    Command("next_panel", N_("Next panel"), ("F6",), "view", shell=True),
    Command("toggle_navigation", N_("&Navigation"), ("Ctrl+B",), "view", shell=True, line=True),
    Command("show_help", N_("&Help on this page"), ("F1",), "help", shell=True),
    Command("explain", N_("&Why can I (not) see or change it?"), ("Shift+F1",), "help", shell=True),
    Command("show_keys", N_("All &keys"), ("?",), "help", shell=True),
    Command("show_about", N_("&About Kehu"), (), "help", shell=True, line=True),
)
MENUS = {
    "file": N_("&File"),
    "edit": N_("&Edit"),
    "view": N_("&View"),
    "customers": N_("&Customers"),
    "sales": N_("Sa&les"),
    "service": N_("Se&rvice"),
    "analysis": N_("&Analysis"),
    "settings": N_("Se&ttings"),
    "help": N_("&Help"),
}
CHOICES = {
    "theme": (
        N_("&Colours"),
        {"system": N_("as the system"), "light": N_("light"), "dark": N_("dark")},
    ),
    "rows": (
        N_("&Row height"),
        {
            "row_compact": N_("compact"),
            "row": N_("standard"),
            "row_relaxed": N_("relaxed"),
        },
    ),
    "language": (N_("&Language"), {"en": "English", "zh_CN": "中文"}),
    "zoom": (
        N_("Text &size"),
        {"1": "100 %", "1.1": "110 %", "1.25": "125 %", "1.5": "150 %"},
    ),
}


class Actions(QObject):
    """Emits the name of what was asked for: a command, a screen, or a choice of the view."""

    command = Signal(str)
    screen = Signal(str)
    choice = Signal(str, str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._actions: dict[str, QAction] = {}
        self._choices: dict[str, QActionGroup] = {}

    def build(self, screens: list[tuple[str, str, str]], missing: set[str]) -> QMenuBar:
        """The menu bar; `screens` are (key, title, menu), `missing` commands are left out."""
        bar = QMenuBar()
        bar.setNativeMenuBar(False)
        used = {menu for _key, _title, menu in screens} | {"file", "edit", "view", "help"}
        for menu, title in MENUS.items():
            if menu in used:
                made = bar.addMenu(_(title))
                self._fill(made, menu, screens, missing)
        return bar

    def _fill(
        self, made: QMenu, menu: str, screens: list[tuple[str, str, str]], missing: set[str]
    ) -> None:
        for key, title, group in screens:
            if group == menu:
                action = made.addAction(title)
                action.setData(key)
                action.triggered.connect(self._screen_triggered)
        for command in COMMANDS:
            if command.menu == menu and command.name not in missing:
                if command.line:
                    made.addSeparator()
                made.addAction(self._action(command))
        if menu == "view":
            made.addSeparator()
            for name in CHOICES:
                self._add_choice(made, name)

    def _action(self, command: Command) -> QAction:
        action = QAction(_(command.text), self._window)
        action.setData(command.name)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        # Panels that float are windows of their own; the keys must reach them as well.
        action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        action.triggered.connect(self._command_triggered)
        self._actions[command.name] = action
        return action

    def _add_choice(self, menu: QMenu, name: str) -> None:
        title, values = CHOICES[name]
        sub, group = menu.addMenu(_(title)), QActionGroup(self)
        for value, text in values.items():
            action = sub.addAction(_(text))
            action.setCheckable(True)
            action.setData((name, value))
            group.addAction(action)
        group.triggered.connect(self._choice_triggered)
        self._choices[name] = group

    def set_choice(self, name: str, value: str) -> None:
        """Tick the present value of a choice."""
        for action in self._choices[name].actions():
            action.setChecked(action.data() == (name, value))

    def fit(self, screen: QWidget | None) -> None:
        """Offer only what the current screen can do, and the operator may."""
        barred = getattr(screen, "barred", ())
        for command in COMMANDS:
            action = self._actions.get(command.name)
            if action is not None and not command.shell:
                able = callable(getattr(screen, command.name, None))
                action.setEnabled(able and command.name not in barred)

    def _command_triggered(self) -> None:
        name, popup = _data(self.sender()), QApplication.activePopupWidget()
        if name == "back" and popup is not None:
            popup.close()  # an open list or calendar is what one goes back from first
        else:
            self.command.emit(name)

    def _screen_triggered(self) -> None:
        self.screen.emit(_data(self.sender()))

    def _choice_triggered(self, action: QAction) -> None:
        self.choice.emit(*action.data())


def _data(sender: QObject) -> str:
    return str(sender.data()) if isinstance(sender, QAction) else ""

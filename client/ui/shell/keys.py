"""The sheet of all keys (`?`): what the menus know, and what grids and fields add."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from client.i18n import N_, _
from client.ui.kit import Button, Label, Section, bar
from client.ui.kit.room import fit_to_screen, room
from client.ui.kit.scroller import Scroller
from client.ui.shell.actions import COMMANDS, MENUS

OTHERS = {
    N_("In a list"): (
        ("Enter", N_("Open the row")),
        ("Ctrl+C", N_("Copy the rows, for a spreadsheet")),
        ("Del", N_("Delete, to the recycle bin")),
        ("↓", N_("From the filters to the rows")),
        (N_("Click on a title"), N_("Sort; with Ctrl by several columns")),
    ),
    N_("In a form"): (
        ("Enter", N_("Next field")),
        ("F4", N_("Open the choices")),
        ("F7", N_("Pick from a list")),
    ),
    N_("In cells that are typed"): (
        ("Tab", N_("The next cell")),
        ("Del", N_("Empty the cell, in all selected rows")),
        ("Ctrl+V", N_("Paste cells of a spreadsheet")),
    ),
    N_("In the lines of an order"): (
        ("Enter", N_("The next cell that is needed, then a new line")),
        ("Ins  Ctrl+Del", N_("Add or remove a line")),
        ("Ctrl+Shift+D", N_("Duplicate the line")),
        ("Alt+↑  Alt+↓", N_("Move the line")),
        ("..", N_("The value of the cell above")),
        ("F7", N_("Pick products")),
        ("Shift+F7", N_("Usual goods of the customer")),
        ("↓", N_("The last price, in the price cell")),
        ("Ctrl+N", N_("A new product, named as typed")),
        ("Ctrl+Z  Ctrl+Y", N_("Take a step back, and do it again")),
    ),
    N_("In an order or quote"): (
        ("Ctrl+Shift+S", N_("Submit the order, send the quote")),
        ("Ctrl+Shift+A", N_("Approve the order")),
        ("Ctrl+Shift+O", N_("Make an order of the quote")),
        ("F9", N_("Wipe off the odd cents")),
        ("Ctrl+R  Ctrl+L", N_("Receive money, plan a delivery")),
        ("Ctrl+Shift+H", N_("What was sent of the quote")),
    ),
    N_("In a print preview"): (
        ("PgUp  PgDn", N_("Turn the pages")),
        ("Home  End", N_("First and last page")),
        ("Ctrl++  Ctrl+-", N_("Larger and smaller, with the wheel, too")),
        ("Ctrl+0", N_("Fit width")),
    ),
    N_("In a receipt"): (
        ("Space  F9", N_("All that this order lacks, or nothing")),
        ("Shift+F9", N_("What is due longest first")),
        ("Ctrl+Shift+S", N_("Post")),
    ),
    N_("In the lines of a delivery"): (
        ("Enter", N_("The quantity below")),
        ("F9  Shift+F9", N_("All that is open, of this line or of all")),
        ("Del", N_("Send nothing of the line")),
    ),
    N_("In a date"): (
        ("0", N_("Today")),
        ("+7", N_("In seven days")),
        ("15", N_("The 15th of this month")),
        ("0915", N_("15 September")),
        ("月末", N_("The last day of the month")),
    ),
}


Group = tuple[str, list[tuple[str, str]]]
SIDES = 3  # columns, two where the screen is too narrow for them
HEAD_LINES = 2  # as high as these is the title of a group


def groups() -> list[Group]:
    """Every group's title with its (keys, meaning), translated."""
    found = []
    for menu in ("file", "edit", "view", "help"):
        commands = [command for command in COMMANDS if command.menu == menu and command.keys]
        lines = [(_shown(command.keys), _(command.text)) for command in commands]
        found.append((_(MENUS[menu]), lines))
    for title, entries in OTHERS.items():
        found.append((_(title), [(_(keys), _(text)) for keys, text in entries]))
    return [(_bare(title), [(k, _bare(t)) for k, t in lines]) for title, lines in found]


def _shown(keys: tuple[str, ...]) -> str:
    names = [
        key.replace("Return", "Enter").replace("Left", "←").replace("Right", "→") for key in keys
    ]
    return "  ".join(dict.fromkeys(names))


def _bare(text: str) -> str:
    """Without the mnemonic, which is `&F` in a word or `(&F)` after it."""
    place = text.find("(&")
    return (text[:place] + text[place + 4 :] if place >= 0 else text.replace("&", "")).rstrip("…")


class KeysDialog(QDialog):
    """Frees itself when closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("All keys"))
        self.setProperty("kind", "surface")
        most = room(self.screen().availableGeometry()).width()
        area = Scroller(_sheet(SIDES))
        if area.minimumSizeHint().width() > most:
            area = Scroller(_sheet(SIDES - 1))
        close = Button(_("Close"), "Esc", kind="primary")
        close.clicked.connect(self.accept)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # for the arrows: nothing else here scrolls
        whole.addWidget(area, 1)
        whole.addWidget(bar(None, close, kind="footbar"))
        fit_to_screen(self, self.sizeHint().width(), self.sizeHint().height())
        area.setFocus()


def _sheet(number: int) -> QWidget:
    """All keys in so many columns."""
    content = QWidget()
    columns = QHBoxLayout(content)
    columns.setContentsMargins(16, 12, 16, 12)
    columns.setSpacing(24)
    for shown in _sides(groups(), number):
        side = QVBoxLayout()
        side.setSpacing(8)
        for title, lines in shown:
            side.addWidget(_group(title, lines))
        side.addStretch(1)
        columns.addLayout(side, 1)
    return content


def _sides(found: list[Group], number: int) -> list[list[Group]]:
    """The groups in columns about as long as each other, in their order."""
    heights = [HEAD_LINES + len(lines) for _title, lines in found]
    sides: list[list[Group]] = [[] for _side in range(number)]
    above = 0
    for group, height in zip(found, heights, strict=True):
        middle = above + height / 2
        sides[int(middle * number / sum(heights))].append(group)
        above += height
    return sides


def _group(title: str, lines: list[tuple[str, str]]) -> QWidget:
    section, grid = Section(title, foldable=False), QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    grid.setColumnMinimumWidth(0, 110)
    for row, (keys, text) in enumerate(lines):
        grid.addWidget(Label(keys, "accent"), row, 0)
        grid.addWidget(Label(text), row, 1)
    section.body.addLayout(grid)
    return section

"""The choice between two versions of a record: what it was, theirs and mine side by side."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from client.i18n import _
from client.ui.kit import Button, Label, bar, hline

LONGEST = 240  # characters of a value; the tooltip has it whole


class Clash(NamedTuple):
    """A field that both changed: its name, its label, and the three texts."""

    name: str
    label: str
    was: str
    theirs: str
    mine: str


class Side(QWidget):
    """One of two values to choose: a button, and its text in as many lines as it needs."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__()
        self.text = text
        self.button = QRadioButton()
        self.button.setAccessibleName(name)
        label = Label(_short(text) or _("(empty)"))
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        label.setContentsMargins(0, 2, 0, 2)
        # As high as a line of text, so that both stand on one line.
        self.button.setFixedSize(26, label.fontMetrics().height() + 4)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label, 1)
        self.setToolTip(text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.button.click()
        super().mousePressEvent(event)


class ConflictPanel(QWidget):
    """One line a field: ←/→ chooses, Tab goes on. `chosen` tells the fields that stay mine."""

    chosen = Signal(list)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._groups: dict[str, QButtonGroup] = {}
        self._texts: dict[str, tuple[str, ...]] = {}
        self._said = Label("", "amber")
        self._said.setWordWrap(True)
        self._place = QVBoxLayout()
        theirs = Button(_("All of theirs"))
        mine = Button(_("All of mine"))
        theirs.clicked.connect(self.take_theirs)
        mine.clicked.connect(self.take_mine)
        self._save = Button(_("Save"), "F8", "floppy-disk", "primary")
        back = Button(_("Back"), "Esc")
        self._save.clicked.connect(self.accept)
        back.clicked.connect(self.left)
        content, inner = QWidget(), QVBoxLayout()
        inner.setContentsMargins(12, 12, 12, 12)
        inner.setSpacing(12)
        inner.addWidget(self._said)
        inner.addLayout(self._place)
        inner.addStretch(1)
        content.setLayout(inner)
        content.setProperty("kind", "panel")
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # no stop that one cannot see
        area.setWidget(content)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(area, 1)
        column.addWidget(bar(self._save, back, None, theirs, mine, kind="footbar"))

    def show_clashes(self, who: str, clashes: Sequence[Clash]) -> None:
        """Offer the choice; mine is chosen everywhere at first, since nothing typed is lost."""
        text = _("{who} saved this record while you were typing. Choose what to keep in each line.")
        self._said.setText(text.format(who=who or _("Somebody else")))
        while item := self._place.takeAt(0):
            if old := item.widget():
                old.deleteLater()
        self._groups, self._texts = {}, {}
        table, grid = QWidget(), QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        heads = ("", _("As you opened it"), _("Theirs"), _("Mine"))
        for place, head in enumerate(heads):
            grid.addWidget(Label(head, "text2"), 0, place)
            grid.setColumnStretch(place, 0 if place == 0 else 1)
        for row, clash in enumerate(clashes):
            grid.addWidget(hline(), 2 * row + 1, 0, 1, 4)
            self._add(table, grid, 2 * row + 2, clash)
        table.setLayout(grid)
        self._place.addWidget(table)

    def _add(self, table: QWidget, grid: QGridLayout, row: int, clash: Clash) -> None:
        grid.addWidget(Label(clash.label, "text2"), row, 0, Qt.AlignmentFlag.AlignTop)
        was = Label(clash.was or _("(empty)"), "text2")
        was.setWordWrap(True)
        grid.addWidget(was, row, 1, Qt.AlignmentFlag.AlignTop)
        group = QButtonGroup(table)
        sides = ((clash.theirs, _("Theirs")), (clash.mine, _("Mine")))
        for place, (text, side) in enumerate(sides):
            offered = Side(text, f"{clash.label}: {side} {text}")
            group.addButton(offered.button, place)
            grid.addWidget(offered, row, 2 + place)
            self._texts[clash.name] = (*self._texts.get(clash.name, ()), text)
        group.button(1).setChecked(True)
        self._groups[clash.name] = group

    def said(self) -> str:
        """Who saved it, above the lines."""
        return self._said.text()

    def accept(self) -> None:
        """Save with what is chosen."""
        self.chosen.emit([name for name, group in self._groups.items() if group.checkedId() == 1])

    def take_theirs(self) -> None:
        self._take(0)

    def take_mine(self) -> None:
        self._take(1)

    def choose(self, name: str, mine: bool) -> None:
        """Choose one side for one field."""
        self._groups[name].button(int(mine)).setChecked(True)

    def texts(self) -> dict[str, tuple[str, ...]]:
        """Theirs and mine of every field that is shown."""
        return self._texts

    def focus_first(self) -> None:
        for group in self._groups.values():
            if (button := group.checkedButton()) is not None:
                button.setFocus(Qt.FocusReason.OtherFocusReason)
            return

    def _take(self, side: int) -> None:
        for group in self._groups.values():
            group.button(side).setChecked(True)

    def event(self, event: QEvent) -> bool:
        """F8 and Esc are taken here before the form's own meaning of them."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_F8:
                self.accept()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.left.emit()
                return True
        return super().event(event)


def clashes_of(
    names: Sequence[str],
    label: Callable[[str], str],
    text: Callable[[str, Any], str],
    loaded: dict[str, Any],
    theirs: dict[str, Any],
    mine: dict[str, Any],
) -> list[Clash]:
    """The lines of the table for the fields `names`."""
    return [
        Clash(n, label(n), *(text(n, side.get(n)) for side in (loaded, theirs, mine)))
        for n in names
    ]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"

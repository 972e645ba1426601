"""The list of groups with a tick before each: all of the customers in it, some, or none."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from client.data.groups import Group
from client.i18n import _
from client.ui.theme import size, theme
from server_schema.search import search_key

ID = Qt.ItemDataRole.UserRole
ROWS = 10  # seen at once
State = Qt.CheckState


def shown(group: Group) -> str:
    """A group in a list: its name, and how many customers one sees in it."""
    return f"{group.title} · {group.customers:,}" if group.customers else group.title


class GroupList(QListWidget):
    """A list of groups with ticks, for `total` customers; without customers there are no ticks.
    `may` says which groups may be ticked.

    `wanted` holds, by group, the ticks that differ from what is stored.
    """

    def __init__(self, total: int, may: Callable[[Group], bool]) -> None:
        super().__init__()
        self._total, self._may = total, may
        self._groups: dict[int, Group] = {}
        self.wanted: dict[int, bool] = {}
        self.setProperty("framed", True)
        self.setAccessibleName(_("Groups"))
        self.setFixedHeight(ROWS * size("row") + 4)
        self.itemChanged.connect(self._ticked)

    def show_groups(self, groups: Sequence[Group]) -> None:
        """Show these instead; what was ticked, and which is the current one, stays."""
        current = self.current()
        self._groups = {group.id: group for group in groups}
        self.wanted = {id_: on for id_, on in self.wanted.items() if id_ in self._groups}
        with QSignalBlocker(self):
            self.clear()
            for group in groups:
                self.addItem(self._item(group))
                if current is not None and group.id == current.id:
                    self.setCurrentRow(self.count() - 1)

    def _item(self, group: Group) -> QListWidgetItem:
        item = QListWidgetItem(shown(group))
        item.setData(ID, group.id)
        if not self._total:
            return item
        if not self._may(group):
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
            item.setForeground(theme().color("disabled"))
        if group.id in self.wanted:
            state = State.Checked if self.wanted[group.id] else State.Unchecked
        elif group.chosen == self._total:
            state = State.Checked
        else:
            state = State.PartiallyChecked if group.chosen else State.Unchecked
        item.setCheckState(state)
        return item

    def current(self) -> Group | None:
        """The current group, if it is shown."""
        item = self.currentItem()
        return None if item is None or item.isHidden() else self._groups.get(item.data(ID))

    def narrow(self, text: str) -> None:
        """Show the groups in whose names `text` stands; one of them is the current one."""
        word, first = search_key(text), None
        for row in range(self.count()):
            item = self.item(row)
            item.setHidden(word not in search_key(self._groups[item.data(ID)].name))
            if first is None and not item.isHidden():
                first = item
        if self.current() is None and first is not None:
            self.setCurrentItem(first)

    def turn(self) -> None:
        """Tick the current group, or untick it."""
        item = self.currentItem()
        if self.current() is None or not self._total:
            return
        if item.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            on = item.checkState() == State.Checked
            item.setCheckState(State.Unchecked if on else State.Checked)

    def _ticked(self, item: QListWidgetItem) -> None:
        group, on = self._groups[item.data(ID)], item.checkState() == State.Checked
        if group.chosen == (self._total if on else 0):
            self.wanted.pop(group.id, None)
        else:
            self.wanted[group.id] = on

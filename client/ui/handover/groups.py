"""Which group of customers goes to whom: one line for each group, with its receiver."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from client.data.handover import Key
from client.data.lookups import Choice
from client.i18n import _
from client.ui.tables.columns import Column
from client.ui.tables.plain import PlainModel
from client.ui.tables.table import Table


class Receiver(QComboBox):
    """Chooses one person, or nobody: then the customers stay where they are."""

    chosen = Signal()

    def __init__(self, title: str, people: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Receiver for {group}").format(group=title))
        self.setMaxVisibleItems(24)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.addItem(_("– stays –"), None)
        for person in people:
            self.addItem(person.title, person.id)
        self.activated.connect(self.chosen)

    def wheelEvent(self, event: Any) -> None:
        """Scrolling the table must not change what the pointer happens to be on."""
        event.ignore()


class ReceiverTable(Table):
    """A line for each group of customers, with its receiver; `chosen` when a receiver was
    changed.
    """

    chosen = Signal()

    def __init__(self) -> None:
        columns = [
            Column("group", _("Group"), 110, "name", stretch=True),
            Column("customers", _("Customers"), 84, "integer"),
            Column("receiver", _("Receiver"), 150),
        ]
        super().__init__(columns, row_height="row_relaxed")
        self.rows = PlainModel(len(columns))
        self.setModel(self.rows)
        self.rings = False
        self.setAccessibleName(_("Groups and their receivers"))
        self._choices: dict[Key, Receiver] = {}

    def show_groups(
        self,
        groups: Sequence[tuple[Key, str, int | None]],
        people: Sequence[Choice],
        chosen: dict[Key, int | None],
    ) -> None:
        """Show groups by key, title and size; `chosen` is who gets which at first."""
        self.rows.show_rows([(title, size or "", "") for _key, title, size in groups])
        self._choices = {}
        for place, (key, title, _size) in enumerate(groups):
            around = QWidget()
            choice = Receiver(title, people, around)
            choice.setCurrentIndex(max(choice.findData(chosen.get(key)), 0))
            choice.chosen.connect(self.chosen)
            row = QHBoxLayout(around)
            row.setContentsMargins(2, 1, 2, 2)
            row.addWidget(choice)
            self.setIndexWidget(self.rows.index(place, 2), around)
            self._choices[key] = choice
        self._order()

    def _order(self) -> None:
        """Tab goes from receiver to receiver; the table itself has nothing to be done with keys."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # else the order would not be taken
        for before, after in pairwise((self, *self._choices.values())):
            QWidget.setTabOrder(before, after)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def chosen_receivers(self) -> dict[Key, int | None]:
        """Who is to get each group."""
        return {key: choice.currentData() for key, choice in self._choices.items()}

    def choose(self, key: Key, person: int | None) -> None:
        """Give a group to a person, as the clerk does."""
        choice = self._choices[key]
        choice.setCurrentIndex(max(choice.findData(person), 0))
        self.chosen.emit()

"""The list of customers narrowed to one group: a list of choices over it."""

from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, QSize, QTimer, Signal
from PySide6.QtWidgets import QSizePolicy

from client.context import Context
from client.data import groups
from client.data.groups import UNGROUPED, Group
from client.data.rowsource import Condition
from client.i18n import _
from client.ui.grouping.dialog import read
from client.ui.grouping.ticks import shown
from client.ui.jobs import Latest
from client.ui.kit.combo import Combo, offer

SLOW_MS = 1000  # others' changes that come together are read together
WIDTH, NARROW = 168, 76  # where room is short it gives way to the actions beside it
TABLES = ("customer_group", "group_member")


class GroupFilter(Combo):
    """Narrows the list to one group; hidden while there is no group. `narrowed` when another is
    chosen, `stirred` when others may belong to it now.
    """

    narrowed = Signal()
    stirred = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._any = False
        self._office, self._reading = context.office, Latest(context.jobs, self)
        self.setAccessibleName(_("Group"))
        self.setToolTip(_("Only customers of this group"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(20)
        self.hide()
        self._later = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._later.timeout.connect(self.refresh)
        self.currentIndexChanged.connect(self.narrowed)
        context.bus.changed.connect(self._changed)
        context.bus.connection_back.connect(self._later.start)
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROW, super().minimumSizeHint().height())

    def where(self) -> list[Condition]:
        """What the list is narrowed by."""
        return groups.belongs(self.currentData())

    def refresh(self) -> None:
        """Read the groups as they are; the one chosen stays."""
        self._reading.run(partial(read, self._office, ()), self._show, _nothing)

    def _show(self, found: list[Group]) -> None:
        before = self.currentData()
        with QSignalBlocker(self):
            choices: list[tuple[Any, str]] = [(None, _("All groups"))]
            choices += [(group.id, shown(group)) for group in found]
            offer(self, [*choices, (UNGROUPED, _("In no group"))], before)
        if bool(found) != self._any:  # else it is the recycle bin that hides it
            self._any = bool(found)
            self.setVisible(self._any)
        if before is not None and before != self.currentData():
            self.narrowed.emit()  # it is gone
        elif before is not None:
            self.stirred.emit()

    def _changed(self, table: str, operation: str, ids: list[int]) -> None:
        if table in TABLES:
            self._later.start()


def _nothing(_error: Exception) -> None:
    """Without the groups the list is as it was; it says itself what is wrong with the server."""

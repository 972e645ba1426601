"""Keeps the office's settings and the operator's rights up to date in a running program."""

import logging

from PySide6.QtCore import QObject, QTimer, Signal

from client.context import Context
from client.data.rights import REACH
from client.model import OfficeCard

LOOK_MS = 60_000  # whether midnight has passed


class OfficeNews(QObject):
    """Reads both again when they may have changed; then emits `renewed`, and `rights_changed` if
    the rights differ.

    A change of rights ends the operator's sessions, so a lost connection is a reason to read them.
    So is the office's midnight: what is lent until a day ends by the clock, of which the database
    sends no notice, and lists tell what is due. So all is told that one sees more or less now.
    """

    renewed = Signal()
    rights_changed = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._day = context, context.office.today
        self._reading = self._again = False
        self._clock = QTimer(self, interval=LOOK_MS)
        self._clock.timeout.connect(self._look)
        self._clock.start()
        context.bus.changed.connect(self._changed)
        context.bus.connection_back.connect(self.read)

    def read(self) -> None:
        """Read both now; once more after a reading that is not over, which may be older."""
        if self._reading:
            self._again = True
            return
        self._reading = True
        work = self._context.office.read_again
        self._context.jobs.run(self, work, self._renewed, self._failed)

    def _changed(self, table: str, operation: str, ids: list[int]) -> None:
        if table == OfficeCard.__tablename__:
            self.read()

    def _look(self) -> None:
        if self._context.office.is_day_over():
            self.read()

    def _renewed(self, other_rights: bool) -> None:
        self._end()
        self.renewed.emit()
        if self._context.office.today != self._day:
            self._day = self._context.office.today
            self._context.bus.changed.emit(REACH, "update", [])
        if other_rights:
            self.rights_changed.emit()

    def _failed(self, error: Exception) -> None:
        """Nobody asked for it: what is known stays until the server answers again."""
        logging.info("office not read again: %s", type(error).__name__)
        self._end()

    def _end(self) -> None:
        again, self._reading, self._again = self._again, False, False
        if again:
            self.read()

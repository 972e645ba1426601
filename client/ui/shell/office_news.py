"""Keeps the office's settings and one's rights in a running program as they are stored, whoever
changes them.
"""

import logging

from PySide6.QtCore import QObject, Signal

from client.context import Context
from client.model import OfficeCard


class OfficeNews(QObject):
    """Reads both again when they were saved or may have been; then tells `renewed`, and
    `rights_changed` where one may do something else than before.

    Whoever changes somebody's rights ends their sessions, so the news of it is a reconnect.
    """

    renewed = Signal()
    rights_changed = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        context.bus.changed.connect(self._changed)
        context.bus.connection_back.connect(self.read)

    def read(self) -> None:
        work = self._context.office.read_again
        self._context.jobs.run(self, work, self._renewed, self._failed)

    def _changed(self, table: str, operation: str, ids: list[int]) -> None:
        if table == OfficeCard.__tablename__:
            self.read()

    def _renewed(self, other_rights: bool) -> None:
        self.renewed.emit()
        if other_rights:
            self.rights_changed.emit()

    def _failed(self, error: Exception) -> None:
        """Nobody asked for it: what is known stays until the server answers again."""
        logging.info("office not read again: %s", type(error).__name__)

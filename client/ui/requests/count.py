"""Counts the requests that wait for this operator, beside the navigation's entry."""

from functools import partial

from PySide6.QtCore import QObject, QTimer

from client.context import Context
from client.data import requests
from client.ui.requests import work
from client.ui.screen import Navigator

KEY = "requests"
QUIET_MS = 1000


class RequestCount(QObject):
    """Counts after login and whenever a request changed, for those who may approve."""

    def __init__(self, context: Context, navigator: Navigator, owner: QObject) -> None:
        super().__init__(owner)
        self._context, self._navigator = context, navigator
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self.count)
        if context.office.rights.may("customer", "approve"):
            context.bus.changed.connect(self._changed)
            context.bus.connection_back.connect(self.count)
            self.count()

    def count(self) -> None:
        work_ = partial(work.count, self._context.office)
        self._context.jobs.run(self, work_, self._counted, self._failed)

    def _counted(self, number: int) -> None:
        self._navigator.set_count(KEY, f"{number:,}" if number else "", alert=True)

    def _failed(self, _error: Exception) -> None:
        """It is counted again when the server is back."""

    def _changed(self, table: str, _operation: str, _ids: list[int]) -> None:
        if table == requests.TABLE and not self._quiet.isActive():
            self._quiet.start()

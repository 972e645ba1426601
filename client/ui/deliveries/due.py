"""Counts what has to leave today, so that it stands beside the navigation's entry all day."""

from functools import partial

from PySide6.QtCore import QObject, QTimer

from client.context import Context
from client.data.deliveries import store
from client.ui.screen import Navigator

KEY = "deliveries"
QUIET_MS = 1000
AGAIN_MS = 15 * 60 * 1000  # what is due changes at midnight as well


class DueCount(QObject):
    """Counts after login, whenever a delivery changed, and now and then."""

    def __init__(self, context: Context, navigator: Navigator, owner: QObject) -> None:
        super().__init__(owner)
        self._context, self._navigator = context, navigator
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self.count)
        self._again = QTimer(self, interval=AGAIN_MS)
        self._again.timeout.connect(self.count)
        if context.office.rights.may("delivery", "view"):
            context.bus.changed.connect(self._changed)
            context.bus.connection_back.connect(self.count)
            self._again.start()
            self.count()

    def count(self) -> None:
        work = partial(store.due_now, self._context.office)
        self._context.jobs.run(self, work, self._counted, self._failed)

    def _counted(self, number: int) -> None:
        self._navigator.set_count(KEY, f"{number:,}" if number else "", alert=True)

    def _failed(self, _error: Exception) -> None:
        """It is counted again when the server is back."""

    def _changed(self, table: str, _operation: str, _ids: list[int]) -> None:
        if table == "delivery" and not self._quiet.isActive():
            self._quiet.start()

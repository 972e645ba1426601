"""Counts what has to leave today, so that it stands beside the navigation's entry all day."""

from functools import partial

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from client.context import Context
from client.data.deliveries import store
from client.ui.following import Following
from client.ui.screen import Navigator

KEY = "deliveries"
AGAIN_MS = 15 * 60 * 1000  # what is due changes at midnight as well


class DueCount(QObject):
    """Counts after login, when a delivery changed while the window is seen, and now and then."""

    def __init__(self, context: Context, navigator: Navigator, owner: QWidget) -> None:
        super().__init__(owner)
        self._context, self._navigator = context, navigator
        if not context.office.rights.may("delivery", "view"):
            return
        self._following = Following(context, owner, _is_delivery, self.count)
        self._again = QTimer(self, interval=AGAIN_MS)
        self._again.timeout.connect(self._following.ask)
        self._again.start()
        self.count()

    def count(self) -> None:
        work = partial(store.due_now, self._context.office)
        self._following.run(work, self._counted, self._failed)

    def _counted(self, number: int) -> None:
        self._navigator.set_count(KEY, f"{number:,}" if number else "", alert=True)

    def _failed(self, _error: Exception) -> None:
        """It is counted again when the server is back."""


def _is_delivery(table: str, _ids: list[int]) -> bool:
    return table == "delivery"

"""Reads a widget's content again after changes by others, but only while it is visible."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from client.context import Context

QUIET_MS = 200  # notices that come together are answered together


class Following(QObject):
    """Calls `read` soon after something changed that `is_about` its table and ids, or the server
    was away; while the widget is hidden, when it is shown again. `stale` until then."""

    def __init__(
        self,
        context: Context,
        widget: QWidget,
        is_about: Callable[[str, list[int]], bool],
        read: Callable[[], object],
        pause_ms: int = QUIET_MS,
    ) -> None:
        super().__init__(widget)
        self._widget, self._is_about, self._read_again = widget, is_about, read
        self.stale = False
        self.pause = QTimer(self, singleShot=True, interval=pause_ms)
        self.pause.timeout.connect(self._look)
        context.bus.changed.connect(self._changed)
        context.bus.connection_back.connect(self.ask)
        widget.installEventFilter(self)

    def ask(self) -> None:
        """It may be out of date."""
        self.stale = True
        if not self.pause.isActive():  # however often something changes, it is read at times
            self.pause.start()

    def _changed(self, table: str, _operation: str, ids: list[int]) -> None:
        if self._is_about(table, ids):
            self.ask()

    def _look(self) -> None:
        if self.stale and self._widget.isVisible():
            self.stale = False
            self._read_again()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self._look()
        return super().eventFilter(watched, event)

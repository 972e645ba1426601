"""Waits for a moment in which a window can be replaced by another."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from client.ui.jobs import Jobs

LOOK_MS = 300


class WhenIdle(QObject):
    """Calls `then` once no job runs and no dialog or menu is open: what is typed in those, or is
    being saved, would be lost with the window."""

    def __init__(self, jobs: Jobs, then: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._jobs, self._then = jobs, then
        self._quiet = 0
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)

    def wait(self) -> None:
        """Begin to wait; once is enough."""
        self._quiet = 0
        self._timer.start()

    def _look(self) -> None:
        over = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        self._quiet = 0 if over or self._jobs.busy() else self._quiet + 1
        if self._quiet > 1:  # a save that met no server begins again a moment after it is back
            self._timer.stop()
            self._then()

"""Waits until a window can be replaced without losing anything."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from client.ui.jobs import Jobs

LOOK_MS = 300


class WhenIdle(QObject):
    """Calls `then` once no job runs and no dialog or menu is open.

    What is typed in a dialog, or is just being saved, would be lost with the window.
    """

    def __init__(self, jobs: Jobs, then: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._jobs, self._then = jobs, then
        self._quiet = 0
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)

    def wait(self) -> None:
        """Begin to wait; calling it again begins anew."""
        self._quiet = 0
        self._timer.start()

    def _look(self) -> None:
        over = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        self._quiet = 0 if over or self._jobs.busy() else self._quiet + 1
        if self._quiet > 1:  # a save that met no server begins again a moment after it is back
            self._timer.stop()
            self._then()

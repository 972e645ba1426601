"""Collects garbage on the window's thread only.

Python may start a collection on any thread. A widget in a reference cycle would then be destroyed
on a worker thread, which crashes Qt.
"""

import gc
import time

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

PAUSE_MS = 200
LONG_SECONDS = 0.02  # a collection that would be felt while typing
WHOLE_SECONDS = 600.0


class GarbageCollector(QObject):
    """While it exists, garbage is collected by its timer alone, generation by generation.

    What survives a long collection, such as the imported modules, is frozen and left out of later
    ones. Now and then, while another program is in front, everything is looked through again.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._whole = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def _collect(self) -> None:
        active = QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive
        if not active and time.monotonic() - self._whole > WHOLE_SECONDS:
            self._whole = time.monotonic()
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            return
        counts, limits = gc.get_count(), gc.get_threshold()
        full = [generation for generation in range(3) if counts[generation] > limits[generation]]
        if full:
            begun = time.perf_counter()
            gc.collect(full[-1])
            if time.perf_counter() - begun > LONG_SECONDS:
                gc.freeze()

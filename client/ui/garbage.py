"""Collects garbage on the window's thread only.

Python collects wherever it happens to be, also on a worker thread; a widget in a circle of
references would then be destroyed there, which Qt does not survive.
"""

import gc
import time

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

PAUSE_MS = 200
LONG_SECONDS = 0.02  # a collection that would be felt while typing
WHOLE_SECONDS = 600.0


class GarbageCollector(QObject):
    """While it lives, nothing is collected but by its timer, generation by generation.

    What survived a long collection, like all imported modules, is left out of later ones; it is
    looked through again now and then while another program has the keys.
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

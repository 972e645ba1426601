"""Collects garbage on the window's thread only.

Python collects wherever it happens to be, also on a worker thread; a widget in a circle of
references would then be destroyed there, which Qt does not survive.
"""

import gc

from PySide6.QtCore import QObject, QTimer

PAUSE_MS = 200


class Collector(QObject):
    """While it lives, nothing is collected but by its timer, generation by generation."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def _collect(self) -> None:
        counts, limits = gc.get_count(), gc.get_threshold()
        full = [generation for generation in range(3) if counts[generation] > limits[generation]]
        if full:
            gc.collect(full[-1])

"""Run in a process of its own: the order grid in a window, timed from the window's thread."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
from sqlalchemy.orm import configure_mappers

from client.context import Context
from client.model import SalesOrder
from client.ui.grids.grid import Grid
from client.ui.theme import theme
from tests.bench.login import context_for

PATIENCE = 60


class Pulse:
    """A 5 ms timer in the window's thread: what lies between two beats is a freeze."""

    def __init__(self) -> None:
        self._timer = QTimer(interval=5, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._last = time.perf_counter()
        self.longest = 0.0
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last - 0.005)
        self._last = now

    def begin(self) -> None:
        """Forget what was before."""
        self._last = time.perf_counter()
        self.longest = 0.0


def step(pulse: Pulse, act: Callable[[], Any], done: Callable[[], bool]) -> dict[str, float]:
    """Do something, and wait until it shows; milliseconds taken, and frozen at most."""
    pulse.begin()
    started = time.perf_counter()
    act()
    while not done():
        QApplication.processEvents()
        if time.perf_counter() - started > PATIENCE:
            raise TimeoutError("the grid did not come to rest")
    QApplication.processEvents()
    taken = time.perf_counter() - started
    return {"ms": taken * 1000, "freeze": pulse.longest * 1000}


class Driver:
    """The grid as a clerk uses it, in a window that stands there already."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.window = QMainWindow()
        self.window.resize(1366, 768)
        self.window.setCentralWidget(QLabel("Kehu 客户"))
        self.before: int | None = None

    def open(self) -> None:
        """Open the list."""
        self.grid = Grid(self._context, SalesOrder, key="bench")
        self.table, self.model = self.grid.table, self.grid.model
        self.window.setCentralWidget(self.grid)

    def stands(self) -> bool:
        """The window itself is there."""
        return self.window.isActiveWindow() or self.window.windowHandle().isExposed()

    def to_the_end(self) -> None:
        """Jump to the last order."""
        self.table.scrollToBottom()

    def settled(self) -> bool:
        """All ids are there, and every visible row."""
        top, bottom = self.grid.reader.visible()
        return bool(
            self.grid.reader.complete and len(self.model.ids) and not self.model.absent(top, bottom)
        )

    def first_shown(self) -> bool:
        """Some rows stand there."""
        return len(self.model.ids) > 0

    def resorted(self) -> bool:
        """Another record stands first, and its neighbours too."""
        return self.settled() and self.model.id_at(0) != self.before

    def sort_by_total(self) -> None:
        """A click on the head of the column, which sorts the largest last."""
        self.before = self.model.id_at(0)
        head = self.table.head
        place = self.table.column_layout.index_of("total")
        x = head.sectionViewportPosition(place) + 20
        QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, 10))

    def walk(self) -> None:
        """Fifty screenfuls down, one after the other."""
        for _ in range(50):
            bar = self.table.verticalScrollBar()
            bar.setValue(bar.value() + bar.pageStep())
            QApplication.processEvents()


def main() -> None:
    app = QApplication(sys.argv)
    theme().apply(app)
    configure_mappers()  # the program has done it behind its login
    driver, pulse = Driver(context_for(json.loads(sys.argv[1]))), Pulse()
    step(pulse, driver.window.show, driver.stands)
    steps = {
        "first rows": step(pulse, driver.open, driver.first_shown),
        "all ids": step(pulse, lambda: None, driver.settled),
        "jump to the end": step(pulse, driver.to_the_end, driver.settled),
        "another order": step(pulse, driver.sort_by_total, driver.resorted),
        "fifty pages down": step(pulse, driver.walk, driver.settled),
    }
    print(json.dumps({"rows": len(driver.model.ids), "steps": steps}), flush=True)
    driver.window.close()


if __name__ == "__main__":
    main()

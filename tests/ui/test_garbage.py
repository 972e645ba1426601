"""Widgets in circles of references die on the window's thread, whoever makes garbage elsewhere."""

import gc
import threading

from PySide6.QtCore import QThread
from PySide6.QtWidgets import QWidget

from client.ui.garbage import GarbageCollector


class Noticed:
    """Lies in the same circle as a widget and tells on which thread it was collected."""

    died_on: list[int] = []

    def __init__(self) -> None:
        self.widget = QWidget()
        self.widget.circle = self

    def __del__(self) -> None:
        self.died_on.append(threading.get_ident())


class Litter(QThread):
    """Makes garbage on a worker thread."""

    def run(self) -> None:
        for _ in range(50_000):
            made: list = []
            made.append(made)


def test_only_the_windows_thread_collects(qapp, qtbot):
    gc.freeze()  # only what this test makes is looked at
    collector = GarbageCollector()
    Noticed.died_on.clear()
    try:
        for _ in range(50):
            Noticed()
        worker = Litter()
        worker.start()
        assert worker.wait(30_000)
        assert not Noticed.died_on
        qtbot.waitUntil(lambda: len(Noticed.died_on) == 50, timeout=10_000)
        assert set(Noticed.died_on) == {threading.get_ident()}
    finally:
        collector.deleteLater()
        assert not gc.isenabled()

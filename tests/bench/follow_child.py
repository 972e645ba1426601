"""Run in a process of its own: the whole windows of some clerks, who look on while others save.

Says `ready` when all of them stand, and ends with its standard input.
"""

import json
import os
import sys
import threading
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from sqlalchemy.orm import configure_mappers

from client.app import records, screens
from client.data.listener import Listener
from client.ui.deliveries.due import DueCount
from client.ui.requests.count import RequestCount
from client.ui.screen import Extras
from client.ui.shell.main_window import MainWindow
from client.ui.theme import theme
from tests.bench.login import context_for

LOOK_MS = 100
STILL = 10  # looks in a row at which nothing was read: it stands


class Clerk:
    """One window with its own login, panels and line for notices."""

    def __init__(self, where: dict[str, Any], panels: list[str]) -> None:
        self.context = context_for(where)
        self.window = MainWindow(self.context, screens(self.context), Extras(records()))
        self.window.resize(1366, 768)
        self.window.show()
        DueCount(self.context, self.window.desk, self.window)
        RequestCount(self.context, self.window.desk, self.window)
        for panel in panels:
            self.window.desk.open_key(panel)
        bus = self.context.bus
        self.listener = Listener(
            self.context.office,
            bus.changed.emit,
            bus.connection_lost.emit,
            bus.connection_back.emit,
        )
        self.listener.start()


class Watch:
    """Says once that all clerks' windows stand still."""

    def __init__(self, clerks: list[Clerk]) -> None:
        self._clerks, self._still = clerks, 0
        self._timer = QTimer(interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        busy = any(clerk.context.jobs.busy() for clerk in self._clerks)
        self._still = 0 if busy else self._still + 1
        if self._still == STILL:
            self._timer.stop()
            print("ready", flush=True)


def _until_told(app: QApplication) -> None:
    sys.stdin.read()
    QTimer.singleShot(0, app, app.quit)


def main() -> None:
    app = QApplication(sys.argv)
    app.setQuitOnLastWindowClosed(False)
    theme().apply(app)
    configure_mappers()
    clerks = [Clerk(where, panels) for where, panels in json.loads(sys.argv[1])]
    watch = Watch(clerks)
    threading.Thread(target=partial(_until_told, app), daemon=True).start()
    app.exec()
    del watch
    for clerk in clerks:
        clerk.listener.stop()
    sys.stdout.flush()
    os._exit(0)  # nobody looks at how fifty windows close


if __name__ == "__main__":
    main()

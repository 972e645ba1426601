"""Run in a process of its own: the program as it starts, saying when its first window is there."""

import sys

from PySide6.QtGui import QPaintEvent

from client import app


class PaintedLogin(app.LoginWindow):
    """The login window, which tells that it has been painted."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        print("painted", flush=True)


if __name__ == "__main__":
    app.LoginWindow = PaintedLogin  # type: ignore[misc]
    sys.exit(app.main([]))

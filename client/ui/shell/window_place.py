"""Where a window stood last, brought back onto a screen that exists now."""

import base64
import binascii
from typing import Any

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from client.ui.kit.room import fit_to_screen, room

DEFAULT = QSize(1600, 900)
SMALLEST_SIGHT = 120


def save(window: QWidget) -> str:
    return base64.b64encode(bytes(window.saveGeometry().data())).decode("ascii")


def restore(window: QWidget, kept: Any) -> None:
    """Give the window its former place; without one, or off all screens, the middle."""
    try:
        done = window.restoreGeometry(base64.b64decode(str(kept or ""), validate=True))
    except (binascii.Error, ValueError):
        done = False
    if not done or not _can_be_reached(window.frameGeometry()):
        _centre(window)
    elif not window.isMaximized():
        _bound(window)


def _bound(window: QWidget) -> None:
    """No larger than its screen, which may be smaller or scaled more than the one before."""
    fit_to_screen(window, window.width(), window.height())


def _can_be_reached(frame: QRect) -> bool:
    for screen in QGuiApplication.screens():
        sight = screen.availableGeometry().intersected(frame)
        if sight.width() >= SMALLEST_SIGHT and sight.height() >= SMALLEST_SIGHT:
            return frame.top() >= screen.availableGeometry().top() - 40
    return False


def _centre(window: QWidget) -> None:
    """In the middle, title bar and all."""
    screen = QGuiApplication.primaryScreen().availableGeometry()
    window.resize(DEFAULT.boundedTo(room(screen)))
    corner = QRect(screen.topLeft(), room(screen)).center() - window.rect().center()
    window.move(max(corner.x(), screen.x()), max(corner.y(), screen.y()))

"""How large a window may be on its screen, which may be small, or scaled much."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QWidget

TITLE_BAR = 32  # about; how high it is shows only once the window does


def room(screen: QRect) -> QSize:
    """What a window's title bar leaves of a screen."""
    return screen.size() - QSize(0, TITLE_BAR)


def fit_to_screen(window: QWidget, width: int, height: int) -> None:
    """Give a window its size, or as much of it as its screen has room for."""
    most = room(window.screen().availableGeometry())
    window.resize(QSize(width, height).boundedTo(most))

"""Keys that do the same as the buttons of a screen."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QWidget

Slot = Callable[..., Any]


def bind(host: QWidget, keys: str, slot: Slot) -> None:
    """Call `slot` for a key while the focus is in `host`."""
    shortcut = QShortcut(QKeySequence(keys), host)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(slot)


def connect_steps(host: QWidget, *steps: tuple[QAbstractButton, Slot, str]) -> None:
    """Let each button call its slot, and its key as well, if it has one, while the focus is in
    `host`.
    """
    for button, slot, keys in steps:
        button.clicked.connect(slot)
        if keys:
            bind(host, keys, slot)

"""Tabs that stand in a form."""

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QTabBar, QTabWidget


class _CalmBar(QTabBar):
    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the form, whatever tab the pointer happens to be on."""
        event.ignore()


class Tabs(QTabWidget):
    """Pages within a form, turned by a click or a key."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabBar(_CalmBar())
        self.setDocumentMode(True)

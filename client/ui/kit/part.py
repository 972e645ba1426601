"""The common part of buttons and labels: they are never windows of their own."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
CHORD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class Part:
    """A mixin for widgets that stand inside others.

    Showing one that has no parent yet would open a window for a moment, which flashes and takes the
    focus. So it is shown together with its parent.
    """

    def setVisible(self: Any, visible: bool) -> None:
        if visible and self.parentWidget() is None:
            # It will be seen together with its parent.
            self.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
        else:
            super().setVisible(visible)  # type: ignore[misc]


class ByEnter:
    """Mixed into buttons: Enter presses the one that has the keys, not the dialog's default."""

    def keyPressEvent(self: Any, event: QKeyEvent) -> None:
        if event.key() in ENTER and not event.modifiers() & CHORD:
            self.click()
        else:
            super().keyPressEvent(event)  # type: ignore[misc]

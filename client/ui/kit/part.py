"""The common part of buttons and labels: they are never windows of their own."""

from typing import Any

from PySide6.QtCore import Qt


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

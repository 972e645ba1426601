"""Thin lines between the parts of a screen, as thick on every scale of the screen."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from client.ui.kit import paint as kit_paint
from client.ui.theme import theme


class _Hairline(QWidget):
    def __init__(self, strong: bool, upright: bool) -> None:
        super().__init__()
        self._token, self._upright = "line_strong" if strong else "line", upright
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        kit_paint.hair(painter, self.rect(), theme().color(self._token), self._upright)


def hline(strong: bool = False) -> QWidget:
    """A hairline from side to side."""
    return _Hairline(strong, upright=False)


def vline(strong: bool = False) -> QWidget:
    """A hairline from above to below."""
    return _Hairline(strong, upright=True)

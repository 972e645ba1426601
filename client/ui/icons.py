"""Phosphor icons, drawn from the font that QtAwesome brings.

Only its font and its table of names are read: importing its code costs a third of a second.
"""

import json
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

VERSION = "1.3.0"


def _folder() -> Path:
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("qtawesome")
    return Path(spec.origin).parent / "fonts"


@cache
def names() -> dict[str, str]:
    """Every icon's character by its name."""
    table = json.loads((_folder() / f"phosphor-charmap-{VERSION}.json").read_text("utf-8"))
    return {name: chr(int(code, 16)) for name, code in table.items()}


@cache
def _family() -> str:
    number = QFontDatabase.addApplicationFont(str(_folder() / f"phosphor-{VERSION}.ttf"))
    return QFontDatabase.applicationFontFamilies(number)[0]


def paint_icon(painter: QPainter, name: str, rect: QRect | QRectF, color: QColor) -> None:
    """Draw the icon into `rect`; a name that does not exist is a `KeyError`."""
    glyph = names()[name]
    drawn = QFont(_family())
    drawn.setPixelSize(round(rect.height()))
    drawn.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    painter.save()
    painter.setFont(drawn)
    painter.setPen(color)
    painter.drawText(QRectF(rect), Qt.AlignmentFlag.AlignCenter, glyph)
    painter.restore()


class _Engine(QIconEngine):
    """Asks for the colour at each painting, so that icons follow the light and the dark theme."""

    def __init__(self, name: str, token: str, size: int, color: Callable[[str], QColor]) -> None:
        super().__init__()
        self._name, self._token, self._size, self._color = name, token, size, color

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        token = "disabled" if mode == QIcon.Mode.Disabled else self._token
        if mode == QIcon.Mode.Selected and token == "text2":
            token = "on_select"
        paint_icon(painter, self._name, rect, self._color(token))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        return size.boundedTo(QSize(self._size, self._size))

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._token, self._size, self._color)


def live_icon(name: str, token: str, size: int, color: Callable[[str], QColor]) -> QIcon:
    """An icon whose colour is looked up at each painting. Raises KeyError for an unknown name."""
    if name not in names():
        raise KeyError(name)
    return QIcon(_Engine(name, token, size, color))

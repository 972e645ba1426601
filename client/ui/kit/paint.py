"""Small marks drawn by hand, shared by grids and widgets so that they look the same in both.

The shape of a mark carries its meaning; colour only helps.
"""

from functools import lru_cache
from math import ceil, floor

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QFontMetricsF, QImage, QPainter, QPen

from client.ui.theme import theme

MARK = 14  # the side of the square that a mark is drawn in
SHAPES = ("disc", "ring", "half", "cross", "check", "warn")
BADGES = ("fill", "outline", "plain", "amber", "red", "green", "neutral")
_CHEVRONS = {
    "down": [(4.5, 6.5), (8, 10), (11.5, 6.5)],
    "right": [(6.5, 4.5), (10, 8), (6.5, 11.5)],
    "up": [(4.5, 9.5), (8, 6), (11.5, 9.5)],
}
MIDDLE = Qt.AlignmentFlag.AlignVCenter
NO_BRUSH, NO_PEN = QBrush(Qt.BrushStyle.NoBrush), QPen(Qt.PenStyle.NoPen)


def _round_pen(color: QColor, width: float) -> QPen:
    return QPen(
        color,
        width,
        Qt.PenStyle.SolidLine,
        Qt.PenCapStyle.RoundCap,
        Qt.PenJoinStyle.RoundJoin,
    )


def chevron(painter: QPainter, x: float, y: float, direction: str = "down") -> None:
    """A 16 px arrow head whose box begins at (x, y)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_round_pen(theme().color("text2"), 1.25))
    painter.drawPolyline([QPointF(x + a, y + b) for a, b in _CHEVRONS[direction]])
    painter.restore()


def triangle(painter: QPainter, x: float, middle: float, up: bool, color: QColor) -> None:
    """▲ or ▼, 7 px wide from x, around the height `middle`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(NO_PEN)
    painter.setBrush(color)
    y = round(middle)
    points = [(0, 3), (7, 3), (3.5, -3)] if up else [(0, -3), (7, -3), (3.5, 3)]
    painter.drawPolygon([QPointF(x + a, y + b) for a, b in points])
    painter.restore()


def badge_width(text: str, metrics: QFontMetrics | QFontMetricsF) -> int:
    return round(metrics.horizontalAdvance(text)) + 12


def badge(painter: QPainter, x: float, middle: float, text: str, kind: str) -> None:
    """An 18 px high badge from x; `plain` is the bare word."""
    look = theme()
    box = QRectF(x, middle - 9, badge_width(text, QFontMetricsF(painter.font())), 18)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    token = {"fill": "on_accent", "outline": "accent", "plain": "text2", "neutral": "text2"}
    if kind == "outline":
        painter.setPen(QPen(look.color("accent"), 1))
        painter.setBrush(NO_BRUSH)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    elif kind != "plain":
        painter.setPen(NO_PEN)
        painter.setBrush(look.color("accent_fill" if kind == "fill" else f"{kind}_soft"))
        painter.drawRoundedRect(box, 3, 3)
    painter.setPen(look.color(token.get(kind, kind)))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def state(painter: QPainter, x: float, middle: float, shape: str, color: QColor) -> None:
    """An 8 px mark from x: disc, ring, half, cross, check or warn."""
    low = floor(middle)
    image = _state_image(shape, color.rgba(), painter.device().devicePixelRatioF(), middle - low)
    painter.drawImage(QPointF(x - 2, low - MARK / 2), image)


@lru_cache(maxsize=128)
def _state_image(shape: str, rgba: int, ratio: float, part: float) -> QImage:
    """A mark as it is drawn once; a list full of them would spend half its time on strokes."""
    side = ceil(MARK * ratio)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    _draw_state(painter, 2, MARK / 2 + part, shape, QColor.fromRgba(rgba))
    painter.end()
    return image


def _draw_state(painter: QPainter, x: float, middle: float, shape: str, color: QColor) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(x + 0.5, middle - 3.5, 7, 7)
    painter.setPen(NO_PEN)
    painter.setBrush(color)
    if shape == "disc":
        painter.drawEllipse(box.adjusted(-0.5, -0.5, 0.5, 0.5))
    elif shape == "half":
        painter.drawPie(box, 90 * 16, 180 * 16)
    painter.setBrush(NO_BRUSH)
    painter.setPen(_round_pen(color, {"ring": 1.4, "half": 1.2, "warn": 1.2}.get(shape, 1.5)))
    if shape == "ring":
        painter.drawEllipse(box.adjusted(0.2, 0.2, -0.2, -0.2))
    elif shape == "half":
        painter.drawEllipse(box)
    elif shape == "cross":
        inner = box.adjusted(0.8, 0.8, -0.8, -0.8)
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.topRight(), inner.bottomLeft())
    elif shape == "check":
        points = [(0.6, 0.4), (3, 2.8), (7.6, -2.8)]
        painter.drawPolyline([QPointF(x + a, middle + b) for a, b in points])
    elif shape == "warn":
        points = [(4, -4), (8.2, 3.6), (-0.2, 3.6)]
        painter.drawPolygon([QPointF(x + a, middle + b) for a, b in points])
        painter.drawLine(QPointF(x + 4, middle - 1.2), QPointF(x + 4, middle + 1.2))
    painter.restore()


def hair(painter: QPainter, rect: QRect, color: QColor, upright: bool = False) -> None:
    """A hairline at the lower edge of `rect`, or at its right one, as thick wherever it stands: at
    150 % one pixel of the program is one or two of the screen, depending on where it begins.
    """
    seen, moved = rect.toRectF(), painter.deviceTransform()
    scale, begin = (moved.m11(), moved.dx()) if upright else (moved.m22(), moved.dy())
    thick = max(floor(scale), 1)
    edge = floor((seen.right() if upright else seen.bottom()) * scale + begin + 0.5)
    first = (edge - thick - begin) / scale
    if upright:
        seen = QRectF(first, seen.y(), thick / scale, seen.height())
    else:
        seen = QRectF(seen.x(), first, seen.width(), thick / scale)
    painter.fillRect(seen, color)


def ring(painter: QPainter, rect: QRect, color: QColor, width: int = 2) -> None:
    """A frame inside `rect`; four fills, since pens come out uneven at odd scales."""
    x, y, w, h = rect.x(), rect.y(), rect.width(), rect.height()
    painter.fillRect(x, y, w, width, color)
    painter.fillRect(x, y + h - width, w, width, color)
    painter.fillRect(x, y + width, width, h - 2 * width, color)
    painter.fillRect(x + w - width, y + width, width, h - 2 * width, color)

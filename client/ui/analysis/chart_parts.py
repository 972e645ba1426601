"""What stands around the bars: the scale above, the meaning of the bars below, names beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from client.ui.tables.delegate import EDGE, LEFT
from client.ui.theme import font, size, theme

ROOM = 0.16  # to the right of the longest bar, for its figure; more where the chart is narrow
LINES = 10  # at most, on the scale


@dataclass(frozen=True)
class Scale:
    """An axis from `least` to `most`, with a line every `step`."""

    least: float
    most: float
    step: float

    @classmethod
    def of(cls, values: Sequence[float], room: float = ROOM) -> "Scale":
        """A scale that holds all `values` and 0, and `room` for figures as a share of them."""
        high, low = max([0.0, *values]), min([0.0, *values])
        span = (high - low) or 1.0
        most = high + span * room
        least = low - span * room if low < 0 else 0.0
        return cls(least, most, _nice((most - least) / LINES))

    def lines(self) -> list[float]:
        first, last = ceil(self.least / self.step), floor(self.most / self.step)
        return [number * self.step for number in range(first, last + 1)]


def _nice(least: float) -> float:
    """The smallest of 1, 2 or 5 times a power of ten that is at least `least`."""
    power = 10.0 ** floor(log10(least))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least)


class ScaleHead(QWidget):
    """The scale at the top, as high as the grid's head, so that row and bar share one line."""

    def __init__(self) -> None:
        super().__init__()
        self._scale, self._unit = Scale.of([]), ""
        self.setFixedHeight(size("header"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_scale(self, scale: Scale, unit: str) -> None:
        self._scale, self._unit = scale, unit
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look, scale = QPainter(self), theme(), self._scale
        painter.fillRect(self.rect(), look.color("header"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, look.color("line_strong"))
        painter.setFont(font())
        painter.setPen(look.color("text2"))
        metrics = QFontMetrics(font())
        taken = 24.0 + metrics.horizontalAdvance(self._unit)
        painter.drawText(QRect(8, 0, round(taken), self.height()), LEFT, self._unit)
        per_unit = self.width() / (scale.most - scale.least)
        digits = 0 if scale.step >= 1 else ceil(-log10(scale.step))
        for value in scale.lines() if self._unit else ():  # nothing was asked yet
            text = f"{value:,.{digits}f}".replace("-", "\N{MINUS SIGN}")
            half = metrics.horizontalAdvance(text) / 2
            x = (value - scale.least) * per_unit
            if value and x - half > taken and x + half < self.width() - 4:
                box = QRect(round(x - half) - 2, 0, round(2 * half) + 4, self.height())
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
                taken = x + half + 8


class ChartFoot(QWidget):
    """What the two kinds of bars mean, in line with the grid's totals."""

    def __init__(self) -> None:
        super().__init__()
        self._now = self._before = ""
        self.setFixedHeight(size("row") + 2)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_legend(self, now: str, before: str) -> None:
        """`before` is empty where nothing is compared."""
        self._now, self._before = now, before
        self.setAccessibleName(" · ".join(filter(None, (now, before))))
        self.setToolTip(self.accessibleName())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme()
        painter.fillRect(self.rect(), look.color("header"))
        painter.fillRect(0, 0, self.width(), 1, look.color("line_strong"))
        painter.setFont(font())
        painter.setPen(look.color("text"))
        metrics, middle = QFontMetrics(font()), self.height() // 2
        x = EDGE
        painter.fillRect(x, middle - 4, 22, 8, look.color("bar"))
        x += 28
        self._write(painter, x, self._now)
        x += metrics.horizontalAdvance(self._now) + 24
        if self._before and x + 60 < self.width():
            painter.fillRect(x, middle - 8, 20, 18, look.color("bar_prev"))
            painter.fillRect(x + 20, middle - 9, 2, 20, look.color("mark_prev"))
            x += 30
            self._write(painter, x, self._before)

    def _write(self, painter: QPainter, x: int, text: str) -> None:
        room = QRect(x, 1, self.width() - x - 4, self.height() - 1)
        cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, LEFT, cut)


class NameColumn(QWidget):
    """The names to the left of bars that stand alone, without a grid."""

    def __init__(self, names: Sequence[str], row_height: int) -> None:
        super().__init__()
        self._names, self._row = names, row_height
        metrics = QFontMetrics(font())
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0)
        self.setFixedWidth(min(widest, 260) + EDGE + 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look, head = QPainter(self), theme(), size("header")
        painter.fillRect(self.rect(), look.color("surface"))
        painter.fillRect(0, 0, self.width(), head, look.color("header"))
        painter.fillRect(0, head - 1, self.width(), 1, look.color("line_strong"))
        painter.setFont(font())
        painter.setPen(look.color("text"))
        metrics = QFontMetrics(font())
        for row, name in enumerate(self._names):
            box = QRect(EDGE, head + row * self._row, self.width() - EDGE - 8, self._row)
            text = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, box.width())
            painter.drawText(box, LEFT, text)

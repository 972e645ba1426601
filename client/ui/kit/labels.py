"""Words and small marks: labels in the program's tones, badges, states, strips of figures."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from client.ui.kit import paint as kit_paint
from client.ui.kit.hairlines import vline
from client.ui.kit.part import Part
from client.ui.theme import font, theme

Figure = tuple[str, str, str]


class Label(Part, QLabel):
    """Plain text in a tone (`text`, `text2`, `ghost`, `accent`, `red`, `green`, `amber`)."""

    def __init__(self, text: str = "", token: str = "text", pt: float | None = None) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("tone", token)
        if pt is not None:
            self.setFont(font(pt))

    def set_tone(self, token: str) -> None:
        if token != self.property("tone"):
            self.setProperty("tone", token)
            self.style().unpolish(self)
            self.style().polish(self)


class ElidedLabel(Label):
    """A name or sentence that need not have all its room: it goes on in a second line where the
    bar it stands in is high enough, then gives way in its middle, and is whole in the tooltip.
    """

    def minimumSizeHint(self) -> QSize:
        least = min(40, self.sizeHint().width())
        return QSize(least, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self.text()) + 2
        return QSize(width, super().sizeHint().height())

    def shown(self) -> str:
        """The text as far as there is room for it."""
        metrics, middle = QFontMetrics(self.font()), Qt.TextElideMode.ElideMiddle
        if not self._has_two_lines():
            return metrics.elidedText(self.text(), middle, self.width())
        shown, room = self.text(), 2 * self.width()
        while room > 0 and self._broken(shown).height() > self.height():
            shown = metrics.elidedText(self.text(), middle, room)
            room -= 12
        return shown

    def _has_two_lines(self) -> bool:
        metrics = QFontMetrics(self.font())
        cut = metrics.horizontalAdvance(self.text()) > self.width()
        return cut and 2 * metrics.lineSpacing() <= self.height()

    def _broken(self, text: str) -> QRect:
        wide = QRect(0, 0, self.width(), 10_000)
        return QFontMetrics(self.font()).boundingRect(wide, Qt.TextFlag.TextWordWrap, text)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, shown = QPainter(self), self.shown()
        self.setToolTip(self.text() if shown != self.text() else "")
        painter.setPen(theme().color(str(self.property("tone"))))
        lines = Qt.TextFlag.TextWordWrap if self._has_two_lines() else Qt.TextFlag.TextSingleLine
        painter.drawText(
            self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter | lines, shown
        )


class Badge(Part, QWidget):
    """A word in a small box: fill, outline, plain, or soft amber, red, green, neutral."""

    def __init__(self, text: str = "", kind: str = "fill") -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(text, kind)

    def set(self, text: str, kind: str = "fill") -> None:
        self._text, self._kind = text, kind
        self.setFixedSize(kit_paint.badge_width(text, QFontMetricsF(font())) if text else 0, 18)
        self.setAccessibleName(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._text:
            painter = QPainter(self)
            painter.setFont(font())
            kit_paint.badge(painter, 0, 9, self._text, self._kind)


class StateMark(Part, QWidget):
    """A shape (disc, ring, half, cross, check, warn) and its word."""

    def __init__(self, text: str = "", shape: str = "disc", token: str = "green") -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(text, shape, token)

    def set(self, text: str, shape: str = "disc", token: str = "green") -> None:
        self._text, self._shape, self._token = text, shape, token
        self.setFixedSize(QFontMetrics(font()).horizontalAdvance(text) + 15, 18)
        self.setAccessibleName(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._text:
            return
        painter = QPainter(self)
        painter.setFont(font())
        kit_paint.state(painter, 0, 9, self._shape, theme().color(self._token))
        painter.setPen(theme().color("text"))
        painter.drawText(self.rect().adjusted(14, 0, 0, 0), kit_paint.MIDDLE, self._text)


class FigureStrip(QWidget):
    """A strip of figures, caption above, value below; tokens are the values' tones."""

    def __init__(self, figures: list[Figure], pt: float = 10.5) -> None:
        super().__init__()
        self._pt = pt
        self._values: list[Label] = []
        self._captions: list[Label] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 2, 0, 6)
        self._row.setSpacing(0)
        self.set(figures)

    def set(self, figures: list[Figure]) -> None:
        """Show these instead; the strip keeps its widgets while their number is the same."""
        if len(figures) != len(self._values):
            self._rebuild(len(figures))
        for place, (caption, value, token) in enumerate(figures):
            self._captions[place].setText(caption)
            self._values[place].setText(value)
            self._values[place].set_tone(token)
            self._values[place].setAccessibleName(f"{caption} {value}")

    def _rebuild(self, number: int) -> None:
        while item := self._row.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        self._values, self._captions = [], []
        for place in range(number):
            cell = QWidget()
            column = QVBoxLayout(cell)
            column.setContentsMargins(12 if place else 0, 0, 8, 0)
            column.setSpacing(1)
            self._captions.append(Label("", "text2"))
            self._values.append(Label("", "text", self._pt))
            column.addWidget(self._captions[-1])
            column.addWidget(self._values[-1])
            if place:
                self._row.addWidget(vline())
            self._row.addWidget(cell, 1)


class StateTrack(QWidget):
    """The way of a document: done steps ticked, the present one filled, the rest outlined."""

    GAP = 20

    def __init__(self, steps: list[str], current: int) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(steps, current)

    def set(self, steps: list[str], current: int) -> None:
        self._steps, self._current = list(steps), current
        metrics = QFontMetrics(font())
        self._widths = [
            metrics.horizontalAdvance(step) + (32 if place <= current else 18)
            for place, step in enumerate(steps)
        ]
        self.setFixedSize(sum(self._widths) + self.GAP * max(len(steps) - 1, 0), 24)
        now = steps[current] if 0 <= current < len(steps) else ""
        self.setAccessibleName(now)
        self.setAccessibleDescription(" → ".join(steps))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, x = QPainter(self), 0.0
        painter.setFont(font())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, step in enumerate(self._steps):
            if place:
                token = "field_base" if place <= self._current else "line_strong"
                painter.fillRect(QRectF(x - self.GAP + 4, 12, 12, 1), theme().color(token))
            self._paint_step(painter, x, place, step)
            x += self._widths[place] + self.GAP

    def _paint_step(self, painter: QPainter, x: float, place: int, step: str) -> None:
        look, width = theme(), self._widths[place]
        box, text = QRectF(x, 0, width, 24), x + 22
        done, now = place < self._current, place == self._current
        if done or now:
            painter.setPen(kit_paint.NO_PEN)
            painter.setBrush(look.color("accent_fill" if now else "neutral_soft"))
            painter.drawRoundedRect(box, 12, 12)
            token = "on_accent" if now else "text2"
            kit_paint.state(painter, x + 10, 12, "disc" if now else "check", look.color(token))
        else:
            painter.setPen(QPen(look.color("line_strong"), 1))
            painter.setBrush(kit_paint.NO_BRUSH)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 11.5, 11.5)
            token, text = "ghost", x + 9
        painter.setPen(look.color(token))
        painter.drawText(QRectF(text, 0, width, 24), kit_paint.MIDDLE, step)

"""A bar that goes on in a second line where its panel is narrow."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

LEFT, RIGHT = 12, 8
BETWEEN = 16


class FlowBar(QWidget):
    """Groups of widgets from left to right, each kept together; `end` stays at the right of the
    first line."""

    def __init__(
        self, groups: Sequence[Sequence[QWidget]], end: Sequence[QWidget] = (), gap: int = 6
    ) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._gap, self._line = gap, 40
        self._groups = [self._group(widgets) for widgets in groups]
        self._end = self._group(end)
        self.setFixedHeight(self._line)

    def _group(self, widgets: Sequence[QWidget]) -> QWidget:
        group = QWidget(self)
        row = QHBoxLayout(group)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._gap)
        for widget in widgets:
            row.addWidget(widget)
        return group

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()  # something was shown, hidden or named otherwise
        return done

    def _arrange(self) -> None:
        end = self._end.sizeHint().width()
        self._end.setGeometry(self.width() - RIGHT - end, 0, end, self._line)
        x, line, room = LEFT, 0, self.width() - RIGHT - end - BETWEEN
        for group in self._groups:
            wide = group.sizeHint().width()
            if x > LEFT and x + wide > room:
                x, line, room = LEFT, line + 1, self.width() - RIGHT
            group.setGeometry(x, line * (self._line - 6), wide, self._line)
            x += wide + (BETWEEN if wide else 0)
        self.setFixedHeight(self._line + line * (self._line - 6))

"""A part of a window that is scrolled where the window is not high enough for all of it."""

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

MARGIN = 32  # beside what has come into sight, so that one sees that it goes on
LEAST = 40  # of its height stays, however low the window is


class Scroller(QScrollArea):
    """Asks for the whole height of its content, and is content with less.

    `kind` is the ground that the content stands on, empty where it has its own.
    """

    def __init__(self, content: QWidget, kind: str = "surface") -> None:
        super().__init__()
        self._content = content
        if kind:
            content.setProperty("kind", kind)
            content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setWidget(content)

    def take_in(self) -> None:
        """Know at once, not with the next event, how high the content has become."""
        layout = self._content.layout()
        if layout is not None:
            layout.activate()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        beside = self.verticalScrollBar().sizeHint().width()
        return QSize(self._content.minimumSizeHint().width() + beside, LEAST)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and watched is self._content:
            self.updateGeometry()
        return super().eventFilter(watched, event)


def bring_into_sight(part: QWidget, rect: QRect | None = None) -> None:
    """Scroll what a part stands in, if anything, to all of it or to `rect` of it."""
    area: QWidget | None = part.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    content = area.widget() if isinstance(area, QScrollArea) else None
    if isinstance(area, QScrollArea) and content is not None:
        whole = part.rect() if rect is None else rect
        for corner in (whole.bottomRight(), whole.topLeft()):
            at = part.mapTo(content, corner)
            area.ensureVisible(at.x(), at.y(), 0, MARGIN)

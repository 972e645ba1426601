"""The pages of a PDF one below the other, drawn when they come into sight.

Pages are drawn in strips by a job, so that neither many pages nor large ones hold up the window;
until a strip comes, what was drawn at the zoom before stands in its place.
"""

from bisect import bisect_right

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from client.i18n import _
from client.ui.jobs import Jobs
from client.ui.printing.pages import POINT, Strip
from client.ui.printing.strips import ROWS, Strips
from client.ui.theme import theme

INCH = 96.0  # the pixels that 100 % takes
LEAST, MOST = 0.5, 4.0
STEPS = (0.5, 0.67, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
WIDTH, PAGE = "width", "page"
GAP, MARGIN = 12, 16

Zoom = str | float


class PageView(QAbstractScrollArea):
    """`zoom` is `width`, `page`, or a number where 1 is the size on paper.

    `page_changed` tells the page one looks at, from 0; `zoomed` the zoom as chosen.
    """

    page_changed = Signal(int)
    zoomed = Signal()

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._strips = Strips(jobs, self)
        self._sizes: list[tuple[float, float]] = []
        self._tops: list[int] = []
        self.zoom: Zoom = WIDTH
        self.scale = 1.0
        self.page = 0
        self._moving = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Pages"))
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.horizontalScrollBar().valueChanged.connect(self._redraw)
        self._strips.came.connect(self._redraw)
        theme().changed.connect(self._redraw)

    # What is shown

    def show_pdf(self, pdf: bytes, sizes: list[tuple[float, float]]) -> None:
        """Show these pages; the same page and place stay in sight where there are as many."""
        bar, alike = self.verticalScrollBar(), sizes == self._sizes
        place = bar.value()
        self._sizes = sizes
        self._strips.use(pdf)
        self.page = min(self.page, max(len(sizes) - 1, 0))
        self._lay_out()
        if alike:
            self._moving = True
            bar.setValue(place)
            self._moving = False
        self.page_changed.emit(self.page)

    def pages(self) -> int:
        return len(self._sizes)

    def set_zoom(self, zoom: Zoom) -> None:
        """Change the size; the middle of what one sees stays where it is."""
        self._zoom_at(zoom, QPointF(self.viewport().rect().center()))

    def step_zoom(self, by: int, at: QPointF | None = None) -> None:
        """One step larger or smaller; the place `at` stays under the pointer."""
        if by > 0:
            found = next((step for step in STEPS if step > self.scale + 0.005), MOST)
        else:
            found = next((step for step in reversed(STEPS) if step < self.scale - 0.005), LEAST)
        self._zoom_at(found, at or QPointF(self.viewport().rect().center()))

    def go_to(self, page: int) -> None:
        """Bring the upper edge of a page into sight; too high or low goes to the last or first."""
        if not self._sizes:
            return
        self.page = max(0, min(page, len(self._sizes) - 1))
        self._moving = True
        self.verticalScrollBar().setValue(self._tops[self.page] - GAP)
        self._moving = False
        self._redraw()
        self.page_changed.emit(self.page)

    def is_drawn(self) -> bool:
        """Whether all that is in sight has come."""
        return bool(self._sizes) and all(map(self._strips.of, self._in_sight()))

    # Sizes and places

    def _zoom_at(self, zoom: Zoom, at: QPointF) -> None:
        bars = self.horizontalScrollBar(), self.verticalScrollBar()
        before = self.scale
        place = at + QPointF(bars[0].value(), bars[1].value())
        page = max(bisect_right(self._tops, place.y()) - 1, 0)
        if self._tops:
            place -= QPointF(self._left(page) + bars[0].value(), self._tops[page])
        self.zoom = zoom if isinstance(zoom, str) else max(LEAST, min(zoom, MOST))
        self._lay_out()
        if self._tops and self.scale != before:
            grown = self.scale / before
            left = self._left(page) + bars[0].value()
            bars[0].setValue(round(left + place.x() * grown - at.x()))
            bars[1].setValue(round(self._tops[page] + place.y() * grown - at.y()))
        self.zoomed.emit()

    def _lay_out(self) -> None:
        """Settle scale, places of the pages, and the ranges of the scroll bars."""
        if not self._sizes:
            self.viewport().update()
            return
        self._moving = True
        room = self.viewport().size()
        self.scale = self._wanted_scale()
        y, self._tops = GAP, []
        for page in range(len(self._sizes)):
            self._tops.append(y)
            y += self._size(page).height() + GAP
        widest = max(self._size(page).width() for page in range(len(self._sizes)))
        bars = self.horizontalScrollBar(), self.verticalScrollBar()
        bars[0].setRange(0, max(widest + 2 * MARGIN - room.width(), 0))
        bars[1].setRange(0, max(y - room.height(), 0))
        bars[0].setPageStep(room.width())
        bars[1].setPageStep(room.height())
        for bar in bars:
            bar.setSingleStep(48)
        if self.zoom in (WIDTH, PAGE):
            bars[1].setValue(self._tops[self.page] - GAP)
        self._moving = False
        self._redraw()

    def _wanted_scale(self) -> float:
        if not isinstance(self.zoom, str):
            return self.zoom
        # Room for the bar is kept, else pages that just fit would flicker between two sizes.
        room = self.contentsRect().adjusted(0, 0, -self.verticalScrollBar().sizeHint().width(), 0)
        wide, high = (max(size[at] for size in self._sizes) / POINT * INCH for at in (0, 1))
        found = (room.width() - 2 * MARGIN) / wide
        if self.zoom == PAGE:
            found = min(found, (room.height() - 2 * GAP) / high)
        return max(0.1, min(found, MOST))

    def _size(self, page: int) -> QSize:
        width, height = self._sizes[page]
        part = self.scale * INCH / POINT
        return QSize(round(width * part), round(height * part))

    def _left(self, page: int) -> int:
        free = max(self.viewport().width() - self._size(page).width(), 2 * MARGIN)
        return free // 2 - self.horizontalScrollBar().value()

    def _rect(self, page: int) -> QRect:
        top = self._tops[page] - self.verticalScrollBar().value()
        return QRect(QPoint(self._left(page), top), self._size(page))

    def _seen(self) -> range:
        """The pages in sight."""
        if not self._tops:
            return range(0)
        top = self.verticalScrollBar().value()
        first = max(bisect_right(self._tops, top) - 1, 0)
        return range(first, bisect_right(self._tops, top + self.viewport().height()))

    def _strips_of(self, page: int) -> list[tuple[Strip, QRectF]]:
        """The strips of a page and where each lies in the viewport."""
        ratio, rect = self.devicePixelRatioF(), self._rect(page)
        whole = QSize(round(rect.width() * ratio), round(rect.height() * ratio))
        found = []
        for top in range(0, whole.height(), ROWS):
            strip = Strip(page, whole, top, min(ROWS, whole.height() - top))
            y, high = rect.y() + top / ratio, strip.height / ratio
            found.append((strip, QRectF(rect.x(), y, whole.width() / ratio, high)))
        return found

    def _in_sight(self) -> list[Strip]:
        room = QRectF(self.viewport().rect())
        return [
            strip
            for page in self._seen()
            for strip, place in self._strips_of(page)
            if place.intersects(room)
        ]

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self.viewport()), theme()
        painter.fillRect(self.viewport().rect(), look.color("window"))
        for page in self._seen():
            rect = self._rect(page)
            painter.fillRect(rect.adjusted(-1, -1, 1, 1), look.color("line_strong"))
            painter.fillRect(rect, Qt.GlobalColor.white)
            strips = [(self._strips.of(one), one, place) for one, place in self._strips_of(page)]
            if not all(picture for picture, _strip, _place in strips):
                self._paint_before(painter, page, rect, strips[0][1].whole)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            for picture, _strip, place in strips:
                if picture is not None:
                    painter.drawImage(place, picture)
        self._ask()

    def _paint_before(self, painter: QPainter, page: int, rect: QRect, whole: QSize) -> None:
        """What was drawn of the page at another zoom, stretched, until the right strips come."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for strip, picture in self._strips.alike(page, whole):
            part = rect.height() / strip.whole.height()
            y, high = rect.y() + strip.top * part, strip.height * part
            painter.drawImage(QRectF(rect.x(), y, rect.width(), high), picture)

    def _ask(self) -> None:
        """Have the missing strips drawn: those in sight first, then those of the next page."""
        after = self._seen().stop
        more = self._strips_of(after) if 0 < after < len(self._sizes) else []
        self._strips.ask(self._in_sight(), [strip for strip, _place in more[:1]])

    def _redraw(self) -> None:
        self.viewport().update()

    def _scrolled(self) -> None:
        self._redraw()
        if self._moving or not self._tops:
            return
        third = self.verticalScrollBar().value() + self.viewport().height() // 3
        page = max(bisect_right(self._tops, third) - 1, 0)
        if page != self.page:
            self.page = page
            self.page_changed.emit(page)

    # What the clerk does

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, bar = event.key(), self.verticalScrollBar()
        places = {
            Qt.Key.Key_PageDown: self.page + 1,
            Qt.Key.Key_PageUp: self.page - 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self._sizes) - 1,
        }
        if key in places:
            self.go_to(places[Qt.Key(key)])
        elif key == Qt.Key.Key_Space:
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            bar.setValue(bar.value() + (-1 if back else 1) * (bar.pageStep() - 48))
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y():
                self.step_zoom(1 if event.angleDelta().y() > 0 else -1, event.position())
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

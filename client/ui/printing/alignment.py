"""The alignment page: rulers and crosses at known places, to measure where a printer prints."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from client.data.papers import SIZES
from client.i18n import N_, _
from client.ui.printing import printers
from client.ui.printing.printers import Fit, Target
from client.ui.theme import font

EDGE = 20.0  # mm from the paper's edges to the crosses
ARM = 6.0
LINE = 0.25  # mm; the least that needles print evenly
TEXT = 3.4  # mm high
MANY = 10  # pages that show how far forms drift
HOW = (
    N_("1. Measure from the paper's left edge to the cross A, and from its upper edge to A."),
    N_("2. Measure from A to B and from A to C."),
    N_("3. With 10 pages: measure on the last page from its upper edge to A."),
    N_("4. Enter what you measured under Printers and papers, take it over, and print again."),
)


class Measured(NamedTuple):
    """What one measures on the printed page, in mm; `last` on the tenth page."""

    left: float
    top: float
    across: float
    down: float
    last: float


def expected(paper: str) -> Measured:
    """What one should measure."""
    size = SIZES[paper]
    return Measured(EDGE, EDGE, size.width - 2 * EDGE, size.height - 2 * EDGE, EDGE)


def corrected(fit: Fit, paper: str, found: Measured) -> Fit:
    """The fit with which a page printed by `fit` would measure as expected."""
    wanted = expected(paper)
    wide, right = _corrected(fit.wide, fit.right, wanted.across, found.across, found.left)
    high, down = _corrected(fit.high, fit.down, wanted.down, found.down, found.top)
    drift = (found.last - found.top) / (MANY - 1) if found.last != wanted.last else 0.0
    longer = fit.longer - drift
    return Fit(round(right, 2), round(down, 2), round(wide, 2), round(high, 2), round(longer, 2))


def _corrected(
    percent: float, moved: float, wanted: float, between: float, to_first: float
) -> tuple[float, float]:
    """Scale and shift along one side, from what lies between two crosses and before the first."""
    stretch = between / (wanted * percent / 100)  # what the printer itself does
    scale = percent * wanted / between
    return scale, moved + (EDGE - to_first) / stretch + EDGE * (percent - scale) / 100


def print_pages(target: Target, paper: str, pages: int, anyway: bool) -> int:
    """Print the page so many times, as papers would be printed; answers how many were sent."""
    with printers.job(target, paper, _("Alignment page"), anyway) as sheets:
        for page in range(1, pages + 1):
            sheets.next_page()
            draw(sheets.painter, paper, target.fit, sheets.dots, _text(page, pages, target, paper))
        return sheets.pages


def _text(page: int, pages: int, target: Target, paper: str) -> list[str]:
    head = " · ".join(filter(None, (_("Alignment page"), target.printer, _(SIZES[paper].label))))
    if pages > 1:
        head += " · " + _("Page {page} of {pages}").format(page=page, pages=pages)
    return [head, "", *map(_, HOW)]


class Pen:
    """Draws in mm from the paper's edge, moved and scaled as papers are."""

    def __init__(self, painter: QPainter, fit: Fit, dots: tuple[float, float]) -> None:
        self._painter, self._fit, self._dots = painter, fit, dots

    def at(self, x: float, y: float) -> QPointF:
        """A place on the paper in the painter's dots."""
        fit, (across, down) = self._fit, self._dots
        return QPointF(
            (fit.right + x * fit.wide / 100) * across, (fit.down + y * fit.high / 100) * down
        )

    def line(self, x: float, y: float, to_x: float, to_y: float) -> None:
        self._painter.drawLine(self.at(x, y), self.at(to_x, to_y))

    def text(self, x: float, y: float, text: str, flags: Qt.AlignmentFlag) -> None:
        """Text in a box of no size at (x, y), aligned by `flags`."""
        room = 400 * self._dots[0]
        box = QRectF(self.at(x, y), self.at(x, y))
        left, up = flags & Qt.AlignmentFlag.AlignHCenter, flags & Qt.AlignmentFlag.AlignVCenter
        box.adjust(-room if left else 0, -room if up else 0, room, room)
        self._painter.drawText(box, flags, text)


def draw(
    painter: QPainter, paper: str, fit: Fit, dots: tuple[float, float], text: list[str]
) -> None:
    """The page, where a millimetre has so many dots."""
    size, pen = SIZES[paper], Pen(painter, fit, dots)
    painter.setPen(QPen(QColor("black"), LINE * dots[1]))
    painter.setFont(_font(TEXT * 0.75, dots))
    _ruler(size.width, lambda at, long: pen.line(at, 0, at, long))
    _ruler(size.height, lambda at, long: pen.line(0, at, long, at))
    top = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
    side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    for at in range(10, int(size.width), 10):
        pen.text(at, 5.5, str(at), top)
    for at in range(10, int(size.height), 10):
        pen.text(6.5, at, str(at), side)
    painter.setFont(_font(TEXT, dots))
    right, low = size.width - EDGE, size.height - EDGE
    for x, y, name in (
        (EDGE, EDGE, "A"),
        (right, EDGE, "B"),
        (EDGE, low, "C"),
        (right, low, "D"),
    ):
        pen.line(x - ARM, y, x + ARM, y)
        pen.line(x, y - ARM, x, y + ARM)
        pen.text(x + 1.5, y + 1, name, Qt.AlignmentFlag.AlignLeft)
    for line, words in enumerate(text):
        pen.text(EDGE + 10, EDGE + 8 + line * TEXT * 1.6, words, Qt.AlignmentFlag.AlignLeft)


def _ruler(length: float, tick: Callable[[float, float], None]) -> None:
    for at in range(int(length) + 1):
        tick(at, 5.0 if at % 10 == 0 else 3.5 if at % 5 == 0 else 2.0)


def _font(high: float, dots: tuple[float, float]) -> QFont:
    made = font()
    made.setPixelSize(max(round(high * dots[1]), 1))
    return made

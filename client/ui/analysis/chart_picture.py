"""A chart by itself, as a picture: with its title, the names the grid gives on the screen, and
the meaning of the bars."""

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from client.i18n import _
from client.ui.analysis.chart_parts import ChartFoot, NameColumn
from client.ui.analysis.charts import Bar, BarChart
from client.ui.kit import headline
from client.ui.theme import size, theme

WIDTH = 1200
MOST_BARS = 100  # in one picture
MOST_PAPER_BARS = 20  # above a table that has them all
SHARPNESS = 2


def chart_picture(
    bars: Sequence[Bar], heading: tuple[str, str], unit: str, legend: tuple[str, str]
) -> QPixmap:
    """The chart with all its bars, up to a hundred, under a title and a second line."""
    title, note = heading
    shown = bars[:MOST_BARS]
    if len(bars) > len(shown):
        first = _("the first {n} of {total}").format(n=len(shown), total=len(bars))
        note = f"{note} · {first}"
    head = headline(title, note)
    return _picture(shown, unit, legend, head)


def paper_picture(bars: Sequence[Bar], unit: str, legend: tuple[str, str]) -> QPixmap:
    """The chart for a paper that has a title of its own, always in light colours."""
    with theme().painted_as("light"):
        return _picture(bars[:MOST_PAPER_BARS], unit, legend, None)


def _picture(
    bars: Sequence[Bar], unit: str, legend: tuple[str, str], head: QWidget | None
) -> QPixmap:
    row = size("row_relaxed")
    chart, foot, picture, middle = BarChart(row), ChartFoot(), QWidget(), QHBoxLayout()
    foot.show_legend(*legend)
    middle.setSpacing(0)
    middle.addWidget(NameColumn([each.name for each in bars], row))
    middle.addWidget(chart, 1)
    column = QVBoxLayout(picture)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    height = foot.height()
    if head is not None:
        column.addWidget(head)
        height += head.height()
    column.addLayout(middle, 1)
    column.addWidget(foot)
    picture.setFixedSize(WIDTH, height + size("header") + max(len(bars), 1) * row)
    picture.ensurePolished()
    column.activate()
    chart.set_bars(bars, unit)
    drawn = _drawn(picture)
    # Not left to the garbage collector, which may run on any thread.
    picture.deleteLater()
    return drawn


def _drawn(widget: QWidget) -> QPixmap:
    pixmap = QPixmap(widget.size() * SHARPNESS)
    pixmap.setDevicePixelRatio(SHARPNESS)
    # A grab lays the children out first, as far down as the chart's own view.
    widget.grab()
    widget.render(pixmap)
    return pixmap


def png(pixmap: QPixmap) -> bytes:
    """The picture as the bytes of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    pixmap.save(buffer, "PNG")
    return bytes(buffer.data().data())

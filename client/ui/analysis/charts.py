"""Bars that continue the rows of a grid: same row, same height, the scale in line with the head.

pyqtgraph costs half a second to import, half of it for numpy: that is what `load` imports in a job
before the first chart. The rest makes classes of Qt's, which in another thread than the window's
can crash the program.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QItemSelection, QObject, Qt
from PySide6.QtGui import QFontMetrics, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from client.i18n import _
from client.ui.analysis.chart_parts import ROOM, Scale, ScaleHead
from client.ui.theme import font, size, theme

if TYPE_CHECKING:
    from client.ui.tables.table import Table

NOW, BEFORE, MARK = 8, 18, 2  # pixels: the bar of the period, of the year before, its end
GAP = 6  # between a bar and its figure
MOST_BANDS = 50
MOST_ROOM = 0.6  # of the width, for the figures


@dataclass(frozen=True)
class Bar:
    """One row: its name, the value now, the value before (if compared), and what is written."""

    name: str
    now: float
    before: float | None = None
    text: str = ""


def load() -> None:
    """Import what pyqtgraph needs besides Qt; slow the first time, so call it in a job."""
    import numpy  # noqa: F401


class BarChart(QWidget):
    """A bar for each row of a table beside it; scrolls and selects together with the table."""

    def __init__(self, row_height: int | None = None) -> None:
        super().__init__()
        self._row = row_height or size("row_relaxed")
        self._bars: Sequence[Bar] = ()
        self._unit = ""
        self._scale = Scale.of([])
        self._table: Table | None = None
        self._view: Any = None
        self._texts: list[Any] = []
        self._bands: Any = None
        self._head = ScaleHead()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._head, 0, Qt.AlignmentFlag.AlignTop)
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        theme().changed.connect(self._draw)

    def follow(self, table: "Table") -> None:
        """Scroll and select with `table`, which has its model by now and scrolls by pixels."""
        self._table = table
        table.verticalScrollBar().valueChanged.connect(self._scroll)
        table.selectionModel().selectionChanged.connect(self._selected)
        table.installEventFilter(self)

    def set_bars(self, bars: Sequence[Bar], unit: str) -> None:
        """Draw these instead; `unit` stands at the beginning of the scale."""
        self._bars, self._unit = bars, unit
        said = [f"{bar.name} {bar.text}" for bar in bars[:20]]
        self.setAccessibleName(" · ".join([_("Bar chart"), *said]))
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._selected()
        elif self._table is None or watched is self._table:
            pass
        elif kind == QEvent.Type.Wheel:
            self._table.wheelEvent(event)  # type: ignore[arg-type]
            return True
        elif kind == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            self._select_at(event)
            return True
        return super().eventFilter(watched, event)

    # Drawing

    def _make_view(self) -> None:
        import pyqtgraph as pg

        self._view = pg.GraphicsView()
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.viewport().installEventFilter(self)
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        self._box.invertY(True)
        self._view.setCentralItem(self._box)
        # The view takes its size only after this widget has its own.
        self._box.sigResized.connect(self._scroll)
        self._column.addWidget(self._view, 1)

    def _fitted(self) -> Scale:
        """A scale on which the longest bar leaves room for the widest figure."""
        values = [v for bar in self._bars for v in (bar.now, bar.before) if v is not None]
        metrics = QFontMetrics(font())
        widest = max((metrics.horizontalAdvance(bar.text) for bar in self._bars), default=0)
        share = min((widest + 2 * GAP) / max(self.width(), 1), MOST_ROOM)
        return Scale.of(values, max(ROOM, share / (1 - share)))

    def _draw(self) -> None:
        """Everything anew: brushes know nothing of the theme, marks are as wide as pixels."""
        self._scale = self._fitted()
        self._head.show_scale(self._scale, self._unit)
        if self._view is None:
            if not self._bars:
                return
            self._make_view()
        import pyqtgraph as pg

        look, scale = theme(), self._scale
        self._view.setBackground(look.color("surface"))
        self._box.clear()
        self._texts = []
        self._bands = pg.BarGraphItem(x0=[], y=[], height=1, width=[], pen=None)
        self._box.addItem(self._bands)
        for value in scale.lines():
            self._box.addItem(pg.InfiniteLine(value, pen=pg.mkPen(look.color("line"), width=1)))
        rows = [row + 0.5 for row in range(len(self._bars))]
        self._add_bars(rows, [bar.before or 0.0 for bar in self._bars], BEFORE, "bar_prev")
        self._add_bars(rows, [bar.now for bar in self._bars], NOW, "bar")
        self._add_marks(self._per_pixel() * MARK)
        self._scroll()
        self._selected()

    def _add_bars(self, rows: list[float], values: list[float], pixels: int, token: str) -> None:
        import pyqtgraph as pg

        if rows:
            bars = pg.BarGraphItem(
                x0=[0.0] * len(rows), y=rows, height=pixels / self._row, width=values, pen=None
            )
            bars.setOpts(brush=theme().color(token))
            self._box.addItem(bars)

    def _add_marks(self, width: float) -> None:
        """Mark the end of each pale bar by a stroke, so that it can be told without colour."""
        import pyqtgraph as pg

        marked = [(row + 0.5, bar.before) for row, bar in enumerate(self._bars) if bar.before]
        if marked:
            rows, values = zip(*marked, strict=True)
            marks = pg.BarGraphItem(
                x0=[value - width / 2 for value in values],
                y=list(rows),
                height=(BEFORE + 2) / self._row,
                width=width,
                pen=None,
                brush=theme().color("mark_prev"),
            )
            self._box.addItem(marks)

    def _scroll(self, _cause: Any = None) -> None:
        """Show the rows that the table shows, and the figures of those alone."""
        if self._view is None:
            return
        top = self._table.verticalScrollBar().value() / self._row if self._table else 0.0
        rows = max(self._view.height(), 1) / self._row
        self._box.setRange(
            xRange=(self._scale.least, self._scale.most), yRange=(top, top + rows), padding=0
        )
        first, last = int(top), min(int(top + rows) + 1, len(self._bars))
        self._write(range(first, last))

    def _write(self, rows: range) -> None:
        import pyqtgraph as pg

        while len(self._texts) < len(rows):
            text = pg.TextItem("", color=theme().color("text"), anchor=(0, 0.5))
            text.textItem.document().setDocumentMargin(0)
            text.setFont(font())
            self._box.addItem(text, ignoreBounds=True)
            self._texts.append(text)
        gap = self._per_pixel() * GAP
        for place, text in enumerate(self._texts):
            text.setVisible(place < len(rows))
            if place < len(rows):
                bar = self._bars[rows[place]]
                text.setText(bar.text)
                text.setPos(max(bar.now, bar.before or 0.0, 0.0) + gap, rows[place] + 0.5)

    def _per_pixel(self) -> float:
        return (self._scale.most - self._scale.least) / max(self.width(), 1)

    # Together with the table

    def _selected(self, _on: QItemSelection | None = None, _off: Any = None) -> None:
        if self._table is None or self._bands is None:
            return
        chosen = self._table.selectionModel().selectedRows()[:MOST_BANDS]
        rows = [index.row() + 0.5 for index in chosen]
        token = "select" if self._table.hasFocus() else "select_idle"
        span = self._scale.most - self._scale.least
        self._bands.setOpts(
            x0=[self._scale.least] * len(rows),
            y=rows,
            width=[span] * len(rows),
            brush=theme().color(token),
        )

    def _select_at(self, event: QMouseEvent) -> None:
        if self._table is None:
            return
        offset = self._table.verticalScrollBar().value()
        row = int((event.position().y() + offset) // self._row)
        if 0 <= row < len(self._bars):
            self._table.selectRow(row)
            self._table.setFocus(Qt.FocusReason.MouseFocusReason)

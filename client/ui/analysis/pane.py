"""Grid and bars of sales figures side by side, as one: same rows, one scroll bar, one selection."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollBar, QVBoxLayout, QWidget

from client.data import formats
from client.data.analysis.figures import Answer, Figure, report
from client.data.periods import period_text
from client.i18n import _, current, plural
from client.ui.analysis.chart_parts import ChartFoot
from client.ui.analysis.charts import Bar, BarChart
from client.ui.analysis.model import FiguresDelegate, FiguresModel, Unit, columns, percent_text
from client.ui.kit import vline
from client.ui.tables.columns import Column
from client.ui.tables.table import Table
from client.ui.tables.totals import Totals
from client.ui.theme import size


class FiguresPane(QWidget):
    """Shows an answer."""

    reshaped = Signal()  # other columns than before: kept widths can be given back

    def __init__(self) -> None:
        super().__init__()
        self.model = FiguresModel()
        self.answer: Answer | None = None
        self.unit = Unit("CNY", True)
        self.compared = False
        self._shape: tuple[str, bool] | None = None
        self._build()
        self.table.sort_requested.connect(self._sort)
        self.table.layout_changed.connect(self._widen)
        self.chart.follow(self.table)

    def _build(self) -> None:
        self.table = Table([], row_height="row_relaxed")
        self.table.setModel(self.model)
        self.table.setItemDelegate(FiguresDelegate(self.table))
        self.table.wide_end = self.table.rings = False
        self.table.setVerticalScrollMode(Table.ScrollMode.ScrollPerPixel)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.totals, self.chart, self.foot = Totals(self.table), BarChart(), ChartFoot()
        self._left = _over(self.table, self.totals)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left)
        row.addWidget(vline(strong=True))
        row.addWidget(_over(self.chart, self.foot), 1)
        row.addWidget(self._scrollbar())

    def _scrollbar(self) -> QScrollBar:
        """It stands at the far right; between grid and bars it would cut the rows in two."""
        own = self.table.verticalScrollBar()
        self._scroll = QScrollBar(Qt.Orientation.Vertical)
        own.rangeChanged.connect(self._scroll_range)
        own.valueChanged.connect(self._scroll.setValue)
        self._scroll.valueChanged.connect(own.setValue)
        self._scroll.hide()
        return self._scroll

    def _scroll_range(self, least: int, most: int) -> None:
        self._scroll.setPageStep(self.table.verticalScrollBar().pageStep())
        self._scroll.setSingleStep(size("row_relaxed"))
        self._scroll.setRange(least, most)
        self._scroll.setVisible(most > least)

    def show_answer(self, answer: Answer, unit: Unit, compared: bool) -> None:
        """Show these figures; the order, widths and the selected row stay where they can."""
        self.answer, self.unit, self.compared = answer, unit, compared
        chosen = self._chosen()
        shape = (answer.query.report, compared)
        heads = self.table.columns if shape == self._shape else columns(*shape)
        self.model.show(answer, [column.key for column in heads], unit)
        if shape != self._shape:
            self._shape = shape
            self.table.set_columns(heads)
            self.reshaped.emit()
        self._hide_empty(compared)
        self.table.set_sort([self.model.order])
        self._choose(chosen)
        self._show_amounts()

    def _hide_empty(self, compared: bool) -> None:
        """Hide columns without a single value."""
        empty = {"note": not any(row.note for row in self.model.rows)}
        for column in self.table.columns:
            if column.key in ("previous", "change"):
                column.hidden = not compared
            elif column.key in empty:
                column.hidden = empty[column.key]
        self.table.column_layout.apply()
        self._widen()

    def _widen(self) -> None:
        """The grid is as wide as its columns, the bars have the rest."""
        shown = sum(column.width for column in self.table.columns if not column.hidden)
        self._left.setFixedWidth(max(shown, 600 if current() == "zh_CN" else 640))

    def set_unit(self, unit: Unit) -> None:
        """Show the same figures in another unit."""
        self.unit = unit
        self.model.set_unit(unit)
        self._show_amounts()

    def shown_columns(self) -> list[Column]:
        """As the clerk sees them, from the left."""
        return [self.table.column(index) for index in self.table.column_layout.shown()]

    def bars(self) -> list[Bar]:
        unit, found = self.unit, []
        most = max((abs(unit.value(row.amount)) for row in self.model.rows), default=0)
        places = 0 if unit.factor == 1 else 1 if most >= 10 else 2
        for row in self.model.rows:
            now = unit.value(row.amount)
            before = unit.value(row.previous) if row.previous is not None else None
            text = f"{now:,.{places}f}".replace("-", "\N{MINUS SIGN}")
            found.append(Bar(row.text, float(now), None if before is None else float(before), text))
        return found

    def paper(self) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]], list[Any]]:
        """The grid as it stands for a paper: (title, kind) of columns, rows, totals."""
        shown, model = self.shown_columns(), self.model
        kinds = {"name": "text", "text2": "text", "delta": "percent"}
        heads = [(column.title or "#", kinds.get(column.kind, column.kind)) for column in shown]

        def cell(row: Figure, key: str) -> Any:
            value = model.value(row, key)
            if key in ("amount", "previous") and value is not None:
                return self.unit.value(value)
            return round(value, 3) if key in ("share", "change") and value is not None else value

        rows = [
            tuple(str(at + 1) if c.key == "rank" else cell(row, c.key) for c in shown)
            for at, row in enumerate(model.rows)
        ]
        sums: list[Any] = []
        if self.answer is not None:
            texts = ("rank", "text", "note")
            totals = self.answer.totals
            sums = [None if c.key in texts else cell(totals, c.key) for c in shown]
        return heads, rows, sums

    def legend(self) -> tuple[str, str]:
        """What the two kinds of bars stand for; nothing for the second without comparison."""
        if self.answer is None:
            return "", ""
        asked = self.answer.query
        now = period_text((asked.date_from, asked.date_to))
        return now, _("a year before") if self.compared else ""

    def _show_amounts(self) -> None:
        if self.answer is None:
            return
        self.chart.set_bars(self.bars(), self.unit.short)
        self.foot.show_legend(*self.legend())
        totals = self.answer.totals
        figures = {
            "orders": formats.integer(totals.orders),
            "lines": formats.integer(totals.lines),
            "quantity": formats.quantity(totals.quantity),
            "share": "100.0 %" if totals.amount else "",
            "amount": self.unit.text(totals.amount),
        }
        if totals.previous is not None:
            figures["previous"] = self.unit.text(totals.previous)
            figures["change"] = percent_text(self.model.value(totals, "change"))
        counted = plural(len(self.model.rows), *report(self.answer.query.report).counted)
        self.totals.set(f"Σ {counted}", figures)

    def _sort(self, order: list[tuple[str, bool]]) -> None:
        if not order:
            return
        chosen = self._chosen()
        self.model.sort_by(*order[0])
        self.table.set_sort([order[0]])
        self._choose(chosen)
        self._show_amounts()

    def _chosen(self) -> Any:
        row = self.table.currentIndex().row()
        return self.model.rows[row].id if 0 <= row < len(self.model.rows) else None

    def _choose(self, id: Any) -> None:
        ids = [row.id for row in self.model.rows]
        if id is not None and id in ids:
            self.table.selectRow(ids.index(id))


def _over(upper: QWidget, lower: QWidget) -> QWidget:
    side = QWidget()
    column = QVBoxLayout(side)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(upper, 1)
    column.addWidget(lower)
    return side

"""A table on paper: columns measured once for all pages, cells wrapped, head repeated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reports import fonts
from reports.sheet import ASCENT, GREY, HAIRLINE, QUIET, STRONG, Align, Sheet, wrap

# What is tried in turn until all figures stay whole: the size, and how far texts give way.
SIZES = ((8.5, 1.0), (8.0, 1.0), (7.5, 0.9), (7.5, 0.75), (7.0, 0.7), (6.5, 0.65), (6.0, 0.6))
SMALLEST = 5.0
LEADING = 1.32
GAP = 8.0
PADDING = 4.0
# A row with more lines goes on in a further row, so that none is taller than a page.
MOST_LINES = 30


@dataclass(frozen=True)
class Column:
    """A column: texts wrap, figures never do and align at the point."""

    title: str
    align: Align = "left"
    wraps: bool = False
    least: float = 0.0
    point: bool = False


class Row(NamedTuple):
    """One row as drawn: the lines of each cell, and its height."""

    cells: list[list[str]]
    height: float


class Table:
    """Columns fitted to a sheet's width for given rows; draws head, rows and sums at any height."""

    def __init__(
        self,
        sheet: Sheet,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str]],
        sums: Mapping[int, str] | None = None,
    ) -> None:
        """`sums` are the largest figures to come below, by column, so that they fit as well."""
        self.sheet = sheet
        self.columns = columns
        titles = [sheet.clean(column.title) for column in columns]
        texts = [list(map(sheet.clean, row)) for row in rows]
        self.fractions = [
            max(map(_fraction, {row[place] for row in texts}), default=0) if column.point else 0
            for place, column in enumerate(columns)
        ]
        natural = [
            max((self._natural(place, text) for text in {row[place] for row in texts}), default=0)
            for place in range(len(columns))
        ]
        for place, text in (sums or {}).items():
            natural[place] = max(natural[place], self._natural(place, text))
        self.size, self.widths = self._fitted(natural, titles)
        self.lefts = [sheet.left]
        for width in self.widths:
            self.lefts.append(self.lefts[-1] + width + GAP)
        self.leading = self.size * LEADING
        self.head = self._row(titles)
        self.rows = [part for row in texts for part in self._parts(row)]

    def _natural(self, place: int, text: str) -> float:
        """The width of a cell at size 1, with room for the decimals that others have."""
        return fonts.width(text, 1) + self._pad(place, text, 1)

    def _pad(self, place: int, text: str, size: float) -> float:
        if not self.columns[place].point:
            return 0.0
        have, most = _fraction(text), self.fractions[place]
        point = fonts.width(".", size) if most and not have else 0.0
        return point + (most - have) * fonts.width("0", size)

    def _fitted(self, natural: list[float], titles: list[str]) -> tuple[float, list[float]]:
        """The largest size at which figures stay whole, and the widths of the columns."""
        room = self.sheet.room - GAP * (len(natural) - 1)
        for size, give in (*SIZES, (SMALLEST, 0.5)):
            least, wanted = [], []
            for column, width, title in zip(self.columns, natural, titles, strict=True):
                whole = max(width * size, fonts.width(title, size)) + 0.5
                wanted.append(whole)
                least.append(min(whole, column.least * give) if column.wraps else whole)
            if sum(least) <= room:
                return size, _shared(least, wanted, room, self.columns)
        # Figures beyond every column of the database: better narrow than lost.
        return SMALLEST, [width * room / sum(least) for width in least]

    def _row(self, texts: Sequence[str]) -> Row:
        cells = [
            wrap(text, width, self.size) if text else []
            for text, width in zip(texts, self.widths, strict=True)
        ]
        return Row(cells, self._height(cells))

    def _height(self, cells: list[list[str]]) -> float:
        return max(1, *map(len, cells)) * self.leading + PADDING * 1.5

    def _parts(self, texts: Sequence[str]) -> list[Row]:
        row = self._row(texts)
        most = max(map(len, row.cells))
        if most <= MOST_LINES:
            return [row]
        parts = []
        for start in range(0, most, MOST_LINES):
            cells = [lines[start : start + MOST_LINES] for lines in row.cells]
            parts.append(Row(cells, self._height(cells)))
        return parts

    def draw_head(self, y: float) -> float:
        """Draw the head below `y`; the height below it."""
        sheet = self.sheet
        sheet.rule(y, STRONG)
        self._draw_cells(y, self.head, grey=GREY)
        sheet.rule(y + self.head.height, HAIRLINE)
        return y + self.head.height

    def draw_row(self, y: float, row: Row) -> float:
        """Draw a row below `y` and a hairline under it; the height below it."""
        self._draw_cells(y, row)
        self.sheet.rule(y + row.height, HAIRLINE, grey=QUIET)
        return y + row.height

    @property
    def sum_height(self) -> float:
        """The height of a row of sums."""
        return self.leading + PADDING * 1.5

    def draw_sums(self, y: float, label: str, sums: dict[int, str], *, bold: bool = False) -> float:
        """Draw `label` and the figures by column; a wide figure may reach into blank cells."""
        base = y + PADDING * 0.75 + self.size * ASCENT + (self.leading - self.size) / 2
        clean = self.sheet.clean
        self.sheet.text(self.lefts[0], base, clean(label), self.size, bold=bold)
        for place, text in sums.items():
            x = self.lefts[place] + self.widths[place] - self._pad(place, text, self.size)
            self.sheet.text(x, base, clean(text), self.size, "right", bold=bold)
        return y + self.sum_height

    def _draw_cells(self, y: float, row: Row, grey: float = 0.0) -> None:
        top = y + PADDING * 0.75 + self.size * ASCENT + (self.leading - self.size) / 2
        for place, lines in enumerate(row.cells):
            column = self.columns[place]
            left, width = self.lefts[place], self.widths[place]
            x = {"left": left, "right": left + width, "center": left + width / 2}[column.align]
            for number, line in enumerate(lines):
                pad = self._pad(place, line, self.size) if column.point and not grey else 0.0
                baseline = top + number * self.leading
                self.sheet.text(x - pad, baseline, line, self.size, column.align, grey=grey)


def _fraction(text: str) -> int:
    """How many digits follow the point in a figure."""
    _whole, point, digits = text.rpartition(".")
    return len(digits) if point else 0


def _shared(
    least: list[float], wanted: list[float], room: float, columns: Sequence[Column]
) -> list[float]:
    """Give what is left to the columns that still want it, the same to each in turns."""
    widths = list(least)
    spare = room - sum(widths)
    while spare > 0.01:
        hungry = [at for at, width in enumerate(widths) if wanted[at] - width > 0.01]
        if not hungry:
            break
        portion = spare / len(hungry)
        for at in hungry:
            taken = min(portion, wanted[at] - widths[at])
            widths[at] += taken
            spare -= taken
    # What nobody needs widens the texts most and the figures a little, but never the first column.
    weights: list[float] = [0.0, *(2.0 if column.wraps else 1.0 for column in columns[1:])]
    parts = sum(weights)
    if spare > 0 and parts:
        for at, weight in enumerate(weights):
            widths[at] += spare * weight / parts
    return widths

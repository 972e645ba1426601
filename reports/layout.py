"""A table on paper: columns measured once for all pages, cells wrapped, head repeated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
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
    optional: bool = False  # left out where no row has anything in it


class Row(NamedTuple):
    """One row as drawn: the lines of each cell, its height, and the index of the given row that
    begins here.
    """

    cells: list[list[str]]
    height: float
    begins: int | None = None


class Look(NamedTuple):
    """How a table looks: the sizes to try; `line` is the height of a ruled line, if it is a
    grid.
    """

    sizes: Sequence[tuple[float, float]] = SIZES
    line: float = 0.0
    inset: float = 0.0


PLAIN = Look()


class Table:
    """Columns fitted to a sheet's width for given rows; draws head, rows and sums at any height."""

    def __init__(
        self,
        sheet: Sheet,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str]],
        sums: Mapping[int, str] | None = None,
        look: Look = PLAIN,
    ) -> None:
        """`sums` are the largest figures to come below, by column, so that they fit as well."""
        self.sheet, self.columns, self.look = sheet, columns, look
        titles = [sheet.clean(column.title) for column in columns]
        texts = [list(map(sheet.clean, row)) for row in rows]
        sums = sums or {}
        self.fractions = [
            max(map(_fraction, {row[place] for row in texts} | {sums.get(place, "")}))
            if column.point
            else 0
            for place, column in enumerate(columns)
        ]
        natural = [
            max((self._natural(place, text) for text in {row[place] for row in texts}), default=0)
            for place in range(len(columns))
        ]
        for place, text in sums.items():
            natural[place] = max(natural[place], self._natural(place, text))
        self.size, self.widths = self._fitted(natural, titles)
        self.lefts = [sheet.left + look.inset]
        for width, gap in zip(self.widths, (*self._gaps(), GAP), strict=True):
            self.lefts.append(self.lefts[-1] + width + gap)
        self.leading = look.line or self.size * LEADING
        self.padding = 0.0 if look.line else PADDING
        self.head = self._row(titles, None) if any(titles) else Row([], 0.0)
        self.rows = [
            part
            for at, row in enumerate(texts)
            for part in self.parts(self._row(row, at), MOST_LINES, MOST_LINES)
        ]

    def _natural(self, place: int, text: str) -> float:
        """The width of a cell at size 1, with room for the decimals that others have."""
        return fonts.width(text, 1) + self._pad(place, text, 1)

    def _pad(self, place: int, text: str, size: float) -> float:
        if not self.columns[place].point:
            return 0.0
        have, most = _fraction(text), self.fractions[place]
        point = fonts.width(".", size) if most and not have else 0.0
        return point + (most - have) * fonts.width("0", size)

    def _gaps(self) -> list[float]:
        """What lies between columns; a text after a figure stands farther off."""
        aligns = [column.align for column in self.columns]
        return [
            GAP + (GAP if at and this == "right" and following == "left" else 0)
            for at, (this, following) in enumerate(pairwise(aligns))
        ]

    def _fitted(self, natural: list[float], titles: list[str]) -> tuple[float, list[float]]:
        """The largest size at which figures stay whole, and the widths of the columns."""
        room = self.sheet.room - sum(self._gaps()) - 2 * self.look.inset
        for size, give in (*self.look.sizes, (SMALLEST, 0.5)):
            least, wanted = [], []
            for column, width, title in zip(self.columns, natural, titles, strict=True):
                whole = max(width * size, fonts.width(title, size)) + 0.5
                wanted.append(whole)
                least.append(min(whole, column.least * give) if column.wraps else whole)
            if sum(least) <= room:
                return size, _shared(least, wanted, room, self.columns)
        # Figures beyond every column of the database: better narrow than lost.
        return SMALLEST, [width * room / sum(least) for width in least]

    def _row(self, texts: Sequence[str], begins: int | None) -> Row:
        cells = [
            wrap(text, width, self.size) if text else []
            for text, width in zip(texts, self.widths, strict=True)
        ]
        return Row(cells, self._height(cells), begins)

    def _height(self, cells: list[list[str]]) -> float:
        return max(1, *map(len, cells)) * self.leading + self.padding * 1.5

    def parts(self, row: Row, first: int, most: int) -> list[Row]:
        """A row cut so that its first part has `first` lines at most, the others `most`."""
        cells, parts, begins = row.cells, [], row.begins
        while max(map(len, cells)) > first:
            here = [lines[:first] for lines in cells]
            parts.append(Row(here, self._height(here), begins))
            cells, first, begins = [lines[first:] for lines in cells], most, None
        return [*parts, Row(cells, self._height(cells), begins)]

    def draw_head(self, y: float) -> float:
        """Draw the head below `y`; the height below it."""
        sheet = self.sheet
        if not self.head.cells:
            sheet.rule(y, STRONG)
            return y
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
        return self.leading + self.padding * 1.5

    def draw_sums(self, y: float, label: str, sums: dict[int, str]) -> float:
        """Draw `label` and the figures by column; a wide figure may reach into blank cells."""
        base = self._base(y)
        clean = self.sheet.clean
        self.sheet.text(self.lefts[0], base, clean(label), self.size)
        for place, text in sums.items():
            x = self.lefts[place] + self.widths[place] - self._pad(place, text, self.size)
            self.sheet.text(x, base, clean(text), self.size, "right")
        return y + self.sum_height

    def _base(self, y: float) -> float:
        """The baseline of the first line of a row that begins at `y`."""
        return y + self.padding * 0.75 + self.size * ASCENT + (self.leading - self.size) / 2

    def draw_grid(self, top: float, bottom: float) -> None:
        """Draw the lines between columns."""
        for left in self.lefts[1:-1]:
            self.sheet.upright(left - GAP / 2, top, bottom)

    def _draw_cells(self, y: float, row: Row, grey: float = 0.0) -> None:
        top = self._base(y)
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
    # What nobody needs widens texts by what they may hold, figures a little, never the first.
    weights = [0.0, *(column.least / 30 if column.wraps else 0.6 for column in columns[1:])]
    parts = sum(weights)
    if spare > 0 and parts:
        for at, weight in enumerate(weights):
            widths[at] += spare * weight / parts
    return widths

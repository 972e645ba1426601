"""A form on continuous paper: the same head, number of lines and foot on every page.

Rows that wrap take several of a page's lines, and what is left blank is ruled all the same.
"""

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from client.i18n import N_
from reports import fonts
from reports.foot import Signatures, note_lines, page_of, print_of
from reports.form import Form, Office, Translate, paragraphs
from reports.head import office_lines
from reports.layout import Look, Row, Table
from reports.sheet import ASCENT, Sheet, wrap

MILLIMETRE = 72 / 25.4
# The strips with the holes, and what a printer needs at the perforation.
MARGINS = (16 * MILLIMETRE, 5 * MILLIMETRE)
INSET = 4.0
BODY = 9.0
LINE = 13.0
# Entries stand as far apart as lets them fit on one page.
ENTRY_LINES = (28.0, 24.0, 21.0, 18.0)
FACT = 12.5
CORNER_LINE = 11.5
NAME = 13.0
BETWEEN = 10.0
LOGO = (80.0, 26.0)
SIGN = 17.0
# What is tried in turn: texts give way first, and figures become smaller only in the end.
SIZES = (
    *((9.0, give) for give in (1.0, 0.9, 0.75, 0.6)),
    *((size, 0.6) for size in (8.5, 8.0, 7.5, 7.0, 6.5, 6.0)),
)
ENTRIES = ((10.0, 1.0), (9.0, 1.0), (8.0, 1.0))
# Values in the head take so many lines; with fewer lines left for rows than LEAST, only one.
HEAD_LINES = (2, 1)
LEAST = 4
# How the width is shared by columns of facts.
SHARES = (0.46, 0.27, 0.27)


class Note(NamedTuple):
    """A line across the whole page among the rows."""

    label: str
    text: str
    indent: float


class Head:
    """The head of every page, measured; a text that is too long for it is printed whole among
    the notes.
    """

    def __init__(self, sheet: Sheet, form: Form, office: Office, _: Translate, most: int) -> None:
        self.sheet, self.office, self.most = sheet, office, most
        self.cut: list[tuple[str, str]] = []
        self.side = 0.0
        self.names: list[tuple[str, float]] = []
        self.cells: list[list[tuple[str, list[str]]]] = []
        self.form = form
        self.contact = "    ".join(office_lines(office, _))
        self._ = _

    def measure(self, corner: tuple[float, float]) -> float:
        """Fit everything in beside the upper right corner; the height of the head."""
        sheet, form = self.sheet, self.form
        self.side = max(corner[0] + 10, LOGO[0] + 10 if self.office.get("logo") else 0)
        room = sheet.room - 2 * self.side
        mark = self._(N_("[{mark}]")).format(mark=form.mark) if form.mark else ""
        title = sheet.clean(f"{form.title} {mark}".strip())
        name = sheet.clean(self.office.get("name"))
        one = f"{name}  {title}" if name else title
        if fonts.width(one, NAME) <= room:
            self.names = [(one, NAME)]
        else:
            self.names = [(line, 10.0) for line in self._limited(N_("Our office"), name, room, 10)]
            self.names.append((title, NAME))
        contact = sheet.clean(self.contact)
        self.names += [
            (line, BODY) for line in self._limited(N_("Our office"), contact, room, BODY)
        ]
        self._facts()
        self.corner = max(sum(size * 1.3 for _line, size in self.names), corner[1])
        if self.office.get("logo"):
            self.corner = max(self.corner, LOGO[1])
        rows = sum(max(len(lines) for _label, lines in row) for row in self.cells)
        return self.corner + rows * FACT + 5

    def _limited(self, label: str, text: str, room: float, size: float) -> list[str]:
        """The first lines of a text; if that is not all of it, the whole text goes among the
        notes.
        """
        if not text:
            return []
        lines = wrap(text, room, size)
        if len(lines) <= self.most:
            return lines
        self.cut.append((self._(label), text))
        kept = lines[: self.most]
        last = kept[-1]
        while last and fonts.width(last + "…", size) > room:
            last = last[:-1]
        return [*kept[:-1], last + "…"]

    def _facts(self) -> None:
        form, clean = self.form, self.sheet.clean
        groups = [
            [(clean(label), clean(value)) for label, value in facts if value not in (None, "")]
            for facts in (form.left, form.right, form.facts)
        ]
        groups = [group for group in groups if group]
        if len(groups) == 1:
            groups = [[fact] for fact in groups[0]]
        self.lefts, x = [], self.sheet.left + INSET
        self.indents = [max(fonts.width(label, BODY) for label, _value in g) + 8 for g in groups]
        columns = []
        for group, wide, indent in zip(groups, self._shared(groups), self.indents, strict=True):
            self.lefts.append(x)
            room = wide - indent - BETWEEN
            columns.append([(label, self._limited(label, v, room, BODY)) for label, v in group])
            x += wide
        self.cells = [list(row) for row in zip_longest(*columns, fillvalue=("", []))]

    def _shared(self, groups: list[list[tuple[str, str]]]) -> list[float]:
        """The widths of columns of facts: always the same, unless others spare a line."""
        room = self.sheet.room - 2 * INSET
        shares = SHARES if len(groups) == 3 else (1 / max(len(groups), 1),) * len(groups)
        widths = [room * share for share in shares]
        natural = [
            indent + max(fonts.width(value, BODY) for _label, value in group) + BETWEEN
            for group, indent in zip(groups, self.indents, strict=True)
        ]
        spare = room - sum(natural)
        if spare < 0 or all(map(float.__le__, natural, widths)):
            return widths
        return [wide + spare / len(groups) for wide in natural]

    def draw(self) -> None:
        """Draw it at the top of the page."""
        sheet, y = self.sheet, self.sheet.top
        if logo := self.office.get("logo"):
            sheet.picture(logo, sheet.left, y, *LOGO)
        middle = sheet.left + sheet.room / 2
        for line, size in self.names:
            sheet.text(middle, y + size, line, size, "center", bold=size == NAME)
            y += size * 1.3
        y = sheet.top + self.corner + 2
        for row in self.cells:
            for (label, lines), x, indent in zip(row, self.lefts, self.indents, strict=True):
                sheet.text(x, y + BODY, label, BODY)
                for at, line in enumerate(lines):
                    sheet.text(x + indent, y + BODY + at * FACT, line, BODY)
            y += max(len(lines) for _label, lines in row) * FACT


class Fixed:
    """One form being laid out page by page."""

    def __init__(
        self,
        size: tuple[float, float],
        form: Form,
        office: Office,
        language: str,
        translate: Translate,
    ) -> None:
        self.form, self.office, self._ = form, office, translate
        title = f"{form.title} {form.number}".strip()
        author = str(office.get("name") or "")
        self.sheet = Sheet(size, title, author, language, margins=MARGINS, needles=True)
        grid = form.grid
        self.headless = not any(column.title for column in grid.columns)
        self.line = LINE
        self.table = self._table()
        signatures = form.signatures
        if form.seal:
            signatures = (*signatures, (form.seal, ""))
        self.signatures = Signatures(self.sheet, signatures, self.sheet.room)
        self.done: list[int] = []

    def _table(self) -> Table:
        grid = self.form.grid
        widest = {place: found.widest() for place, found in grid.sums.items()}
        look = Look(ENTRIES if self.headless else SIZES, self.line, INSET)
        return Table(self.sheet, grid.columns, grid.rows, widest, look)

    def sheets(self, copies: Sequence[str], prints: int) -> Sheet:
        """Lay everything out, a set of pages for each copy."""
        sheet, clean = self.sheet, self.sheet.clean
        told = clean(print_of(prints, self._))
        room = sheet.room * 0.3
        names = {copy: wrap(clean(copy), room, BODY) if copy else [] for copy in copies or ("",)}
        said = [
            told,
            clean(page_of(888, 888, self._)),
            *(x for lines in names.values() for x in lines),
        ]
        most = max(map(len, names.values())) + bool(told) + 1
        corner = (max(fonts.width(line, BODY) for line in said), most * CORNER_LINE)
        for line in ENTRY_LINES if self.headless else (LINE,):
            if line != self.line:
                self.line = line
                self.table = self._table()
            self._measure(corner)
            if sum(map(self._taken, self.table.rows)) + len(self._notes()) <= self.lines:
                break
        self._pages()

        def footer(page: int, pages: int, copy: str) -> None:
            lines = [*names[copy], told, clean(page_of(page, pages, self._))]
            for at, line in enumerate(filter(None, lines)):
                y = sheet.top + BODY + at * CORNER_LINE
                sheet.text(sheet.right, y, line, BODY, "right")

        sheet.foot(footer, copies)
        return sheet

    def _measure(self, corner: tuple[float, float]) -> None:
        """How many lines a page has, the head and the foot being what they are."""
        sheet, table = self.sheet, self.table
        self._measure_amount()
        foot = len(self.amount) * LINE if self.form.figure else 0
        foot += 2 * table.sum_height if self.form.grid.sums else 0
        foot += SIGN * len(self.signatures.rows) + 3
        for most in HEAD_LINES:
            self.head = Head(sheet, self.form, self.office, self._, most)
            self.top = sheet.top + self.head.measure(corner)
            room = sheet.bottom - foot - self.top - table.head.height
            self.lines = max(1, int((room + 0.01) / self.line))
            if self.lines >= LEAST:
                return

    def _measure_amount(self) -> None:
        sheet, form = self.sheet, self.form
        in_capitals = self._(N_("Amount in capitals")) if form.capitals else ""
        self.label = sheet.clean(form.amount_label or in_capitals)
        self.figure = sheet.clean(form.figure)
        indent = fonts.width(self.label, BODY) + 10
        self.indent = sheet.left + INSET + indent
        room = sheet.room - 2 * INSET - indent - fonts.width(self.figure, 11) - 16
        self.amount = wrap(sheet.clean(form.capitals), room, 10)

    def _notes(self) -> list[Note]:
        """What is printed below the rows, as lines of the whole width."""
        sheet, form = self.sheet, self.form
        room = sheet.room - 2 * INSET
        ages = [f"{label} {value}" for label, value in form.ages]
        told = [(label, value) for label, value in form.notes if value]
        # Short notes share lines, for lines are what such a page has least of.
        short = [note for note in told if self._is_short(*note, room / 2)]
        pair = self._(N_("{label}: {value}"))
        shared = [pair.format(label=label, value=value) for label, value in short]
        notes = [
            *self.head.cut,
            ("", [*form.told, *shared]),
            (self._(N_("Age")), ages),
            *(note for note in told if note not in short),
        ]
        return [
            Note(label, line, indent)
            for indent, lines in note_lines(sheet, notes, room, BODY)
            for label, line in lines
        ]

    def _is_short(self, label: str, value: object, room: float) -> bool:
        text = self.sheet.clean(f"{label} {value}")
        return len(paragraphs(value)) == 1 and fonts.width(text, BODY) <= room

    def _pages(self) -> None:
        """Fill page after page; a row that fits on a page is not torn."""
        page: list[Row | Note] = []
        used = 0
        items: list[Row | Note] = [*self.table.rows, *self._notes()]
        for item in items:
            for part in self._parts(item, self.lines - used):
                taken = self._taken(part)
                if used + taken > self.lines:
                    self._page(page, last=False)
                    page, used = [], 0
                page.append(part)
                used += taken
        self._page(page, last=True)

    def _parts(self, item: Row | Note, free: int) -> Sequence[Row | Note]:
        if isinstance(item, Note) or self._taken(item) <= self.lines:
            return [item]
        return self.table.parts(item, free or self.lines, self.lines)

    def _taken(self, item: Row | Note) -> int:
        return 1 if isinstance(item, Note) else max(1, *map(len, item.cells))

    def _page(self, items: list[Row | Note], *, last: bool) -> None:
        sheet, table = self.sheet, self.table
        if self.done or sheet.pages[-1]:
            sheet.next_page()
        self.head.draw()
        top = y = table.draw_head(self.top)
        rows = [item for item in items if isinstance(item, Row)]
        notes = [item for item in items if isinstance(item, Note)]
        for row in rows:
            y = table.draw_row(y, row)
        bottom = top + self.lines * self.line
        below = bottom - len(notes) * self.line
        self._blank(y, below)
        for at, note in enumerate(notes):
            base = below + at * self.line + BODY * ASCENT + (self.line - BODY) / 2
            sheet.text(sheet.left + INSET, base, note.label, BODY)
            sheet.text(sheet.left + INSET + note.indent, base, note.text, BODY)
        self._foot(bottom, [row.begins for row in rows], last=last)

    def _blank(self, y: float, below: float) -> None:
        """Rule the lines that no row takes, and all columns down to what is told below them."""
        while not self.headless and y < below - 0.1:
            y += self.line
            self.sheet.rule(y)
        self.table.draw_grid(self.top, below)

    def _foot(self, y: float, begun: list[int | None], *, last: bool) -> None:
        sheet, table, form = self.sheet, self.table, self.form
        here = [at for at in begun if at is not None]
        self.done += here
        sheet.rule(y)
        if form.grid.sums:
            label = self._(N_("Subtotal of this page"))
            y = table.draw_sums(y, label, form.grid.sums_of(here))
            sheet.rule(y)
            label = self._(N_("Total")) if last else self._(N_("Total so far"))
            y = table.draw_sums(y, label, form.grid.sums_of(self.done))
            sheet.rule(y)
        if form.figure:
            below = y + len(self.amount) * LINE
            if last:
                base = y + 10
                sheet.text(sheet.left + INSET, base, self.label, BODY)
                for at, line in enumerate(self.amount):
                    sheet.text(self.indent, base + at * LINE, line, 10)
                sheet.text(sheet.right - INSET, base, self.figure, 11, "right", bold=True)
            else:
                text = sheet.clean(self._(N_("Continued on the next page")))
                sheet.text(sheet.left + INSET, y + 10, text, BODY)
            y = below
            sheet.rule(y)
        sheet.upright(sheet.left, self.top, y)
        sheet.upright(sheet.right, self.top, y)
        self.signatures.draw(y + SIGN - 3, SIGN)

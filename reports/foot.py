"""What stands below the rows of any paper: the amount, notes, signatures, whose copy it is."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reports import fonts
from reports.form import Form, Translate, paragraphs
from reports.sheet import GREY, Sheet, wrap

BODY = 9.0
SMALL = 8.0
FIGURE = 13.0
CAPITALS = 10.0
SEAL = (128.0, 66.0)
# The least line to sign on, and the blanks before it and after it.
LEAST_LINE = 48.0
BEFORE, AFTER = 6.0, 14.0
# A name that does not fit on its line is written smaller, down to this.
TINY = 5.0


class Amount:
    """The amount in capitals at the left and in figures at the right, and what is told of it."""

    def __init__(self, sheet: Sheet, form: Form, _: Translate) -> None:
        self.sheet = sheet
        self.figure = sheet.clean(form.figure)
        label = form.amount_label or (_("Amount in capitals") if form.capitals else "")
        self.label = sheet.clean(label)
        self.indent = fonts.width(self.label, BODY) + 12
        room = sheet.room - fonts.width(self.figure, FIGURE) - 20 - self.indent
        self.capitals = wrap(sheet.clean(form.capitals), room, CAPITALS) if form.capitals else []
        self.told = [
            line
            for part in pieces(form.told, sheet.room, SMALL)
            for line in wrap(sheet.clean(part), sheet.room, SMALL)
        ]

    @property
    def height(self) -> float:
        """The height that `draw` takes."""
        upper = max(len(self.capitals), 1) * 14 if self.figure else 0
        return upper + 8 + len(self.told) * 12

    def draw(self, y: float) -> float:
        """Draw it below `y`; the height below it."""
        sheet = self.sheet
        below = y + self.height
        base = y + 18
        if self.figure:
            sheet.text(sheet.left, base, self.label, BODY, grey=GREY)
            for at, line in enumerate(self.capitals):
                sheet.text(sheet.left + self.indent, base + at * 14, line, CAPITALS)
            sheet.text(sheet.right, base, self.figure, FIGURE, "right", bold=True)
            base += max(len(self.capitals), 1) * 14
        for at, line in enumerate(self.told):
            sheet.text(sheet.right, base + at * 12, line, SMALL, "right", grey=GREY)
        return below


def pieces(texts: Sequence[str], room: float, size: float) -> list[str]:
    """Short texts one after another, in lines that part none of them where it can be helped."""
    lines: list[str] = []
    for text in texts:
        joined = f"{lines[-1]}    {text}" if lines else text
        if lines and fonts.width(fonts.drawable(joined, set()), size) <= room:
            lines[-1] = joined
        else:
            lines.append(text)
    return lines


class NoteLine(NamedTuple):
    """A line of a note; only the first has the label."""

    label: str
    text: str


def note_lines(
    sheet: Sheet, notes: Sequence[tuple[str, object]], room: float, size: float
) -> Iterator[tuple[float, list[NoteLine]]]:
    """Every note that says something: how far its text is indented, and its lines."""
    told = [(sheet.clean(label), value) for label, value in notes if value]
    widest = max((fonts.width(label, size) for label, _value in told), default=0)
    indent = widest + 12 if widest else 0
    for label, value in told:
        lines: list[NoteLine] = []
        parts = pieces(value, room - indent, size) if isinstance(value, list) else None
        for paragraph in parts or paragraphs(value):
            for line in wrap(sheet.clean(paragraph), room - indent, size):
                lines.append(NoteLine("" if lines else label, line))
        yield indent, lines


class Signatures:
    """Lines to sign on, with the names that are known, in as many rows as they take."""

    def __init__(
        self, sheet: Sheet, pairs: Sequence[tuple[str, str]], room: float, size: float = BODY
    ) -> None:
        self.sheet, self.room, self.size = sheet, room, size
        clean = [(sheet.clean(label), sheet.clean(name)) for label, name in pairs]
        self.rows: list[list[tuple[str, str]]] = [[]]
        used = 0.0
        for label, name in clean:
            taken = fonts.width(label, size) + BEFORE + LEAST_LINE + AFTER
            if self.rows[-1] and used + taken > room + AFTER:
                self.rows.append([])
                used = 0.0
            self.rows[-1].append((label, name))
            used += taken

    def draw(self, base: float, leading: float) -> None:
        """Draw the rows, the first with its baseline at `base`."""
        for at, row in enumerate(self.rows):
            self._draw(base + at * leading, row)

    def _draw(self, base: float, row: list[tuple[str, str]]) -> None:
        if not row:
            return
        sheet, size = self.sheet, self.size
        taken = sum(fonts.width(label, size) + BEFORE for label, _name in row)
        line = (self.room - taken - AFTER * (len(row) - 1)) / len(row)
        x = sheet.left
        for label, name in row:
            sheet.text(x, base, label, size, grey=GREY)
            x += fonts.width(label, size) + BEFORE
            sheet.rule(base + 3, left=x, right=x + line)
            wide = fonts.width(name, size)
            fits = size if wide <= line - 4 else max(TINY, size * (line - 4) / wide)
            sheet.text(x + 2, base, wrap(name, line - 2, fits)[0], fits)
            x += line + AFTER


def seal_box(sheet: Sheet, y: float, label: str) -> None:
    """Draw where the office stamps."""
    wide, high = SEAL
    left = sheet.right - wide
    sheet.box(left, y, sheet.right, y + high)
    sheet.text(left + 6, y + 12, sheet.clean(label), SMALL, grey=GREY)


def page_of(page: int, pages: int, _: Translate) -> str:
    """`Page 2 of 3`."""
    return _("Page {page} of {pages}").format(page=page, pages=pages)


def print_of(prints: int, _: Translate) -> str:
    """Which print this is, from the second on."""
    return _("Print no. {count}").format(count=prints) if prints > 1 else ""

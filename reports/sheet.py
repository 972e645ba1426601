"""A paper while it is laid out: text, lines and pictures page by page, in points from the top.

Pages are kept as plain lists until the end, so that each can say how many there are.
"""

import re
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Literal, NamedTuple

from reports import fonts
from reports.book import Book
from reports.items import Item, Picture, Rule, Text
from reports.pictures import fitted

A4 = (595.28, 841.89)
MARGIN = 40.0
HAIRLINE = 0.4
STRONG = 0.9
GREY = 0.35
QUIET = 0.6
ASCENT = 0.80
# The finest line that the needles of a dot-matrix printer draw evenly, 0.25 mm.
NEEDLE = 0.72

Align = Literal["left", "right", "center"]
Footer = Callable[[int, int, str], None]

TOKENS = re.compile("[!-~\u00a1-\u024f]+ *| +|.", re.DOTALL)
# A line neither begins with the first nor ends with the second.
CLOSING = frozenset("，。、；：？！）》」』】〕”’…—％%°,.;:?!)]}·")
OPENING = frozenset("（《「『【〔“‘([{¥")


class Paper(NamedTuple):
    """A finished paper; `missing` are the characters that no font has, drawn as 〓."""

    pdf: bytes
    pages: int
    missing: tuple[str, ...]


class Sheet:
    """The pages of one paper; text from outside is only ever text here.

    A sheet for needles has neither greys nor lines finer than they draw.
    """

    def __init__(
        self,
        size: tuple[float, float],
        title: str,
        author: str,
        language: str,
        *,
        margins: tuple[float, float] = (MARGIN, MARGIN),
        needles: bool = False,
    ) -> None:
        self.width, self.height = size
        self.left, self.right = margins[0], self.width - margins[0]
        self.top, self.bottom = margins[1], self.height - margins[1] - (0 if needles else 12)
        self.missing: set[str] = set()
        self.title, self.author, self.language = title, author, language
        self.needles = needles
        self.mark = ""
        self.mark_at = self.height / 2
        self.pages: list[list[Item]] = [[]]

    @property
    def room(self) -> float:
        """The width between the margins."""
        return self.right - self.left

    def clean(self, text: object) -> str:
        """`text` as one drawable line; None is nothing."""
        return fonts.drawable(str(text), self.missing) if text not in (None, "") else ""

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 9,
        align: Align = "left",
        *,
        bold: bool = False,
        grey: float = 0.0,
    ) -> None:
        """Put clean `text` with its baseline at `y`; `x` is the edge or middle to align at."""
        if not text:
            return
        if align != "left":
            taken = fonts.width(text, size)
            x -= taken if align == "right" else taken / 2
        self.pages[-1].append(Text(x, y, text, size, bold, 0.0 if self.needles else grey))

    def rule(
        self,
        y: float,
        weight: float = HAIRLINE,
        left: float = 0,
        right: float = 0,
        grey: float = 0.0,
    ) -> None:
        """Draw a line across, from margin to margin unless told."""
        self._line(left or self.left, right or self.right, y, y, weight, grey)

    def upright(self, x: float, top: float, bottom: float) -> None:
        """Draw a line down."""
        self._line(x, x, top, bottom, HAIRLINE, 0.0)

    def box(self, left: float, top: float, right: float, bottom: float) -> None:
        """Draw a rectangle."""
        self.rule(top, left=left, right=right)
        self.rule(bottom, left=left, right=right)
        self.upright(left, top, bottom)
        self.upright(right, top, bottom)

    def _line(
        self, x: float, to_x: float, y: float, to_y: float, weight: float, grey: float
    ) -> None:
        if self.needles:
            weight, grey = max(weight, NEEDLE), 0.0
        self.pages[-1].append(Rule(x, to_x, y, to_y, weight, grey))

    def picture(
        self, data: bytes, x: float, y: float, width: float, height: float
    ) -> tuple[float, float]:
        """Fit a picture into a box from its upper left corner; the size it took, 0 if broken."""
        found = fitted(data, width, height)
        if found is None:
            return 0.0, 0.0
        self.pages[-1].append(Picture(found[0], x, y, *found[1:]))
        return found[1:]

    def next_page(self) -> None:
        """Begin a new page."""
        self.pages.append([])

    def foot(self, footer: Footer, copies: Sequence[str] = ()) -> None:
        """Let `footer(page, pages, copy)` draw the end of each page; each copy is a whole set of
        pages.
        """
        pages, self.pages = self.pages, []
        for copy in copies or ("",):
            for number, page in enumerate(pages, 1):
                self.pages.append(list(page))
                footer(number, len(pages), copy)

    def write(self, book: Book) -> None:
        """Draw all pages into a book."""
        book.add((self.width, self.height), self.pages, self.mark, self.mark_at)

    def finish(self, footer: Footer, copies: Sequence[str] = ()) -> Paper:
        """Write the PDF, `footer` being called as for `foot`."""
        self.foot(footer, copies)
        return self.paper()

    def paper(self) -> Paper:
        """Write the PDF."""
        buffer = BytesIO()
        book = Book(buffer, self.title, self.author, self.language)
        self.write(book)
        book.close()
        return Paper(buffer.getvalue(), len(self.pages), tuple(sorted(self.missing)))


def wrap(text: str, room: float, size: float) -> list[str]:
    """Clean `text` in lines no wider than `room`: Latin words whole where they fit."""
    if fonts.width(text, size) <= room:
        return [text]
    lines: list[str] = []
    line, used = "", 0.0
    for token in _tokens(text, room, size):
        taken = fonts.width(token.rstrip(" "), size)
        if line and used + taken > room:
            kept, moved = _unbroken(line, token)
            if moved and fonts.width(moved, size) + taken > room:
                kept, moved = line, ""
            lines.append(kept.rstrip(" "))
            line, used = moved, fonts.width(moved, size)
            if not line and token.isspace():
                continue
        line += token
        used += fonts.width(token, size)
    return [*lines, line.rstrip(" ")]


def _tokens(text: str, room: float, size: float) -> list[str]:
    """What may not be broken: words that fit into a line, else single characters."""
    found: list[str] = []
    for token in TOKENS.findall(text):
        if len(token) > 1 and fonts.width(token.rstrip(" "), size) > room:
            found += token
        else:
            found.append(token)
    return found


def _unbroken(line: str, token: str) -> tuple[str, str]:
    """Move the last character on when a mark would stand alone at the wrong end of a line."""
    if len(line) > 1 and (token[0] in CLOSING or line[-1] in OPENING) and line[-1] != " ":
        return line[:-1], line[-1]
    return line, ""

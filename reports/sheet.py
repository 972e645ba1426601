"""A paper while it is drawn: text, hairlines and pictures page by page, in points from the top.

Pages are kept as plain lists until the end, so that each can say how many there are.
"""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Literal, NamedTuple

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from reports import fonts

A4 = (595.28, 841.89)
MARGIN = 40.0
HAIRLINE = 0.4
STRONG = 0.9
GREY = 0.35
QUIET = 0.6
# Marks lie under the text: pale enough to read over, dark enough for a copier.
PALE = 0.86
# How thick a stroke makes a glyph look bold; the font has no bold face.
BOLD = 0.35
ASCENT = 0.80

Align = Literal["left", "right", "center"]

TOKENS = re.compile("[!-~\u00a1-\u024f]+ *| +|.", re.DOTALL)
# A line neither begins with the first nor ends with the second.
CLOSING = frozenset("，。、；：？！）》」』】〕”’…—％%°,.;:?!)]}·")
OPENING = frozenset("（《「『【〔“‘([{¥")


class Paper(NamedTuple):
    """A finished paper; `missing` are the characters that no font has, drawn as 〓."""

    pdf: bytes
    pages: int
    missing: tuple[str, ...]


class Text(NamedTuple):
    """One line of text, placed by its baseline's left end."""

    x: float
    y: float
    text: str
    size: float
    bold: bool
    grey: float


class Rule(NamedTuple):
    """A horizontal line."""

    left: float
    right: float
    y: float
    weight: float
    grey: float


class Picture(NamedTuple):
    """A picture in its rectangle, whose `y` is the upper edge."""

    image: ImageReader
    x: float
    y: float
    width: float
    height: float


class Sheet:
    """The pages of one paper; text from outside is only ever text here."""

    def __init__(self, size: tuple[float, float], title: str, author: str, language: str) -> None:
        self.width, self.height = size
        self.left, self.right = MARGIN, self.width - MARGIN
        self.bottom = self.height - MARGIN - 12
        self.missing: set[str] = set()
        self.title, self.author, self.language = title, author, language
        self.mark = ""
        self.pages: list[list[Text | Rule | Picture]] = [[]]

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
        self.pages[-1].append(Text(x, y, text, size, bold, grey))

    def rule(
        self,
        y: float,
        weight: float = HAIRLINE,
        left: float = 0,
        right: float = 0,
        grey: float = 0.0,
    ) -> None:
        """Draw a horizontal line, from margin to margin unless told."""
        self.pages[-1].append(Rule(left or self.left, right or self.right, y, weight, grey))

    def picture(
        self, data: bytes, x: float, y: float, width: float, height: float
    ) -> tuple[float, float]:
        """Fit a picture into a box from its upper left corner; the size it took, 0 if broken."""
        try:
            image = ImageReader(BytesIO(data))
            wide, high = image.getSize()
            image.getRGBData()  # type: ignore[no-untyped-call]
        except Exception:
            # Pillow raises almost anything on broken files; a paper is worth more than its logo.
            return 0.0, 0.0
        scale = min(width / max(wide, 1), height / max(high, 1))
        taken = (wide * scale, high * scale)
        self.pages[-1].append(Picture(image, x, y, *taken))
        return taken

    def next_page(self) -> None:
        """Begin a new page."""
        self.pages.append([])

    def finish(self, footer: Callable[[int, int], None]) -> Paper:
        """Write the PDF; `footer` is called as each page is drawn, with its number and all."""
        count = len(self.pages)
        pages, self.pages = self.pages, []
        for number, page in enumerate(pages, 1):
            self.pages.append(page)
            footer(number, count)
        with fonts.WRITING:
            pdf = self._written()
        return Paper(pdf, count, tuple(sorted(self.missing)))

    def _written(self) -> bytes:
        buffer = BytesIO()
        size = (self.width, self.height)
        first = fonts.main().fontName
        # Told at the start, else an unembedded Helvetica stands in every page.
        canvas = Canvas(buffer, size, pageCompression=1, initialFontName=first)  # type: ignore[arg-type]
        canvas.setTitle(self.title)
        canvas.setAuthor(self.author)
        canvas.setCreator("Kehu")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        canvas.setCatalogEntry("Lang", self.language.replace("_", "-"))
        for page in self.pages:
            self._draw(canvas, page)
            canvas.showPage()
        canvas.save()
        return buffer.getvalue()

    def _draw(self, canvas: Canvas, page: list[Text | Rule | Picture]) -> None:
        if self.mark:
            self._draw_mark(canvas)
        for item in page:
            if isinstance(item, Rule):
                canvas.setLineWidth(item.weight)
                canvas.setStrokeGray(item.grey)
                y = self.height - item.y
                canvas.line(item.left, y, item.right, y)
            elif isinstance(item, Picture):
                y = self.height - item.y - item.height
                canvas.drawImage(item.image, item.x, y, item.width, item.height, mask="auto")
        self._draw_texts(canvas, [item for item in page if isinstance(item, Text)])

    def _draw_texts(self, canvas: Canvas, texts: list[Text]) -> None:
        """All text of a page as one object; what does not change is not said again."""
        writing = canvas.beginText()
        look: tuple[object, ...] = ()
        face: tuple[object, ...] = ()
        for item in texts:
            writing.setTextOrigin(item.x, self.height - item.y)
            parts = fonts.runs(item.text)
            for at, (font, part) in enumerate(parts, 1):
                if (item.bold, item.grey) != look:
                    look = (item.bold, item.grey)
                    writing.setTextRenderMode(2 if item.bold else 0)
                    writing.setFillGray(item.grey)
                    writing.setStrokeGray(item.grey)
                if (font, item.size) != face:
                    face = (font, item.size)
                    writing.setFont(font.fontName, item.size)
                # A change of font inside a line is no end of the line for who copies it.
                write = writing.textLine if at == len(parts) else writing.textOut
                write(part)
        canvas.setLineWidth(BOLD)
        canvas.drawText(writing)

    def _draw_mark(self, canvas: Canvas) -> None:
        canvas.saveState()
        canvas.translate(self.width / 2, self.height / 2)
        canvas.rotate(40)
        canvas.setFillGray(PALE)
        size = min(130.0, self.width * 0.7 / max(fonts.width(self.mark, 1), 1))
        canvas.setFont(fonts.main().fontName, size)
        canvas.drawCentredString(0, -size / 3, self.mark)
        canvas.restoreState()


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

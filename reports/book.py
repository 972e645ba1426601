"""The PDF file that pages are written into: one paper, or many one after another.

A page is packed as soon as it is drawn, so that a book of many papers takes little memory; the
fonts are embedded once, at the end.
"""

import zlib
from collections.abc import Iterable
from typing import IO

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas

from reports import fonts
from reports.items import Item, Picture, Rule, Text

# Marks lie under the text: pale enough to read over, dark enough for a copier.
PALE = 0.86
# How thick a stroke makes a glyph look bold; the font has no bold face.
BOLD = 0.35


class Book:
    """A PDF file being written; nothing reaches `target` before `close`."""

    def __init__(self, target: IO[bytes], title: str, author: str, language: str) -> None:
        first = fonts.main().fontName
        # Told at the start, else an unembedded Helvetica stands in every page.
        self.canvas = canvas = Canvas(target, initialFontName=first)  # type: ignore[arg-type]
        canvas.setTitle(title)
        canvas.setAuthor(author)
        canvas.setCreator("Kehu")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        canvas.setCatalogEntry("Lang", language.replace("_", "-"))

    def add(
        self,
        size: tuple[float, float],
        pages: Iterable[Iterable[Item]],
        mark: str = "",
        mark_at: float = 0.0,
    ) -> None:
        """Draw pages of one size; `mark` is written large and pale under each, `mark_at` from
        the top.
        """
        for page in pages:
            self.canvas.setPageSize(size)
            if mark:
                self._draw_mark(size, mark, mark_at)
            self._draw(size[1], page)
            self.canvas.showPage()
            self._pack()

    def close(self) -> None:
        """Embed the fonts and write the file."""
        with fonts.WRITING:
            self.canvas.save()

    def _pack(self) -> None:
        """Compress the page just drawn, which would else be kept as text until the end."""
        page = self.canvas._doc.Pages.pages[-1]  # type: ignore[attr-defined]
        packed = PDFDictionary({"Filter": PDFName("FlateDecode")})
        data = zlib.compress(page.stream.encode("latin1"), 6)
        page.Contents = PDFStream(packed, data)
        page.stream = None

    def _draw(self, height: float, page: Iterable[Item]) -> None:
        canvas = self.canvas
        texts = []
        look: tuple[float, float] = (-1, -1)
        for item in page:
            if isinstance(item, Text):
                texts.append(item)
            elif isinstance(item, Rule):
                if (item.weight, item.grey) != look:
                    look = (item.weight, item.grey)
                    canvas.setLineWidth(item.weight)
                    canvas.setStrokeGray(item.grey)
                canvas.line(item.left, height - item.y, item.right, height - item.end)
            elif isinstance(item, Picture):
                y = height - item.y - item.height
                canvas.drawImage(item.image, item.x, y, item.width, item.height, mask="auto")
        self._draw_texts(height, texts)

    def _draw_texts(self, height: float, texts: list[Text]) -> None:
        """All text of a page as one object; what does not change is not said again."""
        writing = self.canvas.beginText()
        look: tuple[object, ...] = ()
        face: tuple[object, ...] = ()
        for item in texts:
            writing.setTextOrigin(item.x, height - item.y)
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
        self.canvas.setLineWidth(BOLD)
        self.canvas.drawText(writing)

    def _draw_mark(self, size: tuple[float, float], mark: str, mark_at: float) -> None:
        canvas = self.canvas
        canvas.saveState()
        canvas.translate(size[0] / 2, size[1] - mark_at)
        canvas.rotate(40)
        canvas.setFillGray(PALE)
        wide = max(fonts.width(mark, 1), 1)
        high = min(130.0, size[0] * 0.7 / wide, mark_at * 1.6 / wide)
        canvas.setFont(fonts.main().fontName, high)
        canvas.drawCentredString(0, -high / 3, mark)
        canvas.restoreState()

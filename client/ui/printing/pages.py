"""Pictures of a PDF's pages, for the screen and for printers. May be asked from any thread."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, NamedTuple

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

POINT = 72.0  # of an inch
MM = 25.4

# PDFium is one for the whole program and bears one caller at a time.
_PDFIUM = Lock()


class Strip(NamedTuple):
    """The part of a page from `top`, `height` rows of it, where the page is `whole` pixels."""

    page: int
    whole: QSize
    top: int
    height: int


@contextmanager
def _opened(pdf: bytes) -> Iterator[Any]:
    """The document, open for one caller; it is closed on the thread that opened it."""
    import pypdfium2

    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            yield document
        finally:
            document.close()


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of every page in points."""
    with _opened(pdf) as document:
        return [document.get_page_size(page) for page in range(len(document))]


def on_screen(pdf: bytes, strip: Strip) -> QImage:
    """A part of a page in colour, with soft edges."""
    return _image(_draw(pdf, strip, grey=False, hard=False), strip, grey=False)


def for_printer(pdf: bytes, strip: Strip, grey: bool) -> QImage | None:
    """A part of a page in a printer's own dots, None where it is blank. Edges are hard, else dot
    matrix printers screen them."""
    dots = _draw(pdf, strip, grey, hard=True)
    blank = dots.count(b"\xff") == len(dots)
    return None if blank else _image(dots, strip, grey)


def _row(strip: Strip, grey: bool) -> int:
    """The bytes of one row of dots, which Qt wants in fours."""
    return (strip.whole.width() * (1 if grey else 4) + 3) // 4 * 4


def _image(dots: bytes, strip: Strip, grey: bool) -> QImage:
    form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB32
    shown = QImage(dots, strip.whole.width(), strip.height, _row(strip, grey), form)
    return shown.copy()  # holds dots of its own


def _draw(pdf: bytes, strip: Strip, grey: bool, hard: bool) -> bytes:
    import pypdfium2.raw as pdfium

    kind = pdfium.FPDFBitmap_Gray if grey else pdfium.FPDFBitmap_BGRx
    width, height, row = strip.whole.width(), strip.height, _row(strip, grey)
    dots = (ctypes.c_ubyte * (row * height)).from_buffer(bytearray(b"\xff") * (row * height))
    flags = pdfium.FPDF_ANNOT | (pdfium.FPDF_GRAYSCALE if grey else 0)
    if hard:
        flags |= pdfium.FPDF_PRINTING | pdfium.FPDF_RENDER_NO_SMOOTHTEXT
        flags |= pdfium.FPDF_RENDER_NO_SMOOTHPATH
    with _opened(pdf) as document:
        page = document[strip.page]
        bitmap = pdfium.FPDFBitmap_CreateEx(width, height, kind, dots, row)
        try:
            place = (0, -strip.top, width, strip.whole.height(), 0)
            pdfium.FPDF_RenderPageBitmap(bitmap, page, *place, flags)
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)
            page.close()
    return bytes(dots)

"""The fonts of all papers: Chinese everywhere, rare characters too, embedded and found by search.

A character is drawn from the main font, else from the one of rare characters; one that neither
has is drawn as 〓 and named to the caller, so that nothing vanishes from a paper silently.
"""

import re
import unicodedata
from functools import cache
from threading import Lock
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

from resources import FONTS

MAIN = "Kehu"
RARE = "KehuRare"
MISSING = "〓"

# The faces read their glyphs from one file position: one paper at a time is written out.
WRITING = Lock()

COMBINED = re.compile("[^\u0300-\u036f][\u0300-\u036f]+")
# Most characters of a font that one block of a ToUnicode map may name.
BLOCK = 100


class PaperFont(TTFont):
    """A TrueType font whose embedded text is copied and searched right beyond U+FFFF too."""

    def addObjects(self, doc: Any) -> None:
        subsets = self.state[doc].subsets
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            name = b"".join((SUBSETN(number), b"+", self.face.name, self.face.subfontNameX))
            base = name.decode("pdfdoc")
            stream = doc.idToObject["toUnicodeCMap:" + base]
            stream.content = to_unicode(base, subset)


def to_unicode(name: str, subset: list[int]) -> str:
    """The map from a subset's codes to UTF-16; reportlab's own writes five digits there."""
    entries = [
        f"<{code:02X}> <{chr(char).encode('utf-16-be').hex().upper()}>"
        for code, char in enumerate(subset)
    ]
    blocks = [entries[start : start + BLOCK] for start in range(0, len(entries), BLOCK)]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
        f"/CMapName /{name} def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<00> <FF>",
        "endcodespacerange",
    ]
    for block in blocks:
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)


class Widths(dict[str, float]):
    """The width of each character in thousandths of the font size, looked up once."""

    def __missing__(self, char: str) -> float:
        face = main().face if ord(char) in main().face.charToGlyph else rare().face
        self[char] = width = face.getCharWidth(ord(char))  # type: ignore[no-untyped-call]
        return width


@cache
def main() -> PaperFont:
    """The font that nearly everything is drawn in."""
    return _registered(MAIN, "wqy-microhei.ttc")


@cache
def rare() -> PaperFont:
    """The font of characters that the main one lacks; read only when one occurs."""
    return _registered(RARE, "hanamin-rare.ttf")


def _registered(name: str, file: str) -> PaperFont:
    font = PaperFont(name, str(FONTS / file), shapable=False)
    pdfmetrics.registerFont(font)
    return font


@cache
def widths() -> Widths:
    """The widths of all characters, filled as they are used."""
    return Widths()


@cache
def plain() -> frozenset[str]:
    """The characters that the main font draws and that mean nothing but themselves."""
    return frozenset(
        char
        for char in map(chr, main().face.charToGlyph)
        if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
        and not unicodedata.combining(char)
    )


def width(text: str, size: float) -> float:
    """The width in points of `text`, which has been through `drawable`."""
    return sum(map(widths().__getitem__, text)) * size / 1000


def drawable(text: str, missing: set[str]) -> str:
    """`text` as it can be drawn on one line; characters without a glyph become 〓, in `missing`.

    Marks that have no look of their own (joiners, variation selectors) are left out, an accent
    typed apart is joined to its letter, a line break becomes a blank.
    """
    if plain().issuperset(text):
        return text
    text = COMBINED.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)
    return "".join([_drawable(char, missing) for char in text])


def _drawable(char: str, missing: set[str]) -> str:
    if char in plain():
        return char
    category = unicodedata.category(char)
    if char in "\t\n\r\v\f" or category in ("Zl", "Zp", "Zs"):
        return " "
    if category == "Cf" or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return ""
    if ord(char) in rare().face.charToGlyph:
        return char
    missing.add(char)
    return MISSING


def runs(text: str) -> list[tuple[PaperFont, str]]:
    """`text` cut where the font changes."""
    if plain().issuperset(text):
        return [(main(), text)]
    found: list[tuple[PaperFont, str]] = []
    for char in text:
        font = main() if char in plain() else rare()
        if found and found[-1][0] is font:
            found[-1] = (font, found[-1][1] + char)
        else:
            found.append((font, char))
    return found

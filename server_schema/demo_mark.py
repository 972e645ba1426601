"""The demo office's mark for its papers, drawn point by point: a river before a low sun."""

import struct
import zlib
from math import hypot, sin

SIDE = 120
INK, SUN, PAPER = (24, 86, 92), (214, 126, 58), (255, 255, 255)
Colour = tuple[int, int, int]


def mark() -> bytes:
    """A square picture as the bytes of a PNG file, the same each time."""
    rows = bytearray()
    for y in range(SIDE):
        rows.append(0)  # no filter
        for x in range(SIDE):
            rows += bytes(_point(x + 0.5, y + 0.5))
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def _point(x: float, y: float) -> Colour:
    inside = SIDE / 2 - 3 - hypot(x - SIDE / 2, y - SIDE / 2)
    colour = _over(PAPER, INK, inside)
    if y < SIDE / 2:
        return _over(colour, SUN, SIDE * 0.14 - hypot(x - SIDE * 0.62, y - SIDE * 0.34))
    for at, wide in ((0.58, 3.4), (0.7, 2.6), (0.82, 1.9)):
        wave = SIDE * at + SIDE / 32 * sin((x / SIDE + at) * 9)
        colour = _over(colour, PAPER, min(wide - abs(y - wave), inside - SIDE / 16))
    return colour


def _over(under: Colour, colour: Colour, inside: float) -> Colour:
    """`colour` where the point is `inside` by half a point and more, mixed at the edge."""
    if not -0.5 < inside < 0.5:
        return colour if inside > 0 else under
    red, green, blue = (
        round(a + (b - a) * (inside + 0.5)) for a, b in zip(under, colour, strict=True)
    )
    return red, green, blue


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

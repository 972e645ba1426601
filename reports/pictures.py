"""Pictures from outside, made as small as paper needs them, each read once."""

from functools import lru_cache
from io import BytesIO

from PIL import Image
from reportlab.lib.utils import ImageReader

# What the best printer of an office shows of a picture.
DOTS_PER_INCH = 300
POINTS_PER_INCH = 72
# A file of few bytes can unfold to gigabytes; no logo needs more than this.
MOST_PIXELS = 120_000_000


def dots(points: float) -> int:
    """How many pixels a length on paper needs."""
    return max(1, round(points / POINTS_PER_INCH * DOTS_PER_INCH))


@lru_cache(maxsize=8)
def fitted(data: bytes, width: float, height: float) -> tuple[ImageReader, float, float] | None:
    """A picture and the size it takes in a box of points; None where it is none."""
    most = dots(width), dots(height)
    try:
        with Image.open(BytesIO(data)) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            scale = min(width / image.width, height / image.height)
            taken = image.width * scale, image.height * scale
            image.draft("RGB", most)
            shown = image if image.mode in ("RGB", "RGBA", "L") else image.convert("RGBA")
            shown.thumbnail(most)
            shown.load()
            reader = ImageReader(shown)
            reader.getRGBData()  # type: ignore[no-untyped-call]
    except Exception:
        # Pillow raises almost anything on broken files; a paper is worth more than its logo.
        return None
    return reader, *taken

"""What stands on a page: text, straight lines and pictures, in points from the top left."""

from typing import NamedTuple

from reportlab.lib.utils import ImageReader


class Text(NamedTuple):
    """One line of text, placed by its baseline's left end."""

    x: float
    y: float
    text: str
    size: float
    bold: bool
    grey: float


class Rule(NamedTuple):
    """A straight line, across or down."""

    left: float
    right: float
    y: float
    end: float
    weight: float
    grey: float


class Picture(NamedTuple):
    """A picture in its rectangle, whose `y` is the upper edge."""

    image: ImageReader
    x: float
    y: float
    width: float
    height: float


Item = Text | Rule | Picture

"""What is wrong with a document as it is typed."""

from typing import NamedTuple


class Problem(NamedTuple):
    """Why the document cannot be stored yet: at a field of the head, or in a line's column. What
    a receipt has for a line is the order with this id."""

    line: int | None
    field: str
    sentence: str

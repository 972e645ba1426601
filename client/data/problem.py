"""One thing that is wrong with a document as it is typed."""

from typing import NamedTuple


class Problem(NamedTuple):
    """Why a document cannot be stored yet.

    `line` is the index of a line and `field` one of its columns; in the head `line` is None. A
    receipt has no lines: there `line` is the id of the order that money was allocated to.
    """

    line: int | None
    field: str
    sentence: str

"""What leaves the program is told to the history: which list, how many rows, no contents.

Whoever writes a file gives the writer a note, which is made just before the file appears: what
cannot be told is not written.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from client.data.errors import KnownError

Note = Callable[[int], object]


def exporting(office: Any, what: str, path: Path | str, filters: Iterable[str] = ()) -> Note:
    """The note of one export, called with its number of rows, on a worker thread.

    `what` is a kind of record or the code of a report; `filters` are the names of the fields that
    narrowed it. Raises a database error where the server cannot be told.
    """
    named = sorted(set(filters))
    ending = Path(path).suffix.lower().removeprefix(".")

    def note(rows: int) -> None:
        office.report("export", what=what, rows=rows, format=ending, filters=named)

    return note


def require(office: Any, module: str, action: str, sentence: str) -> None:
    """Raise KnownError with `sentence` without the right, and let the history tell of it."""
    if not office.rights.may(module, action):
        office.report("refused", about=f"{module}.{action}")
        raise KnownError(sentence)

"""Reports exports and refusals to the history: what and how many rows, never contents.

Functions that write a file take a `Note` and call it just before the file appears, so that
nothing is exported without an entry in the history.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from client.data.errors import KnownError

Note = Callable[[int], object]


def export_note(office: Any, what: str, path: Path | str, filters: Iterable[str] = ()) -> Note:
    """A function that reports one export; call it with the number of rows, on a worker thread.

    `what` is a kind of record or the code of a report; `filters` are the names of the fields that
    narrowed it. The function raises a database error if the report cannot be stored.
    """
    named = sorted(set(filters))
    ending = Path(path).suffix.lower().removeprefix(".")

    def note(rows: int) -> None:
        office.report("export", what=what, rows=rows, format=ending, filters=named)

    return note


def require_right(office: Any, module: str, action: str, sentence: str) -> None:
    """Raise KnownError with `sentence` if the right is missing, and report the refusal."""
    if not office.rights.may(module, action):
        office.report("refused", about=f"{module}.{action}")
        raise KnownError(sentence)

"""Saves in doubt: the server went away during the commit, so nobody knows yet if they are stored.

Such a save is looked for before it is tried again, so that nothing is stored twice.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

Doc = dict[str, Any]


class InDoubt(NamedTuple):
    """One such save of a document: what was `sent`, and what the server had answered."""

    sent: Doc
    answer: Doc

    def committed(self, stored: Doc, entries: str = "lines") -> bool:
        """Whether the document as `stored` now shows that the save was committed.

        It does if it was changed at the same time, or has a line (an entry of the list
        `entries`) with an id that the save gave out.
        """
        if self.sent.get("id") is None or stored["changed_at"] == self.answer["changed_at"]:
            return True
        new = _ids(self.answer[entries]) - _ids(self.sent.get(entries) or ())
        return bool(new & _ids(stored[entries]))


def _ids(entries: Iterable[Mapping[str, Any]]) -> set[int]:
    return {entry["id"] for entry in entries if entry.get("id")}

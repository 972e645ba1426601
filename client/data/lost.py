"""A save of a document that the server may have taken before it went away."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

Doc = dict[str, Any]


class Lost(NamedTuple):
    """A save or step whose end nobody saw: the server went away while it committed."""

    sent: Doc
    answer: Doc

    def landed(self, stored: Doc, entries: str = "lines") -> bool:
        """Whether the stored document shows that it was committed, by its time or by the ids that
        new `entries` got."""
        if self.sent.get("id") is None or stored["changed_at"] == self.answer["changed_at"]:
            return True
        new = _ids(self.answer[entries]) - _ids(self.sent.get(entries) or ())
        return bool(new & _ids(stored[entries]))


def _ids(entries: Iterable[Mapping[str, Any]]) -> set[int]:
    return {entry["id"] for entry in entries if entry.get("id")}

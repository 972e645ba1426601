"""Runs the searches of the search box as jobs."""

from typing import Any

from PySide6.QtCore import QObject, Signal

from client.ui.jobs import Latest
from client.ui.screen import Hit, Search
from client.ui.shell.search_box import SearchBox


class Searching(QObject):
    """A newer search cancels the one before; `chosen` tells the kind and id of a hit."""

    chosen = Signal(str, object)

    def __init__(self, context: Any, box: SearchBox, search: Search | None) -> None:
        super().__init__(box)
        self._box, self._search = box, search
        self._asking = Latest(context.jobs, self)
        box.search_requested.connect(self._asked)
        box.hit_chosen.connect(self._hit_chosen)

    def _asked(self, text: str) -> None:
        if self._search is None:
            return
        search = self._search

        def work() -> tuple[str, list[Hit]]:
            return text, search(text)

        self._asking.run(work, self._found)

    def _found(self, answer: tuple[str, list[Hit]]) -> None:
        self._box.set_hits(*answer)

    def _hit_chosen(self, hit: Hit) -> None:
        self.chosen.emit(hit.kind, hit.id)

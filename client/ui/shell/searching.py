"""Runs the searches of the search box as jobs."""

from typing import Any

from PySide6.QtCore import QObject, Signal

from client.ui.jobs import Token
from client.ui.screen import Hit, Search
from client.ui.shell.search_box import SearchBox


class Searching(QObject):
    """A newer search cancels the one before; `chosen` tells the kind and id of a hit."""

    chosen = Signal(str, object)

    def __init__(self, context: Any, box: SearchBox, search: Search | None) -> None:
        super().__init__(box)
        self._context, self._box, self._search = context, box, search
        self._token: Token | None = None
        box.search_requested.connect(self._asked)
        box.hit_chosen.connect(self._hit_chosen)

    def _asked(self, text: str) -> None:
        if self._search is None:
            return
        if self._token is not None:
            self._token.cancel()
        search, token = self._search, Token()

        def work() -> tuple[str, list[Hit]]:
            return text, search(text)

        self._token = self._context.jobs.run(self, work, self._found, token=token)

    def _found(self, answer: tuple[str, list[Hit]]) -> None:
        self._box.set_hits(*answer)

    def _hit_chosen(self, hit: Hit) -> None:
        self.chosen.emit(hit.kind, hit.id)

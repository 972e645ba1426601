"""Where the clerk has been: panels back and forward, and the records opened last."""

from PySide6.QtCore import QObject, Signal

from client.settings import Settings

RECENT = 8
DEPTH = 50
Entry = tuple[str, str, str]


class Visits(QObject):
    """Keys of panels in the order visited, and (icon, text, key) of records, newest first.

    The records are those of one `login`: a colleague at the same computer may not see them.
    """

    recent_changed = Signal()

    def __init__(self, settings: Settings, login: str, parent: QObject) -> None:
        super().__init__(parent)
        self._settings, self._key = settings, f"recent {login}"
        self._path: list[str] = []
        self._place = -1
        self._walking = False
        kept = [entry for entry in settings.get(self._key, []) if _is_entry(entry)]
        self.recent: list[Entry] = [(icon, text, key) for icon, text, key in kept]

    def visit(self, key: str) -> None:
        """A panel was entered by other means than going back."""
        if not key or self._walking or (self._path and self._path[self._place] == key):
            return
        self._path = [*self._path[: self._place + 1], key][-DEPTH:]
        self._place = len(self._path) - 1

    def step(self, by: int, open_keys: list[str]) -> str:
        """The panel before (-1) or after (1) this one that is still open, or nothing."""
        place = self._place + by
        while 0 <= place < len(self._path):
            if self._path[place] in open_keys:
                self._place = place
                return self._path[place]
            place += by
        return ""

    def hold(self, walking: bool) -> None:
        """While it is on, entering a panel is no new visit, since one goes back or forward."""
        self._walking = walking

    def note(self, icon: str, text: str, key: str, opened: bool = True) -> None:
        """A record was opened; or it got another title, which leaves it in its place."""
        others = [entry for entry in self.recent if entry[2] != key]
        recent = [(icon, text, key), *others][:RECENT]
        if not opened and len(others) < len(self.recent):
            recent = [(icon, text, key) if each[2] == key else each for each in self.recent]
        if recent == self.recent:
            return
        self.recent = recent
        self._settings.set(self._key, [list(entry) for entry in self.recent])
        self.recent_changed.emit()


def _is_entry(entry: object) -> bool:
    texts = isinstance(entry, list) and len(entry) == 3
    return texts and all(isinstance(part, str) for part in entry)  # type: ignore[attr-defined]

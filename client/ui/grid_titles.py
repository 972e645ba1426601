"""The titles of records of small kinds, so that pinyin initials typed above a column find them.

The server keeps no pinyin of operators, regions and the like; here it is spelled on the fly.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from client.context import Context
from client.data import lookups
from client.model import Entity, Field

Titles = dict[type[Entity], dict[int, str]]


def read(office: Any, kinds: list[type[Entity]]) -> Titles:
    with office.session() as session:
        found = lookups.whole(session, kinds)
    return {kind: lookups.titles(choices) for kind, choices in found.items()}


class GridTitles(QObject):
    """The titles of what the columns `fields` of a list refer to; `known` is emitted when they
    are read.
    """

    known = Signal()

    def __init__(self, context: Context, fields: Sequence[Field], parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        kinds = {field.target for field in fields if field.kind == "reference"}
        self._kinds = [kind for kind in kinds if kind and kind not in lookups.LARGE]
        self._titles: Titles = {}

    def ask(self) -> None:
        """Read the titles, the first time it is called."""
        kinds, self._kinds = self._kinds, []
        if kinds:
            work = partial(read, self._context.office, kinds)
            self._context.jobs.run(self, work, self._read, self._failed)

    def of(self, field: Field) -> dict[int, str]:
        """The titles, by id, of what `field` may refer to; empty until they are read."""
        return self._titles.get(field.target, {}) if field.target else {}

    def _read(self, titles: Titles) -> None:
        self._titles = titles
        self.known.emit()

    def _failed(self, error: Exception) -> None:
        """Without them names are found as they are written; the list itself says what is wrong."""

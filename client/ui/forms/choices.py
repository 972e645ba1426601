"""What an open form offers to choose from follows what others add, rename and take away; what is
chosen and typed stays.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from client.context import Context
from client.data import lookups
from client.data.lookups import Choice
from client.model import Entity
from client.ui.following import Following

if TYPE_CHECKING:
    from client.ui.forms.form import RecordForm

Lists = dict[type[Entity], list[Choice]]


def read(office: Any, kinds: Iterable[type[Entity]]) -> Lists:
    with office.session() as session:
        return lookups.whole(session, kinds)


class Choices(QObject):
    """Hands `take` the records of the small `kinds` again, soon after some were changed."""

    def __init__(
        self,
        context: Context,
        form: QWidget,
        kinds: Iterable[type[Entity]],
        take: Callable[[Lists], object],
    ) -> None:
        super().__init__(form)
        self._context, self._kinds, self._take = context, tuple(kinds), take
        self._tables = {kind.__tablename__ for kind in self._kinds}  # type: ignore[attr-defined]
        about = self._is_offered if self._kinds else None
        self._following = Following(context, form, about, self._read)

    def _is_offered(self, table: str, _ids: list[int]) -> bool:
        return table in self._tables

    def _read(self) -> None:
        work = partial(read, self._context.office, self._kinds)
        self._following.run(work, self._take, log_unread)


class FormChoices(Choices):
    """Those of a form of one record."""

    def __init__(self, form: "RecordForm") -> None:
        super().__init__(form.context, form, lookups.targets(form.entity), self._offer)
        self._form = form

    def _offer(self, lists: Lists) -> None:
        form = self._form
        if form.data is None:
            return
        form.data = replace(form.data, choices=form.data.choices | lists)
        form.fields.offer(lists)
        form.head.show_record(form.data, form.fields)


def log_unread(error: Exception) -> None:
    """The lists stay as they are; they are read again when the server is back."""
    logging.info("choices were not read: %s", type(error).__name__)

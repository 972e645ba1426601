"""Words of a file that stand for records of the office: found by code or name, or taken over.

A list of words that the office does not know at all is taken over with the import; where it knows
some of them, an unknown one is a mistake, unless the user wants every word.
"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from client.data.formats import BadValue, clean_text
from client.data.importing.cells import text_of
from client.i18n import N_, _
from client.model.base import Entity
from client.model.operator import Operator
from client.model.reference import CodeTable

ENOUGH = 20  # rows with unknown words only: then they are the office's words, not mistakes
MOST_NEW = 1_000  # different words of one column; more are no list of words

UNKNOWN = N_("There is no {what} '{text}'.")
SEVERAL = N_("Several records of {what} are called '{text}': use the code.")


def folded(word: str) -> str:
    """A code or name without case, width and blanks at its edges."""
    return unicodedata.normalize("NFKC", word).casefold().strip()


@dataclass
class Lookup:
    """The living records of one small kind by code and by name."""

    entity: type[Entity]
    codes: dict[str, int] = field(default_factory=dict)
    names: dict[str, int | None] = field(default_factory=dict)  # None: several of that name

    @classmethod
    def load(cls, session: Session, entity: Any) -> "Lookup":
        """Everything of a kind that the operator may see, without the built-in operator's code."""
        found = cls(entity)
        query = select(entity.id, entity.code, entity.name).where(entity.deleted_at.is_(None))
        for id_, code, name in session.execute(query):
            found.add(id_, code, name)
        return found

    def add(self, id_: int, code: str, name: str) -> None:
        self.codes[folded(code)] = id_
        key = folded(name)
        self.names[key] = None if key in self.names and self.names[key] != id_ else id_

    def find(self, word: str) -> int | None:
        """The record's id, None when unknown. Raises BadValue when several are meant."""
        key = folded(word)
        if key in self.codes:
            return self.codes[key]
        if key in self.names and self.names[key] is None:
            raise BadValue(SEVERAL, what=self.label, text=word)
        return self.names.get(key)

    def need(self, cell: Any) -> int | None:
        """The id for a cell, None for an empty cell. Raises BadValue if it is unknown or
        ambiguous.
        """
        word = text_of(cell)
        if word is None:
            return None
        found = self.find(word)
        if found is None:
            raise BadValue(UNKNOWN, what=self.label, text=word)
        return found

    @property
    def label(self) -> "Label":
        return Label(self.entity.LABEL)

    def free_code(self) -> str:
        """The next code that no record has yet, of two digits at least."""
        start = len(self.codes) + 1
        codes = (f"{number:02}" for number in count(start))
        return next(c for c in codes if c not in self.codes)


class Label(str):
    """The name of a kind of record, translated where the sentence with it is shown."""

    def __format__(self, spec: str) -> str:
        return format(_(str(self)).lower(), spec)


class References:
    """All lookups of one import, and what it may add to them."""

    def __init__(self, session: Session, may: Any) -> None:
        self._session = session
        self._may = may
        self._lookups: dict[type[Entity], Lookup] = {}

    def of(self, entity: type[Entity]) -> Lookup:
        """The lookup of a kind, read when first needed."""
        if entity not in self._lookups:
            self._lookups[entity] = Lookup.load(self._session, entity)
        return self._lookups[entity]

    def take_over(
        self, entity: type[Entity], words: Mapping[Any, int], always: bool, never: bool
    ) -> list[str]:
        """Add a column's unknown words to the office; returns the names that were added.

        It is done if `always`, or if none of the words is known and they are too many, or the list
        of the office too empty, for mistakes. With `never`, only `always` counts.
        """
        lookup = self.of(entity)
        unknown, known, rows = self._sorted_out(lookup, words)
        if not unknown or len(unknown) > MOST_NEW or not self._may_create(entity):
            return []
        whole = not known and not never and (not lookup.codes or rows >= ENOUGH)
        if not (always or whole):
            return []
        for word in unknown:
            self._create(lookup, word)
        return unknown

    def _sorted_out(self, lookup: Lookup, words: Mapping[Any, int]) -> tuple[list[str], int, int]:
        """The unknown words, how many are known, and the rows with unknown ones."""
        unknown: dict[str, str] = {}
        known = rows = 0
        for cell, times in words.items():
            try:
                word = text_of(cell)
                found = word is None or lookup.find(word) is not None
            except BadValue:
                word, found = "", True
            if found:
                known += word is not None
            elif word and len(word) <= 60:
                unknown.setdefault(folded(word), clean_text(word))
                rows += times
        return list(unknown.values()), known, rows

    def _may_create(self, entity: type[Entity]) -> bool:
        return bool(self._may(entity.MODULE, "create"))

    def _create(self, lookup: Lookup, word: str) -> None:
        entity: Any = lookup.entity
        code = lookup.free_code()
        if entity is Operator:
            saved = save_operator(self._session, {"code": code, "name": word})
            lookup.add(saved["id"], code, word)
            return
        values: dict[str, Any] = {"code": code, "name": word}
        if issubclass(entity, CodeTable):
            values["sort_order"] = len(lookup.codes) + 1
        made = self._session.execute(insert(entity.__table__).values(values).returning(entity.id))
        lookup.add(made.scalar_one(), code, word)


def save_operator(session: Session, document: Mapping[str, Any]) -> Any:
    """Add an operator who cannot log in yet, through the one function that may."""
    answer = session.execute(
        text("SELECT save_operator(CAST(:doc AS jsonb), NULL)"), {"doc": json.dumps(dict(document))}
    )
    return answer.scalar_one()

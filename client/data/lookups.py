"""The records that a reference may point at, found by code, name or pinyin initials."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Integer, any_, func, literal, select
from sqlalchemy.orm import Session

from client.data import filters
from client.model import (
    Contact,
    Customer,
    Delivery,
    Entity,
    OrderLine,
    Product,
    Quote,
    Receipt,
    SalesOrder,
    fields,
)
from server_schema.search import initials, search_key

# These may be many: they are searched on the server. All others are read whole.
DOCUMENTS: tuple[type[Entity], ...] = (SalesOrder, Quote, Delivery, Receipt)
LARGE: tuple[type[Entity], ...] = (Customer, Contact, Product, OrderLine, *DOCUMENTS)
MOST = 10_000


class Choice(NamedTuple):
    """One record a reference may point at."""

    id: int
    code: str
    title: str
    active: bool = True

    @property
    def text(self) -> str:
        """Code and title, as a list shows them."""
        return f"{self.code}  {self.title}" if self.code and self.code != self.title else self.title


def targets(entity: type[Entity]) -> list[type[Entity]]:
    """The kinds of record that fields of `entity` refer to and that are small enough to be read
    whole.
    """
    found = (field.target for field in fields(entity).values())
    return list(dict.fromkeys(t for t in found if t is not None and t not in LARGE))


def whole(session: Session, kinds: Iterable[type[Entity]]) -> dict[type[Entity], list[Choice]]:
    """All records of small kinds, in the order of their lists."""
    return {kind: _read(session, kind, [], MOST) for kind in kinds}


def search(session: Session, kind: type[Entity], text: str, limit: int = 20) -> list[Choice]:
    """The first records in which each word of `text` stands; all for an empty text.

    Likeliest first: the code itself, a title that begins with the text, one that contains it.
    """
    found = filters.search(kind, text)
    if found is None:
        return _read(session, kind, [], limit)
    return _read(session, kind, [found.clause], limit, search_key(text))


def by_ids(session: Session, kind: type[Entity], ids: Sequence[int]) -> list[Choice]:
    """The records with these ids that the operator may see."""
    if not ids:
        return []
    entity: Any = kind
    return _read(session, kind, [entity.id == any_(literal(list(ids), ARRAY(Integer)))], MOST)


def _read(
    session: Session, kind: type[Entity], where: list[Any], limit: int, word: str = ""
) -> list[Choice]:
    entity: Any = kind
    code = getattr(entity, entity.CODE) if entity.CODE else literal("")
    active = entity.active if hasattr(entity, "active") else literal(True)
    columns = (entity.id, func.coalesce(code, ""), _title(entity), active)
    order = [_sorted(entity, name) for name in entity.ORDER] or [entity.id]
    if hasattr(entity, "sort_key"):
        order = [entity.sort_key, entity.id]
    if word:
        order = [*_likeliest(code, columns[2], word), *order]
    query = select(*columns).where(entity.deleted_at.is_(None), *where).order_by(*order)
    rows = session.execute(query.limit(limit))
    return [Choice(row[0], row[1], row[2] or "", row[3]) for row in rows]


def _title(entity: Any) -> Any:
    """What stands for the record beside its code; a document is known by its customer."""
    if entity in DOCUMENTS:
        named = select(Customer.name).where(Customer.id == entity.customer_id)
        return named.scalar_subquery()
    return getattr(entity, entity.TITLE)


def _sorted(entity: Any, name: str) -> Any:
    column = getattr(entity, name.removeprefix("-"))
    return column.desc().nulls_last() if name.startswith("-") else column


def _likeliest(code: Any, title: Any, word: str) -> list[Any]:
    pattern = filters.escaped(word)
    plain = func.lower(title)
    return [
        (func.lower(func.coalesce(code, "")) == word).desc(),
        plain.like(f"{pattern}%", escape="\\").desc(),
        plain.like(f"%{pattern}%", escape="\\").desc(),
    ]


def matches(choices: Sequence[Choice], text: str, limit: int = 50) -> list[Choice]:
    """Those of `choices` that `text` may mean, the likeliest first; inactive records are left
    out.
    """
    word = search_key(text)
    active = [choice for choice in choices if choice.active]
    if not word:
        return active[:limit]
    starts, inside, spoken = [], [], []
    for choice in active:
        code, title = search_key(choice.code), search_key(choice.title)
        if code.startswith(word) or title.startswith(word):
            starts.append(choice)
        elif word in code or word in title:
            inside.append(choice)
        elif word.isascii() and any(word in spelling for spelling in initials(title)):
            spoken.append(choice)
    return list(chain(starts, inside, spoken))[:limit]


def titles(choices: Iterable[Choice]) -> dict[int, str]:
    return {choice.id: choice.title for choice in choices}


__all__ = [
    "LARGE",
    "Choice",
    "by_ids",
    "matches",
    "search",
    "targets",
    "titles",
    "whole",
]

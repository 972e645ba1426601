"""Shows a draft whose record is gone, field by field, so that what was typed can be copied."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from client.data import formats, lookups, records
from client.data.drafts import Draft
from client.data.errors import KnownError
from client.i18n import _, joined
from client.model import ENTITIES, Field, fields

# What the lines of a document are called by, and the figures that are told of them.
_GOODS = ("name", "product_name", "code", "product_code")
_PARTS: dict[str, tuple[tuple[str, ...], dict[str, Callable[[Any], str]]]] = {
    "lines": (_GOODS, {"quantity": formats.quantity, "unit_price": formats.price}),
    "allocations": (("order_number",), {"amount": formats.money}),
}


class Typed(NamedTuple):
    """One field as texts: its label, its stored value, and what was typed."""

    label: str
    was: str
    typed: str


class Leftover(NamedTuple):
    """Why the record cannot be opened any more, and what was typed into it."""

    reason: str
    rows: list[Typed]


def look(session: Session, draft: Draft) -> Leftover | None:
    """What is left of a draft; None if its record is there or was never stored, so that its form
    can open.
    """
    entity: Any = ENTITIES.get(draft.kind)
    if entity is None or draft.id is None:
        return None
    try:
        records.load(session, entity, draft.id)
    except KnownError as error:
        return Leftover(str(error), rows(session, entity, draft.payload))
    return None


def rows(session: Session, entity: Any, payload: Mapping[str, Any]) -> list[Typed]:
    """The fields whose typed value differs from the stored one, and each line of a document that
    differs.
    """
    base: Mapping[str, Any] = payload.get("base") or {}
    now: Mapping[str, Any] = {**base, **(payload.get("doc") or payload.get("typed") or {})}
    texts: Mapping[str, str] = payload.get("texts") or {}
    found = []
    for name, field in fields(entity).items():
        typed = texts.get(name)
        if typed is None and (name not in now or now[name] == base.get(name)):
            continue
        was = _text(session, field, base.get(name))
        found.append(Typed(_(field.label), was, typed or _text(session, field, now.get(name))))
    for part in _PARTS:
        before = {_of_part(part, line) for line in base.get(part) or ()}
        told = (_of_part(part, line) for line in now.get(part) or ())
        found += [Typed(_("Line"), "", said) for said in told if said and said not in before]
    return found


def _text(session: Session, field: Field, value: Any) -> str:
    if value is None or value == "":
        return ""
    if field.target is None:
        return formats.text_of(field, value)
    ids = value if isinstance(value, list) else [value]
    return joined(_titles(session, field.target, ids))


def _titles(session: Session, kind: Any, ids: list[int]) -> Iterator[str]:
    known = {choice.id: choice.title for choice in lookups.by_ids(session, kind, ids)}
    for id_ in ids:
        yield known.get(id_) or f"#{id_}"


def _of_part(part: str, line: Mapping[str, Any]) -> str:
    """Star × 3 × 12.50; what was typed by half is told as it stands."""
    called, figures = _PARTS[part]
    words = [next((str(line[name]) for name in called if line.get(name)), "")]
    for name, shown in figures.items():
        value = line.get(name)
        words.append(shown(value) if isinstance(value, Decimal | int) else str(value or ""))
    return " × ".join(word for word in words if word)

"""The office's own data and how it makes its papers: rows of the table `setting`, read as one.

A value goes in and out as the form holds it: None for an empty text, a Picture for the logo.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from client.data import key_fields, lookups
from client.data.connection import ZONE
from client.data.errors import SENTENCES, Conflict, KnownError, NotYours
from client.data.forms import FormData
from client.i18n import _
from client.model import Field, OfficeCard, Operator, Quote, Receipt, SalesOrder, fields

Values = dict[str, Any]

ROW = 1  # the id by which forms know the card
LARGEST_PICTURE = 2 * 1024 * 1024  # bytes that are kept
LONGEST_TERMS = 4000
MOST_COPIES, LONGEST_COPY = 9, 12
DAYS = {"payment_days": 365, "quote_valid_days": 365}
LONGEST_IDLE = 480  # minutes
LOGO = "office_logo"
_DEFAULTS = {
    "payment_days": 30,
    "quote_valid_days": 30,
    "idle_lock_minutes": 0,
    "currency": "CNY",
    "time_zone": ZONE,
    "office_seal_box": True,
    "key_fields": list(key_fields.DEFAULT),
}
_DOCUMENTS = (SalesOrder, Quote, Receipt)
_COPIES = {"zh_CN": ["存根", "客户", "记账"], "en": ["File", "Customer", "Accounts"]}


@dataclass(frozen=True)
class Picture:
    """A picture as papers show it; without `id` one that is not stored yet."""

    content: bytes
    id: int | None = field(default=None, compare=False)

    @property
    def kilobytes(self) -> int:
        return max(1, len(self.content) // 1024)

    def __str__(self) -> str:
        return _("Picture, {n} KB").format(n=self.kilobytes)


def load(session: Session) -> FormData:
    """Every value of the card; `version` holds each stored row's version by key.

    Also read is whether there are documents, after which the currency cannot change any more.
    """
    return FormData(_load(session), lookups.whole(session, [Operator]), {})


def _load(session: Session, lock: bool = False) -> Values:
    query = "SELECT key, version, value, changed_by FROM setting ORDER BY key"
    rows = session.execute(text(query + (" FOR UPDATE" if lock else ""))).all()
    if lock and not rows:
        raise NotYours(_(SENTENCES["42501"]))  # to be seen, but not to be changed
    stored = {row.key: row.value for row in rows}
    known = fields(OfficeCard)
    values: Values = {
        "id": ROW,
        "version": {row.key: row.version for row in rows if row.key in known},
        "changers": {row.key: row.changed_by for row in rows},
        "has_documents": any(session.query(kind.id).limit(1).first() for kind in _DOCUMENTS),
    }
    default = _DEFAULTS | {"office_copies": _COPIES.get(stored.get("language", ""), _COPIES["en"])}
    for name, shown in known.items():
        values[name] = _shown(session, shown, stored.get(name, default.get(name)))
    return values


def _shown(session: Session, shown: Field, value: Any) -> Any:
    """A stored value as the form holds it."""
    if shown.kind == "yes_no":
        return bool(value)
    if shown.name == key_fields.SETTING:
        return key_fields.labels(value or ())
    if shown.kind == "tags":
        return [str(word) for word in value or ()]
    if shown.kind == "picture":
        return picture(session, value)
    return None if value == "" else value


def picture(session: Session, id_: int | None) -> Picture | None:
    """A stored picture, if there is one with this id."""
    if id_ is None:
        return None
    query = text("SELECT content FROM picture WHERE id = :id")
    content = session.scalar(query, {"id": id_})
    return None if content is None else Picture(bytes(content), id_)


def wrong(values: Mapping[str, Any]) -> dict[str, str]:
    """Sentences about values that cannot be saved, by field."""
    found = {}
    for name, most in DAYS.items():
        days = values.get(name)
        if days is not None and not 0 <= days <= most:
            found[name] = _("From {least} to {most} days.").format(least=0, most=most)
    idle = values.get("idle_lock_minutes")
    if idle is not None and not 0 <= idle <= LONGEST_IDLE:
        said = _("From {least} to {most} minutes.")
        found["idle_lock_minutes"] = said.format(least=0, most=LONGEST_IDLE)
    for name in ("office_terms", "office_quote_terms"):
        if len(values.get(name) or "") > LONGEST_TERMS:
            found[name] = _("At most {n} characters fit here.").format(n=LONGEST_TERMS)
    try:
        key_fields.names_of(values.get("key_fields") or ())
    except KeyError as unknown:
        said = _("A customer has no field named {name}.")
        found["key_fields"] = said.format(name=unknown.args[0])
    copies = values.get("office_copies") or ()
    if len(copies) > MOST_COPIES or any(len(name) > LONGEST_COPY for name in copies):
        said = _("At most {n} copies, each named in at most {m} characters.")
        found["office_copies"] = said.format(n=MOST_COPIES, m=LONGEST_COPY)
    elif len(set(copies)) < len(copies):
        found["office_copies"] = _("Two copies have the same name.")
    return found


def save(session: Session, values: Mapping[str, Any], base: Mapping[str, Any]) -> Values:
    """Store what differs from `base` (as it was loaded). Answers with all as stored.

    Raises Conflict when somebody else saved one of the changed values since `base` was loaded,
    NotYours when the operator may only read them.
    """
    if problems := wrong(values):
        raise KnownError(next(iter(problems.values())))
    stored = _load(session, lock=True)
    changed = [n for n in fields(OfficeCard) if n in values and values[n] != base.get(n)]
    changed = [name for name in changed if values[name] != stored[name]]
    before = base.get("version") or {}
    for name in changed:
        if stored["version"].get(name) != before.get(name):
            who = {"changed_by": stored["changers"].get(name)}
            raise Conflict(dict(base), dict(values), stored | who)
    for name in changed:
        kept = _stored(session, fields(OfficeCard)[name], values[name])
        if name in before:
            _update(session, name, kept)
        elif not _insert(session, name, kept):
            raise Conflict(dict(base), dict(values), _load(session))
    return _load(session) if changed else stored


def _stored(session: Session, shown: Field, value: Any) -> Any:
    if isinstance(value, Picture):
        if value.id is not None:
            return value.id
        return session.scalar(text("SELECT add_picture(:content)"), {"content": value.content})
    if shown.name == key_fields.SETTING:
        return key_fields.names_of(value or ())
    return "" if value is None and shown.kind in ("text", "long") else value


def _update(session: Session, key: str, value: Any) -> None:
    query = text("UPDATE setting SET value = CAST(:value AS jsonb) WHERE key = :key")
    session.execute(query, {"key": key, "value": json.dumps(value, ensure_ascii=False)})


def _insert(session: Session, key: str, value: Any) -> bool:
    """False where somebody else was first with this key."""
    query = text(
        "INSERT INTO setting (key, value) VALUES (:key, CAST(:value AS jsonb))"
        " ON CONFLICT (key) DO NOTHING RETURNING key"
    )
    given = {"key": key, "value": json.dumps(value, ensure_ascii=False)}
    return session.scalar(query, given) is not None

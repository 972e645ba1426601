"""Read and write ordinary records of any kind. Values go in and out as plain dicts.

Row-level security hides what is not one's own: a statement that meets no row means "not yours" or
"gone", never "saved".
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Insert,
    Table,
    Update,
    func,
    insert,
    inspect,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from client.data import search_keys
from client.data.errors import SENTENCES, Conflict, Gone, KnownError, NotYours, not_there
from client.i18n import _
from client.model import Contact, Customer, EntityType, fields
from client.model.base import STAMPS
from server_schema.search import customer_keys

__all__ = ["Conflict", "Gone", "assign", "delete", "load", "restore", "save", "table_of"]


# The tables themselves, whatever their names mean to who reads them masked.
_STORED: dict[str, Any] = {"schema_translate_map": {None: "public"}}


def table_of(entity: EntityType) -> Table:
    """Where records of a kind are kept."""
    return cast("Table", inspect(entity).local_table)


def _names(entity: EntityType) -> list[str]:
    return ["id", "version", *fields(entity), *STAMPS]


def load(session: Session, entity: EntityType, id_: int) -> dict[str, Any]:
    """All labelled values of one record with id, version and stamps. Raises Gone."""
    return _read(session, entity, id_, lock=False)


def _read(session: Session, entity: EntityType, id_: int, lock: bool) -> dict[str, Any]:
    table = table_of(entity)
    if lock and session.info.get("masked"):
        # What is read is a view then, which cannot be locked.
        held = select(table.c.id).where(table.c.id == id_).with_for_update()
        locked = session.execute(held, execution_options=_STORED).one_or_none()
        values = _read(session, entity, id_, lock=False)
        if locked is None:
            raise NotYours(_(SENTENCES["42501"]))
        return values
    query = select(*(table.c[name] for name in _names(entity))).where(table.c.id == id_)
    if lock:
        query = query.with_for_update()
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        if lock and _read(session, entity, id_, lock=False):
            raise NotYours(_(SENTENCES["42501"]))  # to be seen, but not to be changed
        raise _lost(session, entity, id_)
    return dict(row)


def _lost(session: Session, entity: EntityType, id_: int) -> KnownError:
    """Why a record is not there: handed over, deleted, or a customer merged into another."""
    if entity not in (Customer, Contact):
        return not_there("KH001", entity)
    query = text("SELECT record_fate(CAST(:kind AS text), :id), kept_customer(:merged)")
    merged = id_ if entity is Customer else None
    fate, kept = session.execute(
        query, {"kind": table_of(entity).name, "id": id_, "merged": merged}
    ).one()
    return not_there(fate, entity, kept)


def writable(entity: EntityType) -> tuple[str, ...]:
    """The fields a form may send; owners, numbers and totals go other ways."""
    guarded = {"owner_id"} if entity is Customer else set()
    return tuple(n for n, f in fields(entity).items() if not f.readonly and n not in guarded)


def save(
    session: Session,
    entity: EntityType,
    values: Mapping[str, Any],
    base: Mapping[str, Any] | None = None,
    reason: str = "",
) -> dict[str, Any]:
    """Insert, or update what differs from `base` (as it was loaded). Answers with a fresh `load`.

    The history keeps the reason; key fields of a stored customer change with one only.
    Raises Conflict when somebody else saved the record after `base` was loaded, Gone when it is
    not there for this operator, NotYours when it may only be read, and database errors, for
    which `errors.sentence` has words.
    """
    id_ = values.get("id")
    if reason:
        session.execute(select(func.set_config("kehu.reason", reason, True)))
    given = {name: values[name] for name in writable(entity) if name in values}
    fresh = None
    stored: Mapping[str, Any] = {}
    if id_ is None:
        fresh = _insert(session, entity, given)
        id_ = int(fresh["id"])
    elif fresh := _save_as_loaded(session, entity, id_, given, base or {}):
        stored = fresh
    else:
        stored = _read(session, entity, id_, lock=True)
        before = base or {}
        if stored["version"] != before.get("version", values.get("version")):
            raise Conflict(dict(before), dict(values), dict(stored))
        changed = {name: value for name, value in given.items() if stored[name] != value}
        if changed:
            _update(session, entity, id_, stored, changed)
    owner = values.get("owner_id") if entity is Customer else None
    if owner and owner != stored.get("owner_id"):
        if not stored and owner == session.scalar(select(func.me())):
            return fresh or load(session, entity, id_)
        assign(session, [id_], owner)
        fresh = None
    return fresh or load(session, entity, id_)


def _save_as_loaded(
    session: Session,
    entity: EntityType,
    id_: int,
    given: Mapping[str, Any],
    base: Mapping[str, Any],
) -> dict[str, Any] | None:
    """Save in one step what is stored as it was loaded, which is nearly always so.

    Answers with None, and has saved nothing, where somebody else has saved it, it is not there to
    be changed, nothing differs from `base`, or that is not the whole of a `load`.
    """
    if not base.keys() >= set(_names(entity)):
        return None
    changed = {name: value for name, value in given.items() if base[name] != value}
    if not changed:
        return None
    table = table_of(entity)
    statement = (
        update(table)
        .where(table.c.id == id_, table.c.version == base["version"])
        .values(_with_keys(entity, base, changed))
    )
    return _stored(session, entity, statement)


def _insert(session: Session, entity: EntityType, given: dict[str, Any]) -> dict[str, Any]:
    present = {name: value for name, value in given.items() if value is not None}
    if entity is Customer:
        present |= customer_keys(given)
    stored = _stored(session, entity, insert(table_of(entity)).values(present))
    return cast("dict[str, Any]", stored)  # what is refused raises


def _stored(
    session: Session, entity: EntityType, statement: Insert | Update
) -> dict[str, Any] | None:
    """The record as the statement has stored it, in the same step where it is read unmasked."""
    table = table_of(entity)
    # Of the table itself some columns are not for everybody to read.
    names = ["id"] if session.info.get("masked") else _names(entity)
    returning = statement.returning(*(table.c[name] for name in names))
    row = session.execute(returning, execution_options=_STORED).mappings().one_or_none()
    if row is None:
        return None
    return dict(row) if "version" in row else load(session, entity, row["id"])


def _update(
    session: Session,
    entity: EntityType,
    id_: int,
    stored: Mapping[str, Any],
    changed: dict[str, Any],
) -> None:
    table = table_of(entity)
    new = _with_keys(entity, stored, changed)
    statement = update(table).where(table.c.id == id_).values(new)
    answer = session.execute(statement, execution_options=_STORED)
    if not cast("Any", answer).rowcount:
        raise _lost(session, entity, id_)


def _with_keys(
    entity: EntityType, stored: Mapping[str, Any], changed: dict[str, Any]
) -> dict[str, Any]:
    """Changed values with what customers are searched and sorted by, where they bear on it."""
    if entity is Customer and changed.keys() & set(Customer.SEARCHED):
        return changed | customer_keys({**stored, **changed})
    return changed


def assign(session: Session, ids: Iterable[int], owner: int, reason: str = "") -> int:
    """Give customers to another owner, with all that hangs on them. Answers with how many moved.

    Without a reason of its own it has that of the transaction.
    """
    return int(session.scalar(select(func.assign_customers(list(ids), owner, reason))) or 0)


def delete(session: Session, entity: EntityType, ids: Iterable[int]) -> int:
    """Put records into the bin with what hangs on them. Answers with the deletion's number."""
    kind: ColumnElement[str] = literal(table_of(entity).name)
    return int(session.scalar(select(func.delete_records(kind, list(ids)))) or 0)


def restore(session: Session, deletion: int, renamed: Mapping[str, Any] | None = None) -> int:
    """Bring back everything that one deletion took away. Answers with how many rows.

    `renamed` gives records another code or name: {kind: {id: {"code": "GZ2"}}}.
    """
    query = text("SELECT restore_records(:deletion, CAST(:renamed AS jsonb))")
    given = {"deletion": deletion, "renamed": json.dumps(renamed or {})}
    rows = int(session.scalar(query, given) or 0)
    search_keys.complete(session)  # a merge that is undone by it changes names
    return rows


def history(session: Session, entity: EntityType, id_: int) -> list[dict[str, Any]]:
    """Newest first: at, who, via, reason, op, before and after with changed fields only."""
    query = text("SELECT * FROM record_history(CAST(:kind AS name), :id)")
    rows = session.execute(query, {"kind": table_of(entity).name, "id": id_}).mappings()
    return [dict(row) for row in rows]

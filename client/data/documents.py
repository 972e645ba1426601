"""What orders, quotes, deliveries and receipts share: functions of the database answer with the
whole document as JSON, and refuse with the same SQLSTATEs.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from client.data.errors import Conflict, missing, not_there, state_of, stored_document
from client.data.records import table_of
from client.model import EntityType

Doc = dict[str, Any]
Read = Callable[[str], Doc]


def load(session: Session, name: str, entity: EntityType, read: Read, id_: int) -> Doc:
    """One document from the database's function `<name>_document`. Raises Gone or NotYours."""
    raw = session.scalar(text(f"SELECT CAST({name}_document(:id) AS text)"), {"id": id_})
    if raw is None:
        query = text("SELECT record_fate(CAST(:kind AS text), :id)")
        fate = str(session.scalar(query, {"kind": table_of(entity).name, "id": id_}))
        raise not_there(fate, entity)
    return read(raw)


def step(
    session: Session,
    entity: EntityType,
    read: Read,
    query: str,
    mine: Mapping[str, Any],
    **values: Any,
) -> Doc:
    """Run a query whose answer is the document after the step, such as a save or a submission.

    `read` makes a document of the JSON; `mine` is what the operator has, for a Conflict.
    Raises Conflict (theirs: the stored document), Gone, NotYours, or a database error for which
    `errors.sentence` has words.
    """
    try:
        raw = session.execute(text(query), values).scalar_one()
    except DBAPIError as error:
        state = state_of(error)
        if stored_document(error):
            theirs = error.orig.diag.message_detail  # type: ignore[union-attr]
            raise Conflict({}, dict(mine), read(theirs)) from error
        if state in ("KH001", "KH003"):
            raise missing(error, entity) from error
        raise
    if raw is None:  # it was given to somebody else before it could be read again
        raise not_there("KH003", entity)
    return read(raw)


def take_days(doc: Doc, names: Iterable[str]) -> None:
    """Turn the ISO texts under `names` into dates, in place."""
    for name in names:
        doc[name] = date.fromisoformat(doc[name]) if doc.get(name) else None


def take_moments(doc: Doc, names: Iterable[str]) -> None:
    """Turn the ISO texts under `names` into datetimes, in place."""
    for name in names:
        doc[name] = datetime.fromisoformat(doc[name]) if doc.get(name) else None

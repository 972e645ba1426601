"""What documents have in common that the database saves whole and answers with: how one is read,
and how a step of one is refused.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from client.data.errors import Conflict, lost, missing, state_of, stored_document
from client.data.records import table_of
from client.model import EntityType

Doc = dict[str, Any]
Read = Callable[[str], Doc]


def load(session: Session, name: str, entity: EntityType, read: Read, id_: int) -> Doc:
    """One document as `name`_document of the database tells it. Raises Gone or NotYours."""
    raw = session.scalar(text(f"SELECT CAST({name}_document(:id) AS text)"), {"id": id_})
    if raw is None:
        query = text("SELECT record_fate(CAST(:kind AS text), :id)")
        fate = str(session.scalar(query, {"kind": table_of(entity).name, "id": id_}))
        raise lost(fate, entity)
    return read(raw)


def step(
    session: Session,
    entity: EntityType,
    read: Read,
    query: str,
    mine: Mapping[str, Any],
    **values: Any,
) -> Doc:
    """Ask a function that answers with the document.

    Raises Conflict (theirs: the stored document), Gone, NotYours, or a database error for which
    `errors.sentence` has words.
    """
    try:
        return read(session.execute(text(query), values).scalar_one())
    except DBAPIError as error:
        state = state_of(error)
        if stored_document(error):
            raw = error.orig.diag.message_detail  # type: ignore[union-attr]
            raise Conflict({}, dict(mine), read(raw)) from error
        if state in ("KH001", "KH003"):
            raise missing(error, entity) from error
        raise


def take_days(doc: Doc, names: Iterable[str]) -> None:
    """Make days of what JSON has as text."""
    for name in names:
        doc[name] = date.fromisoformat(doc[name]) if doc.get(name) else None


def take_moments(doc: Doc, names: Iterable[str]) -> None:
    """Make moments of what JSON has as text."""
    for name in names:
        doc[name] = datetime.fromisoformat(doc[name]) if doc.get(name) else None

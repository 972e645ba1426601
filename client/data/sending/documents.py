"""Deliveries as whole documents: one call of the database saves one and answers with it."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from client.data.errors import Conflict, lost, missing, state_of, stored_document
from client.data.sending.edit import Doc, Line
from client.model import Delivery

DATES = ("planned_on", "shipped_on", "expected_on")
MOMENTS = tuple(
    f"{step}_at"
    for step in ("created", "changed", "deleted", "picked", "shipped", "received", "cancelled")
)
NUMBERS = ("ordered", "quantity")


def read_document(raw: str) -> Doc:
    """JSON of a delivery as the database writes it, with exact decimals, dates and moments."""
    doc: Doc = json.loads(raw, parse_float=Decimal)
    for name in DATES:
        doc[name] = date.fromisoformat(doc[name]) if doc.get(name) else None
    for name in MOMENTS:
        doc[name] = datetime.fromisoformat(doc[name]) if doc.get(name) else None
    for line in doc["lines"]:
        line |= {name: Decimal(line[name]) for name in NUMBERS}
    return doc


def load(session: Session, id_: int) -> Doc:
    """One delivery with its lines and names. Raises Gone or NotYours."""
    raw = session.scalar(text("SELECT CAST(delivery_document(:id) AS text)"), {"id": id_})
    if raw is None:
        fate = str(session.scalar(text("SELECT delivery_fate(:id)"), {"id": id_}))
        raise lost(fate, Delivery)
    return read_document(raw)


def open_to_deliver(session: Session, order_id: int) -> list[Line]:
    """Every line of an order with what is ordered, planned and shipped of it."""
    query = text("SELECT * FROM open_to_deliver(:id)")
    return [dict(row) for row in session.execute(query, {"id": order_id}).mappings()]


def save(session: Session, doc: Mapping[str, Any], version: int | None) -> Doc:
    """Save head and lines in one call. Answers with the stored document.

    Raises Conflict (theirs: the stored document), Gone, NotYours, or a database error for which
    `errors.sentence` has words.
    """
    given = json.dumps(dict(doc), default=str, ensure_ascii=False)
    query = "SELECT CAST(save_delivery(CAST(:doc AS jsonb), :version) AS text)"
    return _step(session, query, doc, doc=given, version=version)


def advance(session: Session, id_: int, version: int, step: str, day: date | None = None) -> Doc:
    """Note that the goods are `picked`, `shipped` on a day, or `received`. Raises as `save`."""
    query = "SELECT CAST(advance_delivery(:id, :version, :step, :day) AS text)"
    return _step(session, query, {}, id=id_, version=version, step=step, day=day)


def cancel(session: Session, id_: int, version: int, reason: str) -> Doc:
    """The goods stayed or came back; the number stays listed. Raises as `save`."""
    query = "SELECT CAST(cancel_delivery(:id, :version, :reason) AS text)"
    return _step(session, query, {}, id=id_, version=version, reason=reason)


def _step(session: Session, query: str, mine: Mapping[str, Any], **values: Any) -> Doc:
    try:
        return read_document(session.execute(text(query), values).scalar_one())
    except DBAPIError as error:
        state = state_of(error)
        if stored_document(error):
            raw = error.orig.diag.message_detail  # type: ignore[union-attr]
            raise Conflict({}, dict(mine), read_document(raw)) from error
        if state in ("KH001", "KH003"):
            raise missing(error, Delivery) from error
        raise

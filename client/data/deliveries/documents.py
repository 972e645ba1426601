"""Deliveries as whole documents: one call of the database saves one and answers with it."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from client.data import documents
from client.data.deliveries.edit import Doc, Line
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
    documents.take_days(doc, DATES)
    documents.take_moments(doc, MOMENTS)
    for line in doc["lines"]:
        line |= {name: Decimal(line[name]) for name in NUMBERS}
    return doc


def load(session: Session, id_: int) -> Doc:
    """One delivery with its lines and names. Raises Gone or NotYours."""
    return documents.load(session, "delivery", Delivery, read_document, id_)


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
    return documents.step(session, Delivery, read_document, query, mine, **values)

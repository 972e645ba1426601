"""Sales orders as whole documents: one call of the database saves one and answers with it."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from client.data.errors import STATES, Conflict, Gone, NotYours, state_of, stored_document
from client.data.priced.edit import LINE as TYPED
from client.i18n import _
from client.model import EntityType, OrderLine, SalesOrder, fields

# What `save_order` takes of a document; everything else in it is the database's own.
HEAD = (
    "id",
    "customer_id",
    "contact_id",
    "phone",
    "order_date",
    "channel_id",
    "payment_method_id",
    "delivery_date",
    "delivery_address",
    "salesperson_id",
    "currency",
    "remarks",
)
LINE = ("id", "position", *TYPED)
_MOMENTS = ("created_at", "changed_at", "submitted_at", "cancelled_at", "deleted_at")


def _decimals(entity: EntityType) -> frozenset[str]:
    kinds = ("money", "price", "quantity", "percent")
    return frozenset(n for n, f in fields(entity).items() if f.kind in kinds)


def read_document(raw: str) -> dict[str, Any]:
    """JSON of an order as the database writes it, with exact decimals, dates and moments."""
    doc: dict[str, Any] = json.loads(raw, parse_float=Decimal)
    for name in _decimals(SalesOrder) | {"net_total"}:
        doc[name] = Decimal(doc.get(name) or 0)
    for name in ("order_date", "delivery_date"):
        doc[name] = date.fromisoformat(doc[name]) if doc.get(name) else None
    for name in _MOMENTS:
        doc[name] = datetime.fromisoformat(doc[name]) if doc.get(name) else None
    numbers = _decimals(OrderLine)
    for line in doc["lines"]:
        line |= {n: Decimal(v) for n, v in line.items() if n in numbers and v is not None}
    return doc


def write_document(doc: Mapping[str, Any]) -> str:
    """What `save_order` is given: decimals as exact numbers in text, dates as ISO."""
    head = {name: doc.get(name) for name in HEAD}
    head["lines"] = [
        {name: line.get(name) for name in LINE} | {"position": position}
        for position, line in enumerate(doc.get("lines", ()), 1)
    ]
    return json.dumps(head, default=str, ensure_ascii=False)


def load_order(session: Session, id_: int) -> dict[str, Any]:
    """One order with its lines and the names a form or paper shows. Raises Gone or NotYours."""
    query = text("SELECT CAST(order_document(:id) AS text), order_fate(:id)")
    raw, fate = session.execute(query, {"id": id_}).one()
    if raw is None:
        raise (NotYours if fate == "KH003" else Gone)(_(STATES[fate]))
    return read_document(raw)


def find_order(session: Session, number: str) -> int:
    """The id of the order with this number. Raises Gone when there is none to be seen."""
    query = text("SELECT id FROM sales_order WHERE number = :number")
    found = session.scalar(query, {"number": number})
    if found is None:
        raise Gone(_("There is no order {number}.").format(number=number))
    return int(found)


def save_order(session: Session, doc: Mapping[str, Any], version: int | None) -> dict[str, Any]:
    """Save head and lines in one call. Answers with the stored document.

    Raises Conflict (theirs: the stored document), Gone, NotYours, or a database error for which
    `errors.sentence` has words.
    """
    query = "SELECT CAST(save_order(CAST(:doc AS jsonb), :version) AS text)"
    return _step(session, query, doc, doc=write_document(doc), version=version)


def submit_order(session: Session, id_: int, version: int) -> dict[str, Any]:
    """Give a draft its number. Raises as `save_order` does."""
    query = "SELECT CAST(submit_order(:id, :version) AS text)"
    return _step(session, query, {}, id=id_, version=version)


def cancel_order(session: Session, id_: int, version: int, reason: str) -> dict[str, Any]:
    """Cancel a numbered order; the number stays listed. Raises as `save_order` does."""
    query = "SELECT CAST(cancel_order(:id, :version, :reason) AS text)"
    return _step(session, query, {}, id=id_, version=version, reason=reason)


def _step(session: Session, query: str, mine: Mapping[str, Any], **values: Any) -> dict[str, Any]:
    try:
        return read_document(session.execute(text(query), values).scalar_one())
    except DBAPIError as error:
        state = state_of(error)
        if stored_document(error):
            theirs = read_document(error.orig.diag.message_detail)  # type: ignore[union-attr]
            raise Conflict({}, dict(mine), theirs) from error
        if state in ("KH001", "KH003"):
            raise (NotYours if state == "KH003" else Gone)(_(STATES[state])) from error
        raise

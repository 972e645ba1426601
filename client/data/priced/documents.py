"""Orders and quotes as whole documents: one call of the database saves one and answers with it."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any, cast

from sqlalchemy import text
from sqlalchemy.orm import Session

from client.data import documents
from client.data.errors import Gone
from client.data.priced.edit import LINE as TYPED
from client.data.priced.kinds import ORDER, QUOTE, DocumentKind
from client.i18n import _
from client.model import EntityType, fields

LINE = ("id", "position", *TYPED)
Doc = dict[str, Any]


def decimals(entity: EntityType) -> frozenset[str]:
    """The fields of a kind of record that are exact numbers."""
    return _decimals(cast(Any, entity))


@cache
def _decimals(entity: Any) -> frozenset[str]:
    kinds = ("money", "price", "quantity", "percent")
    return frozenset(n for n, f in fields(entity).items() if f.kind in kinds)


def read_document(raw: str, kind: DocumentKind) -> Doc:
    """JSON of a document as the database writes it, with exact decimals, dates and moments."""
    return take_document(json.loads(raw, parse_float=Decimal), kind)


def take_document(doc: Doc, kind: DocumentKind) -> Doc:
    """A document read from JSON with exact decimals, its dates and moments made what they are."""
    for name in decimals(kind.entity) | {"net_total"}:
        doc[name] = Decimal(doc.get(name) or 0)
    documents.take_days(doc, kind.dates)
    documents.take_moments(doc, kind.moments)
    numbers = decimals(kind.line)
    for line in doc["lines"]:
        line |= {n: Decimal(v) for n, v in line.items() if n in numbers and v is not None}
    return doc


def write_document(doc: Mapping[str, Any], kind: DocumentKind) -> str:
    """What the save function is given: decimals as exact numbers in text, dates as ISO."""
    head = {name: doc.get(name) for name in ("id", *kind.head)}
    head["lines"] = [
        {name: line.get(name) for name in LINE} | {"position": position}
        for position, line in enumerate(doc.get("lines", ()), 1)
    ]
    return json.dumps(head, default=str, ensure_ascii=False)


def load(session: Session, kind: DocumentKind, id_: int) -> Doc:
    """One document with its lines and the names a form or paper shows. Raises Gone or NotYours."""
    read = partial(read_document, kind=kind)
    return documents.load(session, kind.name, kind.entity, read, id_)


def save(session: Session, kind: DocumentKind, doc: Mapping[str, Any], version: int | None) -> Doc:
    """Save head and lines in one call. Answers with the stored document.

    Raises Conflict (theirs: the stored document), Gone, NotYours, or a database error for which
    `errors.sentence` has words.
    """
    query = f"SELECT CAST(save_{kind.name}(CAST(:doc AS jsonb), :version) AS text)"
    return step(session, kind, query, doc, doc=write_document(doc, kind), version=version)


def step(
    session: Session, kind: DocumentKind, query: str, mine: Mapping[str, Any], **values: Any
) -> Doc:
    """Ask a function that answers with the document, its refusals put as `save` puts them."""
    read = partial(read_document, kind=kind)
    return documents.step(session, kind.entity, read, query, mine, **values)


def find(session: Session, table: str, number: str) -> int:
    """The id of the document with this number. Raises Gone when there is none to be seen."""
    query = text(f"SELECT id FROM {table} WHERE number = :number")
    found = session.scalar(query, {"number": number})
    if found is None:
        raise Gone(_("There is no document {number}.").format(number=number))
    return int(found)


# Orders


def load_order(session: Session, id_: int) -> Doc:
    return load(session, ORDER, id_)


def submit_order(session: Session, id_: int, version: int) -> Doc:
    """Give a draft its number. Raises as `save` does."""
    return _of_order(session, "submit", id_, version)


def approve_order(session: Session, id_: int, version: int) -> Doc:
    """Note who approved a submitted order, when and how much."""
    return _of_order(session, "approve", id_, version)


def complete_order(session: Session, id_: int, version: int) -> Doc:
    """Say that nothing more is to be sent."""
    return _of_order(session, "complete", id_, version)


def reopen_order(session: Session, id_: int, version: int) -> Doc:
    """Take the completion back; the state is again what the deliveries say."""
    return _of_order(session, "reopen", id_, version)


def cancel_order(session: Session, id_: int, version: int, reason: str) -> Doc:
    """Cancel a numbered order; the number stays listed."""
    query = "SELECT CAST(cancel_order(:id, :version, :reason) AS text)"
    return step(session, ORDER, query, {}, id=id_, version=version, reason=reason)


def _of_order(session: Session, verb: str, id_: int, version: int) -> Doc:
    query = f"SELECT CAST({verb}_order(:id, :version) AS text)"
    return step(session, ORDER, query, {}, id=id_, version=version)


# Quotes


def send_quote(session: Session, id_: int, version: int) -> Doc:
    """Give a draft its number and keep it as it is, as one more revision. Raises as `save` does."""
    query = "SELECT CAST(send_quote(:id, :version) AS text)"
    return step(session, QUOTE, query, {}, id=id_, version=version)


def decide_quote(session: Session, id_: int, version: int, decision: str, reason: str = "") -> Doc:
    """Note that the customer `accepted` or `refused` the quote."""
    query = "SELECT CAST(decide_quote(:id, :version, :decision, :reason) AS text)"
    return step(
        session, QUOTE, query, {}, id=id_, version=version, decision=decision, reason=reason
    )


def quote_to_order(session: Session, id_: int, version: int) -> tuple[Doc, Doc]:
    """The quote, accepted now, and the draft order that has its goods."""
    query = "SELECT CAST(quote_to_order(:id, :version) -> 'quote' AS text)"
    quote = step(session, QUOTE, query, {}, id=id_, version=version)
    return quote, load(session, ORDER, quote["order_id"])


def quote_revisions(session: Session, id_: int) -> list[Doc]:
    """What was sent, the latest first: revision, sent_at, sent_by_name, and the document with the
    `office` it came from."""
    raw = session.scalar(text("SELECT CAST(quote_revisions(:id) AS text)"), {"id": id_})
    found: list[Doc] = json.loads(raw or "[]", parse_float=Decimal)
    for entry in found:
        entry["sent_at"] = datetime.fromisoformat(entry["sent_at"])
        take_document(entry["document"], QUOTE)
    return found

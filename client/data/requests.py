"""Changes of customers' key fields that somebody else has to approve."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from client.data import lookups, records
from client.data.history.names import Names
from client.data.history.sentences import value_text
from client.i18n import N_, _
from client.model import Customer, Operator, fields
from server_schema.search import customer_keys

TABLE = "change_request"
OPEN = "open"
STATES = {
    OPEN: N_("waiting"),
    "approved": N_("approved"),
    "refused": N_("refused"),
    "withdrawn": N_("withdrawn"),
    "overtaken": N_("overtaken"),
}
MOST = 500  # requests that a list shows


@dataclass(frozen=True)
class Request:
    """A change asked for: its fields with the old and the new value, and what became of it.

    `customer_id` is 0 for a customer that the operator does not see any more.
    """

    id: int
    customer_id: int
    customer: str
    fields: dict[str, tuple[str, str]]
    reason: str
    asked_by: int
    asked_by_name: str
    asked_at: datetime
    state: str
    decided_by_name: str
    decided_at: datetime | None
    answer: str


def save(
    session: Session, values: Mapping[str, Any], base: Mapping[str, Any], reason: str = ""
) -> dict[str, Any]:
    """Save a customer. With a reason, what somebody has to approve first is asked for.

    Answers and raises as `records.save` does; what was asked for stands as it was.
    """
    names = [n for n in fields(Customer) if n in values and values[n] != base.get(n)]
    query = text("SELECT fields_to_approve(CAST(:names AS text[]))")
    later = session.scalar(query, {"names": names}) if reason and values.get("id") else None
    if later:
        # Before the rest, which may give the customer to somebody else.
        wanted = {name: values[name] for name in later}
        text_ = json.dumps(wanted, default=str, ensure_ascii=False)
        query = text("SELECT request_change(:id, CAST(:fields AS jsonb), :reason)")
        session.execute(query, {"id": values["id"], "fields": text_, "reason": reason})
        values = {**values, **{name: base.get(name) for name in later}}
    return records.save(session, Customer, values, base, reason)


def approvers(session: Session) -> list[str]:
    """The names of those who may approve."""
    return list(session.scalar(select(func.approvers())) or ())


def decide(session: Session, request: Request, yes: bool, answer: str) -> None:
    """Approve, which makes the change, or refuse."""
    query = text("SELECT decide_request(:id, :yes, :answer)")
    session.execute(query, {"id": request.id, "yes": yes, "answer": answer})
    if yes and "name" in request.fields:
        keys = customer_keys(records.load(session, Customer, request.customer_id))
        session.execute(update(Customer).where(Customer.id == request.customer_id).values(keys))


def withdraw(session: Session, request: Request) -> None:
    session.execute(select(func.withdraw_request(request.id)))


def listed(session: Session, only_open: bool = True, customer: int | None = None) -> list[Request]:
    """The requests about customers that one sees, the latest first; without a customer, one's own
    open ones about others as well.
    """
    query = text(
        "SELECT r.id, r.customer_id, r.fields, r.reason, r.asked_by, r.asked_at, r.state,"
        " r.decided_by, r.decided_at, r.answer, c.name AS customer FROM change_request r"
        " JOIN customer c ON c.id = r.customer_id WHERE (r.state = 'open' OR NOT :only_open)"
        " AND (CAST(:customer AS integer) IS NULL OR r.customer_id = :customer)"
        " UNION ALL SELECT r.id, 0, r.fields, r.reason, me(), r.asked_at, 'open', NULL, NULL, '',"
        " '' FROM lost_requests() r WHERE CAST(:customer AS integer) IS NULL"
        " ORDER BY id DESC LIMIT :most"
    )
    asked = {"only_open": only_open, "customer": customer, "most": MOST}
    rows = session.execute(query, asked).all()
    people = lookups.titles(lookups.whole(session, [Operator])[Operator])
    return [_request(session, row, people) for row in rows]


def count(session: Session) -> int:
    """How many are open that this operator may decide."""
    query = text(
        "SELECT count(*) FROM change_request r JOIN customer c ON c.id = r.customer_id"
        " WHERE r.state = 'open' AND r.asked_by <> me()"
    )
    return int(session.scalar(query) or 0)


def _request(session: Session, row: Any, people: Mapping[int, str]) -> Request:
    return Request(
        id=row.id,
        customer_id=row.customer_id,
        customer=row.customer if row.customer_id else _("a customer you no longer see"),
        fields=_texts(session, row.fields, bool(row.customer_id)),
        reason=row.reason,
        asked_by=row.asked_by,
        asked_by_name=people.get(row.asked_by, ""),
        asked_at=row.asked_at,
        state=row.state,
        decided_by_name=people.get(row.decided_by, ""),
        decided_at=row.decided_at,
        answer=row.answer,
    )


def _texts(
    session: Session, asked: Mapping[str, Mapping[str, Any]], seen: bool
) -> dict[str, tuple[str, str]]:
    """Old and new of each field as people read them, in the order of the form."""
    found = {}
    for name, field in fields(Customer).items():
        if name in asked:
            values = [asked[name]["old"], asked[name]["new"]]
            names: Names = {}
            if field.target is not None:
                ids = [value for value in values if value is not None]
                kind = str(field.target.__tablename__)  # type: ignore[attr-defined]
                known = lookups.titles(lookups.by_ids(session, field.target, ids))
                names = {(kind, id_): title for id_, title in known.items()}
            old, new = (value_text("customer", field, value, names) for value in values)
            found[name] = (old if seen else "–", new)
    return found

"""Roles with a name, exceptions, shares and deputies; what one may do, and why.

Rights change in one transaction; the sessions that still have the old ones end after it.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Date, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from client.data.errors import SENTENCES, Conflict, Gone, state_of, stored_document
from client.i18n import N_, _
from client.model.base import field_of_card
from client.model.operator import RIGHTS

if TYPE_CHECKING:
    from client.data.connection import Office

Values = dict[str, Any]
READY = dict(RIGHTS)
UNTIL = field_of_card("until", N_("Until"), Date(), "date")
REACH = "reach"  # the notice that tells operators, by their ids, that they see more or less now


# What is read masked by who may not see whole numbers; documents take their phone from customers.
MASKED: dict[str, tuple[str, ...]] = {
    "customer": ("phone", "mobile", "bank_account"),
    "contact": ("phone", "mobile"),
}


class Colleague(NamedTuple):
    """An active operator with whom one can share, or who can be a deputy."""

    id: int
    code: str
    name: str


class AccessGrant(NamedTuple):
    """Access given until a day: a customer shared with a colleague, or an absentee's deputy."""

    of: int  # id of the customer, or of the absent colleague
    title: str  # of that customer or colleague
    to: int  # id of the colleague or deputy
    name: str  # of that colleague or deputy
    until: date
    may_end: bool


def role_title(code: str, name: str | None) -> str:
    """What a role is called: its own name, else what its code is called in the program."""
    return name or _(READY.get(code, code))


def _one(session: Session, query: str, **values: Any) -> Any:
    return session.scalar(text(query), values)


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


# Roles


def roles(session: Session) -> list[Values]:
    """Every role with its permissions and the operators who have it, the ready ones first."""
    query = "SELECT role_document(code) FROM rights_role ORDER BY sort_order, code"
    return list(session.scalars(text(query)))


def save_role(office: "Office", values: Mapping[str, Any]) -> Values:
    """Save a role, a new one where `code` is None; then end the sessions of those who have it.

    Raises Conflict with the stored role, Gone, or a database error.
    """
    with office.session() as session:
        asked = {"doc": _as_json(dict(values)), "version": values.get("version")}
        try:
            query = "SELECT save_role(CAST(:doc AS jsonb), :version)"
            saved: Values = _one(session, query, **asked)
        except DBAPIError as error:
            raise _known(error, values) from error
    end_sessions(office, [person["id"] for person in saved["operators"]])
    return saved


def delete_role(office: "Office", code: str, version: int) -> None:
    """Take away a role of the office's own that nobody has."""
    with office.session() as session:
        try:
            _one(session, "SELECT delete_role(:code, :version)", code=code, version=version)
        except DBAPIError as error:
            raise _known(error, {}) from error


def _known(error: DBAPIError, values: Mapping[str, Any]) -> Exception:
    if stored := stored_document(error):
        return Conflict({}, dict(values), stored)
    if state_of(error) == "KH001":
        return Gone(_(SENTENCES["KH001"]))
    return error


def end_sessions(office: "Office", operators: Iterable[int]) -> None:
    """End what these operators have open, each in a transaction of its own; one's own last."""
    mine = office.me["id"]
    for id_ in sorted(operators, key=lambda id_: (id_ == mine, id_)):
        with office.session() as session:
            _one(session, "SELECT end_sessions(:id)", id=id_)


# Exceptions


def exceptions(session: Session, operator: int) -> dict[str, bool]:
    """What an operator may do besides the role, or may not in spite of it."""
    return dict(_one(session, "SELECT exceptions_of(:id)", id=operator))


def set_exceptions(
    session: Session, operator: int, seen: Mapping[str, bool], wanted: Mapping[str, bool]
) -> None:
    """Put `wanted` in the place of `seen`. A database error KH002 when others were quicker."""
    query = "SELECT set_exceptions(:id, CAST(:seen AS jsonb), CAST(:wanted AS jsonb))"
    asked = {"id": operator, "seen": _as_json(dict(seen)), "wanted": _as_json(dict(wanted))}
    _one(session, query, **asked)


# Shares and deputies


def colleagues(session: Session) -> list[Colleague]:
    """Everybody active but oneself."""
    query = (
        "SELECT id, code, name FROM operator WHERE active AND NOT built_in"
        " AND id <> me() ORDER BY code"
    )
    return [Colleague(*row) for row in session.execute(text(query))]


_SHARES = (
    "SELECT s.customer_id, c.number || '  ' || coalesce(c.short_name, c.name), s.operator_id,"
    " o.name, s.until, s.operator_id = me() OR (can('customer', 'edit')"
    " AND s.owner_id = ANY (visible_operators()))"
    " FROM share s JOIN customer c ON c.id = s.customer_id JOIN operator o ON o.id = s.operator_id"
    " WHERE s.until >= office_today()"
)
MOST_LOANS = 500


def shares_of(session: Session, customer: int) -> list[AccessGrant]:
    """With whom a customer is shared until when."""
    query = f"{_SHARES} AND s.customer_id = :id ORDER BY s.until, o.name"
    return [AccessGrant(*row) for row in session.execute(text(query), {"id": customer})]


def my_shares(session: Session) -> list[AccessGrant]:
    """What I share and what is shared with me."""
    query = (
        f"{_SHARES} AND (s.operator_id = me() OR s.owner_id = me())"
        f" ORDER BY s.until, c.number LIMIT {MOST_LOANS}"
    )
    return [AccessGrant(*row) for row in session.execute(text(query))]


def share(session: Session, customers: Iterable[int], colleague: int, until: date) -> None:
    """Let a colleague see and edit these customers until a day; or put another day."""
    for id_ in customers:
        _one(session, "SELECT share_customer(:id, :to, :until)", id=id_, to=colleague, until=until)


def end_share(session: Session, customer: int, colleague: int) -> None:
    """End a share before its day."""
    _one(session, "SELECT end_share(:id, :to)", id=customer, to=colleague)


def deputies_of(session: Session, operator: int) -> list[AccessGrant]:
    """Who stands in for an operator, and for whom they stand in."""
    query = (
        "SELECT absent_id, absent, deputy_id, deputy, until, may_end FROM deputies_of(:id)"
        " ORDER BY until, absent, deputy"
    )
    return [AccessGrant(*row) for row in session.execute(text(query), {"id": operator})]


def set_deputy(session: Session, absent: int, colleague: int, until: date) -> None:
    """Let a colleague stand in for somebody absent until a day; or put another day."""
    _one(session, "SELECT set_deputy(:id, :to, :until)", id=absent, to=colleague, until=until)


def end_deputy(session: Session, absent: int, colleague: int) -> None:
    """End a deputy's time before its day."""
    _one(session, "SELECT end_deputy(:id, :to)", id=absent, to=colleague)


# What is masked


def reveal(office: "Office", kind: str, id_: int, field: str) -> str:
    """One number as it is; that it is looked at stands in the history before it is shown."""
    asked = {"kind": kind, "id": id_, "field": field}
    with office.session() as session:
        _one(session, "SELECT begin_reveal(:kind, :id, :field)", **asked)
    with office.session() as session:
        return str(_one(session, "SELECT reveal(:kind, :id, :field)", **asked) or "")


# What and why


def explain_operator(session: Session, operator: int) -> Values:
    """All that a person may do and see, as it results."""
    found = dict(_one(session, "SELECT explain_operator(:id)", id=operator))
    for share_ in found["shares"]:
        share_["until"] = date.fromisoformat(share_["until"])
    for deputy in found["deputies"]:
        deputy["until"] = date.fromisoformat(deputy["until"])
    return found


def explain_record(session: Session, kind: str, id_: int) -> Values:
    """Why I see a record, or not, and what I may do with it."""
    return dict(_one(session, "SELECT explain_record(:kind, :id)", kind=kind, id=id_))


def find_number(session: Session, number: str) -> tuple[str, int] | None:
    """The record with this number; None where there is none or it is not mine."""
    found = _one(session, "SELECT find_number(:number)", number=number)
    return (str(found["kind"]), int(found["id"])) if found else None

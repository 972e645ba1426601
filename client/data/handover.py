"""Customers handed over to colleagues: who gets which, the plan, carrying it out, and undoing
it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from client.data import formats, key_fields, requests
from client.data.errors import KnownError
from client.i18n import N_, _, joined, plural

Doc = dict[str, Any]
Key = int | None

ONE, EVENLY = "one", "evenly"
RULES = (
    (ONE, N_("To one person")),
    ("region_id", N_("By region")),
    ("type_id", N_("By customer type")),
    ("grade_id", N_("By customer grade")),
    (EVENLY, N_("Evenly")),
)
KINDS = (  # what is counted, in the order it is told
    ("contacts", N_("Contacts")),
    ("quotes", N_("Quotes")),
    ("orders", N_("Sales orders")),
    ("open_orders", N_("Open orders")),
    ("receipts", N_("Receipts")),
    ("deliveries", N_("Deliveries")),
)
REST = (  # what is neither moved nor ended, as it is told
    ("requests", N_("Change requests open for these customers ({n}) go along.")),
    ("asked", N_("Change requests that they made ({n}) stay open, for whoever approves.")),
    ("shared", N_("Shares with colleagues ({n}) go along, each until its day.")),
    (
        "lent",
        N_("Customers that colleagues share with them ({n}) stay shared, each until its day."),
    ),
    ("deputies", N_("Their deputies ({names}) no longer see what goes.")),
    ("absent", N_("Those for whom they deputise ({names}) need somebody else.")),
    ("heads", N_("Departments that they head ({names}) need another head.")),
)
UNSAVED = N_("What they have not saved lies on their own computer only.")
MOST_NAMED = 20


class Handed(NamedTuple):
    """A customer to be handed over, with counts of its open business."""

    id: int
    number: str
    name: str
    owner_id: int
    region_id: int | None
    type_id: int | None
    grade_id: int | None
    contacts: int
    quotes: int
    orders: int
    open_orders: int
    receipts: int
    deliveries: int
    outstanding: Decimal
    elsewhere: str  # outstanding in other currencies than the office's
    deleted: bool = False  # in the recycle bin, and handed over to stay there


class Part(NamedTuple):
    """Some customers added up: how many they are, how many of them deleted, open orders, what is
    outstanding.
    """

    customers: int
    deleted: int
    open_orders: int
    outstanding: Decimal


def part(rows: Iterable[Handed]) -> Part:
    """Add up what some customers come to."""
    found = list(rows)
    return Part(
        len(found),
        sum(row.deleted for row in found),
        sum(row.open_orders for row in found),
        sum((row.outstanding for row in found), Decimal(0)),
    )


# Who gets which


def groups(rows: Sequence[Handed], rule: str) -> list[tuple[Key, int]]:
    """The groups that each go to one person, and how many customers are in each; the largest first.

    When customers are shared out evenly there are no such groups, and the people are listed
    instead.
    """
    if rule == EVENLY:
        return []
    if rule == ONE:
        return [(None, len(rows))]
    return Counter(getattr(row, rule) for row in rows).most_common()


def deal(rows: Sequence[Handed], rule: str, receivers: Mapping[Key, int | None]) -> dict[int, int]:
    """The receiver of each customer, by the customer's id; customers without a receiver are left
    out.

    `receivers` are by group; if customers are shared out evenly, by the place in the list of
    people.
    """
    if rule == EVENLY:
        return _evenly(rows, [r for r in receivers.values() if r is not None])
    key = (lambda _row: None) if rule == ONE else (lambda row: getattr(row, rule))
    found = {row.id: receivers.get(key(row)) for row in rows}
    return {customer: to for customer, to in found.items() if to is not None}


def _evenly(rows: Sequence[Handed], people: Sequence[int]) -> dict[int, int]:
    """Deal the customers with the most business first, to and fro, so that nobody gets all the
    best.
    """
    if not people:
        return {}
    weighty = sorted(rows, key=lambda row: (-row.outstanding, -row.open_orders, row.id))
    order = [*people, *reversed(people)]
    return {row.id: order[at % len(order)] for at, row in enumerate(weighty)}


# The database's part


def barred(session: Session, office: Any) -> str:
    """Why this operator may not hand over without approval; an empty text if they may."""
    if not key_fields.to_approve(office, ("owner_id",)):
        return ""
    names = joined(requests.approvers(session)) or _("(nobody)")
    said = _("Another owner needs approval here. These may hand over: {names}")
    return said.format(names=names)


def customers_of(session: Session, owner: int | None, ids: Sequence[int] = ()) -> list[Handed]:
    """The customers that may be handed over: all of one owner, deleted ones too, or those with
    `ids`.
    """
    query = text(
        "SELECT id, number, name, owner_id, region_id, type_id, grade_id, contacts, quotes, orders,"
        " open_orders, receipts, deliveries, outstanding, elsewhere, deleted"
        " FROM handover_customers(:owner, CAST(:ids AS integer[]))"
    )
    rows = session.execute(query, {"owner": owner, "ids": list(ids)})
    return [Handed(*row) for row in rows]


def rest(session: Session, owner: int) -> list[str]:
    """Sentences about what else is tied to this owner, and what becomes of it."""
    found = session.scalar(text("SELECT handover_rest(:owner)"), {"owner": owner})
    said = []
    for name, sentence in REST:
        if what := found[name]:
            names = joined(what) if isinstance(what, list) else ""
            n = len(what) if isinstance(what, list) else formats.integer(what)
            said.append(_(sentence).format(n=n, names=names))
    return [*said, _(UNSAVED)]


def people_by_region(session: Session) -> dict[int, list[int]]:
    """The active people of each region."""
    found: dict[int, list[int]] = {}
    query = text(
        "SELECT region_id, id FROM operator WHERE active AND deleted_at IS NULL"
        " AND region_id IS NOT NULL AND NOT built_in ORDER BY code"
    )
    for region, person in session.execute(query):
        found.setdefault(region, []).append(person)
    return found


def plan(rows: Iterable[Handed], dealt: Mapping[int, int], owner: int | None = None) -> Doc:
    """What `hand_over` takes: for each customer the owner as read, and the new one."""
    moves = [
        {"customer_id": row.id, "from_id": row.owner_id, "to_id": dealt[row.id]}
        for row in rows
        if dealt.get(row.id, row.owner_id) != row.owner_id
    ]
    return {"from_id": owner, "moves": moves}


def hand_over(session: Session, asked: Mapping[str, Any], reason: str) -> Doc:
    """Move them all in one transaction. Answers with the hand-over's document.

    Raises KnownError without a reason or a customer, and database errors.
    """
    if not reason.strip():
        raise KnownError(_("Say why."))
    if not asked["moves"]:
        raise KnownError(_("No customer has a receiver yet."))
    query = text("SELECT hand_over(CAST(:plan AS jsonb), :reason)")
    given = {"plan": json.dumps(asked), "reason": reason}
    return _document(session.execute(query, given).scalar_one())


def undo(session: Session, id_: int) -> Doc:
    """Give back every customer that still belongs to its receiver; `returned` of each item says
    if so.
    """
    return _document(session.execute(text("SELECT undo_handover(:id)"), {"id": id_}).scalar_one())


def load(session: Session, id_: int) -> Doc:
    """One hand-over with its customers."""
    query = text("SELECT handover_document(:id)")
    return _document(session.execute(query, {"id": id_}).scalar_one())


def listed(session: Session) -> list[Doc]:
    """The hand-overs that the operator may see, the latest first, without their customers."""
    return [_moments(row) for row in session.execute(text("SELECT handovers()")).scalar_one()]


def _moments(doc: Doc) -> Doc:
    for name in ("at", "undone_at"):
        if doc.get(name):
            doc[name] = formats.local(datetime.fromisoformat(doc[name]))
    return doc


def _document(doc: Doc) -> Doc:
    for item in doc["items"]:
        if "outstanding" in item:
            item["outstanding"] = Decimal(str(item["outstanding"])).quantize(Decimal("0.01"))
    return _moments(doc)


def receivers_of(doc: Mapping[str, Any]) -> list[Doc]:
    """One document for each receiver, since each signs for their own customers."""
    found: dict[int, list[Doc]] = {}
    for item in doc["items"]:
        found.setdefault(item["to_id"], []).append(item)
    return [{**doc, "items": items, "to_name": items[0]["to_name"]} for items in found.values()]


def done_text(doc: Doc) -> str:
    """How many moved."""
    said = plural(
        len(doc["items"]), N_("{n} customer handed over."), N_("{n} customers handed over.")
    )
    if deleted := sum(item["deleted"] for item in doc["items"]):
        more = _("Of them stay in the recycle bin: {n}.").format(n=formats.integer(deleted))
        said += f" {more}"
    return said


def undone_text(doc: Doc) -> str:
    """What came back, and what did not."""
    back = [item for item in doc["items"] if item["returned"]]
    gone = [item["name"] or _("(erased)") for item in doc["items"] if not item["returned"]]
    text = plural(len(back), N_("{n} customer is back."), N_("{n} customers are back."))
    if gone:
        more = "…" if len(gone) > MOST_NAMED else ""
        text += " " + _("No longer the receiver's, so they stay: {names}").format(
            names=joined(gone[:MOST_NAMED]) + more
        )
    return text

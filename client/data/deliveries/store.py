"""What the screens of deliveries read and write, each as one job with one transaction.

Nothing here knows a window; every function takes the office and plain values.
"""

from datetime import date
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Text, and_, any_, cast, func, select
from sqlalchemy.orm import Session

from client.data import records
from client.data.connection import Office
from client.data.deliveries import documents, edit
from client.data.deliveries.edit import WAITING, Doc, Line
from client.data.errors import Gone, KnownError
from client.data.in_doubt import InDoubt
from client.data.priced import documents as orders
from client.data.priced.kinds import ORDER
from client.data.rowsource import Condition
from client.i18n import N_, _
from client.model import Delivery, DeliveryLine, OrderLine, SalesOrder

STEPS = ("planned", "picked", "shipped", "received")
CHOICES = ("due", "planned", "shipped", "all")
ALL_SENT = "shipped"  # of an order, also of one that was imported without its deliveries
SHOWN_OF_ORDER = 100  # far more than an order ever has
_WHY_NOT = {
    "draft": N_("{number} is a draft. Submit the order before goods leave."),
    "submitted": N_("{number} has to be approved before goods leave."),
    "cancelled": N_("{number} was cancelled: nothing is sent."),
    "completed": N_("{number} is completed: nothing more is sent."),
}


class Opened(NamedTuple):
    """A delivery as it is stored, and the lines of its order as they are now."""

    doc: Doc
    goods: list[Line]


class OfOrder(NamedTuple):
    """The deliveries of an order, the latest first, and whether more can be planned."""

    rows: list[dict[str, Any]]
    open: bool


def load(office: Office, number: int) -> Opened:
    """A stored delivery. Raises Gone or NotYours."""

    def work(session: Session) -> Opened:
        doc = documents.load(session, number)
        return Opened(doc, documents.open_to_deliver(session, doc["order_id"]))

    return office.run(work)


def begin(office: Office, order_id: int) -> Doc:
    """A new delivery of all that is open. Raises KnownError where nothing can be sent."""

    def work(session: Session) -> Doc:
        order = orders.load(session, ORDER, order_id)
        ready = session.scalar(select(func.ready_states()))
        if order["status"] not in (ready or ()):
            why = _(_WHY_NOT.get(order["status"], _WHY_NOT["submitted"]))
            raise KnownError(why.format(number=order["number"] or _("This order")))
        goods = documents.open_to_deliver(session, order_id)
        today: date = session.scalars(select(func.office_today())).one()
        doc = edit.begin(order, goods, today)
        if not doc["lines"] or order["status"] == ALL_SENT:
            said = _("Nothing of {number} is open any more: all of it is planned or sent.")
            raise KnownError(said.format(number=order["number"]))
        return doc

    return office.run(work)


def goods_of(office: Office, order_id: int) -> list[Line]:
    """The lines of an order with what is planned and shipped of them now."""
    return office.run(partial(documents.open_to_deliver, order_id=order_id))


def save(
    office: Office,
    doc: Doc,
    changed: bool = True,
    step: str = "",
    day: date | None = None,
    in_doubt: InDoubt | None = None,
) -> Opened:
    """Store what was changed and perhaps take a step as well, both or neither.

    `in_doubt` is an earlier try of the same that is stored perhaps; it is never done twice.
    """

    def work(session: Session) -> Opened:
        stored = found = _found(session, doc, in_doubt)
        if changed or found.get("id") is None:
            stored = documents.save(session, edit.to_save(found), found.get("version"))
        if step and not _taken(stored, step):
            version = stored["version"]
            stored = documents.advance(session, stored["id"], version, step, day)
        elif "created_at" not in stored:
            stored = documents.load(session, stored["id"])
        return Opened(stored, documents.open_to_deliver(session, stored["order_id"]))

    return office.run(work)


def step(office: Office, number: int, step: str, day: date | None = None) -> Doc:
    """Take a step with a delivery as it is stored now."""

    def work(session: Session) -> Doc:
        stored = documents.load(session, number)
        return documents.advance(session, number, stored["version"], step, day)

    return office.run(work)


def cancel(office: Office, doc: Doc, reason: str, in_doubt: InDoubt | None = None) -> Opened:
    """Cancel a numbered delivery; it stays listed with the reason."""

    def work(session: Session) -> Opened:
        stored = documents.load(session, doc["id"]) if in_doubt is not None else doc
        if stored["status"] != edit.CANCELLED:
            stored = documents.cancel(session, doc["id"], doc["version"], reason)
        return Opened(stored, documents.open_to_deliver(session, stored["order_id"]))

    return office.run(work)


def discard(office: Office, number: int) -> None:
    """Move a delivery that is only planned to the recycle bin."""
    office.run(partial(records.delete, entity=Delivery, ids=[number]))


def committed(in_doubt: InDoubt, stored: Doc) -> bool:
    """Whether the stored document shows that the lost save was committed."""
    step = in_doubt.answer["status"]
    return in_doubt.committed(stored) or (_taken(stored, step) and not _taken(in_doubt.sent, step))


def _found(session: Session, doc: Doc, in_doubt: InDoubt | None) -> Doc:
    """The document, knowing what an earlier try made of it where that one is stored."""
    if in_doubt is None:
        return doc
    try:
        stored = documents.load(session, in_doubt.answer["id"])
    except Gone:
        return doc
    return taken_over(doc, in_doubt.answer) if committed(in_doubt, stored) else doc


def taken_over(doc: Doc, answer: Doc) -> Doc:
    """What is typed, knowing the id, state and lines that were stored of it."""
    ids = {line["order_line_id"]: line["id"] for line in answer["lines"]}
    lines = [x | {"id": ids.get(x["order_line_id"], x["id"])} for x in doc["lines"]]
    known = {name: answer[name] for name in ("id", "version", "status", "number")}
    return doc | known | {"lines": lines}


def _taken(doc: Doc, step: str) -> bool:
    """Whether the delivery is at a step or past it."""
    return doc["status"] in STEPS[STEPS.index(step) :] if step in STEPS else False


# Lists


def narrowed(choice: str) -> list[Condition]:
    """The conditions of one of CHOICES."""
    match choice:
        case "due":
            return [_due()]
        case "planned" | "shipped":
            return [Condition(Delivery.status == choice)]
    return []


def _due() -> Condition:
    waiting = Delivery.status.in_(WAITING)
    return Condition(and_(waiting, Delivery.planned_on <= func.office_today()))


def due_now(office: Office) -> int:
    """How many deliveries should have left by now, or leave today."""

    def work(session: Session) -> int:
        query = select(func.count()).where(_due().clause, Delivery.deleted_at.is_(None))
        return int(session.scalar(query) or 0)

    return office.run(work)


def open_orders() -> Condition:
    """Orders from which goods may leave, and of which not all is planned or sent."""
    planned = (
        select(func.coalesce(func.sum(DeliveryLine.quantity), 0))
        .join(Delivery, Delivery.id == DeliveryLine.delivery_id)
        .where(
            DeliveryLine.order_line_id == OrderLine.id,
            DeliveryLine.deleted_at.is_(None),
            Delivery.deleted_at.is_(None),
            Delivery.status != edit.CANCELLED,
        )
        .scalar_subquery()
    )
    something = (
        select(OrderLine.id)
        .where(
            OrderLine.order_id == SalesOrder.id,
            OrderLine.deleted_at.is_(None),
            OrderLine.quantity > planned,
        )
        .exists()
    )
    states = cast(select(func.ready_states()).scalar_subquery(), ARRAY(Text))
    ready = and_(SalesOrder.status == any_(states), SalesOrder.status != ALL_SENT)
    return Condition(and_(ready, something), scan=True)


def of_order(office: Office, order_id: int) -> OfOrder:
    """The deliveries of an order that one may see."""

    def work(session: Session) -> OfOrder:
        names = ("id", "number", "planned_on", "shipped_on", "status", "courier", "waybill", "due")
        query = (
            select(*(getattr(Delivery, name).label(name) for name in names))
            .where(Delivery.order_id == order_id, Delivery.deleted_at.is_(None))
            .order_by(Delivery.planned_on.desc(), Delivery.id.desc())
            .limit(SHOWN_OF_ORDER)
        )
        rows = [dict(row) for row in session.execute(query).mappings()]
        status = session.scalar(select(SalesOrder.status).where(SalesOrder.id == order_id))
        ready = status in (session.scalar(select(func.ready_states())) or ()) and status != ALL_SENT
        goods = documents.open_to_deliver(session, order_id) if ready else []
        return OfOrder(rows, any(edit.room(row) > 0 for row in goods))

    return office.run(work)

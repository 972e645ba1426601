"""What a form reads besides its record: choices, titles of references, figures for the head.

It also merges two versions of one record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import and_, func, inspect, select
from sqlalchemy.orm import Session

from client.data import lookups, records
from client.data.lookups import LARGE, Choice
from client.model import Contact, Entity, Receipt, SalesOrder, fields

Values = dict[str, Any]


@dataclass(frozen=True)
class FormData:
    """A record with everything that its form needs to show it; `titles` of references by field
    name.
    """

    values: Values
    choices: dict[type[Entity], list[Choice]]
    titles: dict[str, str]


class CustomerFigures(NamedTuple):
    """The figures in the head of a customer's form; `interval` is the average number of days
    between orders.
    """

    sales: Decimal
    orders: int
    last_order: date | None
    interval: int | None


def read_form(
    session: Session, entity: type[Entity], id: int | None, start: Mapping[str, Any] | None = None
) -> FormData:
    """The record `id`; for a new one (None) the default values, overridden by `start`."""
    values = records.load(session, entity, id) if id is not None else starting(entity)
    values |= dict(start or {})
    choices = lookups.whole(session, lookups.targets(entity))
    titles = {}
    for name, field in fields(entity).items():
        if field.target in LARGE and field.kind == "reference" and values.get(name):
            found = lookups.by_ids(session, field.target, [values[name]])
            titles[name] = found[0].title if found else ""
    return FormData(values, choices, titles)


def starting(entity: type[Entity]) -> Values:
    """The default values that the database would fill into a new record."""
    columns = inspect(entity).columns
    values: Values = {"id": None, "version": None}
    for name, field in fields(entity).items():
        default = columns[name].server_default
        text = str(getattr(default, "arg", "")) if default is not None else ""
        if field.kind == "yes_no":
            values[name] = text == "true"
        elif field.kind in ("tags", "references"):
            values[name] = []
        elif field.kind == "integer" and text.isdecimal():
            values[name] = int(text)
        elif field.kind in ("choice", "code") and text:
            values[name] = text
        else:
            values[name] = None
    return values


def nullable(entity: type[Entity], name: str) -> bool:
    """Whether a field may be empty. Fields of a card have no column and may not."""
    return not entity.FIELDS and bool(inspect(entity).columns[name].nullable)


def merge(loaded: Values, mine: Values, theirs: Values) -> tuple[Values, list[str]]:
    """Both changes in one record, and the names of the fields that both changed differently.

    Those fields hold the value of `mine`, until somebody decides.
    """
    merged, clashes = dict(theirs), []
    for name, value in mine.items():
        if name in ("id", "version") or value == loaded.get(name):
            continue
        if theirs.get(name) not in (loaded.get(name), value):
            clashes.append(name)
        merged[name] = value
    return merged, clashes


def customer_figures(session: Session, id: int, today: date) -> CustomerFigures:
    """Sales of this year, all orders, the last one, and how often they order."""
    counted = SalesOrder.status.not_in(("draft", "cancelled"))
    this_year = and_(
        SalesOrder.order_date.between(
            today.replace(month=1, day=1), today.replace(month=12, day=31)
        ),
        SalesOrder.currency == func.setting_text("currency", "CNY"),
    )
    row = session.execute(
        select(
            func.coalesce(func.sum(SalesOrder.total).filter(this_year), 0),
            func.count(),
            func.min(SalesOrder.order_date),
            func.max(SalesOrder.order_date),
        ).where(SalesOrder.customer_id == id, SalesOrder.deleted_at.is_(None), counted)
    ).one()
    sales, number, first, last = row
    interval = round((last - first).days / (number - 1)) if number > 1 else None
    return CustomerFigures(Decimal(sales), number, last, interval)


def customer_counts(session: Session, id: int) -> dict[str, int]:
    """How many contacts, orders and receipts a customer has."""
    found = {}
    hanging = (("contact", Contact), ("sales_order", SalesOrder), ("receipt", Receipt))
    for name, entity in hanging:
        own = (entity.customer_id == id, entity.deleted_at.is_(None))
        query = select(func.count()).select_from(entity).where(*own)
        found[name] = session.scalar(query) or 0
    return found

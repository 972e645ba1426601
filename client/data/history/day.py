"""A customer with its contacts as of a moment, worked out from the history backwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from client.data import lookups
from client.data.forms import FormData
from client.data.history.entries import Entry, of_customer
from client.data.history.names import collect, target_of
from client.data.history.sentences import value_of
from client.data.rowsource import show_bin
from client.model import Contact, Customer, Entity, fields

Values = dict[str, Any]


@dataclass(frozen=True)
class PastCustomer:
    """`form` is None where the customer was not entered yet, or was in the recycle bin."""

    form: FormData | None
    contacts: tuple[Values, ...] = ()


def customer_as_of(session: Session, id_: int, moment: datetime) -> PastCustomer:
    """What the form of a customer would have shown then."""
    show_bin(session)
    entries = of_customer(session, id_, moment)
    own = [entry for entry in entries if entry.table == "customer"]
    (values,) = _stored(session, Customer, Customer.id == id_) or [{}]
    values = _backwards(Customer, values, own)
    if not values or values.get("deleted_at"):
        return PastCustomer(None)
    people = {one["id"]: one for one in _stored(session, Contact, Contact.customer_id == id_)}
    for entry in entries:
        if entry.table == "contact":
            people.setdefault(entry.row, {})
    found = []
    for row, now in people.items():
        of_row = [entry for entry in entries if (entry.table, entry.row) == ("contact", row)]
        was = _backwards(Contact, now, of_row)
        if was and not was.get("deleted_at"):
            found.append(was)
    found.sort(key=lambda one: (not one.get("is_primary"), one.get("id") or 0))
    return PastCustomer(_form(session, values, entries), tuple(found))


def _stored(session: Session, entity: type[Entity], where: Any) -> list[Values]:
    names = ["id", "version", "deleted_at", *fields(entity)]
    query = select(*(getattr(entity, name) for name in names)).where(where)
    return [dict(row) for row in session.execute(query).mappings()]


def _backwards(entity: type[Entity], now: Values, entries: Iterable[Entry]) -> Values:
    """The values before all `entries`, which come the latest first; empty: not to be had."""
    values, known = dict(now), fields(entity)
    for entry in entries:
        if entry.op == "insert" or (entry.op == "erase" and not entry.before):
            return {}  # not entered yet, or what it was is taken away
        earlier = {
            name: value_of(known[name], value) if name in known else value
            for name, value in entry.before.items()
        }
        if entry.op == "erase":
            # What is empty is not told by an entry.
            values = dict.fromkeys(known) | {"id": entry.row, "deleted_at": None}
        values |= earlier
    for name, field in known.items():
        if field.kind == "tags" and name in values:
            values[name] = values[name] or []
    return values


def _form(session: Session, values: Values, entries: list[Entry]) -> FormData:
    """Choices as they are called now; those deleted since by what they were called."""
    choices = lookups.whole(session, lookups.targets(Customer))
    names = collect(session, entries)
    for name, field in fields(Customer).items():
        target, id_ = field.target, values.get(name)
        if target is None or id_ is None or target not in choices:
            continue
        if all(choice.id != id_ for choice in choices[target]):
            title = names.get((target_of("customer", name), id_), f"#{id_}")
            choices[target] = [*choices[target], lookups.Choice(id_, "", title)]
    return FormData(values, choices, {})

"""What the parts about key fields ask the database for; each runs on a worker thread."""

from functools import partial
from typing import Any

from client.data import key_fields, records, requests
from client.data.requests import Request
from client.model import Customer, Entity

Values = dict[str, Any]


def write(reason: str, office: Any, _entity: type[Entity], values: Values, base: Values) -> Values:
    """Save a customer; key fields with the reason, or as a request where approval is needed."""
    known = values.get("id") is not None
    names = key_fields.changed(office.settings, values, base) if known else set()
    if names and key_fields.need_approval(office):
        asked = partial(requests.ask, values=values, base=base, names=names, reason=reason)
        return dict(office.run(asked))
    given = reason if names else ""
    save = partial(records.save, entity=Customer, values=values, base=base, reason=given)
    return dict(office.run(save))


def pending(office: Any, customer: int) -> Request | None:
    """The open request about a customer, if there is one."""
    with office.session() as session:
        return next(iter(requests.listed(session, customer=customer)), None)


def decide(office: Any, request: Request, yes: bool, answer: str) -> None:
    office.run(partial(requests.decide, request=request, yes=yes, answer=answer))


def withdraw(office: Any, request: Request) -> None:
    office.run(partial(requests.withdraw, request=request))


def count(office: Any) -> int:
    with office.session() as session:
        return requests.count(session)

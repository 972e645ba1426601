"""What the parts about key fields ask the database for; each runs on a worker thread."""

from functools import partial
from typing import Any

from client.data import formats, key_fields, requests
from client.data.requests import OPEN, Request
from client.model import Entity

Values = dict[str, Any]
FAILED = ("refused", "overtaken")
TOLD_DAYS = 7  # as long as who asked is told in the form that it came to nothing


def write(reason: str, office: Any, _entity: type[Entity], values: Values, base: Values) -> Values:
    """Save a customer; key fields with the reason, or as a request where approval is needed."""
    known = values.get("id") is not None
    given = reason if known and key_fields.changed(office.settings, values, base) else ""
    return dict(office.run(partial(requests.save, values=values, base=base, reason=given)))


def latest(office: Any, customer: int) -> Request | None:
    """The open request about a customer; or one's own that came to nothing these days."""
    with office.session() as session:
        found = next(iter(requests.listed(session, only_open=False, customer=customer)), None)
    if found is None or found.state == OPEN:
        return found
    failed = found.state in FAILED and found.asked_by == office.me["id"]
    days = (
        (office.today - formats.local(found.decided_at).date()).days
        if found.decided_at
        else TOLD_DAYS
    )
    return found if failed and days < TOLD_DAYS else None


def decide(office: Any, request: Request, yes: bool, answer: str) -> None:
    office.run(partial(requests.decide, request=request, yes=yes, answer=answer))


def withdraw(office: Any, request: Request) -> None:
    office.run(partial(requests.withdraw, request=request))


def count(office: Any) -> int:
    with office.session() as session:
        return requests.count(session)

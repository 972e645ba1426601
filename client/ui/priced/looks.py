"""How each kind of priced document looks and what it is called: everything that its screen
differs in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from client.data.connection import Office
from client.data.priced.edit import Doc
from client.data.priced.kinds import ORDER, QUOTE, DocumentKind
from client.i18n import N_
from client.model.order import ORDER_STATUSES
from client.model.quote import QUOTE_STATES

Mark = tuple[str, str]  # shape and tone
Place = tuple[str, int]  # field and pairs of columns; "region" is a field of its customer
Offered = dict[str, bool]
ASKING = ("submitted", "approved")  # an order of which nothing has been sent yet
READY = ("approved", "partly_shipped", "shipped")  # one that goods may be sent for


@dataclass(frozen=True)
class Step:
    """A button that only this kind has; `last` ones come after printing and copying."""

    name: str
    text: str
    keys: str = ""
    icon: str = ""
    last: bool = False


@dataclass(frozen=True)
class Look:
    """What one kind of document shows and how it is called.

    `way`: its states in order. `ended`: the states beside it, with their marks. `people`: (caption,
    step) for the foot.
    """

    kind: DocumentKind
    way: tuple[tuple[str, str], ...]
    ended: Mapping[str, tuple[str, Mark]]
    places: tuple[Place, ...]
    steps: tuple[Step, ...]
    issue: str
    people: tuple[tuple[str, str], ...]
    new: str
    issued: str
    end: str
    offers: Callable[[Doc, bool, Office], Offered]


# Shorter than the fields' own labels, since four stand side by side.
LABELS = {
    "order_date": N_("Date"),
    "quote_date": N_("Date"),
    "payment_method_id": N_("Payment"),
    "delivery_date": N_("Delivery"),
    "delivery_address": N_("Ship to"),
    "due_date": N_("Due"),
}


def state_of(doc: Doc) -> str:
    """The state people see: a quote's tells also that it has expired."""
    return str(doc.get("state") or doc.get("status") or "draft")


def way_of(look: Look, doc: Doc) -> list[tuple[str, str]]:
    """The steps of this very document: what it left out is not among those behind it."""
    state = state_of(doc)
    skipped = set()
    if state not in ("draft", *ASKING) and not doc.get("approved_at"):
        skipped.add("approved")
    if state in ("shipped", "completed"):
        skipped.add("partly_shipped")
    return [step for step in look.way if step[0] not in skipped]


def _order_offers(doc: Doc, editable: bool, office: Office) -> Offered:
    status, stored, rights = state_of(doc), doc.get("id") is not None, office.rights
    submit, approve = rights.may("order", "submit"), rights.may("order", "approve")
    goes = status in READY or (status == "submitted" and not needs_approval(office))
    owed, draft = (doc.get("outstanding") or 0) > 0, stored and status == "draft"
    return {
        "issue": editable and status == "draft" and submit,
        "approve": status == "submitted" and approve,
        "complete": goes and submit,
        "reopen": status == "completed" and approve,
        "receive": owed and rights.may("receipt", "create"),
        "deliver": goes and status != "shipped" and rights.may("delivery", "create"),
        "end": submit if status in ASKING else draft and rights.may("order", "delete"),
    }


def _quote_offers(doc: Doc, editable: bool, office: Office) -> Offered:
    state, stored, rights = state_of(doc), doc.get("id") is not None, office.rights
    submit, order = rights.may("quote", "submit"), rights.may("order", "create")
    ordered = doc.get("order_id") is not None
    return {
        "issue": editable and state == "draft" and submit,
        "order": state in ("sent", "accepted") and not ordered and submit and order,
        "accept": state == "sent" and submit,
        "refuse": state in ("sent", "expired") and submit,
        "revisions": bool(doc.get("number")),
        "end": stored and not doc.get("number") and rights.may("quote", "delete"),
    }


def needs_approval(office: Office) -> bool:
    """Whether goods leave only after somebody approved the order."""
    return office.settings.get("orders_need_approval") is True


def _way(states: tuple[tuple[str, str], ...], *left_out: str) -> tuple[tuple[str, str], ...]:
    return tuple(state for state in states if state[0] not in left_out)


def _label(states: tuple[tuple[str, str], ...], state: str) -> str:
    return dict(states)[state]


_BUYER: tuple[Place, ...] = (("customer_id", 1), ("contact_id", 1), ("phone", 1))
_SELLER: tuple[Place, ...] = (("salesperson_id", 1), ("region", 1), ("payment_method_id", 1))

ORDER_LOOK = Look(
    kind=ORDER,
    way=_way(ORDER_STATUSES, "cancelled"),
    ended={"cancelled": (_label(ORDER_STATUSES, "cancelled"), ("cross", "red"))},
    places=(
        *_BUYER,
        ("order_date", 1),
        *_SELLER,
        ("due_date", 1),
        ("delivery_address", 2),
        ("channel_id", 1),
        ("delivery_date", 1),
        ("remarks", 4),
    ),
    steps=(
        Step("approve", N_("Approve"), "Ctrl+Shift+A", "check"),
        Step("reopen", N_("Reopen"), icon="arrow-counter-clockwise"),
        Step("receive", N_("Receive"), "Ctrl+R", "receipt", last=True),
        Step("deliver", N_("Deliver"), "Ctrl+L", "truck", last=True),
        Step("complete", N_("Complete"), icon="check-circle", last=True),
    ),
    issue=N_("Submit"),
    people=(
        (N_("Made by"), "created"),
        (N_("Submitted by"), "submitted"),
        (N_("Approved by"), "approved"),
        (N_("Completed by"), "completed"),
        (N_("Cancelled by"), "cancelled"),
    ),
    new=N_("New order"),
    issued=N_("Submitted as {number}"),
    end=N_("Cancel order…"),
    offers=_order_offers,
)
QUOTE_LOOK = Look(
    kind=QUOTE,
    way=_way(QUOTE_STATES, "expired", "refused"),
    ended={
        "expired": (_label(QUOTE_STATES, "expired"), ("warn", "amber")),
        "refused": (_label(QUOTE_STATES, "refused"), ("cross", "red")),
    },
    places=(
        *_BUYER,
        ("quote_date", 1),
        *_SELLER,
        ("valid_until", 1),
        ("delivery_address", 2),
        ("remarks", 2),
    ),
    steps=(
        Step("order", N_("Make order"), "Ctrl+Shift+O", "clipboard-text"),
        Step("refuse", N_("Refused…"), icon="x-circle"),
        Step("revisions", N_("Revisions"), "Ctrl+Shift+H", "stack", last=True),
        Step("accept", N_("Accepted without an order"), icon="check-circle", last=True),
    ),
    issue=N_("Send"),
    people=(
        (N_("Made by"), "created"),
        (N_("Issued by"), "sent"),
        (N_("Decided by"), "decided"),
    ),
    new=N_("New quote"),
    issued=N_("Sent as {number}"),
    end=N_("Delete draft…"),
    offers=_quote_offers,
)


def reason_of(doc: Doc) -> str:
    """Why the document ended as it did."""
    return str(doc.get("cancel_reason") or doc.get("decide_reason") or "")

"""What orders and quotes differ in, told once; everything else about them is the same."""

from dataclasses import dataclass

from client.i18n import N_
from client.model import OrderLine, PricedDocument, PricedLine, Quote, QuoteLine, SalesOrder


@dataclass(frozen=True)
class DocumentKind:
    """A kind of priced document.

    `name`: as database functions and rights call it. `head`: the fields above the lines. `dates`
    and `moments`: those fields of a document that are dates or datetimes. `day`: the field with its
    date. `until`: the field with its end date, by default as many days later as the setting `term`
    says (else 30). `open`: the states in which it can be typed.
    """

    name: str
    entity: type[PricedDocument]
    line: type[PricedLine]
    head: tuple[str, ...]
    required: tuple[str, ...]
    dates: tuple[str, ...]
    moments: tuple[str, ...]
    day: str
    until: str
    term: str
    open: tuple[str, ...]
    needs_line: str  # the sentence when it has no line and is to be issued

    @property
    def table(self) -> str:
        """The name of its table, by which screens and notices know it."""
        return str(self.entity.__tablename__)  # type: ignore[attr-defined]


_COMMON = (
    "customer_id",
    "contact_id",
    "phone",
    "salesperson_id",
    "payment_method_id",
    "delivery_address",
    "currency",
    "whole_discount",
    "wipe_off",
    "remarks",
)
_STAMPS = ("created_at", "changed_at", "deleted_at")

ORDER = DocumentKind(
    name="order",
    entity=SalesOrder,
    line=OrderLine,
    head=(*_COMMON, "order_date", "channel_id", "delivery_date", "due_date"),
    required=("customer_id", "order_date", "salesperson_id"),
    dates=("order_date", "delivery_date", "due_date"),
    moments=(*_STAMPS, "submitted_at", "approved_at", "completed_at", "cancelled_at"),
    day="order_date",
    until="due_date",
    term="payment_days",
    open=("draft", "submitted", "approved"),
    needs_line=N_("An order needs at least one line."),
)
QUOTE = DocumentKind(
    name="quote",
    entity=Quote,
    line=QuoteLine,
    head=(*_COMMON, "quote_date", "valid_until", "terms"),
    required=("customer_id", "quote_date", "salesperson_id"),
    dates=("quote_date", "valid_until"),
    moments=(*_STAMPS, "sent_at", "decided_at"),
    day="quote_date",
    until="valid_until",
    term="quote_valid_days",
    open=("draft", "sent", "refused"),
    needs_line=N_("A quote needs at least one line."),
)
KINDS = {kind.table: kind for kind in (ORDER, QUOTE)}

"""What stands on a delivery note: what was sent and how, and never a price."""

from decimal import Decimal

from client.data.formats import date_text, quantity
from client.i18n import N_
from reports.form import Document, Form, Office, Sum, Translate, customer_of, grid, named, text
from reports.layout import Column

NOTHING = Decimal(0)

QUANTITY = Column(N_("Quantity"), "right", point=True)
COLUMNS = (
    Column(N_("No."), "right"),
    Column(N_("Item code"), wraps=True, least=52, optional=True),
    Column(N_("Item"), wraps=True, least=88),
    Column(N_("Specification"), wraps=True, least=48, optional=True),
    Column(N_("Unit"), wraps=True, least=22),
    Column(N_("Ordered"), "right", point=True, optional=True),
    QUANTITY,
    Column(N_("Remarks"), wraps=True, least=60),
)


def delivery_form(delivery: Document, _office: Office, _: Translate) -> Form:
    """The delivery note that goes with the goods and comes back signed."""
    lines = delivery.get("lines") or []
    number = text(delivery.get("number")) or _("Planned")
    customer = customer_of(delivery)
    shipped = delivery.get("shipped_on")
    day = (_("Shipped on"), shipped) if shipped else (_("Planned on"), delivery.get("planned_on"))
    rows = [
        [
            str(line.get("position") or position),
            *(text(line.get(key)) for key in ("code", "name", "specification", "unit")),
            quantity(line.get("ordered")),
            quantity(line.get("quantity")),
            text(line.get("remarks")),
        ]
        for position, line in enumerate(lines, 1)
    ]
    pieces = Sum([line.get("quantity") or NOTHING for line in lines], quantity)
    return Form(
        title=_("Delivery note"),
        number=number,
        party=text(customer.get("name")),
        facts=(
            (_("Delivery number"), number),
            (day[0], date_text(day[1])),
            (_("Order number"), delivery.get("order_number")),
        ),
        left=(
            (_("Customer"), named(customer)),
            (_("Delivery address"), delivery.get("address") or customer.get("address")),
            (_("Contact"), delivery.get("contact_name")),
            (_("Phone"), delivery.get("phone") or customer.get("phone")),
        ),
        right=(
            (_("Courier"), delivery.get("courier")),
            (_("Waybill"), delivery.get("waybill")),
            (_("Expected on"), date_text(delivery.get("expected_on"))),
            (_("Salesperson"), delivery.get("salesperson")),
        ),
        grid=grid(COLUMNS, rows, {QUANTITY: pieces}, _),
        notes=((_("Remarks"), delivery.get("remarks")),),
        signatures=(
            (_("Prepared by"), text(delivery.get("created_by_name"))),
            (_("Delivered by"), ""),
            (_("Received by (signature and seal)"), ""),
            (_("Received on"), ""),
        ),
        mark=_mark(delivery, _),
    )


def _mark(delivery: Document, _: Translate) -> str:
    if delivery.get("status") == "cancelled":
        return _("Cancelled")
    return "" if delivery.get("number") else _("Planned")

"""What stands on a quotation and on a sales order."""

from collections.abc import Sequence
from decimal import Decimal

from client.data.formats import date_text, money, percent, price, quantity
from client.i18n import N_
from client.model.rules import line_amount, line_tax
from reports.form import (
    YUAN,
    Document,
    Facts,
    Form,
    Grid,
    Office,
    Sum,
    Translate,
    added,
    bank_account,
    customer_of,
    grid,
    named,
    text,
)
from reports.layout import Column

NOTHING = Decimal(0)

QUANTITY = Column(N_("Quantity"), "right", point=True)
AMOUNT = Column(N_("Amount"), "right", point=True)
COLUMNS = (
    Column(N_("No."), "right"),
    Column(N_("Item code"), wraps=True, least=52, optional=True),
    Column(N_("Item"), wraps=True, least=88),
    Column(N_("Specification"), wraps=True, least=48, optional=True),
    Column(N_("Unit"), wraps=True, least=22),
    QUANTITY,
    Column(N_("Unit price"), "right", point=True),
    Column(N_("Discount"), "right", optional=True),
    Column(N_("Tax rate"), "right"),
    AMOUNT,
    Column(N_("Remarks"), wraps=True, least=36, optional=True),
)


def order_form(order: Document, office: Office, _: Translate) -> Form:
    """The sales order, as it is handed to a customer or kept as a draft to check."""
    lines = order.get("lines") or []
    number = text(order.get("number")) or _("Draft")
    customer = customer_of(order)
    return Form(
        title=_("Sales order"),
        number=number,
        party=text(customer.get("name")),
        facts=(
            (_("Order number"), number),
            (_("Order date"), date_text(order.get("order_date"))),
            *_if_any(_("Due date"), date_text(order.get("due_date"))),
        ),
        left=_customer(order, _),
        right=(
            (_("Contact"), order.get("contact_name")),
            (_("Salesperson"), order.get("salesperson")),
            (_("Delivery date"), date_text(order.get("delivery_date"))),
        ),
        grid=_grid(lines, _),
        amount=added(map(amount_of, lines)),
        currency=text(order.get("currency")) or YUAN,
        told=(_tax(lines, _), *_reduced(order, _), *_received(order, _)),
        notes=(
            (_("Remarks"), order.get("remarks")),
            (_("Terms"), office.get("terms")),
            (_("Pay to"), bank_account(office)),
        ),
        signatures=(
            (_("Prepared by"), text(order.get("created_by_name"))),
            (_("Checked by"), text(order.get("approved_by_name"))),
            (_("Handled by"), text(order.get("salesperson"))),
            (_("Received by customer"), ""),
        ),
        mark=_mark(order, _),
    )


def quote_form(quote: Document, office: Office, _: Translate) -> Form:
    """The quotation, whose number tells its revision from the second on."""
    lines = quote.get("lines") or []
    number = text(quote.get("number")) or _("Draft")
    if (quote.get("revision") or 1) > 1:
        number = _("{number} rev. {revision}").format(number=number, revision=quote["revision"])
    customer = customer_of(quote)
    terms = quote["terms"] if "terms" in quote else office.get("quote_terms")
    return Form(
        title=_("Quotation"),
        number=number,
        party=text(customer.get("name")),
        facts=(
            (_("Quotation number"), number),
            (_("Quotation date"), date_text(quote.get("quote_date"))),
            (_("Valid until"), date_text(quote.get("valid_until"))),
        ),
        left=_customer(quote, _),
        right=(
            (_("Contact"), quote.get("contact_name")),
            (_("Salesperson"), quote.get("salesperson")),
            *_if_any(_("Payment method"), quote.get("payment_method")),
        ),
        grid=_grid(lines, _),
        amount=added(map(amount_of, lines)),
        currency=text(quote.get("currency")) or YUAN,
        told=(_("All prices include tax."), _tax(lines, _), *_reduced(quote, _)),
        notes=(
            (_("Remarks"), quote.get("remarks")),
            (_("Terms"), terms),
            (_("Pay to"), bank_account(office)),
        ),
        signatures=(
            (_("Quoted by"), text(quote.get("salesperson") or quote.get("created_by_name"))),
            (_("Checked by"), ""),
            (_("Confirmed by customer"), ""),
        ),
        seal=_("Company seal") if office.get("seal_box") else "",
        mark=_mark(quote, _),
    )


def amount_of(line: Document) -> Decimal:
    """What a line amounts to: the document's own figure, computed only where it has none yet."""
    if line.get("amount") is not None:
        return Decimal(line["amount"])
    parts = [line.get(key) or NOTHING for key in ("quantity", "unit_price", "discount")]
    return line_amount(*parts) - (line.get("reduction") or NOTHING)


def tax_of(line: Document) -> Decimal:
    """The tax in a line, computed only where the document has none yet."""
    if line.get("tax_amount") is not None:
        return Decimal(line["tax_amount"])
    return line_tax(amount_of(line), line.get("tax_rate") or NOTHING)


def _grid(lines: Sequence[Document], _: Translate) -> Grid:
    amounts = [amount_of(line) for line in lines]
    pieces = [line.get("quantity") or NOTHING for line in lines]
    rows = [
        _cells(position, line, amount)
        for position, (line, amount) in enumerate(zip(lines, amounts, strict=True), 1)
    ]
    return grid(COLUMNS, rows, {QUANTITY: Sum(pieces, quantity), AMOUNT: Sum(amounts)}, _)


def _cells(position: int, line: Document, amount: Decimal) -> list[str]:
    discount = line.get("discount") or NOTHING
    return [
        str(line.get("position") or position),
        *(text(line.get(key)) for key in ("code", "name", "specification", "unit")),
        quantity(line.get("quantity")),
        price(line.get("unit_price")),
        percent(discount) if discount else "",
        percent(line.get("tax_rate")),
        money(amount),
        text(line.get("remarks")),
    ]


def _customer(document: Document, _: Translate) -> Facts:
    customer = customer_of(document)
    address = document.get("delivery_address") or customer.get("address")
    return (
        (_("Customer"), named(customer)),
        (_("Phone"), document.get("phone") or customer.get("phone")),
        (_("Delivery address"), address),
    )


def _if_any(label: str, value: object) -> Facts:
    return ((label, value),) if value else ()


def _mark(document: Document, _: Translate) -> str:
    if document.get("status") == "cancelled":
        return _("Cancelled")
    if document.get("status") == "draft" or not document.get("number"):
        return _("Draft")
    return ""


def _tax(lines: Sequence[Document], _: Translate) -> str:
    return f"{_('Tax contained')}  {money(added(map(tax_of, lines)))}"


def _reduced(document: Document, _: Translate) -> list[str]:
    """How the whole was reduced, which the amounts of the lines contain."""
    parts = []
    if whole := document.get("whole_discount"):
        parts.append(_("{percent} off the whole").format(percent=percent(whole)))
    if wiped := document.get("wipe_off"):
        parts.append(_("{amount} rounded off").format(amount=money(wiped)))
    if not parts:
        return []
    spread = _("{reductions}: already spread over the lines")
    return [spread.format(reductions=_(", ").join(parts))]


def _received(order: Document, _: Translate) -> list[str]:
    """What was paid of an order, once something was."""
    received = order.get("received")
    if not received:
        return []
    figures = {"received": money(received), "outstanding": money(order.get("outstanding"))}
    return [_("Received {received}, outstanding {outstanding}").format(**figures)]

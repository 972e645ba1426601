"""What stands on a receipt: who paid what for which orders; a red entry takes one back."""

from decimal import Decimal

from client.data.formats import date_text, datetime_text, money
from reports.form import YUAN, Document, Facts, Form, Grid, Office, Translate, customer_of, text
from reports.layout import Column
from resources import joined

LABEL = Column("", "left")
ENTRY = Column("", wraps=True, least=200)
NOTHING = Decimal(0)


def receipt_form(receipt: Document, _office: Office, _: Translate) -> Form:
    """The receipt for money taken; a red entry has a negative amount and names what it reverses."""
    number = text(receipt.get("number")) or _("Draft")
    amount = receipt.get("amount") or NOTHING
    red = bool(receipt.get("reverses_id") or receipt.get("reverses_number") or amount < 0)
    customer = customer_of(receipt)
    payer = receipt.get("payer") or customer.get("name")
    entries: Facts = (
        (_("Received from"), payer),
        (_("In payment of"), _purpose(receipt, amount, _)),
        (_("Paid by"), receipt.get("payment_method")),
        (_("Bank or bill number"), receipt.get("reference")),
        (_("Remarks"), receipt.get("remarks")),
    )
    facts: list[tuple[str, object]] = [
        (_("Receipt number"), number),
        (_("Date"), date_text(receipt.get("receipt_date"))),
    ]
    if customer.get("number"):
        facts.append((_("Customer number"), customer["number"]))
    return Form(
        title=_("Receipt of payment (red entry)") if red else _("Receipt of payment"),
        number=number,
        party=text(payer),
        facts=facts,
        grid=Grid((LABEL, ENTRY), [[label, text(value)] for label, value in entries], {}),
        amount=amount,
        currency=text(receipt.get("currency")) or YUAN,
        told=_voided(receipt, _),
        signatures=(
            (_("Received by (company seal)"), ""),
            (_("Accountant"), ""),
            (_("Cashier"), ""),
            (_("Handled by"), text(receipt.get("handler"))),
        ),
        mark=_mark(receipt, red, _),
    )


def _purpose(receipt: Document, amount: Decimal, _: Translate) -> str:
    """The orders paid, with the amounts where there are several, and what is paid ahead."""
    if receipt.get("reverses_number"):
        return _("Takes back receipt {number}").format(number=receipt["reverses_number"])
    allocations = receipt.get("allocations") or []
    several = len(allocations) > 1 or bool(receipt.get("advance"))
    orders = [
        f"{allocation.get('order_number')}({money(allocation.get('amount'))})"
        if several
        else text(allocation.get("order_number"))
        for allocation in allocations
    ]
    parts = [_("Goods: {orders}").format(orders=joined(orders, _))] if orders else []
    ahead = receipt.get("advance")
    if ahead:
        parts.append(_("Paid in advance {amount}").format(amount=money(ahead)))
    elif not orders and amount > 0 and receipt.get("status") != "voided":
        parts.append(_("Payment in advance"))
    return _("; ").join(parts)


def _voided(receipt: Document, _: Translate) -> list[str]:
    if receipt.get("status") != "voided":
        return []
    who = text(receipt.get("voided_by_name"))
    moment = datetime_text(receipt.get("voided_at"))
    parts = [part for part in (who, moment, text(receipt.get("void_reason"))) if part]
    return [_("Voided: {reason}").format(reason=_(", ").join(parts))] if parts else []


def _mark(receipt: Document, red: bool, _: Translate) -> str:
    if receipt.get("status") == "voided":
        return _("Void")
    if receipt.get("status") == "draft" or not receipt.get("number"):
        return _("Draft")
    return _("Reversal") if red else ""

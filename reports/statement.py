"""What stands on a customer's statement: every charge and payment of a time, and what is owed."""

from decimal import Decimal

from client.data.formats import date_text, money
from client.i18n import N_
from reports.form import (
    YUAN,
    Document,
    Form,
    Office,
    Sum,
    Translate,
    bank_account,
    customer_of,
    grid,
    named,
    text,
)
from reports.layout import Column

NOTHING = Decimal(0)

CHARGE = Column(N_("Charged"), "right", point=True)
CREDIT = Column(N_("Received"), "right", point=True)
COLUMNS = (
    Column(N_("Date")),
    Column(N_("Entry"), wraps=True, least=36),
    Column(N_("Number"), wraps=True, least=64),
    Column(N_("Text"), wraps=True, least=60, optional=True),
    CHARGE,
    CREDIT,
    Column(N_("Balance"), "right", point=True),
)
KINDS = {
    "order": N_("Sale"),
    "receipt": N_("Payment received"),
    "red": N_("Red entry"),
}
NAMED = {YUAN: N_("CNY (Chinese yuan)")}
AGES = {
    "current": N_("Not yet due"),
    "d30": N_("1-30 days overdue"),
    "d60": N_("31-60 days overdue"),
    "d90": N_("61-90 days overdue"),
    "over": N_("Over 90 days overdue"),
}


def statement_form(statement: Document, office: Office, _: Translate) -> Form:
    """The statement, with a part for the customer to confirm and sign."""
    customer = customer_of(statement)
    entries = statement.get("entries") or []
    opening = statement.get("opening") or NOTHING
    first = ["", _("Opening balance"), "", "", "", "", money(opening)]
    rows = [first, *(_cells(entry, _) for entry in entries)]
    charges = [NOTHING, *(entry.get("charge") or NOTHING for entry in entries)]
    credits = [NOTHING, *(entry.get("credit") or NOTHING for entry in entries)]
    sums = {CHARGE: Sum(charges), CREDIT: Sum(credits)}
    period = _period(statement, _)
    ages = statement.get("ages") or {}
    currency = text(statement.get("currency")) or YUAN
    advance = statement.get("advance")
    paid = _("Paid in advance {amount}")
    return Form(
        title=_("Statement of account"),
        number=period,
        party=text(customer.get("name")),
        facts=((_("Period"), period),),
        left=(
            (_("Customer"), named(customer)),
            (_("Address"), customer.get("address")),
            (_("Phone"), customer.get("phone")),
        ),
        right=(
            (_("Contact"), customer.get("contact_name")),
            (_("Currency"), _(NAMED.get(currency, currency))),
        ),
        grid=grid(COLUMNS, rows, sums, _),
        amount=statement.get("closing") or NOTHING,
        amount_label=_("Closing balance"),
        currency=currency,
        told=[paid.format(amount=money(advance))] if advance else [],
        ages=[(_(label), money(ages.get(key) or NOTHING)) for key, label in AGES.items()]
        if ages
        else (),
        notes=(
            (_("Pay to"), bank_account(office)),
            (
                _("Confirmation"),
                _("Please compare this statement with your books, sign it and send it back."),
            ),
        ),
        signatures=(
            (_("Issued by (seal)"), ""),
            (_("Customer (signature and seal)"), ""),
            (_("Date"), ""),
        ),
    )


def _period(statement: Document, _: Translate) -> str:
    first, last = (date_text(statement.get(key)) for key in ("date_from", "date_to"))
    return _("{first} to {last}").format(first=first, last=last) if first or last else ""


def _cells(entry: Document, _: Translate) -> list[str]:
    charge, credit = entry.get("charge"), entry.get("credit")
    return [
        date_text(entry.get("on")),
        _(KINDS.get(text(entry.get("kind")), text(entry.get("kind")))),
        text(entry.get("number")),
        text(entry.get("text")),
        money(charge) if charge else "",
        money(credit) if credit else "",
        money(entry.get("balance")),
    ]

"""What stands on the sheet that both sign when customers are handed over."""

from decimal import Decimal

from client.data.formats import date_text, integer, money
from client.i18n import N_
from reports.form import Document, Form, Office, Sum, Translate, grid, text
from reports.layout import Column
from resources import joined

NOTHING = Decimal(0)

OPEN = Column(N_("Open orders"), "right")
OWED = Column(N_("Outstanding"), "right", point=True)
COLUMNS = (
    Column(N_("No."), "right"),
    Column(N_("Customer number"), wraps=True, least=64),
    Column(N_("Customer name"), wraps=True, least=120),
    Column(N_("From"), wraps=True, least=48, optional=True),
    OPEN,
    OWED,
    Column(N_("Other currencies"), wraps=True, least=64, optional=True),
    Column(N_("Remarks"), wraps=True, least=60),
)


def handover_form(doc: Document, _office: Office, _: Translate) -> Form:
    """The customers that one receiver takes over, and a line for everybody to sign on."""
    items = doc.get("items") or []
    giver = text(doc.get("from_name"))
    rows = [
        [
            str(place),
            text(item.get("number")),
            text(item.get("name")),
            "" if item.get("from_name") == giver else text(item.get("from_name")),
            integer(item["open_orders"]) if item.get("open_orders") else "",
            money(item["outstanding"]) if item.get("outstanding") else "",
            joined(text(item.get("elsewhere")).split(", "), _),
            _("deleted") if item.get("deleted") else "",
        ]
        for place, item in enumerate(items, 1)
    ]
    owed = [item.get("outstanding") or NOTHING for item in items]
    opened = [Decimal(item.get("open_orders") or 0) for item in items]
    sums = {OPEN: Sum(opened, lambda n: integer(int(n))), OWED: Sum(owed)}
    number = _("No. {id}").format(id=doc.get("id"))
    receiver = text(doc.get("to_name"))
    return Form(
        title=_("Hand-over of customers"),
        number=number,
        party=receiver,
        facts=((_("Hand-over"), number), (_("Date"), date_text(doc.get("at")))),
        left=((_("From"), giver), (_("To"), receiver)),
        right=((_("Customers"), integer(len(items))), (_("Made by"), text(doc.get("by_name")))),
        grid=grid(COLUMNS, rows, sums, _),
        notes=(
            (_("Reason"), text(doc.get("reason"))),
            (
                _("Declaration"),
                _("Both have gone through these customers and what is open with each."),
            ),
        ),
        signatures=(
            (_("Handed over by"), giver),
            (_("Taken over by"), receiver),
            (_("Witness"), ""),
            (_("Date"), ""),
        ),
    )

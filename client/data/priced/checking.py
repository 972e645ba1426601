"""What keeps a priced document from being saved or issued, told before the database is asked.

The database decides again; here it is said at the field, while nothing is lost.
"""

from datetime import date
from decimal import Decimal

from client.data import formats
from client.data.priced.edit import ZERO, Doc, figures, filled, problems
from client.data.priced.kinds import DocumentKind
from client.data.problem import Problem
from client.i18n import _
from client.model import rules

STEPS = (Decimal("0.1"), Decimal(1), Decimal(10))


def all_problems(doc: Doc, kind: DocumentKind, issue: bool, today: date) -> list[Problem]:
    """Everything that is wrong; with `issue` also what a draft may still have."""
    found = problems(doc, kind) + _reduction(doc)
    return found + _issue_problems(doc, kind, today) if issue else found


def _reduction(doc: Doc) -> list[Problem]:
    whole, wiped = doc.get("whole_discount") or ZERO, doc.get("wipe_off") or ZERO
    if not rules.DISCOUNT.holds(whole):
        said = _("A percentage from 0 to 100 fits here.")
        return [Problem(None, "whole_discount", said)]
    if wiped < 0:
        return [Problem(None, "wipe_off", _("Only a positive amount can be taken off."))]
    before = figures(doc["lines"], whole).total
    if wiped > max(before, ZERO) and filled(doc["lines"]):
        said = _("More than the {total} there is cannot be taken off.")
        said = said.format(total=formats.money(max(before, ZERO)))
        return [Problem(None, "wipe_off", said)]
    return []


def _issue_problems(doc: Doc, kind: DocumentKind, today: date) -> list[Problem]:
    if not filled(doc["lines"]):
        return [Problem(0, "code", _(kind.needs_line))]
    found = []
    total = figures(doc["lines"], doc.get("whole_discount"), doc.get("wipe_off")).total
    if total < 0:
        said = _("The total is below zero: {detail}.").format(detail=formats.money(total))
        found.append(Problem(0, "quantity", said))
    last = doc.get("valid_until")
    if last is not None and last < today:
        said = _("The day until which it is valid has passed: {detail}.")
        found.append(Problem(None, "valid_until", said.format(detail=formats.date_text(last))))
    return found


def wiped_further(total: Decimal, now: Decimal) -> Decimal:
    """What to wipe off a total next: the odd cents, then to the whole yuan, then to the whole ten,
    then nothing again. `total` is that before anything is wiped off."""
    if total <= 0:
        return ZERO
    for step in STEPS:
        odd = total % step
        if odd > now and odd < total:
            return odd
    return ZERO

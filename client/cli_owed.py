"""`kehu report receivables|statement|numbers`: what is owed, and whether a number is missing."""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from client.cli import DONE
from client.cli_asked import given, one_id
from client.data.access import Note, export_note, require_right
from client.data.continuity import periods, series
from client.data.errors import KnownError
from client.data.money import files
from client.data.money.receivables import Query, receivables
from client.data.money.statements import statement
from client.data.priced.documents import find
from client.i18n import _, joined
from client.model import Department, Operator, Region

if TYPE_CHECKING:
    from client.data.connection import Office


def _receivables(args: argparse.Namespace, office: "Office") -> int:
    _check(office, "receipt")
    with office.session() as session:
        query = Query(
            args.as_of,
            department_id=one_id(session, Department, args.department),
            salesperson_id=one_id(session, Operator, args.salesperson),
            region_id=one_id(session, Region, args.region),
            customer_id=find(session, "customer", args.customer) if args.customer else None,
            currency=args.currency or "",
        )
        answer = receivables(session, query)
    files.write(args.out, files.of_receivables(answer), args.language, _note(args, office))
    _tell_others(answer.currency, answer.other_currencies)
    return DONE


def _statement(args: argparse.Namespace, office: "Office") -> int:
    _check(office, "receipt")
    if not args.customer:
        raise KnownError(_("Say whose statement it is: --customer NUMBER."))
    with office.session() as session:
        customer = find(session, "customer", args.customer)
        asked = (args.date_from, args.date_to, args.currency or "")
        doc = statement(session, customer, *asked)
    files.write(args.out, files.of_statement(doc), args.language, _note(args, office))
    _tell_others(doc["currency"], doc["other_currencies"])
    return DONE


def _numbers(args: argparse.Namespace, office: "Office") -> int:
    """Says the verdict; a missing number is no failure of the command."""
    kind = args.kind or "order"
    _check(office, kind)
    with office.session() as session:
        latest = next(iter(periods(session, kind)), "")
        found = series(session, kind, latest if args.period is None else args.period)
    files.write(args.out, files.of_numbers(found), args.language, _note(args, office))
    print(found.verdict)
    return DONE


def _note(args: argparse.Namespace, office: "Office") -> Note:
    return export_note(office, args.report, args.out, given(args, TAKES[args.report]))


def _check(office: "Office", module: str) -> None:
    text = _("You do not have the right to export {what}.").format(what=module)
    require_right(office, module, "export", text)


def _tell_others(currency: str, others: Sequence[str]) -> None:
    if others:
        text = _("Only amounts in {currency}; there are others in {others}.")
        print(text.format(currency=currency, others=joined(others)), file=sys.stderr)


# Which of the command's options each report takes.
TAKES = {
    "receivables": ("as_of", "customer", "department", "salesperson", "region", "currency"),
    "statement": ("customer", "date_from", "date_to", "currency"),
    "numbers": ("kind", "period"),
}
REPORTS: dict[str, Callable[[argparse.Namespace, "Office"], int]] = {
    "receivables": _receivables,
    "statement": _statement,
    "numbers": _numbers,
}

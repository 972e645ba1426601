"""`kehu report NAME --out FILE`: figures as a workbook, CSV or JSON."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from client import cli_owed
from client.cli import DONE
from client.cli_asked import day, file_of, given, one_id
from client.data.access import export_note, require_right
from client.data.analysis.figures import REGION_OF, REPORTS, Answer, Query, figures, report
from client.data.analysis.files import WRITERS
from client.data.continuity import KINDS
from client.data.errors import KnownError
from client.i18n import _, joined
from client.model import Operator, Region

if TYPE_CHECKING:
    from client.data.connection import Office

# Which of the options each report takes, besides --out.
SALES = ("date_from", "date_to", "region", "region_of", "salesperson", "currency")
TAKES = {each.name: SALES for each in REPORTS} | cli_owed.TAKES


def add_parser(commands: Any) -> None:
    """The command's own arguments."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "report", help=_("Write a report to a file")
    )
    parser.add_argument("report", choices=list(TAKES), metavar="REPORT", help=", ".join(TAKES))
    parser.add_argument("--date-from", "--from", type=day, metavar="YYYY-MM-DD")
    parser.add_argument("--date-to", "--to", type=day, metavar="YYYY-MM-DD")
    parser.add_argument("--as-of", type=day, metavar="YYYY-MM-DD", help=_("today if not given"))
    parser.add_argument("--customer", metavar="NUMBER", help=_("the customer's number"))
    parser.add_argument("--department", help=_("code or name; with those below it"))
    parser.add_argument("--region", help=_("code or name; with the regions below it"))
    parser.add_argument(
        "--region-of",
        choices=[value for value, _label in REGION_OF],
        help=_("whose region at the time of sale; usually the customer's"),
    )
    parser.add_argument("--salesperson", help=_("code or name"))
    parser.add_argument("--currency", type=str.upper, help=_("the office's own if not given"))
    parser.add_argument("--kind", choices=list(KINDS), help=", ".join(KINDS))
    parser.add_argument("--period", help=_("like 2026; the latest if not given"))
    parser.add_argument(
        "--out",
        type=file_of(WRITERS),
        required=True,
        metavar="FILE.xlsx|.csv|.json",
        help=_("what to write"),
    )


def run(args: argparse.Namespace, office: "Office") -> int:
    """Write the report. Raises KnownError without the right, or for an unknown name."""
    for option in {name for names in TAKES.values() for name in names}:
        if getattr(args, option) is not None and option not in TAKES[args.report]:
            shown = "--" + option.replace("_", "-")
            raise KnownError(_("{option} says nothing to this report.").format(option=shown))
    return cli_owed.REPORTS.get(args.report, _sales)(args, office)


def _sales(args: argparse.Namespace, office: "Office") -> int:
    text = _("You do not have the right to export sales figures.")
    require_right(office, "order", "export", text)
    with office.session() as session:
        query = Query(
            report(args.report).key,
            args.date_from,
            args.date_to,
            region_id=one_id(session, Region, args.region),
            salesperson_id=one_id(session, Operator, args.salesperson),
            region_of=args.region_of or "",
            currency=args.currency or "",
        )
        answer = figures(session, query)
    note = export_note(office, report(args.report).name, args.out, given(args, SALES))
    WRITERS[args.out.suffix.lower()](args.out, answer, args.language, note)
    _tell(answer)
    return DONE


def _tell(answer: Answer) -> None:
    if answer.other_currencies:
        others = joined(answer.other_currencies)
        text = _("Only orders in {currency}; there are others in {others}.")
        print(text.format(currency=answer.currency, others=others), file=sys.stderr)

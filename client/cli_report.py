"""`kehu report NAME --out FILE`: sales figures as a workbook, CSV or JSON."""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.cli import DONE
from client.data.errors import KnownError
from client.data.figures.figures import REGION_OF, REPORTS, Answer, Query, figures, find, report
from client.data.figures.files import WRITERS
from client.data.typed import BadValue, parse_date
from client.i18n import _
from client.model import Operator, Region

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from client.data.connection import Office


def add_parser(commands: Any) -> None:
    """The command's own arguments."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "report", help=_("Write sales figures to a file")
    )
    names = [each.name for each in REPORTS]
    parser.add_argument("report", choices=names, metavar="REPORT", help=", ".join(names))
    parser.add_argument("--date-from", type=_day, metavar="YYYY-MM-DD")
    parser.add_argument("--date-to", type=_day, metavar="YYYY-MM-DD")
    parser.add_argument("--region", help=_("code or name; with the regions below it"))
    parser.add_argument(
        "--region-of",
        choices=[value for value, _label in REGION_OF],
        default="",
        help=_("whose region at the time of sale; usually the customer's"),
    )
    parser.add_argument("--salesperson", help=_("code or name"))
    parser.add_argument("--currency", default="", help=_("the office's own if not given"))
    parser.add_argument(
        "--out", type=_file, required=True, metavar="FILE.xlsx|.csv|.json", help=_("what to write")
    )


def _day(text: str) -> date:
    try:
        return parse_date(text, date.today())
    except BadValue as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _file(text: str) -> Path:
    if Path(text).suffix.lower() not in WRITERS:
        endings = ", ".join(WRITERS)
        raise argparse.ArgumentTypeError(
            _("one of these endings: {endings}").format(endings=endings)
        )
    return Path(text)


def run(args: argparse.Namespace, office: "Office") -> int:
    """Write the figures. Raises KnownError without the right, or for an unknown name."""
    if not office.rights.may("order", "export"):
        raise KnownError(_("You do not have the right to export sales figures."))
    with office.session() as session:
        query = Query(
            report(args.report).key,
            args.date_from,
            args.date_to,
            region_id=_id(session, Region, args.region),
            salesperson_id=_id(session, Operator, args.salesperson),
            region_of=args.region_of,
            currency=args.currency.upper(),
        )
        answer = figures(session, query)
    WRITERS[args.out.suffix.lower()](args.out, answer, args.language)
    _tell(answer)
    return DONE


def _id(session: "Session", kind: type[Region] | type[Operator], text: str | None) -> int | None:
    if text is None:
        return None
    found = find(session, kind, text)
    if len(found) == 1:
        return found[0]
    values = {"kind": _(kind.LABEL), "text": text}
    if found:
        raise KnownError(
            _("{kind} '{text}' is there more than once; give its code.").format(**values)
        )
    raise KnownError(_("{kind} '{text}' is not there.").format(**values))


def _tell(answer: Answer) -> None:
    if answer.other_currencies:
        others = ", ".join(answer.other_currencies)
        text = _("Only orders in {currency}; there are others in {others}.")
        print(text.format(currency=answer.currency, others=others), file=sys.stderr)

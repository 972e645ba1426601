"""`kehu print order NUMBER --out FILE.pdf`: a document as it would come out of the printer."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.cli import DONE
from client.data import papers
from client.data.errors import KnownError
from client.data.priced.documents import find
from client.data.workbooks.workbook import write_whole
from client.i18n import _

if TYPE_CHECKING:
    from client.data.connection import Office


def add_parser(commands: Any) -> None:
    """The command's own arguments."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "print", help=_("Write a document to a PDF file")
    )
    parser.add_argument("document", choices=["order"], help=_("the kind of document"))
    parser.add_argument("number", metavar="NUMBER", help=_("its number"))
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")


def run(args: argparse.Namespace, office: "Office") -> int:
    """Write the paper. Raises KnownError without the right, Gone where there is no such order."""
    from reports.papers import make

    if not office.rights.may("order", "print"):
        raise KnownError(_("You do not have the right to print orders."))
    with office.session() as session:
        id_ = find(session, "sales_order", args.number)
        order = papers.read(session, office.settings, "order", id_)
        how = {"paper": "a4", "language": args.language}
        prints = papers.log_print(session, "order", id_, way="pdf", **how)
        paper = make("order", order, order["office"], **how, prints=prints)
        write_whole(args.out, paper.pdf)
    if paper.missing:
        text = _("No font has these characters; they print as 〓: {characters}")
        print(text.format(characters=" ".join(paper.missing)), file=sys.stderr)
    return DONE

"""`kehu print KIND NUMBER… --out FILE.pdf or FOLDER`: papers as they come out of the printer."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.cli import DONE
from client.cli_asked import day
from client.data import papers
from client.data.access import require_right
from client.data.errors import KnownError
from client.data.priced.documents import find
from client.data.workbooks.workbook import write_whole
from client.i18n import _

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from client.data.connection import Office


def add_parser(commands: Any) -> None:
    """The command's own arguments."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "print", help=_("Write a document to a PDF file")
    )
    parser.add_argument("document", choices=list(papers.LOADERS), help=_("the kind of document"))
    parser.add_argument(
        "numbers",
        metavar="NUMBER",
        nargs="+",
        help=_("its number, or several; of a statement the customer's"),
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE.pdf|FOLDER",
        help=_("one file for all, or a folder for one each"),
    )
    parser.add_argument("--paper", choices=list(papers.SIZES), default="a4")
    parser.add_argument(
        "--copies", default="", metavar="NAME,NAME", help=_("a set of pages for each name")
    )
    parser.add_argument("--from", dest="date_from", type=day, metavar="YYYY-MM-DD")
    parser.add_argument("--to", dest="date_to", type=day, metavar="YYYY-MM-DD")


def run(args: argparse.Namespace, office: "Office") -> int:
    """Write the papers. Raises KnownError without the right, Gone where there is no document.

    A print is noted only if its file was written.
    """
    module = papers.KINDS[args.document].module
    require_right(office, module, "print", _("You do not have the right to print this."))
    if args.document != "statement" and (args.date_from or args.date_to):
        raise KnownError(_("Only a statement has a period."))
    table = papers.KINDS[args.document].table
    with office.session() as session:
        ids = [find(session, table, number) for number in args.numbers]
    missing = (_one_file if args.out.suffix.lower() == ".pdf" else _one_each)(args, office, ids)
    if missing:
        text = _("No font has these characters; they print as 〓: {characters}")
        print(text.format(characters=" ".join(sorted(missing))), file=sys.stderr)
    return DONE


def _one_file(args: argparse.Namespace, office: "Office", ids: list[int]) -> set[str]:
    from reports.papers import make_many

    content = BytesIO()
    with office.session() as session:
        made = make_many(_items(args, office, session, ids), content)
        write_whole(args.out, content.getvalue())
    return set(made.missing)


def _one_each(args: argparse.Namespace, office: "Office", ids: list[int]) -> set[str]:
    from reports.papers import sheet_of

    args.out.mkdir(parents=True, exist_ok=True)
    missing: set[str] = set()
    for id_ in ids:
        with office.session() as session:
            (item,) = _items(args, office, session, [id_])
            paper = sheet_of(item).paper()
            name = papers.file_name(item.kind, item.document, item.language)
            write_whole(args.out / name, paper.pdf)
        print(name)
        missing.update(paper.missing)
    return missing


def _items(
    args: argparse.Namespace, office: "Office", session: "Session", ids: Iterable[int]
) -> Iterator[Any]:
    """What the papers are made of, each noted as printed."""
    from reports.papers import Item

    kind, how = args.document, {"paper": args.paper, "language": args.language}
    more = {}
    if kind == "statement":
        more = {"date_from": args.date_from, "date_to": args.date_to}
    copies = tuple(name.strip() for name in args.copies.split(",") if name.strip())
    for id_ in ids:
        doc = papers.read(session, office.settings, kind, id_, **more)
        prints = papers.log_print(session, kind, id_, way="pdf", **how)
        yield Item(kind, doc, doc["office"], **how, copies=copies, prints=prints)

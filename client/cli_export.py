"""`kehu export KIND OUT.xlsx`: all records of a kind that the operator may see."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.cli import DONE
from client.data.errors import KnownError
from client.data.importing.kinds import KINDS
from client.data.workbooks.exporting import tables_of
from client.data.workbooks.workbook import export_tables
from client.i18n import _

if TYPE_CHECKING:
    from client.data.connection import Office


def add_parser(commands: Any) -> None:
    """The command's own arguments."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "export", help=_("Write all records of a kind to a workbook")
    )
    parser.add_argument("kind", choices=list(KINDS), metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("out", type=Path, metavar="OUT.xlsx", help=_("the workbook to write"))


def run(args: argparse.Namespace, office: "Office") -> int:
    """Write the workbook. Raises KnownError without the right to export."""
    entity = KINDS[args.kind].entity
    if not office.rights.may(entity.MODULE, "export"):
        raise KnownError(_("You do not have the right to export {what}.").format(what=args.kind))
    with office.session() as session:
        tables = tables_of(session, entity, args.language)
        rows = export_tables(args.out, tables, args.language)
    print(_("{n} rows written to {name}.").format(n=rows, name=args.out.name))
    return DONE

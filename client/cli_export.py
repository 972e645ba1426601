"""`kehu export KIND OUT.xlsx`: all records of a kind that the operator may see."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.cli import DONE
from client.data.access import export_note, require_right
from client.data.importing.kinds import KINDS
from client.data.workbooks.exporting import tables_of
from client.data.workbooks.workbook import export_tables
from client.i18n import N_, _, plural

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
    text = _("You do not have the right to export {what}.").format(what=args.kind)
    require_right(office, entity.MODULE, "export", text)
    with office.session() as session:
        tables = tables_of(session, entity, args.language)
        note = export_note(office, args.kind, args.out)
        rows = export_tables(args.out, tables, args.language, note=note)
    print(
        plural(
            rows,
            N_("{n} row written to {name}."),
            N_("{n} rows written to {name}."),
            name=args.out.name,
        )
    )
    return DONE

"""`kehu import KIND FILE`: records from a workbook or a text file, whole or not at all."""

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.cli import DONE, REFUSED
from client.data.importing import imports
from client.data.importing.kinds import KINDS
from client.data.importing.report import Options, Report
from client.data.reading.files import open_workbook
from client.i18n import N_, _, plural

if TYPE_CHECKING:
    from client.data.connection import Office

OFFICE = "office"
CHOICES = [OFFICE, *(name for name in KINDS if name != "order-line")]
MOST_SHOWN = 200  # problems on the screen; a workbook of rejects has all
DUPLICATES = ("name", "phone", "mobile", "tax_number")


def add_parser(commands: Any) -> None:
    """The command's own arguments."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "import", help=_("Take records from a workbook or a CSV file")
    )
    add = parser.add_argument
    add("kind", choices=CHOICES, metavar="KIND", help=", ".join(CHOICES))
    add("file", type=Path, metavar="FILE", help=_("workbook (xlsx, xls, xlsb, ods, et) or CSV"))
    add("--sheet", default="", metavar="S", help=_("the sheet to read"))
    add("--header-row", type=_row, metavar="N", help=_("the row of the headers, as Excel counts"))
    add(
        "--map",
        dest="columns",
        type=_pair,
        action="append",
        default=[],
        metavar="FIELD=HEADER",
        help=_("the column (header or letter) that a field is read from"),
    )
    add("--dry-run", action="store_true", help=_("find every problem, write nothing"))
    add(
        "--rejects",
        type=_workbook,
        metavar="OUT.xlsx",
        help=_("leave out rows with problems and write them here, with the reasons"),
    )
    add(
        "--create-missing",
        action="store_true",
        help=_("add every word of code tables and regions that the office does not have yet"),
    )
    add(
        "--duplicates",
        type=_fields,
        default=(),
        metavar="FIELDS",
        help=_("refuse customers that exist by these: {names}").format(names=",".join(DUPLICATES)),
    )
    add("--workbook-password-file", type=Path, metavar="F", help=_("password of the workbook"))


def run(args: argparse.Namespace, office: "Office") -> int:
    """Import, and say what happened. Exit code 1 where something stood in the way."""
    password = ""
    if args.workbook_password_file:
        password = args.workbook_password_file.read_text("utf-8-sig").rstrip("\r\n")
    with open_workbook(args.file, password) as book:
        if args.kind == OFFICE:
            plan, skipped = imports.plan_office(book)
        else:
            plan = imports.plan_one(book, args.kind, args.sheet, args.header_row, args.columns)
            skipped = []
        options = Options(args.dry_run, args.rejects, args.create_missing, args.duplicates)
        progress = _Progress()
        report = imports.run(office, book, plan, options, skipped, progress)
        progress.clear()
    _tell(report, args.rejects)
    if report.problem_count and not report.written:
        return REFUSED
    return DONE


def _tell(report: Report, rejects: Path | None) -> None:
    """The sheets on standard output, what is wrong on standard error."""
    for problem in report.problems[:MOST_SHOWN]:
        print(problem, file=sys.stderr)
    if report.problem_count > MOST_SHOWN:
        more = report.problem_count - MOST_SHOWN
        print(
            plural(more, N_("… and {n} more problem"), N_("… and {n} more problems")),
            file=sys.stderr,
        )
    for warning in report.warnings[:MOST_SHOWN]:
        print(_("Note: {text}").format(text=warning), file=sys.stderr)
    if report.warning_count > MOST_SHOWN:
        more = report.warning_count - MOST_SHOWN
        print(plural(more, N_("… and {n} more note"), N_("… and {n} more notes")), file=sys.stderr)
    for line in report.lines():
        print(line)
    if report.rejected and rejects:
        one, many = N_("{n} rejected row is in {name}."), N_("{n} rejected rows are in {name}.")
        print(plural(report.rejected, one, many, name=rejects.name))
    stopped = bool(report.problem_count and not report.written)
    print(report.verdict(), file=sys.stderr if stopped else sys.stdout)


class _Progress:
    """How far the import is, on one line of a terminal."""

    def __init__(self) -> None:
        self._shown = 0.0
        self._terminal = sys.stderr.isatty()

    def __call__(self, done: int, total: int, doing: str) -> None:
        if self._terminal and time.monotonic() - self._shown > 0.2:
            self._shown = time.monotonic()
            print(f"\r\x1b[K{doing}  {done:,} / {total:,}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _row(text: str) -> int:
    row = int(text)
    if row < 1:
        raise ValueError(text)
    return row


def _pair(text: str) -> tuple[str, str]:
    field, equals, header = text.partition("=")
    if not equals or not field.strip() or not header.strip():
        raise argparse.ArgumentTypeError(_("write FIELD=HEADER"))
    return field.strip(), header.strip()


def _workbook(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() != ".xlsx":
        raise argparse.ArgumentTypeError(_("the file's name ends in .xlsx"))
    return path


def _fields(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not set(names) <= set(DUPLICATES):
        raise argparse.ArgumentTypeError(
            _("choose from {names}").format(names=",".join(DUPLICATES))
        )
    return names

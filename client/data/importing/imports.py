"""Import of a file into the office: everything in one transaction, or nothing at all.

`plan_office` and `plan_one` say what the sheets of a file are; correct their answer where it is
wrong, then `run` it. A dry run is the same, taken back at its end.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from client.data.connection import Office
from client.data.errors import KnownError
from client.data.importing.customers import import_contacts, import_customers
from client.data.importing.kinds import KINDS
from client.data.importing.mapping import BadMapping, SheetMapping, guess, recognise
from client.data.importing.orders import Orders, read_lines, read_orders, write_orders
from client.data.importing.references import References
from client.data.importing.rejects import Rejects
from client.data.importing.report import Options, Progress, Report
from client.data.importing.sheet import Run, Sheet
from client.data.importing.simple import import_simple
from client.data.reading.files import SheetInfo, Workbook
from client.i18n import N_, _, joined

NO_SHEET = N_("The file has no sheet '{name}'; it has: {names}")
NOTHING = N_("No sheet of this file holds anything that can be imported.")
NO_COLUMN = N_("The sheet '{sheet}' has no column for: {fields}")
NO_ORDERS = N_("The sheet of order lines needs a sheet of orders in the same file.")
SAME_FILE = N_("Choose another name for the rejected rows: this is the file being imported.")
NO_RIGHT = N_("You do not have the right to import {what}.")


class _TakenBack(Exception):
    """Raised to roll back the transaction of a dry run, or of an import with problems."""


def plan_office(book: Workbook) -> tuple[list[SheetMapping], list[str]]:
    """What the sheets of an office's workbook hold, in import order, and the names of the rest."""
    known, skipped = recognise(book.sheets)
    if not known:
        raise KnownError(_(NOTHING))
    return known, [sheet.name for sheet in skipped]


def plan_one(
    book: Workbook,
    kind: str,
    sheet: str = "",
    header_row: int | None = None,
    columns: Sequence[tuple[str, str]] = (),
) -> list[SheetMapping]:
    """The import of one kind: of the named sheet, else of the visible one that fits best.

    `columns` are pairs of a field and the header it is to be read from. Orders bring the sheet of
    their lines along, where there is one.
    """
    sheets = _candidates(book, sheet)
    mappings = [guess(KINDS[kind], info, header_row) for info in sheets]
    best = max(mappings, key=lambda mapping: (-len(mapping.missing), len(mapping.columns)))
    for field, header in columns:
        best.assign(field, header)
    plan = [best]
    if kind == "order" and not best.has_lines:
        plan += [m for m in recognise(book.sheets)[0] if m.kind.name == "order-line"][:1]
    return plan


def _candidates(book: Workbook, name: str) -> list[SheetInfo]:
    visible = [info for info in book.sheets if not info.hidden and info.rows]
    chosen = (
        [info for info in book.sheets if info.name.strip() == name.strip()] if name else visible
    )
    if not chosen:
        names = joined(info.name for info in book.sheets)
        raise KnownError(_(NO_SHEET).format(name=name, names=names) if name else _(NOTHING))
    return chosen


def run(
    office: Office,
    book: Workbook,
    plan: Sequence[SheetMapping],
    options: Options | None = None,
    skipped: Sequence[str] = (),
    progress: Progress | None = None,
) -> Report:
    """Import the sheets of `plan`; `progress` may raise to stop, and nothing is changed then."""
    options = options or Options()
    check(plan)
    if options.rejects is not None and options.rejects.resolve() == book.path.resolve():
        raise KnownError(_(SAME_FILE))
    report = Report(dry_run=options.dry_run, skipped=list(skipped))
    rejects = Rejects(options.rejects) if options.rejects else None
    total = sum(info.rows for info in book.sheets if info.name in {m.sheet for m in plan})
    try:
        with office.session() as session:
            whole = Run(
                session=session,
                book=book,
                options=options,
                report=report,
                references=References(session, office.rights.may),
                may=office.rights.may,
                me=office.me["id"],
                pool=office.pool_id,
                kinds=frozenset(mapping.kind.name for mapping in plan),
                total=total,
                progress=progress,
                rejects=rejects,
            )
            _import_all(office, whole, plan)
            if rejects is not None:
                rejects.close()  # before the commit: without it the rows left out would be lost
            if options.dry_run or (report.problem_count and rejects is None):
                raise _TakenBack
        report.written = True
    except _TakenBack:
        pass
    return report


def check(plan: Sequence[SheetMapping]) -> None:
    """Refuse a plan that lacks a column or a sheet. Raises KnownError."""
    for mapping in plan:
        if mapping.missing:
            fields = joined(_(target.label) for target in mapping.missing)
            raise BadMapping(NO_COLUMN, sheet=mapping.sheet, fields=fields)
    kinds = [mapping.kind.name for mapping in plan]
    if "order-line" in kinds and "order" not in kinds:
        raise KnownError(_(NO_ORDERS))


def _import_all(office: Office, whole: Run, plan: Sequence[SheetMapping]) -> None:
    orders = Orders()
    last: Sheet | None = None
    for mapping in plan:
        _check_right(office, mapping)
        sheet = Sheet(whole, mapping)
        match mapping.kind.name:
            case "customer":
                import_customers(sheet, _Reserve(office, whole.session, whole.options.dry_run))
            case "contact":
                import_contacts(sheet)
            case "order":
                read_orders(sheet, orders)
                last = sheet
            case "order-line":
                read_lines(sheet, orders)
            case _:
                import_simple(sheet)
    if last is not None:
        write_orders(last, orders)


def _check_right(office: Office, mapping: SheetMapping) -> None:
    """Refuse at once what the database would refuse for every row."""
    module = mapping.kind.entity.MODULE
    action = "import" if module in ("customer", "order", "product") else "create"
    if not office.rights.may(module, action):
        raise KnownError(_(NO_RIGHT).format(what=_(mapping.kind.entity.PLURAL)))


class _Reserve:
    """Takes customer numbers, in a transaction of its own so that nobody waits for the import."""

    def __init__(self, office: Office, session: Session, dry_run: bool) -> None:
        self._office = office
        self._session = session
        self._dry_run = dry_run

    def __call__(self, numbers: int) -> int:
        if self._dry_run:
            return self._take(self._session, numbers)
        with self._office.session() as own:
            return self._take(own, numbers)

    def _take(self, session: Session, numbers: int) -> int:
        query: Any = text("SELECT reserve_numbers('customer', :n)")
        return int(session.execute(query, {"n": numbers}).scalar_one())

"""One sheet on its way in: its rows are read, judged cell by cell, and the bad ones put aside."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from client.data.formats import BadValue
from client.data.importing.cells import Reader, Remembered, reader
from client.data.importing.kinds import KINDS, Target
from client.data.importing.mapping import Column, SheetMapping
from client.data.importing.prefetch import prefetched
from client.data.importing.references import References
from client.data.importing.rejects import Rejects
from client.data.importing.report import Options, Problem, Progress, Report, SheetReport
from client.data.reading.files import Workbook
from client.data.reading.values import CellError
from client.data.rights import MASKED
from client.i18n import N_, _
from client.model.customer import Contact, Customer
from client.model.order import OrderLine, SalesOrder
from client.model.reference import Product

BATCH = 2_000
# These may be many, so they are looked up by the batch and not held whole.
LARGE = (Customer, Contact, SalesOrder, OrderLine, Product)
STARS = "****"  # as mask_phone() and mask_account() of the database write them
COMMA = re.compile(r"-?\d{1,3}(\.?\d{3})*,\d+")

NEEDED = N_("This must not be empty.")
ERROR_CELL = N_("The cell holds the error {text}; it was taken as empty.")
MASKED_CELL = N_("The cell holds a masked number; it was taken as empty.")


class MaskedNumber(Exception):
    """A cell was written by somebody who sees numbers masked: what it stands for is not known."""


@dataclass
class Run:
    """What all sheets of one import share: office, session, options, report and progress."""

    session: Session
    book: Workbook
    options: Options
    report: Report
    references: References
    may: Callable[[str, str], bool]
    me: int
    pool: int
    kinds: frozenset[str]  # of the sheets imported together
    total: int
    progress: Progress | None = None
    rejects: Rejects | None = None
    done: int = 0

    def advance(self, rows: int, doing: str) -> None:
        """Tell how far the import is; the receiver may raise to stop it."""
        self.done += rows
        if self.progress is not None:
            self.progress(min(self.done, self.total), self.total, doing)


@dataclass(slots=True)
class Line:
    """A row of a sheet: its cells as read, the fields' values, and what is wrong with it."""

    number: int
    cells: list[Any]
    values: dict[str, Any]
    bad: list[tuple[str, str]] = field(default_factory=list)  # target key, reason
    staged: str = ""  # the values as the database is to get them, where they go by COPY


class Sheet:
    """The rows of one sheet, read in batches as lines of values."""

    def __init__(self, run: Run, mapping: SheetMapping) -> None:
        self.run = run
        self.mapping = mapping
        self.report = SheetReport(
            mapping.sheet,
            mapping.kind.name,
            mapping.kind.entity.LABEL,
            mapping.kind.entity.PLURAL,
            unused=[column.header for column in mapping.unused],
        )
        run.report.sheets.append(self.report)
        self._targets = mapping.kind.targets
        self._take_over()
        self._readers = [
            (key, column.index, self._reader(self._targets[key]))
            for key, column in mapping.columns.items()
        ]
        self._required = [
            key
            for key, target in self._targets.items()
            if target.required and key in mapping.columns
        ]

    def batches(self, finish: Callable[[Line], None] | None = None) -> Iterator[list[Line]]:
        """The judged lines; give each batch to `settle` when all else about it is judged, too.

        `finish` is work on each line that needs no database: it runs ahead, in another thread.
        """
        doing = _(self.mapping.kind.entity.PLURAL)
        for batch in prefetched(self._judged(finish)):
            yield batch
            self.run.advance(len(batch), doing)

    def _judged(self, finish: Callable[[Line], None] | None) -> Iterator[list[Line]]:
        batch: list[Line] = []
        for number, cells in self.run.book.rows(self.mapping.sheet):
            if number <= self.mapping.header_row:
                continue
            line = self._judge(number, cells)
            if finish is not None and not line.bad:
                finish(line)
            batch.append(line)
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def settle(self, lines: list[Line]) -> list[Line]:
        """Report the problems of these lines, put rejected rows aside, and return the lines
        without problems.
        """
        good = []
        for line in lines:
            if not line.bad:
                good.append(line)
                continue
            self.report.rejected += 1
            for key, reason in line.bad:
                column = self.mapping.columns.get(key)
                self.run.report.reject(Problem(self.mapping.sheet, line.number, column, reason))
            if self.run.rejects is not None:
                self._put_aside(line)
        return good

    def _put_aside(self, line: Line) -> None:
        assert self.run.rejects is not None
        marked = {
            self.mapping.columns[key].index for key, _ in line.bad if key in self.mapping.columns
        }
        reasons = []
        for key, reason in line.bad:
            column = self.mapping.columns.get(key)
            reasons.append(f"{column.letter}: {reason}" if column else reason)
        self.run.rejects.add(self.mapping, line.number, line.cells, marked, "\n".join(reasons))

    def _judge(self, number: int, cells: list[Any]) -> Line:
        line = Line(number, cells, {})
        values, width = line.values, len(cells)
        for key, index, read in self._readers:
            cell = cells[index] if index < width else None
            if cell is None:
                continue
            if cell.__class__ is CellError:
                self._warn(line, self.mapping.columns[key], _(ERROR_CELL).format(text=cell.text))
                continue
            try:
                value = read(cell)
            except MaskedNumber:
                self._warn(line, self.mapping.columns[key], _(MASKED_CELL))
                continue
            except BadValue as error:
                line.bad.append((key, str(error)))
                continue
            if value is not None:
                values[key] = value
        for key in self._required:
            if key not in values and all(bad != key for bad, _reason in line.bad):
                line.bad.append((key, _(NEEDED)))
        return line

    def _warn(self, line: Line, column: Column, text: str) -> None:
        self.run.report.warn(Problem(self.mapping.sheet, line.number, column, text))

    def _reader(self, target: Target) -> Reader:
        entity = target.field.target if target.field is not None else None
        if target.is_reference and entity is not None and entity not in LARGE:
            if entity is self.mapping.kind.entity:
                return reader(target)  # a parent may stand further down in the same sheet
            return Remembered(self.run.references.of(entity).need)
        read = reader(target)
        if target.field is not None and target.field.name in MASKED["customer"]:
            return lambda cell: read(_unmasked(cell))
        if (
            self.run.book.delimiter == ";"
            and target.field is not None
            and (target.field.kind in ("money", "price", "quantity", "percent"))
        ):
            return lambda cell: read(_with_point(cell))
        return read

    def _take_over(self) -> None:
        """Add words that the office does not have yet, where the rules of that say so."""
        columns = {
            key: column.index
            for key, column in self.mapping.columns.items()
            if self._is_word(self._targets[key])
        }
        if not columns:
            return
        found = self.run.book.distinct(
            self.mapping.sheet, list(columns.values()), self.mapping.header_row
        )
        for key, words in zip(columns, found, strict=True):
            entity = _entity(self._targets[key])
            own_sheet = any(KINDS[name].entity is entity for name in self.run.kinds)
            names = self.run.references.take_over(
                entity,
                words,
                always=self.run.options.create_missing
                or (len(self.run.kinds) > 1 and not own_sheet),
                never=own_sheet,
            )
            self.run.report.created[entity.PLURAL].extend(names)
            if not names:
                self.run.report.created.pop(entity.PLURAL, None)

    def _is_word(self, target: Target) -> bool:
        if not target.is_reference:
            return False
        entity = _entity(target)
        return entity not in LARGE and entity is not self.mapping.kind.entity


def _entity(target: Target) -> Any:
    assert target.field is not None
    return target.field.target


def _unmasked(cell: Any) -> Any:
    """A phone or an account, which no file from outside has with asterisks."""
    if isinstance(cell, str) and STARS in cell:
        raise MaskedNumber
    return cell


def _with_point(cell: Any) -> Any:
    """A number of a semicolon file, whose decimals stand behind a comma."""
    if isinstance(cell, str) and COMMA.fullmatch(cell.strip()):
        return cell.strip().replace(".", "").replace(",", ".")
    return cell


def texts(lines: list[Line], key: str) -> Mapping[str, None]:
    """The different texts that lines have for a field, in order."""
    return dict.fromkeys(line.values[key] for line in lines if key in line.values)

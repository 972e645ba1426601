"""What an import found and did: told to the user as sentences, and the basis of its dry run."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from client.data.importing.mapping import Column
from client.data.parsing import quoted
from client.i18n import N_, _, joined, plural

MOST_KEPT = 5_000  # problems kept one by one; beyond they are only counted

Progress = Callable[[int, int, str], None]  # rows done, rows in all, what is being done


@dataclass(frozen=True)
class Options:
    """How to import. `rejects`: leave out rows with problems and write them to this workbook.

    `create_missing`: take over words that the office does not know yet, even beside known ones.
    `duplicates`: fields of a customer by which a row counts as there already, besides its number.
    """

    dry_run: bool = False
    rejects: Path | None = None
    create_missing: bool = False
    duplicates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be imported, or was imported without one of its cells."""

    sheet: str
    row: int
    column: Column | None
    reason: str

    def __str__(self) -> str:
        place = f"{self.sheet}!{self.column.letter if self.column else ''}{self.row}"
        if self.column is not None and self.column.header:
            return f"{place} {quoted(self.column.header)}: {self.reason}"
        return f"{place}: {self.reason}"


@dataclass
class SheetReport:
    """The rows of one sheet: `kept` were in the office already and stay as they are."""

    sheet: str
    kind: str
    one: str  # what a row is called in English
    label: str  # and several
    imported: int = 0
    kept: int = 0
    rejected: int = 0
    unused: list[str] = field(default_factory=list)  # headers of columns that are not imported

    @property
    def read(self) -> int:
        return self.imported + self.kept + self.rejected


@dataclass
class Report:
    """Everything about one import. Nothing was written unless `written`."""

    dry_run: bool = False
    written: bool = False
    sheets: list[SheetReport] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)  # names of sheets that were not recognised
    created: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    warning_count: int = 0

    @property
    def imported(self) -> int:
        return sum(sheet.imported for sheet in self.sheets)

    @property
    def rejected(self) -> int:
        return sum(sheet.rejected for sheet in self.sheets)

    def reject(self, problem: Problem) -> None:
        self.problem_count += 1
        if len(self.problems) < MOST_KEPT:
            self.problems.append(problem)

    def warn(self, warning: Problem) -> None:
        self.warning_count += 1
        if len(self.warnings) < MOST_KEPT:
            self.warnings.append(warning)

    def lines(self) -> list[str]:
        """What happened, in sentences for a screen or a terminal, without the problems."""
        lines = []
        for sheet in self.sheets:
            what = _(sheet.one if sheet.imported == 1 else sheet.label).lower()
            text = _("{sheet}: {n} {what}").format(
                sheet=sheet.sheet, n=f"{sheet.imported:,}", what=what
            )
            if sheet.kept:
                text += _(", {n} there already").format(n=f"{sheet.kept:,}")
            if sheet.rejected:
                text += _(", {n} rejected").format(n=f"{sheet.rejected:,}")
            lines.append(text)
            if sheet.unused:
                lines.append(
                    "  " + _("Columns left out: {names}").format(names=joined(sheet.unused))
                )
        for label, names in self.created.items():
            shown = joined(names[:20]) + ("…" if len(names) > 20 else "")
            lines.append(_("New under {what}: {names}").format(what=_(label), names=shown))
        if self.skipped:
            lines.append(_("Sheets left out: {names}").format(names=joined(self.skipped)))
        return lines

    def verdict(self) -> str:
        """The last line: whether anything was written."""
        if self.written and self.rejected:
            one = N_("Imported {n} row; rejected: {m}.")
            many = N_("Imported {n} rows; rejected: {m}.")
            return plural(self.imported, one, many, m=f"{self.rejected:,}")
        if self.written:
            return plural(self.imported, N_("Imported {n} row."), N_("Imported {n} rows."))
        if self.problem_count:
            one = N_("{n} problem; nothing was imported.")
            many = N_("{n} problems; nothing was imported.")
            return plural(self.problem_count, one, many)
        return _("No problems; nothing was written, this was a trial.")

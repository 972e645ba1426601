"""Takes a list to Excel as it stands: its columns, order and filter, however many rows."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QStandardPaths, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from client.context import Context
from client.data.access import export_note
from client.data.errors import sentence
from client.data.rowsource import RowSource, bin_fields, list_fields
from client.data.workbooks.workbook import Cancelled, ExportColumn, export_rows, file_name
from client.i18n import N_, _, current, plural, translator
from client.ui.jobs import Token

if TYPE_CHECKING:
    from client.ui.grids.grid import Grid

AT_ONCE = 1000  # rows read together


def all_rows(
    office: Any, source: RowSource, translate: Callable[[str], str]
) -> Iterator[tuple[Any, ...]]:
    """Every row of `source` in its order, choices as their labels; read bit by bit."""
    known = list_fields(source.entity) | bin_fields(source.entity)
    choices = [
        {value: translate(label) for value, label in known[name].choices} for name in source.names
    ]
    with office.session() as session:
        ids = source.ids(session)
    for start in range(0, len(ids), AT_ONCE):
        with office.session() as session:
            rows = source.rows(session, ids[start : start + AT_ONCE])
        for row in rows:
            if row is not None:
                yield tuple(
                    labels.get(value, value) if labels else value
                    for labels, value in zip(choices, row[2:], strict=True)
                )


def export(
    office: Any,
    path: Path,
    source: RowSource,
    filters: Sequence[str],
    language: str,
    report: "Report",
) -> int:
    """Write the workbook; returns its number of rows. `filters` names what narrows the list."""
    translate = translator(language)
    known = list_fields(source.entity) | bin_fields(source.entity)
    columns = [
        ExportColumn(
            translate(known[name].label),
            known[name].kind if not known[name].choices else "text",
            known[name].width,
            known[name].kind == "money",
        )
        for name in source.names
    ]
    rows = all_rows(office, source, translate)
    title = translate(source.entity.PLURAL)
    table = source.entity.__tablename__  # type: ignore[attr-defined]
    note = export_note(office, table, path, filters)
    progress, stopped = report.rows.emit, report.stopped
    return export_rows(path, title, columns, rows, language, progress, stopped, note=note)


class Report(QObject):
    """Carries the progress from the job's thread to the window's."""

    rows = Signal(int)

    def __init__(self, token: Token) -> None:
        super().__init__()
        self._token = token

    def stopped(self) -> bool:
        return self._token.cancelled


class Exporter(QObject):
    """Asks for a file name, runs the export as a job, and says where the workbook lies."""

    def __init__(self, context: Context, grid: "Grid") -> None:
        super().__init__(grid)
        self._context, self._grid = context, grid
        self._token: Token | None = None
        self._path, self._open = Path(), False
        grid.busy.cancelled.connect(self.cancel)

    def ask(self) -> None:
        folder = self._context.settings.get("export/folder", "") or QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        start = str(Path(folder) / file_name(_(self._grid.entity.PLURAL)))
        chosen, _kind = QFileDialog.getSaveFileName(
            self._grid, _("To Excel"), start, _("Workbook") + " (*.xlsx)"
        )
        if chosen:
            self._context.settings.set("export/folder", str(Path(chosen).parent))
            self.start(Path(chosen), open_it=True)

    def start(self, path: Path, open_it: bool = False) -> None:
        """Write the list to `path` in the background; `open_it` shows the workbook then."""
        self._open = open_it
        shown = [self._grid.table.column(i).key for i in self._grid.table.column_layout.shown()]
        source = self._grid.reader.source.with_names(shown)
        self._path, self._token = path, Token()
        self._report = Report(self._token)
        self._report.rows.connect(self._progress)
        self._grid.busy.start(_("Writing the workbook…"))
        asked = (path, source, self._narrowed_by(), current(), self._report)
        work = partial(export, self._context.office, *asked)
        self._context.jobs.run(self._grid, work, self._done, self._failed, self._token)

    def _narrowed_by(self) -> list[str]:
        """Names of what the list is narrowed by: the columns with a filter, search and bin."""
        grid = self._grid
        others = (("search", grid.searched is not None), ("bin", grid.bin.on))
        return [*grid.table.filters(), *(name for name, on in others if on)]

    def cancel(self) -> None:
        if self._token is not None:
            self._token.cancel()
            self._token = None
            self._grid.status_changed.emit(_("Stopped; no file was written."))

    def _progress(self, rows: int) -> None:
        total = len(self._grid.model.ids)
        text = plural(
            rows, N_("Writing the workbook: {n} row"), N_("Writing the workbook: {n} rows")
        )
        self._grid.busy.progress(rows, total, text)

    def _done(self, rows: int) -> None:
        self._token = None
        self._grid.busy.stop()
        text = plural(
            rows,
            N_("{n} row written to {file}"),
            N_("{n} rows written to {file}"),
            file=self._path.name,
        )
        self._grid.status_changed.emit(text)
        if self._open:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path)))

    def _failed(self, error: Exception) -> None:
        self._token = None
        self._grid.busy.stop()
        if not isinstance(error, Cancelled):
            self._grid.status_changed.emit(sentence(error))

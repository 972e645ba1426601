"""Takes the sales figures out of the window: workbook, picture, paper."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from client.data.access import Note, export_note
from client.data.periods import period_text
from client.data.workbooks.workbook import export_rows, file_name, write_whole
from client.i18n import _, current
from client.ui.analysis.chart_picture import chart_picture, paper_picture, png

if TYPE_CHECKING:
    from client.ui.screens.analysis import AnalysisScreen


class FiguresExport(QObject):
    """Each `ask_…` asks for a file first, each `save_…` writes to the path given."""

    def __init__(self, screen: "AnalysisScreen") -> None:
        super().__init__(screen)
        self._screen = screen

    def ask_workbook(self) -> None:
        self._ask(".xlsx", _("Workbook"), self.save_workbook)

    def ask_picture(self) -> None:
        self._ask(".png", _("Picture"), self.save_picture)

    def ask_paper(self) -> None:
        self._ask(".pdf", "PDF", self.save_paper)

    def save_workbook(self, path: str) -> None:
        """The grid as it stands, with exact amounts."""
        pane, language = self._screen.pane, current()
        columns, rows = pane.model.export(pane.shown_columns())
        title = _(self._screen.report.title)

        note = self._note(path)

        def write() -> str:
            export_rows(path, title, columns, rows, language, note=note)
            return path

        self._run(write)

    def save_picture(self, path: str) -> None:
        """The chart alone, with the names on its left."""
        pane, asked = self._screen.pane, self._screen.pane.answer
        if asked is None:
            return
        heading = (_(self._screen.report.title), self.period())
        drawn = png(chart_picture(pane.bars(), heading, pane.unit.short, pane.legend()))
        note, shown = self._note(path), len(pane.model.rows)

        def write() -> str:
            note(shown)
            write_whole(path, drawn)
            return path

        self._run(write)

    def save_paper(self, path: str) -> None:
        """Grid and chart as A4, in the unit that the grid shows."""
        pane, language = self._screen.pane, current()
        if pane.answer is None:
            return
        title = _(self._screen.report.title)
        subtitle = f"{self.period()} · {pane.unit.name}"
        image = png(paper_picture(pane.bars(), pane.unit.short, pane.legend()))
        columns, rows, totals = pane.paper()
        note = self._note(path)

        def write() -> str:
            from reports.chart import PaperColumn, table_paper

            heads = [PaperColumn(*column) for column in columns]
            paper = table_paper(title, subtitle, heads, rows, totals, image, language)
            note(len(rows))
            write_whole(path, paper.pdf)
            return path

        self._run(write)

    def _note(self, path: str) -> Note:
        """The note of what is exported; the figures are always of one period."""
        query = self._screen.pane.answer.query if self._screen.pane.answer else None
        asked = ("date_from", "date_to", "region_id", "salesperson_id", "currency")
        named = [name for name in asked if getattr(query, name, None)]
        return export_note(self._screen.context.office, self._screen.report.name, path, named)

    def period(self) -> str:
        """The days that the figures shown are about."""
        answer = self._screen.pane.answer
        return period_text((answer.query.date_from, answer.query.date_to)) if answer else ""

    def _ask(self, suffix: str, kind: str, save: Callable[[str], None]) -> None:
        if self._screen.pane.answer is None:
            return
        name = file_name(f"{_(self._screen.report.title)} {self.period()}", suffix)
        path, _kind = QFileDialog.getSaveFileName(
            self._screen, _("Save as"), str(Path.home() / name), f"{kind} (*{suffix})"
        )
        if path:
            save(path if path.lower().endswith(suffix) else path + suffix)

    def _run(self, work: Callable[[], str]) -> None:
        self._screen.busy.start(_("Writing the file…"))
        self._screen.context.jobs.run(self, work, self._saved, self._failed)

    def _saved(self, path: str) -> None:
        self._screen.busy.stop()
        self._screen.status_changed.emit(_("Saved: {name}").format(name=Path(path).name))

    def _failed(self, error: Exception) -> None:
        self._screen.busy.stop()
        self._screen.context.jobs.problem.emit(error)

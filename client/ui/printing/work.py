"""Papers on their way out: to a printer, into one PDF, or into a file each. All of it in jobs.

What was sent is logged; what was stopped or failed before is neither logged nor half there.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from client.data.connection import Office
from client.data.errors import KnownError, known, sentence, server_gone
from client.data.workbooks.workbook import Cancelled, write_whole
from client.i18n import _
from client.ui.printing import making, pages, printers
from client.ui.printing.making import Made, Wanted
from client.ui.printing.pages import Strip
from client.ui.printing.printers import PaperMissing, PrinterFailed, Sheets, Target

# Rows of dots drawn together: Qt holds the interpreter meanwhile, and the window with it.
BAND = 256


class Report(Protocol):
    """Is told how far the work is, and says whether it is to stop."""

    def tell(self, done: int, total: int, text: str) -> None: ...
    def stopped(self) -> bool: ...


@dataclass
class Outcome:
    """What came of it: documents and pages sent, and what was left out with the reason."""

    documents: int = 0
    pages: int = 0
    title: str = ""
    missing: set[str] = field(default_factory=set)
    left: list[str] = field(default_factory=list)
    stopped: bool = False

    def add(self, made: Made) -> None:
        """Count a paper that is on its way."""
        self.documents += 1
        self.pages += made.pages
        self.title = made.title
        self.missing.update(made.missing)


def print_papers(
    office: Office, wanted: Sequence[Wanted], target: Target, anyway: bool, report: Report
) -> Outcome:
    """All papers as one print job. Stopped in the first one, nothing is printed where the printer
    takes it back; later the job ends with the paper that is being printed.

    Raises Cancelled, PrinterFailed, and PaperMissing unless it is to be printed `anyway`.
    """
    outcome = Outcome()
    title = f"Kehu {wanted[0].kind} {wanted[0].id}"
    with (
        _file_of(target) as there,
        printers.job(there, wanted[0].paper, title, anyway) as sheets,
    ):
        for one in _each(wanted, outcome, report):
            with left_out(outcome, one), office.session() as session:
                made = making.logged(session, office.settings, one, "printer", target.printer)
                outcome.stopped = not _print(made, sheets, report, not outcome.documents)
                outcome.add(made)
        if not outcome.documents:
            raise _nothing(outcome)
    return outcome


def _print(made: Made, sheets: Sheets, report: Report, may_stop: bool) -> bool:
    """All pages of a paper; False where it was stopped and the pages before are printed."""
    sizes = pages.page_sizes(made.pdf)
    for page, points in enumerate(sizes):
        if may_stop and report.stopped():
            if sheets.takes_back or not page:
                raise Cancelled
            return False
        if len(sizes) > 1:
            text = _("{title}: page {page} of {pages}")
            said = text.format(title=made.title, page=page + 1, pages=len(sizes))
            report.tell(page, len(sizes), said)
        width, height = (point / pages.POINT * pages.MM for point in points)
        sheets.next_page()
        whole = sheets.picture_size(width, height)
        for top in range(0, whole.height(), BAND):
            strip = Strip(page, whole, top, min(BAND, whole.height() - top))
            picture = pages.for_printer(made.pdf, strip, sheets.grey or not made.coloured)
            if picture is not None:
                sheets.draw(picture, strip, width, height)
    return True


def save_one(office: Office, wanted: Sequence[Wanted], path: Path, report: Report) -> Outcome:
    """All papers in one PDF, which is written whole or not at all. Raises Cancelled, OSError."""
    from reports.papers import make_many

    outcome, written = Outcome(), BytesIO()
    with office.session() as session:
        items = _items(office, session, wanted, outcome, report)
        first = next(items, None)
        if first is None:
            raise _nothing(outcome)
        made = make_many(chain([first], items), written)
        if outcome.stopped:
            raise Cancelled
        write_whole(path, written.getvalue())
    outcome.documents, outcome.pages, outcome.missing = made.documents, made.pages, {*made.missing}
    return outcome


def _items(
    office: Office, session: Any, wanted: Sequence[Wanted], outcome: Outcome, report: Report
) -> Iterator[Any]:
    """What the one PDF is made of, noted one by one."""
    from reports.papers import Item

    for one in _each(wanted, outcome, report):
        found = None
        with left_out(outcome, one), session.begin_nested():
            found = making.noted(session, office.settings, one, "pdf")
        if found is not None:
            doc, prints = found
            how = (one.language, one.paper, one.copies, prints)
            yield Item(one.kind, doc, doc["office"], *how)


def save_each(office: Office, wanted: Sequence[Wanted], folder: Path, report: Report) -> Outcome:
    """Each paper in a file of its own name; stopped, those that are whole stay. Raises OSError."""
    outcome, used = Outcome(), set[str]()
    for one in _each(wanted, outcome, report):
        with left_out(outcome, one), office.session() as session:
            made = making.logged(session, office.settings, one, "pdf")
            write_whole(folder / _unused(made.file_name, used), made.pdf)
            outcome.add(made)
    if not outcome.documents:
        raise _nothing(outcome)
    return outcome


def _nothing(outcome: Outcome) -> Exception:
    """Why no paper at all came of it."""
    return Cancelled() if outcome.stopped or not outcome.left else KnownError(outcome.left[0])


def _each(wanted: Sequence[Wanted], outcome: Outcome, report: Report) -> Iterator[Wanted]:
    """The papers one by one, until all are done or it is to stop."""
    for done, one in enumerate(wanted):
        if outcome.stopped or report.stopped():
            outcome.stopped = True
            return
        if len(wanted) > 1:
            text = _("Document {n} of {total}").format(n=done + 1, total=len(wanted))
            report.tell(done, len(wanted), text)
        yield one


@contextmanager
def left_out(outcome: Outcome, wanted: Wanted) -> Iterator[None]:
    """A document that is gone or not one's own does not hold up the others."""
    try:
        yield
    except Exception as error:
        ours = isinstance(error, PrinterFailed | PaperMissing)
        if ours or not known(error) or server_gone(error):
            raise
        outcome.left.append(sentence(error))


@contextmanager
def _file_of(target: Target) -> Iterator[Target]:
    """A file that is printed into appears when it is whole."""
    if not target.file:
        yield target
        return
    path = Path(target.file)
    with tempfile.TemporaryDirectory(prefix=".kehu-", dir=path.parent) as folder:
        part = Path(folder) / "part.pdf"
        yield target._replace(file=str(part))
        os.replace(part, path)


def _unused(name: str, used: set[str]) -> str:
    """The name, with a number where two documents have the same one."""
    path, number = Path(name), 1
    while name.casefold() in used:
        number += 1
        name = f"{path.stem} ({number}){path.suffix}"
    used.add(name.casefold())
    return name


Work = Callable[[Report], Outcome]

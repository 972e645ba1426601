"""The printers of this workstation: their papers, and how each prints exactly where it should.

Everything is told from the paper's edge, not from where a printer can print. Asking a printer can
take long where it hangs on the network, so all of this belongs into jobs.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from typing import NamedTuple

from PySide6.QtCore import QMarginsF, QRect, QSize, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from client.data.errors import KnownError
from client.data.papers import SIZES
from client.i18n import N_, _
from client.settings import Settings
from client.ui.printing.pages import MM, Strip

FINEST = 600  # dots an inch; finer is not seen, only slow
NEAR = 1.5  # mm by which a form of the right name or size may differ
FITS = "printing/fits"
MISSING = N_(
    "{printer} has no paper of {width} × {height} mm and would feed another length. Make a form of"
    " this size in Windows (Printers, Print server properties, Forms), then choose the printer"
    " again."
)
UNNAMED = N_(
    "{printer} knows no paper of {width} × {height} mm by name and is told the size instead. Where"
    " it feeds another length, make a form of this size in Windows (Printers, Print server"
    " properties, Forms)."
)


class PrinterFailed(KnownError):
    """The printer is gone, cannot be opened, or takes no more pages."""


class PaperMissing(KnownError):
    """The printer knows no paper of that size and takes no other than it knows."""


@dataclass(frozen=True)
class Fit:
    """What makes a printer print in the right place: moved by mm to the right and down, scaled by
    percent. `longer` mm are added to each page where the forms drift."""

    right: float = 0.0
    down: float = 0.0
    wide: float = 100.0
    high: float = 100.0
    longer: float = 0.0


class Target(NamedTuple):
    """Where a paper goes: a printer, or a PDF file printed as a printer would print it."""

    printer: str
    fit: Fit = Fit()
    file: str = ""


class Match(NamedTuple):
    """A paper as a printer knows it; `turned` when it lies across there, `told` when the printer
    does not know it but takes sizes of one's own."""

    size: QPageSize
    turned: bool = False
    told: bool = False


def fit_of(settings: Settings, printer: str, paper: str) -> Fit:
    """What is kept for this printer and paper on this workstation."""
    kept = settings.get(FITS, {}).get(printer, {})
    found = kept.get(paper, {}) if isinstance(kept, dict) else {}
    known = {field.name for field in fields(Fit)}
    numbers = found.items() if isinstance(found, dict) else ()
    return Fit(**{k: float(v) for k, v in numbers if k in known and isinstance(v, int | float)})


def keep_fit(settings: Settings, printer: str, paper: str, fit: Fit) -> None:
    """Keep it for the next prints."""
    kept = dict(settings.get(FITS, {}))
    mine = kept.get(printer)
    kept[printer] = (mine if isinstance(mine, dict) else {}) | {paper: asdict(fit)}
    settings.set(FITS, kept)


def names() -> list[str]:
    """The printers there are, the system's own choice first."""
    found = list(QPrinterInfo.availablePrinterNames())
    first = QPrinterInfo.defaultPrinterName()
    return sorted(found, key=lambda name: (name != first, name.casefold()))


def lacks(printer: str, paper: str) -> str:
    """Why the printer may not print on this paper and what can be done; empty if it surely can."""
    try:
        found = _match(_info(printer), paper, 0.0)
    except KnownError as error:
        return str(error)
    return _told(UNNAMED, printer, paper) if found.told else ""


def matching(sizes: Sequence[QPageSize], paper: str) -> Match | None:
    """The paper among those that a printer knows: by its name, else the nearest in size."""
    wanted = SIZES[paper]
    found: list[tuple[bool, float, int, Match]] = []
    for place, known in enumerate(sizes):
        size = known.size(QPageSize.Unit.Millimeter)
        for turned in (False, True):
            wide, high = (size.height(), size.width()) if turned else (size.width(), size.height())
            off = max(abs(wide - wanted.width), abs(high - wanted.height))
            if off <= NEAR:
                named = _plain(paper) in _plain(known.name())
                found.append((not named, off, place, Match(known, turned)))
    return min(found, key=lambda entry: entry[:3])[3] if found else None


def _plain(name: str) -> str:
    """A form's name as `241x140`, however it is written."""
    return re.sub(r"\s*[x×*]\s*", "x", name.casefold()).replace("mm", "").strip()


def own_size(paper: str, longer: float = 0.0) -> Match:
    """The paper as a size of its own, for printers that take any."""
    size = QSizeF(SIZES[paper].width, SIZES[paper].height + longer)
    exact = QPageSize.SizeMatchPolicy.ExactMatch
    return Match(QPageSize(size, QPageSize.Unit.Millimeter, paper, exact), told=True)


def takes(least: QSizeF, most: QSizeF, paper: str) -> bool:
    """Whether a size of its own lies within what a printer takes; `most` may be unknown."""
    size = SIZES[paper]
    room = (least.width(), least.height(), most.width(), most.height())
    if most.width() <= 0 or most.height() <= 0:
        return True
    slack = (room[0] - NEAR, room[1] - NEAR, room[2] + NEAR, room[3] + NEAR)
    return slack[0] <= size.width <= slack[2] and slack[1] <= size.height <= slack[3]


def _info(printer: str) -> QPrinterInfo:
    info = QPrinterInfo.printerInfo(printer) if printer else QPrinterInfo()
    if info.isNull():
        text = _("The printer {name} is not there. Choose another one; nothing is lost.")
        raise PrinterFailed(text.format(name=printer))
    return info


def _match(info: QPrinterInfo, paper: str, longer: float) -> Match:
    # Windows says of nearly every printer that it takes any size: the limits tell the truth.
    unit = QPageSize.Unit.Millimeter
    least, most = info.minimumPhysicalPageSize(), info.maximumPhysicalPageSize()
    any_size = info.supportsCustomPageSizes() and takes(least.size(unit), most.size(unit), paper)
    own = own_size(paper, longer) if any_size else None
    known = matching(info.supportedPageSizes(), paper)
    found = own or known if longer else known or own
    if found is None:
        raise PaperMissing(missing_paper(info.printerName(), paper))
    return found


def missing_paper(printer: str, paper: str) -> str:
    """That the printer has no such paper, and what to do."""
    return _told(MISSING, printer, paper)


def _told(text: str, printer: str, paper: str) -> str:
    size = SIZES[paper]
    return _(text).format(printer=printer, width=f"{size.width:g}", height=f"{size.height:g}")


class Sheets:
    """An open print job: `page` puts one page on paper. Not for several threads."""

    def __init__(self, printer: QPrinter, paper: str, fit: Fit) -> None:
        self._printer, self._paper, self._fit = printer, paper, fit
        self.painter = QPainter()
        self.pages = 0

    @property
    def grey(self) -> bool:
        """Whether colours would be lost; forms of several layers are printed by needles."""
        return self._paper != "a4" or self._printer.colorMode() == QPrinter.ColorMode.GrayScale

    @property
    def takes_back(self) -> bool:
        """Whether what failed or was stopped is not printed; elsewhere than in Windows it is."""
        to_file = self._printer.outputFormat() == QPrinter.OutputFormat.PdfFormat
        return to_file or sys.platform == "win32"

    @property
    def dots(self) -> tuple[float, float]:
        """Dots a millimetre, across and down; dot matrix printers differ in them."""
        return self._printer.logicalDpiX() / MM, self._printer.logicalDpiY() / MM

    def next_page(self) -> None:
        """Take a new page; the first one opens the printer."""
        done = self._printer.newPage() if self.pages else self.painter.begin(self._printer)
        if not done:
            text = _("The printer {name} takes no pages. Is it switched on and has it paper?")
            raise PrinterFailed(text.format(name=self._printer.printerName()))
        # Otherwise letters in a PDF get the specks of a photograph.
        self.painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        self.pages += 1

    def picture_size(self, width: float, height: float) -> QSize:
        """How many dots a page of so many mm has at most."""
        across, down = (min(dots, FINEST / MM) for dots in self.dots)
        wide, high = self._fit.wide / 100, self._fit.high / 100
        return QSize(round(width * wide * across), round(height * high * down))

    def draw(self, picture: QImage, strip: Strip, width: float, height: float) -> None:
        """Put a strip of a page of so many mm on the page that was taken last."""
        fit, (across, down) = self._fit, self.dots
        tall = height * fit.high / 100 * down / strip.whole.height()
        # Whole dots, so that no line shows where two strips meet.
        top = round(fit.down * down)
        edges = [top + round(tall * row) for row in (strip.top, strip.top + strip.height)]
        wide = round(width * fit.wide / 100 * across)
        place = QRect(round(fit.right * across), edges[0], wide, edges[1] - edges[0])
        self.painter.drawImage(place, picture)


@contextmanager
def job(target: Target, paper: str, title: str, anyway: bool = False) -> Iterator[Sheets]:
    """A print job, sent off at the end, taken back where something fails meanwhile.

    Raises PrinterFailed, and PaperMissing unless it is to be printed `anyway`.
    """
    printer = _opened(target, paper, anyway)
    printer.setDocName(title)
    printer.setCreator("Kehu")
    sheets = Sheets(printer, paper, target.fit)
    try:
        yield sheets
    except BaseException:
        printer.abort()
        sheets.painter.end()
        raise
    if sheets.pages and not sheets.painter.end():
        text = _("The printer {name} did not take the job.")
        raise PrinterFailed(text.format(name=target.printer))


def _opened(target: Target, paper: str, anyway: bool) -> QPrinter:
    longer = target.fit.longer
    if target.file:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(target.file)
        printer.setResolution(FINEST)
        found = own_size(paper, longer)
    else:
        info = _info(target.printer)
        printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
        try:
            found = _match(info, paper, longer)
        except PaperMissing:
            if not anyway:
                raise
            found = own_size(paper, longer)
    printer.setPageSize(found.size)
    across, upright = QPageLayout.Orientation.Landscape, QPageLayout.Orientation.Portrait
    printer.setPageOrientation(across if found.turned else upright)
    printer.setFullPage(True)
    printer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    return printer

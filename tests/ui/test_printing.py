"""Papers of a real office on their way to printers and files, measured where they come out."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from PySide6.QtCore import QSize, QSizeF
from PySide6.QtGui import QImage, QPageSize
from pytestqt.qtbot import QtBot

from client import i18n
from client.context import Context
from client.data import papers
from client.data.errors import Gone
from client.data.priced import edit as order_edit
from client.data.priced import store as order_store
from client.data.priced.edit import LINE
from client.data.priced.kinds import QUOTE
from client.data.workbooks.workbook import Cancelled
from client.settings import Settings
from client.ui.printing import alignment, pages, printers, work
from client.ui.printing.alignment import Measured
from client.ui.printing.batch import EACH, ONE, BatchDialog
from client.ui.printing.making import Wanted
from client.ui.printing.printers import Fit, PrinterFailed, Target
from client.ui.screens.orders import OrdersScreen
from reports import papers as reports
from tests.conftest import OfficeDatabase
from tests.ui.paper_office import logged, numbered, printing_context
from tests.ui.records_office import Desk

DOTS = 300 / 25.4  # a millimetre, in which outputs are measured


class Stop:
    """A report that wants to stop after so many steps."""

    def __init__(self, after: int = 1000) -> None:
        self.after, self.said = after, []

    def tell(self, done: int, total: int, text: str) -> None:
        self.said.append(text)

    def stopped(self) -> bool:
        self.after -= 1
        return self.after < 0


@pytest.fixture
def context(office_db: OfficeDatabase, tmp_path: Path) -> Iterator[Context]:
    made = printing_context(office_db, tmp_path)
    yield made
    made.jobs.wait()


@pytest.fixture
def orders(office_db: OfficeDatabase, context: Context) -> list[int]:
    return numbered(office_db, context)


def wanted(*ids: int, paper: str = "a4") -> list[Wanted]:
    return [Wanted("order", number, paper) for number in ids]


def drawn(pdf: Path, page: int = 0) -> QImage:
    data = pdf.read_bytes()
    width, height = (round(side / 72 * 300) for side in pages.page_sizes(data)[page])
    found = pages.for_printer(data, pages.Strip(page, QSize(width, height), 0, height), grey=True)
    assert found is not None
    return found


def ink(picture: QImage) -> tuple[float, float, float, float]:
    """Left, top, right and lower edge of all that is dark, in mm."""
    wide, rows = picture.width(), picture.bytesPerLine()
    data = bytes(picture.constBits())
    lines = [data[y * rows : y * rows + wide] for y in range(picture.height())]
    inked = [y for y, line in enumerate(lines) if min(line) < 128]
    dark = re.compile(b"[\x00-\x7f]")
    left = min(dark.search(lines[y]).start() for y in inked)
    right = max(wide - dark.search(lines[y][::-1]).start() for y in inked)
    return left / DOTS, inked[0] / DOTS, right / DOTS, (inked[-1] + 1) / DOTS


# Printers


def test_a_printer_prints_moved_and_scaled_from_the_papers_edge(
    context: Context, orders: list[int], tmp_path: Path, office_db: OfficeDatabase
) -> None:
    edges = {}
    for name, fit in (("plain", Fit()), ("moved", Fit(5, -3)), ("scaled", Fit(0, 0, 98, 102))):
        file = tmp_path / f"{name}.pdf"
        target = Target("", fit, str(file))
        outcome = work.print_papers(context.office, wanted(orders[0]), target, False, Stop())
        assert (outcome.documents, outcome.pages) == (1, 1)
        (size,) = pages.page_sizes(file.read_bytes())
        assert size == pytest.approx((595.3, 841.9), abs=1)
        edges[name] = ink(drawn(file))
    left, top, right, low = edges["plain"]
    assert 10 < left < 20 < 190 < right < 200
    assert edges["moved"] == pytest.approx((left + 5, top - 3, right + 5, low - 3), abs=0.2)
    scaled = (left * 0.98, top * 1.02, right * 0.98, low * 1.02)
    assert edges["scaled"] == pytest.approx(scaled, abs=0.2)
    assert logged(office_db) == [(orders[0], "a4", "en", "printer")] * 3


def test_the_alignment_page_has_its_crosses_where_it_says(tmp_path: Path) -> None:
    file = tmp_path / "page.pdf"
    target = Target("", Fit(2, 1), str(file))
    assert alignment.print_pages(target, "241x140", 2, False) == 2
    sizes = pages.page_sizes(file.read_bytes())
    assert sizes == [pytest.approx((683.1, 396.9), abs=1)] * 2
    picture = drawn(file, 1)

    def dark(x: float, y: float) -> bool:
        around = range(-3, 4)
        return any(
            picture.pixelColor(round(x * DOTS) + a, round(y * DOTS) + b).value() < 128
            for a in around
            for b in around
        )

    found = alignment.expected("241x140")
    for x in (found.left, found.left + found.across):
        for y in (found.top, found.top + found.down):
            assert dark(x + 2 + 4, y + 1), (x, y)
            assert dark(x + 2, y + 1 - 4), (x, y)
            assert not dark(x + 2 + 3, y + 1 - 3), (x, y)


def test_what_is_measured_corrects_what_the_printer_does() -> None:
    starts, stretch = (3.2, -1.5), (0.985, 1.01)

    def measured(fit: Fit) -> Measured:
        """The page of a printer that shifts, stretches, and has forms that drift by 0.3 mm."""
        first = (fit.right + 20 * fit.wide / 100, fit.down + 20 * fit.high / 100)
        left, top = (s + k * at for s, k, at in zip(starts, stretch, first, strict=True))
        across, down = 201 * fit.wide / 100 * stretch[0], 100 * fit.high / 100 * stretch[1]
        return Measured(left, top, across, down, top + 9 * (0.3 + fit.longer))

    fit = alignment.corrected(Fit(1, 2, 101, 99), "241x140", measured(Fit(1, 2, 101, 99)))
    assert measured(fit) == pytest.approx(alignment.expected("241x140"), abs=0.05)
    assert fit.longer == pytest.approx(-0.3)


def test_a_paper_is_found_by_name_or_size_and_missed_aloud() -> None:
    exact = QPageSize.SizeMatchPolicy.ExactMatch

    def size(width: float, height: float, name: str) -> QPageSize:
        return QPageSize(QSizeF(width, height), QPageSize.Unit.Millimeter, name, exact)

    a4, full = QPageSize(QPageSize.PageSizeId.A4), size(241, 279.4, "241x280")
    half, inches = size(240, 139.2, "241×140mm"), size(241.3, 139.7, "9.5 x 5.5")
    turned = size(140, 241, "form 7")
    assert printers.matching([full, a4], "a4") == (a4, False, False)
    assert printers.matching([a4, full], "241x140") is None
    assert printers.matching([a4, inches, half], "241x140") == (half, False, False)
    assert printers.matching([a4, inches, full], "241x140") == (inches, False, False)
    assert printers.matching([a4, turned], "241x140") == (turned, True, False)
    least, laser, needles = QSizeF(76, 127), QSizeF(216, 356), QSizeF(257, 364)
    assert printers.takes(least, needles, "241x140")
    assert not printers.takes(least, laser, "241x140")
    said = printers.missing_paper("LQ", "241x93")
    assert "LQ" in said
    assert "241 × 93" in said
    assert "Print server properties" in said


def test_a_printer_that_vanished_costs_nothing(
    context: Context, orders: list[int], office_db: OfficeDatabase
) -> None:
    assert "gone" in printers.lacks("gone", "a4")
    with pytest.raises(PrinterFailed, match="gone"):
        work.print_papers(context.office, wanted(*orders), Target("gone"), False, Stop())
    assert logged(office_db) == []


def test_the_fit_is_kept_by_printer_and_paper(settings: Settings) -> None:
    printers.keep_fit(settings, "LQ", "241x140", Fit(1.5, -2, 100.5, 99, 0.25))
    printers.keep_fit(settings, "LQ", "a4", Fit(3))
    assert printers.fit_of(settings, "LQ", "241x140") == Fit(1.5, -2, 100.5, 99, 0.25)
    assert printers.fit_of(settings, "HP", "241x140") == Fit()
    settings.set(printers.FITS, {"LQ": {"a4": {"right": "x", "other": 1}}, "HP": 3})
    assert printers.fit_of(settings, "LQ", "a4") == printers.fit_of(settings, "HP", "a4") == Fit()


# Many at once


def test_many_become_one_job_one_file_or_a_file_each(
    context: Context, orders: list[int], tmp_path: Path, office_db: OfficeDatabase
) -> None:
    gone = 99_999
    job, one, folder = tmp_path / "job.pdf", tmp_path / "one.pdf", tmp_path / "each"
    folder.mkdir()
    many = wanted(orders[0], gone, *orders[1:])
    printed = work.print_papers(context.office, many, Target("", Fit(), str(job)), False, Stop())
    saved = work.save_one(context.office, many, one, Stop())
    each = work.save_each(context.office, many, folder, Stop())
    counted = {(found.documents, found.pages, len(found.left)) for found in (printed, saved, each)}
    ((documents, count, left),) = counted
    assert (documents, left, count > 4) == (3, 1, True)
    assert [len(pages.page_sizes(file.read_bytes())) for file in (job, one)] == [count, count]
    parts = sorted(folder.iterdir())
    assert sum(len(pages.page_sizes(file.read_bytes())) for file in parts) == count
    number = papers.gather(context.office, "order", orders[0])["number"]
    day = f"{context.office.today:%Y%m%d}"
    assert parts[0].name == f"Sales order_广州星河贸易有限公司_{number}_{day}.pdf"
    ways = [(row, way) for row, _paper, _language, way in logged(office_db)]
    assert ways == [(row, way) for way in ("printer", "pdf", "pdf") for row in orders]


def test_a_second_print_says_so_and_bears_the_logo(
    context: Context, orders: list[int], tmp_path: Path, office_db: OfficeDatabase
) -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 20), "teal").save(picture, "PNG")
    number = office_db.ask("admin", "SELECT add_picture(%s)", picture.getvalue())[0][0]
    context.office.settings |= {"office_print_repeat": True, "office_logo": number}
    texts = []
    for place in range(3):
        file = tmp_path / f"{place}.pdf"
        work.save_one(context.office, wanted(orders[0], paper="241x140"), file, Stop())
        (page,) = PdfReader(file).pages
        assert len(page.images) == 1
        texts.append(page.extract_text())
    assert [re.findall(r"Print no\. (\d)", text) for text in texts] == [[], ["2"], ["3"]]


def test_a_quote_is_printed_as_it_stands_and_as_it_was_sent(
    context: Context, orders: list[int], office_db: OfficeDatabase
) -> None:
    office = context.office
    order = papers.gather(office, "order", orders[0])
    doc = order_edit.blank(QUOTE, office.today, office.me["id"])
    lines = [order_edit.blank_line() | {k: line[k] for k in LINE} for line in order["lines"]]
    doc |= {"customer_id": order["customer"]["id"], "lines": lines, "remarks": "as sent"}
    doc["valid_until"] = office.today
    sent = order_store.save_and_issue(office, QUOTE, doc, changed=True)
    office_db.ask(None, "UPDATE quote SET remarks = 'later'")
    assert papers.gather(office, "quote", sent["id"])["remarks"] == "later"
    first = papers.gather(office, "quote", sent["id"], revision=1)
    assert (first["remarks"], first["office"]["logo"]) == ("as sent", None)
    with pytest.raises(Gone):
        papers.gather(office, "quote", sent["id"], revision=7)
    name = papers.file_name("quote", first, "zh_CN")
    assert name == f"报价单_广州星河贸易有限公司_{sent['number']}_{office.today:%Y%m%d}.pdf"


def test_kinds_and_sizes_are_those_of_the_papers() -> None:
    assert set(papers.KINDS) == set(reports.PAPERS)
    sizes = {name: (size.width, size.height) for name, size in papers.SIZES.items()}
    assert sizes == reports.SIZES


def test_stopped_nothing_half_is_left(
    context: Context, orders: list[int], tmp_path: Path, office_db: OfficeDatabase
) -> None:
    job, one, folder = tmp_path / "job.pdf", tmp_path / "one.pdf", tmp_path / "each"
    folder.mkdir()
    target, office = Target("", Fit(), str(job)), context.office
    with pytest.raises(Cancelled):  # in the middle of a paper of several pages
        work.print_papers(office, wanted(orders[2]), target, False, Stop(2))
    with pytest.raises(Cancelled):
        work.save_one(office, wanted(*orders), one, Stop(2))
    assert logged(office_db) == []
    outcome = work.save_each(office, wanted(*orders), folder, Stop(2))
    assert outcome.stopped
    assert outcome.documents == len(list(folder.iterdir())) == 2
    assert [path.name for path in tmp_path.iterdir() if ".pdf" in path.name] == []
    assert not list(tmp_path.glob("**/.kehu-*"))
    assert [row for row, *_rest in logged(office_db)] == orders[:2]


def test_the_dialog_writes_many_and_says_so(
    qtbot: QtBot, context: Context, orders: list[int], tmp_path: Path
) -> None:
    dialog = BatchDialog(context, "order", orders, None, ONE)
    qtbot.addWidget(dialog)
    dialog.show()
    with qtbot.waitSignal(dialog.run.ended, timeout=60_000):
        dialog.save_one(tmp_path / "one.pdf")
    assert dialog._said.text() == "3 documents saved in one.pdf"
    assert not dialog.isVisible()
    dialog = BatchDialog(context, "order", [*orders, 99_999], None, EACH)
    qtbot.addWidget(dialog)
    dialog.show()
    with qtbot.waitSignal(dialog.run.ended, timeout=60_000):
        dialog.save_each(tmp_path / "no such folder")
    assert "could not be written" in dialog._said.text()
    with qtbot.waitSignal(dialog.run.ended, timeout=60_000):
        dialog.save_each(tmp_path)
    assert "1 left out: Sales order: somebody has deleted it" in dialog._said.text()
    assert dialog.isVisible()  # so that it can be read


def test_a_list_shows_one_paper_and_asks_about_several(
    qtbot: QtBot, context: Context, orders: list[int]
) -> None:
    desk = Desk()
    screen = OrdersScreen(context, desk)
    qtbot.addWidget(screen)
    screen.resize(1200, 600)
    screen.show()
    qtbot.waitUntil(lambda: len(screen.grid.model.ids) == 3 and screen.grid.reader.complete)
    screen.grid.table.setCurrentIndex(screen.grid.model.index(1, 0))
    screen.print_current()
    assert desk.opened == [("paper:order", screen.grid.current_id(), {})]
    screen.grid.table.selectAll()
    screen.print_current()
    (dialog,) = screen.findChildren(BatchDialog)
    assert sorted(dialog._ids) == sorted(orders)
    dialog.reject()


def test_file_names_suit_every_system() -> None:
    doc = {"id": 7, "customer": {"name": 'a/b:c*"<>|' + "长" * 200 + "..."}, "order_date": None}
    assert papers.file_name("order", doc, "en") == f"Sales order_a b c {'长' * 34}_Draft 7.pdf"
    assert len(papers.file_name("order", doc, "zh_CN").encode()) < 255
    assert papers.file_name("order", {"number": "SO\\1. "}, "zh_CN") == "销售单_SO 1.pdf"
    assert i18n.current() == "en"

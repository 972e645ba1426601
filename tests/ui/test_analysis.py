"""The analysis screen against a real office: filters, figures, bars, and what leaves the window."""

from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from pypdf import PdfReader
from PySide6.QtGui import QImage

from client.context import Context
from client.settings import Settings
from client.ui.bus import Bus
from client.ui.jobs import Jobs
from client.ui.kit import Label
from client.ui.screens.analysis import AnalysisScreen
from client.ui.theme import theme
from tests.data import sales

SPRING = (date(2026, 1, 1), date(2026, 5, 31))


@pytest.fixture(scope="module")
def office(shared_office):
    sales.fill(shared_office)
    return shared_office


@pytest.fixture
def make(office, qtbot, qapp, tmp_path):
    theme().apply(qapp)
    made = []

    def build(user="boss", report="region", period=SPRING):
        settings = Settings(tmp_path / "settings.json")
        settings.set("analysis", report)
        context = Context(office.login(user), Jobs(), Bus(), settings)
        screen = AnalysisScreen(context, None)
        qtbot.addWidget(screen)
        screen.resize(1200, 700)
        screen.filters.set_period(period)
        screen.show()
        made.append(screen)
        settle(qtbot, screen)
        return screen

    yield build
    for screen in made:
        screen.context.jobs.wait()


def settle(qtbot, screen):
    qtbot.waitUntil(lambda: not screen.context.jobs.busy(), timeout=30_000)


def column(screen, key):
    place = screen.pane.table.column_layout.index_of(key)
    model = screen.pane.model
    return [model.index(row, place).data() for row in range(model.rowCount())]


def test_figures_in_thousands_beside_the_year_before(qtbot, make):
    screen = make()
    assert column(screen, "text") == ["Northern city", "South", "North"]
    assert column(screen, "amount") == ["0.40", "0.12", "0.02"]
    assert column(screen, "previous") == ["0.25", "0.00", "0.00"]
    assert column(screen, "change") == ["60.0 %", "", ""]
    assert [bar.before for bar in screen.pane.bars()] == [0.25, 0.0, 0.0]
    said = [label.accessibleName() for label in screen.strip.findChildren(Label)]
    assert "Sales 0.54 CNY k" in said
    assert "Change ▲ 114.6 %" in said


def test_figures_stay_when_they_cannot_be_read_again(qtbot, make):
    screen = make()
    office = screen.context.office
    office.profile = replace(office.profile, port=1)
    office.close_idle()
    with qtbot.waitSignal(screen.context.jobs.problem, timeout=30_000):
        screen.refresh()
    assert screen.pane.isVisible()
    screen.pane.answer = None  # as long as nothing was read
    with qtbot.waitSignal(screen.context.jobs.problem, timeout=30_000):
        screen.refresh()
    assert screen.empty.isVisible()


def test_unit_sort_and_comparison(qtbot, make):
    screen = make()
    filters = screen.filters
    filters._unit.setCurrentIndex(1)
    filters._unit.activated.emit(1)
    assert column(screen, "amount") == ["400.00", "115.00", "21.52"]
    screen.pane.table.sort_requested.emit([("text", True)])
    assert column(screen, "text") == ["North", "Northern city", "South"]
    assert [bar.name for bar in screen.pane.bars()] == ["North", "Northern city", "South"]
    filters._compare.setCurrentIndex(1)
    filters._compare.activated.emit(1)
    settle(qtbot, screen)
    shown = [each.key for each in screen.pane.shown_columns()]
    assert "previous" not in shown
    assert screen.pane.bars()[0].before is None


def test_another_report_and_a_region(qtbot, make):
    screen = make(report="product")
    assert column(screen, "text") == ["=Cable", "Lamp"]
    place = screen.filters._region.findText("South")
    screen.filters._region.setCurrentIndex(place)
    screen.filters._region.activated.emit(place)
    settle(qtbot, screen)
    assert column(screen, "orders") == ["1", "1"]
    screen.tabs.setCurrentIndex(1)
    settle(qtbot, screen)
    # By salesperson the salesperson's own region counts, and only Bob has one there.
    assert column(screen, "text") == ["Bob"]


def test_only_what_the_reader_may_see(make):
    assert column(make("ann"), "text") == ["South", "North"]


def test_nothing_to_show_says_what_to_do(qtbot, make):
    screen = make(period=(date(2001, 1, 1), date(2001, 12, 31)))
    assert screen.empty.isVisible()
    screen._show_all_days()
    settle(qtbot, screen)
    assert not screen.empty.isVisible()
    assert len(column(screen, "text")) == 4


def test_a_wrong_period_is_a_sentence_and_keeps_the_figures(qtbot, make):
    screen = make()
    with qtbot.waitSignal(screen.status_changed) as caught:
        screen.filters.period.setText("soonish")
        screen.filters.period.editingFinished.emit()
    assert caught.args[0]
    assert column(screen, "text") == ["Northern city", "South", "North"]


def test_others_saves_appear(qtbot, make):
    screen = make()
    before = screen.pane.answer
    screen.context.bus.changed.emit("sales_order", "UPDATE", [1])
    qtbot.waitUntil(lambda: screen.pane.answer is not before)
    settle(qtbot, screen)
    assert screen.following.stale is False


def test_the_theme_changes_while_bars_are_shown(qtbot, qapp, make):
    screen = make()
    before = screen.grab().toImage()
    theme().set_mode("dark")
    after = screen.grab().toImage()
    theme().set_mode("light")
    middle = (screen.width() * 3 // 4, screen.height() - 60)
    assert before.pixelColor(*middle).lightness() > 128
    assert after.pixelColor(*middle).lightness() < 128


def test_workbook_picture_and_paper(qtbot, make, tmp_path):
    screen = make()
    names = {suffix: str(tmp_path / f"figures.{suffix}") for suffix in ("xlsx", "png", "pdf")}
    screen._saving.save_workbook(names["xlsx"])
    screen._saving.save_picture(names["png"])
    screen._saving.save_paper(names["pdf"])
    settle(qtbot, screen)
    values = list(openpyxl.load_workbook(names["xlsx"]).active.values)
    heads, first = values[0], values[1]
    assert first[heads.index("This period (CNY)")] == 400
    assert values[-1][heads.index("This period (CNY)")] == pytest.approx(536.52)
    assert QImage(names["png"]).width() == 2400
    text = PdfReader(names["pdf"]).pages[0].extract_text()
    assert "Northern city" in text


def test_a_file_that_cannot_be_written_is_reported(qtbot, make, tmp_path):
    screen = make()
    with qtbot.waitSignal(screen.context.jobs.problem):
        screen._saving.save_picture(str(tmp_path / "missing" / "a.png"))

"""The preview of a paper: its pages by keys and wheel, and what leaves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from client.context import Context
from client.ui.printing import choices, pages, printers
from client.ui.printing.dialog import PrintersDialog
from client.ui.printing.printers import Fit, Target
from client.ui.screens.paper import PaperScreen
from tests.conftest import OfficeDatabase
from tests.ui.paper_office import logged, numbered, printing_context
from tests.ui.records_office import Desk

Key = Qt.Key


@pytest.fixture
def context(office_db: OfficeDatabase, tmp_path: Path) -> Iterator[Context]:
    made = printing_context(office_db, tmp_path)
    yield made
    made.jobs.wait()


@pytest.fixture
def orders(office_db: OfficeDatabase, context: Context) -> list[int]:
    return numbered(office_db, context)


@pytest.fixture
def preview(qtbot: QtBot, context: Context, orders: list[int]) -> PaperScreen:
    """The preview of an order of several pages."""
    made = PaperScreen("order", context, Desk(), orders[2])
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: made.isActiveWindow() and made.view.is_drawn(), timeout=60_000)
    made.view.setFocus()
    return made


def press(key: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClick(target, key, modifier)


def test_pages_are_turned_by_keys_and_drawn_when_seen(qtbot: QtBot, preview: PaperScreen) -> None:
    view, count = preview.view, preview.view.pages()
    assert count >= 3
    assert preview.title == f"Print {preview.made.doc['number']}"
    seen = []
    for key in (Key.Key_PageDown, Key.Key_PageDown, Key.Key_PageUp, Key.Key_End, Key.Key_Home):
        press(key)
        seen.append((view.page, preview.foot.number.value()))
    assert seen == [(1, 2), (2, 3), (1, 2), (count - 1, count), (0, 1)]
    preview.foot.number.setValue(3)
    assert view.page == 2
    qtbot.waitUntil(view.is_drawn, timeout=60_000)
    shown = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    assert min(bytes(shown.constBits())) < 128


def test_the_zoom_follows_keys_and_wheel_and_is_kept(
    qtbot: QtBot, preview: PaperScreen, context: Context
) -> None:
    view, control = preview.view, Qt.KeyboardModifier.ControlModifier
    assert view.zoom == 1.0
    press(Key.Key_Plus, control)
    assert view.zoom == 1.1
    assert preview.foot.zoom.currentText() == "110 %"
    press(Key.Key_Minus, control)
    press(Key.Key_Minus, control)
    assert view.zoom == 0.9
    wheel = QWheelEvent(
        QPointF(300, 300),
        QPointF(view.viewport().mapToGlobal(QPoint(300, 300))),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        control,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    before = view.verticalScrollBar().value()
    QApplication.sendEvent(view.viewport(), wheel)
    assert view.zoom == 1.0
    assert view.verticalScrollBar().value() > before
    for _step in range(20):
        view.step_zoom(1)
    assert view.zoom == 4.0
    qtbot.waitUntil(view.is_drawn, timeout=60_000)
    press(Key.Key_0, control)
    assert view.zoom == "width"
    assert preview.foot.zoom.currentText() == "Fit width"
    assert choices.zoom_of(context.settings) == "width"


def test_the_preview_prints_and_saves_what_it_shows(
    qtbot: QtBot, preview: PaperScreen, tmp_path: Path, office_db: OfficeDatabase
) -> None:
    preview.options.language.setCurrentIndex(preview.options.language.findData("zh_CN"))
    qtbot.waitUntil(lambda: preview.made.wanted.language == "zh_CN")
    with qtbot.waitSignal(preview.run.ended, timeout=60_000):
        preview.print_to(Target("", Fit(), str(tmp_path / "printed.pdf")))
    number, count = preview.made.doc["number"], preview.view.pages()
    assert preview.foot.said() == f"Printed {number} on printed.pdf"
    with qtbot.waitSignal(preview.run.ended, timeout=60_000):
        preview.write(tmp_path / preview.made.file_name)
    for path in (tmp_path / "printed.pdf", tmp_path / preview.made.file_name):
        assert len(pages.page_sizes(path.read_bytes())) == count
    assert preview.made.file_name.startswith("销售单_广州星河")
    ways = [(language, way) for _row, _paper, language, way in logged(office_db)]
    assert ways == [("zh_CN", "printer"), ("zh_CN", "pdf")]
    preview.print_current()
    assert preview.foot.said() == "There is no printer here. Save a PDF instead."


def test_a_paper_of_nothing_says_why(qtbot: QtBot, context: Context, orders: list[int]) -> None:
    screen = PaperScreen("order", context, Desk(), 99_999)
    qtbot.addWidget(screen)
    screen.show()
    qtbot.waitUntil(screen.failure.isVisible)
    assert "deleted" in screen.failure._text.text()
    screen.record_id = orders[0]
    screen.refresh()
    qtbot.waitUntil(screen.view.is_drawn)
    assert screen.body.isVisible()


def test_what_was_measured_is_taken_over_and_kept(
    qtbot: QtBot, context: Context, orders: list[int]
) -> None:
    dialog = PrintersDialog(context)
    qtbot.addWidget(dialog)
    dialog.show_for("LQ", "241x140")
    dialog.show()
    qtbot.waitUntil(lambda: dialog.printer.currentText() == "No printer")
    assert not dialog.keep.isEnabled()
    dialog.printer.addItem("LQ", "LQ")
    dialog.printer.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "LQ is not there" in dialog._state.text())
    for field, value in zip(dialog.measures, (22.5, 19, 201, 100, 20.8), strict=True):
        field.setValue(value)
    dialog.take_over()
    assert dialog.fit() == Fit(-2.5, 1, 100, 100, -0.2)
    assert [field.value() for field in dialog.measures] == [20, 20, 201, 100, 20]
    dialog.save()
    assert printers.fit_of(context.settings, "LQ", "241x140") == Fit(-2.5, 1, 100, 100, -0.2)
    dialog.print_pages(1)
    qtbot.waitUntil(lambda: "LQ is not there" in dialog._said.text())

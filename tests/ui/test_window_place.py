"""Where a window stands: on a screen there is, and whole."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from client.ui.kit import room
from client.ui.shell import window_place


def test_a_window_off_all_screens_comes_back(qtbot):
    lost = QWidget()
    qtbot.addWidget(lost)
    lost.setGeometry(QRect(90_000, 90_000, 400, 300))
    found = QWidget()
    qtbot.addWidget(found)
    window_place.restore(found, window_place.save(lost))
    screen = QGuiApplication.primaryScreen().availableGeometry()
    assert screen.intersects(found.frameGeometry())


def test_a_window_from_a_larger_screen_fits_this_one(qtbot):
    screen = QGuiApplication.primaryScreen().availableGeometry()
    wide = QWidget()
    qtbot.addWidget(wide)
    wide.setGeometry(QRect(0, 0, screen.width() + 300, screen.height() + 300))
    found = QWidget()
    qtbot.addWidget(found)
    window_place.restore(found, window_place.save(wide))
    assert found.height() < screen.height()
    assert found.width() <= screen.width()


def test_without_a_former_place_a_window_stands_whole_on_its_screen(qtbot, monkeypatch):
    screen = QGuiApplication.primaryScreen().availableGeometry()
    for size in (screen.size() + QSize(300, 300), screen.size() - QSize(20, 40)):
        monkeypatch.setattr(window_place, "DEFAULT", size)
        window = QWidget()
        qtbot.addWidget(window)
        window_place.restore(window, "")
        assert window.y() + window.height() + room.TITLE_BAR <= screen.bottom() + 1

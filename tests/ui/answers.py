"""Answers the questions that come up over a window, by the buttons a clerk has."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from client.ui.kit import Question


def question(asker: QWidget) -> Question | None:
    """What is being asked for `asker`."""
    found = asker.window().findChildren(Question)
    return next((box for box in found if box.isVisible()), None)


def answer(asker: QWidget, called: str) -> str:
    """Press the button `called` so; returns what was asked."""
    box = question(asker)
    assert box is not None
    return _press(box, called)


def answer_next(called: str = "") -> list[str]:
    """Press the button, or Enter, as soon as something holds up everything for an answer; the list
    then holds what was asked.
    """
    asked: list[str] = []

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(_press(box, called))

    QTimer.singleShot(0, press)
    return asked


def _press(box: QMessageBox, called: str) -> str:
    text = box.text()
    if called:
        next(button for button in box.buttons() if button.text() == called).click()
    else:
        QTest.keyClick(box, Qt.Key.Key_Return)
    return text

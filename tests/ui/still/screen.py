"""Everything that can be seen of a window, to tell whether anything of it changed by itself."""

from typing import Any

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

Seen = list[tuple[Any, ...]]


def seen(window: QWidget) -> Seen:
    """What each visible widget shows, with the cursor, what is marked, and who has the keys."""
    windows = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    assert window in windows
    parts = [part for one in windows for part in (one, *one.findChildren(QWidget))]
    return [_of(part) for part in parts if part.isVisible()]


def changes(before: Seen, now: Seen) -> Seen:
    """What is not seen any more, and what is seen only now."""
    return [one for one in before if one not in now] + [one for one in now if one not in before]


def _of(part: QWidget) -> tuple[Any, ...]:
    marks = part.hasFocus(), part.isEnabled(), part.property("tone"), part.property("wrong")
    return type(part).__name__, part.accessibleName(), *_content(part), *marks


def _content(part: QWidget) -> tuple[Any, ...]:
    match part:
        case QLineEdit():
            marked = part.selectedText() if part.hasFocus() else ""
            at = part.cursorPosition() if part.hasFocus() else 0
            return part.text(), at, marked, part.isReadOnly()
        case QPlainTextEdit():
            return part.toPlainText(), part.textCursor().position(), part.isReadOnly()
        case QComboBox():
            return part.currentText(), part.count(), part.view().isVisible()
        case QLabel() | QAbstractButton():
            return (part.text(),)
        case QScrollArea():
            return (part.verticalScrollBar().value(),)
        case QAbstractItemView():
            return _rows(part)
    return ()


def _rows(table: QAbstractItemView) -> tuple[Any, ...]:
    model, marked = table.model(), table.selectionModel()
    if model is None or marked is None:
        return ()
    rows = [
        tuple(model.index(row, column).data() for column in range(model.columnCount()))
        for row in range(min(model.rowCount(), 20))
    ]
    at, chosen = table.currentIndex(), sorted({index.row() for index in marked.selectedIndexes()})
    return rows, at.row(), at.column(), chosen, table.verticalScrollBar().value()

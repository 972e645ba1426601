"""Everything that makes screens read again, and what a widget says and holds."""

from typing import Any

from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data.listener import TABLES
from tests.ui.still.forms import settle


def storm(qtbot: QtBot, context: Context, *ids: int) -> None:
    """Notices of every table, of many rows and of these, and a connection lost and back."""
    settle(qtbot, context)
    for table in sorted(TABLES):
        for operation in ("insert", "update", "delete"):
            context.bus.changed.emit(table, operation, [])
            context.bus.changed.emit(table, operation, list(ids))
    context.bus.connection_lost.emit()
    context.bus.connection_back.emit()
    settle(qtbot, context)
    settle(qtbot, context)  # what is read at a pace of its own


def looks(widget: QWidget) -> dict[str, Any]:
    """All that is typed, chosen, said and marked in it, and where the keys are."""
    found: dict[str, Any] = {"focus": _name(QApplication.focusWidget())}
    for kind, value in LOOKS.items():
        shown = [part for part in widget.findChildren(kind) if part.isVisibleTo(widget)]
        found |= {f"{kind.__name__} {n} {_name(part)}": value(part) for n, part in enumerate(shown)}
    return found


def _name(widget: QWidget | None) -> str:
    return f"{type(widget).__name__} {widget.accessibleName()}" if widget is not None else ""


def _table(table: Any) -> tuple[Any, ...]:
    model, rows = table.model(), table.selectionModel().selectedRows()
    chosen = [model.index(row.row(), 0).data() for row in rows]
    current = table.currentIndex()
    here = model.index(current.row(), 0).data() if current.isValid() else None
    return chosen, here, current.column(), table.verticalScrollBar().value()


LOOKS: dict[Any, Any] = {
    QLineEdit: lambda edit: (edit.text(), edit.cursorPosition(), edit.selectedText()),
    QComboBox: lambda box: box.currentText(),
    QAbstractButton: lambda button: (button.text(), button.isChecked(), button.isEnabled()),
    QLabel: lambda label: label.text(),
    QListWidget: lambda found: (found.count(), found.currentRow()),
    QTableView: _table,
}

"""A dressed application for tests of widgets, and small models to show in them."""

import gc
import os
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from client.settings import Settings
from client.ui.bus import Bus
from client.ui.jobs import Jobs
from client.ui.tables.table import CELL, Column
from client.ui.theme import theme

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DontCreateNativeWidgetSiblings)


class Rows(QAbstractTableModel):
    """Rows as dicts; counts how often it was asked, to show that grids ask little."""

    def __init__(self, columns: list[Column], rows: Any) -> None:
        super().__init__()
        self.columns, self.rows, self.asked = columns, rows, 0

    def rowCount(self, parent: Any = None) -> int:
        return len(self.rows)

    def columnCount(self, parent: Any = None) -> int:
        return len(self.columns)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        self.asked += 1
        value = self.rows[index.row()].get(self.columns[index.column()].key)
        if role == CELL:
            return value
        if role == Qt.ItemDataRole.DisplayRole:
            return value[0] if isinstance(value, tuple) else "" if value is None else str(value)
        return None


class Million:
    """A million rows that cost nothing."""

    def __len__(self) -> int:
        return 1_000_000

    def __getitem__(self, row: int) -> dict[str, Any]:
        return {"number": f"SO-{row}", "name": f"Customer {row}", "total": row}


@pytest.fixture(scope="session", autouse=True)
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    theme().set_mode("light")
    theme().apply(qapp)
    # A test drops its widgets without ceremony: collected while events are handled, one of them
    # would still be shown, half cleared. What is left over goes with the process.
    gc.disable()
    yield qapp
    gc.freeze()


@pytest.fixture(autouse=True)
def _nothing_held(dressed: QApplication) -> None:
    """Qt goes by the last key it saw: Shift of Ctrl+Shift+S would stay held into the next test."""
    QTest.keyRelease(QWidget(), Qt.Key.Key_F35)
    assert QApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.wait()
    qapp.processEvents()


@pytest.fixture
def context(settings: Settings, jobs: Jobs) -> SimpleNamespace:
    """A context without a server, for what needs none."""
    office = SimpleNamespace(
        me={"name": "Wang Min"},
        settings={"office_name": "South Trading"},
        read_again=lambda: False,
    )
    return SimpleNamespace(office=office, jobs=jobs, bus=Bus(), settings=settings)

"""A dressed application for tests of widgets, and small models to show in them."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data import drafts
from client.settings import Settings
from client.ui import following
from client.ui.forms.journal import drafts_of
from client.ui.jobs import Jobs
from client.ui.tables.table import CELL, Column
from client.ui.theme import theme
from tests.conftest import OfficeDatabase
from tests.servers import PASSWORD
from tests.ui.delivery_office import submitted
from tests.ui.order_office import context_of, furnish
from tests.ui.records_office import Desk, make_context

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DontCreateNativeWidgetSiblings)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What others change is read again without a rest, which grows with a busy machine."""
    monkeypatch.setattr(following, "REST", 0)
    monkeypatch.setattr(following, "SPREAD", 0)


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
def customer(office_db: OfficeDatabase) -> int:
    """A customer of Ann's, in an office that has some goods."""
    return furnish(office_db)


@pytest.fixture
def context(
    office_db: OfficeDatabase, customer: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Context]:
    """What a screen is handed when the clerk of that office logs in."""
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    made = context_of(office_db, "clerk", tmp_path)
    yield made
    made.jobs.wait()


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the program keeps its things during a test; what is typed needs no keyring there."""
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    monkeypatch.setattr(drafts, "_keyring_key", lambda: None)
    return tmp_path


def _logged_in(office: OfficeDatabase, home: Path) -> Iterator[Callable[..., Context]]:
    made = []

    def login(user: str, password: str = PASSWORD) -> Context:
        made.append(make_context(office.login(user, password), home))
        return made[-1]

    yield login
    for context in made:
        context.jobs.wait()
        drafts_of(context.office).close()


@pytest.fixture
def at(office_db: OfficeDatabase, own_home: Path) -> Iterator[Callable[..., Context]]:
    """The context of an operator of a fresh office."""
    yield from _logged_in(office_db, own_home)


@pytest.fixture
def at_shared(shared_office: OfficeDatabase, own_home: Path) -> Iterator[Callable[..., Context]]:
    """The context of an operator of the office that all tests share."""
    yield from _logged_in(shared_office, own_home)


@pytest.fixture
def order(context: Context, customer: int) -> dict[str, Any]:
    """A submitted order of that customer, of which nothing is sent yet."""
    return submitted(context.office, customer)


@pytest.fixture
def show(qtbot: QtBot) -> Callable[[Any], Any]:
    """Shows a widget as the active window, as wide as a panel."""

    def make(widget: Any) -> Any:
        qtbot.addWidget(widget)
        widget.resize(1200, 700)
        widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        return widget

    return make


@pytest.fixture
def desk() -> Desk:
    return Desk()

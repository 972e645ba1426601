"""Run in a process of its own: the whole program as it starts, obeying commands line by line.

Each line on standard input is a JSON array, name and arguments; each is answered by one line.
Text is typed as a keyboard or an input method would type it.
"""

import json
import sys
import threading
import traceback
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from client import app
from client.data.drafts import to_json
from client.ui.forms.conflict import ConflictPanel
from client.ui.forms.recovery import RecoveryDialog
from client.ui.kit import Label
from tests.crash.editing import Editing

WINDOW = (1366, 768)


def type_text(widget: QWidget, text: str) -> None:
    """Latin letters come from the keyboard, all others from an input method."""
    if text.isascii():
        QTest.keyClicks(widget, text)
        return
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


class Typing(QObject):
    """The commands about forms: the one that is shown is meant."""

    def __init__(self, program: "DrivenProgram") -> None:
        super().__init__()
        self._program = program

    @property
    def _window(self) -> Any:
        return self._program._window

    @property
    def _form(self) -> Any:
        shown = self._window.shown_screen()
        return getattr(shown, "form", None) if hasattr(shown, "grid") else shown

    def open_record(self, kind: str, id: int | None, start: dict[str, Any] | None = None) -> None:
        self._window.desk.open_record(kind, id, **(start or {}))

    def raise_panel(self, kind: str) -> None:
        """Go to the panel of a screen, or of a kind of record."""
        docks = self._window.docks
        keys = docks.open_keys()
        docks.raise_panel(next(k for k in keys if k.partition(":")[0] == kind))

    def new_record(self) -> None:
        self._window._command("new_record")

    def ready(self) -> bool:
        form = self._form
        if hasattr(form, "page"):
            return bool(form.ready and form.page.grid.line_model.products)
        return getattr(form, "data", None) is not None

    def type(self, field: str, text: str) -> None:
        """Type into a field of the form in place of what stands there."""
        form = self._form
        editors = form.page.head.editors if hasattr(form, "page") else form.fields.editors
        editor = form.keys.reason if field == "reason" else editors[field]
        editor.setFocus()
        editor.selectAll()
        type_text(editor, text)

    def type_cell(self, row: int, column: str, text: str, enter: bool = True) -> None:
        """Type into a cell of an order's lines; without `enter` it stays open."""
        grid = self._form.page.grid
        self._window.activateWindow()
        grid.go_to(row, column)
        editor = grid._delegate.editor
        editor.selectAll()
        type_text(editor, text)
        if enter:
            QTest.keyClick(editor, Qt.Key.Key_Return)

    def save(self) -> None:
        self._window._command("save")

    def form(self) -> dict[str, Any]:
        """What the form shows now."""
        form = self._form
        if hasattr(form, "page"):
            doc, problems = form.page.typed(commit=False)
            return {
                **{"id": form.record_id, "dirty": form.dirty, "title": form.title, "doc": doc},
                "problems": [problem.sentence for problem in problems],
                "busy": form.saver.busy,
                "says": _words(form.page.steps._saved.text(), form.page.banner.text()),
            }
        values, wrong = form.fields.values()
        stale = "" if form.head._banner.isHidden() else "stale"
        return {
            **{"id": form.record_id, "dirty": form.dirty, "title": form.title},
            **{"values": values, "typed": form.fields.typed(), "problems": list(wrong.values())},
            **{"busy": form.saving, "says": _words(form.message.text(), stale)},
            "texts": {n: _text(e) for n, e in form.fields.editors.items()},
        }

    # Conflicts

    def clashes(self) -> list[list[str]]:
        """The lines of the table to choose from: name, label, and the three texts."""
        panel = self._form.conflict
        if not panel.isVisible():
            return []
        return [
            [name, *(button.accessibleName() for button in group.buttons())]
            for name, group in panel._groups.items()
        ]

    def settle(self, theirs: Sequence[str]) -> None:
        """Take theirs in the lines named, mine in all others, and save."""
        panel: ConflictPanel = self._form.conflict
        for name in panel._groups:
            panel.choose(name, mine=name not in theirs)
        self._window.activateWindow()
        panel.focus_first()
        QTest.keyClick(self._window.focusWidget(), Qt.Key.Key_F8)


class Commands(Typing, Editing):
    """What can be asked of the program; the names of the methods are the commands."""

    told = Signal(str)

    def __init__(self, program: "DrivenProgram") -> None:
        super().__init__(program)
        self.told.connect(self._obey)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            self.told.emit(line)

    def _obey(self, line: str) -> None:
        name, *arguments = json.loads(line)
        try:
            answer = {"answer": getattr(self, name)(*arguments)}
        except Exception:
            answer = {"failed": traceback.format_exc()}
        print(to_json(answer), flush=True)

    # Login and window

    def login(self, name: str, password: str) -> None:
        page = self._program._login.page
        page.login.setText(name)
        page.password.setText(password)
        QTest.mouseClick(page.enter, Qt.MouseButton.LeftButton)

    def entered(self) -> bool:
        if self._window is None:
            return False
        self._window.resize(*WINDOW)
        return True

    def refusal(self) -> str:
        """What the login window says."""
        login = self._program._login
        return " ".join(label.text() for label in login.findChildren(Label)) if login else ""

    def server(self) -> str:
        """What the window says of the server."""
        return str(self._window.status._mark.accessibleName())

    def said(self) -> str:
        return str(self._window.status.text())

    def window_closed(self) -> None:
        self._window.close()

    # Drafts that are offered after a crash

    def offered(self) -> list[str]:
        return ["   ".join(row) for d in self._offers for row in d.model.rows()]

    def reopen(self, row: int) -> None:
        dialog = self._offers[0]
        dialog.table.selectRow(row)
        QTest.keyClick(dialog.table, Qt.Key.Key_Return)

    def journalled(self) -> bool:
        """Whether everything typed in the form is in the journal."""
        journal = self._form.journal
        return not journal._timer.isActive() and journal._writing is None

    # Lists

    def open_screen(self, key: str) -> None:
        self._window.desk.open_screen(key)

    def rows(self, key: str) -> dict[str, Any]:
        """The list of a screen: its ids, and what the rows one sees say."""
        screen = self._window.docks.widget(key)
        grid = screen.grid
        model = grid.model
        texts = [
            [
                model.data(model.index(row, column))
                for column in range(len(grid.reader.source.names))
            ]
            for row in range(min(model.rowCount(), 20))
        ]
        return {"ids": list(model.ids), "texts": texts, "complete": grid.reader.complete}

    @property
    def _offers(self) -> list[RecoveryDialog]:
        found = self._window.findChildren(RecoveryDialog) if self._window else []
        return [dialog for dialog in found if dialog.isVisible()]


def _words(*texts: str) -> str:
    return " ".join(text for text in texts if text)


def _text(editor: QWidget) -> str:
    return editor.text() if isinstance(editor, QLineEdit) else ""


class DrivenProgram(app.Program):
    """The program, with somebody at its standard input."""

    def start(self) -> None:
        super().start()
        self.commands = Commands(self)
        print(to_json({"answer": "started"}), flush=True)


if __name__ == "__main__":
    app.Program = DrivenProgram  # type: ignore[misc]
    sys.exit(app.main([]))

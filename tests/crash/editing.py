"""Commands for editing one priced document step by step, each telling what was on the screen just
before and just after it: nothing can come in between.
"""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from client.data.priced.merge import WHOLE
from client.ui.forms.journal import drafts_of

HEAD = ("phone", "delivery_address", "remarks")
CELLS = ("quantity", "unit_price", "remarks")
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
Shown = dict[str, Any]


class Editing:
    """The commands; `_form` and `_window` are what the program shows."""

    _form: Any
    _window: Any

    def state(self) -> Shown:
        """How the form stands; so cheap that it can be asked often."""
        form = self._form
        if not hasattr(form, "page"):
            return {"open": False, "busy": False, "saving": False}
        return {
            "open": True,
            "id": form.record_id,
            "version": form.base.get("version"),
            "status": form.base.get("status"),
            "dirty": form.dirty,
            "busy": form.saver.busy
            or form.saver._timer.isActive()
            or not (form.ready or form.page.banner.text()),
            "saving": form.saver.busy,
        }

    def look(self) -> Shown:
        """How the form stands, and what it says and shows."""
        state, form = self.state(), self._form
        if not state["open"]:
            return state | {"values": [], "rows": 0, "clashes": []}
        doc, problems = form.page.typed(commit=False)
        lines = form.page.grid.lines(commit=False)
        return state | {
            "editable": form.ready and form.editable(),
            "waits": form.theirs is not None,
            "text": doc.get("remarks"),
            "values": [[name, doc.get(name)] for name in HEAD if doc.get(name)]
            + [[name, line.get(name)] for line in lines for name in CELLS if line.get(name)],
            "rows": len(lines),
            "problems": [problem.sentence for problem in problems],
            "says": " ".join((form.page.steps.said(), form.page.banner.text())).strip(),
            "clashes": self._clashes() if form.is_choosing() else [],
            "kept": self._kept(form),
        }

    def _clashes(self) -> list[dict[str, Any]]:
        """What is to be chosen between: both sides as values, and as the panel words them."""
        form = self._form
        found = []
        for at, clash in enumerate(form._merged.clashes):
            theirs, mine = form.conflict.texts()[str(at)]
            sides = {"mine": _values(clash, clash.mine), "theirs": _values(clash, clash.theirs)}
            found.append(sides | {"texts": {"mine": mine, "theirs": theirs}})
        return found

    @staticmethod
    def _kept(form: Any) -> bool:
        """Whether the journal has the form, or is about to."""
        journal = form.journal
        if journal._timer.isActive() or journal._writing is not None:
            return True
        return drafts_of(form.context.office)._path(journal._key).exists()

    def edit(self, name: str, *arguments: Any) -> list[Shown]:
        """Do a step; answers with what was shown before and after."""
        step: Callable[..., None] = getattr(self, f"_do_{name}")
        before = self.look()
        step(before, *arguments)
        return [before, self.look()]

    # Steps, each left out where the form does not allow it

    def _do_head(self, shown: Shown, name: str, text: str) -> None:
        if shown.get("editable") and not shown["clashes"]:
            editor = self._form.page.head.editors[name]
            editor.setFocus()
            editor.selectAll()
            QTest.keyClicks(editor, text)

    def _do_cell(self, shown: Shown, row: int, name: str, text: str) -> None:
        if shown.get("editable") and not shown["clashes"] and shown["rows"]:
            self._cell(row % shown["rows"], name, text)

    def _do_add(self, shown: Shown, code: str, quantity: str, remarks: str) -> None:
        if shown.get("editable") and not shown["clashes"] and shown["rows"] < 7:
            self._cell(shown["rows"], "code", code)
            self._cell(shown["rows"], "quantity", quantity)
            self._cell(shown["rows"], "remarks", remarks)

    def _do_remove(self, shown: Shown, row: int) -> None:
        if shown.get("editable") and not shown["clashes"] and shown["rows"] > 1:
            self._press(row % shown["rows"], Qt.Key.Key_Delete, CONTROL)

    def _do_move(self, shown: Shown, row: int, down: bool) -> None:
        if shown.get("editable") and not shown["clashes"] and shown["rows"]:
            self._press(row % shown["rows"], Qt.Key.Key_Down if down else Qt.Key.Key_Up, ALT)

    def _do_undo(self, shown: Shown) -> None:
        if shown.get("editable") and not shown["clashes"] and shown["rows"]:
            self._press(0, Qt.Key.Key_Z, CONTROL)

    def _do_save(self, shown: Shown) -> None:
        if shown["open"] and not shown["clashes"]:
            self._window._command("save")

    def _do_choose(self, shown: Shown, theirs: Sequence[bool]) -> None:
        """Take theirs where told, else mine, and go on."""
        if shown["clashes"]:
            panel = self._form.conflict
            for at in range(len(shown["clashes"])):
                panel.choose(str(at), mine=not theirs[at % len(theirs)])
            panel.accept()

    def _do_leave(self, shown: Shown) -> None:
        """Back from the choice, which stays to be made."""
        if shown["clashes"]:
            self._form.back()

    def _do_join(self, shown: Shown) -> None:
        """What the line above the document offers: to bring both together."""
        if shown.get("waits") and not shown["clashes"]:
            self._form.page.banner.asked.emit()

    def _do_step(self, shown: Shown, verb: str) -> None:
        """Submit, approve, cancel or complete the order, as its buttons do where they are shown."""
        if not shown["open"] or shown["clashes"] or shown["busy"]:
            return
        form = self._form
        if verb == "cancel":
            if form.page.steps.offers("end") and form.base.get("number"):
                form.ending.cancel("testing")
        elif verb == "submit":
            form.issue()
        else:
            getattr(form, verb)()

    def _do_close(self, shown: Shown) -> None:
        """Close the panel, letting go of what is typed."""
        if shown["open"]:
            if shown["clashes"]:
                self._form.leave_conflict()
            timer = QTimer(interval=0)
            timer.timeout.connect(_drop)
            timer.start()
            self._form.back()
            timer.stop()

    def _cell(self, row: int, name: str, text: str) -> None:
        grid = self._form.page.grid
        self._window.activateWindow()
        grid.go_to(row, name)
        editor = grid._delegate.editor
        editor.selectAll()
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)
        grid.leave()

    def _press(self, row: int, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
        grid = self._form.page.grid
        grid.leave()
        grid.clearSelection()
        grid.setCurrentIndex(grid.line_model.index(row, 1))
        grid.own_keys[key, modifier]()
        grid.leave()


def _values(clash: Any, side: Any) -> list[list[Any]]:
    """The typed values in one side of a clash."""
    if clash.field == WHOLE:
        return [[name, side.get(name)] for name in CELLS if side and side.get(name)]
    return [[clash.field, side]] if clash.field in (*HEAD, *CELLS) and side else []


def _drop() -> None:
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        for button in box.buttons():
            if box.buttonRole(button) == QMessageBox.ButtonRole.DestructiveRole:
                button.click()

"""Whoever types keeps the cursor and what is marked where they are, whatever others change."""

from typing import Any

import pytest
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from client.context import Context
from tests.conftest import OfficeDatabase
from tests.ui.still.forms import KINDS, WHY, editors, numbers, open_all, settle, show
from tests.ui.still.records import columns, make


def cursor(editor: Any) -> tuple[Any, ...]:
    if isinstance(editor, QPlainTextEdit):
        mark = editor.textCursor()
        return editor.toPlainText(), mark.position(), mark.selectedText()
    return editor.text(), editor.cursorPosition(), editor.selectedText()


@pytest.mark.parametrize("kind", KINDS)
def test_the_cursor_stays_where_it_is(
    qtbot: QtBot, office: OfficeDatabase, context: Context, kind: str
) -> None:
    id = make(office, kind, 2, lines=False)
    (form,) = open_all(qtbot, [show(kind, context, id)])
    settle(qtbot, context)
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    found = [e for e in editors(form).values() if isinstance(e, QLineEdit | QPlainTextEdit)]
    found = [e for e in found if len(cursor(e)[0]) > 2 and not e.isReadOnly()]
    assert found
    words = [f.name for f in columns(kind) if f.kind in ("text", "long", "code")]
    for number, editor in enumerate(found):
        editor.setFocus()
        if isinstance(editor, QPlainTextEdit):
            editor.moveCursor(QTextCursor.MoveOperation.Right)
        else:
            editor.setSelection(1, 1)
        before = cursor(editor)
        theirs = next(name for name in words if editors(form).get(name) is not editor)
        text = f"66 {next(numbers)}"
        office.ask(None, f"{WHY} UPDATE {kind} SET {theirs} = %s WHERE id = %s", text, id)
        context.bus.changed.emit(kind, "update", [id])
        qtbot.waitUntil(lambda name=theirs, text=text: form.base[name] == text, timeout=20_000)
        assert (editor.hasFocus(), cursor(editor)) == (True, before), number

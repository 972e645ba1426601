"""Whether what is typed is all that a save changes, tried with every field of a kind of record."""

from pytestqt.qtbot import QtBot

from client.context import Context
from client.ui.forms.journal import drafts_of
from tests.conftest import OfficeDatabase
from tests.ui.still.forms import (
    WHY,
    Form,
    editors,
    last,
    numbers,
    open_all,
    put,
    settle,
    show,
    storm,
    written,
)
from tests.ui.still.records import SUMS, TURNS, columns, make


def check_typed(qtbot: QtBot, office: OfficeDatabase, context: Context, kind: str) -> None:
    """Type into each field in a form of its own, have others change another one, and save."""
    known = [field for field in columns(kind) if field.name not in SUMS]
    words = [field.name for field in known if field.kind in ("text", "phone", "long")]
    ids = [make(office, kind, 1 + turn % (TURNS - 1), lines=False) for turn in range(len(known))]
    forms = open_all(qtbot, [show(kind, context, id) for id in ids])
    settle(qtbot, context)
    typed: list[tuple[Form, str, str]] = []
    for number, (form, field) in enumerate(zip(forms, known, strict=True)):
        editor = editors(form).get(field.name)
        if editor is None or not put(editor, field.kind):
            continue
        assert form.dirty, field.name
        if hasattr(form, "keys"):
            form.keys.reason.setText("why")
        theirs = words[number % len(words)]
        theirs = theirs if theirs != field.name else words[(number + 1) % len(words)]
        typed.append((form, field.name, theirs))
    storm(qtbot, context, [form for form, _name, _theirs in typed])
    others = {form: f"66 {next(numbers)}" for form, _name, _theirs in typed}
    for form, name, theirs in typed:
        assert form.dirty, name
        if theirs != name:
            change = f"{WHY} UPDATE {kind} SET {theirs} = %s WHERE id = %s"
            office.ask(None, change, others[form], form.record_id)
    storm(qtbot, context, [form for form, _name, _theirs in typed])
    for form, name, theirs in typed:
        before = last(office)
        form.save()
        qtbot.waitUntil(lambda form=form: not form.dirty, timeout=20_000)
        done = [(table, row, set(after)) for table, row, _b, after in written(office, before)]
        assert done == [(kind, form.record_id, {name})], (name, theirs, done)
        if theirs != name:
            stored = f"SELECT {theirs} FROM {kind} WHERE id = %s"
            assert office.ask(None, stored, form.record_id) == [(others[form],)], (name, theirs)
    settle(qtbot, context)
    assert drafts_of(context.office).all() == []

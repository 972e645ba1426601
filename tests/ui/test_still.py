"""A form in which nobody types stays as it is: never changed, nothing in the journal, and saving it
stores nothing, whatever stands in its record and whatever others do. What is typed is all that a
save changes.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data import drafts
from client.model import ENTITIES, Operator
from client.ui.forms.card import CardForm
from client.ui.forms.form import RecordForm
from client.ui.forms.journal import drafts_of
from client.ui.screens.customer import CustomerForm
from client.ui.screens.delivery import DeliveryScreen
from client.ui.screens.numbers import NumbersScreen
from client.ui.screens.office import OfficeScreen
from client.ui.screens.operators import OperatorForm
from client.ui.screens.order import OrderScreen
from client.ui.screens.quote import QuoteScreen
from client.ui.screens.receipt import ReceiptScreen
from client.ui.screens.roles import RolesScreen
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.order_office import context_of
from tests.ui.records_office import Desk
from tests.ui.still_forms import (
    KINDS,
    WHY,
    Form,
    editors,
    numbers,
    open_all,
    put,
    settle,
    show,
    storm,
)
from tests.ui.still_office import SUMS, TURNS, columns, make, odd_settings, prepare


@pytest.fixture(scope="module")
def office(shared_office: OfficeDatabase) -> OfficeDatabase:
    prepare(shared_office)
    return shared_office


@pytest.fixture(params=["boss", "clerk"])
def context(
    request: pytest.FixtureRequest,
    office: OfficeDatabase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Context]:
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    monkeypatch.setattr(drafts, "_keyring_key", lambda: None)
    made = context_of(office, request.param, tmp_path)
    assert made.office.masked == (request.param == "clerk")
    yield made
    made.jobs.wait()
    made.office.close()  # the office is shared by all tests here, and so are its connections


def differs(form: Form) -> Any:
    """What a form takes for typed."""
    if hasattr(form, "fields"):
        found, wrong = form.fields.values()
        return {n: (form.base.get(n), v) for n, v in found.items() if v != form.base.get(n)} | wrong
    doc, problems = form.page.typed(commit=False)
    return {n: (form.base.get(n), v) for n, v in doc.items() if v != form.base.get(n)}, problems


def check_still(context: Context, forms: list[Form], when: str) -> None:
    for turn, form in enumerate(forms):
        assert not form.dirty, (when, turn, differs(form))
        assert not form.title.endswith("*"), (when, turn)
        assert not form.journal._kept, (when, turn)
        if hasattr(form, "fields"):
            assert form.fields.values()[1] == {}, (when, turn)
    assert drafts_of(context.office).all() == []


def last(office: OfficeDatabase) -> int:
    return int(office.ask(None, "SELECT coalesce(max(id), 0) FROM history")[0][0])


def written(office: OfficeDatabase, since: int) -> list[tuple[Any, ...]]:
    """What was changed since then."""
    query = "SELECT table_name, row_id, before, after FROM history WHERE id > %s ORDER BY id"
    return office.ask(None, query, since)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_types(qtbot: QtBot, office: OfficeDatabase, context: Context, kind: str) -> None:
    ids = [make(office, kind, turn) for turn in range(TURNS)]
    forms = open_all(qtbot, [show(kind, context, id) for id in ids])
    settle(qtbot, context)
    check_still(context, forms, "opened")
    storm(qtbot, context, forms)
    check_still(context, forms, "told")
    before = last(office)
    for form in forms:
        form.save()
    settle(qtbot, context)
    assert written(office, before) == []
    check_still(context, forms, "saved")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_typed_is_all_that_changes(
    qtbot: QtBot, office: OfficeDatabase, context: Context, kind: str
) -> None:
    if kind == "operator" and context.office.masked:
        pytest.skip("nobody changes who may more than they do")
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
        assert done == [(kind, form.record_id, {name})], (name, theirs)
        if theirs != name:
            stored = f"SELECT {theirs} FROM {kind} WHERE id = %s"
            assert office.ask(None, stored, form.record_id) == [(others[form],)], (name, theirs)
    settle(qtbot, context)
    assert drafts_of(context.office).all() == []


@pytest.mark.parametrize("page", [OfficeScreen, NumbersScreen])
def test_the_pages_of_the_office(
    qtbot: QtBot, office: OfficeDatabase, context: Context, page: type[CardForm]
) -> None:
    odd_settings(office)
    form = page(context, Desk())
    open_all(qtbot, [form])
    before = last(office)
    for _turn in range(2):
        storm(qtbot, context, [form])
        form.save()
        settle(qtbot, context)
        check_still(context, [form], "saved")
    assert written(office, before) == []
    name = {OfficeScreen: "office_phone", NumbersScreen: "order.prefix"}[page]
    text = f"55{before}"
    form.fields.editors[name].setText(text)
    form.fields.editors[name].textEdited.emit(text)
    storm(qtbot, context, [form])
    form.save()
    qtbot.waitUntil(lambda: not form.dirty, timeout=20_000)
    ((table, _row, _was, now),) = written(office, before)
    assert (table, len(now)) == ({OfficeScreen: "setting", NumbersScreen: "number_rule"}[page], 1)
    assert text in str(now)


def test_roles(qtbot: QtBot, office: OfficeDatabase, context: Context) -> None:
    code = samples.call(
        office,
        "admin",
        "save_role",
        {"code": None, "name": f"R{last(office)}", "permissions": []},
        None,
    )["code"]
    query = "UPDATE rights_role SET name = ' a  b ' || id WHERE code = %s"
    office.ask(None, query, code)
    office.ask(None, "INSERT INTO permission VALUES (DEFAULT, %s, 'order', 'edit')", code)
    screen = RolesScreen(context, Desk())
    qtbot.addWidget(screen)
    screen.show()
    qtbot.waitUntil(lambda: screen.list.count() > 0)
    before = last(office)
    for row in range(screen.list.count()):
        screen.list.setCurrentRow(row)
        storm(qtbot, context, [screen])
        assert not screen.dirty
        screen.save()
        settle(qtbot, context)
        assert (screen.dirty, screen.journal._kept) == (False, False)
    assert written(office, before) == []


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


NEW: dict[str, Callable[[Context, OfficeDatabase, int], Form]] = {
    "customer": lambda context, _office, _of: CustomerForm(context, Desk(), None),
    "contact": lambda context, _office, of: RecordForm(
        context, ENTITIES["contact"], None, Desk(), customer_id=of
    ),
    "product": lambda context, _office, _of: RecordForm(context, ENTITIES["product"], None, Desk()),
    "operator": lambda context, _office, _of: OperatorForm(context, Operator, None, Desk()),
    "sales_order": lambda context, _office, of: OrderScreen(context, Desk(), customer_id=of),
    "quote": lambda context, _office, of: QuoteScreen(context, Desk(), customer_id=of),
    "delivery": lambda context, office, of: DeliveryScreen(
        context, Desk(), order_id=samples.order(office, "ann", of)["id"]
    ),
    "receipt": lambda context, office, of: ReceiptScreen(
        context, Desk(), customer_id=of, order_id=samples.order(office, "ann", of)["id"]
    ),
}


@pytest.mark.parametrize("kind", NEW)
def test_a_new_one_in_which_nobody_typed(
    qtbot: QtBot, office: OfficeDatabase, context: Context, kind: str
) -> None:
    of = make(office, "customer", 1)
    named = "UPDATE customer SET name = ' of ' || id || ' ' WHERE id = %s"
    office.ask(None, f"{WHY} {named}", of)
    form = NEW[kind](context, office, of)
    open_all(qtbot, [form])
    storm(qtbot, context, [form])
    check_still(context, [form], "begun")


LATER = ("submitted", "approved", "sent", "picked", "shipped", "posted", "advance")


def taken_on(office: OfficeDatabase, of: int, state: str) -> tuple[str, int]:
    """A document that has come as far as that, with blanks at the edges of its texts."""
    if state in ("posted", "advance"):
        orders = {samples.order(office, "ann", of)["id"]: 3} if state == "posted" else {}
        kind, doc = "receipt", samples.posted(office, "boss", of, 5, orders)
    elif state == "sent":
        kind, doc = (
            "quote",
            samples.step(office, "ann", "send_quote", samples.quote(office, "ann", of)),
        )
    else:
        kind, doc = "sales_order", samples.order(office, "ann", of)
    if state == "approved":
        doc = samples.step(office, "boss", "approve_order", doc)
    elif state in ("picked", "shipped"):
        kind, doc = "delivery", samples.delivery(office, "boss", doc["id"])
        for step in ("picked", "shipped")[: 1 + (state == "shipped")]:
            doc = samples.step(office, "boss", "advance_delivery", doc, step, None)
    odd = f"UPDATE {kind} SET remarks = %s WHERE id = %s"
    office.ask(None, f"SET session_replication_role = replica; {odd}", " a\n b ", doc["id"])
    return kind, doc["id"]


@pytest.mark.parametrize("state", LATER)
def test_later_states(qtbot: QtBot, office: OfficeDatabase, context: Context, state: str) -> None:
    kind, id = taken_on(office, make(office, "customer", 2), state)
    form = show(kind, context, id)
    open_all(qtbot, [form])
    before = last(office)
    storm(qtbot, context, [form])
    check_still(context, [form], "opened")
    form.save()
    settle(qtbot, context)
    check_still(context, [form], "saved")
    assert written(office, before) == []


@pytest.mark.parametrize("kind", ["sales_order", "quote", "delivery"])
def test_what_is_typed_in_a_line_is_all_that_changes(
    qtbot: QtBot, office: OfficeDatabase, context: Context, kind: str
) -> None:
    of = samples.customer(office, "ann", " of lines ")
    lines = [samples.LINE | {"quantity": n, "remarks": f" r{n} "} for n in (5, 6, 7)]
    if kind == "quote":
        doc = samples.quote(office, "ann", of, lines)
    else:
        doc = samples.save(office, "ann", samples.document(office, of, lines))
    if kind == "delivery":
        doc = samples.delivery(office, "boss", samples.submit(office, "ann", doc)["id"])
    table = {"sales_order": "order_line"}.get(kind, f"{kind}_line")
    (form,) = open_all(qtbot, [show(kind, context, doc["id"])])
    settle(qtbot, context)
    form.page.grid.line_model.type_text(1, "quantity", "2.5")
    storm(qtbot, context, [form])
    rows = [line["id"] for line in doc["lines"]]
    office.ask(None, f"UPDATE {table} SET remarks = ' theirs ' WHERE id = %s", rows[2])
    storm(qtbot, context, [form])
    before = last(office)
    form.save()
    qtbot.waitUntil(lambda: not form.dirty, timeout=20_000)
    changed = {(name, row): set(now) for name, row, _was, now in written(office, before)}
    heads = changed.pop((kind, doc["id"]), set())
    assert heads <= {"total", "tax_total"}
    assert list(changed) == [(table, rows[1])]
    assert changed[table, rows[1]] <= {"quantity", "amount", "tax_amount"}
    remarks = f"SELECT remarks FROM {table} WHERE id = %s"
    assert office.ask(None, remarks, rows[2]) == [(" theirs ",)]

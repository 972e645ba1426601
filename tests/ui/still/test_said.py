"""What is said to the clerk, a list that is dropped and a cell that is open stay as they are,
whatever is told of others and however often the server was away.
"""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data.errors import KnownError
from client.ui.forms.pickers import ReferenceEdit
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.order_office import press
from tests.ui.still.forms import (
    DOCUMENTS,
    NEW,
    Form,
    editors,
    is_open,
    others_tell,
    settle,
    show,
    stored_one,
)
from tests.ui.still.screen import changes, seen

KINDS = ("customer", *DOCUMENTS)
PRICED = ("sales_order", "quote")
LINED = (*PRICED, "delivery")
NEVER = "never"  # remarks that no table takes
FIELD = {  # one that cannot be read, or must not be empty
    "customer": "name",
    "sales_order": "delivery_date",
    "quote": "quote_date",
    "delivery": "planned_on",
    "receipt": "receipt_date",
}
pytestmark = pytest.mark.parametrize("context", ["boss"], indirect=True)
Opened = Callable[..., Form]


@pytest.fixture(scope="module", autouse=True)
def _refuses(office: OfficeDatabase) -> None:
    for table in KINDS:
        name = f"{table}_remarks_check"
        office.ask(None, f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        check = f"CONSTRAINT {name} CHECK (remarks IS DISTINCT FROM '{NEVER}')"
        office.ask(None, f"ALTER TABLE {table} ADD {check}")


@pytest.fixture
def opened(qtbot: QtBot, office: OfficeDatabase, context: Context) -> Opened:
    """Opens a record that is stored, or a new one, in a window that has the keys."""

    def open_one(kind: str, stored: bool = True) -> Form:
        of = samples.customer(office, "ann", "Storms")
        samples.delivery(office, "boss", samples.order(office, "ann", of)["id"])
        made = show(kind, context, stored_one(office, kind, of)) if stored else None
        form: Form = made or NEW[kind](context, office, of)
        qtbot.addWidget(form)
        form.resize(1200, 800)
        form.show()
        form.activateWindow()
        qtbot.waitUntil(lambda: form.isActiveWindow() and is_open(form))
        settle(qtbot, context)
        return form

    return open_one


def said(form: Form) -> str:
    return str(form.message.text() if hasattr(form, "fields") else form.page.steps.said())


def type_into(form: Form, name: str, text: str) -> None:
    editor = editors(form)[name]
    editor.setFocus()
    editor.selectAll()
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    QTest.keyClicks(editor, text)


def check_stands(qtbot: QtBot, context: Context, form: Form) -> None:
    settle(qtbot, context)
    before = seen(form.window())
    others_tell(qtbot, context, [form.record_id] if form.record_id is not None else [])
    assert changes(before, seen(form.window())) == []


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_save(
    qtbot: QtBot, context: Context, opened: Opened, kind: str, stored: bool
) -> None:
    form = opened(kind, stored)
    if kind == "customer" and not stored:
        type_into(form, "name", "New one")
    if kind in PRICED and not stored:
        form.page.grid.line_model.type_text(0, "code", "P-10032")
        form.page.grid.line_model.type_text(0, "quantity", "2")
    type_into(form, "remarks", NEVER)
    form.save()
    qtbot.waitUntil(lambda: "characters fit here" in said(form))
    check_stands(qtbot, context, form)
    assert "characters fit here" in said(form)


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("kind", LINED)
def test_a_complaint_about_a_line(
    qtbot: QtBot, context: Context, opened: Opened, kind: str, stored: bool
) -> None:
    form = opened(kind, stored)
    if kind in PRICED and not stored:
        form.page.grid.line_model.type_text(0, "code", "P-10032")
    form.page.grid.line_model.type_text(0, "quantity", "many")
    form.save()
    assert said(form)
    check_stands(qtbot, context, form)


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_a_complaint_about_a_field(
    qtbot: QtBot, context: Context, opened: Opened, kind: str, stored: bool
) -> None:
    form = opened(kind, stored)
    if hasattr(form, "keys"):
        form.keys.reason.setText("why")
    type_into(form, FIELD[kind], "" if kind == "customer" else "x")
    form.save()
    assert editors(form)[FIELD[kind]].accessibleDescription()
    check_stands(qtbot, context, form)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_refused_deletion(qtbot: QtBot, context: Context, opened: Opened, kind: str) -> None:
    def refuse() -> None:
        raise KnownError("It is in use.")

    form = opened(kind)
    form.discard(refuse)
    qtbot.waitUntil(lambda: "in use" in said(form))
    check_stands(qtbot, context, form)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_an_open_cell(qtbot: QtBot, context: Context, opened: Opened, kind: str) -> None:
    form = opened(kind)
    form.page.grid.go_to(0, form.page.grid.main if kind == "receipt" else "quantity")
    press("12", Qt.Key.Key_Left)
    check_stands(qtbot, context, form)
    assert form.page.grid.typed_cell() is not None


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_an_open_cell_of_a_new_one(
    qtbot: QtBot, context: Context, opened: Opened, kind: str
) -> None:
    form = opened(kind, False)
    form.page.grid.go_to(0, "remarks" if kind == "delivery" else "")
    press("1", Qt.Key.Key_Left)
    check_stands(qtbot, context, form)
    assert form.page.grid.typed_cell() is not None


def test_figures_typed_in_a_cell_while_others_save(
    qtbot: QtBot, context: Context, opened: Opened
) -> None:
    form = opened("receipt", False)
    before = dict(form.page.grid.parts_model.parts)
    form.page.grid.go_to(0)
    for key in "400":
        press(key)
        context.bus.changed.emit("sales_order", "update", [])
        settle(qtbot, context)
    assert form.page.grid.typed_cell().text == "400"
    press(Qt.Key.Key_Escape)
    assert form.page.grid.parts_model.parts == before


@pytest.mark.parametrize("kind", PRICED)
def test_matching_products(qtbot: QtBot, context: Context, opened: Opened, kind: str) -> None:
    form = opened(kind)
    form.page.grid.go_to(1, "code")
    press("P", Qt.Key.Key_Down)
    assert form.page.grid.matches.is_open()
    check_stands(qtbot, context, form)
    press(Qt.Key.Key_Escape)
    assert not form.page.grid.matches.is_open()
    check_stands(qtbot, context, form)


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_that_is_dropped(qtbot: QtBot, context: Context, opened: Opened, kind: str) -> None:
    form = opened(kind, kind != "delivery")
    for editor in _choosing(form):
        editor.setFocus()
        if isinstance(editor, QComboBox):
            editor.showPopup()
            check_stands(qtbot, context, form)
            assert editor.view().isVisible()
            editor.hidePopup()
        else:
            press(Qt.Key.Key_F4)
            qtbot.waitUntil(lambda editor=editor: editor._list.isVisible())
            press(Qt.Key.Key_Down)
            check_stands(qtbot, context, form)
            editor._list.hide()


def _choosing(form: Form) -> list[Any]:
    found = [
        editor
        for editor in editors(form).values()
        if editor.isVisible()
        and editor.isEnabled()
        and isinstance(editor, QComboBox | ReferenceEdit)
    ]
    return [e for e in found if isinstance(e, QComboBox) or not e.isReadOnly()]


@pytest.mark.parametrize("kind", PRICED)
def test_what_a_key_did_can_still_be_taken_back(
    qtbot: QtBot, context: Context, opened: Opened, kind: str
) -> None:
    form = opened(kind)
    form.page.grid.go_to(0, "code")
    form.page.grid.keys.remove_lines()
    check_stands(qtbot, context, form)
    assert form.page.grid.line_model.undo_stack.canUndo()


@pytest.mark.parametrize("kind", PRICED)
def test_what_is_marked_beside_the_lines(
    qtbot: QtBot, context: Context, opened: Opened, kind: str
) -> None:
    form = opened(kind)
    form.resize(1500, 800)
    form.page.grid.go_to(0, "quantity")
    panel = form.page.reference
    goods, deals = panel.goods.model(), panel.deals.model()
    qtbot.waitUntil(lambda: goods.rowCount() > 0 and deals.rowCount() > 0)
    panel.deals.selectRow(0)
    panel.goods.setFocus()
    panel.goods.selectRow(0)
    check_stands(qtbot, context, form)
    assert panel.goods.marked_rows() == [0]


def test_what_is_marked_among_the_deliveries_of_an_order(
    qtbot: QtBot, office: OfficeDatabase, context: Context
) -> None:
    order = samples.order(office, "ann", samples.customer(office, "ann", "Strip"))["id"]
    samples.delivery(office, "boss", order)
    form = show("sales_order", context, order)
    qtbot.addWidget(form)
    form.resize(1500, 800)
    form.show()
    qtbot.waitUntil(lambda: form.ready and form.deliveries.model.rowCount() == 1)
    form.deliveries.table.selectRow(0)
    check_stands(qtbot, context, form)


def test_what_a_key_did_in_a_receipt(qtbot: QtBot, context: Context, opened: Opened) -> None:
    form = opened("receipt", False)
    form.page.grid.go_to(0)
    form.page.propose()
    assert form.page.tools.said()
    check_stands(qtbot, context, form)


@pytest.mark.parametrize("kind", KINDS)
def test_a_choice_between_two_versions(
    qtbot: QtBot, office: OfficeDatabase, context: Context, opened: Opened, kind: str
) -> None:
    form = opened(kind)
    type_into(form, "remarks", "mine")
    theirs = f"UPDATE {kind} SET remarks = 'theirs' WHERE id = %s"
    office.ask(None, f"SET kehu.reason = 'why'; {theirs}", form.record_id)
    form.save()
    qtbot.waitUntil(form.is_choosing)
    form.conflict.take_theirs()
    check_stands(qtbot, context, form)
    assert form.is_choosing()

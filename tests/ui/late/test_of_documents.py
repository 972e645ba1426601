"""Answers come late, and in another order than was asked: the older never replaces the newer, and
nothing that is typed or said meanwhile is taken away.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data import drafts
from client.data.lookups import Choice
from client.settings import Settings
from client.ui.bus import Bus
from client.ui.forms.journal import drafts_of
from client.ui.forms.record_dialog import RecordDialog
from client.ui.lines.product_cache import ProductCache
from client.ui.screens.order import OrderScreen
from client.ui.screens.receipt import ReceiptScreen
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.late.held import HeldJobs
from tests.ui.order_office import furnish, press
from tests.ui.records_office import Desk
from tests.ui.still.forms import SCREENS, stored_one

Key = Qt.Key
WHY = "SET kehu.reason = 'why';"


@pytest.fixture(scope="module")
def office(shared_office: OfficeDatabase) -> OfficeDatabase:
    furnish(shared_office)
    return shared_office


@pytest.fixture
def jobs() -> HeldJobs:
    return HeldJobs()


@pytest.fixture
def context(
    office: OfficeDatabase, jobs: HeldJobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Context]:
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    monkeypatch.setattr(drafts, "_keyring_key", lambda: None)
    made = Context(office.login("boss"), jobs, Bus(), Settings(tmp_path / "settings.json"))
    yield made
    jobs.let_go()
    jobs.wait()
    drafts_of(made.office).close()
    made.office.close()  # the office is shared by all tests here, and so are its connections


@pytest.fixture
def opened(qtbot: QtBot, jobs: HeldJobs) -> Callable[[Any], Any]:
    """Shows a form in a window that has the keys, and waits until all is read."""

    def show(form: Any) -> Any:
        qtbot.addWidget(form)
        form.resize(1200, 800)
        form.show()
        form.activateWindow()
        qtbot.waitUntil(form.isActiveWindow)
        qtbot.waitUntil(lambda: not jobs.busy())
        return form

    return show


def contact(office: OfficeDatabase, name: str) -> int:
    of = samples.customer(office, "ann", f"Customer of {name}")
    insert = "INSERT INTO contact (customer_id, name, is_primary) VALUES (%s, %s, true)"
    office.ask("ann", insert, of, name)
    return of


@pytest.mark.parametrize("again", [False, True])
def test_the_customer_chosen_last_is_whose_contacts_are_offered(
    qtbot: QtBot, office: OfficeDatabase, context: Context, jobs: HeldJobs, opened: Any, again: bool
) -> None:
    first, second = contact(office, "Adam"), contact(office, "Beth")
    screen = opened(OrderScreen(context, Desk(), customer_id=first if again else None))
    head = screen.page.head
    jobs.holding = True
    for number in (second, first) if again else (first, second):
        head.editors["customer_id"].take(Choice(number, "", f"Customer {number}"))
    qtbot.waitUntil(lambda: screen.money._customer == (first if again else second))
    jobs.wait()
    QApplication.processEvents()
    jobs.let_go(newest_first=True)
    qtbot.waitUntil(lambda: not jobs.busy())
    assert list(head.contact_names().values()) == ["Adam" if again else "Beth"]


def stale(office: OfficeDatabase, kind: str, id: int, remarks: str) -> None:
    office.ask(None, f"{WHY} UPDATE {kind} SET remarks = '{remarks}' WHERE id = %s", id)


def make(office: OfficeDatabase, kind: str) -> int:
    return stored_one(office, kind, samples.customer(office, "ann", "Slow line"))


def remarks(form: Any) -> Any:
    return (form.fields if hasattr(form, "fields") else form.page.head).editors["remarks"]


@pytest.mark.parametrize("kind", SCREENS)
def test_what_was_read_before_a_save_does_not_replace_it(
    qtbot: QtBot, office: OfficeDatabase, context: Context, jobs: HeldJobs, opened: Any, kind: str
) -> None:
    form = opened(SCREENS[kind](context, Desk(), make(office, kind)))
    jobs.holding = True
    form.refresh()
    jobs.wait()
    remarks(form).setFocus()
    QTest.keyClicks(remarks(form), "stored")
    form.save()
    jobs.wait()
    QApplication.processEvents()
    jobs.let_go(newest_first=True)
    assert (remarks(form).value(), form.dirty) == ("stored", False)
    QTest.keyClicks(remarks(form), " and more")
    form.save()
    qtbot.waitUntil(lambda: not form.dirty)


@pytest.mark.parametrize("kind", SCREENS)
def test_what_was_read_later_stays(
    qtbot: QtBot, office: OfficeDatabase, context: Context, jobs: HeldJobs, opened: Any, kind: str
) -> None:
    id = make(office, kind)
    form = opened(SCREENS[kind](context, Desk(), id))
    jobs.holding = True
    for text in ("before", "after"):
        stale(office, kind, id, text)
        form.refresh()
        jobs.wait()
    QApplication.processEvents()
    jobs.let_go(newest_first=True)
    assert remarks(form).value() == "after"


def answers(jobs: HeldJobs, *turns: int) -> None:
    """Let the jobs end that were begun, and hand over their answers in this order."""
    jobs.wait()
    QApplication.processEvents()
    jobs.let_go(*turns)


def offered(editor: Any) -> list[str]:
    return list(editor._texts.stringList()) if editor._list.isVisible() else []


def test_what_was_looked_for_before_is_not_offered(
    qtbot: QtBot, office: OfficeDatabase, context: Context, jobs: HeldJobs, opened: Any
) -> None:
    for name in ("Lamp makers", "Lantern makers"):
        samples.customer(office, "ann", name)
    screen = opened(OrderScreen(context, Desk()))
    editor = screen.page.head.editors["customer_id"]
    editor.setFocus()
    jobs.holding = True
    press(Key.Key_F4)
    QTest.keyClicks(editor, "Lantern")
    editor._search()
    answers(jobs, -1)
    assert len(offered(editor)) == 1
    jobs.holding = True
    QTest.keyClicks(editor, " m")
    editor._search()
    editor.selectAll()
    press(Key.Key_Backspace)
    editor._search()
    answers(jobs)
    assert offered(editor) == []


def test_products_read_before_do_not_replace_those_read_later(
    qtbot: QtBot, office: OfficeDatabase, context: Context, jobs: HeldJobs
) -> None:
    cache = ProductCache(context)
    jobs.holding = True
    cache.fill()
    jobs.wait()
    made = samples.product(office, "P-LATER")
    cache.fill()
    answers(jobs, 1, 0)
    item = cache.index.by_id(made)
    assert item is not None
    office.ask("admin", "SELECT delete_records('product', ARRAY[%s])", made)
    jobs.holding = True
    cache.fill()
    jobs.wait()
    office.ask(None, "UPDATE product SET deleted_at = NULL WHERE id = %s", made)
    cache.put(item)
    answers(jobs)
    qtbot.waitUntil(lambda: not jobs.busy())
    assert cache.index.by_id(made) is not None


@pytest.mark.parametrize("chosen_first", [False, True])
def test_the_currency_chosen_last_stays(
    qtbot: QtBot,
    office: OfficeDatabase,
    context: Context,
    jobs: HeldJobs,
    opened: Any,
    chosen_first: bool,
) -> None:
    of = samples.customer(office, "ann", "Two currencies")
    for currency in ("CNY", "USD"):
        doc = samples.document(office, of, currency=currency)
        samples.submit(office, "ann", samples.save(office, "ann", doc))
    screen = opened(ReceiptScreen(context, Desk(), customer_id=of))
    assert screen.page.account.currency == "CNY"
    jobs.holding = True
    if chosen_first:
        screen.page.tools.currency_chosen.emit("USD")
        screen.read_account()
        answers(jobs)
    else:
        screen.read_account()
        screen.page.tools.currency_chosen.emit("USD")
        answers(jobs, -1)
    assert screen.page.account.currency == "USD"


def unsold(qtbot: QtBot, office: OfficeDatabase, screen: Any, jobs: HeldJobs, ended: str) -> None:
    """A save of two lines, of which the first is refused; the products are on their way."""
    made = samples.product(office, ended)
    screen.page.aid.cache.fill()
    qtbot.waitUntil(lambda: screen.page.aid.cache.index.by_id(made) is not None)
    for row, code in enumerate((ended, "P-10041")):
        screen.page.grid.line_model.type_text(row, "code", code)
        screen.page.grid.line_model.type_text(row, "quantity", "1")
        screen.page.grid.line_model.type_text(row, "unit_price", "1")
    office.ask("admin", "UPDATE product SET active = false WHERE id = %s", made)
    screen.page.grid.go_to(1, "quantity")
    screen.saver.refused.connect(lambda *_said: setattr(jobs, "holding", True))
    screen.save()
    qtbot.waitUntil(lambda: not screen.saver.busy)
    assert "is not sold" in screen.page.steps.said()


@pytest.mark.parametrize("typed", ["", "12"])
def test_who_types_on_is_not_taken_to_the_line_that_was_refused(
    qtbot: QtBot, office: OfficeDatabase, context: Context, jobs: HeldJobs, opened: Any, typed: str
) -> None:
    of = samples.customer(office, "ann", "Unsold goods")
    screen = opened(OrderScreen(context, Desk(), customer_id=of))
    unsold(qtbot, office, screen, jobs, f"P-ENDED{typed}")
    grid = screen.page.grid
    if typed:
        press(typed)
    answers(jobs)
    qtbot.waitUntil(lambda: not jobs.busy())
    assert (grid.current_row(), grid.current_key()) == ((1, "quantity") if typed else (0, "code"))
    assert not typed or grid.typed_cell().text == typed


@pytest.mark.parametrize("kind", SCREENS)
def test_what_is_typed_before_a_new_form_is_read_stays(
    qtbot: QtBot, office: OfficeDatabase, context: Context, jobs: HeldJobs, kind: str
) -> None:
    of = samples.customer(office, "ann", "Early")
    begun = {"order_id": samples.order(office, "ann", of)["id"]} if kind == "delivery" else {}
    jobs.holding = True
    form = SCREENS[kind](context, Desk(), None, **begun)
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    remarks(form).setFocus()
    press("early")
    answers(jobs)
    qtbot.waitUntil(lambda: not jobs.busy())
    press("er")
    assert remarks(form).value() == "earlyer"
    assert form.dirty


ANOTHER = {"delivery": "courier", "receipt": "payer"}


@pytest.mark.parametrize("typed", ["", "on"])
@pytest.mark.parametrize("kind", SCREENS)
def test_who_types_on_is_not_taken_to_the_field_that_was_refused(
    qtbot: QtBot,
    office: OfficeDatabase,
    context: Context,
    jobs: HeldJobs,
    opened: Any,
    kind: str,
    typed: str,
) -> None:
    check = f"{kind}_remarks_check CHECK (remarks IS DISTINCT FROM 'never')"
    office.ask(None, f"ALTER TABLE {kind} DROP CONSTRAINT IF EXISTS {kind}_remarks_check")
    office.ask(None, f"ALTER TABLE {kind} ADD CONSTRAINT {check}")
    form = opened(SCREENS[kind](context, Desk(), make(office, kind)))
    remarks(form).setFocus()
    remarks(form).selectAll()
    press("never")
    jobs.holding = True
    form.save()
    others = form.fields if kind == "customer" else form.page.head
    another = others.editors[ANOTHER.get(kind, "phone")]
    another.setFocus()
    if typed:
        press(typed)
    answers(jobs)
    qtbot.waitUntil(lambda: bool(remarks(form).accessibleDescription()))
    qtbot.waitUntil(lambda: not jobs.busy())
    assert (another if typed else remarks(form)).hasFocus()


@pytest.mark.parametrize("typed", ["", "12"])
def test_a_product_made_by_the_way_comes_into_its_line(
    qtbot: QtBot, office: OfficeDatabase, context: Context, jobs: HeldJobs, opened: Any, typed: str
) -> None:
    of = samples.customer(office, "ann", "By the way")
    screen = opened(OrderScreen(context, Desk(), customer_id=of))
    grid, code = screen.page.grid, f"P-MADE-1{typed}"
    for row in (0, 1):
        grid.line_model.type_text(row, "code", "P-10041")
    grid.go_to(0, "code")
    press(code)
    grid.keys.begin_product()
    (dialog,) = screen.window().findChildren(RecordDialog)
    qtbot.waitUntil(lambda: dialog.form.data is not None)
    dialog.form.fields.editors["name"].setText("Made")
    dialog.form.saved.connect(lambda _id: setattr(jobs, "holding", True))
    with qtbot.waitSignal(dialog.finished):
        dialog.form.save()
    qtbot.waitUntil(screen.isActiveWindow)
    if typed:
        grid.go_to(1, "quantity")
        press(typed)
    answers(jobs)
    qtbot.waitUntil(lambda: not jobs.busy())
    assert [line["code"] for line in grid.lines(commit=False)] == [code, "P-10041"]
    assert (grid.current_row(), grid.current_key()) == (int(bool(typed)), "quantity")
    assert not typed or grid.typed_cell().text == typed


@pytest.mark.parametrize("moved", [False, True])
def test_a_customer_made_by_the_way_takes_no_keys(
    qtbot: QtBot, office: OfficeDatabase, context: Context, jobs: HeldJobs, opened: Any, moved: bool
) -> None:
    screen = opened(OrderScreen(context, Desk()))
    editor = screen.page.head.editors["customer_id"]
    editor.setFocus()
    QTest.keyClicks(editor, f"Made {moved}")
    screen.page.head.customer_asked.emit(editor.text(), editor)
    (dialog,) = screen.window().findChildren(RecordDialog)
    qtbot.waitUntil(lambda: dialog.form.data is not None)
    dialog.form.saved.connect(lambda _id: setattr(jobs, "holding", True))
    with qtbot.waitSignal(dialog.finished):
        dialog.form.save()
    qtbot.waitUntil(screen.isActiveWindow)
    if moved:
        remarks(screen).setFocus()
    answers(jobs)
    qtbot.waitUntil(lambda: not jobs.busy())
    assert screen.page.head.customer_id() is not None
    assert (remarks(screen) if moved else editor).hasFocus()

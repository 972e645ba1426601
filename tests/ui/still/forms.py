"""Forms of every kind, and all that makes them read again."""

from collections.abc import Callable
from itertools import count
from typing import Any

from PySide6.QtCore import QElapsedTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data.listener import TABLES
from client.model import ENTITIES, Operator
from client.ui.forms.form import RecordForm
from client.ui.forms.journal import drafts_of
from client.ui.forms.pickers import ReferenceEdit
from client.ui.screens.customer import CustomerForm
from client.ui.screens.delivery import DeliveryScreen
from client.ui.screens.operators import OperatorForm
from client.ui.screens.order import OrderScreen
from client.ui.screens.quote import QuoteScreen
from client.ui.screens.receipt import ReceiptScreen
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.records_office import Desk

Form = Any
RECORDS = "customer", "contact", "product", "region", "department", "customer_type", "operator"
DOCUMENTS = "sales_order", "quote", "delivery", "receipt"
KINDS = RECORDS + DOCUMENTS
SCREENS = {
    "sales_order": OrderScreen,
    "quote": QuoteScreen,
    "delivery": DeliveryScreen,
    "receipt": ReceiptScreen,
    "customer": CustomerForm,
}
WHY = "SELECT set_config('kehu.reason', 'why', true);"
numbers = count(1)
PAUSE = 260  # longer than notices are gathered


def show(kind: str, context: Context, id: int) -> Form:
    if kind in SCREENS:
        return SCREENS[kind](context, Desk(), id)
    if kind == "operator":
        return OperatorForm(context, Operator, id, Desk())
    return RecordForm(context, ENTITIES[kind], id, Desk())


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


def stored_one(office: OfficeDatabase, kind: str, of: int) -> int:
    """A record of the customer `of`, or that customer, which can be changed."""
    if kind == "customer":
        return of
    if kind in ("sales_order", "quote"):
        make = samples.draft if kind == "sales_order" else samples.quote
        return int(make(office, "ann", of)["id"])
    order = samples.order(office, "ann", of)["id"]
    if kind == "delivery":
        return int(samples.delivery(office, "boss", order)["id"])
    return int(samples.receipt(office, "boss", of, 5, {order: 3})["id"])


def open_all(qtbot: QtBot, forms: list[Form]) -> list[Form]:
    for form in forms:
        qtbot.addWidget(form)
        form.show()
    qtbot.waitUntil(lambda: all(is_open(form) for form in forms), timeout=20_000)
    return forms


def is_open(form: Form) -> bool:
    return bool(form.data if hasattr(form, "fields") else form.ready)


def settle(qtbot: QtBot, context: Context) -> None:
    """Until all is answered and nothing more is asked for after notices were gathered."""
    quiet = QElapsedTimer()
    quiet.start()

    def answered() -> None:
        quiet.restart()

    context.jobs._reported.connect(answered)
    qtbot.waitUntil(lambda: quiet.elapsed() > PAUSE and not context.jobs.busy(), timeout=20_000)
    context.jobs._reported.disconnect(answered)


def storm(qtbot: QtBot, context: Context, forms: list[Form]) -> None:
    """Everything that makes a form read again."""
    for form in forms:
        form.refresh()
    settle(qtbot, context)
    others_tell(qtbot, context, [form.record_id for form in forms])


def others_tell(qtbot: QtBot, context: Context, ids: list[int]) -> None:
    """News of every kind of record, with ids and without, and a server that was away."""
    for table in sorted(TABLES):
        context.bus.changed.emit(table, "update", [])
        context.bus.changed.emit(table, "update", ids)
    settle(qtbot, context)
    context.bus.connection_lost.emit()
    context.bus.connection_back.emit()
    settle(qtbot, context)


TYPED = {
    "date": "2026-03-04",
    "money": "12.34",
    "price": "1.2345",
    "percent": "12.34%",
    "integer": "77",
    "tags": "one, two",
}


def put(editor: Any, kind: str) -> bool:
    """Type into an editor as one does; whether that was possible."""
    text = TYPED.get(kind, f"55 {next(numbers)}")
    if isinstance(editor, QLineEdit) and not isinstance(editor, ReferenceEdit):
        if editor.isReadOnly():
            return False
        editor.setText(text)
        editor.textEdited.emit(text)
    elif isinstance(editor, QPlainTextEdit) and not editor.isReadOnly():
        editor.setPlainText(text)
    elif isinstance(editor, QCheckBox) and editor.isEnabled():
        editor.click()
    elif isinstance(editor, QComboBox) and editor.isEnabled():
        places = [n for n in range(editor.count()) if n != editor.currentIndex()]
        if not places:
            return False
        editor.setCurrentIndex(places[0])
        editor.activated.emit(places[0])
    else:
        return False
    return True


def editors(form: Form) -> dict[str, Any]:
    return dict(form.fields.editors if hasattr(form, "fields") else form.page.head.editors)


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

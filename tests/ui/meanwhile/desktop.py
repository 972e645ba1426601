"""A window onto an office in which others go on working: a form in it, and what it says."""

from dataclasses import dataclass
from typing import Any

from pytestqt.qtbot import QtBot

from client import i18n
from client.context import Context
from client.ui.forms.journal import drafts_of
from client.ui.screens.customer import CustomerForm
from client.ui.screens.delivery import DeliveryScreen
from client.ui.screens.order import OrderScreen
from client.ui.screens.quote import QuoteScreen
from client.ui.screens.receipt import ReceiptScreen
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.records_office import Desk

KINDS = ("customer", "sales_order", "quote", "delivery", "receipt")
ASSIGN = "SELECT assign_customers(ARRAY[%s], %s, 'moved')"
TYPED = "typed before"
Form = Any
HANDED_OVER = {"en": "it belongs to somebody else now", "zh_CN": "现已归他人所有"}
SCREENS = {
    "sales_order": OrderScreen,
    "quote": QuoteScreen,
    "delivery": DeliveryScreen,
    "receipt": ReceiptScreen,
}


@dataclass
class Desktop:
    """A manager's window onto an office in which others go on working."""

    office: OfficeDatabase
    context: Context
    customer: int
    qtbot: QtBot

    def make(self, kind: str) -> dict[str, Any]:
        """A record that can be typed into."""
        office, of = self.office, self.customer
        if kind == "customer":
            return {"id": of, "version": 1}
        if kind == "delivery":
            return samples.delivery(office, "manager", samples.order(office, "ann", of)["id"])
        if kind == "receipt":
            return samples.receipt(office, "manager", of, 5)
        return {"sales_order": samples.draft, "quote": samples.quote}[kind](office, "ann", of)

    def open(self, kind: str, id: int) -> Form:
        """Its form, with something typed."""
        form: Form
        if kind == "customer":
            form = CustomerForm(self.context, Desk(), id)
        else:
            form = SCREENS[kind](self.context, Desk(), id)
        self.qtbot.addWidget(form)
        form.show()
        self.qtbot.waitUntil(lambda: bool(form.data if kind == "customer" else form.ready))
        editor = remarks(form)
        editor.setText(TYPED) if hasattr(editor, "setText") else editor.setPlainText(TYPED)
        if hasattr(editor, "textEdited"):
            editor.textEdited.emit(TYPED)
        assert form.dirty
        return form

    def save(self, form: Form, sentences: dict[str, str]) -> str:
        """Save, once in each language, until it is said what came of it; returns the last of it."""
        for language, sentence in sentences.items():
            i18n.use(language)
            form.save()
            self.qtbot.waitUntil(lambda text=sentence: text in said(form), timeout=10_000)
        return said(form)


def remarks(form: Form) -> Any:
    editors = form.fields.editors if hasattr(form, "fields") else form.page.head.editors
    return editors["fax" if hasattr(form, "fields") else "remarks"]


def said(form: Form) -> str:
    return str(form.message.text() if hasattr(form, "fields") else form.page.steps.said())


def told(form: Form) -> str:
    """What is said without a save."""
    return str(form.message.text() if hasattr(form, "fields") else form.page.banner.text())


def check_kept(desktop: Desktop, form: Form) -> None:
    """What was typed stands in the form, and in the journal."""
    desktop.context.jobs.wait()
    desktop.qtbot.wait(20)
    assert remarks(form).text() == TYPED
    assert form.dirty
    form.journal.write()
    desktop.context.jobs.wait()
    payloads = [str(draft.payload) for draft in drafts_of(desktop.context.office).all()]
    assert any(TYPED in payload for payload in payloads)

"""What becomes of a record while one types into it: handed over, deleted, closed, its customer
merged. Each has its own sentence, in both languages, and none takes away what was typed.
"""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from client.i18n import _
from client.model import ENTITIES, Customer
from client.ui.forms.journal import drafts_of
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.meanwhile.desktop import (
    ASSIGN,
    HANDED_OVER,
    KINDS,
    SCREENS,
    TYPED,
    Desktop,
    Form,
    check_kept,
    remarks,
)
from tests.ui.records_office import Desk

DELETED = {"en": "somebody has deleted it", "zh_CN": "已被他人删除"}
MERGED = {"en": "was merged into", "zh_CN": "已合并到"}
STAYS = {"en": "What you typed stays here", "zh_CN": "所输入的内容仍保留在此"}


@pytest.mark.parametrize("kind", KINDS)
def test_handed_over(desktop: Desktop, kind: str) -> None:
    form = desktop.open(kind, desktop.make(kind)["id"])
    eve = desktop.office.id_of("eve")
    desktop.office.ask("boss", ASSIGN, desktop.customer, eve)
    text = desktop.save(form, HANDED_OVER)
    assert text.startswith(_(ENTITIES[kind].LABEL))
    check_kept(desktop, form)


@pytest.mark.parametrize("kind", KINDS)
def test_deleted(desktop: Desktop, kind: str) -> None:
    form_id = desktop.make(kind)["id"]
    form = desktop.open(kind, form_id)
    desktop.office.ask("boss", f"SELECT delete_records('{kind}', ARRAY[%s])", form_id)
    text = desktop.save(form, DELETED)
    assert text.startswith(_(ENTITIES[kind].LABEL))
    check_kept(desktop, form)


def end_order(office: OfficeDatabase, doc: dict[str, Any], how: str) -> None:
    doc = samples.submit(office, "ann", doc)
    if how == "cancelled":
        samples.call(office, "boss", "cancel_order", doc["id"], doc["version"], "changed mind")
    else:
        samples.call(office, "boss", "complete_order", doc["id"], doc["version"])


def accept(office: OfficeDatabase, doc: dict[str, Any], _how: str) -> None:
    doc = samples.call(office, "ann", "send_quote", doc["id"], doc["version"])
    samples.call(office, "boss", "decide_quote", doc["id"], doc["version"], "accepted", "")


def end_delivery(office: OfficeDatabase, doc: dict[str, Any], _how: str) -> None:
    step = "advance_delivery"
    doc = samples.call(office, "boss", step, doc["id"], doc["version"], "picked", None)
    samples.call(office, "boss", "cancel_delivery", doc["id"], doc["version"], "changed mind")


def end_receipt(office: OfficeDatabase, doc: dict[str, Any], how: str) -> None:
    doc = samples.call(office, "boss", "post_receipt", doc["id"], doc["version"])
    if how == "voided":
        samples.call(office, "boss", "void_receipt", doc["id"], doc["version"], "wrong")


ENDINGS: list[tuple[str, str, Callable[..., None], dict[str, str]]] = [
    ("sales_order", "cancelled", end_order, {"en": "been cancelled", "zh_CN": "其间已被取消"}),
    ("sales_order", "completed", end_order, {"en": "been completed", "zh_CN": "其间已被完成"}),
    ("quote", "accepted", accept, {"en": "accepted; copy it", "zh_CN": "已接受"}),
    ("receipt", "posted", end_receipt, {"en": "been posted", "zh_CN": "其间已被过账"}),
    ("receipt", "voided", end_receipt, {"en": "been voided", "zh_CN": "其间已被作废"}),
]


@pytest.mark.parametrize(("kind", "how", "end", "words"), ENDINGS)
def test_closed(
    desktop: Desktop,
    kind: str,
    how: str,
    end: Callable[..., None],
    words: dict[str, str],
) -> None:
    doc = desktop.make(kind)
    form = desktop.open(kind, doc["id"])
    end(desktop.office, doc, how)
    text = desktop.save(form, words)
    assert STAYS["zh_CN"] in text
    check_kept(desktop, form)
    assert words["zh_CN"] in form.page.banner.text()
    # Nor does asking for both to be brought together take it away.
    form.page.banner.asked.emit()
    check_kept(desktop, form)
    desktop.save(form, words)


def test_what_was_typed_into_a_delivery_that_ended_is_told(desktop: Desktop) -> None:
    doc = desktop.make("delivery")
    form = desktop.open("delivery", doc["id"])
    form.page.head.editors["courier"].setText("SF Express")
    form.page.grid.line_model.type_text(0, "quantity", "1")
    end_delivery(desktop.office, doc, "cancelled")
    form.save()
    words = "It has been cancelled meanwhile."
    desktop.qtbot.waitUntil(lambda: words in form.page.banner.text())
    for typed in (TYPED, "SF Express", "1"):
        assert typed in form.page.banner.text()
    desktop.office.ask(
        "boss", "UPDATE sales_order SET remarks = 'x' WHERE id = %s", doc["order_id"]
    )
    form.refresh()
    desktop.context.jobs.wait()
    desktop.qtbot.wait(50)
    assert TYPED in form.page.banner.text()


def merge_away(desktop: Desktop) -> None:
    kept = samples.customer(desktop.office, "ann", "东湖书店")
    samples.call(desktop.office, "boss", "merge_customers", kept, desktop.customer, [], "the same")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "customer"])
def test_of_a_merged_customer(desktop: Desktop, kind: str) -> None:
    doc = desktop.make(kind)
    form = desktop.open(kind, doc["id"])
    merge_away(desktop)
    desktop.save(form, {"en": "its customer is 东湖书店 now"})
    stored = desktop.office.ask(None, f"SELECT remarks FROM {kind} WHERE id = %s", doc["id"])
    assert stored == [(TYPED,)]


def test_a_merged_customer(desktop: Desktop) -> None:
    form = desktop.open("customer", desktop.customer)
    merge_away(desktop)
    text = desktop.save(form, MERGED)
    assert "东湖书店" in text
    check_kept(desktop, form)
    assert form.navigator.opened[0][0] == Customer.__tablename__


@pytest.mark.parametrize("kind", ["sales_order", "quote", "receipt"])
@pytest.mark.parametrize("how", ["handed over", "deleted", "merged"])
def test_a_new_document_of_a_customer_that_is_gone(desktop: Desktop, kind: str, how: str) -> None:
    form = SCREENS[kind](desktop.context, Desk(), None, customer_id=desktop.customer)
    desktop.qtbot.addWidget(form)
    form.show()
    desktop.qtbot.waitUntil(lambda: form.ready and bool(form.page.head.customer_id()))
    remarks(form).setText(TYPED)
    remarks(form).textEdited.emit(TYPED)
    if how == "handed over":
        eve = desktop.office.id_of("eve")
        desktop.office.ask("boss", ASSIGN, desktop.customer, eve)
    elif how == "deleted":
        desktop.office.ask("boss", "SELECT delete_records('customer', ARRAY[%s])", desktop.customer)
    else:
        merge_away(desktop)
    words = {"handed over": HANDED_OVER, "deleted": DELETED, "merged": MERGED}[how]
    text = desktop.save(form, words)
    assert how == "merged" or text.startswith(_(Customer.LABEL))
    check_kept(desktop, form)


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_stalls_keeps_nothing_from_the_journal(desktop: Desktop, kind: str) -> None:
    form = desktop.open(kind, desktop.make(kind)["id"])
    desktop.context.jobs.wait()
    stalled = threading.Event()
    for _number in range(8):
        desktop.context.jobs.run(form, stalled.wait, lambda _ended: None)
    try:
        desktop.qtbot.waitUntil(lambda: drafts_of(desktop.context.office).all() != [])
    finally:
        stalled.set()
    (draft,) = drafts_of(desktop.context.office).all()
    assert TYPED in str(draft.payload)


# While one's own save is under way


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_typed_meanwhile_is_in_the_journal_as_soon_as_the_rest_is_stored(
    desktop: Desktop, kind: str
) -> None:
    form = desktop.open(kind, desktop.make(kind)["id"])
    journal, later = drafts_of(desktop.context.office), "typed later"
    version = form.base["version"]
    form.save()
    remarks(form).setText(later)
    remarks(form).textEdited.emit(later)
    form.journal.write()
    desktop.qtbot.waitUntil(lambda: form.base["version"] != version, timeout=20_000)

    def kept() -> bool:
        """The journal has the later text over the version that was stored just now."""
        drafts = [d.payload for d in journal.all() if later in str(d.payload)]
        return [d["base"]["version"] for d in drafts] == [form.base["version"]]

    desktop.qtbot.waitUntil(kept, timeout=20_000)
    form.save()
    desktop.qtbot.waitUntil(lambda: not form.dirty)
    assert journal.all() == []


def put(form: Form, name: str, text: str) -> None:
    form.page.head.editors[name].setText(text)
    form.page.head.edited.emit()


@pytest.mark.parametrize("kind", ["sales_order", "quote", "delivery", "receipt"])
def test_what_is_typed_while_a_save_meets_another_is_kept(desktop: Desktop, kind: str) -> None:
    doc = desktop.make(kind)
    form = desktop.open(kind, doc["id"])
    name = {"delivery": "courier", "receipt": "reference"}.get(kind, "phone")
    query = f"UPDATE {kind} SET remarks = 'theirs' WHERE id = %s"
    desktop.office.ask("boss", query, doc["id"])
    form.save()
    put(form, name, "later")
    desktop.qtbot.waitUntil(form.conflict.isVisible)
    assert form.conflict.said().startswith("Boss")
    form.conflict.accept()
    desktop.qtbot.waitUntil(lambda: not form.saver.busy and not form.dirty)
    stored = desktop.office.ask(
        None, f"SELECT remarks, {name} FROM {kind} WHERE id = %s", doc["id"]
    )
    assert stored == [(TYPED, "later")]


@pytest.mark.parametrize("kind", ["sales_order", "quote"])
def test_what_came_in_with_a_save_is_not_overwritten_unseen(desktop: Desktop, kind: str) -> None:
    doc = desktop.make(kind)
    form = desktop.open(kind, doc["id"])
    desktop.office.ask("boss", f"UPDATE {kind} SET phone = 'theirs' WHERE id = %s", doc["id"])
    form.save()
    put(form, "phone", "later")
    desktop.qtbot.waitUntil(lambda: not form.saver.busy)
    assert form.dirty
    form.save()
    desktop.qtbot.waitUntil(form.conflict.isVisible)
    assert form.conflict.texts() == {"0": ("theirs", "later")}
    form.conflict.accept()
    desktop.qtbot.waitUntil(lambda: not form.saver.busy and not form.dirty)
    stored = desktop.office.ask(None, f"SELECT remarks, phone FROM {kind} WHERE id = %s", doc["id"])
    assert stored == [(TYPED, "later")]

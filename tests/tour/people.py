"""Sights of who may what: roles, rights explained, hand-overs, requests, merging, the lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QDialog, QWidget
from sqlalchemy import text

from client.data import presence, records, requests
from client.data.connection import Office
from client.data.drafts import Draft
from client.data.history.entries import ACCESS
from client.data.leftover import Leftover, Typed
from client.data.recycle import deletions
from client.i18n import _
from client.model import Customer
from client.ui.bin.purge import PurgeDialog
from client.ui.forms.journal import drafts_of
from client.ui.forms.leftover import LeftoverDialog
from client.ui.forms.recovery import RecoveryDialog
from client.ui.handover.dialog import HandoverDialog
from client.ui.merging.dialog import MergeDialog
from client.ui.rights.access_grants import GrantDialog, of_customers
from client.ui.rights.explain_operator import PersonDialog
from client.ui.rights.login_dialog import LoginDialog
from server_schema import demo
from tests.tour.guide import Guide
from tests.tour.keeping import dialog_of, prepare
from tests.tour.sights import VIP, Sight, choose, found
from tests.ui.answers import question

SELLER = (
    "SELECT owner_id FROM customer c JOIN operator o ON o.id = c.owner_id WHERE o.rights ="
    " 'salesperson' GROUP BY owner_id ORDER BY count(*) DESC, 1 LIMIT 1"
)
CLERK = "SELECT id FROM operator WHERE rights = 'clerk' AND login IS NOT NULL ORDER BY id LIMIT 1"
ASKED = "SELECT min(customer_id) FROM change_request"
OF_OTHERS = "SELECT id FROM customer WHERE phone <> '' AND id <> {vip} ORDER BY id LIMIT 1"
FREE = (
    "SELECT id FROM customer c"
    " WHERE NOT EXISTS (SELECT FROM sales_order WHERE customer_id = c.id)"
    " AND NOT EXISTS (SELECT FROM quote WHERE customer_id = c.id)"
    " AND NOT EXISTS (SELECT FROM receipt WHERE customer_id = c.id)"
    " ORDER BY (SELECT count(*) FROM contact WHERE customer_id = c.id) DESC, id LIMIT 1"
)
NAME = "SELECT name FROM customer WHERE id = :id"
LOGIN = "SELECT id, name, login, version FROM operator WHERE id = :id"
APPROVED = (
    "INSERT INTO setting (key, value) VALUES ('key_fields_need_approval', 'true')"
    " ON CONFLICT DO NOTHING"
)


def stored(guide: Guide, query: str, number: int) -> dict[str, Any]:
    """One row as the logged-in operator sees it."""
    with guide.window.context.office.session() as session:
        return dict(session.execute(text(query), {"id": number}).mappings().one())


@contextmanager
def colleague(guide: Guide) -> Iterator[Any]:
    """The office as the clerk has it."""
    login = stored(guide, LOGIN, found(guide, CLERK))["login"]
    office = Office.open(guide.window.context.office.profile, login, demo.PASSWORD)
    try:
        yield office
    finally:
        office.close()


def type_into(form: Any, name: str, typed: str) -> None:
    """Type as an input method does."""
    editor = form.fields.editors[name]
    editor.setFocus()
    editor.setText(typed)
    editor.textEdited.emit(typed)


def close(guide: Guide) -> None:
    """Close every dialog."""
    for dialog in guide.window.findChildren(QDialog):
        dialog.done(0)
    guide.settle()


def undo(guide: Guide) -> None:
    """Let go what is typed, so that the form can be closed."""
    guide.window.docks.widget(guide.window.docks.current()).leave.undo()
    guide.settle()


def opened(guide: Guide, dialog: Any) -> QWidget:
    dialog.open()
    return dialog_of(guide, type(dialog))


# Rights


def roles(guide: Guide) -> None:
    guide.screen("roles").active().list.setCurrentRow(1)


def operator(guide: Guide) -> None:
    choose(guide, guide.screen("operator").active(), found(guide, SELLER))


def person(guide: Guide) -> QWidget:
    seller = found(guide, SELLER)
    return opened(guide, PersonDialog(guide.window.context, seller, guide.window))


def login(guide: Guide) -> QWidget:
    seller = stored(guide, LOGIN, found(guide, SELLER))
    return opened(guide, LoginDialog(guide.window.context, seller, guide.window))


def own_password(guide: Guide) -> QWidget:
    guide.window.commands.change_password()
    return dialog_of(guide, QDialog)


def deputy(guide: Guide) -> QWidget:
    guide.window.commands.my_deputy()
    return dialog_of(guide, GrantDialog)


def share(guide: Guide) -> QWidget:
    number = found(guide, VIP)
    with guide.window.context.office.session() as session:
        name = records.load(session, Customer, number)["name"]
    lent = of_customers([number], name)
    return opened(guide, GrantDialog(guide.window.context, lent, guide.window))


def why(guide: Guide) -> None:
    guide.screen("customers")
    guide.window.commands.explain_record("customer", found(guide, VIP))


def why_not(guide: Guide) -> None:
    guide.screen("customers")
    guide.window.commands.explain_record("customer", found(guide, VIP))
    panel = guide.window.docks.widget("explain")
    panel.number.setText("C-99999")
    panel.look()


def access(guide: Guide) -> None:
    kinds = guide.screen("history").active().changes.filters.kinds
    kinds.setCurrentIndex(kinds.findData(ACCESS))


# Whose customers they are


def handover(guide: Guide) -> QWidget:
    """A leaver's customers, by region; nothing has moved."""
    context = guide.window.context
    dialog = HandoverDialog(context, guide.window, owner=found(guide, SELLER))
    opened(guide, dialog)
    dialog.head.choose_rule("region_id")
    return dialog


def handover_nobody(guide: Guide) -> QWidget:
    return opened(guide, HandoverDialog(guide.window.context, guide.window))


def merge(guide: Guide) -> QWidget:
    vip = found(guide, VIP)
    ids = vip, found(guide, OF_OTHERS.format(vip=vip))
    return opened(guide, MergeDialog(guide.window.context, ids, guide.window))


def duplicate(guide: Guide) -> None:
    """A new customer who is there already."""
    guide.screen("customers")
    number = found(guide, OF_OTHERS.format(vip=0))
    there = stored(guide, "SELECT name, phone FROM customer WHERE id = :id", number)
    form = guide.record("customer", None)
    for name in ("name", "phone"):
        type_into(form, name, there[name])
    guide.pause(1.0)


def presence_hint(guide: Guide) -> None:
    """A colleague types in the same customer."""
    number = found(guide, VIP)
    guide.screen("customers")
    with colleague(guide) as office:
        presence.announce(office, "customer", number)
        form = guide.record("customer", number)
        guide.wait(lambda: bool(form.head.presence.text()), "the hint")


# Key fields


def request(guide: Guide) -> None:
    """A colleague asks for changes that the operator may decide."""
    with guide.window.context.office.session() as session:
        session.execute(text(APPROVED))
    if not found(guide, ASKED):
        number = found(guide, OF_OTHERS.format(vip=0))
        with colleague(guide) as office, office.session() as session:
            base = records.load(session, Customer, number)
            wanted = base | {"credit_limit": 250000, "name": f"{base['name']} 2"}
            reason = "年度授信" if guide.chinese else "Yearly credit review"
            requests.save(session, wanted, base, reason)
    guide.screen("requests")


def request_form(guide: Guide) -> None:
    request(guide)
    guide.screen("customers")
    guide.record("customer", found(guide, ASKED))


def reason(guide: Guide) -> None:
    """A key field is changed, and the form asks why."""
    guide.screen("customers")
    form = guide.record("customer", found(guide, VIP))
    type_into(form, "name", f"{form.values()['name']} 2")
    form.save()


# What is kept


def delete(guide: Guide) -> QWidget:
    """A customer without documents may go."""
    screen = guide.screen("customers")
    choose(guide, screen, found(guide, FREE))
    screen.delete_current()
    guide.wait(lambda: question(screen) is not None, "the question")
    box = question(screen)
    assert box is not None
    return box


def delete_refused(guide: Guide) -> None:
    """A customer with documents stays."""
    screen = guide.screen("customers")
    choose(guide, screen, found(guide, VIP))
    screen.delete_current()


def purge(guide: Guide) -> QWidget:
    prepare(guide)
    with guide.window.context.office.session() as session:
        latest = deletions(session)[0]
    return opened(guide, PurgeDialog(guide.window.context, latest, guide.window))


def draft(kind: str, title: str) -> Draft:
    return Draft(kind, kind, 1, {"title": title}, datetime.now(UTC), Path("none"))


def recovery(guide: Guide) -> QWidget:
    journal = drafts_of(guide.window.context.office)
    vip = stored(guide, NAME, found(guide, VIP))["name"]
    kept = [draft("customer", vip), draft("sales_order", "SO-2026-0412")]
    return opened(guide, RecoveryDialog(journal, kept, guide.window))


def leftover(guide: Guide) -> QWidget:
    journal = drafts_of(guide.window.context.office)
    rows = [Typed(_("Phone"), "020-8735 6612", "020-8735 6699"), Typed(_("Remarks"), "", "…")]
    left = Leftover("记录已被删除。" if guide.chinese else "The record was deleted.", rows)
    kept = draft("customer", stored(guide, NAME, found(guide, VIP))["name"])
    return opened(guide, LeftoverDialog(journal, kept, left, guide.window))


def lock(guide: Guide) -> QWidget:
    guide.screen("customers")
    guide.window.idle.lock()
    asked: QWidget = guide.window.idle.dialog
    return asked


def unlock(guide: Guide) -> None:
    idle = guide.window.idle
    idle.dialog.password.setText(demo.PASSWORD)
    idle.dialog.unlock()
    guide.wait(lambda: not idle.locked, "the unlocked window")


def away(guide: Guide) -> None:
    """The server does not answer."""
    guide.screen("customers")
    guide.record("customer", found(guide, VIP))
    guide.window.context.bus.connection_lost.emit()


def back(guide: Guide) -> None:
    guide.window.context.bus.connection_back.emit()
    guide.settle()


def keys(guide: Guide) -> QWidget:
    guide.window.commands.show_keys()
    return dialog_of(guide, QDialog)


PEOPLE = (
    Sight("roles", roles, essential=True),
    Sight("operator", operator, essential=True),
    Sight("operator_rights", person, essential=True, leave=close),
    Sight("operator_login", login, leave=close),
    Sight("own_password", own_password, leave=close),
    Sight("deputy", deputy, leave=close),
    Sight("share", share, leave=close),
    Sight("why", why, essential=True),
    Sight("why_not", why_not),
    Sight("access", access, essential=True),
    Sight("handover", handover, essential=True, leave=close),
    Sight("handover_nobody", handover_nobody, leave=close),
    Sight("merge", merge, essential=True, leave=close),
    Sight("duplicate", duplicate, essential=True, leave=undo),
    Sight("presence", presence_hint),
    Sight("request", request, essential=True),
    Sight("request_form", request_form),
    Sight("reason", reason, essential=True, leave=undo),
    Sight("delete", delete, leave=close),
    Sight("delete_refused", delete_refused),
    Sight("purge", purge, leave=close),
    Sight("recovery", recovery, leave=close),
    Sight("leftover", leftover, leave=close),
    Sight("lock", lock, leave=unlock),
    Sight("away", away, essential=True, leave=back),
    Sight("keys", keys, leave=close),
)

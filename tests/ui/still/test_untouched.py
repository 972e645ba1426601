"""A form in which nobody types stays as it is: never changed, nothing in the journal, and saving it
stores nothing, whatever stands in its record and whatever others do.
"""

import pytest
from pytestqt.qtbot import QtBot

from client.context import Context
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.still.forms import (
    KINDS,
    NEW,
    WHY,
    check_still,
    last,
    open_all,
    settle,
    show,
    storm,
    written,
)
from tests.ui.still.records import TURNS, make


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

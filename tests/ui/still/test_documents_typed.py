"""What is typed into a document, or into a line of it, is all that a save changes, whatever others
changed meanwhile.
"""

import pytest
from pytestqt.qtbot import QtBot

from client.context import Context
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.still.forms import DOCUMENTS, last, open_all, settle, show, storm, written
from tests.ui.still.typed import check_typed


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_what_is_typed_is_all_that_changes(
    qtbot: QtBot, office: OfficeDatabase, context: Context, kind: str
) -> None:
    check_typed(qtbot, office, context, kind)


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

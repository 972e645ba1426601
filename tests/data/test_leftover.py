"""What was typed into a document that is gone is told line by line, with names for ids."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.data import leftover
from client.data.drafts import Draft
from client.data.priced import edit
from client.data.priced.documents import load_order
from client.model import Contact, Customer, Product
from tests.server import samples


@pytest.fixture
def office(shared_office):
    return shared_office


def draft_of(kind, id_, payload):
    return Draft(f"{kind}:{id_}", kind, id_, payload, datetime.now(UTC), Path("none"))


def test_an_order_that_was_deleted_meanwhile(office):
    ann, mine = office.login("ann"), samples.customer(office, "ann", "Of Ann")
    doc = samples.draft(office, "ann", mine)
    with ann.session() as session:
        base = edit.opened(load_order(session, doc["id"]))
    line = {**base["lines"][0], "quantity": 7}
    typed = {**base, "salesperson_id": office.id_of("bob"), "remarks": "By noon", "lines": [line]}
    draft = draft_of("sales_order", doc["id"], {"base": base, "doc": typed, "title": "Draft"})
    with ann.session() as session:
        assert leftover.look(session, draft) is None
    office.ask("ann", "SELECT delete_records('sales_order', ARRAY[%s])", doc["id"])
    with ann.session() as session:
        left = leftover.look(session, draft)
    assert "deleted" in left.reason
    told = {row.label: (row.was, row.typed) for row in left.rows}
    assert told == {
        "Salesperson": ("Ann", "Bob"),
        "Remarks": ("", "By noon"),
        "Line": ("", "Thing × 7 × 10.00"),
    }


@pytest.mark.parametrize("entity", [Customer, Contact, Product])
def test_what_was_never_stored_goes_on_in_its_form(office, entity):
    kind = entity.__tablename__
    with office.login("ann").session() as session:
        assert leftover.look(session, draft_of(kind, None, {"typed": {"name": "New"}})) is None

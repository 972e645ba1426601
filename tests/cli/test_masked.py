"""Who may not see whole numbers gets none of them into a file: no export and no paper has any."""

import openpyxl
import pytest
from pypdf import PdfReader

from client.data.importing.kinds import KINDS
from tests.server import samples

PHONE, MOBILE, ACCOUNT = "020-87654321", "13800138246", "622202001111999"
SECRETS = (PHONE, "87654321", MOBILE, ACCOUNT)
PAPERS = ("order", "quote", "delivery", "receipt", "statement")


@pytest.fixture(scope="module")
def office(shared_office):
    """A customer with numbers in all places and documents of each kind; the clerk reads masked."""
    db = shared_office
    mask = "SELECT set_permission(%s, 'customer', 'whole', false)"
    db.ask("admin", mask, db.id_of("clerk"))
    of = samples.customer(db, "ann", "Masked")
    query = "UPDATE customer SET phone = %s, mobile = %s, bank_account = %s WHERE id = %s"
    db.ask("boss", f"SET kehu.reason = 'why'; {query}", PHONE, MOBILE, ACCOUNT, of)
    person = samples.contact(db, "ann", of)
    db.ask(
        "boss", "UPDATE contact SET phone = %s, mobile = %s WHERE id = %s", PHONE, MOBILE, person
    )
    doc = samples.document(db, of, phone=MOBILE)
    order = samples.submit(db, "ann", samples.save(db, "ann", doc))
    quote = samples.step(db, "ann", "send_quote", samples.quote(db, "ann", of, phone=MOBILE))
    delivery = samples.delivery(db, "boss", order["id"])
    delivery = samples.step(db, "boss", "advance_delivery", delivery, "picked", None)
    db.ask("boss", "UPDATE delivery SET phone = %s WHERE id = %s", MOBILE, delivery["id"])
    receipt = samples.posted(db, "boss", of, 5, {order["id"]: 3})
    number = "SELECT number FROM customer WHERE id = %s"
    named = {"order": order, "quote": quote, "delivery": delivery, "receipt": receipt}
    db.numbers = {kind: made["number"] for kind, made in named.items()}
    db.numbers["statement"] = samples.value(db, None, number, of)
    return db


def secrets_in(text):
    return [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "operator"])
def test_an_export(kehu, office, tmp_path, kind):
    found = {}
    for user in ("clerk", "boss"):
        out = tmp_path / f"{user}.xlsx"
        code, _said, err = kehu(office, user, "export", kind, out)
        assert (code, err) == (0, "")
        sheets = openpyxl.load_workbook(out)
        found[user] = " ".join(
            str(cell) for sheet in sheets for row in sheet.values for cell in row
        )
    assert secrets_in(found["clerk"]) == []
    assert bool(secrets_in(found["boss"])) == (kind in ("customer", "contact", "order"))


@pytest.mark.parametrize("kind", PAPERS)
def test_a_paper(kehu, office, tmp_path, kind):
    found = {}
    for user in ("clerk", "boss"):
        out = tmp_path / f"{user}.pdf"
        code, _said, err = kehu(office, user, "print", kind, office.numbers[kind], "--out", out)
        assert (code, err) == (0, "")
        found[user] = " ".join(page.extract_text() for page in PdfReader(out).pages)
    assert secrets_in(found["clerk"]) == []
    assert bool(secrets_in(found["boss"])) == (kind != "receipt")  # which names no phone

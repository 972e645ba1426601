"""Orders through the program: exact values there and back, and refusals it can act on."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.exc import DBAPIError

from client.data import errors, records
from client.data.priced import documents
from client.data.priced.kinds import ORDER
from client.model import Customer, Product
from tests.server import samples


@pytest.fixture(scope="module")
def offices(shared_office):
    """Open logins by name."""
    return {user: shared_office.login(user) for user in ("ann", "bob", "boss", "serge")}


@pytest.fixture(scope="module")
def goods(offices):
    values = {"code": "P-1", "name": '螺丝 "M4" <10mm>\\', "unit": "盒"}
    return offices["boss"].run(lambda session: records.save(session, Product, values))


@pytest.fixture
def doc(offices, goods):
    """An order of Ann's own new customer, as a form gives it."""
    ann = offices["ann"]
    customer = ann.run(lambda session: records.save(session, Customer, {"name": "客户"}))
    return {
        "customer_id": customer["id"],
        "order_date": date(2026, 11, 21),
        "delivery_date": None,
        "salesperson_id": ann.me["id"],
        "remarks": "line one\nline 'two' 𠮷 \"three\" \\",
        "lines": [
            {
                "product_id": goods["id"],
                "code": goods["code"],
                "name": goods["name"],
                "specification": None,
                "unit": goods["unit"],
                "quantity": Decimal("1234567.8901"),
                "unit_price": Decimal("0.0125"),
                "discount": Decimal("0.123456"),
                "tax_rate": Decimal("0.13"),
                "remarks": None,
            }
        ],
    }


def save(office, doc, version=None):
    return office.run(lambda session: documents.save(session, ORDER, doc, version))


def load(office, id_):
    with office.session() as session:
        return documents.load_order(session, id_)


def submit(office, saved):
    def work(session):
        return documents.submit_order(session, saved["id"], saved["version"])

    return office.run(work)


def test_values_come_back_exactly_as_they_went(offices, doc):
    saved = save(offices["ann"], doc)
    for name in ("customer_id", "order_date", "delivery_date", "remarks", "salesperson_id"):
        assert saved[name] == doc[name], name
    (line,) = saved["lines"]
    for name, value in doc["lines"][0].items():
        assert line[name] == value, name
        assert type(line[name]) is type(value), name
    assert saved["total"] == Decimal("13526.91")
    assert saved["net_total"] + saved["tax_total"] == saved["total"]
    assert saved["created_at"].tzinfo
    assert load(offices["ann"], saved["id"]) == saved


def test_saving_what_was_loaded_changes_nothing(offices, doc):
    saved = save(offices["ann"], doc)
    assert save(offices["ann"], saved, saved["version"])["version"] == saved["version"]


def test_lines_keep_their_identity(offices, doc):
    ann = offices["ann"]
    doc["lines"] = [dict(doc["lines"][0], remarks=str(n)) for n in range(4)]
    saved = save(ann, doc)
    ids = [line["id"] for line in saved["lines"]]
    first, _second, third, fourth = saved["lines"]
    new = {name: third[name] for name in documents.LINE if name != "id"}
    saved["lines"] = [fourth, {**first, "quantity": Decimal(2)}, new]
    again = save(ann, saved, saved["version"])
    assert [line["id"] for line in again["lines"]][:2] == [ids[3], ids[0]]
    assert again["lines"][2]["id"] not in ids
    assert [line["position"] for line in again["lines"]] == [1, 2, 3]


def test_a_conflict_brings_what_is_stored(offices, doc):
    ann, boss = offices["ann"], offices["boss"]
    saved = save(ann, doc)
    theirs = save(boss, {**saved, "remarks": "theirs"}, saved["version"])
    mine = {**saved, "remarks": "mine"}
    with pytest.raises(errors.Conflict) as caught:
        save(ann, mine, saved["version"])
    assert caught.value.mine == mine
    assert caught.value.theirs == theirs


def test_gone_not_yours_and_no_right_are_told_apart(offices, doc):
    ann, bob = offices["ann"], offices["bob"]
    saved = save(ann, doc)
    with pytest.raises(errors.NotYours):
        load(bob, saved["id"])
    with pytest.raises(errors.NotYours):
        save(bob, saved, saved["version"])
    with ann.session() as session:
        session.connection().exec_driver_sql(
            f"SELECT delete_records('sales_order', ARRAY[{saved['id']}])"
        )
    with pytest.raises(errors.Gone):
        load(ann, saved["id"])
    with pytest.raises(errors.Gone):
        save(ann, saved, saved["version"])


def test_who_loses_an_order_while_it_waits_for_its_number_hears_so(shared_office, offices):
    ann, theirs = offices["ann"], samples.customer(shared_office, "eve", "Lent for now")
    share = "SELECT share_customer(%s, %s, '2200-01-01')"
    shared_office.ask("eve", share, theirs, ann.me["id"])
    before, lent = (samples.draft(shared_office, user, theirs) for user in ("eve", "ann"))
    holder, met = shared_office.psql("eve"), []
    holder.autocommit = False
    holder.cursor().execute("SELECT submit_order(%s, %s)", (before["id"], before["version"]))

    def submit_lent():
        try:
            submit(ann, lent)
        except errors.KnownError as error:
            met.append(type(error))

    thread = threading.Thread(target=submit_lent)
    thread.start()
    samples.wait_until_waited_for(shared_office, holder)
    shared_office.ask("eve", "SELECT end_share(%s, %s)", theirs, ann.me["id"])
    holder.commit()
    thread.join()
    assert met == [errors.NotYours]
    stored = "SELECT status FROM sales_order WHERE id = %s"
    assert samples.value(shared_office, "eve", stored, lent["id"]) == "draft"


def test_submitting_and_cancelling(offices, doc):
    ann = offices["ann"]
    ordered = submit(ann, save(ann, doc))
    assert ordered["number"]
    assert ordered["submitted_by_name"] == "Ann"
    with ann.session() as session:
        assert documents.find(session, "sales_order", ordered["number"]) == ordered["id"]
        with pytest.raises(errors.Gone, match="SO-none"):
            documents.find(session, "sales_order", "SO-none")
    with offices["bob"].session() as session, pytest.raises(errors.Gone):
        documents.find(session, "sales_order", ordered["number"])

    def cancel(session):
        return documents.cancel_order(session, ordered["id"], ordered["version"], "twice")

    cancelled = ann.run(cancel)
    assert (cancelled["status"], cancelled["cancel_reason"]) == ("cancelled", "twice")
    assert cancelled["cancelled_at"].tzinfo


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lines": []}, "at least one line"),
        ({"wipe_off": Decimal(10**6)}, "below zero"),
        ({"whole_discount": Decimal(2)}, "Discount on the whole"),
        ({"contact_id": 10**6}, "contact"),
        ({"order_date": date(1800, 1, 1)}, "Order date"),
        ({"currency": "euro"}, "Currency|longer"),
        ({"currency": "eu1"}, "Currency"),
        ({"customer_id": None}, "one of yours|Customer"),
    ],
)
def test_refusals_are_sentences(offices, doc, change, words):
    with pytest.raises((DBAPIError, errors.KnownError)) as caught:
        submit(offices["ann"], save(offices["ann"], {**doc, **change}))
    assert errors.known(caught.value)
    assert any(word in errors.sentence(caught.value) for word in words.split("|"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quantity": Decimal("NaN")}, "Quantity"),
        ({"quantity": Decimal("1e11")}, "out of range"),
        ({"unit_price": Decimal(-1)}, "Unit price"),
        ({"discount": Decimal(2)}, "Discount"),
        ({"tax_rate": Decimal(2)}, "Tax rate"),
        ({"product_id": 10**6}, "not sold"),
        ({"remarks": "x" * 201}, "longer"),
    ],
)
def test_refusals_of_lines_are_sentences(offices, doc, change, words):
    doc["lines"][0] |= change
    with pytest.raises((DBAPIError, errors.KnownError)) as caught:
        save(offices["ann"], doc)
    assert errors.known(caught.value)
    assert words in errors.sentence(caught.value)

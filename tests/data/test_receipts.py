"""Receipts through the program: money is posted once, never twice for the same debt, and whole."""

import threading
from datetime import date
from decimal import Decimal

import psycopg2
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from client.data import errors
from client.data.in_doubt import InDoubt
from client.data.money import allocation, receipts
from client.data.rowsource import RowSource
from client.model import Receipt
from tests.server import samples
from tests.server.samples import LINE

D = Decimal
DAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def offices(shared_office):
    return {user: shared_office.login(user) for user in ("ann", "bob", "boss", "clerk", "manager")}


@pytest.fixture
def clerk(offices):
    return offices["clerk"]


@pytest.fixture
def customer(shared_office):
    return samples.customer(shared_office, "ann", "Of Ann")


def order(office, customer, price="100.00", **head):
    """A submitted order of this amount."""
    lines = [LINE | {"quantity": 1, "unit_price": price}]
    doc = samples.save(office, "ann", samples.document(office, customer, lines, **head))
    return samples.submit(office, "ann", doc)["id"]


def typed(office, customer, amount, parts=None, **head):
    doc = allocation.blank(DAY, office.me["id"]) | {"customer_id": customer, "amount": D(amount)}
    return allocation.with_parts(doc | head, parts or {})


def post(office, customer, amount, parts=None, **head):
    return receipts.save_and_post(office, typed(office, customer, amount, parts, **head), True)


def owed(office, number):
    query = "SELECT received, outstanding, payment_state FROM sales_order WHERE id = %s"
    return office.ask(None, query, number)[0]


def test_values_come_back_exactly_as_they_went(shared_office, clerk, customer):
    number = order(shared_office, customer)
    doc = typed(clerk, customer, "99.90", {number: D("9.99")}, payer='陈 "先生"', reference="票-1")
    saved = receipts.save(clerk, doc)
    for name in allocation.HEAD:
        assert allocation.same(saved[name], doc[name]) or name == "currency", name
    assert saved["allocations"][0]["amount"] == D("9.99")
    assert saved["allocations"][0]["order_total"] == D("100.00")
    assert saved["allocations"][0]["order_date"] == date(2026, 11, 21)
    assert (saved["number"], saved["state"], saved["currency"]) == (None, "draft", "CNY")
    assert owed(shared_office, number)[0] == 0  # a draft is no money
    again = receipts.load(clerk, saved["id"])
    assert again == saved
    assert not allocation.changed(again, saved)


def test_posting_receives_and_what_is_left_is_an_advance_used_later(shared_office, clerk, customer):
    first, second = order(shared_office, customer), order(shared_office, customer, "50.00")
    doc = post(clerk, customer, "120", {first: D("100"), second: D("10")})
    assert doc["number"].startswith("RC-")
    assert (doc["state"], doc["allocated"], doc["advance"]) == ("posted", D("110"), D("10"))
    assert owed(shared_office, first) == (D("100"), D("0"), "paid")
    assert owed(shared_office, second) == (D("10"), D("40"), "partly")
    account = receipts.read_account(clerk, customer)
    assert [(o.id, o.outstanding) for o in account.orders] == [(second, D("40"))]
    assert [(a.number, a.advance) for a in account.advances] == [(doc["number"], D("10"))]
    assert (account.outstanding, account.advance) == (D("40"), D("10"))
    with pytest.raises(DBAPIError) as caught:
        receipts.allocate_advance(clerk, doc, {second: D("11")})
    assert errors.sentence(caught.value) == "Only 10.00 can be handed out to orders."
    used = receipts.allocate_advance(clerk, doc, {second: D("10")})
    assert (used["advance"], allocation.parts_of(used)) == (0, {first: D("100"), second: D("20")})
    assert owed(shared_office, second)[1] == 30
    assert receipts.read_account(clerk, customer).advances == []


def test_voiding_makes_a_red_entry_and_the_orders_are_open_again(shared_office, clerk, customer):
    number = order(shared_office, customer)
    doc = post(clerk, customer, "130", {number: D("100")}, payer="Mr Chen")
    with pytest.raises(DBAPIError) as caught:
        receipts.void(clerk, doc, "  ")
    assert errors.sentence(caught.value) == "Say why."
    voided = receipts.void(clerk, doc, "wrong customer")
    assert (voided["state"], voided["void_reason"], voided["amount"]) == (
        "voided",
        "wrong customer",
        D("130"),
    )
    red = receipts.load(clerk, voided["reversed_by_id"])
    assert (red["state"], red["amount"], red["advance"]) == ("red", D("-130"), 0)
    assert (red["reverses_id"], red["reverses_number"]) == (doc["id"], doc["number"])
    assert red["number"] == voided["reversed_by_number"]
    assert allocation.parts_of(red) == {number: D("-100")}
    assert owed(shared_office, number) == (0, D("100"), "unpaid")
    with pytest.raises(DBAPIError) as caught:
        receipts.void(clerk, red, "again")
    assert errors.sentence(caught.value) == "This is a red entry itself."
    # what is posted or taken back is never typed into again
    with pytest.raises(DBAPIError) as caught:
        receipts.save(clerk, voided | {"remarks": "x"})
    assert errors.state_of(caught.value) == "KH004"


def test_two_clerks_at_the_same_second_the_second_is_told_which_order(shared_office, customer):
    number = order(shared_office, customer)
    other = order(shared_office, customer, "30.00")
    name = shared_office.ask(None, "SELECT number FROM sales_order WHERE id = %s", number)[0][0]
    said, done = [], []
    together = threading.Barrier(2)

    def receive(user):
        office = shared_office.login(user)
        parts = {other: D("10"), number: D("80")}
        draft = receipts.save(office, typed(office, customer, "90", parts))
        together.wait()
        try:
            done.append(receipts.save_and_post(office, draft, False))
        except DBAPIError as error:
            said.append((draft["id"], errors.sentence(error)))

    both = [threading.Thread(target=receive, args=(user,)) for user in ("clerk", "boss")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(done) == 1
    ((refused, sentence),) = said
    assert sentence == f"{name}: that is more than is outstanding. Somebody may have received it."
    assert owed(shared_office, number)[:2] == (D("80"), D("20"))
    assert owed(shared_office, other)[:2] == (D("10"), D("20"))
    kept = shared_office.ask(None, "SELECT status, number FROM receipt WHERE id = %s", refused)
    assert kept == [("draft", None)]


def test_two_who_save_one_draft_the_second_gets_both_versions(offices, customer):
    draft = receipts.save(offices["clerk"], typed(offices["clerk"], customer, "10"))
    receipts.save(offices["boss"], draft | {"payer": "first"})
    with pytest.raises(errors.Conflict) as caught:
        receipts.save(offices["clerk"], draft | {"payer": "second"})
    assert caught.value.theirs["payer"] == "first"


def test_what_the_hands_of_others_may_not_do(shared_office, offices, customer):
    number = order(shared_office, customer)
    doc = receipts.save(offices["clerk"], typed(offices["clerk"], customer, "10", {number: D(5)}))
    for user in ("ann", "bob"):
        with pytest.raises((DBAPIError, errors.NotYours)):
            receipts.save_and_post(offices[user], doc, False)
        with pytest.raises((DBAPIError, errors.NotYours)):
            receipts.save(offices[user], typed(offices[user], customer, "10"))
    posted = receipts.save_and_post(offices["clerk"], doc, False)
    with pytest.raises(DBAPIError) as caught:
        receipts.void(offices["ann"], posted, "mine")
    assert errors.state_of(caught.value) == "42501"
    # Ann sees what came from her customer; for Bob there is neither row nor sum nor count
    assert receipts.load(offices["ann"], posted["id"])["number"] == posted["number"]
    with pytest.raises(errors.NotYours):
        receipts.load(offices["bob"], posted["id"])
    with offices["bob"].session() as session:
        source = RowSource(Receipt, ("number", "amount", "state"), (), Receipt.ORDER)
        totals = source.totals(session, ("amount",))
        assert (totals.rows, totals.sums.get("amount") or 0) == (0, 0)
        assert session.scalar(text("SELECT count(*) FROM receipt_allocation")) == 0
        assert receipts.account(session, customer) is None


def test_an_order_of_another_customer_is_never_paid(shared_office, clerk, customer):
    number = order(shared_office, customer)
    stranger = samples.customer(shared_office, "ann", "Stranger")
    with pytest.raises(DBAPIError) as caught:
        receipts.save(clerk, typed(clerk, stranger, "10", {number: D("10")}))
    assert "another customer" in errors.sentence(caught.value)
    # nor where the customer or the currency is changed beside the program
    for column, value in (("customer_id", stranger), ("currency", "USD")):
        doc = receipts.save(clerk, typed(clerk, customer, "10", {number: D("10")}))
        change = f"UPDATE receipt SET {column} = %s WHERE id = %s"
        shared_office.ask("clerk", change, value, doc["id"])
        with pytest.raises(DBAPIError) as caught:
            receipts.save_and_post(clerk, receipts.load(clerk, doc["id"]), False)
        assert "another customer" in errors.sentence(caught.value)
    assert owed(shared_office, number)[0] == 0


def test_only_orders_of_the_receipts_currency_are_open_to_it(shared_office, clerk, customer):
    order(shared_office, customer)
    foreign = order(shared_office, customer, "7.00", currency="USD")
    account = receipts.read_account(clerk, customer)
    assert foreign not in [o.id for o in account.orders]
    assert account.currencies == ("CNY", "USD")
    opened = receipts.open_receipt(clerk, None, customer, foreign)
    assert (opened.account.currency, [o.id for o in opened.account.orders]) == ("USD", [foreign])


class Cable:
    """Counts the statements of an office and cuts the line behind one of them."""

    def __init__(self, office, database):
        self.count, self.cut_at, self._database = 0, -1, database
        event.listen(office._engine, "after_cursor_execute", self._executed)
        event.listen(office._engine, "commit", self._commit)

    def _executed(self, connection, *_what):
        self._pass(connection)

    def _commit(self, connection):
        self._pass(connection)

    def _pass(self, connection):
        if self.count == self.cut_at:
            pid = connection.connection.dbapi_connection.info.backend_pid
            self._database.ask(None, "SELECT pg_terminate_backend(%s, 2000)", pid)
        self.count += 1


def test_a_line_cut_between_any_two_statements_leaves_all_or_nothing(shared_office, customer):
    cable_office = shared_office.login("clerk")
    cable = Cable(cable_office, shared_office)
    seen = set()
    for cut in range(5):
        number = order(shared_office, customer)
        doc = typed(cable_office, customer, "60", {number: D("50")}, remarks=f"cut {cut}")
        cable.count, cable.cut_at = 0, cut
        lost = None
        try:
            receipts.save_and_post(cable_office, doc, True)
        except errors.CommitUnknown as unsure:
            lost = InDoubt(doc, unsure.answer)
        except (DBAPIError, psycopg2.Error):
            pass  # nothing was committed yet
        cable.cut_at = -1
        query = "SELECT status, allocated, advance FROM receipt WHERE remarks = %s"
        stored = shared_office.ask(None, query, f"cut {cut}")
        whole = [("posted", D("50"), D("10"))]
        assert stored in ([], whole)
        assert owed(shared_office, number)[0] == (D("50") if stored else 0)
        seen.add(bool(stored))
        # the same once more, knowing what is not known, is stored exactly once
        if lost is not None or not stored:
            receipts.save_and_post(cable_office, doc, True, lost)
        assert shared_office.ask(None, query, f"cut {cut}") == whole
        assert owed(shared_office, number)[0] == 50
    assert seen == {True, False}


def test_a_step_whose_answer_was_lost_is_not_done_twice(shared_office, clerk, customer):
    number = order(shared_office, customer)
    sent = typed(clerk, customer, "70")
    draft = receipts.save(clerk, sent)
    assert receipts.save(clerk, sent, InDoubt(sent, draft))["id"] == draft["id"]
    doc = receipts.save_and_post(clerk, draft, False)
    assert receipts.save_and_post(clerk, sent, True, InDoubt(sent, doc)) == doc
    used = receipts.allocate_advance(clerk, doc, {number: D("20")})
    again = receipts.allocate_advance(clerk, doc, {number: D("20")}, InDoubt(doc, used))
    assert again == used
    assert owed(shared_office, number)[0] == 20
    voided = receipts.void(clerk, used, "wrong")
    assert receipts.void(clerk, used, "wrong", InDoubt(used, voided)) == voided
    with pytest.raises(errors.Conflict):
        receipts.void(clerk, used, "wrong")

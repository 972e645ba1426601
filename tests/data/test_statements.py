"""Statements: whatever happened between office and customer, the balance is what is owed."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.data.errors import NotYours
from client.data.money.receivables import Query, receivables
from client.data.money.statements import statement
from tests.data.money import Till

ONE = timedelta(days=1)
numbers = count(1)
CENTS = st.integers(1, 1_000_000).map(lambda cents: Decimal(cents) / 100)
DAYS_AGO = st.integers(0, 120)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("order"), DAYS_AGO, CENTS),
        st.tuples(st.just("receive"), DAYS_AGO, CENTS),
        st.tuples(st.just("use"), st.integers(0, 9), st.integers(0, 9)),
        st.tuples(st.just("void"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("cancel"), st.integers(0, 9), st.just(0)),
    ),
    min_size=1,
    max_size=9,
)


@pytest.fixture(scope="module")
def till(shared_office):
    made = Till(shared_office)
    made.today = made.ask("SELECT office_today()")
    made.boss = shared_office.login("boss")
    return made


class History:
    """What happened to one customer, done to the database and kept here as well."""

    def __init__(self, till):
        self.till, self.today = till, till.today
        self.customer = till.customer(f"Customer {next(numbers)}")
        self.orders, self.receipts = [], []
        self.entries = []  # (day, amount owed)

    def order(self, ago, total):
        on = self.today - ago * ONE
        self.orders.append(self.till.order(self.customer, on, total, on + 20 * ONE))
        self.entries.append((on, total))

    def receive(self, ago, amount):
        """For the oldest open orders first; the rest is paid ahead."""
        left, parts = amount, {}
        for order in self.orders:
            now = self.till.again("order", order)
            part = min(left, Decimal(now["outstanding"]))
            if part > 0:
                parts[order["id"]] = part
                left -= part
        on = self.today - ago * ONE
        self.receipts.append(self.till.receive(self.customer, on, amount, parts))
        self.entries.append((on, -amount))

    def use(self, receipt, order):
        if receipt < len(self.receipts) and order < len(self.orders):
            ahead = self.till.again("receipt", self.receipts[receipt])["advance"]
            owed = self.till.again("order", self.orders[order])["outstanding"]
            if part := min(Decimal(ahead), Decimal(owed)):
                chosen = {self.orders[order]["id"]: part}
                self.till.use_advance(self.receipts[receipt], chosen)

    def void(self, receipt, _nothing):
        if receipt < len(self.receipts):
            taken = self.receipts.pop(receipt)
            self.till.void(taken)
            self.entries.append((self.today, Decimal(taken["amount"])))

    def cancel(self, order, _nothing):
        """Allowed only while nothing is received; then it is as if it had never been."""
        if order < len(self.orders):
            now = self.till.again("order", self.orders[order])
            if not Decimal(now["received"]):
                self.till.cancel(now)
                self.entries.remove((self._day(now), Decimal(now["total"])))
                del self.orders[order]

    def _day(self, order):
        return type(self.today).fromisoformat(order["order_date"])

    def owed(self, until):
        return sum((amount for day, amount in self.entries if day <= until), Decimal(0))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS, ago=st.integers(0, 130), length=st.integers(0, 60))
def test_any_history_adds_up_on_any_day(till, steps, ago, length):
    history = History(till)
    for name, first, second in steps:
        getattr(history, name)(first, second)
    balance = till.ask("SELECT customer_balance(%s)", history.customer)
    last = till.today - ago * ONE
    first = last - length * ONE
    with till.boss.session() as session:
        now = statement(session, history.customer)
        then = statement(session, history.customer, first, last)
        before = statement(session, history.customer, None, first - ONE)
        rows = receivables(session, Query(last, customer_id=history.customer)).rows
    stored = Decimal(str(balance["outstanding"])) - Decimal(str(balance["advance"]))
    assert now["closing"] == stored == history.owed(till.today)
    assert now["advance"] == Decimal(str(balance["advance"]))
    assert then["closing"] == history.owed(last)
    assert then["opening"] == before["closing"] == history.owed(first - ONE)
    assert before["opening"] == 0
    for doc in (now, then, before):
        assert sum(doc["ages"].values()) - doc["advance"] == doc["closing"]
        assert doc["opening"] + doc["charges"] - doc["credits"] == doc["closing"]
        if doc["entries"]:
            assert doc["entries"][-1]["balance"] == doc["closing"]
    # The list of all customers says the same of this one.
    ages = [*then["ages"].values(), sum(then["ages"].values()), then["advance"]]
    assert [list(row[4:-1]) for row in rows] == ([ages] if any(ages) else [])


def test_entries_say_what_happened(till):
    today = till.today
    customer = till.customer("Delta")
    method = till.ask("SELECT id FROM payment_method ORDER BY id LIMIT 1")
    order = till.order(customer, today - 9 * ONE, 100, remarks="Samples\nfor the fair")
    paid = {"payment_method_id": method, "reference": "B-77"}
    receipt = till.receive(customer, today - 5 * ONE, 30, {order["id"]: 30}, **paid)
    red = till.void(receipt, "typed twice")
    with till.boss.session() as session:
        doc = statement(session, customer)
    told = [(e["kind"], e["number"], e["text"], e["balance"]) for e in doc["entries"]]
    assert told == [
        ("order", order["number"], "Samples", Decimal("100.00")),
        ("receipt", receipt["number"], "Cash · B-77", Decimal("70.00")),
        ("red", red["reversed_by_number"], f"{receipt['number']} · typed twice", Decimal("100.00")),
    ]
    assert doc["entries"][2]["credit"] == Decimal("-30.00")
    assert (doc["charges"], doc["credits"]) == (Decimal("100.00"), Decimal("0.00"))
    assert doc["customer"]["name"] == "Delta"
    assert doc["date_to"] == today


def test_currencies_have_statements_of_their_own(till):
    customer = till.customer("Epsilon")
    till.order(customer, till.today, 5)
    till.order(customer, till.today, 900, currency="USD")
    with till.boss.session() as session:
        own = statement(session, customer)
        other = statement(session, customer, currency="USD")
    assert (own["currency"], own["closing"], own["other_currencies"]) == ("CNY", 5, ["USD"])
    assert (other["closing"], other["other_currencies"]) == (900, ["CNY"])


def test_another_ones_customer_has_no_statement(till, shared_office):
    customer = till.customer("Zeta", "bob")
    with pytest.raises(NotYours), shared_office.login("ann").session() as session:
        statement(session, customer)

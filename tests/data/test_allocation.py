"""A receipt while it is typed: what is proposed, what is wrong, and two versions made one."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from client.data.money import allocation
from client.data.money.allocation import OpenOrder

D = Decimal
DAY = date(2026, 9, 1)
MONEY = st.decimals(D("0.01"), D("999999.99"), places=2)


@st.composite
def open_orders(draw):
    found = []
    for number in range(draw(st.integers(0, 8))):
        day = DAY + timedelta(days=draw(st.integers(-90, 90)))
        due = draw(st.none() | st.integers(0, 60).map(lambda n, day=day: day + timedelta(days=n)))
        owed = draw(MONEY)
        found.append(OpenOrder(number + 1, f"SO-{number}", day, due, owed * 2, owed))
    return found


def order(number: int, owed: str, due: date = DAY) -> OpenOrder:
    return OpenOrder(number, f"SO-{number}", DAY, due, D(owed), D(owed))


@given(open_orders(), st.none() | MONEY, st.integers(0, 9))
def test_a_proposal_hands_out_all_it_can_and_never_too_much(orders, amount, first):
    parts = allocation.propose(amount, orders, first)
    owed = {o.id: o.outstanding for o in orders}
    assert all(0 < part <= owed[number] for number, part in parts.items())
    assert sum(parts.values()) == min(amount or 0, sum(owed.values()))
    # whoever is due earlier is served whole before the next gets anything
    ways = sorted(orders, key=lambda o: (o.id != first, allocation._due(o)))
    lacking = [o.id for o in ways if parts.get(o.id, 0) < o.outstanding]
    if lacking:
        place = [o.id for o in ways].index(lacking[0])
        assert not any(o.id in parts for o in ways[place + 1 :])
    assert not allocation.order_problems(orders, parts)
    assert allocation.propose(amount, list(reversed(orders)), first) == parts


@given(open_orders().filter(bool), MONEY, st.data())
def test_filling_a_line_never_hands_out_more_than_there_is(orders, amount, data):
    parts = allocation.propose(amount / 2, orders)
    chosen = data.draw(st.sampled_from(orders))
    parts[chosen.id] = allocation.fill(amount, parts, chosen)
    assert allocation.figures(amount, parts).rest >= 0
    assert 0 <= parts[chosen.id] <= chosen.outstanding


def test_without_an_amount_a_filled_line_gets_all_it_lacks():
    assert allocation.fill(None, {1: D(5)}, order(2, "70")) == 70


def test_what_is_too_much_is_told_by_the_orders_number():
    orders, parts = [order(1, "300"), order(2, "50")], {1: D("500"), 2: D("50")}
    (problem,) = allocation.order_problems(orders, parts)
    assert problem.line == 1
    assert problem.sentence == "SO-1: 500.00 is more than the 300.00 outstanding."
    sums = allocation.figures(D("400"), parts)
    assert (sums.allocated, sums.orders, sums.rest) == (550, 2, -150)
    assert allocation.too_little(sums) == "150.00 more is handed out than came in."


def test_an_order_paid_meanwhile_stays_in_sight():
    doc = allocation.with_parts(allocation.blank(DAY), {7: D("10")})
    doc["allocations"][0] |= {"order_number": "SO-7", "order_total": D("10")}
    shown = allocation.rows([order(1, "300")], doc)
    assert [(o.number, o.outstanding) for o in shown] == [("SO-1", D("300")), ("SO-7", D("0"))]


def receipt(**values):
    parts = values.pop("parts", {})
    return allocation.with_parts(allocation.blank(DAY, 1) | {"amount": D(100)} | values, parts)


def test_what_two_people_changed_in_different_places_is_joined():
    base = receipt(parts={1: D(50), 2: D(20)})
    mine = receipt(parts={1: D(50), 2: D(30)}, payer="Mr Chen")
    theirs = receipt(parts={1: D(40), 3: D(5), 2: D(20)}, remarks="in cash")
    merged = allocation.merge(base, mine, theirs)
    assert not merged.clashes
    assert allocation.parts_of(merged.doc) == {1: D(40), 2: D(30), 3: D(5)}
    assert (merged.doc["payer"], merged.doc["remarks"]) == ("Mr Chen", "in cash")


def test_what_both_changed_is_asked_and_settled():
    base = receipt(parts={1: D(50)})
    mine = receipt(parts={1: D(60)}, amount=D(120))
    theirs = receipt(parts={}, amount=D(130))
    merged = allocation.merge(base, mine, theirs)
    assert [(c.field, c.order, c.mine, c.theirs) for c in merged.clashes] == [
        ("amount", None, D(120), D(130)),
        ("part", 1, D(60), D(0)),
    ]
    assert allocation.parts_of(merged.doc) == {1: D(60)}
    settled = allocation.settle(merged, [1])
    assert (settled["amount"], allocation.parts_of(settled)) == (D(120), {})


def test_an_empty_text_is_no_change():
    assert not allocation.changed(receipt(payer=None), receipt(payer=""))
    assert allocation.changed(receipt(), receipt(parts={1: D(1)}))
    assert allocation.changed(receipt(), receipt() | {allocation.WRONG: {"amount": "a lot"}})

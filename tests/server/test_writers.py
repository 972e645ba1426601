"""Twenty people write at once: every number once, nothing received twice, no deadlock met."""

from functools import partial

from tests import servers, writers
from tests.server import samples

PEOPLE = 20
SECONDS = 3.0


def test_twenty_people_at_once(office_db):
    own = [samples.customer(office_db, "clerk", f"Customer {n}") for n in range(5)]
    goods = writers.Goods(own, [samples.product(office_db, f"P{n}") for n in range(5)])
    servers.let_many_in(office_db.dsn, office_db.prefix)
    clients = [writers.Program(office_db.login("clerk")) for _ in range(PEOPLE)]
    outcome = writers.write(clients, goods, SECONDS)
    assert outcome.wrong == []
    assert len(outcome.orders) >= PEOPLE
    assert outcome.received
    assert writers.faults(partial(samples.value, office_db, None)) == {}

"""Receivables by age over all orders, against the same statement by hand."""

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from client.data.money.receivables import Answer, Query, receivables
from tests.bench import baselines
from tests.bench.measure import Figure, alternating

if TYPE_CHECKING:
    from tests.bench.groups import Bench

LIMIT = 1.5


def ages(bench: "Bench") -> list[Figure]:
    """As the boss, who sees all customers, and as a salesperson, who sees few."""
    return [
        ages_as(bench, login, who) for login, who in (("zhou", "boss"), ("chen", "salesperson"))
    ]


def ages_as(bench: "Bench", login: str, who: str) -> Figure:
    """The whole answer: read, added up and ready to be shown."""
    ours = partial(answer, bench.office(login))
    with closing(bench.connect(login)) as plain:
        theirs = partial(baselines.receivables, plain)
        found, bare = ours(), theirs()
        if [row[9] or 0 for row in bare] != [row.outstanding for row in found.rows]:
            raise AssertionError(f"{who} reads other receivables")
        times = alternating(ours, theirs, 7)
    note = f"{len(bare):,} customers, {found.totals.outstanding:,} outstanding"
    return Figure(f"receivables, {who}", times[0] * 1000, "ms", times[1] * 1000, LIMIT, note)


def answer(office: Any) -> Answer:
    """In a session of its own, as the screen's job reads it."""
    with office.session() as session:
        return receivables(session, Query())

"""Lists without their window: the first rows of the customers, and finding one by any word."""

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from client.data import filters
from client.data.rowsource import Row, RowSource
from client.model import Customer
from tests.bench import baselines
from tests.bench.measure import Figure, alternating

if TYPE_CHECKING:
    from tests.bench.groups import Bench

# A city, a rare pair, the pinyin initials of a brand, digits of a telephone, one digit, an owner.
WORDS = ("广州", "霁峤", "ycl", "0755", "7", "林志远", "没有这个词")


def customers(bench: "Bench") -> list[Figure]:
    """The customer grid's first rows, as the boss and as a salesperson."""
    source = RowSource(Customer, Customer.GRID, (), Customer.ORDER)
    figures = []
    for login, who in (("zhou", "boss"), ("chen", "salesperson")):
        with closing(bench.connect(login)) as plain:
            ours = partial(first_page, bench.office(login), source)
            times = alternating(ours, partial(baselines.first_customers, plain), 15)
        name = f"customers, first rows, {who}"
        figures.append(Figure(name, times[0] * 1000, "ms", times[1] * 1000, 2.0))
    return figures


def search(bench: "Bench") -> list[Figure]:
    """The search box: the same hits, all words together."""
    return [
        search_as(bench, login, who)
        for login, who in (("zhou", "boss"), ("li", "manager"), ("chen", "salesperson"))
    ]


def search_as(bench: "Bench", login: str, who: str) -> Figure:
    """Every word as one operator; the mean of their medians."""
    office = bench.office(login)
    words = {}
    with closing(bench.connect(login)) as plain:
        for word in WORDS:
            ours = partial(hits, office, word)
            theirs = partial(baselines.search_customers, plain, word)
            if [row[0] for row in ours()] != [row[0] for row in theirs()]:
                raise AssertionError(f"{who} finds other customers by {word!r}")
            times = alternating(ours, theirs, 9)
            words[word] = [seconds * 1000 for seconds in times]
    means = [sum(times[side] for times in words.values()) / len(words) for side in (0, 1)]
    note = f"mean of {len(words)} words"
    return Figure(f"search, {who}", means[0], "ms", means[1], 1.5, note, {"words": words})


def hits(office: Any, word: str) -> list[Row]:
    """What the list shows for a word in the search box."""
    condition = filters.search(Customer, word)
    assert condition
    return first_page(office, RowSource(Customer, Customer.GRID, (condition,), ("-number",)))


def first_page(office: Any, source: RowSource) -> list[Row]:
    """The first rows in a session of their own, as a grid's job reads them."""
    with office.session() as session:
        return source.first_page(session)

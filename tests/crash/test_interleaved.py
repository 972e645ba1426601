"""Two programs edit one order in any order of steps: no edit is lost without having been shown,
and nothing that was stored is overwritten by somebody who did not know of it.

Every value typed is one that nobody typed before, so that the history of the database, what each
saw on the screen and what each typed can be held against each other. KEHU_EXAMPLES sets how many.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from client.data import records
from client.data.errors import state_of
from client.data.priced import edit, store
from client.data.priced.kinds import ORDER
from client.model import Customer
from tests import servers
from tests.crash.clients import Client
from tests.crash.conftest import Place, make_place
from tests.crash.editing import CELLS, HEAD
from tests.patience import wait_until

EXAMPLES = int(os.environ.get("KEHU_EXAMPLES", "80"))
GOODS = ("10032", "10041", "11207")
LOGINS = ("ann", "boss")
Value = tuple[str, Any]  # a field and what was typed into it, which nothing else ever has

WHO = st.sampled_from([0, 1])
ROW = st.integers(0, 3)
CHOICE = st.lists(st.booleans(), min_size=1, max_size=4)
EDITS = st.one_of(
    st.tuples(st.just("head"), WHO, st.sampled_from(HEAD)),
    st.tuples(st.just("cell"), WHO, ROW, st.sampled_from(CELLS)),
    st.tuples(st.just("add"), WHO, st.sampled_from(GOODS)),
    st.tuples(st.just("remove"), WHO, ROW),
    st.tuples(st.just("move"), WHO, ROW, st.booleans()),
    st.tuples(st.just("undo"), WHO),
)
SAVES = st.one_of(
    st.tuples(st.just("save"), WHO, st.booleans()),
    st.tuples(st.just("save"), WHO, st.booleans()),
    st.tuples(st.just("choose"), WHO, CHOICE),
    st.tuples(st.just("leave"), WHO),
    st.tuples(st.just("join"), WHO),
    st.tuples(st.just("join"), WHO),
)
RARE = st.one_of(
    st.tuples(st.just("step"), WHO, st.sampled_from(["submit", "approve", "cancel", "complete"])),
    st.tuples(st.just("reopen"), WHO),
)
OFFICE = st.tuples(
    st.just("office"), st.sampled_from(["hand over", "hand back", "delete", "restore"])
)
PLAIN = st.one_of(EDITS, EDITS, EDITS, SAVES, SAVES)
# Opening a form anew costs more than all else, so most examples go without what asks for it.
STEPS = st.one_of(
    st.lists(PLAIN, min_size=4, max_size=14),
    st.lists(PLAIN, min_size=4, max_size=14),
    st.lists(st.one_of(PLAIN, OFFICE), min_size=4, max_size=14),
    st.lists(st.one_of(*[PLAIN] * 6, OFFICE, RARE), min_size=4, max_size=14),
)
LAST = st.tuples(st.permutations([0, 1]), CHOICE)


def at_rest(shown: dict[str, Any]) -> bool:
    return not shown["busy"]


@dataclass
class Typist:
    """One program and whoever sits at it: what they typed and gave up again, and all they saw."""

    client: Client
    login: str
    number: int
    typed: set[Value] = field(default_factory=set)
    given_up: set[Value] = field(default_factory=set)
    seen: set[Value] = field(default_factory=set)
    now: dict[str, Any] = field(default_factory=dict)

    def look(self) -> dict[str, Any]:
        return self._take(self.client.ask("look"))

    def _take(self, shown: dict[str, Any]) -> dict[str, Any]:
        self.now = shown
        self.seen |= values_of(shown["values"])
        for clash in shown["clashes"]:
            for side in ("mine", "theirs"):
                text = clash["texts"][side].replace(",", "")
                self.seen |= {v for v in values_of(clash[side]) if in_words(v[1]) in text}
        return shown

    def edit(self, name: str, *arguments: Any, typing: set[Value] = frozenset()) -> None:
        """Do a step. What it takes off the screen was given up knowingly; what comes on it there
        that is new was typed."""
        before, after = self.client.ask("edit", name, *arguments)
        self._take(before)
        self._take(after)
        gone = values_of(before["values"]) - values_of(after["values"])
        if name in ("head", "cell", "add", "remove", "undo", "close"):
            self.given_up |= gone
        self.typed |= typing & values_of(after["values"])
        self.given_up -= values_of(after["values"])

    def choose(self, theirs: list[bool]) -> None:
        """Answer the conflict that is shown, if one is."""
        for at, clash in enumerate(self.look()["clashes"]):
            if theirs[at % len(theirs)]:
                # Chosen against, and only what was to be read there.
                self.given_up |= values_of(clash["mine"]) & self.seen
        self.edit("choose", theirs)

    def open(self, order: int) -> None:
        self.client.ask("open_record", "sales_order", order)
        self.wait()

    def wait(self, until: Callable[[dict[str, Any]], bool] = at_rest) -> dict[str, Any]:
        """Until no save and no reading is under way, or what is told of the form's state."""
        wait_until(
            "it is at rest",
            lambda: until(self.client.ask("state")) and until(self.look()),
            self.look,
            pause=0.004,
        )
        return self.now


def in_words(value: Any) -> str:
    """A value as it is to be found in a text."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def values_of(pairs: list[list[Any]]) -> set[Value]:
    return {(name, value) for name, value in pairs}


class Table:
    """The office, and the two at it."""

    def __init__(self, place: Place, clients: list[Client]) -> None:
        self.place = place
        self.boss = place.office.login("boss")
        self.goods = store.all_products(self.boss)
        self._numbers = count(1000)
        self.typists = [
            Typist(client, login, place.office.id_of(login))
            for client, login in zip(clients, LOGINS, strict=True)
        ]
        self._raw = place.office.superuser()
        self.order: int | None = None
        self.customer = 0
        self.began = 0

    def ask(self, query: str, *values: object) -> list[tuple]:
        with self._raw.cursor() as cursor:
            cursor.execute(query, values or None)
            return cursor.fetchall() if cursor.description else []

    def value(self, name: str) -> Value:
        """What nobody typed before."""
        number = next(self._numbers)
        if name == "quantity":
            return name, Decimal(number)
        if name == "unit_price":
            return name, Decimal(number) / 100
        return name, f"v{number}"

    def begin(self) -> None:
        """An order of three lines that both have open; the one before is used again if it can be,
        since opening a form costs far more than typing into it."""
        if self.order is None:
            query = (
                "INSERT INTO customer (name, phone, owner_id, search_key, sort_key)"
                " VALUES (%s, '1', %s, 'x', 'x') RETURNING id"
            )
            name = f"Customer {next(self._numbers)}"
            self.customer = int(self.ask(query, name, self.typists[0].number)[0][0])
            doc = edit.blank(ORDER, self.boss.today, self.typists[0].number)
            doc |= {"customer_id": self.customer}
        else:
            doc = self.stored()
        lines = []
        for code in GOODS:
            line = edit.with_product(edit.blank_line(), self.goods.exact(f"P-{code}"))
            lines.append(line | {"discount": Decimal(0)} | dict(self.value(n) for n in CELLS))
        doc |= dict(self.value(name) for name in HEAD) | {"lines": lines}
        stored = store.save(self.boss, ORDER, doc)
        self.order, version = stored["id"], stored["version"]
        self.began = self.ask("SELECT max(id) FROM history")[0][0]
        for one in self.typists:
            one.typed, one.given_up, one.seen = set(), set(), set()
            if not one.look()["open"]:
                one.client.ask("open_record", "sales_order", self.order)
        for one in self.typists:
            one.wait(lambda now: not now["busy"] and now["version"] == version)

    def finish(self) -> None:
        """Leave an order that can be typed into again, or none."""
        self.owner("restore")
        self.owner("hand back")
        query = "SELECT count(*) FROM sales_order WHERE id = %s AND status = 'draft'"
        usable = self.ask(query + " AND deleted_at IS NULL", self.order)[0][0]
        if not usable:
            self.order = None
        for one in self.typists:
            if not usable or (one.look()["open"] and one.now["dirty"]):
                one.edit("close")

    def owner(self, deed: str) -> None:
        """What an administrator does to the order's customer."""
        to = {"hand over": "eve", "hand back": "ann"}.get(deed)
        if to is not None:
            query = "SELECT count(*) FROM customer WHERE id = %s AND deleted_at IS NULL"
            if self.ask(query, self.customer)[0][0]:
                new = self.place.office.id_of(to)
                self.boss.run(lambda s: records.assign(s, [self.customer], new, deed))
        elif deed == "delete":
            query = "SELECT count(*) FROM sales_order WHERE id = %s AND number IS NULL"
            query += " AND deleted_at IS NULL"
            if self.ask(query, self.order)[0][0]:
                try:
                    self.boss.run(lambda s: records.delete(s, Customer, [self.customer]))
                except DBAPIError as error:
                    # One of the two has submitted it since it was looked at.
                    if state_of(error) != "KH004":
                        raise
        else:
            query = "SELECT deletion_id FROM customer WHERE id = %s AND deleted_at IS NOT NULL"
            for (deletion,) in self.ask(query, self.customer):
                self.boss.run(lambda s, d=deletion: records.restore(s, d))

    def do(self, step: tuple[Any, ...]) -> None:
        name, *rest = step
        if name == "office":
            self.owner(rest[0])
            return
        one, rest = self.typists[rest[0]], rest[1:]
        if name == "head":
            new = self.value(rest[0])
            one.edit("head", rest[0], new[1], typing={new})
        elif name == "cell":
            new = self.value(rest[1])
            one.edit("cell", rest[0], rest[1], str(new[1]), typing={new})
        elif name == "add":
            many, words = self.value("quantity"), self.value("remarks")
            one.edit("add", rest[0], str(many[1]), words[1], typing={many, words})
        elif name == "choose":
            one.choose(rest[0])
        elif name == "save":
            one.edit("save")
            if rest[0]:
                one.wait()
        elif name == "reopen":
            one.wait()
            one.edit("close")
            one.open(self.order)
        else:
            one.edit(name, *rest)

    def end(self, one: Typist, theirs: list[bool]) -> None:
        """Save what is typed, answer what is asked, until nothing more can be done."""
        tried = 0
        while tried < 6:
            one.wait()
            if one.now["clashes"]:
                one.choose(theirs)
            elif one.now["dirty"] and one.now["editable"] and not one.now["problems"]:
                tried += 1
                one.edit("save")
            else:
                return
            if not one.wait()["clashes"] and one.now["dirty"] and tried > 2:
                return  # refused, which the form says

    def stored(self) -> dict[str, Any]:
        return edit.opened(store.load(self.boss, ORDER, self.order))

    def history(self) -> list[tuple[int, str, str, dict, dict]]:
        """What was written to the order since it was made, and by whom."""
        query = (
            "SELECT c.operator_id, h.table_name, h.op, h.before::text, h.after::text"
            " FROM history h JOIN change c ON c.id = h.change_id"
            " WHERE h.id > %s AND h.table_name IN ('sales_order', 'order_line')"
            " AND c.via = 'form' ORDER BY h.id"
        )
        return [
            (who, table, op, *(json.loads(s or "{}", parse_float=Decimal) for s in sides))
            for who, table, op, *sides in self.ask(query, self.began)
        ]


def written(table: str, row: dict[str, Any]) -> set[Value]:
    names = HEAD if table == "sales_order" else CELLS
    found = {(name, row[name]) for name in names if row.get(name) is not None}
    return {(n, Decimal(v) if n in ("quantity", "unit_price") else v) for n, v in found}


def check(table: Table) -> None:
    history = table.history()
    for one in table.typists:
        stored: set[Value] = set()
        for who, of, op, before, after in history:
            if who != one.number:
                continue
            stored |= written(of, after)
            blind = written(of, before) - one.seen
            assert not blind, f"{one.login} overwrote ({op} {of}) what they never saw: {blind}"
            unknown = written(of, after) - one.seen - one.typed
            if op != "insert":
                assert not unknown, f"{one.login} stored what they neither saw nor typed: {unknown}"
        kept = values_of(one.now["values"]) if one.now["dirty"] else set()
        lost = one.typed - one.given_up - stored - kept
        assert not lost, f"what {one.login} typed is lost: {lost}; {one.now}"
        if one.now["dirty"]:
            assert one.now["says"], "nothing says why it is not stored"
            assert one.now["kept"], "what cannot be stored is not in the journal"


def check_screens(table: Table) -> None:
    """A form in which nothing is typed shows what is stored."""
    query = (
        "SELECT s.login FROM sales_order o JOIN operator s ON s.id = o.owner_id"
        " WHERE o.id = %s AND o.deleted_at IS NULL"
    )
    found = table.ask(query, table.order)
    if not found:
        return
    doc = table.stored()
    stored = written("sales_order", doc)
    stored |= {value for line in doc["lines"] for value in written("order_line", line)}
    for one in table.typists:
        if one.login == "boss" or found == [(one.login,)]:
            one.wait(lambda now: now["dirty"] or now["version"] == doc["version"])
            assert one.now["dirty"] or values_of(one.now["values"]) == stored, one.now


@pytest.fixture(scope="module")
def table(
    killed_cluster: servers.Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Table]:
    place = make_place(killed_cluster, "interleaved")
    homes = [tmp_path_factory.mktemp(name) for name in LOGINS]
    clients = [Client(home, place.profile) for home in homes]
    try:
        yield Table(place, [c.enter(n) for c, n in zip(clients, LOGINS, strict=True)])
    finally:
        for client in clients:
            client.kill()
        place.office.close()


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
@given(STEPS, LAST)
@pytest.mark.timeout(0)
def test_no_edit_is_lost_without_having_been_shown(table: Table, steps, last) -> None:
    order, theirs = last
    try:
        table.begin()
        for step in steps:
            table.do(step)
        for at in order:
            table.end(table.typists[at], theirs)
        for one in table.typists:
            one.wait()
        check(table)
        check_screens(table)
    finally:
        table.finish()

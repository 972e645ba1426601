"""What is done by turns on both sides, as the program's own screens do it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import text

from client.data import duplicates, filters, records, recycle
from client.data.analysis.figures import figures
from client.data.analysis.reports import Query
from client.data.history import entries
from client.data.money import receipts, receivables
from client.data.priced import documents, store
from client.data.priced.kinds import ORDER
from client.data.rowsource import show_bin
from client.model import Customer, SalesOrder
from tests.bench.lists import WORDS
from tests.bench.sides import BOSS, CLERK, MANAGER, SELLER, Person, Side

USUAL, AGGREGATE, COUNT = 1.3, 1.15, 2.0
SUMS = ("total", "outstanding")
EVERYBODY = (BOSS, CLERK, MANAGER, SELLER)


@dataclass(frozen=True)
class Operation:
    """`work` answers with what both sides must agree in; `bare` is how the other side does it."""

    name: str
    work: Callable[[Side], Any]
    who: tuple[Person, ...] = EVERYBODY
    limit: float = USUAL
    bare: Callable[[Side], Any] | None = None

    def limit_for(self, person: Person) -> float:
        """Who sees all of it reads sums nearly as fast as if there were no rules."""
        return USUAL if self.limit == AGGREGATE and person is not BOSS else self.limit


def _first(entity: Any, side: Side) -> list[int]:
    with side.office.session() as session:
        return [row[0] for row in side.source(entity).first_page(session)]


def _count(entity: Any, side: Side) -> int:
    with side.office.session() as session:
        return side.source(entity).totals(session).rows


def _ids(entity: Any, side: Side) -> Any:
    with side.office.session() as session:
        return side.source(entity).ids(session)


def _sums(side: Side) -> Any:
    with side.office.session() as session:
        return side.source(SalesOrder).totals(session, SUMS)


def _search(side: Side) -> list[list[int]] | None:
    found: list[list[int]] = []
    for word in WORDS:
        with side.office.session() as session:
            source = side.source(Customer, search=filters.search(Customer, word))
            source = replace(source, order=("-number",))
            found.append([row[0] for row in source.first_page(session)])
    return None if side.office.masked else found  # who reads numbers masked is not found by them


def _figures(report: str, side: Side) -> Any:
    with side.office.session() as session:
        answer = figures(session, Query(report, salesperson_id=side.only))
    return [(row.id, row.orders, row.lines, row.amount) for row in answer.rows]


def _owed(side: Side) -> Any:
    with side.office.session() as session:
        query = receivables.Query(salesperson_id=side.only)
        return receivables.receivables(session, query).totals[4:11]


def _open_customer(side: Side) -> int:
    with side.office.session() as session:
        return int(records.load(session, Customer, side.customer)["id"])


def _open_order(side: Side) -> Any:
    return store.load(side.office, ORDER, side.stored["id"])["total"]


def _history(side: Side) -> None:
    """Of one customer; they differ, for only one side goes on writing any."""
    with side.office.session() as session:
        entries.read(session, entries.Wanted(of=("customer", side.customer)))


def _latest(side: Side) -> None:
    with side.office.session() as session:
        entries.read(session, entries.Wanted())


# The same as one plain question, where nobody is kept from anything.
_PLAIN = """
    SELECT h.id, c.at, coalesce(o.name, c.who::text) AS who,
        concat_ws(' ', c.reported_computer, CASE WHEN c.address <<= '127.0.0.0/8'
            OR c.address = '::1' THEN NULL ELSE host(c.address) END) AS computer, c.via, c.reason,
        h.table_name::text AS table_name, h.row_id, h.customer_id, h.op,
        h.before::text AS before, h.after::text AS after
    FROM history h JOIN change c ON c.id = h.change_id LEFT JOIN operator o ON o.id = c.operator_id
"""
_OF_CUSTOMER = """
    WHERE h.customer_id = :row AND h.table_name IN ('customer', 'contact', 'share', 'group_member')
"""


def _plain_history(side: Side, where: str = _OF_CUSTOMER) -> None:
    query = text(f"{_PLAIN} {where} ORDER BY h.id DESC LIMIT :most")
    given = {"row": side.customer, "most": entries.AT_ONCE}
    if not where:
        del given["row"]
    with side.office.session() as session:
        show_bin(session)
        for row in session.execute(query, given):
            entries.entry(row)


def _bin(side: Side) -> None:
    with side.office.session() as session:
        recycle.deletions(session)


_TYPED = {"name": "广州霁峤安信息科技有限公司", "phone": "020-00000000", "mobile": "19900000000"}
_ALIKE = text(
    "SELECT a.id, a.number, a.name, o.name FROM alike_customers(CAST(:doc AS jsonb)) a"
    " JOIN operator o ON o.id = a.owner_id LIMIT 20"
)


def _alike(side: Side) -> None:
    with side.office.session() as session:
        duplicates.find(session, _TYPED)


def _alike_bare(side: Side) -> None:
    """The same question without asking who may know the answer."""
    doc = dict(_TYPED, sound_key=duplicates.sound_key(_TYPED["name"]))
    with side.office.session() as session:
        session.execute(_ALIKE, {"doc": duplicates.json.dumps(doc)}).all()


def reads() -> Iterator[Operation]:
    """Lists, records and figures."""
    for entity, name in ((Customer, "customers"), (SalesOrder, "orders")):
        yield Operation(f"{name}, first rows", partial(_first, entity))
        yield Operation(f"{name}, count", partial(_count, entity), limit=COUNT)
        yield Operation(f"{name}, ids", partial(_ids, entity), limit=COUNT)
    yield Operation("customers, search", _search)
    yield Operation("orders, sums", _sums, limit=AGGREGATE)
    for report in ("region", "salesperson", "product"):
        work = partial(_figures, report)
        yield Operation(f"sales by {report}", work, (BOSS, CLERK, SELLER), AGGREGATE)
    yield Operation("receivables", _owed, (BOSS, SELLER), AGGREGATE)
    yield Operation("customer opened", _open_customer)
    yield Operation("order opened", _open_order)
    yield Operation("duplicates while typing", _alike, bare=_alike_bare)
    yield Operation("history of a customer", _history, bare=_plain_history)
    plain = partial(_plain_history, where="")
    yield Operation("latest history", _latest, (BOSS, CLERK, MANAGER), bare=plain)
    yield Operation("recycle bin", _bin, (BOSS, MANAGER))


def _enter_customer(side: Side) -> None:
    n = side.next()
    values = {"name": f"广州霁峤{n}信息科技有限公司", "phone": f"020-{n:08}", "address": "天河"}
    with side.office.session() as session:
        records.save(session, Customer, values)


def _edit_customer(side: Side) -> None:
    with side.office.session() as session:
        loaded = records.load(session, Customer, side.customer)
        records.save(session, Customer, loaded | {"remarks": f"{side.next()}"}, loaded)


def _edit_key_field(side: Side) -> None:
    with side.office.session() as session:
        loaded = records.load(session, Customer, side.customer)
        limit = {"credit_limit": Decimal(side.next())}
        records.save(session, Customer, loaded | limit, loaded, "重新评估")


def store_order(side: Side) -> Any:
    """A new order of many lines."""
    with side.office.session() as session:
        side.stored = documents.save(session, ORDER, side.order, None)
    return side.stored["total"]


def _edit_order(side: Side) -> Any:
    doc = side.stored
    doc["lines"][0]["quantity"] = Decimal(side.next())
    with side.office.session() as session:
        side.stored = documents.save(session, ORDER, doc, doc["version"])
    return side.stored["total"]


def _submit(side: Side) -> Any:
    return store.save_and_issue(side.office, ORDER, dict(side.order), True)["total"]


def _receive(side: Side) -> None:
    """A small receipt for an order large enough for all of them."""
    if side.stored["status"] == "draft":
        side.stored = store.save_and_issue(side.office, ORDER, dict(side.order), True)
    part = {"order_id": side.stored["id"], "amount": Decimal("0.01")}
    receipts.save_and_post(side.office, _receipt(side, part), True)


def _receipt(side: Side, part: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": None,
        "customer_id": side.customer,
        "payment_method_id": None,
        "receipt_date": date(2026, 9, 15),
        "handler_id": side.office.me["id"],
        "currency": "CNY",
        "amount": part["amount"],
        "allocations": [part],
    }


def _to_bin_and_back(side: Side) -> None:
    with side.office.session() as session:
        deletion = records.delete(session, SalesOrder, [side.stored["id"]])
        records.restore(session, deletion)


def saves() -> Iterator[Operation]:
    """What is written; the later ones use the order that the earlier ones stored."""
    yield Operation("customer entered", _enter_customer)
    yield Operation("customer changed", _edit_customer)
    yield Operation("key field changed", _edit_key_field)
    yield Operation("order of 20 lines stored", store_order)
    yield Operation("order of 20 lines changed", _edit_order)
    yield Operation("order deleted and restored", _to_bin_and_back, (BOSS, MANAGER))
    yield Operation("order of 20 lines submitted", _submit)
    yield Operation("receipt posted", _receive, (BOSS, CLERK))

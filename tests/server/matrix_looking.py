"""Every way of looking at the rows of a relation, over a reader's raw connection.

Each way answers with the ids it tells of. Where the program has a statement for it, that very
statement is sent; the others are what anybody can type.
"""

import io
from collections.abc import Callable
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import Any

from psycopg2.errors import InsufficientPrivilege
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from client.data import filters
from client.data.analysis import figures
from client.data.errors import KnownError
from client.data.history import entries
from client.data.money import receivables
from client.data.rowsource import RowSource
from client.data.workbooks.exporting import tables_of
from client.model import ENTITIES, Customer, fields
from server_schema.tables import CODE_TABLES, TABLES
from tests.server.matrix_office import WORD

Ids = frozenset[int]
WAYS = ("list", "count", "search", "chart", "export", "history", "read")
EVERY = "unnest(CAST(:every AS integer[]))"
DOCUMENTS = {"sales_order": "order", "quote": "quote", "delivery": "delivery", "receipt": "receipt"}
WITHOUT_ID = (
    "alembic_version",
    "duplicate_answer",
    "handover_item",
    "import_row",
    "installation",
    "number_counter",
    "number_taken",
    "presence",
    "reach",
)
# The program's own list is asked for; the twelve code tables have the same as regions.
LISTED = tuple(name for name in ENTITIES if name not in CODE_TABLES)
# Only these have a text of their own, or one of their customer's, that is searched.
SEARCHED = (
    "customer",
    "contact",
    "sales_order",
    "order_line",
    "quote",
    "quote_line",
    "delivery",
    "receipt",
    "region",
    "department",
    "product",
)
OWNED = tuple(table.name for table in TABLES if table.kind in ("customer", "hanging"))


def key(table: str) -> str:
    """What stands for the id of a row of the table, called `t` in the statement."""
    return "hashtext(t::text)" if table in WITHOUT_ID else "t.id"


class Reader:
    """The program's sessions over one raw connection, each rolled back."""

    def __init__(self, connection: Any, bin_on: bool = False, masked: bool = False) -> None:
        self.connection, self.bin_on, self.masked = connection, bin_on, masked
        engine = "postgresql+psycopg2://"
        self._engine = create_engine(engine, creator=lambda: connection, poolclass=StaticPool)

    @contextmanager
    def session(self):
        with Session(self._engine, info={"masked": self.masked}) as session:
            if self.bin_on:
                session.execute(text("SELECT set_config('kehu.bin', 'on', true)"))
            if self.masked:
                session.execute(text("SET LOCAL search_path = masked, public"))
            yield session

    def ids(self, query: str, **values: Any) -> Ids:
        """The first column of what a statement answers with."""
        with self.session() as session:
            return frozenset(session.scalars(text(query), values))

    def sources(self, table: str) -> list[RowSource]:
        """The program's list of a relation, and with the bin that of what was deleted."""
        entity = ENTITIES[table]
        found = [RowSource(entity, (entity.TITLE,), order=entity.ORDER)]
        return [*found, RowSource(entity, (), order=entity.ORDER, deleted=True)][: 1 + self.bin_on]


def look(reader: Reader, table: str, every: list[int]) -> dict[str, Ids]:
    """What each way tells of; `every` holds the ids that there are. Without that of history."""
    return {
        way: _refused(ask, reader, table, every)
        for way, ask in _ASKED.items()
        if way != "search" or table in SEARCHED
    }


def past(reader: Reader) -> dict[str, Ids]:
    """What the history tells of, by relation; not of what was erased. It looks into the bin."""
    return _refused(_past, reader) or {}


def sold(reader: Reader) -> dict[str, Ids]:
    """What the figures have in their rows: products by `order_line`, customers by `receipt`."""
    with reader.session() as session:
        try:
            products = figures.figures(session, figures.Query("product")).rows
            found = {"order_line": frozenset(row.id for row in products)}
        except ProgrammingError:
            return {"order_line": frozenset(), "receipt": frozenset()}
        try:
            money = receivables.receivables(session, receivables.Query()).rows
        except KnownError:
            money = ()
        return found | {"receipt": frozenset(r.customer_id for r in money if r.advance)}


def _refused(ask: Callable[..., Any], *asked: Any) -> Any:
    """The answer, nothing where the database refuses to answer."""
    try:
        return ask(*asked)
    except ProgrammingError as error:
        if error.orig.pgcode != "42501":
            raise
        return frozenset()


def _listed(reader: Reader, table: str, every: list[int]) -> Ids:
    if table not in LISTED:
        return reader.ids(f"SELECT {key(table)} FROM {table} t ORDER BY 1")
    found: set[int] = set()
    for source in reader.sources(table):
        with reader.session() as session:
            ids = source.ids(session)
            assert [row[0] for row in source.first_page(session, 10_000)] == list(ids)
            assert source.totals(session).rows == len(ids)
            found.update(ids)
    return frozenset(found)


def _counted(reader: Reader, table: str, every: list[int]) -> Ids:
    counted = f"(SELECT count(*) FROM {table} t WHERE {key(table)} = i)"
    return reader.ids(f"SELECT i FROM {EVERY} i WHERE {counted} > 0", every=every)


def _searched(reader: Reader, table: str, every: list[int]) -> Ids:
    found: set[int] = set()
    for source in reader.sources(table):
        with reader.session() as session:
            condition = filters.search(ENTITIES[table], WORD)
            assert condition is not None
            found.update(source.with_where([condition]).ids(session))
    return frozenset(found)


def _charted(reader: Reader, table: str, every: list[int]) -> Ids:
    by = "owner_id" if table in OWNED else f"{key(table)} % 3"
    query = f"SELECT {by}, count(*), array_agg({key(table)}) FROM {table} t GROUP BY 1"
    with reader.session() as session:
        rows = session.execute(text(query)).all()
    assert all(count == len(ids) for _key, count, ids in rows)
    return frozenset(id_ for _key, _count, ids in rows for id_ in ids)


def _exported(reader: Reader, table: str, every: list[int]) -> Ids:
    told = io.StringIO()
    with reader.session() as session:
        session.execute(text("SELECT 1"))
        driver = session.connection().connection.dbapi_connection
        assert driver is not None
        with suppress(InsufficientPrivilege), driver.cursor() as cursor:
            cursor.copy_expert(f"COPY (SELECT {key(table)} FROM {table} t) TO STDOUT", told)
    return frozenset(map(int, told.getvalue().split()))


def _read(reader: Reader, table: str, every: list[int]) -> Ids:
    if table in DOCUMENTS:
        function = f"{DOCUMENTS[table]}_document"
        told = f"{function}(i) ->> 'id' = i::text"
        return reader.ids(f"SELECT i FROM {EVERY} i WHERE {told}", every=every)
    if table not in LISTED:
        return reader.ids(
            f"SELECT r.row_key FROM {EVERY} i, LATERAL (SELECT {key(table)} AS row_key, t.*"
            f" FROM {table} t WHERE {key(table)} = i) r",
            every=every,
        )
    found: set[int] = set()
    for source in reader.sources(table):
        with reader.session() as session:
            found.update(row[0] for row in source.rows(session, every) if row)
    return frozenset(found)


def _past(reader: Reader) -> dict[str, Ids]:
    with reader.session() as session:
        told = entries.read(session, entries.Wanted(), limit=10**6)
    found: dict[str, set[int]] = {}
    for entry in reversed(told):
        rows = found.setdefault(entry.table, set())
        (rows.discard if entry.op == "erase" else rows.add)(entry.row)
    return {table: frozenset(rows) for table, rows in found.items()}


_ASKED = {
    "list": _listed,
    "count": _counted,
    "search": _searched,
    "chart": _charted,
    "export": _exported,
    "read": _read,
}


def sums(reader: Reader) -> dict[str, tuple[Any, Any]]:
    """Amounts of figures, lists and workbooks, each beside that of the living rows one by one.

    Without those that the reader may not see at all.
    """
    return _refused(_sums, reader) or {}


def _sums(reader: Reader) -> dict[str, tuple[Any, Any]]:
    with reader.session() as session:
        return {**_sheets(session, reader), **_figures(session), **_money(session)}


def _figures(session: Session) -> dict[str, tuple[Any, Any]]:
    order = (
        "SELECT id, total, order_date FROM sales_order WHERE deleted_at IS NULL AND number <> ''"
    )
    orders = session.execute(text(order)).all()
    line = "SELECT order_id, quantity, amount FROM order_line WHERE deleted_at IS NULL"
    ids = {row.id for row in orders}
    lines = [row for row in session.execute(text(line)) if row.order_id in ids]
    listed = (len(orders), len(lines), _added(lines, "quantity"), _added(lines, "amount"))
    found = {}
    for report in figures.REPORTS:
        total = figures.figures(session, figures.Query(report.key)).totals
        found[report.key] = ((total.orders, total.lines, total.quantity, total.amount), listed)
    year = session.scalar(text("SELECT extract(year FROM office_today())"))
    this_year = [row for row in orders if row.order_date.year == year]
    column = RowSource(Customer, ()).totals(session, ["sales_this_year"])
    found["sales_this_year"] = (column.sums["sales_this_year"] or 0, _added(this_year, "total"))
    return found


def _money(session: Session) -> dict[str, tuple[Any, Any]]:
    try:
        told = receivables.receivables(session, receivables.Query())
    except KnownError:
        return {}
    owed = receivables.behind(session, told.query).orders
    order = "SELECT outstanding FROM sales_order WHERE deleted_at IS NULL"
    advance = "SELECT advance FROM receipt WHERE deleted_at IS NULL"
    listed = _added(session.execute(text(order)).all(), "outstanding")
    return {
        "outstanding": (told.totals.outstanding, listed),
        "orders behind": (_added(owed, "outstanding"), listed),
        "advance": (told.totals.advance, _added(session.execute(text(advance)).all(), "advance")),
    }


def _sheets(session: Session, reader: Reader) -> dict[str, tuple[Any, Any]]:
    """Workbooks: their rows and amounts. They never look into the bin, as the program has it."""
    found: dict[str, tuple[Any, Any]] = {}
    for table in () if reader.bin_on else SEARCHED:
        entity = ENTITIES[table]
        money = [field.name for field in fields(entity).values() if field.kind == "money"]
        listed = RowSource(entity, ()).totals(session, money)
        _title, columns, rows = tables_of(session, entity, "en")[0]
        places = [n for n, column in enumerate(columns) if column.kind == "money"]
        told = list(rows)
        sums = [sum(row[n] or 0 for row in told) for n in places]
        found[f"sheet {table}"] = (
            (len(told), sums),
            (listed.rows, [listed.sums[name] or 0 for name in money]),
        )
    return found


def _added(rows: Any, name: str) -> Any:
    return sum((getattr(row, name) for row in rows), Decimal(0))

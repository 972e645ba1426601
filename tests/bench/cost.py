"""What all the rules cost together: the program on the office, by turns with its bare twin.

Policies, triggers, history, masking, key fields and merged numbers count on one side and not on
the other. Who sees a part of the office sees it in the twin by a condition written by hand.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg2

from client.data.importing import imports
from client.data.reading import files as reading
from server_schema import demo
from tests.bench import files, history, operations, orders, twin
from tests.bench.login import office_for
from tests.bench.measure import Figure, fastest
from tests.bench.office import PREFIX
from tests.bench.sides import BOSS, CLERK, MASKED, Person, Side
from tests.servers import durable

if TYPE_CHECKING:
    from tests.bench.groups import Bench

SECONDS = 5.0  # for one operation of one person: a machine is slow for longer than a moment
IMPORTED = 20_000
ENTRIES = 2_000  # of history, before anything is measured

_MASKED_CLERK = """
    INSERT INTO operator (code, name, login, rights, scope)
    SELECT 'MASKED', 'MASKED', %(login)s, 'clerk', 'all'
    WHERE NOT EXISTS (SELECT FROM operator WHERE login = %(login)s);
    INSERT INTO operator_permission (operator_id, module, action, allowed)
    SELECT id, 'customer', 'whole', false FROM operator WHERE login = %(login)s
    ON CONFLICT DO NOTHING;
"""
_PAST = """
DO $$ BEGIN
    FOR n IN 1..{entries} LOOP
        UPDATE customer SET remarks = 'before ' || clock_timestamp()
        WHERE id = 1 + n % (SELECT max(id) FROM customer);
        COMMIT;
    END LOOP;
END $$
"""


def everything(bench: "Bench") -> list[Figure]:
    """Every operation of everybody, and fifty people who write at once."""
    return [*cost(bench), *history.history(bench)]


def cost(bench: "Bench", budget: float = SECONDS) -> list[Figure]:
    """Every operation; raises where both sides do not answer alike."""
    _prepare(bench)
    with twin.twin(bench):
        figures = list(_figures(bench, budget))
    files.forget(bench)
    return figures


def _figures(bench: "Bench", budget: float) -> Iterator[Figure]:
    people = {person: _sides(bench, person) for person in operations.EVERYBODY}
    for sides in people.values():
        for side in sides:
            operations.store_order(side)
    for operation in operations.reads():
        for person in operation.who:
            yield _figure(operation, person, people[person], budget)
    with durable(bench.cluster):  # as in every office: a commit waits for the disk on both sides
        for operation in operations.saves():
            for person in operation.who:
                yield _figure(operation, person, people[person], budget, "durable commits")
    for person in (BOSS, CLERK):
        yield _imported(bench, person, people[person], budget)
    for ours, bare in people.values():
        ours.office.close()
        bare.office.close()


def _figure(
    operation: operations.Operation,
    person: Person,
    sides: tuple[Side, Side],
    budget: float,
    note: str = "",
) -> Figure:
    ours, bare = sides
    theirs = operation.bare or operation.work
    if operation.work(ours) != theirs(bare):
        raise AssertionError(f"{person.who}: the sides differ in {operation.name}")
    times = fastest(lambda: operation.work(ours), lambda: theirs(bare), budget)
    limit = operation.limit_for(person)
    name = f"cost: {operation.name}, {person.who}"
    return Figure(name, times[0] * 1000, "ms", times[1] * 1000, limit, note)


def _imported(bench: "Bench", person: Person, sides: tuple[Side, Side], budget: float) -> Figure:
    file = bench.home / "some_customers.csv"
    rows = min(IMPORTED, bench.scale.customers)
    files.write_csv(file, rows)

    def load(side: Side) -> None:
        with reading.open_workbook(str(file)) as book:
            report = imports.run(side.office, book, imports.plan_one(book, "customer"))
        if sum(sheet.imported for sheet in report.sheets) != rows:
            raise AssertionError(f"not all of {rows} customers were imported")

    ours, bare = sides
    times = fastest(lambda: load(ours), lambda: load(bare), budget, 3)
    note = f"{rows / times[0]:,.0f} rows/s against {rows / times[1]:,.0f}"
    name = f"cost: import of customers, {person.who}"
    return Figure(name, times[0], "s", times[1], operations.USUAL, note)


def _sides(bench: "Bench", person: Person) -> tuple[Side, Side]:
    """The office as it is and the twin, of one person."""
    order = orders.new_order(bench, person.login)
    with closing(bench.connect(person.login)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT visible_operators(), (SELECT count(*) FROM operator)")
        seen, everybody = cursor.fetchone() or ([], 0)
    owners = None if len(set(seen)) == everybody else list(seen)

    def side(where: dict[str, Any], owners: list[int] | None) -> Side:
        return Side(office_for(where), owners, order["customer_id"], order)

    return side(bench.login(person.login), None), side(twin.login(bench, person.login), owners)


def _prepare(bench: "Bench") -> None:
    """Whom and what the office lacks: a clerk who reads numbers masked, and a past."""
    with closing(psycopg2.connect(**bench.dsn)) as connection:
        with connection, connection.cursor() as cursor:
            cursor.execute(_MASKED_CLERK, {"login": MASKED})
            demo.make_role(connection, cursor, PREFIX, MASKED)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(_PAST.replace("{entries}", str(min(ENTRIES, bench.scale.customers))))
            cursor.execute("VACUUM (ANALYZE) customer, history, change")

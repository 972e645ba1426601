"""The measuring itself: what it counts and compares must be right before any figure is believed."""

import psycopg2
import pytest

from tests.bench import cost, groups, office, operations, rows, twin
from tests.bench.measure import Figure, table
from tests.bench.proxy import CountingProxy

SETTINGS = rows.Settings(
    operators=[2, 3, 4],
    regions=[1, 2],
    types=[1],
    grades=[1, 2],
    products=[rows.Product(1, "P\tname\tspec\tpc", 1299), rows.Product(2, "Q\tb\tc\td", 40)],
)


def test_stream_gives_every_character_once():
    texts = [f"{n}\n" * (n % 7) for n in range(200)]
    stream = office.Stream(iter(texts))
    read = []
    while part := stream.read(13):
        assert len(part) <= 13
        read.append(part)
    assert "".join(read) == "".join(texts)


def test_texts_of_copy_are_escaped():
    assert rows.escaped("a\tb\\c\nd") == "a\\tb\\\\c\\nd"


def test_orders_and_lines_are_made_apart_and_agree():
    scale = rows.Scale("tiny", 50, 200, 3)
    totals = {line.split("\t")[0]: line.split("\t")[11] for line in rows.orders(scale, SETTINGS)}
    owners = {line.split("\t")[0]: line.split("\t")[4] for line in rows.orders(scale, SETTINGS)}
    sums: dict[str, float] = {}
    for line in rows.lines(scale, SETTINGS):
        cells = line.rstrip("\n").split("\t")
        assert owners[cells[0]] == cells[2]
        amount = float(cells[9]) * float(cells[10]) * (1 - float(cells[11]))
        sums[cells[0]] = sums.get(cells[0], 0) + round(amount + 1e-9, 2)
    assert {key: round(value, 2) for key, value in sums.items()} == {
        key: float(value) for key, value in totals.items()
    }


@pytest.mark.parametrize(
    ("value", "baseline", "limit", "kept"),
    [(3, 2, 1.5, True), (3.1, 2, 1.5, False), (3, None, 4, True), (5, None, 4, False)],
)
def test_limits_hold_for_the_ratio_or_else_the_value(value, baseline, limit, kept):
    figure = Figure("f", value, "ms", baseline, limit)
    assert figure.kept is kept
    assert ("MISSED" in table([figure])) is not kept


def test_without_a_limit_there_is_no_verdict():
    assert Figure("f", 1, "ms", 2).kept is None


def test_proxy_counts_statements(shared_office):
    dsn = shared_office.dsn
    with CountingProxy(dsn["host"], int(dsn["port"])) as proxy:
        connection = psycopg2.connect(**{**dsn, "port": proxy.port})
        connection.autocommit = True
        before = proxy.trips
        with connection.cursor() as cursor:
            for _ in range(3):
                cursor.execute("SELECT generate_series(1, 5000)")
                assert len(cursor.fetchall()) == 5000
        assert proxy.trips - before == 3
        connection.close()


def test_both_sides_of_the_cost_do_everything_and_agree(cluster, tmp_path):
    """Each operation raises where its answers differ; what is left is that none was left out."""
    scale = rows.Scale("tiny", 120, 400, 12)
    dsn = office.prepare(cluster, scale, tmp_path / "bench.json")
    bench = groups.Bench(cluster, dsn, scale, tmp_path)
    figures = cost.cost(bench, 0)
    wanted = {
        f"cost: {operation.name}, {person.who}"
        for operation in (*operations.reads(), *operations.saves())
        for person in operation.who
    }
    assert wanted < {figure.name for figure in figures}
    assert all(figure.ratio for figure in figures)


def test_the_twin_guards_and_records_nothing(cluster, tmp_path):
    scale = rows.Scale("tiny", 120, 400, 12)
    dsn = office.prepare(cluster, scale, tmp_path / "bench.json")
    bench = groups.Bench(cluster, dsn, scale, tmp_path)
    counts = "SELECT count(*), (SELECT count(*) FROM history) FROM customer"
    with twin.twin(bench):
        where = twin.login(bench, "chen")
        with psycopg2.connect(**where) as connection, connection.cursor() as cursor:
            cursor.execute(counts)
            customers, entries = cursor.fetchone()
            assert customers == 120
            cursor.execute(
                "UPDATE customer SET remarks = 'bare', credit_limit = 1 RETURNING version"
            )
            assert set(cursor.fetchall()) == {(2,)}
            cursor.execute(counts)
            assert cursor.fetchone() == (120, entries)
        connection.close()

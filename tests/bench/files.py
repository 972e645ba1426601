"""A workbook's worth of customers moved in, against the rows copied straight into the table."""

import csv
import io
import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2

from tests.bench import baselines, rows
from tests.bench.measure import Figure, seconds
from tests.bench.office import count_on

if TYPE_CHECKING:
    from tests.bench.groups import Bench

HEAD = ("客户名称", "简称", "电话", "手机", "地址")
KEYS = ("name", "short_name", "phone", "mobile", "address")
COLUMNS = (
    "number, name, short_name, phone, mobile, address, owner_id, search_key, sort_key, sound_key"
)


def customers(bench: "Bench") -> list[Figure]:
    """As many customers as the office has, imported by the clerk; the same by COPY."""
    file = bench.home / "customers.csv"
    write_csv(file, bench.scale.customers)
    before = count(bench)
    result = run_import(bench, file)
    moved = count(bench) - before
    if moved != bench.scale.customers:
        raise AssertionError(f"{moved} of {bench.scale.customers} customers were imported")
    bare = copy(bench)
    forget(bench)
    rate, bare_rate = moved / result["seconds"], moved / bare
    return [
        Figure(
            "import of customers",
            result["seconds"],
            "s",
            bare,
            None,
            f"{rate:,.0f} rows/s against {bare_rate:,.0f} by bare COPY",
            {"rows": moved, "rows_per_second": rate, "copy_rows_per_second": bare_rate},
        ),
        Figure("import, peak memory", result["peak_mb"], "MB"),
    ]


def write_csv(file: Path, many: int) -> None:
    """The customers as a text file in UTF-8 with Chinese headers."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEAD)
        for row in rows.named_customers(many):
            writer.writerow([row[key] for key in KEYS])


def run_import(bench: "Bench", file: Path) -> dict[str, float]:
    """`kehu import` in a process of its own; seconds and the highest memory of it and its child."""
    command = [sys.executable, "-m", "tests.bench.import_child", str(file)]
    done = subprocess.run(
        [*command, json.dumps(bench.login("wang"))],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def count(bench: "Bench") -> int:
    """How many customers there are."""
    with closing(psycopg2.connect(**bench.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customer")
        return int((cursor.fetchone() or (0,))[0])


def copy(bench: "Bench") -> float:
    """Seconds of a bare COPY of the same rows, keys worked out, triggers off and indexes on."""
    text = io.StringIO()
    for number, row in enumerate(rows.named_customers(bench.scale.customers), 1):
        keys = rows.customer_keys(row)
        cells = (
            f"X-{number}",
            *(row[key] for key in KEYS),
            "2",
            *(key or "" for key in keys.values()),
        )
        text.write("\t".join(map(rows.escaped, cells)) + "\n")
    text.seek(0)
    with closing(psycopg2.connect(**bench.dsn)) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        connection.commit()
        return seconds(lambda: baselines.copy_customers(connection, text, COLUMNS))


def forget(bench: "Bench") -> None:
    """Take both loads out again, so that the next run finds the office as it was."""
    with closing(psycopg2.connect(**bench.dsn)) as connection:
        with connection, connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("DELETE FROM customer WHERE id > %s", [bench.scale.customers])
            cursor.execute("TRUNCATE history, change")
            count_on(cursor, bench.scale.customers)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) customer")

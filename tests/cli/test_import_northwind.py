"""The whole of Northwind comes in with one command, and each salesperson sees their part of it."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

DATA = Path(__file__).parents[3] / "shared" / "data" / "northwind"
BOOK = DATA / "northwind.xlsx"

pytestmark = pytest.mark.skipif(not BOOK.exists(), reason="Northwind is not beside the project")
# Logins and refusals are noted as well, and change nothing.
CHANGES = "SELECT count(*) FROM history WHERE table_name <> 'access'"


@pytest.fixture(scope="module")
def control():
    return json.loads((DATA / "control_totals.json").read_text("utf-8"))


def sheet_rows(name):
    rows = openpyxl.load_workbook(BOOK, read_only=True)[name].iter_rows(values_only=True)
    head = next(rows)
    return [dict(zip(head, row, strict=True)) for row in rows]


def one(office, query):
    return office.ask(None, query)[0][0]


@pytest.fixture
def imported(kehu, office_db):
    code, out, err = kehu(office_db, "admin", "import", "office", BOOK)
    assert (code, err) == (0, "")
    return office_db, out


def test_counts_totals_and_numbers(imported, control):
    office, out = imported
    counts = control["row_counts"]
    for table, name in (
        ("customer", "Customers"),
        ("contact", "Customers"),
        ("product", "Products"),
        ("sales_order", "Orders"),
        ("order_line", "Order Details"),
    ):
        assert one(office, f"SELECT count(*) FROM {table}") == counts[name]
    assert one(office, "SELECT count(*) FROM region") == 21
    totals = control["totals"]
    assert one(office, "SELECT sum(total) FROM sales_order") == Decimal(
        totals["revenue_lines_rounded"]
    )
    assert one(office, "SELECT sum(quantity) FROM order_line") == totals["quantity"]
    assert (
        one(office, "SELECT count(*) FROM sales_order WHERE status = 'submitted'")
        == totals["orders_not_shipped"]
    )
    numbers = {str(row["Order ID"]) for row in sheet_rows("Orders")}
    assert {row[0] for row in office.ask(None, "SELECT number FROM sales_order")} == numbers
    for skipped in ("Suppliers", "Territories", "Product Categories"):
        assert skipped in out


def test_regions_owners_and_lines_are_those_of_the_file(imported, control):
    office, _out = imported
    regions = dict(
        office.ask(
            None,
            "SELECT r.name, sum(o.total) FROM sales_order o"
            " JOIN region r ON r.id = o.customer_region_id GROUP BY r.name",
        )
    )
    for row in control["by_region_customer_country"]:
        assert regions[row["name"]] == Decimal(row["revenue_lines_rounded"])
    assert (
        one(
            office,
            "SELECT count(*) FROM customer JOIN operator o ON o.id = owner_id WHERE o.built_in",
        )
        == 2
    )
    assert (
        one(
            office,
            "SELECT count(*) FROM order_line l JOIN sales_order o ON o.id = l.order_id"
            " JOIN customer c ON c.id = o.customer_id"
            " WHERE (l.owner_id, l.customer_id) <> (c.owner_id, c.id)",
        )
        == 0
    )
    assert (
        one(office, "SELECT count(*) FROM product WHERE NOT active")
        == (control["totals"]["discontinued_products"])
    )


def test_a_salesperson_sees_their_own_customers(imported, kehu, tmp_path):
    office, _out = imported
    password = tmp_path / "password"
    password.write_text("a brand new password")
    wanted = Counter(row["Account Manager ID"] for row in sheet_rows("Customers"))
    for code in (1, 9):
        assert (
            kehu(
                office, "admin", "operator", "add", f"nw{code}", "--code", code,
                "--rights", "salesperson", "--scope", "own", "--password-file", password,
            )[0]
            == 0
        )  # fmt: skip
        connection = office.psql(f"nw{code}", "a brand new password")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM customer")
            assert cursor.fetchone() == (wanted[code],)
            cursor.execute(
                "SELECT count(*) FROM sales_order WHERE customer_id NOT IN"
                " (SELECT id FROM customer)"
            )
            assert cursor.fetchone() == (0,)


def test_a_second_time_everything_is_there_already(imported, kehu):
    office, _out = imported
    before = one(office, CHANGES)
    code, _out, err = kehu(office, "admin", "import", "office", BOOK)
    assert code == 1
    assert "'ALFKI' exists already" in err
    assert "nothing was imported" in err
    assert one(office, CHANGES) == before


def test_a_dry_run_leaves_no_trace(kehu, office_db):
    code, out, err = kehu(office_db, "admin", "import", "office", BOOK, "--dry-run")
    assert (code, err) == (0, "")
    assert "2,155" in out
    assert one(office_db, "SELECT count(*) FROM customer") == 0
    assert one(office_db, "SELECT count(*) FROM operator WHERE code = '1'") == 0


def test_the_same_from_text_files(kehu, office_db):
    files = {
        "region": "regions",
        "customer-type": "customer_types",
        "operator": "salespeople",
        "product": "products",
        "customer": "customers",
        "contact": "contacts",
    }
    for kind, name in files.items():
        code, _out, err = kehu(office_db, "admin", "import", kind, DATA / "csv" / f"{name}.csv")
        assert (code, err) == (0, "")
    assert one(office_db, "SELECT count(*) FROM contact") == 91
    assert one(office_db, "SELECT max(unit_price) FROM product") == Decimal("263.5000")


def test_what_is_exported_can_be_imported_elsewhere(imported, kehu, make_office, tmp_path):
    office, _out = imported
    other = make_office(staff=False)
    kinds = ("region", "customer-type", "position", "operator", "product", "customer", "order")
    for kind in kinds:
        path = tmp_path / f"{kind}.xlsx"
        language = ("--language", "zh_CN" if kind == "order" else "en")
        assert kehu(office, "admin", "export", kind, path, *language)[0] == 0
        code, _out, err = kehu(other, "admin", "import", kind, path)
        assert (kind, code, err) == (kind, 0, "")
    for query in (
        "SELECT count(*), sum(amount), sum(position) FROM order_line",
        "SELECT number, status, total, remarks, delivery_date FROM sales_order ORDER BY number",
        "SELECT c.number, c.name, c.address, c.phone, o.name, r.name FROM customer c"
        " JOIN operator o ON o.id = c.owner_id JOIN region r ON r.id = c.region_id"
        " ORDER BY c.number",
    ):
        assert other.ask(None, query) == office.ask(None, query)

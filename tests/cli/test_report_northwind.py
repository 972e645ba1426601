"""The whole of Northwind through the command line: four reports, equal to the control totals to
the cent, and each salesperson's part of them."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests import servers

DATA = Path(__file__).parents[3] / "shared" / "data" / "northwind"
CONTROL = DATA / "control_totals.json"
REPORTS = {
    "sales-by-region": ("region", "by_region_customer_country"),
    "sales-by-salesperson": ("salesperson", "by_salesperson"),
    "sales-by-customer-type": ("customer_type", "by_customer_type"),
    "sales-by-product": ("product", "by_product_top10"),
}

pytestmark = pytest.mark.skipif(not CONTROL.exists(), reason="Northwind is not beside the project")


@pytest.fixture(scope="module")
def control():
    return json.loads(CONTROL.read_text("utf-8"))


@pytest.fixture(scope="module")
def northwind(shared_office, tmp_path_factory):
    """The office with Northwind in it, imported by its administrator."""
    from client import cli

    profile, home = shared_office.profile, tmp_path_factory.mktemp("home")
    address = f"postgresql://{profile.host}:{profile.port}/{profile.database}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KEHU_HOME", str(home))
        patch.setenv("KEHU_PASSWORD", servers.PASSWORD)
        code = cli.main(
            ["import", "office", str(DATA / "northwind.xlsx"), "--user", "admin", "--server",
             f"{address}?prefix={shared_office.prefix}"]
        )  # fmt: skip
    assert code == 0
    return shared_office


def read(kehu, office, user, report, tmp_path, *more):
    out = tmp_path / "report.json"
    code, _out, err = kehu(office, user, "report", report, "--out", out, *more)
    assert code == 0, err
    return json.loads(out.read_text("utf-8"))


@pytest.mark.parametrize("report", REPORTS)
def test_reports_equal_the_control_totals(kehu, northwind, control, tmp_path, report):
    key, name = REPORTS[report]
    found = read(kehu, northwind, "boss", report, tmp_path)
    rows = {row[key]: row for row in found["rows"]}
    wanted = control[name]
    if report != "sales-by-product":
        assert len(rows) == len(wanted)
    for want in wanted:
        row = rows[want["name"]]
        shown = (row["amount"], row["orders"], row["lines"], row["quantity"])
        assert shown == (
            want["revenue_lines_rounded"], want["orders"], want["lines"], want["quantity"],
        )  # fmt: skip
    totals = control["totals"]
    assert found["totals"]["amount"] == totals["revenue_lines_rounded"]
    assert found["totals"]["orders"] == totals["orders"]
    assert found["totals"]["lines"] == totals["lines"]


def test_years_add_up(kehu, northwind, control, tmp_path):
    for year in control["by_year"]:
        found = read(kehu, northwind, "boss", "sales-by-region", tmp_path, "--date-from",
                     f"{year['name']}-01-01", "--date-to", f"{year['name']}-12-31")  # fmt: skip
        assert found["totals"]["amount"] == year["revenue_lines_rounded"]


def test_a_salesperson_sees_what_hangs_on_own_customers(kehu, northwind, tmp_path):
    """Whoever sold: an order is seen by the account manager of its customer."""
    seen = Decimal(0)
    secret = tmp_path / "password"
    secret.write_text(servers.PASSWORD)
    people = northwind.ask(
        None,
        "SELECT o.code, count(DISTINCT c.id), coalesce(sum(l.amount), 0) FROM operator o"
        " JOIN customer c ON c.owner_id = o.id LEFT JOIN order_line l ON l.customer_id = c.id"
        " WHERE NOT o.built_in GROUP BY o.code",
    )
    assert people
    for code, customers, amount in people:
        login = f"person{code}"
        done, _out, err = kehu(
            northwind, "admin", "operator", "add", login, "--code", code, "--scope", "own",
            "--rights", "salesperson", "--password-file", secret,
        )  # fmt: skip
        assert done == 0, err
        office = northwind.login(login)
        with office.session() as session:
            count = "SELECT count(*) FROM customer"
            assert session.connection().exec_driver_sql(count).scalar() == customers
        for report in REPORTS:
            found = read(kehu, northwind, login, report, tmp_path)
            assert Decimal(found["totals"]["amount"]) == amount
        seen += amount
    pool = northwind.ask(
        None,
        "SELECT count(DISTINCT c.id), coalesce(sum(l.amount), 0) FROM operator o JOIN customer c"
        " ON c.owner_id = o.id LEFT JOIN order_line l ON l.customer_id = c.id WHERE o.built_in",
    )[0]
    assert pool[0] == 2
    assert seen + pool[1] == Decimal("1265793.29")

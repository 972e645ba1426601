"""A Chinese office's workbook and its text files in Chinese encodings."""

import csv
import datetime as dt
import json
import subprocess
import sys
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from client.data import filters
from client.model import Customer, fields
from server_schema.search import initials

DATA = Path(__file__).parents[3] / "shared" / "data" / "cn"
BOOK = DATA / "cn_customers_2000.xlsx"
TOTALS = DATA / "cn_customers_2000.totals.json"

pytestmark = pytest.mark.skipif(not BOOK.exists(), reason="the Chinese files are not there")

TABLES = {
    "客户类型": ("customer_type", "type_id"),
    "客户来源": ("customer_source", "source_id"),
    "所属行业": ("industry", "industry_id"),
    "客户等级": ("customer_grade", "grade_id"),
    "区域": ("region", "region_id"),
}


@pytest.fixture(scope="module")
def totals():
    return json.loads(TOTALS.read_text("utf-8"))


@pytest.fixture(scope="module")
def chinese(make_office):
    made = make_office(staff=False, language="zh_CN")
    yield made
    made.close()


@pytest.fixture
def imported(kehu, chinese):
    """The office with the workbook in it, imported by the first test that asks."""
    if not chinese.ask(None, "SELECT count(*) FROM customer")[0][0]:
        code, out, err = kehu(chinese, "admin", "import", "office", BOOK, "--language", "zh_CN")
        assert (code, err) == (0, "")
        assert "2,000" in out
    return chinese


def matching(office, text):
    """How many customers a search by name finds."""
    clause = filters.condition(Customer, fields(Customer)["name"], text, dt.date(2026, 1, 1))
    with closing(office.login("admin")) as login, login.session() as session:
        query = select(func.count()).select_from(Customer).where(clause.clause)
        return session.execute(query).scalar_one()


def test_counts(imported, totals):
    assert imported.ask(None, "SELECT count(*) FROM customer") == [(totals["rows"]["客户"],)]
    assert imported.ask(None, "SELECT count(*) FROM contact") == [(totals["rows"]["联系人"],)]
    limit = imported.ask(None, "SELECT sum(credit_limit) FROM customer")[0][0]
    assert limit == Decimal(totals["信用额度合计"])
    empty = imported.ask(None, "SELECT count(*) FROM customer WHERE email IS NULL")[0][0]
    assert empty == totals["empty_邮箱"]
    for header, (table, column) in TABLES.items():
        found = imported.ask(
            None,
            f"SELECT t.name, count(*) FROM customer c JOIN {table} t ON t.id = c.{column}"
            " GROUP BY t.name",
        )
        assert dict(found) == totals["customers_by"][header]


def test_regions_hang_on_their_parents(imported):
    found = imported.ask(
        None,
        "SELECT p.name FROM region r JOIN region p ON p.id = r.parent_id WHERE r.name = '广州市'",
    )
    assert found == [("广东省",)]


def test_searches_find_as_many_as_they_should(imported, totals):
    found = {word: matching(imported, word) for word in totals["search"]}
    wanted = {word: c["nfkc_casefold_in_客户名称"] for word, c in totals["search"].items()}
    # Latin letters also find the initials of Chinese names.
    latin = {word for word in wanted if word.isascii() and word.isalpha()}
    for word in wanted.keys() - latin:
        assert found[word] == wanted[word], word
    for word in latin:
        assert found[word] >= wanted[word]


def test_rare_characters_are_kept_and_found(imported, totals):
    numbers = totals["rows_with_supplementary_plane_char"]["客户名称"]
    rows = imported.ask(None, "SELECT number, name FROM customer")
    rare = {number: name for number, name in rows if any(ord(c) > 0xFFFF for c in name)}
    assert sorted(rare) == sorted(numbers)
    for name in rare.values():
        assert matching(imported, next(c for c in name if ord(c) > 0xFFFF)) >= 1


def test_pinyin_initials_find_every_customer(imported):
    for (name,) in imported.ask(None, "SELECT name FROM customer ORDER BY id LIMIT 20"):
        assert matching(imported, initials(name)[0]) >= 1


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("cn_customers_2000_gb18030.csv", 2000),
        ("cn_customers_2000_utf8bom.csv", 2000),
        ("cn_customers_gbk_nobom.csv", None),
    ],
)
def test_text_files(kehu, make_office, name, rows):
    office = make_office(staff=False, language="zh_CN")
    code, _out, err = kehu(office, "admin", "import", "customer", DATA / name)
    assert (code, err) == (0, "")
    encoding = "utf-8-sig" if "utf8" in name else "gb18030"
    with (DATA / name).open(encoding=encoding, newline="") as file:
        wanted = {row["客户编号"]: row for row in csv.DictReader(file)}
    assert rows in (None, len(wanted))
    found = office.ask(
        None,
        "SELECT c.number, c.name, c.address, c.tax_number, o.name FROM customer c"
        " JOIN operator o ON o.id = c.owner_id",
    )
    assert len(found) == len(wanted)
    for number, title, address, tax_number, owner in found:
        row = wanted[number]
        assert (title, address) == (row["客户名称"].strip(), row["地址"].strip())
        assert (tax_number or "", owner) == (row["统一社会信用代码"], row["跟进业务员"])
    office.close()


def test_an_office_with_orders(kehu, make_office, tmp_path):
    """Customers, contacts, goods and orders of one workbook; nobody listed the salespeople."""
    book, wanted = tmp_path / "all.xlsx", tmp_path / "totals.json"
    command = [sys.executable, DATA / "gen_cn_customers.py", "--rows", "150", "--contacts"]
    command += ["--orders", "300", "--out", book, "--totals", wanted]
    subprocess.run(command, check=True, capture_output=True)
    totals = json.loads(wanted.read_text("utf-8"))
    office = make_office(staff=False, language="zh_CN")
    code, out, err = kehu(office, "admin", "import", "office", book, "--language", "zh_CN")
    assert (code, err) == (0, "")
    assert "收款记录" in out  # named as left out
    assert office.ask(None, "SELECT count(*) FROM order_line") == [(totals["rows"]["订单明细"],)]
    for column, table, key in (
        ("customer_region_id", "region", "按区域(不含已取消)"),
        ("salesperson_id", "operator", "按业务员(不含已取消)"),
    ):
        found = office.ask(
            None,
            f"SELECT t.name, sum(total)::text FROM sales_order o JOIN {table} t"
            f" ON t.id = o.{column} WHERE o.status <> 'cancelled' GROUP BY t.name",
        )
        assert dict(found) == totals[key]
    office.close()

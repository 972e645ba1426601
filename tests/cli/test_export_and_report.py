"""`kehu export`, `report` and `print`: files for other programs, under the operator's policies."""

import csv
import json

import openpyxl
import pytest
from pypdf import PdfReader

from client.data.importing.kinds import KINDS
from tests.data import sales


@pytest.fixture(scope="module")
def office(shared_office):
    sales.fill(shared_office)
    return shared_office


def sheet(path, name=None):
    book = openpyxl.load_workbook(path)
    return [[cell.value for cell in row] for row in (book[name] if name else book.active).rows]


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_can_be_exported_in_both_languages(kehu, office, tmp_path, kind):
    for language in ("en", "zh_CN"):
        out = tmp_path / f"{language}.xlsx"
        code, _out, err = kehu(office, "boss", "export", kind, out, "--language", language)
        assert (code, err) == (0, "")
        heads = sheet(out)[0]
        assert all(heads)
        assert any(ord(head[0]) > 0x2E7F for head in heads) == (language == "zh_CN")


def test_references_are_text_and_text_is_never_a_formula(kehu, office, tmp_path):
    kehu(office, "boss", "export", "customer", tmp_path / "c.xlsx")
    heads, *rows = sheet(tmp_path / "c.xlsx")
    alpha = next(row for row in rows if "Alpha" in row)
    shown = dict(zip(heads, alpha, strict=True))
    assert (shown["Region"], shown["Customer type"], shown["Owner"]) == ("North", "Dealer", "Ann")
    assert shown["Status"] == "Potential"
    kehu(office, "boss", "export", "product", tmp_path / "p.xlsx", "--language", "zh_CN")
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "p.xlsx").active for cell in row]
    assert "=Cable" in [cell.value for cell in cells]
    assert "f" not in [cell.data_type for cell in cells]


def test_orders_bring_their_lines_and_numbers_are_numbers(kehu, office, tmp_path):
    kehu(office, "boss", "export", "order", tmp_path / "o.xlsx")
    orders = sheet(tmp_path / "o.xlsx", "Sales orders")
    lines = sheet(tmp_path / "o.xlsx", "Order lines")
    assert len(orders) == 1 + len(sales.ORDERS)
    assert len(lines) == 1 + sum(len(order[-1]) for order in sales.ORDERS)
    amounts = [row[lines[0].index("Amount")] for row in lines[1:]]
    assert sum(amounts) == pytest.approx(793.52 + 1000 + 5000 + 6000)


def test_an_export_has_only_what_the_operator_sees(kehu, office, tmp_path):
    give = "SELECT set_permission(%s, 'customer', 'export', true)"
    office.ask("admin", give, office.id_of("ann"))
    code, _out, err = kehu(office, "ann", "export", "customer", tmp_path / "c.xlsx")
    assert (code, err) == (0, "")
    heads, *rows = sheet(tmp_path / "c.xlsx")
    names = [row[heads.index("Customer name")] for row in rows]
    assert sorted(names) == ["Alpha", "Beta"]


def test_report_as_json(kehu, office, tmp_path):
    out = tmp_path / "r.json"
    code, _out, err = kehu(office, "boss", "report", "sales-by-region", "--out", out)
    assert code == 0
    assert "USD" in err
    found = json.loads(out.read_text("utf-8"))
    assert found["totals"] == {"orders": 6, "lines": 8, "quantity": 19.5, "amount": "793.52"}
    assert found["rows"][0] == {
        "region": "Northern city", "orders": 2, "lines": 2, "quantity": 11, "amount": "650.00",
    }  # fmt: skip


def test_report_filters(kehu, office, tmp_path):
    out = tmp_path / "r.json"
    code, _out, _err = kehu(
        office, "boss", "report", "sales-by-product", "--date-from", "2026-04-01", "--date-to",
        "2026-05-31", "--region", "N", "--salesperson", "Bob", "--out", out,
    )  # fmt: skip
    assert code == 0
    assert json.loads(out.read_text("utf-8"))["rows"] == [
        {"product": "=Cable", "orders": 1, "lines": 1, "quantity": 10, "amount": "400.00"}
    ]


def test_report_as_csv_and_workbook(kehu, office, tmp_path):
    kehu(office, "boss", "report", "sales-by-product", "--out", tmp_path / "r.csv")
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["product", "orders", "lines", "quantity", "amount"]
    assert rows[1] == ["'=Cable", "4", "4", "12.5", "672.00"]
    kehu(office, "boss", "report", "sales-by-product", "--out", tmp_path / "r.xlsx",
         "--language", "zh_CN")  # fmt: skip
    heads, *rows = sheet(tmp_path / "r.xlsx")
    assert heads == ["产品", "单数", "行数", "数量", "金额 (CNY)"]
    assert rows[0] == ["=Cable", 4, 4, 12.5, 672]
    assert rows[-1] == ["合计", 6, 8, 19.5, 793.52]


def test_an_unknown_region_is_a_sentence(kehu, office, tmp_path):
    code, _out, err = kehu(office, "boss", "report", "sales-by-region", "--region", "Atlantis",
                           "--out", tmp_path / "r.json")  # fmt: skip
    assert (code, err) == (1, "Region 'Atlantis' is not there.\n")


def test_print_an_order(kehu, office, tmp_path):
    number = office.ask(None, "SELECT min(number) FROM sales_order")[0][0]
    for language, word in (("en", "Lamp"), ("zh_CN", "销售单")):
        out = tmp_path / f"{language}.pdf"
        code, _out, err = kehu(office, "boss", "print", "order", number, "--out", out,
                               "--language", language)  # fmt: skip
        assert (code, err) == (0, "")
        assert word in PdfReader(out).pages[0].extract_text()


def test_another_ones_order_is_not_there(kehu, office, tmp_path):
    number = office.ask(None, "SELECT max(number) FROM sales_order o JOIN operator s"
                        " ON s.id = o.owner_id WHERE s.login = 'bob'")[0][0]  # fmt: skip
    code, _out, err = kehu(office, "ann", "print", "order", number, "--out", tmp_path / "a.pdf")
    assert (code, err) == (1, f"There is no document {number}.\n")
    assert not (tmp_path / "a.pdf").exists()

"""`kehu report receivables|statement|numbers` and papers on the command line: what leaves the
program is what its operator may see, and adds up.
"""

import csv
import json
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from pypdf import PdfReader

from tests.data.money import Till

ONE = timedelta(days=1)


@pytest.fixture(scope="module")
def office(shared_office):
    """Two customers of Ann, one of them called like a formula, and one of Bob."""
    till = Till(shared_office)
    today = till.ask("SELECT office_today()")
    shared_office.today, shared_office.till = today, till
    alpha, beta = till.customer("=Alpha", "ann"), till.customer("Beta", "bob")
    shared_office.alpha = till.ask("SELECT number FROM customer WHERE id = %s", alpha)
    shared_office.beta = till.ask("SELECT number FROM customer WHERE id = %s", beta)
    first = till.order(alpha, today - 40 * ONE, 100, today - 35 * ONE)
    second = till.order(alpha, today - 3 * ONE, 30)
    till.order(beta, today, 7)
    till.order(alpha, today, 9, currency="USD")
    till.cancel(till.order(beta, today, 8), "not wanted")
    till.receive(alpha, today - 2 * ONE, 60, {first["id"]: 40})
    shared_office.orders = [first["number"], second["number"]]
    return shared_office


def read(path):
    return json.loads(path.read_text("utf-8"))


def test_receivables_as_json(kehu, office, tmp_path):
    out = tmp_path / "r.json"
    code, _out, err = kehu(office, "boss", "report", "receivables", "--out", out)
    assert (code, err) == (0, "Only amounts in CNY; there are others in USD.\n")
    found = read(out)
    assert (found["as_of"], found["currency"]) == (str(office.today), "CNY")
    assert found["rows"][0] == {
        "number": office.alpha, "name": "=Alpha", "owner": "Ann", "current": "30.00",
        "d30": "0.00", "d60": "60.00", "d90": "0.00", "over": "0.00", "outstanding": "90.00",
        "advance": "20.00",
    }  # fmt: skip
    assert found["totals"]["outstanding"] == "97.00"


def test_receivables_of_a_day_and_of_what_one_sees(kehu, office, tmp_path):
    out, day = tmp_path / "r.json", office.today - 10 * ONE
    kehu(office, "ann", "report", "receivables", "--as-of", day, "--out", out)
    rows = read(out)["rows"]
    assert [(row["name"], row["d30"], row["advance"]) for row in rows] == [
        ("=Alpha", "100.00", "0.00")
    ]
    code, _out, err = kehu(
        office, "ann", "report", "receivables", "--customer", office.beta, "--out", out
    )
    assert (code, err) == (1, f"There is no document {office.beta}.\n")
    kehu(office, "boss", "report", "receivables", "--salesperson", "Bob", "--out", out)
    assert [row["name"] for row in read(out)["rows"]] == ["Beta"]


def test_receivables_as_workbook_and_csv(kehu, office, tmp_path):
    kehu(office, "boss", "report", "receivables", "--out", tmp_path / "r.xlsx",
         "--language", "zh_CN")  # fmt: skip
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").active
    heads, first, *_more, last = sheet.values
    assert heads[3:6] == ("未到期", "逾期1-30天", "逾期31-60天")
    assert first[1:6] == ("=Alpha", "Ann", 30, 0, 60)
    assert (last[0], last[8]) == ("合计", 97)
    assert "f" not in [cell.data_type for row in sheet for cell in row]
    kehu(office, "boss", "report", "receivables", "--out", tmp_path / "r.csv")
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1][:4] == [office.alpha, "'=Alpha", "Ann", "30.00"]


def test_statement(kehu, office, tmp_path):
    out, first = tmp_path / "s.json", office.today - 5 * ONE
    code, _out, _err = kehu(office, "ann", "report", "statement", "--customer", office.alpha,
                            "--from", first, "--out", out)  # fmt: skip
    found = read(out)
    assert code == 0
    told = [found[key] for key in ("opening", "charges", "credits", "closing", "advance")]
    assert told == ["100.00", "30.00", "60.00", "70.00", "20.00"]
    assert [row["kind"] for row in found["rows"]] == ["opening", "order", "receipt"]
    ages = sum((Decimal(value) for value in found["ages"].values()), Decimal(0))
    assert ages - Decimal(found["advance"]) == Decimal(found["closing"])
    kehu(office, "ann", "report", "statement", "--customer", office.alpha, "--out",
         tmp_path / "s.xlsx")  # fmt: skip
    rows = list(openpyxl.load_workbook(tmp_path / "s.xlsx").active.values)
    assert [row[1] for row in rows[1:4]] == ["Opening balance", "Sale", "Sale"]
    assert rows[-1][4:6] == (130, 60)


def test_numbers(kehu, office, tmp_path):
    out = tmp_path / "n.json"
    code, said, _err = kehu(office, "boss", "report", "numbers", "--out", out)
    assert (code, said.startswith("Complete: 5 numbers")) == (0, True)
    found = read(out)
    assert (found["complete"], found["missing"], found["period"]) == (
        True,
        0,
        str(office.today.year),
    )
    assert found["rows"][4]["reason"] == "not wanted"
    kehu(office, "boss", "report", "numbers", "--kind", "receipt", "--period", "1999", "--out", out)
    assert read(out)["rows"] == []


def test_reports_need_the_right_to_export(kehu, office, tmp_path):
    for command in (("receivables",), ("statement", "--customer", office.alpha), ("numbers",)):
        code, _out, err = kehu(office, "serge", "report", *command, "--out", tmp_path / "r.json")
        assert (code, err.startswith("You do not have the right to export")) == (1, True)
    assert not list(tmp_path.glob("*.json"))


def test_an_option_of_another_report_is_refused(kehu, office, tmp_path):
    out = tmp_path / "r.json"
    code, _out, err = kehu(office, "boss", "report", "numbers", "--as-of", "2026-01-01",
                           "--out", out)  # fmt: skip
    assert (code, err) == (1, "--as-of says nothing to this report.\n")
    code, _out, err = kehu(office, "boss", "report", "statement", "--out", out)
    assert (code, err) == (1, "Say whose statement it is: --customer NUMBER.\n")
    assert not out.exists()


def test_print_one_file_for_all_or_one_for_each(kehu, office, tmp_path):
    out = tmp_path / "all.pdf"
    code, _out, err = kehu(office, "ann", "print", "order", *office.orders, "--paper", "241x140",
                           "--copies", "File,Customer", "--out", out)  # fmt: skip
    assert (code, err) == (0, "")
    pages = PdfReader(out).pages
    assert len(pages) == 4
    assert round(float(pages[0].mediabox.width) / 72 * 25.4) == 241
    assert all(number in pages[place].extract_text()
               for number, place in zip(office.orders, (0, 2), strict=True))  # fmt: skip
    folder = tmp_path / "each"
    code, said, _err = kehu(office, "ann", "print", "order", *office.orders, "--out", folder)
    assert code == 0
    assert sorted(said.split("\n")[:-1]) == sorted(path.name for path in folder.iterdir())
    assert [office.orders[0] in path.name for path in sorted(folder.iterdir())] == [True, False]


def test_print_a_statement(kehu, office, tmp_path):
    out = tmp_path / "s.pdf"
    code, _out, err = kehu(office, "ann", "print", "statement", office.alpha, "--from",
                           office.today - 5 * ONE, "--language", "zh_CN", "--out", out)  # fmt: skip
    assert (code, err) == (0, "")
    text = PdfReader(out).pages[0].extract_text()
    assert "对账单" in text
    assert "70.00" in text
    code, _out, err = kehu(office, "ann", "print", "order", office.orders[0], "--from",
                           office.today, "--out", out)  # fmt: skip
    assert (code, err) == (1, "Only a statement has a period.\n")


def test_every_kind_of_paper_is_printed_by_its_number(kehu, office, tmp_path):
    customer, order = office.ask(None, "SELECT customer_id, id FROM sales_order"
                                 " WHERE number = %s", office.orders[0])[0]  # fmt: skip
    line = office.ask(None, "SELECT id FROM order_line WHERE order_id = %s", order)[0][0]
    sent = {"order_id": order, "lines": [{"order_line_id": line, "position": 1, "quantity": 1}]}
    delivery = json.loads(office.till.ask("SELECT save_delivery(%s, NULL)::text", json.dumps(sent)))
    office.till.ask("SELECT advance_delivery(%s, %s, 'picked', NULL)", delivery["id"],
                    delivery["version"])  # fmt: skip
    quote = {
        "customer_id": customer,
        "salesperson_id": office.id_of("ann"),
        "lines": [
            {"product_id": office.till.product, "position": 1, "quantity": 1, "unit_price": 5}
        ],
    }
    quote = json.loads(office.till.ask("SELECT save_quote(%s, NULL)::text", json.dumps(quote)))
    office.till.ask("SELECT send_quote(%s, %s)", quote["id"], quote["version"])
    for kind in ("quote", "delivery", "receipt"):
        query = f"SELECT number FROM {kind} WHERE number IS NOT NULL LIMIT 1"
        number, out = office.ask(None, query)[0][0], tmp_path / f"{kind}.pdf"
        code, _out, err = kehu(office, "boss", "print", kind, number, "--paper", "241x93",
                               "--out", out)  # fmt: skip
        assert (code, err) == (0, "")
        assert number in PdfReader(out).pages[0].extract_text()


def test_a_print_that_fails_is_not_noted(kehu, office, tmp_path):
    query = "SELECT count(*) FROM print_log"
    before = office.ask(None, query)
    code, _out, _err = kehu(office, "ann", "print", "order", office.orders[0], "--out",
                            tmp_path / "nowhere" / "a.pdf")  # fmt: skip
    assert code == 1
    code, _out, err = kehu(office, "ann", "print", "order", office.orders[0], "SO-none", "--out",
                           tmp_path / "a.pdf")  # fmt: skip
    assert (code, err) == (1, "There is no document SO-none.\n")
    assert office.ask(None, query) == before
    assert not list(tmp_path.glob("*.pdf"))

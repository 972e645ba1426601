"""An import judges every cell, writes all or nothing, and hands rejected rows back."""

import csv
import datetime as dt
from decimal import Decimal

import openpyxl
import pytest
from sqlalchemy.exc import DBAPIError

from client.data import errors
from client.data.errors import KnownError
from client.data.importing import imports
from client.data.importing.report import Options
from client.data.reading.files import open_workbook


@pytest.fixture
def file_of(tmp_path):
    """`file_of(name=rows, …)` writes a workbook with a sheet for each name."""

    def write(**sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        path = tmp_path / f"{'_'.join(sheets)}.xlsx"
        book.save(path)
        return path

    return write


def take(office, path, kind="office", **options):
    with open_workbook(path) as book:
        if kind == "office":
            plan, skipped = imports.plan_office(book)
        else:
            plan, skipped = imports.plan_one(book, kind), []
        return imports.run(office, book, plan, Options(**options), skipped)


def reasons(report):
    return [str(problem) for problem in report.problems]


def count(office_db, table):
    return office_db.ask(None, f"SELECT count(*) FROM {table}")[0][0]


CUSTOMERS = ["Customer number", "Customer name", "Region", "Owner", "Credit limit"]


def test_values_arrive_typed(office_db, file_of):
    path = file_of(Customers=[
        [*CUSTOMERS, "生日", "Tags", "Kind", "Phone"],
        ["C-7", "  Alpha ", "North", "Ann", 12.345, dt.datetime(2001, 2, 3), "a,b", "Person",
         "１３８００１３８０００"],
        [None, "Beta", "North", "BOB", "1,000", "2001年2月3日", None, None, 13800138000],
    ])  # fmt: skip
    report = take(office_db.login("boss"), path, "customer", create_missing=True)
    assert report.written
    assert reasons(report) == []
    assert report.created == {"Regions": ["North"]}
    found = office_db.ask(
        None,
        "SELECT c.number, c.name, r.name, o.login, credit_limit, founded_on, tags, kind, c.phone"
        " FROM customer c JOIN region r ON r.id = c.region_id JOIN operator o ON o.id = c.owner_id"
        " ORDER BY c.id",
    )
    assert found == [
        ("C-7", "Alpha", "North", "ann", Decimal("12.35"), dt.date(2001, 2, 3), ["a", "b"],
         "person", "13800138000"),
        ("C-00001", "Beta", "North", "bob", Decimal("1000.00"), dt.date(2001, 2, 3), [],
         "company", "13800138000"),
    ]  # fmt: skip


def test_every_problem_is_named_and_nothing_is_written(office_db, file_of):
    path = file_of(Customers=[
        CUSTOMERS,
        ["1", "Alpha", None, "Ann", "much"],
        ["2", None, None, "Nobody", -1],
        ["1", "Gamma", None, "Ann", None],
        ["4", "Delta" * 50, None, "Ann", "2020-01-01"],
    ])  # fmt: skip
    report = take(office_db.login("boss"), path, "customer")
    assert not report.written
    assert reasons(report) == [
        "Customers!E2 'Credit limit': 'much' is not a number.",
        "Customers!D3 'Owner': There is no operator 'Nobody'.",
        "Customers!E3 'Credit limit': Less than 0 is not possible here.",
        "Customers!B3 'Customer name': This must not be empty.",
        "Customers!A4 'Customer number': '1' stands in row 2 already.",
        "Customers!B5 'Customer name': At most 200 characters fit here.",
        "Customers!E5 'Credit limit': '2020-01-01' is not a number.",
    ]
    assert count(office_db, "customer") == 0


def test_masked_numbers_of_somebody_elses_export_are_no_numbers(office_db, file_of):
    path = file_of(Customers=[
        ["Name", "Phone", "Bank account"],
        ["Alpha", "138****12", "****1234"], ["Beta", "13800000012", "*1*"],
    ])  # fmt: skip
    report = take(office_db.login("boss"), path, "customer")
    assert (report.imported, report.warning_count) == (2, 2)
    assert "masked number" in str(report.warnings[0])
    stored = office_db.ask(None, "SELECT phone, bank_account FROM customer ORDER BY name")
    assert stored == [(None, None), ("13800000012", "*1*")]


def test_rejected_rows_come_back_and_can_be_imported_when_mended(office_db, file_of, tmp_path):
    path = file_of(Customers=[
        CUSTOMERS, ["1", "Alpha", None, "Ann", 5], ["2", None, None, "Ann", 6],
    ])  # fmt: skip
    office, rejects = office_db.login("boss"), tmp_path / "rejects.xlsx"
    report = take(office, path, "customer", rejects=rejects)
    assert (report.written, report.imported, report.rejected) == (True, 1, 1)
    book = openpyxl.load_workbook(rejects)
    sheet = book["Customers"]
    assert [cell.value for cell in sheet[1]] == [*CUSTOMERS, "Reason", "Row in the file"]
    assert [cell.value for cell in sheet[2]] == [
        "2", None, None, "Ann", 6, "B: This must not be empty.", 3,
    ]  # fmt: skip
    assert sheet["B2"].fill.bgColor.rgb != sheet["A2"].fill.bgColor.rgb or (
        sheet["B2"].fill.fgColor.rgb != sheet["A2"].fill.fgColor.rgb
    )
    sheet["B2"] = "Beta"
    book.save(rejects)
    assert take(office, rejects, "customer").imported == 1
    assert count(office_db, "customer") == 2


def test_rejects_that_cannot_be_written_stop_the_import(office_db, file_of, tmp_path):
    path = file_of(Customers=[CUSTOMERS, ["1", "Alpha"], ["2", None]])
    office = office_db.login("boss")
    for rejects in (tmp_path / "no" / "such" / "folder.xlsx", path):
        with pytest.raises(KnownError):
            take(office, path, "customer", rejects=rejects)
    assert count(office_db, "customer") == 0


def test_a_dry_run_finds_the_same_and_writes_nothing(office_db, file_of):
    path = file_of(Customers=[CUSTOMERS, [None, "Alpha", "North", "Ann", 5]])
    report = take(office_db.login("boss"), path, "customer", dry_run=True, create_missing=True)
    assert (report.written, report.imported, report.problem_count) == (False, 1, 0)
    assert (count(office_db, "customer"), count(office_db, "region")) == (0, 0)
    assert office_db.ask(None, "SELECT * FROM number_counter") == []


def test_a_number_that_exists_is_refused_with_its_owner(office_db, file_of):
    path = file_of(Customers=[CUSTOMERS, ["1", "Alpha", None, "Ann", None]])
    office = office_db.login("boss")
    assert take(office, path, "customer").written
    assert reasons(take(office, path, "customer")) == [
        "Customers!A2 'Customer number': '1' exists already; it belongs to Ann."
    ]


def test_customers_that_exist_by_name_or_phone(office_db, file_of):
    first = file_of(A=[["Customer name", "Phone"], ["Alpha", "1"]])
    second = file_of(B=[["Customer name", "Phone"], ["Alpha", "2"], ["Beta", "1"], ["Beta", "3"]])
    office = office_db.login("boss")
    assert take(office, first, "customer").written
    report = take(office, second, "customer", duplicates=("name", "phone"))
    assert [problem.row for problem in report.problems] == [2, 3, 4]


def test_an_unknown_word_beside_known_ones_is_a_mistake(office_db, file_of):
    office_db.ask(None, "INSERT INTO region (code, name) VALUES ('N', 'North')")
    rows = [[None, f"Customer {n}", "North" if n else "Nroth", None, None] for n in range(30)]
    path = file_of(Customers=[CUSTOMERS, *rows])
    office = office_db.login("boss")
    assert reasons(take(office, path, "customer")) == [
        "Customers!C2 'Region': There is no region 'Nroth'."
    ]
    report = take(office, path, "customer", create_missing=True)
    assert report.created == {"Regions": ["Nroth"]}


def test_who_may_not_assign_imports_only_their_own(office_db, file_of):
    office_db.ask(
        None,
        "INSERT INTO operator_permission (operator_id, module, action, allowed)"
        " SELECT id, 'customer', 'import', true FROM operator WHERE login = 'ann'",
    )
    path = file_of(Customers=[CUSTOMERS, ["1", "A", None, "Bob", None], ["2", "B", None, None, 1]])
    report = take(office_db.login("ann"), path, "customer")
    assert reasons(report) == ["Customers!D2 'Owner': You may not import customers of Bob."]


def test_without_the_right_nothing_is_read(office_db, file_of):
    path = file_of(Customers=[CUSTOMERS, ["1", "A", None, None, None]])
    with pytest.raises(KnownError, match="right to import"):
        take(office_db.login("bob"), path, "customer")


def test_a_missing_column_is_named(office_db, file_of):
    with pytest.raises(KnownError, match="Customer name"):
        take(office_db.login("boss"), file_of(A=[["Phone"], ["1"]]), "customer")


def test_parents_may_stand_further_down(office_db, file_of):
    path = file_of(Regions=[
        ["Code", "Name", "Parent"],
        ["0101", "Town", "01"], ["01", "Province", None], ["02", "Other", "Province"],
    ])  # fmt: skip
    assert take(office_db.login("admin"), path, "region").imported == 3
    assert office_db.ask(
        None,
        "SELECT r.code, p.code FROM region r LEFT JOIN region p ON p.id = r.parent_id ORDER BY 1",
    ) == [("01", None), ("0101", "01"), ("02", "01")]


def test_what_is_there_already_stays(office_db, file_of):
    path = file_of(Types=[["Code", "Name"], ["A", "Big"], ["B", "Small"]])
    office = office_db.login("admin")
    assert take(office, path, "customer-type").imported == 2
    again = file_of(More=[["Code", "Name"], ["A", "Big"], [None, "Small"], ["B", "Else"]])
    report = take(office, again, "customer-type")
    assert report.sheets[0].kept == 2
    assert reasons(report) == ["More!A4 'Code': The code B belongs to another record already."]


ORDERS = ["Order number", "Customer", "Order date", "Product code", "Quantity", "Unit price"]


@pytest.fixture
def goods(office_db):
    office_db.ask(
        None,
        "INSERT INTO product (code, name, unit_price)"
        " VALUES ('P1', 'Pen', 2.5), ('P2', 'Ink', NULL)",
    )
    office_db.ask("admin", "INSERT INTO customer (name) VALUES ('Alpha')")
    return office_db


def test_orders_with_lines_in_the_same_sheet(goods, file_of):
    day = dt.date(2025, 5, 6)
    path = file_of(Orders=[
        [*ORDERS, "Discount", "Shipped date"],
        ["A-1", "Alpha", day, "P1", 3, None, 0.1, day],
        ["A-1", "Alpha", day, "Ink", 0.5, 1.005, None, day],
        ["A-2", "Alpha", day, "P1", 1, 4, "5%", None],
    ])  # fmt: skip
    report = take(goods.login("boss"), path, "order")
    assert reasons(report) == []
    assert goods.ask(None, "SELECT number, status, total FROM sales_order ORDER BY 1") == [
        ("A-1", "shipped", Decimal("7.25")),
        ("A-2", "submitted", Decimal("3.80")),
    ]


def test_what_was_received_comes_along_as_receipts(goods, file_of):
    day = dt.date(2025, 5, 6)
    path = file_of(Orders=[
        [*ORDERS, "Received", "Payment due", "Wiped off"],
        ["A-1", "Alpha", day, "P1", 4, None, 10, day, None],
        ["A-2", "Alpha", day, "P1", 4, None, 2.5, dt.date(2025, 7, 1), 0.5],
        ["A-3", "Alpha", day, "P1", 4, None, None, None, None],
    ])  # fmt: skip
    report = take(goods.login("boss"), path, "order")
    assert reasons(report) == []
    query = "SELECT number, total, outstanding, payment_state, due_date FROM sales_order ORDER BY 1"
    assert goods.ask("boss", query) == [
        ("A-1", 10, 0, "paid", day),
        ("A-2", Decimal("9.50"), 7, "partly", dt.date(2025, 7, 1)),
        ("A-3", 10, 10, "unpaid", day + dt.timedelta(30)),
    ]
    query = "SELECT number, number_source, amount, advance, receipt_date FROM receipt ORDER BY 1"
    assert goods.ask("boss", query) == [
        ("A-1", "imported", 10, 0, day),
        ("A-2", "imported", Decimal("2.50"), 0, day),
    ]


def test_more_than_an_order_comes_to_is_not_received(goods, file_of):
    day = dt.date(2025, 5, 6)
    path = file_of(Orders=[[*ORDERS, "Received"], ["A-1", "Alpha", day, "P1", 4, None, 10.01]])
    with pytest.raises(DBAPIError) as caught:
        take(goods.login("boss"), path, "order")
    assert "A-1" in errors.sentence(caught.value)
    assert goods.ask(None, "SELECT count(*) FROM sales_order") == [(0,)]


def test_an_order_with_a_bad_line_is_rejected_whole(goods, file_of, tmp_path):
    day = dt.date(2025, 5, 6)
    path = file_of(
        Orders=[ORDERS[:3], ["A-1", "Alpha", day], ["A-2", "Alpha", day], ["A-3", "Alpha", day]],
        Lines=[
            ["Order number", "Product code", "Quantity", "Unit price"],
            ["A-1", "P1", 1, 1], ["A-1", "P9", 1, 1], ["A-2", "P1", 2, 1], ["A-9", "P1", 1, 1],
        ],
    )  # fmt: skip
    report = take(goods.login("boss"), path, "order", rejects=tmp_path / "rejects.xlsx")
    assert goods.ask(None, "SELECT number, total FROM sales_order") == [("A-2", Decimal("2.00"))]
    assert report.rejected == 5
    book = openpyxl.load_workbook(tmp_path / "rejects.xlsx")
    assert {row[0].value for row in book["Orders"].iter_rows(min_row=2)} == {"A-1", "A-3"}
    assert [row[0].value for row in book["Lines"].iter_rows(min_row=2)].count("A-1") == 2


def test_a_text_file_of_the_continent(office_db, tmp_path):
    path = tmp_path / "a.csv"
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=";").writerows([CUSTOMERS, ["1", "A", "", "Ann", "1.234,50"]])
    assert take(office_db.login("boss"), path, "customer").written
    assert office_db.ask(None, "SELECT credit_limit FROM customer") == [(Decimal("1234.50"),)]


def test_errors_in_cells_are_empty_with_a_note(office_db, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Customer name,Phone\nAlpha,#N/A\n")
    report = take(office_db.login("boss"), path, "customer")
    assert report.written
    assert [str(note) for note in report.warnings] == [
        "a!B2 'Phone': The cell holds the error #N/A; it was taken as empty."
    ]
    assert office_db.ask(None, "SELECT phone FROM customer") == [(None,)]


def test_a_stopped_import_leaves_nothing(office_db, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Customer name\n" + "".join(f"Customer {n}\n" for n in range(30_000)))

    def stop(done, _total, _doing):
        if done > 20_000:
            raise KnownError("stopped")

    with open_workbook(path) as book, pytest.raises(KnownError, match="stopped"):
        imports.run(
            office_db.login("boss"), book, imports.plan_one(book, "customer"), progress=stop
        )
    assert count(office_db, "customer") == 0

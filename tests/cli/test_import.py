"""`kehu import`: sheets and columns chosen by hand, what is said, and the exit codes."""

import csv

import openpyxl
import pytest

from client import cli


def written(path, *rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.mark.parametrize(
    "more",
    [
        ["nonsense", "a.csv"],
        ["customer"],
        ["customer", "a.csv", "--map", "phone"],
        ["customer", "a.csv", "--rejects", "b.csv"],
        ["customer", "a.csv", "--header-row", "0"],
        ["customer", "a.csv", "--duplicates", "hobby"],
    ],
)
def test_usage(more, capsys):
    assert cli.main(["import", *more, "--user", "admin"]) == cli.USAGE
    assert "usage" in capsys.readouterr().err


def test_columns_and_header_row_by_hand(kehu, shared_office, tmp_path):
    path = written(tmp_path / "a.csv", ["Kundenliste"], ["Firma", "Tel"], ["Alpha", "123"])
    code, _out, err = kehu(shared_office, "boss", "import", "customer", path)
    assert code == 1
    assert "Customer name" in err
    code, out, err = kehu(
        shared_office, "boss", "import", "customer", path, "--header-row", 2,
        "--map", "name=Firma", "--map", "电话=B",
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert "Imported 1 row." in out
    assert ": 1 customer\n" in out
    found = shared_office.ask(None, "SELECT phone FROM customer WHERE name = 'Alpha'")
    assert found == [("123",)]


def test_a_sheet_by_name(kehu, shared_office, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Name"])
    other = book.create_sheet("Kinds")
    other.append(["Name"])
    other.append(["Wholesale"])
    path = tmp_path / "book.xlsx"
    book.save(path)
    command = ("import", "customer-type", path, "--sheet")
    code, _out, err = kehu(shared_office, "admin", *command, "None")
    assert code == 1
    assert "Sheet, Kinds" in err
    assert kehu(shared_office, "admin", *command, "Kinds")[0] == 0
    assert shared_office.ask(None, "SELECT name FROM customer_type") == [("Wholesale",)]


def test_rejects_and_problems_in_chinese(kehu, shared_office, tmp_path):
    path = written(
        tmp_path / "客户.csv", ["客户名称", "信用额度"], ["甲公司", "很多"], ["乙公司", "5"]
    )
    command = ("import", "customer", path, "--language", "zh_CN")
    code, _out, err = kehu(shared_office, "boss", *command)
    assert code == 1
    assert "客户!B2 “信用额度”：" in err or "客户!B2 “信用额度”: " in err
    assert "未导入任何内容" in err
    code, out, err = kehu(shared_office, "boss", *command, "--rejects", tmp_path / "r.xlsx")
    assert code == 0
    assert "r.xlsx" in out
    assert "很多" in err
    assert shared_office.ask(None, "SELECT count(*) FROM customer WHERE name = '乙公司'") == [(1,)]


def test_a_missing_file_and_a_missing_right(kehu, shared_office, tmp_path):
    code, _out, err = kehu(shared_office, "boss", "import", "customer", tmp_path / "none.xlsx")
    assert (code, err) == (1, "none.xlsx does not exist.\n")
    path = written(tmp_path / "a.csv", ["Customer name"], ["Alpha"])
    code, _out, err = kehu(shared_office, "ann", "import", "customer", path)
    assert code == 1
    assert "right" in err

"""The import dialog against a real office: columns guessed and corrected, tried, imported."""

import csv

import openpyxl
import pytest

from client.context import Context
from client.settings import Settings
from client.ui.bus import Bus
from client.ui.jobs import Jobs
from client.ui.screens.imports import ImportDialog

ROWS = [
    ["Customer number", "Firm", "Credit limit", "Phone"],
    ["A-1", "Alpha", "1,200.50", "020 1111"],
    ["A-2", "Beta", "", ""],
]


@pytest.fixture
def context(office_db, tmp_path):
    jobs = Jobs()
    yield Context(office_db.login("admin"), jobs, Bus(), Settings(tmp_path / "settings.json"))
    jobs.wait()


@pytest.fixture
def dialog(context, qtbot):
    made = ImportDialog(context)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.reject()


def write(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def finish(qtbot, dialog):
    qtbot.waitUntil(lambda: not dialog.work.running, timeout=30_000)


def said(dialog):
    return dialog.outcome.verdict.accessibleName()


def choose(dialog, row, key):
    choice = dialog.columns._choices[row]
    choice.setCurrentIndex(choice.findData(key))
    choice.activated.emit(choice.currentIndex())


def customers(office_db):
    return office_db.ask(None, "SELECT number, name, credit_limit FROM customer ORDER BY number")


def test_a_missing_column_is_named_and_given_by_hand(qtbot, dialog, office_db, tmp_path):
    dialog.open_file(write(tmp_path / "customers.csv", ROWS))
    finish(qtbot, dialog)
    assert dialog.source.kind() == "customer"
    assert not dialog.start.isEnabled()
    assert "Customer name" in dialog.message.text()
    choose(dialog, 1, "name")
    assert dialog.start.isEnabled()
    dialog.try_it()
    finish(qtbot, dialog)
    assert "trial" in said(dialog)
    assert customers(office_db) == []
    dialog.import_it()
    finish(qtbot, dialog)
    assert [(number, name) for number, name, _limit in customers(office_db)] == [
        ("A-1", "Alpha"),
        ("A-2", "Beta"),
    ]
    assert not dialog.start.isEnabled()


def test_a_field_belongs_to_one_column(qtbot, dialog, tmp_path):
    dialog.open_file(write(tmp_path / "customers.csv", ROWS))
    finish(qtbot, dialog)
    choose(dialog, 1, "name")
    choose(dialog, 3, "name")
    columns = dialog.plan[0].columns
    assert columns["name"].header == "Phone"
    assert dialog.columns._choices[1].currentData() == ""


def test_every_problem_stands_with_its_cell_and_rejects_come_back(
    qtbot, dialog, office_db, tmp_path
):
    rows = [["Customer number", "Customer name", "Credit limit"], ["B-1", "Good", "5"],
            ["B-2", "", "7"], ["B-3", "Bad", "12x"]]  # fmt: skip
    dialog.open_file(write(tmp_path / "customers.csv", rows))
    finish(qtbot, dialog)
    dialog.try_it()
    finish(qtbot, dialog)
    table = dialog.outcome.rows
    shown = [[table.index(row, place).data() for place in range(4)] for row in range(2)]
    assert [row[1] for row in shown] == ["customers!B3", "customers!C4"]
    assert all(row[3] for row in shown)
    dialog.import_it(tmp_path / "rejected.xlsx")
    finish(qtbot, dialog)
    assert [row[1] for row in customers(office_db)] == ["Good"]
    values = list(openpyxl.load_workbook(tmp_path / "rejected.xlsx").active.values)
    assert any("12x" in map(str, row) for row in values)


def test_an_office_of_several_sheets_and_another_header_row(qtbot, dialog, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Regions"
    for row in (["Region code", "Region name"], ["N", "North"]):
        book.active.append(row)
    sheet = book.create_sheet("Customers")
    for row in (["Customer number", "Customer name"], ["C-1", "Gamma"], ["C-2", "Delta"]):
        sheet.append(row)
    book.save(tmp_path / "office.xlsx")
    dialog.open_file(tmp_path / "office.xlsx")
    finish(qtbot, dialog)
    assert [mapping.kind.name for mapping in dialog.plan] == ["region", "customer"]
    dialog.sheets.setCurrentRow(1)
    assert dialog.columns.rows.index(1, 1).data() == "Customer name"
    assert dialog.columns.rows.index(1, 3).data() == "Gamma"
    dialog._header_moved(2)
    assert dialog.columns.rows.index(1, 1).data() == "Gamma"


def test_a_file_that_is_none_is_a_sentence(qtbot, dialog, tmp_path):
    path = tmp_path / "broken.xlsx"
    path.write_bytes(b"PK\x03\x04 not really")
    dialog.open_file(path)
    finish(qtbot, dialog)
    assert said(dialog)
    assert "Traceback" not in said(dialog)
    assert not dialog.start.isEnabled()


def test_stopping_takes_everything_back(qtbot, dialog, office_db, tmp_path):
    rows = [["Customer number", "Customer name"]]
    rows += [[f"D-{n}", f"Customer {n}"] for n in range(20_000)]
    dialog.open_file(write(tmp_path / "many.csv", rows))
    finish(qtbot, dialog)
    dialog.import_it()
    dialog.reject()
    finish(qtbot, dialog)
    assert dialog.isVisible()
    assert "cancelled" in said(dialog)
    assert customers(office_db) == []

"""Workbooks hold what was given: text as text, figures exact, and never half a file."""

import csv
import zipfile
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from client import i18n
from client.data.workbooks import workbook
from client.data.workbooks import writer as workbook_writer
from client.data.workbooks.workbook import (
    Cancelled,
    ExportColumn,
    export_csv,
    export_rows,
    file_name,
)
from client.data.workbooks.writer import sheet_name

TEXT = [ExportColumn("文字")]
STRINGS = Path(__file__).parents[3] / "shared" / "data" / "text" / "tricky_strings.csv"


def read(path):
    sheets = CalamineWorkbook.from_path(str(path))
    return {name: sheets.get_sheet_by_name(name).to_python() for name in sheets.sheet_names}


def written(path, rows, columns=TEXT, **more):
    export_rows(path, "T", columns, rows, "en", **more)
    return [row[0] for row in read(path)["T"][1:]]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+86 20",
        "-1",
        "@SUM(A1)",
        "http://example.org",
        "0010",
        "TRUE",
        "1,234.50",
        "<b>",
        "{=1}",
        "_x000D_",
        " before",
        "𠮷野家",
        "a\nb",
        "1E5",
        "mailto:x@y",
        "internal:Sheet1!A1",
    ],
)
def test_text_stays_text(tmp_path, text):
    assert written(tmp_path / "a.xlsx", [(text,)]) == [text]
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx").active["A2"]
    assert cell.data_type in "s"
    assert cell.hyperlink is None


def test_characters_xml_cannot_hold_are_dropped(tmp_path):
    rows = [("a\x00b\x0b\ufffe\udc00c",), ("one\r\ntwo\rthree",)]
    assert written(tmp_path / "a.xlsx", rows) == ["abc", "one\ntwo\nthree"]
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").active["A2"].value == "abc"


@pytest.mark.skipif(not STRINGS.exists(), reason="the strings are not beside the project")
def test_every_tricky_string(tmp_path):
    with STRINGS.open(encoding="utf-8-sig", newline="") as file:
        values = [
            row["value_escaped"].encode("latin-1", "backslashreplace").decode("unicode_escape")
            for row in csv.DictReader(file)
        ]
    texts = [workbook_writer.plain_text(value) for value in values]
    export_rows(
        tmp_path / "a.xlsx",
        "T",
        [ExportColumn("A"), ExportColumn("B")],
        [("x", value) for value in values],
        "zh_CN",
    )
    expected = [workbook_writer.cut(text, 32_767) for text in texts]
    assert [row[1] for row in read(tmp_path / "a.xlsx")["T"][1:]] == expected


def test_figures_and_dates_are_real(tmp_path):
    columns = [
        ExportColumn(kind, kind)
        for kind in ("money", "price", "quantity", "percent", "integer", "date", "moment", "code")
    ]
    i18n.use_zone(timezone(timedelta(hours=8)))
    row = (
        Decimal("-1234.50"),
        Decimal("6.4375"),
        Decimal("12.0000"),
        Decimal("0.125"),
        7,
        date(2026, 2, 28),
        datetime(2026, 9, 15, 6, 3, 59, tzinfo=UTC),
        "0010",
    )
    export_rows(tmp_path / "a.xlsx", "T", columns, [row], "en")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [cell.value for cell in sheet[2]] == [
        -1234.5,
        6.4375,
        12,
        0.125,
        7,
        datetime(2026, 2, 28),
        datetime(2026, 9, 15, 14, 3, 59),
        "0010",
    ]
    assert sheet["A2"].number_format == workbook_writer.MONEY
    assert sheet["C2"].number_format.startswith("#,##0;")
    assert sheet["H2"].number_format == "@"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:H2"


def test_what_a_cell_would_distort_is_written_as_text(tmp_path):
    columns = [ExportColumn("n", "money"), ExportColumn("d", "date")]
    rows = [(Decimal("12345678901234.56"), date(1899, 12, 31)), (Decimal("NaN"), None)]
    export_rows(tmp_path / "a.xlsx", "T", columns, rows, "en")
    assert read(tmp_path / "a.xlsx")["T"][1:] == [["12345678901234.56", "1899-12-31"], ["NaN", ""]]


def test_yes_and_no_and_lists_in_the_language_asked_for(tmp_path):
    columns = [ExportColumn("a", "yes_no"), ExportColumn("b", "tags")]
    export_rows(tmp_path / "a.xlsx", "T", columns, [(True, ["x", "y"]), (False, [])], "zh_CN")
    assert read(tmp_path / "a.xlsx")["T"][1:] == [["是", "x, y"], ["否", ""]]


def test_totals_row(tmp_path):
    columns = [ExportColumn("n"), ExportColumn("amount", "money", total=True)]
    rows = [("a", Decimal("0.10")), ("b", None), ("c", Decimal("0.20"))]
    export_rows(tmp_path / "a.xlsx", "T", columns, rows, "en")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [cell.value for cell in sheet[5]] == ["Total", 0.3]
    assert sheet.auto_filter.ref == "A1:B4"


def test_a_long_table_goes_on_in_the_next_sheet(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook_writer, "MOST_ROWS", 4)
    columns = [ExportColumn("n", "integer", total=True)]
    export_rows(tmp_path / "a.xlsx", "T", columns, [(n,) for n in range(5)], "en")
    assert read(tmp_path / "a.xlsx") == {
        "T": [["n"], [0.0], [1.0]],
        "T (2)": [["n"], [2.0], [3.0]],
        "T (3)": [["n"], [4.0], [10.0]],
    }


def test_text_longer_than_a_cell_says_so(tmp_path):
    (text,) = written(tmp_path / "a.xlsx", [("𠮷" * 20_000,)])
    assert text.endswith("…")
    assert len(text.encode("utf-16-le")) // 2 <= 32_767


def test_many_rows_are_written_by_a_child_and_read_the_same(tmp_path, monkeypatch):
    columns = [ExportColumn("n", "integer"), ExportColumn("t"), ExportColumn("m", "money")]
    rows = [(n, f"={n}", Decimal(n) / 4) for n in range(2_500)]
    seen = []
    export_rows(tmp_path / "a.xlsx", "T", columns, iter(rows), "en", progress=seen.append)
    assert seen[-1] == 2_500
    read_back = read(tmp_path / "a.xlsx")["T"][1:]
    assert read_back == [[float(n), f"={n}", float(m)] for n, _t, m in rows]


@pytest.mark.parametrize("count", [10, 5_000])
def test_cancelled_or_failed_leaves_the_old_file(tmp_path, count):
    target = tmp_path / "a.xlsx"
    target.write_text("old")
    with pytest.raises(Cancelled):
        export_rows(target, "T", TEXT, [("x",)] * count, "en", cancelled=lambda: True)

    def broken():
        yield from [("x",)] * count
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        export_rows(target, "T", TEXT, broken(), "en")
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(OSError, match="missing"):
        export_rows(tmp_path / "missing" / "a.xlsx", "T", TEXT, [("x",)], "en")


def test_a_failing_child_tells_why(tmp_path):
    child = workbook._Child(tmp_path / "missing" / "a.xlsx", "en", None)
    child.begin(workbook.TableHead("T", (ExportColumn("a"),)))
    with pytest.raises(OSError):  # noqa: PT011 - which one depends on the system
        child.close()


def test_sheet_names():
    assert sheet_name("客户" * 20) == "客户" * 15 + "…"
    assert sheet_name("a/b:[c]*?\\'") == "a b  c"
    assert sheet_name("History") == "History_"
    assert sheet_name("") == "Sheet"
    assert sheet_name("CON") == "CON"
    assert sheet_name("x" * 40, ["x" * 30 + "…"]) == "x" * 26 + "… (2)"


def test_file_names():
    assert file_name("CON") == "_CON.xlsx"
    assert file_name("com1.backup") == "_com1.backup.xlsx"
    assert file_name("a/b\\c:d?") == "a_b_c_d_.xlsx"
    assert file_name(" . ") == "export.xlsx"
    assert file_name("广州客户", ".pdf") == "广州客户.pdf"


def test_the_workbook_is_a_sound_zip_without_formulas(tmp_path):
    written(tmp_path / "a.xlsx", [("=1+1",)])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        assert parts.testzip() is None
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_csv_is_guarded_and_opens_as_utf8(tmp_path):
    columns = [ExportColumn("a"), ExportColumn("b", "money")]
    rows = [("=1+1", Decimal("-1.50")), ("@x", None), ("广州", Decimal("2.00"))]
    export_csv(tmp_path / "a.csv", columns, rows)
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["a", "b"],
            ["'=1+1", "-1.50"],
            ["'@x", ""],
            ["广州", "2.00"],
        ]

"""Files from outside are read in another process: values as they are, or one sentence."""

import codecs
import datetime as dt
import os
import zipfile

import openpyxl
import pytest
import xlsxwriter

from client.data.reading.files import CellError, Limits, ReadingRefused, open_workbook, read_rows


def written(path, data):
    path.write_bytes(data)
    return path


def all_rows(path):
    with open_workbook(path) as book:
        return [row for sheet in book.sheets for row in book.rows(sheet.name)]


def refusal(path, **more):
    with pytest.raises(ReadingRefused) as caught:
        open_workbook(path, **more)
    return caught.value


@pytest.fixture
def values(tmp_path):
    """A workbook whose cells stand away from the corner."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["C5"], sheet["D5"] = "head", 12
    sheet["C7"], sheet["D7"] = 1.5, dt.datetime(2020, 1, 2, 3, 4)
    sheet["C8"], sheet["D8"] = True, dt.date(2020, 1, 2)
    sheet["D10"] = "#N/A"
    book.create_sheet("secret").sheet_state = "hidden"
    path = tmp_path / "values.xlsx"
    book.save(path)
    return path


def test_cells_keep_their_kind_and_rows_their_numbers(values):
    assert all_rows(values) == [
        (5, [None, None, "head", 12]),
        (7, [None, None, 1.5, dt.datetime(2020, 1, 2, 3, 4)]),
        (8, [None, None, True, dt.date(2020, 1, 2)]),
        (10, [None, None, None, CellError("#N/A")]),
    ]


def test_hidden_sheets_are_listed_as_such(values):
    with open_workbook(values) as book:
        assert [(s.name, s.hidden) for s in book.sheets] == [("Sheet", False), ("secret", True)]


def test_text_is_only_text(tmp_path):
    texts = ["=1+1", "_x000D_", "a\r\nb", "0010", "’); DROP TABLE x", "\u3000x", "<b>", "TRUE"]
    path = tmp_path / "text.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for row, text in enumerate(texts):
            sheet.write_string(row, 0, text)
    assert [cells[0] for _row, cells in all_rows(path)] == texts


def test_the_same_file_is_read_again_and_stopped_halfway(values):
    with open_workbook(values) as book:
        first = next(book.rows("Sheet"))
        assert next(book.rows("Sheet")) == first
        assert book.distinct("Sheet", [2, 3], 5) == [{1.5: 1, True: 1}, {}]
        assert len(list(book.rows("Sheet"))) == 4


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("gbk", b""),
        ("gb18030", b""),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text_files_are_decoded_and_divided(tmp_path, encoding, mark, delimiter):
    rows = [["客户名称", "城市", "备注"], ["北京甲公司", "北京", "一\n二"], ["乙", "上海", "x,y;z"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    path = written(tmp_path / "a.csv", mark + text.encode(encoding))
    assert all_rows(path) == list(enumerate(rows, 1))


def test_rare_characters_of_gb18030(tmp_path):
    path = written(tmp_path / "a.csv", "姓名,城市\n周𬭎,北京\n赵䶮,上海\n".encode("gb18030"))
    assert all_rows(path)[1:] == [(2, ["周𬭎", "北京"]), (3, ["赵䶮", "上海"])]


def test_western_text_is_not_taken_for_chinese(tmp_path):
    path = written(tmp_path / "a.csv", "name,city\nMéxico,Orléans\n".encode("cp1252"))
    assert all_rows(path)[1] == (2, ["México", "Orléans"])


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xlsx", b"", "empty"),
        ("a.xlsx", b"a,b\n1,2\n", "damaged"),
        ("a.xlsx", b"PK\x03\x04 and no more", "damaged"),
        ("a.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "damaged"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "web"),
        ("a.csv", bytes(range(256)) * 50, "unknown"),
        ("a.csv", "客户\n".encode() * 50 + b"\xff\xfe" + "客户".encode(), "bytes"),
        ("a.csv", b'a,b\n"x,' + b"y,y\n" * 400_000, "quotes"),
    ],
)
def test_refused_with_a_sentence(tmp_path, name, data, code):
    error = refusal(written(tmp_path / name, data))
    assert error.code == code
    assert name in str(error)
    assert "Traceback" not in str(error)


def test_a_missing_file(tmp_path):
    assert "does not exist" in str(refusal(tmp_path / "none.xlsx"))


def test_a_bomb_is_not_unpacked(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (100 << 20))
    assert refusal(path).code == "bomb"


def test_two_far_cells_do_not_fill_the_memory(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "x", "y"
    path = tmp_path / "far.xlsx"
    book.save(path)
    assert refusal(path).code == "memory"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_reader_that_hangs_is_stopped(tmp_path):
    path = tmp_path / "endless.xlsx"
    os.mkfifo(path)
    assert refusal(path, limits=Limits(seconds=0.5)).code == "time"


def test_read_rows_opens_and_closes_by_itself(values):
    assert sum(1 for _row in read_rows(values, "Sheet")) == 4

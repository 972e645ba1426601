"""Every awkward file gives its data or a sentence, and every tricky text arrives as it was."""

import csv
import json
from pathlib import Path

import pytest

from client.data.reading.files import CellError, ReadingRefused, open_workbook

DATA = Path(__file__).parents[3] / "shared" / "data"
AWKWARD = DATA / "awkward"
MANIFEST = AWKWARD / "manifest.json"

pytestmark = pytest.mark.skipif(
    not MANIFEST.exists(), reason="the awkward files are not beside the project"
)

REFUSED = {
    "bomb/openspout__attack_billion_laughs.xlsx": "entities",
    "corrupt/derived__truncated_half.xlsx": "damaged",
    "corrupt/openspout__file_corrupted.xlsx": "damaged",
    "corrupt/poi__invalid.xlsx": "damaged",
    "encrypted/msoffcrypto-tool__example_password.xlsx": "protected",
    "encrypted/poi__xor-encryption-abc.xls": "protected",
}
FILES = (
    [entry["file"] for entry in json.loads(MANIFEST.read_text("utf-8"))]
    if (MANIFEST.exists())
    else []
)


def rows(name, password=""):
    with open_workbook(AWKWARD / name, password) as book:
        return {
            sheet.name: [cells for _number, cells in book.rows(sheet.name)]
            for sheet in book.sheets
            if not sheet.hidden
        }


@pytest.mark.parametrize("name", FILES)
def test_data_or_a_sentence(name):
    if name not in REFUSED:
        assert rows(name)
        return
    with pytest.raises(ReadingRefused, match=Path(name).name) as caught:
        rows(name)
    assert caught.value.code == REFUSED[name]


@pytest.mark.parametrize("name", FILES)
def test_the_command_has_an_answer(kehu, shared_office, name):
    """One of the files happens to hold names; none of the others can be taken for customers."""
    command = ("import", "customer", AWKWARD / name, "--dry-run")
    code, out, err = kehu(shared_office, "admin", *command)
    assert code == (0 if "duplicate-headers" in name else 1)
    assert (out if code == 0 else err).strip()
    assert "Traceback" not in out + err


@pytest.mark.parametrize("name", [name for name, code in REFUSED.items() if code == "protected"])
def test_the_right_password_opens(name):
    entries = {entry["file"]: entry for entry in json.loads(MANIFEST.read_text("utf-8"))}
    assert any(rows(name, entries[name]["password"]).values())
    with pytest.raises(ReadingRefused) as caught:
        rows(name, "wrong")
    assert caught.value.wants_password


def test_what_is_odd_is_read_right():
    calendar = rows("date1904/phpspreadsheet__1904_Calendar.xlsx")["Sheet1"]
    assert [[day.isoformat() for day in row] for row in calendar] == [
        ["2022-01-01", "2021-12-31"],
        ["2022-12-31", "2023-01-01"],
    ]
    errors = rows("errors/calamine__errors.xlsx")["Feuil1"]
    assert len(errors) == 7
    assert all(isinstance(row[0], CellError) for row in errors)
    assert len(rows("hugerange/phpspreadsheet__issue.3255.xlsx")["Sheet1"]) == 15
    assert list(rows("structure/roo__hidden_sheets.xlsx")) == ["VisibleSheet1"]
    assert rows("text/poi__chinese-provinces.xls")["provinces"][1] == ["Anhui", "安徽省"]
    quotes = next(iter(rows("csv/csv-spectrum__quotes_and_newlines.csv").values()))
    assert quotes[1] == ["1", 'ha \n"ha" \nha']
    twins = next(iter(rows("csv/frictionless-py__duplicate-headers.csv").values()))
    assert twins[:2] == [["id", "name", "id", "age", "id"], ["1101", "John", "0", "30", "001101"]]


def tricky():
    path = DATA / "text" / "tricky_strings.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        escaped = [row["value_escaped"] for row in csv.DictReader(file)]
    return [text.encode("ascii").decode("unicode_escape") for text in escaped]


def test_tricky_texts_survive_import_and_export(kehu, office_db, tmp_path):
    """A text goes in by CSV, out by Excel, in again, and is the same in the database."""
    texts = [text for text in tricky() if text.strip() and "\0" not in text]
    source = tmp_path / "in.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Product code", "Product name", "Remarks"])
        writer.writerows([f"P{n}", text, text] for n, text in enumerate(texts))
    assert kehu(office_db, "admin", "import", "product", source)[0] == 0
    stored = dict(office_db.ask(None, "SELECT code, remarks FROM product"))
    for number, text in enumerate(texts):
        plain = text.replace("\r\n", "\n").strip().strip("\ufeff\u3000")
        assert stored[f"P{number}"] == plain
    out = tmp_path / "out.xlsx"
    assert kehu(office_db, "admin", "export", "product", out)[0] == 0
    office_db.ask(None, "DELETE FROM product")
    assert kehu(office_db, "admin", "import", "product", out)[0] == 0
    assert dict(office_db.ask(None, "SELECT code, remarks FROM product")) == stored


def test_a_character_that_cannot_be_kept_is_refused(kehu, office_db, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("Product code,Product name\nP1,a\0b\n", encoding="utf-8", newline="")
    code, _out, err = kehu(office_db, "admin", "import", "product", source)
    assert code == 1
    assert "in!B2 'Product name': The text contains a character that cannot be stored." in err

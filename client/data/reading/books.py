"""Read workbooks of every make: xlsx, xlsm, xlsb, ods through calamine, xls through xlrd.

Runs in the reading child only (see child), so that a file from outside cannot hurt us.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from client.data.reading.values import Refusal, Row, encode, encoded, trimmed
from client.data.reading.xml import Errors, error_cells, refuse_entities

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
RATIO = 250  # a sheet of equal cells packs to about a hundredth
SMALL = 64 << 20  # what unpacks to less is harmless however well it is packed
# Excel itself locks workbooks "for structure" with this password and opens them without asking.
UNASKED = "VelvetSweatshop"


class CalamineBook:
    """A workbook read by calamine."""

    def __init__(self, content: "Path | io.BytesIO") -> None:
        import python_calamine as calamine

        self._content = content
        try:
            self._book = calamine.load_workbook(content)
        except calamine.PasswordError:
            raise Refusal("protected") from None
        except Exception:
            raise Refusal("damaged") from None
        self._sheets: dict[int, Any] = {}
        self._errors: dict[int, Errors] = {}
        self.sheets: list[dict[str, Any]] = []
        for number, meta in enumerate(self._book.sheets_metadata):
            if meta.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            info = {
                "name": meta.name,
                "hidden": meta.visible != calamine.SheetVisibleEnum.Visible,
                "number": number,
            }
            self.sheets.append(info)
        for index, info in enumerate(self.sheets):
            end = self._sheet(index).end
            info["rows"], info["columns"] = (end[0] + 1, end[1] + 1) if end else (0, 0)

    def _sheet(self, index: int) -> Any:
        if index not in self._sheets:
            name = self.sheets[index]["name"]
            try:
                self._sheets[index] = self._book.get_sheet_by_index(self.sheets[index]["number"])
            except Exception:
                raise Refusal("sheet", {"sheet": name}) from None
        return self._sheets[index]

    def rows(self, index: int) -> Iterator[Row]:
        sheet = self._sheet(index)
        if sheet.start is None:
            return
        left = sheet.start[1]
        if index not in self._errors:
            self._errors[index] = error_cells(self._content, self.sheets[index]["name"])
        errors = self._errors[index]
        head: list[Any] = [None] * left
        for offset, cells in enumerate(sheet.iter_rows()):
            # iter_rows begins at the first row, but at the used range's first column.
            number = offset + 1
            row = head + encoded(cells)
            for column, text in errors.get(number, ()):
                if column < len(row) and row[column] is None:
                    row[column] = {"e": text}
            kept = trimmed(row)
            if kept:
                yield number, kept


class OldBook:
    """A workbook in the format before 2007, which WPS's own .et shares."""

    def __init__(self, content: bytes) -> None:
        import xlrd

        try:
            self._book = xlrd.open_workbook(
                file_contents=content, on_demand=True, logfile=io.StringIO()
            )
        except xlrd.XLRDError as error:
            if "encrypted" in str(error).lower():
                raise Refusal("protected") from None
            raise Refusal("damaged") from None
        except Exception:
            raise Refusal("damaged") from None
        self.sheets = []
        for name in self._book.sheet_names():
            try:
                sheet = self._book.sheet_by_name(name)
            except Exception:
                raise Refusal("sheet", {"sheet": name}) from None
            self.sheets.append(
                {
                    "name": name,
                    "hidden": sheet.visibility != 0,
                    "rows": sheet.nrows,
                    "columns": sheet.ncols,
                }
            )

    def rows(self, index: int) -> Iterator[Row]:
        sheet = self._book.sheet_by_name(self.sheets[index]["name"])
        for number in range(sheet.nrows):
            kept = trimmed([self._value(cell) for cell in sheet.row(number)])
            if kept:
                yield number + 1, kept

    def _value(self, cell: Any) -> Any:
        import xlrd

        if cell.ctype == xlrd.XL_CELL_ERROR:
            return {"e": xlrd.error_text_from_code.get(cell.value, "#ERROR")}
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        if cell.ctype == xlrd.XL_CELL_DATE:
            try:
                moment = xlrd.xldate_as_datetime(cell.value, self._book.datemode)
            except (ValueError, OverflowError, xlrd.XLDateError):
                return encode(cell.value)
            if cell.value < 1:
                return encode(moment.time())
            return encode(moment if cell.value % 1 else moment.date())
        return encode(cell.value)


def open_packed(path: Path, most: int) -> CalamineBook:
    """A workbook that is a zip file, after a look at what it would unpack to."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            whole = sum(entry.file_size for entry in entries)
            packed = sum(entry.compress_size for entry in entries) or 1
            if whole > most or (whole > SMALL and whole / packed > RATIO):
                raise Refusal("bomb")
            refuse_entities(archive)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError):
        raise Refusal("damaged") from None
    if "EncryptionInfo" in names or "EncryptedPackage" in names:
        raise Refusal("protected")
    if not any(re.search(r"(workbook[^/]*\.(xml|bin)|content\.xml)$", name) for name in names):
        raise Refusal("unknown" if names else "damaged")
    return CalamineBook(path)


def open_ole(path: Path, password: str, most: int) -> "CalamineBook | OldBook":
    """A workbook in an OLE container: the old format, or a newer one under a password."""
    content = path.read_bytes()
    decrypted, container = _decrypted(content, password)
    if container:
        if not decrypted.startswith(ZIP):
            raise Refusal("damaged")
        with zipfile.ZipFile(io.BytesIO(decrypted)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > most:
                raise Refusal("bomb")
            refuse_entities(archive)
        return CalamineBook(io.BytesIO(decrypted))
    try:
        return OldBook(decrypted)
    except Refusal as refusal:
        if refusal.code == "protected":
            raise
        return CalamineBook(path)


def _decrypted(content: bytes, password: str) -> tuple[bytes, bool]:
    """The workbook itself, and whether it is one of the newer formats; refuses without password."""
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError

    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(content))
        locked = office.is_encrypted()
    except (FileFormatError, OSError, ValueError, KeyError, IndexError):
        return content, False
    newer = office.format == "ooxml"
    if not locked:
        return content, newer
    for attempt in filter(None, (password, UNASKED)):
        try:
            plain = io.BytesIO()
            office.load_key(password=attempt)
            office.decrypt(plain)
        except (InvalidKeyError, DecryptionError, ValueError):
            continue
        return plain.getvalue(), newer
    raise Refusal("wrong_password" if password else "protected")

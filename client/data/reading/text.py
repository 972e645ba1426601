"""Read text files as tables: encoding and delimiter are found out from the whole file.

Runs in the reading child only (see child), so that a file from outside cannot hurt us.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from client.data.reading.values import Refusal, Row, encoded, trimmed

CHUNK = 1 << 20
SAMPLE = 1 << 18
FIELD_LIMIT = 1_000_000  # characters in one cell; a lost quote would swallow the whole file
DELIMITERS = (",", ";", "\t", "|", "，")
CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\f\r\x1a\x1b")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TextFile:
    """A delimited text file as a book of one sheet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as file:
            start = file.read(SAMPLE)
        self.encoding = _encoding(path, start)
        self.delimiter = _delimiter(start.decode(self.encoding, "ignore"))
        self.sheets: list[dict[str, Any]] = [
            {"name": path.stem, "hidden": False, "rows": _lines(path), "columns": 0}
        ]

    def rows(self, _sheet: int) -> Iterator[Row]:
        csv.field_size_limit(FIELD_LIMIT)
        with self._path.open(encoding=self.encoding, errors="replace", newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            line = 1
            try:
                for number, cells in enumerate(reader, 1):
                    kept = trimmed(encoded(cells))
                    if kept:
                        yield number, kept
                    line = reader.line_num + 1
            except csv.Error:
                raise Refusal("quotes", {"line": line}) from None


def _encoding(path: Path, start: bytes) -> str:
    """The encoding that the whole file is valid in; refused where it is valid in none."""
    for mark, name in MARKS:
        if start.startswith(mark):
            return name
    if _looks_binary(start):
        raise Refusal("unknown")
    wrong = _first_wrong_line(path, "utf-8")
    if wrong is None:
        return "utf-8"
    pairs, singles = _high_bytes(start)
    if pairs > singles:
        other = _first_wrong_line(path, "gb18030")
        if other is None:
            return "gb18030"
        chinese = start.decode("utf-8", "replace").count("\ufffd") > pairs // 20
        raise Refusal("bytes", {"line": other if chinese else wrong})
    return "cp1252"


def _first_wrong_line(path: Path, encoding: str) -> int | None:
    """The number of the first line that is not valid in `encoding`, None when all are."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            try:
                line += decoder.decode(chunk, final=not chunk).count("\n")
            except UnicodeDecodeError as error:
                return line + bytes(error.object[: error.start]).count(b"\n")
            if not chunk:
                return None


def _high_bytes(data: bytes) -> tuple[int, int]:
    """How many bytes above 127 stand in pairs, as in Chinese, and how many alone, as in French."""
    pairs = singles = 0
    position, end = 0, len(data) - 1
    while position < end:
        if data[position] < 0x80:
            position += 1
        elif data[position + 1] >= 0x80:
            pairs += 1
            position += 2
        else:
            singles += 1
            position += 1
    return pairs, singles


def _looks_binary(data: bytes) -> bool:
    controls = len(data) - len(data.translate(None, CONTROLS))
    return controls > max(5, len(data) // 100)


def _delimiter(sample: str) -> str:
    """The delimiter that cuts the first lines into the most columns, the same number in most."""
    text = sample.lstrip("\ufeff")
    if text.lower().startswith("sep=") and text[4:5]:
        return text[4]

    def score(delimiter: str) -> tuple[float, int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            widths = [len(cells) for cells in islice(reader, 50) if cells][:50]
        except csv.Error:
            return 0.0, 0
        if not widths or widths[0] < 2:
            return 0.0, 0
        return sum(width == widths[0] for width in widths) / len(widths), widths[0]

    return max(DELIMITERS, key=lambda d: (round(score(d)[0], 1), score(d)[1]))


def _lines(path: Path) -> int:
    """Lines in the file, at least as many as rows: enough to show progress by."""
    count = 1
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            count += chunk.count(b"\n")
    return count

"""A look into the XML of a zipped workbook: definitions that blow up, and cells holding errors."""

import io
import posixpath
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from client.data.reading.values import Refusal

CHUNK = 1 << 20
PROLOGUE = 1 << 16  # a DOCTYPE stands before the first element
MOST_ERRORS = 200_000
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
ERROR_CELL = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})(\d+)"[^>]*>.*?'
    rb"<(?:\w+:)?v>([^<]*)<",
    re.DOTALL,
)

Errors = dict[int, list[tuple[int, str]]]


def refuse_entities(archive: zipfile.ZipFile) -> None:
    """Refuse a workbook that defines entities; no spreadsheet program writes any."""
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels")):
            continue
        with archive.open(entry) as part:
            start = part.read(PROLOGUE).replace(b"\0", b"")
        if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
            raise Refusal("entities")


def error_cells(content: "Path | io.BytesIO", sheet: str) -> Errors:
    """Which cells of an xlsx sheet hold errors, by row; calamine gives them as empty."""
    found: Errors = defaultdict(list)
    try:
        with zipfile.ZipFile(content) as archive:
            part = _part_of(archive, sheet)
            if part is None:
                return {}
            count = 0
            for block in _blocks(archive, part):
                if b't="e"' not in block:
                    continue
                for column, row, text in ERROR_CELL.findall(block):
                    found[int(row)].append((column_index(column.decode()), text.decode()))
                    count += 1
                if count > MOST_ERRORS:
                    break
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, ElementTree.ParseError):
        return {}  # calamine has read the sheet; only the warnings are missing
    return found


def column_index(letters: str) -> int:
    """A column's number from 0 by its letters."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The name of the part that holds a sheet, None where it is not an xlsx workbook."""
    workbook = "xl/workbook.xml"
    if workbook not in archive.namelist():
        return None
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {item.get("Id"): item.get("Target", "") for item in relations}
    for item in ElementTree.fromstring(archive.read(workbook)).iter():
        if item.tag.endswith("}sheet") and item.get("name") == sheet:
            target = targets.get(item.get(RELATION), "")
            return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/") or None
    return None


def _blocks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part's text in blocks that end behind a whole cell."""
    rest = b""
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            block = rest + chunk
            cut = block.rfind(b"</row>") + 6
            if cut < 6:
                rest = block
                continue
            yield block[:cut]
            rest = block[cut:]
    yield rest

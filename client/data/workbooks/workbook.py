"""Takes rows to a workbook, or to CSV, in one step that either happens whole or not at all.

Beyond a few hundred rows a child process writes the file: written in a thread of a window's own
process, 100,000 rows held the window up for 0.4 s at a time.
"""

import csv
import os
import pickle
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, tzinfo
from itertools import chain, islice
from pathlib import Path
from typing import Any, Protocol

from client import i18n
from client.data.access import Note
from client.data.workbooks.writer import (
    UNWRITABLE,
    BookWriter,
    ExportColumn,
    TableHead,
    plain_text,
    sheet_name,
)

HERE_AT_MOST = 200  # rows written in this process
BATCH = 500  # rows; more at once would hold the interpreter for longer than a key press
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)
NOT_IN_FILE_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f\ud800-\udfff]')
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Row = Sequence[Any]
Table = tuple[str, Sequence[ExportColumn], Iterable[Row]]
Progress = Callable[[int], object]


class Cancelled(Exception):
    """The user stopped it; no file was written."""


class Writer(Protocol):
    def begin(self, head: TableHead) -> None: ...
    def rows(self, rows: Iterable[Row]) -> None: ...
    def close(self) -> None: ...
    def abandon(self) -> None: ...


def export_rows(
    path: Path | str,
    title: str,
    columns: Sequence[ExportColumn],
    rows: Iterable[Row],
    language: str,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    note: Note | None = None,
) -> int:
    """Write one table to a workbook and return its number of rows; see `export_tables`."""
    tables = [(title, columns, rows)]
    return export_tables(path, tables, language, progress, cancelled, note)


def export_tables(
    path: Path | str,
    tables: Sequence[Table],
    language: str,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    note: Note | None = None,
) -> int:
    """Write each (title, columns, rows) to a sheet of its own, or several where it is longer.

    The file appears under its name only when it is whole. `progress` is told the rows so far;
    `cancelled` is asked now and then; `note` is told the rows just before the file appears.
    Raises Cancelled, and OSError where the file cannot be written.
    """
    target = Path(path)
    heads = [TableHead(title, tuple(columns)) for title, columns, _rows in tables]
    first, streams = _peek([iter(rows) for _title, _columns, rows in tables])
    with tempfile.TemporaryDirectory(prefix=".kehu-", dir=target.parent) as folder:
        part = Path(folder) / "part.xlsx"
        small = first <= HERE_AT_MOST
        writer: Writer = (BookWriter if small else _Child)(part, language, i18n.zone())
        try:
            done = 0
            for head, rows in zip(heads, streams, strict=True):
                writer.begin(head)
                while batch := list(islice(rows, BATCH)):
                    writer.rows(batch)
                    done += len(batch)
                    _tell(done, progress, cancelled)
            _tell(done, progress, cancelled)
            writer.close()
        except BaseException:
            writer.abandon()
            raise
        if note is not None:
            note(done)
        os.replace(part, target)
    return done


def _tell(done: int, progress: Progress | None, cancelled: Callable[[], bool] | None) -> None:
    if cancelled is not None and cancelled():
        raise Cancelled
    if progress is not None:
        progress(done)


def _peek(streams: list[Iterator[Row]]) -> tuple[int, list[Iterator[Row]]]:
    """How many rows there are, counted a little beyond the limit, and the same rows again."""
    count = 0
    whole: list[Iterator[Row]] = []
    for stream in streams:
        head = list(islice(stream, max(0, HERE_AT_MOST + 1 - count)))
        count += len(head)
        whole.append(chain(head, stream))
    return count, whole


class _Child:
    """The writer in a process of its own."""

    def __init__(self, path: Path, language: str, zone: tzinfo | None) -> None:
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows only
        root = Path(__file__).resolve().parents[3]
        paths = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "client.data.workbooks.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            creationflags=flags,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        )
        self._send("open", str(path), language, zone)

    def begin(self, head: TableHead) -> None:
        self._send("begin", head)

    def rows(self, rows: Iterable[Row]) -> None:
        self._send("rows", rows)

    def close(self) -> None:
        self._send("close")
        self._answer()

    def abandon(self) -> None:
        """End the child, which may be in the middle of a long file."""
        self._process.kill()
        self._process.communicate()

    def _send(self, *message: object) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
            self._process.stdin.flush()
        except OSError:
            # It stopped listening because it failed; its answer says why.
            self._answer()

    def _answer(self) -> None:
        output, _errors = self._process.communicate()
        word, *rest = pickle.loads(output) if output else ("gone",)
        if word == "refused":
            raise OSError(*rest)
        if word != "done":
            raise RuntimeError(f"the writing process ended with {self._process.returncode}")


def write_whole(path: Path | str, data: bytes) -> None:
    """Write a file that is either there whole or not at all. Raises OSError."""
    target = Path(path)
    with tempfile.TemporaryDirectory(prefix=".kehu-", dir=target.parent) as folder:
        part = Path(folder) / "part"
        part.write_bytes(data)
        os.replace(part, target)


def file_name(title: str, suffix: str = ".xlsx") -> str:
    """`title` as a file may be called on any system, with `suffix`."""
    base = NOT_IN_FILE_NAME.sub("_", UNWRITABLE.sub("", title)).strip(" .")[:80].strip(" .")
    if DEVICES.match(base.partition(".")[0].strip()):
        base = "_" + base
    return (base or "export") + suffix


def export_csv(
    path: Path | str,
    columns: Sequence[ExportColumn],
    rows: Iterable[Row],
    note: Note | None = None,
) -> int:
    """Write a report as CSV for a spreadsheet: text that would be a formula gets an apostrophe."""
    target = Path(path)
    count = 0
    with tempfile.TemporaryDirectory(prefix=".kehu-", dir=target.parent) as folder:
        part = Path(folder) / "part.csv"
        # The mark at the front is how Excel knows that it is UTF-8.
        with part.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([_guarded(column.label) for column in columns])
            for row in rows:
                writer.writerow([_csv_cell(value) for value in row])
                count += 1
        if note is not None:
            note(count)
        os.replace(part, target)
    return count


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date | datetime):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return _guarded(value) if isinstance(value, str) else str(value)


def _guarded(text: str) -> str:
    plain = plain_text(text)
    return f"'{plain}" if text.lstrip(" ").startswith(FORMULA_STARTS) else plain


__all__ = [
    "Cancelled",
    "ExportColumn",
    "TableHead",
    "export_csv",
    "export_rows",
    "export_tables",
    "file_name",
    "sheet_name",
    "write_whole",
]

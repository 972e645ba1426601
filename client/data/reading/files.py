"""Workbooks and text files from outside, read in a process of their own under limits.

Whatever such a file does there, here it is either rows or one sentence (ReadingRefused).
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from client.data.errors import KnownError
from client.data.reading.values import CellError, Row, decode
from client.data.reading.watching import memory_of
from client.i18n import N_, _

BATCH = 1000  # rows an answer carries
ROOT = Path(__file__).resolve().parents[3]

SENTENCES = {
    "missing": N_("{file} does not exist."),
    "unreadable": N_("{file} cannot be opened: it is in use or belongs to somebody else."),
    "empty": N_("{file} is empty."),
    "damaged": N_(
        "{file} is damaged or is not a workbook. Open it in Excel or WPS and save it again."
    ),
    "sheet": N_("The sheet '{sheet}' of {file} is damaged and cannot be read."),
    "unknown": N_("{file} is neither a workbook nor a text file with columns."),
    "web": N_("{file} contains a web page. Open it in Excel or WPS and save it as a workbook."),
    "protected": N_("{file} is protected by a password."),
    "wrong_password": N_("This is not the password of {file}."),
    "entities": N_("{file} contains definitions that no workbook needs; it was not opened."),
    "bomb": N_("{file} unpacks to far more than its size; it was not opened."),
    "memory": N_("{file} is too large to read at once. Divide it, or save it as a CSV file."),
    "time": N_("Reading {file} took too long and was stopped."),
    "quotes": N_("{file}: a quotation mark in or before line {line} is never closed."),
    "bytes": N_("{file}: line {line} contains bytes that are not text."),
    "no_sheets": N_("{file} contains no sheet with cells."),
}


class ReadingRefused(KnownError):
    """A file is not read; the text says why, in the language in use when it is shown."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return _(SENTENCES[self.code]).format(**self.values)

    @property
    def wants_password(self) -> bool:
        """Whether trying again with a (different) password makes sense."""
        return self.code in ("protected", "wrong_password")


@dataclass(frozen=True)
class Limits:
    """What reading one file may cost: bytes of memory, bytes unpacked, seconds of waiting."""

    memory: int = 2 << 30
    unpacked: int = 2 << 30
    seconds: float = 180


@dataclass(frozen=True)
class SheetInfo:
    """One sheet: `rows` is its last row, for text files a little more; `head` its first rows."""

    name: str
    hidden: bool
    rows: int
    columns: int
    head: tuple[Row, ...]


class Workbook:
    """An open file. Close it after use, or use it in a `with` statement; one thread at a time."""

    def __init__(self, path: Path, password: str = "", limits: Limits | None = None) -> None:
        self.path = path
        limits = limits or Limits()
        self._reader = _Reader(path.name, limits)
        try:
            answer = self._reader.ask(
                {
                    "do": "open",
                    "path": str(path.absolute()),
                    "password": password,
                    "memory": limits.memory,
                    "unpacked": limits.unpacked,
                }
            )
        except BaseException:
            self._reader.close()
            raise
        self.delimiter: str = answer["delimiter"]  # of a text file, else ""
        self.sheets = [
            SheetInfo(
                sheet["name"],
                sheet["hidden"],
                sheet["rows"],
                sheet["columns"],
                tuple((number, cells) for number, cells in sheet["head"]),
            )
            for sheet in answer["sheets"]
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process that reads the file."""
        self._reader.close()

    def rows(self, sheet: str) -> Iterator[Row]:
        """The rows of a sheet that hold something: the row's number in Excel, and its cells.

        A cell is a str, int, float, bool, date, datetime, time, CellError or None.
        Only one sheet is read at a time: another call ends the reading of the one before.
        """
        index = [info.name for info in self.sheets].index(sheet)
        self._reader.ask({"do": "rows", "sheet": index})
        more = {"do": "more", "count": BATCH}
        # The next rows are asked for before these are used, so that both processes work.
        self._reader.send(more)
        while rows := self._reader.answer()["rows"]:
            self._reader.send(more)
            yield from map(tuple, rows)

    def distinct(self, sheet: str, columns: list[int], after: int) -> list[dict[Any, int]]:
        """The different values of some columns below row `after`, with how often each occurs."""
        index = [info.name for info in self.sheets].index(sheet)
        command = {"do": "distinct", "sheet": index, "columns": columns, "after": after}
        return [dict(column) for column in self._reader.ask(command)["columns"]]


def open_workbook(path: Path | str, password: str = "", limits: Limits | None = None) -> Workbook:
    """Open any workbook or text file. Raises ReadingRefused."""
    return Workbook(Path(path), password, limits)


def read_rows(path: Path | str, sheet: str, password: str = "") -> Iterator[Row]:
    """The rows of one sheet of a file that is opened for this alone. Raises ReadingRefused."""
    with open_workbook(path, password) as book:
        yield from book.rows(sheet)


class _Reader:
    """The reading child and the lines exchanged with it."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._left = limits.seconds
        self._unanswered = 0
        self._killed = ""
        paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "client.data.reading.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def ask(self, command: dict[str, Any]) -> dict[str, Any]:
        """Send a command and wait for its answer, past those nobody waits for any more."""
        while self._unanswered:
            self.answer()
        self.send(command)
        return self.answer()

    def send(self, command: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # a dead child shows when its answer is missing
            self._process.stdin.write(json.dumps(command).encode() + b"\n")
            self._process.stdin.flush()
        self._unanswered += 1

    def answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        done = threading.Event()
        watch = threading.Thread(target=self._watch, args=(done,), daemon=True)
        began = time.monotonic()
        watch.start()
        try:
            line = self._process.stdout.readline()
        finally:
            done.set()
            watch.join()
        self._left -= time.monotonic() - began
        self._unanswered -= 1
        if not line.endswith(b"\n"):
            self._unanswered = 0
            raise self._death()
        answer: dict[str, Any] = json.loads(line, object_hook=decode)
        if "refused" in answer:
            raise ReadingRefused(answer["refused"], file=self._name, **answer["values"])
        return answer

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.wait()

    def _watch(self, done: threading.Event) -> None:
        """End a child that takes too long or, where the system does not, one that grows."""
        until = time.monotonic() + self._left
        while not done.wait(0.2):
            if time.monotonic() > until:
                self._killed = "time"
            elif memory_of(self._process) > self._limits.memory:
                self._killed = "memory"
            if self._killed:
                self._process.kill()
                return

    def _death(self) -> ReadingRefused:
        """Why there is no answer: stopped by us, or broken by running out of memory or by bytes."""
        code = self._process.wait()
        # Rust aborts where it gets no memory; a MemoryError ends Python with 1.
        reason = self._killed or ("memory" if code in (-6, -9, 3, 0xC0000409) else "damaged")
        return ReadingRefused(reason, file=self._name)


__all__ = [
    "CellError",
    "Limits",
    "ReadingRefused",
    "SheetInfo",
    "Workbook",
    "open_workbook",
    "read_rows",
]

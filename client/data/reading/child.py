"""The process that reads a file from outside, under limits, so that no file can hurt the program.

It is told on standard input what to do, a line of JSON each, and answers with a line of JSON.
"""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from client.data.reading.books import OLE, ZIP, open_ole, open_packed
from client.data.reading.text import TextFile
from client.data.reading.values import Refusal, Row

HEAD = 30  # rows of each sheet shown before anything is chosen
MOST_WORDS = 5_000  # different values of a column that is no list of words any more
TEXT = (".csv", ".txt", ".tsv", ".tab", ".xls", "")


class Book(Protocol):
    sheets: list[dict[str, Any]]

    def rows(self, index: int) -> Iterator[Row]: ...


def main() -> None:
    """Answer commands until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", 1 << 20, encoding="utf-8", errors="replace")
    os.dup2(2, 1)  # what a library prints must not come between the answers
    book: Book | None = None
    rows: Iterator[Row] = iter(())
    for line in sys.stdin:
        command = json.loads(line)
        try:
            if command["do"] == "open":
                _limit(command["memory"])
                book = _open(Path(command["path"]), command["password"], command["unpacked"])
                answer = _listing(book)
            elif command["do"] == "rows" and book is not None:
                rows = book.rows(command["sheet"])
                answer = {"ready": True}
            elif command["do"] == "distinct" and book is not None:
                answer = {"columns": _distinct(book, command)}
            else:
                answer = {"rows": list(islice(rows, command["count"]))}
        except Refusal as refusal:
            answer = {"refused": refusal.code, "values": refusal.values}
        except MemoryError:
            answer = {"refused": "memory", "values": {}}
        answers.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")) + "\n")
        answers.flush()


def _limit(memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the program watches this process instead
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _open(path: Path, password: str, unpacked: int) -> Book:
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except FileNotFoundError:
        raise Refusal("missing") from None
    except OSError:
        raise Refusal("unreadable") from None
    if not start:
        raise Refusal("empty")
    if start.startswith(ZIP):
        return open_packed(path, unpacked)
    if start.startswith(OLE):
        return open_ole(path, password, unpacked)
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<?xml", b"<table", b"<meta")):
        raise Refusal("web")
    if path.suffix.lower() not in TEXT:
        raise Refusal("damaged")
    return TextFile(path)


def _distinct(book: Book, command: dict[str, Any]) -> list[list[list[Any]]]:
    """The different values of some columns with how often each occurs, for each column a list."""
    counts: list[dict[Any, int]] = [{} for _ in command["columns"]]
    for number, cells in book.rows(command["sheet"]):
        if number <= command["after"]:
            continue
        for column, count in zip(command["columns"], counts, strict=True):
            cell = cells[column] if column < len(cells) else None
            if isinstance(cell, str | int | float) and (cell in count or len(count) < MOST_WORDS):
                count[cell] = count.get(cell, 0) + 1
    return [[[value, count] for value, count in column.items()] for column in counts]


def _listing(book: Book) -> dict[str, Any]:
    listed = []
    for index, sheet in enumerate(book.sheets):
        head = [] if sheet["hidden"] else list(islice(book.rows(index), HEAD))
        widest = max((len(cells) for _, cells in head), default=0)
        columns = max(sheet["columns"], widest)
        listed.append(sheet | {"columns": columns, "head": head})
    if not listed:
        raise Refusal("no_sheets")
    return {"sheets": listed, "delimiter": getattr(book, "delimiter", "")}


if __name__ == "__main__":
    main()

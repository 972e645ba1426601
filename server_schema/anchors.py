"""Anchors: the head of the history's chain, kept outside the database.

They lie in the clients' homes, in backups, and wherever `kehu-server anchor` writes them. Whoever
owns the database can compute a whole chain anew, but cannot change what is kept elsewhere.
"""

import json
import os
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from server_schema.locking import only_one
from server_schema.messages import N_, Refused

HOUR = 3600
MOST = 1000  # lines of a file; beyond, every second of the older ones goes
UNTHINNED = 500
LARGEST = 20_000_000  # bytes that are read of a file


@dataclass(frozen=True)
class Anchor:
    """The head of an office's chain at one moment."""

    office: str
    seal: int
    digest: str
    sealed_at: str

    @classmethod
    def of(cls, head: dict[str, Any]) -> "Anchor":
        """From what `seal_history` answers. Raises ValueError where that is no such thing."""
        try:
            office, seal = str(head["office"]), int(head["seal"])
            moment = datetime.fromisoformat(str(head["sealed_at"]))
            made = cls(office, seal, str(head["digest"]), moment.isoformat())
        except (KeyError, TypeError) as error:
            raise ValueError(str(error)) from None
        if len(bytes.fromhex(made.digest)) != 32 or made.seal < 1 or moment.tzinfo is None:
            raise ValueError(made.digest)
        return made

    def as_json(self) -> dict[str, Any]:
        """As it stands in a file."""
        return {
            "office": self.office,
            "seal": self.seal,
            "digest": self.digest,
            "sealed_at": self.sealed_at,
        }

    @property
    def short(self) -> str:
        """For the name of a file."""
        return f"{self.seal}-{self.digest[:12]}"


def read(files: Iterable[Path]) -> tuple[list[tuple[str, Anchor]], int]:
    """The anchors of files, each with its place, and how many lines are none.

    A file is a list of anchors, one a line, or a backup. Refuses one that cannot be read.
    """
    found: list[tuple[str, Anchor]] = []
    strange = 0
    for file in files:
        for number, line in enumerate(_lines(file), 1):
            try:
                found.append((f"{file.name}:{number}", Anchor.of(json.loads(line))))
            except (ValueError, TypeError, RecursionError):
                strange += 1
    return found, strange


def _lines(file: Path) -> list[str]:
    try:
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as whole:
                manifest = json.loads(whole.read("manifest.json"))
            return [json.dumps(manifest["anchor"])] if manifest.get("anchor") else []
        with file.open("rb") as opened:
            text = opened.read(LARGEST).decode("utf-8", "replace")
    except (OSError, KeyError, ValueError, AttributeError, zipfile.BadZipFile):
        raise Refused(N_("The file {file} cannot be read."), file=file) from None
    return [line for line in text.splitlines() if line.strip()]


def write(file: Path, anchor: Anchor) -> None:
    """Add an anchor to a file, and be sure that it is on the disk."""
    try:
        with file.open("a+b") as opened:
            _end_line(opened)
            opened.write(json.dumps(anchor.as_json()).encode() + b"\n")
            opened.flush()
            os.fsync(opened.fileno())
    except OSError:
        raise Refused(N_("The file {file} cannot be written."), file=file) from None


def _end_line(opened: Any) -> None:
    """What a power cut left half written stays a line of its own."""
    if opened.seek(0, os.SEEK_END):
        opened.seek(-1, os.SEEK_END)
        if opened.read(1) != b"\n":
            opened.write(b"\n")


def keep(home: Path, anchor: Anchor, at_once: bool = False) -> bool:
    """Keep an anchor in the home, once an hour and office or `at_once`; whether it was kept."""
    folder = home / "anchors"
    folder.mkdir(mode=0o700, exist_ok=True)
    name = "".join(c for c in anchor.office if c.isalnum() or c == "-")[:60]
    file = folder / f"{name}.jsonl"
    with only_one(folder / "lock", 10):
        if file.exists():
            age = time.time() - file.stat().st_mtime
            if 0 <= age < HOUR and not at_once:
                return False
            if _lines(file)[-1:] == [json.dumps(anchor.as_json())]:
                os.utime(file)
                return False
        write(file, anchor)
        _thin(file)
    return True


def _thin(file: Path) -> None:
    lines = _lines(file)
    if len(lines) <= MOST:
        return
    older, newer = lines[:-UNTHINNED], lines[-UNTHINNED:]
    fresh = file.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as opened:
        opened.write("\n".join([*older[::2], *newer, ""]))
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(file)

"""What the embedded server writes down of wrong passwords, and how much room its log may take."""

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

AT_ONCE = 1 << 20  # bytes read of a file
MOST_BYTES = 200 << 20  # of all files together
KEPT = timedelta(days=8)
MARK = b'"28P01"'  # the SQLSTATE of a wrong password
EXPIRED = "expired password"  # as a locked login has; the server speaks English in its log


class Failure(NamedTuple):
    """One wrong password; `locked` where none would have been right."""

    at: datetime
    role: str
    address: str
    locked: bool


class ServerLog:
    """The files of the log's folder, each read from where the last reading ended."""

    def __init__(self, folder: Path, since: datetime) -> None:
        """What was written before `since` is never asked for."""
        self._folder, self._since = folder, since
        self._places: dict[Path, int] = {}

    def failures(self) -> Iterator[Failure]:
        """The wrong passwords since the last time, file by file."""
        for file in sorted(self._folder.glob("*.json")):
            with contextlib.suppress(OSError):  # it may go while it is looked at
                yield from self._of_file(file)

    def _of_file(self, file: Path) -> Iterator[Failure]:
        known = file.stat()
        place = self._places.get(file)
        if place is None and known.st_mtime < self._since.timestamp():
            place = known.st_size
        if place is None or known.st_size < place:
            place = 0
        with file.open("rb") as opened:
            opened.seek(place)
            while part := opened.read(AT_ONCE):
                whole = part.rfind(b"\n") + 1
                if not whole:
                    if len(part) < AT_ONCE:
                        break  # still being written
                    whole = len(part)  # no line of ours is that long
                place += whole
                self._places[file] = place
                opened.seek(place)
                for line in part[:whole].splitlines():
                    failure = _failure(line) if MARK in line else None
                    if failure and failure.at >= self._since:
                        yield failure
        self._places[file] = place

    def tidy(self) -> None:
        """Remove the oldest files beyond what the log may take; the newest are being written."""
        found = [(path.stat(), path) for path in self._folder.glob("*.*") if path.is_file()]
        found.sort(key=lambda pair: pair[0].st_mtime, reverse=True)
        oldest = (datetime.now(UTC) - KEPT).timestamp()
        taken = 0
        for place, (known, path) in enumerate(found):
            taken += known.st_size
            if place > 1 and (taken > MOST_BYTES or known.st_mtime < oldest):
                with contextlib.suppress(OSError):  # open elsewhere, or gone
                    path.unlink()
                self._places.pop(path, None)


def _failure(line: bytes) -> Failure | None:
    """One line of the log. What strangers type stands in it, so only its own fields count."""
    try:
        told = json.loads(line.decode("utf-8", "replace"))
        if told["state_code"] != "28P01":
            return None
        at = datetime.strptime(told["timestamp"], "%Y-%m-%d %H:%M:%S.%f %Z").replace(tzinfo=UTC)
        locked = EXPIRED in str(told.get("detail", "")).partition("\n")[0]
        return Failure(at, str(told["user"]), str(told.get("remote_host", "")), locked)
    except (ValueError, KeyError, TypeError):
        return None

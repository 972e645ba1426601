"""Verifies the chain over the history: computes it anew and finds what does not agree.

Everything is computed here, from the rows, since functions of a database whose superuser is doubted
prove nothing. Memory is bounded, however long the history is.
"""

import hashlib
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from psycopg2 import extensions

from server_schema.anchors import Anchor
from server_schema.verdict import Bad, Verdict

SLICE = 4000  # rows held at once
CLOCK = timedelta(minutes=2)  # how far a server's clock may be set back without being taken amiss
CHANGE, ENTRY, SALT = 48, 40, 16
SHUFFLED = 200  # so many of one slice are compared with each other
SEALS = """
SELECT id, sealed_at, kind, snapshot::text, changes, entries, previous, digest,
    jsonb_build_array(id, sealed_at AT TIME ZONE 'UTC', snapshot::text, kind, last_change, changes,
        entries)::text,
    octet_length(content) = changes * 48 + entries * 40, substr(content, 1, 200000)
FROM public.seal ORDER BY id
"""
CHANGES = """
SELECT c.id, (jsonb_strip_nulls(to_jsonb(c) - '{id,xid}'::text[]))::text, c.at
FROM public.change c WHERE c.id = ANY (%s)
"""
ENTRIES = """
SELECT h.id,
    (jsonb_strip_nulls(to_jsonb(h) - '{id,before,after,body_sha256}'::text[]))::text,
    jsonb_build_array(h.before, h.after)::text, h.body_sha256, h.table_name::text, h.row_id
FROM public.history h WHERE h.id = ANY (%s)
"""
# What no batch has may only be of a transaction that had not ended before the last one.
UNSEALED = {
    "change": "SELECT c.id, c.xid::text, c.at FROM public.change c WHERE c.id = ANY (%s)",
    "history": "SELECT h.id, c.xid::text, c.at FROM public.history h"
    " LEFT JOIN public.change c ON c.id = h.change_id WHERE h.id = ANY (%s)",
}
NEXT = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"  # no transaction has this number yet
REDACTIONS = "SELECT after ->> 'entry' FROM public.history WHERE op = 'redact'"
PLAIN = """
SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
AND relname IN ('change', 'history', 'seal') AND NOT relhasrules AND NOT relhassubclass
"""

Progress = Callable[[int, int], object]


def verify(
    connection: extensions.connection,
    anchors: Sequence[tuple[str, Anchor]],
    progress: Progress = lambda done, of: None,
) -> Verdict:
    """Compare all of history with its chain, and the chain with anchors. As superuser."""
    connection.rollback()
    was_autocommit = connection.autocommit
    connection.set_session("REPEATABLE READ", readonly=True, autocommit=False)
    try:
        _query(connection, "SELECT set_config('search_path', 'pg_catalog', true)", [])
        _query(connection, "SELECT set_config('timezone', 'UTC', true)", [])
        return _Walk(connection, anchors, progress).walk()
    finally:
        connection.rollback()
        connection.set_session("default", readonly="default", autocommit=was_autocommit)


class Ids:
    """A set of mostly consecutive numbers, one bit for each."""

    def __init__(self) -> None:
        self._parts: dict[int, bytearray] = {}

    def add(self, number: int) -> bool:
        """Whether it was not there yet."""
        part, (place, bit) = self._parts.setdefault(number >> 16, bytearray(8192)), _bit(number)
        new = not part[place] & bit
        part[place] |= bit
        return new

    def __contains__(self, number: int) -> bool:
        place, bit = _bit(number)
        part = self._parts.get(number >> 16)
        return bool(part and part[place] & bit)


def _bit(number: int) -> tuple[int, int]:
    return (number & 0xFFFF) >> 3, 1 << (number & 7)


class Snapshot:
    """Which transactions had ended at one moment."""

    def __init__(self, text: str) -> None:
        _xmin, xmax, running = text.split(":")
        self.xmax = int(xmax)
        self.running = {int(xid) for xid in running.split(",") if xid}

    def has(self, xid: int) -> bool:
        return xid < self.xmax and xid not in self.running


class _Clock:
    """The earliest moment at which a transaction of a batch can have written anything."""

    def __init__(self) -> None:
        self._whole: datetime | None = None
        self._running: dict[int, datetime | None] = {}

    def since(self, xid: int) -> datetime | None:
        return self._running.get(xid, self._whole)

    def set_back(self) -> None:
        """What moments tell before and after cannot be compared."""
        self._whole, self._running = None, dict.fromkeys(self._running)

    def sealed(self, at: datetime, kind: str, snapshot: Snapshot) -> None:
        if kind == "restore":
            self._running = {}
        self._running = {xid: self.since(xid) for xid in snapshot.running}
        if kind != "part":
            self._whole = at


class _Walk:
    def __init__(
        self,
        connection: extensions.connection,
        anchors: Sequence[tuple[str, Anchor]],
        progress: Progress,
    ) -> None:
        self._connection, self._progress = connection, progress
        ((office,),) = _query(connection, "SELECT office_id::text FROM public.installation", [])
        self.found = Verdict(office, [pair for pair in anchors if pair[1].office == office])
        ((next_xid,),) = _query(connection, NEXT, [])
        self._next = int(next_xid)
        self.found.foreign = len(anchors) - len(self.found.anchors)
        self._sealed = {"change": Ids(), "history": Ids()}
        self._clock = _Clock()
        self._last: Snapshot | None = None
        self._gone: Bad | None = None  # the first of those that are missing since the last present
        self._redacted: dict[int, Bad] = {}

    def _ask(self, query: str, ids: Any) -> list[tuple[Any, ...]]:
        return _query(self._connection, query, [ids])

    def walk(self) -> Verdict:
        found = self.found
        if _query(self._connection, PLAIN, []) != [(3,)]:
            found.add(Bad("altered", "seal", 0, 0, None, "no plain tables"))
        query = "SELECT coalesce(sum(entries), 0)::bigint FROM public.seal"
        ((all_of_them,),) = _query(self._connection, query, [])
        previous = hashlib.sha256(found.office.encode()).digest()
        for row in _stream(self._connection, "seals", SEALS, 20):
            previous = self._seal(row, previous)
            self._progress(found.entries, all_of_them)
        if self._gone is not None:
            found.rename(self._gone, replace(self._gone, what="truncated"))
        self._unrecorded()
        for table in ("change", "history"):
            self._unsealed(table)
        found.close()
        return found

    def _seal(self, row: tuple[Any, ...], expected: bytes) -> bytes:
        """One batch: its link, its own digest, then what it is of."""
        id_, at, kind, snapshot, changes, entries, previous, digest, head, fits, content = row
        found, (previous, digest) = self.found, (bytes(previous), bytes(digest))
        told = Bad("altered", "seal", id_, id_, at)
        missing = id_ - found.seals - found.missing - 1
        if missing:
            first = id_ - missing
            found.add(replace(told, what="deleted", id=first, seal=first, at=None))
            found.missing += missing
        self._hash = hashlib.sha256(previous + head.encode())
        part = _Content(self._ask, id_, bytes(content))
        try:
            ended: Snapshot | None = Snapshot(snapshot)
        except ValueError:
            ended = None
        if found.head and at < datetime.fromisoformat(found.head.sealed_at) - CLOCK:
            self._clock.set_back()
            found.set_back.append((found.head, id_))
        self._changes(part, changes, id_, at, kind)
        self._entries(part, changes * CHANGE, entries, id_, at)
        whole = self._hash.digest() == digest and fits and ended is not None
        if not whole or (previous != expected and not missing):
            found.add(told, at_seal=id_)
        found.sealed(
            Anchor(found.office, id_, digest.hex(), at.isoformat()), kind, changes, entries
        )
        if ended is not None:
            self._clock.sealed(at, kind, ended)
            self._last = ended
        return digest

    def _changes(self, part: "_Content", count: int, seal: int, at: datetime, kind: str) -> None:
        for raw in part.slices(0, count * CHANGE, CHANGE):
            self._hash.update(raw)
            listed = list(struct.iter_unpack(">qq32s", raw))
            rows = {row[0]: row for row in self._ask(CHANGES, [id_ for id_, _, _ in listed])}
            for id_, xid, leaf in listed:
                told = Bad("altered", "change", id_, seal, at)
                if not self._sealed["change"].add(id_):
                    self.found.add(replace(told, what="inserted"))
                elif id_ not in rows:
                    self.found.add(replace(told, what="deleted"))
                elif _change_leaf(id_, rows[id_][1]) != leaf:
                    self.found.add(told)
                elif kind != "restore" and _too_early(rows[id_][2], self._clock.since(xid)):
                    self.found.add(replace(told, what="inserted", detail="backdated"))

    def _entries(self, part: "_Content", start: int, count: int, seal: int, at: datetime) -> None:
        for place, raw in enumerate(part.slices(start, count * ENTRY, ENTRY)):
            self._hash.update(raw)
            listed = [(id_, leaf) for id_, leaf in struct.iter_unpack(">q32s", raw)]
            salts = part.salts(place * SLICE, len(listed))
            rows = {row[0]: row for row in self._ask(ENTRIES, [id_ for id_, _ in listed])}
            wrong: list[tuple[int, bytes, bytes]] = []
            for (id_, leaf), salt in zip(listed, salts, strict=True):
                told = Bad("altered", "history", id_, seal, at)
                if not self._sealed["history"].add(id_):
                    self.found.add(replace(told, what="inserted"))
                elif id_ not in rows:
                    self._missing(replace(told, what="deleted"))
                else:
                    self._gone = None
                    if rows[id_][3] is not None:
                        self._redacted[id_] = told
                    if _entry_leaf(id_, salt, rows[id_]) != leaf:
                        wrong.append((id_, leaf, salt))
            for id_, what in _judged(wrong, rows):
                about = f"{rows[id_][4]} {rows[id_][5]}"
                self.found.add(Bad(what, "history", id_, seal, at, about))

    def _missing(self, told: Bad) -> None:
        self._gone = self._gone or told
        self.found.add(told)

    def _unrecorded(self) -> None:
        """A body may be taken away, but not without an entry that tells of it."""
        recorded = {text for (text,) in _query(self._connection, REDACTIONS, [])}
        self.found.redacted = len(self._redacted)
        for id_, told in self._redacted.items():
            if str(id_) not in recorded:
                self.found.add(replace(told, what="emptied"))

    def _unsealed(self, table: str) -> None:
        sealed, found = self._sealed[table], self.found
        rows = _stream(self._connection, table, f"SELECT id FROM public.{table} ORDER BY id", 20000)
        for ids in _sliced(id_ for (id_,) in rows if id_ not in sealed):
            for id_, xid, at in sorted(self._ask(UNSEALED[table], ids)):
                if found.seals and not self._is_fresh(xid):
                    found.add(Bad("inserted", table, id_, None, at))
                elif table == "history":
                    found.unsealed += 1

    def _is_fresh(self, xid: str | None) -> bool:
        """Whether a later batch will have it: what none reaches would be left out for good."""
        if xid is None or self._last is None or self._last.has(int(xid)):
            return False
        return int(xid) < self._next


class _Content:
    """What a batch was sealed over, read in slices; `begin` are the first bytes."""

    def __init__(self, ask: Callable[[str, Any], Any], seal: int, begin: bytes) -> None:
        self._ask, self._seal, self._begin = ask, seal, begin

    def slices(self, start: int, length: int, width: int) -> Iterator[bytes]:
        for place in range(start, start + length, width * SLICE):
            wanted = min(width * SLICE, start + length - place)
            raw = self._begin[place : place + wanted]
            if len(raw) < wanted:
                raw = self._read("content", place, wanted)
            yield raw[: len(raw) - len(raw) % width]

    def salts(self, first: int, count: int) -> list[bytes]:
        raw = self._read("salts", first * SALT, count * SALT).ljust(count * SALT, b"\0")
        return [raw[n * SALT : (n + 1) * SALT] for n in range(count)]

    def _read(self, column: str, start: int, length: int) -> bytes:
        query = f"SELECT substr({column}, {start + 1}, {length}) FROM public.seal WHERE id = %s"
        return bytes(self._ask(query, self._seal)[0][0])


def _change_leaf(id_: int, text: str) -> bytes:
    return hashlib.sha256(struct.pack(">q", id_) + text.encode()).digest()


def _entry_leaf(id_: int, salt: bytes, row: tuple[Any, ...]) -> bytes:
    """What the chain should hold of an entry; its body's hash where the body was redacted."""
    _id, envelope, body, redacted, *_about = row
    inner = hashlib.sha256(salt + body.encode()).digest() if redacted is None else bytes(redacted)
    if redacted is not None and body != "[null, null]":
        return b""
    return hashlib.sha256(struct.pack(">q", id_) + envelope.encode() + inner).digest()


def _judged(
    wrong: Sequence[tuple[int, bytes, bytes]], rows: dict[int, tuple[Any, ...]]
) -> Iterator[tuple[int, str]]:
    """Altered, or only standing in each other's places."""
    for id_, _leaf, _salt in wrong:
        moved = any(
            _entry_leaf(other, salt, rows[id_]) == leaf for other, leaf, salt in wrong[:SHUFFLED]
        )
        yield id_, "reordered" if moved else "altered"


def _too_early(at: datetime, since: datetime | None) -> bool:
    return since is not None and at < since - CLOCK


def _sliced(ids: Iterable[int]) -> Iterator[list[int]]:
    part: list[int] = []
    for id_ in ids:
        part.append(id_)
        if len(part) == SLICE:
            yield part
            part = []
    if part:
        yield part


def _stream(
    connection: extensions.connection, name: str, query: str, rows: int
) -> Iterator[tuple[Any, ...]]:
    """Rows of a long answer, `rows` at a time."""
    with connection.cursor(name) as cursor:
        cursor.itersize = rows
        cursor.execute(query)
        yield from cursor


def _query(
    connection: extensions.connection, query: str, values: Sequence[Any]
) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        return cursor.fetchall()

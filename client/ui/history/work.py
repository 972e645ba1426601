"""What a list of changes asks of the database, off the window's thread."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from client.data import formats, lookups
from client.data.access import export_note
from client.data.history import entries, names, put_back, sentences
from client.data.history.entries import Entry, Wanted
from client.data.history.sentences import Line
from client.data.workbooks.workbook import ExportColumn, export_rows
from client.i18n import _
from client.model import Operator
from client.ui.jobs import Token

Shown = tuple[str, ...]


class Page(NamedTuple):
    """A few entries as lines; `last` is the id to go on from, None at the end."""

    lines: list[Line]
    texts: list[Shown]
    last: int | None
    version: int | None
    people: dict[int, str]


def read(
    office: Any, wanted: Wanted, before: int | None = None, token: Token | None = None
) -> Page:
    """The next entries, told in sentences; with the first of a record also its version."""
    with office.session(token) as session:
        found = entries.read(session, wanted, before)
        named = names.collect(session, found)
        people, version = {}, None
        if before is None:
            people = lookups.titles(lookups.whole(session, [Operator])[Operator])
            version = put_back.version(session, *wanted.of) if wanted.of else None
    lines = [line for entry in found for line in told(entry, named, wanted)]
    last = found[-1].id if len(found) == entries.AT_ONCE else None
    return Page(lines, [shown(line, named, wanted) for line in lines], last, version, people)


def told(entry: Entry, named: names.Names, wanted: Wanted) -> list[Line]:
    """The lines of an entry; asked for one field, only that one's."""
    # Among all of them, what it is about has a column of its own.
    about = wanted.of or (entry.table, entry.row)
    lines = sentences.lines(entry, named, about)
    if wanted.field and entry.op == "update":
        lines = [line for line in lines if line.field in ("", wanted.field)]
    return lines


def shown(line: Line, named: names.Names, wanted: Wanted) -> Shown:
    """The cells of one line: of one record, or of any with what it is and whose."""
    entry = line.entry
    first: Shown = (formats.datetime_text(entry.at), line.sentence)
    last: Shown = (sentences.through(entry), sentences.reason(entry))
    if wanted.of is not None:
        return first + last
    kind = sentences.kind_name(entry.table)
    # Of a page with many rows the sentence names the row.
    name = "" if entry.table in entries.CARDS else names.name_of(entry, named)
    record = f"{kind} {name}".strip()
    customer = named.get(("customer", entry.customer or 0), "")
    return (*first, record, customer if entry.table != "customer" else "", *last)


def put_field(office: Any, line: Line, seen: int | None, reason: str = "") -> None:
    with office.session() as session:
        put_back.field(session, line.entry, line.field, seen, reason)


def put_record(office: Any, entry: Entry, seen: int | None, reason: str = "") -> None:
    with office.session() as session:
        put_back.record(session, entry, seen, reason)


def export(office: Any, path: Path, wanted: Wanted, language: str) -> int:
    """Write all that is asked for to a workbook; returns the number of rows."""
    titles = (
        _("When"),
        _("What"),
        *((_("Record"), _("Customer")) if wanted.of is None else ()),
        _("Through"),
        _("Reason"),
    )
    widths = dict(zip(titles, (17, 60, 28, 28, 22, 24), strict=False))
    columns = [ExportColumn(title, "text", widths[title], False) for title in titles]
    given = ("table", "operator", "field", "since", "until", "words")
    filters = [name for name in given if getattr(wanted, name)]
    note = export_note(office, "history", path, filters)
    return export_rows(path, _("History"), columns, _all(office, wanted), language, note=note)


def _all(office: Any, wanted: Wanted) -> Iterator[Shown]:
    before: int | None = None
    while True:
        page = read(office, wanted, before)
        yield from page.texts
        before = page.last
        if before is None:
            return

"""Puts a field, or a whole record, back to what it was: saved as if somebody typed it again.

So the rights, the states and the versions that hold for typing hold for this as well.
"""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from client.data import number_rules, office_settings, operators, records, requests
from client.data.errors import SENTENCES, Conflict, Gone, KnownError, state_of
from client.data.history.entries import CARDS, PARTS, Entry, part_rows, since
from client.data.history.sentences import PUT_BACK, value_of
from client.i18n import _
from client.model import CARDS as CARD_OF
from client.model import ENTITIES, Customer, EntityType, fields
from client.model.office import rule_field

DOCUMENTS = {"sales_order": "order", "quote": "quote", "delivery": "delivery", "receipt": "receipt"}
HEADS = {part: (head, column) for head, (part, column) in PARTS.items()}
# What a document calls a column of its lines.
_LINE_KEYS = {"product_code": "code", "product_name": "name"}
_LINE_OWN = ("reduction", "amount", "tax_amount", "order_line_amount")


class ReasonNeeded(KnownError):
    """These key fields of a customer would change, so a reason is needed."""

    def __init__(self, names: set[str]) -> None:
        super().__init__(_("Say why."))
        self.names = names


def may(entry: Entry, name: str = "") -> bool:
    """Whether this field, or with no name the record, could be put back by hand at all."""
    if entry.table in CARDS:
        return bool(name) and entry.op == "update"
    entity = ENTITIES.get(entry.table)
    if entity is None or (name and entry.op != "update"):
        return False
    if not name:
        return entry.table not in HEADS and entry.op in ("insert", "update")
    return name in _writable(entity)


def _writable(entity: EntityType) -> set[str]:
    names = set(records.writable(entity))
    if entity.__tablename__ == "customer":  # type: ignore[attr-defined]
        names.add("owner_id")
    return names


def field(
    session: Session, entry: Entry, name: str, seen: int | None = None, reason: str = ""
) -> None:
    """Give a field the value it had before `entry`.

    `seen` is the version of the record as it was shown. Raises ReasonNeeded where a key field
    would change without one, KnownError, or the database's refusal, for which `errors.sentence`
    has words.
    """
    if not may(entry, name):
        raise KnownError(_("Nobody types this, so it cannot be put back by hand either."))
    _say_how(session)
    if entry.table == "setting":
        _setting(session, name, entry.before.get("value"))
    elif entry.table == "number_rule":
        _rule(session, entry, name)
    elif entry.table in HEADS:
        head, column = HEADS[entry.table]
        query = text(f"SELECT {column} FROM {entry.table} WHERE id = :id")
        row = session.scalar(query, {"id": entry.row})
        if row is None:
            raise Gone(_(SENTENCES["KH001"]))
        key = _LINE_KEYS.get(name, name)
        _document(session, head, row, {}, {entry.row: {key: entry.before.get(name)}}, seen)
    elif entry.table in DOCUMENTS:
        _document(session, entry.table, entry.row, {name: entry.before.get(name)}, {}, seen)
    else:
        _record(session, entry.table, entry.row, {name: entry.before.get(name)}, seen, reason)


def record(session: Session, entry: Entry, seen: int | None = None, reason: str = "") -> None:
    """Make a record what it was before `entry`, or just after where that entered it.

    Whose it is stays as it is. Raises as `field` does.
    """
    if not may(entry):
        raise KnownError(_("Nobody types this, so it cannot be put back by hand either."))
    _say_how(session)
    later = since(session, entry.table, [entry.row], entry.id)
    earlier = values_before(later)
    if entry.table in DOCUMENTS:
        _document(session, entry.table, entry.row, earlier, None, seen, entry)
    else:
        earlier.pop("owner_id", None)
        _record(session, entry.table, entry.row, earlier, seen, reason)


def values_before(entries: Iterable[Entry]) -> dict[str, Any]:
    """What differed before all these entries of one row, which come the latest first."""
    earlier: dict[str, Any] = {}
    for entry in entries:
        if entry.op != "insert":
            earlier |= entry.before
    return earlier


def _say_how(session: Session) -> None:
    session.execute(select(func.set_config("kehu.via", PUT_BACK, True)))


def _record(
    session: Session,
    table: str,
    row: int,
    earlier: Mapping[str, Any],
    seen: int | None,
    reason: str,
) -> None:
    entity = ENTITIES[table]
    known = fields(entity)
    stored = records.load(session, entity, row)
    given = {
        name: value_of(known[name], value)
        for name, value in earlier.items()
        if name in _writable(entity)
    }
    for name, value in given.items():
        if known[name].kind in ("tags", "references"):
            given[name] = value or []
    _differs(given, stored)
    base = stored if seen is None else stored | {"version": seen}
    try:
        if table == "operator":
            operators.save_operator(session, stored | given | {"version": base["version"]})
        elif entity is Customer:
            _customer(session, stored | given, base, reason)
        else:
            records.save(session, entity, stored | given, base)
    except Conflict as conflict:
        raise _moved_on() from conflict


def _customer(
    session: Session, values: Mapping[str, Any], base: Mapping[str, Any], reason: str
) -> None:
    """Key fields change with a reason; what somebody has to approve first is asked for."""
    kept = session.scalar(select(func.key_fields())) or []
    names = {name for name in kept if values.get(name) != base.get(name)}
    if names and not reason:
        raise ReasonNeeded(names)
    requests.save(session, values, base, reason)


def _differs(given: Mapping[str, Any], stored: Mapping[str, Any]) -> None:
    if all(stored.get(name) == value for name, value in given.items()):
        raise KnownError(_("It is like that already."))


def _moved_on() -> KnownError:
    return KnownError(_("Somebody changed this record after you looked. Look at it again first."))


def _setting(session: Session, key: str, value: Any) -> None:
    shown = fields(CARD_OF["setting"]).get(key)
    if shown is None:
        raise KnownError(_("Nobody types this, so it cannot be put back by hand either."))
    stored = office_settings.load(session).values
    made: Any = value_of(shown, value)
    if shown.kind == "picture":
        made = office_settings.picture(session, value)
    elif value == "":
        made = None
    _differs({key: made}, stored)
    office_settings.save(session, stored | {key: made}, stored)


def _rule(session: Session, entry: Entry, name: str) -> None:
    kind = session.scalar(text("SELECT kind FROM number_rule WHERE id = :id"), {"id": entry.row})
    key = rule_field(str(kind), name)
    stored = number_rules.load(session).values
    made = entry.before.get(name) or (None if name == "prefix" else entry.before.get(name))
    _differs({key: made}, stored)
    number_rules.save(session, stored | {key: made}, stored)


# Documents: read whole, changed, and saved whole


def _document(
    session: Session,
    table: str,
    row: int,
    head: Mapping[str, Any],
    changed: Mapping[int, Mapping[str, Any]] | None,
    seen: int | None,
    entry: Entry | None = None,
) -> None:
    """Save a document with another head and some changed lines; `changed` None makes all of its
    lines what they were before `entry`."""
    kind = DOCUMENTS[table]
    raw = session.scalar(text(f"SELECT CAST({kind}_document(:id) AS text)"), {"id": row})
    if raw is None:
        raise Gone(_(SENTENCES["KH001"]))
    doc = json.loads(raw, parse_float=Decimal)
    named = "allocations" if table == "receipt" else "lines"
    before = json.dumps(doc, default=str)
    doc |= {name: value for name, value in head.items() if name in _writable(ENTITIES[table])}
    if changed is not None:
        doc[named] = [line | dict(changed.get(line["id"], {})) for line in doc[named]]
    elif entry is not None:
        doc[named] = _lines_before(session, table, row, doc[named], entry)
    if json.dumps(doc, default=str) == before:
        raise KnownError(_("It is like that already."))
    query = text(f"SELECT CAST(save_{kind}(CAST(:doc AS jsonb), :version) AS text)")
    version = doc["version"] if seen is None else seen
    given = {"doc": json.dumps(doc, default=str, ensure_ascii=False), "version": version}
    try:
        session.execute(query, given)
    except DBAPIError as error:
        if state_of(error) == "KH002":
            raise _moved_on() from error
        raise


def _lines_before(
    session: Session, table: str, row: int, lines: list[dict[str, Any]], entry: Entry
) -> list[dict[str, Any]]:
    """The lines as they were: those added since are gone, those taken out are here again.

    Entries of one transaction belong together: its lines may stand before or after its head.
    """
    part = PARTS[table][0]
    first = session.scalar(
        text(
            "SELECT min(h.id) FROM history h WHERE h.change_id = (SELECT change_id FROM history"
            " WHERE id = :id)"
        ),
        {"id": entry.id},
    )
    later = since(session, part, part_rows(session, table, row), int(first or entry.id))
    if entry.op == "insert":
        change = session.scalar(
            text(
                "SELECT max(h.id) FROM history h WHERE h.change_id = (SELECT change_id FROM"
                " history WHERE id = :id)"
            ),
            {"id": entry.id},
        )
        later = [one for one in later if one.id > int(change or entry.id)]
    found = {line["id"]: dict(line) for line in lines}
    for one in later:
        if one.op == "insert":
            found.pop(one.row, None)
        elif one.op == "erase":
            found[one.row] = _as_line(one.before) | {"id": None}
        elif one.row in found:
            found[one.row] |= _as_line(one.before)
    return sorted(found.values(), key=lambda line: line.get("position") or 0)


def _as_line(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        _LINE_KEYS.get(name, name): value
        for name, value in values.items()
        if name not in _LINE_OWN and not name.startswith("deleted")
    }


def version(session: Session, kind: str, row: int) -> int | None:
    """The version of a record as it is now; None for what is no record of one row."""
    if kind not in ENTITIES:
        return None
    query = text(f"SELECT version FROM {kind} WHERE id = :id")
    found: int | None = session.scalar(query, {"id": row})
    return found

"""Import of customers and contacts: staged by COPY, then inserted at once by the database."""

import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from client.data.importing.references import SEVERAL, UNKNOWN, Label, folded
from client.data.importing.sheet import Line, Run, Sheet, texts
from client.i18n import N_, _
from client.model.customer import Contact, Customer
from server_schema.search import customer_keys

EXISTS = N_("'{text}' exists already.")
OWNED = N_("'{text}' exists already; it belongs to {owner}.")
TWICE = N_("'{text}' stands in row {row} already.")
NOT_YOURS = N_("You may not import customers of {owner}.")
ADDRESS_PARTS = ("state", "city", "district")
OF_CONTACT = {"contact_name": "name", "contact_title": "title", "contact_mobile": "mobile"}
LENGTHS = {"name": 60, "title": 60, "mobile": 60}
MOST_ADDRESS = 300
PIECE = 1 << 20  # characters sent at a time
CHUNK = 10_000  # customers that the database inserts at once


class Stage:
    """Rows on their way into the database, copied to a staging table under one job's number."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.job: int = session.execute(text("SELECT new_import_job()")).scalar_one()
        self.rows = 0

    def add(self, rows: Iterable[tuple[int, str]]) -> None:
        """Copy rows, each its number in the file and its cells as `encoded` text."""
        buffer = io.StringIO()
        for number, cells in rows:
            buffer.write(f"{self.job}\t{number}\t{cells}\n")
            self.rows += 1
        buffer.seek(0)
        connection: Any = self._session.connection().connection
        with connection.cursor() as cursor:
            # Each piece is waited for while another thread judges rows: so a few large ones.
            cursor.copy_expert("COPY import_row (job, row, cells) FROM STDIN", buffer, PIECE)


def import_customers(sheet: Sheet, reserve: Callable[[int], int]) -> None:
    """Import a sheet of customers; `reserve(n)` takes n customer numbers and returns the first."""
    run = sheet.run
    seen: dict[str, dict[str, int]] = {}
    stage, unnumbered = Stage(run.session), 0
    finish = _with_contacts if "contact" not in run.kinds else _without_contacts
    for batch in sheet.batches(finish):
        for key in ("number", *run.options.duplicates):
            _refuse_known(run, batch, key, seen.setdefault(key, {}))
        _give_owners(sheet, batch)
        good = sheet.settle(batch)
        rows = []
        for line in good:
            late = f',"owner_id":{owner}' if (owner := line.values.get("owner_id")) else ""
            if "number" not in line.values:
                late += f',"nth":{unnumbered}'
                unnumbered += 1
            rows.append((line.number, line.staged[:-1] + late + "}"))
        stage.add(rows)
        if stage.rows >= CHUNK:
            _write(sheet, stage, unnumbered, reserve, False)
            stage, unnumbered = Stage(run.session), 0
    _write(sheet, stage, unnumbered, reserve, True)


def _write(
    sheet: Sheet, stage: Stage, unnumbered: int, reserve: Callable[[int], int], last: bool
) -> None:
    """Let the database insert what is staged; the last time also when that is nothing."""
    first = reserve(unnumbered) if unnumbered else 1
    answer = sheet.run.session.execute(
        text("SELECT import_customers(:job, :first, :last)"),
        {"job": stage.job, "first": first, "last": last},
    ).scalar_one()
    sheet.report.imported += answer["inserted"]


def import_contacts(sheet: Sheet) -> None:
    """Import a sheet of people at customers that are there already or came just before."""
    columns = [
        key for key in sheet.mapping.columns if sheet.mapping.kind.targets[key].field is not None
    ]
    for batch in sheet.batches():
        find_customers(sheet, batch)
        good = sheet.settle(batch)
        rows = [{key: line.values.get(key) for key in columns} for line in good]
        for row in rows:
            if "is_primary" in row:
                row["is_primary"] = bool(row["is_primary"])
        if rows:
            sheet.run.session.execute(insert(Contact.__table__), rows)  # type: ignore[arg-type]
        sheet.report.imported += len(rows)


def find_customers(sheet: Sheet, batch: list[Line]) -> dict[int, str]:
    """Replace customers' numbers or names in `batch` by ids; unknown ones become problems of their
    lines.

    Returns the names of the customers found, by id.
    """
    wanted = list(texts(batch, "customer_id"))
    found: dict[str, int | None] = {}
    titles: dict[int, str] = {}
    for column in (Customer.name, Customer.number):  # a number counts more than a name
        query = select(Customer.id, column, Customer.name).where(
            column.in_(wanted), Customer.deleted_at.is_(None)
        )
        names: dict[str, int | None] = {}
        for id_, name, title in sheet.run.session.execute(query):
            names[name] = None if name in names else id_
            titles[id_] = title
        found |= names
    label = Label(Customer.LABEL)
    for line in batch:
        word = line.values.get("customer_id")
        if word is None:
            continue
        if word not in found:
            line.bad.append(("customer_id", _(UNKNOWN).format(what=label, text=word)))
        elif found[word] is None:
            line.bad.append(("customer_id", _(SEVERAL).format(what=label, text=word)))
        else:
            line.values["customer_id"] = found[word]
    return titles


def taken(session: Session, kind: str, key: str, words: Sequence[str]) -> dict[str, str]:
    """Which of `words` other records of the office have already, with their owners' names.

    Records that the importer cannot see count as well.
    """
    if not words:
        return {}
    query = text("SELECT import_taken(:kind, :key, CAST(:words AS text[]))")
    answer = session.execute(query, {"kind": kind, "key": key, "words": list(words)})
    return dict(answer.scalar_one())


def refuse_taken(line: Line, key: str, word: str, known: dict[str, str]) -> None:
    if owner := known[word]:
        line.bad.append((key, _(OWNED).format(text=word, owner=owner)))
    else:
        line.bad.append((key, _(EXISTS).format(text=word)))


def _refuse_known(run: Run, batch: list[Line], key: str, seen: dict[str, int]) -> None:
    """Lines whose value another line or another customer has already are problems."""
    known = taken(run.session, "customer", key, list(texts(batch, key)))
    for line in batch:
        word = line.values.get(key)
        if word is None:
            continue
        if word in seen:
            line.bad.append((key, _(TWICE).format(text=word, row=seen[word])))
        elif word in known:
            refuse_taken(line, key, word, known)
        seen.setdefault(word, line.number)


def _give_owners(sheet: Sheet, batch: list[Line]) -> None:
    """An owner left empty is the public pool, where the importer may assign; else the importer."""
    run = sheet.run
    if run.may("customer", "assign"):
        if "owner_id" in sheet.mapping.columns:
            for line in batch:
                line.values.setdefault("owner_id", run.pool)
        return
    for line in batch:
        if line.values.setdefault("owner_id", run.me) != run.me:
            cell = line.cells[sheet.mapping.columns["owner_id"].index]
            line.bad.append(("owner_id", _(NOT_YOURS).format(owner=cell)))


def _with_contacts(line: Line) -> None:
    _finish(line, True)


def _without_contacts(line: Line) -> None:
    _finish(line, False)


def _finish(line: Line, with_contact: bool) -> None:
    """Make what import_customers expects: the columns of customer, and perhaps a contact."""
    values = line.values
    contact = {
        name: values.pop(key)[: LENGTHS[name]] for key, name in OF_CONTACT.items() if key in values
    }
    parts = [part for key in ADDRESS_PARTS if (part := values.pop(key, None))]
    if parts:
        values["address"] = whole_address(values.get("address"), parts)
    if "mobile" in contact and "mobile" not in values:
        values["mobile"] = contact["mobile"]
    if with_contact and "name" in contact:
        values["contact"] = contact
    values |= customer_keys(values)
    line.staged = encoded(values)


def whole_address(address: str | None, parts: list[str]) -> str:
    """The address, preceded by those `parts` (from large to small) that it does not contain
    already.
    """
    known = folded(address or "")
    lacking = list(dict.fromkeys(part for part in parts if folded(part) not in known))
    if any("\u3400" <= c <= "\u9fff" for c in (address or "") + "".join(parts)):
        return ("".join(lacking) + (address or ""))[:MOST_ADDRESS]
    return ", ".join(([address] if address else []) + lacking[::-1])[:MOST_ADDRESS]


def _plain(value: object) -> str:
    if isinstance(value, Decimal | date):
        return str(value)
    raise TypeError(type(value).__name__)


_json = json.JSONEncoder(ensure_ascii=False, default=_plain).encode


def encoded(cells: dict[str, Any]) -> str:
    """Cells as the JSON that `Stage` copies, escaped for COPY."""
    return _json(cells).replace("\\", "\\\\")

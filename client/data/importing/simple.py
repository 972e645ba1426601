"""Import of what customers and orders refer to: regions, code tables, departments, people, goods.

What the office has already stays as it is; a code that belongs to something else is a problem.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert, update

from client.data.formats import NO, YES, BadValue
from client.data.importing.cells import text_of
from client.data.importing.references import UNKNOWN, Lookup, folded, save_operator
from client.data.importing.sheet import Line, Sheet
from client.i18n import N_, _
from client.model.operator import Operator

OTHER = N_("The code {code} belongs to another record already.")
TWICE = N_("The code {code} stands in row {row} already.")
PARENT = "parent_id"


def import_simple(sheet: Sheet) -> None:
    """Import a sheet of records that are found by a code and a name."""
    kind = sheet.mapping.kind
    lookup = sheet.run.references.of(kind.entity)
    seen: dict[str, int] = {}
    named: set[str] = set()
    parents: list[tuple[Line, str]] = []
    for batch in sheet.batches():
        fresh = [line for line in batch if line.bad or _is_new(sheet, line, lookup, seen, named)]
        good = sheet.settle(fresh)
        parents += [
            (line, text) for line in good if (text := text_of(line.values.pop(PARENT, None)))
        ]
        _write(sheet, lookup, good)
    _hang(sheet, lookup, parents)


def _is_new(
    sheet: Sheet, line: Line, lookup: Lookup, seen: dict[str, int], named: set[str]
) -> bool:
    """Whether the line is a record to add; else it is counted as kept or gets a reason."""
    values = line.values
    code, name = values.get("code"), values["name"]
    if code is None:
        known = folded(name) in lookup.names or folded(name) in named
        named.add(folded(name))
        if known:
            sheet.report.kept += 1
        else:
            values["code"] = _new_code(sheet, lookup, seen)
            seen[folded(values["code"])] = line.number
        return not known
    key = folded(code)
    if key in seen:
        line.bad.append(("code", _(TWICE).format(code=code, row=seen[key])))
        return True
    seen[key] = line.number
    if key not in lookup.codes:
        if sheet.mapping.kind.is_code_table and folded(name) in (named | lookup.names.keys()):
            sheet.report.kept += 1  # names of a code table are unique as well
            return False
        named.add(folded(name))
        return True
    same = lookup.names.get(folded(name), -1) in (None, lookup.codes[key])
    if same or lookup.entity is Operator:
        sheet.report.kept += 1
        return False
    line.bad.append(("code", _(OTHER).format(code=code)))
    return True


def _new_code(sheet: Sheet, lookup: Lookup, seen: dict[str, int]) -> str:
    """A code for a record that comes without one: two digits, longer when there are many."""
    number = len(lookup.codes) + len(seen)
    width = 3 if sheet.report.read + len(lookup.codes) > 99 else 2
    while True:
        number += 1
        code = str(number).zfill(width)
        if code not in lookup.codes and code not in seen:
            return code


def _write(sheet: Sheet, lookup: Lookup, lines: list[Line]) -> None:
    if not lines:
        return
    entity: Any = lookup.entity
    session = sheet.run.session
    if entity is Operator:
        for line in lines:
            saved = save_operator(session, line.values)
            lookup.add(saved["id"], line.values["code"], line.values["name"])
    else:
        table = entity.__table__
        rows = list(_rows(sheet, lines))
        made = session.execute(
            insert(table).returning(table.c.id, sort_by_parameter_order=True), rows
        )
        for row, id_ in zip(rows, made.scalars().all(), strict=True):
            lookup.add(id_, row["code"], row["name"])
    sheet.report.imported += len(lines)


def _rows(sheet: Sheet, lines: list[Line]) -> Iterator[dict[str, Any]]:
    """The lines' values, each row with the same columns."""
    targets = sheet.mapping.kind.targets
    columns = [key for key in sheet.mapping.columns if targets[key].field and key != PARENT]
    lists = sheet.mapping.kind.is_code_table and "sort_order" not in columns
    for order, line in enumerate(lines, sheet.report.imported + 1):
        row = {key: line.values.get(key) for key in columns} | {"code": line.values["code"]}
        if "active" in row and row["active"] is None:
            row["active"] = True
        if "discontinued" in sheet.mapping.columns:
            row["active"] = _active(line.values)
        if lists:
            row["sort_order"] = order
        yield row


def _active(values: dict[str, Any]) -> bool:
    word = str(values.get("discontinued", "")).casefold()
    return word not in YES or word in NO


def _hang(sheet: Sheet, lookup: Lookup, parents: list[tuple[Line, str]]) -> None:
    """Put each record under its parent, now that all of the sheet are there."""
    entity: Any = lookup.entity
    by_parent: dict[int, list[int]] = {}
    bad = []
    for line, text in parents:
        try:
            parent = lookup.find(text)
        except BadValue as error:
            line.bad.append((PARENT, str(error)))
            parent = None
        if parent is None and not line.bad:
            line.bad.append((PARENT, _(UNKNOWN).format(what=lookup.label, text=text)))
        own = lookup.codes[folded(line.values["code"])]
        if parent is None:
            bad.append(line)
        elif own != parent:
            by_parent.setdefault(parent, []).append(own)
    sheet.settle(bad)
    table = entity.__table__
    for parent, children in by_parent.items():
        sheet.run.session.execute(
            update(table).where(table.c.id.in_(children)).values(parent_id=parent)
        )

"""All records of a kind as a table for a workbook: labels as heads, references as their text."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import FromClause, Select, Table, inspect, select
from sqlalchemy.orm import Session

from client.data.workbooks.workbook import ExportColumn
from client.data.workbooks.workbook import Table as Sheet
from client.i18n import translator
from client.model import Customer, Entity, Field, Operator, OrderLine, SalesOrder, fields

AT_ONCE = 2_000  # rows fetched; more would hold the interpreter too long

Translate = Callable[[str], str]
Show = Callable[[Any], Any]


def tables_of(session: Session, entity: type[Entity], language: str) -> list[Sheet]:
    """The sheets of one kind, as `export_tables` takes them; orders bring their lines.

    Rows are read while they are written, so the session has to stay open until then.
    """
    kinds: list[type[Entity]] = [entity]
    if entity is SalesOrder:
        kinds.append(OrderLine)
    return [_sheet(session, kind, translator(language)) for kind in kinds]


def _sheet(session: Session, entity: type[Entity], translate: Translate) -> Sheet:
    table = _table(entity)
    source: FromClause = table
    columns: list[ExportColumn] = []
    picked: list[Any] = []
    shows: list[Show | None] = []
    for field in fields(entity).values():
        head = ExportColumn(translate(field.label), _kind(field), field.width)
        if field.kind == "reference" and field.target is not None:
            target = _table(field.target).alias()
            source = source.outerjoin(target, target.c.id == table.c[field.name])
            if field.target is Customer:
                # Names of customers are not unique; their numbers are.
                number = fields(Customer)["number"]
                columns.append(ExportColumn(translate(number.label), "code", number.width))
                picked.append(target.c.number)
                shows.append(None)
            picked.append(target.c[field.target.TITLE])
        else:
            picked.append(table.c[field.name])
        columns.append(head)
        shows.append(_show(session, field, translate))
    query = select(*picked).select_from(source).order_by(*_order(entity, table))
    if entity is Operator:
        query = query.where(~table.c.built_in)
    return translate(entity.PLURAL), columns, _rows(session, query, shows)


def _table(entity: type[Entity]) -> Table:
    found = inspect(entity).local_table
    assert isinstance(found, Table)
    return found


def _kind(field: Field) -> str:
    return "text" if field.kind in ("reference", "references", "choice", "long") else field.kind


def _show(session: Session, field: Field, translate: Translate) -> Show | None:
    """How a stored value becomes what is written; None where it is written as it is."""
    if field.choices:
        return {value: translate(label) for value, label in field.choices}.get
    if field.kind == "references" and field.target is not None:
        target = _table(field.target)
        pairs = session.execute(select(target.c.id, target.c[field.target.TITLE]))
        names = {row[0]: row[1] for row in pairs}

        def titles(ids: Sequence[int] | None) -> list[str]:
            return [names[id_] for id_ in ids or () if id_ in names]

        return titles
    return None


def _order(entity: type[Entity], table: Table) -> list[Any]:
    """As the list is sorted at first, but the oldest first, as one reads a sheet."""
    return [table.c[name.removeprefix("-")] for name in (*entity.ORDER, "id")]


def _rows(
    session: Session, query: Select[Any], shows: Sequence[Show | None]
) -> Iterator[tuple[Any, ...]]:
    result = session.execute(query.execution_options(yield_per=AT_ONCE))
    if not any(shows):
        for row in result:
            yield tuple(row)
        return
    for row in result:
        yield tuple(show(value) if show else value for show, value in zip(shows, row, strict=True))

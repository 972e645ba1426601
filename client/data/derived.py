"""Columns of a list that are computed from other records, such as a customer's sales this year.

They are declared as `Figure`. For the rows on the screen each is computed by a subselect; if the
list is sorted, filtered or summed by one, it is computed for all rows by a join. Either way only
records that the reader may see are counted.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Subquery,
    func,
    literal,
    literal_column,
    select,
    text,
    type_coerce,
)
from sqlalchemy.orm import aliased

from client.model import Base, Entity, Field, Figure


@cache
def _as_fields(entity: Any) -> dict[str, Field]:
    return {
        name: Field(
            name=name,
            label=figure.label,
            type=figure.type,
            kind=figure.kind,
            required=False,
            readonly=True,
            choices=(),
            target=None,
            width=figure.width,
            help="",
            key_field=False,
            synonyms=(),
        )
        for name, figure in entity.FIGURES.items()
    }


def as_fields(entity: type[Entity]) -> dict[str, Field]:
    """The computed columns of a kind of record as fields, which nobody can change."""
    return _as_fields(cast(Any, entity))


def tables(entity: type[Entity], names: Sequence[str]) -> set[str]:
    """The tables that the computed columns among `names` are computed from."""
    return {entity.FIGURES[name].table for name in names if name in entity.FIGURES}


def of_row(entity: type[Entity], name: str) -> ColumnElement[Any]:
    """The computed column `name` as a subselect, for a query over `entity` that reads few rows."""
    figure = entity.FIGURES[name]
    table = Base.metadata.tables[figure.table].alias()
    query = select(_value(figure).label(name)).select_from(table)
    query = query.where(table.c[figure.by] == entity.id, text(figure.where))
    return _present(figure, query.correlate(cast(Any, entity)).scalar_subquery()).label(name)


def join(query: Any, entity: Any, names: Sequence[str]) -> tuple[Any, dict[str, Any]]:
    """`query` over `entity` with these computed columns joined for all its rows.

    Returns the query and the columns by name.
    """
    columns: dict[str, Any] = {}
    for source, group in _sources(entity, names).items():
        found = _grouped(source, {name: entity.FIGURES[name] for name in group})
        query = query.outerjoin(found, found.c.of == entity.id)
        columns |= {name: _present(entity.FIGURES[name], found.c[name]) for name in group}
    return query, columns


def every(entity: type[Entity], name: str) -> tuple[Any, ColumnElement[Any]]:
    """A query for the ids of all records, joined with one computed column, and that column."""
    other: Any = aliased(cast(Any, entity))
    query, columns = join(select(other.id), other, [name])
    return query, columns[name]


def _sources(entity: Any, names: Sequence[str]) -> dict[tuple[str, str, str], list[str]]:
    """The computed columns by what they are computed from, so that each source is read once."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for name in dict.fromkeys(names):
        figure = entity.FIGURES[name]
        found.setdefault((figure.table, figure.by, figure.where), []).append(name)
    return found


def _grouped(source: tuple[str, str, str], figures: dict[str, Figure]) -> Subquery:
    name, by, where = source
    table = Base.metadata.tables[name]
    values = (_value(figure).label(key) for key, figure in figures.items())
    query = select(table.c[by].label("of"), *values).where(text(where))
    return query.group_by(table.c[by]).subquery()


def _value(figure: Figure) -> ColumnElement[Any]:
    return type_coerce(literal_column(figure.value), figure.type)


def _present(figure: Figure, value: Any) -> Any:
    if figure.absent is None:
        return value
    return func.coalesce(value, literal(figure.absent, figure.type), type_=figure.type)

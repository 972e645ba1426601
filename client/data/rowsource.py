"""The queries of a list: its first rows, all its ids, and rows by their ids.

None of them uses OFFSET, so the end of a million rows is read as fast as their beginning.
"""

import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    any_,
    func,
    inspect,
    literal,
    null,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from client.data import derived
from client.i18n import N_
from client.model import STAMPS, Entity, Field, Operator, fields

FIRST = 200
Row = tuple[Any, ...]


class Condition(NamedTuple):
    """One condition of a list; `scan` means that no index helps, as in a search for text."""

    clause: ColumnElement[bool]
    scan: bool = False


class Totals(NamedTuple):
    """How many records the list has, and the sums of its amounts by field."""

    rows: int
    sums: dict[str, Any]


def list_fields(entity: type[Entity]) -> dict[str, Field]:
    """What a list can show: the record's fields and figures, who entered or changed it when."""
    shown = fields(entity) | derived.as_fields(entity)
    for name, label in STAMPS.items():
        person = name.endswith("_by")
        shown[name] = Field(
            name=name,
            label=label,
            type=inspect(entity).columns[name].type,
            kind="reference" if person else "moment",
            required=False,
            readonly=True,
            choices=(),
            target=Operator if person else None,
            width=10 if person else 15,
            help="",
            key_field=False,
            synonyms=(),
        )
    return shown


def bin_fields(entity: type[Entity]) -> dict[str, Field]:
    """What a list of deleted records shows besides: who deleted them, and when."""
    known = list_fields(entity)
    return {
        name: replace(known[like], name=name, label=label)
        for name, like, label in (
            ("deleted_at", "changed_at", N_("Deleted at")),
            ("deleted_by", "changed_by", N_("Deleted by")),
        )
    }


def show_bin(session: Session) -> None:
    """Let this session read deleted records, as far as the operator may see them."""
    session.execute(select(func.set_config("kehu.bin", "on", True)))


def title_of(entity: Any, target: type[Entity]) -> InstrumentedAttribute[Any]:
    """The column that stands for a record elsewhere; `entity` may be an alias of `target`."""
    return getattr(entity, target.TITLE)


class _Key(NamedTuple):
    """One column that a list is sorted by."""

    column: Any
    descending: bool
    nullable: bool

    def of(self, found: Any, number: int) -> "_Key":
        """The same key as the column `number` of a query that brings the keys along."""
        return self._replace(column=found.c[f"key{number}"])

    def ordered(self) -> ColumnElement[Any]:
        if not self.descending:
            return self.column.asc()
        # Empty values stand last both ways; where there are none, the plain form can use an index.
        return self.column.desc().nulls_last() if self.nullable else self.column.desc()


@dataclass(frozen=True)
class RowSource:
    """Which records of `entity` a list holds, in which order, and which fields it shows.

    `order` names fields, "-" before a name means descending; a reference is sorted by its title.
    Rows are tuples: id, version, then the named fields; a reference shows its title.
    With `deleted` it holds the records in the recycle bin instead.
    """

    entity: type[Entity]
    names: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    order: tuple[str, ...] = ()
    deleted: bool = False

    def with_where(self, where: Iterable[Condition]) -> "RowSource":
        return replace(self, where=tuple(where))

    def with_names(self, names: Iterable[str]) -> "RowSource":
        return replace(self, names=tuple(names))

    def first_page(self, session: Session, limit: int = FIRST) -> list[Row]:
        """The first `limit` rows, at once: figures are None, they take longer than all the rest."""
        self._begin(session)
        # The page is found first: joined before, a million rows would be joined and then cut off.
        query, keys = self._sought(session)
        page = query.limit(limit).subquery("page")
        plain = _row_query(cast(Any, self.entity), self.names, self.deleted, figures=False)
        rows = plain.join(page, self.entity.id == page.c.id)
        order = (key.of(page, n).ordered() for n, key in enumerate(keys))
        return [tuple(row) for row in session.execute(rows.order_by(*order))]

    def ids(self, session: Session) -> array:  # type: ignore[type-arg]
        """The ids of all records of the list in its order, four bytes each."""
        self._begin(session)
        keys = self._sought(session)[0].subquery()
        packed = session.scalar(select(func.string_agg(func.int4send(keys.c.id), literal(b""))))
        found = array("i", bytes(packed or b""))
        if sys.byteorder == "little":
            found.byteswap()
        return found

    def rows(self, session: Session, ids: Sequence[int]) -> list[Row | None]:
        """The rows of `ids` in that order; None for one that is gone or no longer visible."""
        if not ids:
            return []
        self._begin(session)
        wanted = any_(literal(list(ids), ARRAY(Integer)))
        found = session.execute(self._rows.where(self.entity.id == wanted))
        by_id = {row[0]: tuple(row) for row in found}
        return [by_id.get(number) for number in ids]

    def matching(self, session: Session, ids: Sequence[int]) -> dict[int, Row]:
        """Those of `ids` that belong to the list now, with their rows."""
        if not ids:
            return {}
        self._begin(session)
        wanted = self.entity.id == any_(literal(list(ids), ARRAY(Integer)))
        query = self._rows.where(wanted, *self._clauses())
        return {row[0]: tuple(row) for row in session.execute(query)}

    def totals(self, session: Session, names: Sequence[str] = ()) -> Totals:
        """How many records there are, and the sum of each of the named fields."""
        self._begin(session)
        made = [name for name in names if name in self.entity.FIGURES]
        query, found = derived.join(
            select(func.count()).select_from(self.entity), self.entity, made
        )
        columns = (found.get(name, getattr(self.entity, name, None)) for name in names)
        query = query.add_columns(*(func.sum(column) for column in columns))
        row = session.execute(query.where(*self._clauses())).one()
        return Totals(row[0], dict(zip(names, row[1:], strict=True)))

    def _begin(self, session: Session) -> None:
        if self.deleted:
            show_bin(session)

    def _clauses(self) -> list[ColumnElement[bool]]:
        return [_kept(self.entity, self.deleted), *(item.clause for item in self.where)]

    def _arrange(self, query: Any) -> tuple[Any, list[_Key]]:
        """`query` with what the order needs, and the order's columns; id comes last."""
        entity = self.entity
        columns: list[_Key] = []
        wishes = [(wish.removeprefix("-"), wish.startswith("-")) for wish in self.order]
        query, made = derived.join(query, entity, [n for n, _down in wishes if n in entity.FIGURES])
        for name, descending in wishes:
            if name in made:
                columns.append(_Key(made[name], descending, entity.FIGURES[name].absent is None))
                continue
            known = list_fields(entity) | bin_fields(entity)
            field, column = known.get(name), getattr(entity, name)
            nullable = column.property.columns[0].nullable
            if field is not None and field.target is not None and field.kind == "reference":
                other = aliased(field.target)
                query = query.outerjoin(other, column == other.id)
                column, nullable = sort_column(other, field.target), True
            elif name == "name" and hasattr(entity, "sort_key"):
                column, nullable = entity.sort_key, False
            columns.append(_Key(column, descending, nullable))
        if "id" not in dict(wishes):
            columns.append(_Key(entity.id, bool(columns) and columns[0].descending, False))
        return query, columns

    def _sought(self, session: Session) -> tuple[Any, list[_Key]]:
        """The ids in order with the columns of the order. Text is searched first, then sorted.

        Otherwise the planner, which cannot guess how rare a text is, may walk through a whole
        index in search of the first 200 hits. The same goes for a narrow reader, who sees
        little of the office: how little is no more known to it than the text.
        """
        query, keys = self._arrange(select(self.entity.id))
        labelled = (key.column.label(f"key{n}") for n, key in enumerate(keys))
        query = query.add_columns(*labelled).where(*self._clauses())
        if session.info.get("narrow") or any(item.scan for item in self.where):
            hits = query.cte("hits").prefix_with("MATERIALIZED")
            keys = [key.of(hits, n) for n, key in enumerate(keys)]
            query = select(*hits.c)
        return query.order_by(*(key.ordered() for key in keys)), keys

    @property
    def has_figures(self) -> bool:
        """Whether it shows figures, which the first page leaves out."""
        return any(name in self.entity.FIGURES for name in self.names)

    @property
    def _rows(self) -> Select[*tuple[Any, ...]]:
        return _row_query(cast(Any, self.entity), self.names, self.deleted)


def _kept(entity: type[Entity], deleted: bool) -> ColumnElement[bool]:
    # By the deletion's number, which has an index of the deleted alone.
    return entity.deletion_id.is_not(None) if deleted else entity.deleted_at.is_(None)


@cache
def _row_query(
    entity: type[Entity], names: tuple[str, ...], deleted: bool, figures: bool = True
) -> Select[*tuple[Any, ...]]:
    """The rows of a list, references by their titles. Building it takes as long as asking it."""
    known = list_fields(entity) | bin_fields(entity)
    query = select(entity.id, entity.version)
    for name in names:
        if name in entity.FIGURES:
            query = query.add_columns(derived.of_row(entity, name) if figures else null())
            continue
        field, column = known[name], getattr(entity, name)
        if field.target is None:
            query = query.add_columns(column)
            continue
        other = aliased(field.target)
        title = title_of(other, field.target)
        if field.kind == "references":
            listed = select(func.string_agg(title, ", ")).where(other.id == any_(column))
            query = query.add_columns(listed.scalar_subquery().label(name))
        else:
            query = query.add_columns(title.label(name))
            query = query.outerjoin(other, column == other.id)
    return query.where(_kept(entity, deleted))


def sort_column(entity: Any, target: type[Entity]) -> InstrumentedAttribute[Any]:
    """What sorts records that stand in a reference: pinyin order where it is kept."""
    return getattr(entity, "sort_key", None) or title_of(entity, target)


def money_names(entity: type[Entity], names: Iterable[str]) -> list[str]:
    """Those of `names` that are amounts, which a list adds up."""
    known: Mapping[str, Field] = list_fields(entity) | bin_fields(entity)
    return [name for name in names if known[name].kind == "money"]

"""What a kind of record and a field are. Imports neither Qt nor a connection."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    String,
    inspect,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column
from sqlalchemy.sql.type_api import TypeEngine

from client.i18n import N_

# Characters of texts whose columns have no length of their own; the database checks the same.
LONGEST = {"long": 10_000, "tags": 2_000}

NAMING = {
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "pk": "%(table_name)s_pkey",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


@dataclass(frozen=True)
class Field:
    """One field as grids, forms, filters, Excel, papers and history see it."""

    name: str
    label: str  # English; translated where it is shown
    type: TypeEngine[Any]
    kind: str  # text, long, code, phone, money, price, quantity, percent, integer, date, moment,
    # yes_no, choice, reference, references, tags, picture
    required: bool
    readonly: bool
    choices: tuple[tuple[str, str], ...]  # (stored value, English label)
    target: "EntityType | None"  # the kind of record a reference points at
    width: int  # in characters
    help: str
    key_field: bool  # changes only with a reason
    synonyms: tuple[str, ...]  # other headers an import understands, any language
    short: str = ""  # the label where room is short: lists and forms of its own kind

    @property
    def length(self) -> int | None:
        """Most characters a text may have; None where the kind has no such limit."""
        return getattr(self.type, "length", None) or LONGEST.get(self.kind)


@dataclass(frozen=True)
class Figure:
    """A value made of other records, as the sum of a customer's orders: shown, never changed.

    `value` is an SQL aggregate over the rows of `table` that meet `where`; their column `by` holds
    the record's id. `absent` stands where there are no such rows.
    """

    label: str  # English; translated where it is shown
    type: TypeEngine[Any]
    kind: str
    table: str
    by: str
    where: str
    value: str
    absent: Any = None
    width: int = 12


class Entity:
    """Columns that every table has, and what a screen needs to know of a kind of record."""

    LABEL: ClassVar[str] = ""  # N_() text, one record
    PLURAL: ClassVar[str] = ""  # N_() text, the list
    TITLE: ClassVar[str] = "name"  # the field that stands for the record elsewhere
    CODE: ClassVar[str] = ""  # the field people type instead of the title, if any
    MODULE: ClassVar[str] = "settings"  # the module whose permissions hold
    ICON: ClassVar[str] = "list"
    GRID: ClassVar[tuple[str, ...]] = ()  # names of fields and figures, in order
    KEPT: ClassVar[tuple[str, ...]] = ()  # of these, what a narrow list shows longest
    FIGURES: ClassVar[Mapping[str, Figure]] = {}
    FORM: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()  # ((section, field names), …)
    COMPUTED: ClassVar[tuple[str, ...]] = ()  # fields that a function of the database works out
    ORDER: ClassVar[tuple[str, ...]] = ()  # how a list is sorted at first; "-" before = descending
    NOTE: ClassVar[str] = ""  # N_() text, what the head of its form says where nothing else does
    FIELDS: ClassVar[Mapping[str, Field]] = {}  # of a card, which is no row of a table of its own

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(server_default="1")
    created_by: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default="now()")
    changed_by: Mapped[int | None]
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default="now()")
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    deleted_by: Mapped[int | None]
    deletion_id: Mapped[int | None] = mapped_column(BigInteger)


def field(
    *args: Any,
    label: str,
    kind: str = "",
    readonly: bool = False,
    choices: tuple[tuple[str, str], ...] = (),
    width: int = 12,
    key_field: bool = False,
    synonyms: tuple[str, ...] = (),
    many: str = "",
    short: str = "",
    **options: Any,
) -> MappedColumn[Any]:
    """A mapped column that carries its label and how it is shown in the column's own `info`.

    `many` names the table that the ids in an array column belong to.
    """
    info = {
        "label": label,
        "kind": kind,
        "readonly": readonly,
        "choices": choices,
        "width": width,
        "key_field": key_field,
        "synonyms": synonyms,
        "many": many,
        "short": short,
    }
    return mapped_column(*args, info=info, **options)


def field_of_card(
    name: str,
    label: str,
    type_: TypeEngine[Any],
    kind: str,
    required: bool = False,
    choices: tuple[tuple[str, str], ...] = (),
    width: int = 12,
    help: str = "",
) -> Field:
    """A field that is no column of its own: what a card shows."""
    return Field(
        name=name,
        label=label,
        type=type_,
        kind=kind,
        required=required,
        readonly=False,
        choices=choices,
        target=None,
        width=width,
        help=help,
        key_field=False,
        synonyms=(),
    )


_KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (ARRAY, "tags"),
    (Boolean, "yes_no"),
    (DateTime, "moment"),
    (Date, "date"),
    (Numeric, "money"),
    (Integer, "integer"),
    (String, "text"),
)


def _kind(info: Mapping[str, Any], type_: TypeEngine[Any], target: object) -> str:
    if info["kind"]:
        return str(info["kind"])
    if info["choices"]:
        return "choice"
    if target is not None:
        return "reference"
    return next(kind for base, kind in _KINDS if isinstance(type_, base))


EntityType = type[Entity]


def fields(entity: type[Entity]) -> dict[str, Field]:
    """All labelled fields of a kind of record, by name, in the order they are declared."""
    return dict(entity.FIELDS) if entity.FIELDS else _fields(cast(Any, entity))


@cache
def _fields(entity: Any) -> dict[str, Field]:
    mapper = inspect(entity)
    tables = {m.local_table.name: m.class_ for m in Base.registry.mappers}  # type: ignore[attr-defined]
    found = {}
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        if "label" not in column.info:
            continue
        keys = [key for key in column.foreign_keys if key.column.name == "id"]
        name = column.info["many"] or (keys[0].column.table.name if keys else "")
        target = tables[name] if name else None
        defaulted = column.default is not None or column.server_default is not None
        shown = {k: v for k, v in column.info.items() if k not in ("kind", "many")}
        found[attribute.key] = Field(
            name=attribute.key,
            type=column.type,
            kind=_kind(column.info, column.type, target),
            required=not column.nullable and not defaulted,
            target=target,
            help="",
            **shown,
        )
    return found


STAMPS = {
    "created_by": N_("Created by"),
    "created_at": N_("Created at"),
    "changed_by": N_("Changed by"),
    "changed_at": N_("Changed at"),
}

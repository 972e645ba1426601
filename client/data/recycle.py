"""The recycle bin: what was deleted, by whom, what comes back with it and what is in the way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from client.data.duplicates import LIMIT, TOO_MANY
from client.data.errors import Gone
from client.data.records import restore
from client.data.rowsource import show_bin
from client.i18n import N_, _
from client.model import ENTITIES, Customer, EntityType, fields

__all__ = ["Clash", "Deletion", "Preview", "deletions", "extent", "preview", "purge", "restore"]

AT_ONCE = 200
GONE = N_("This is not in the recycle bin any more.")
# Rows that nobody deletes by themselves: told only with the document they belong to.
PARTS = ("order_line", "quote_line", "delivery_line", "receipt_allocation")


class Deletion(NamedTuple):
    """One deletion: the record it was for, and counts of what was deleted with it, by kind."""

    id: int
    kind: str
    row: int
    title: str
    customer: str
    taken: Mapping[str, int]
    at: datetime
    who: str

    @property
    def rows(self) -> int:
        return sum(self.taken.values())

    @property
    def name(self) -> str:
        """How the record is called; a draft has no number yet."""
        return self.title or _("Draft {id}").format(id=self.row)


class Clash(NamedTuple):
    """Why a record cannot be restored as it is: a living record has its code or name."""

    what: str  # code, name; customer where that one is deleted; planned where its goods are taken
    kind: str
    row: int
    title: str
    value: str = ""
    by: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether restoring is possible under another code or name."""
        return self.what in ("code", "name")

    @property
    def sentence(self) -> str:
        if self.what == "planned":
            return _("Other deliveries take what it had of {name}: change those first.").format(
                name=self.title
            )
        if self.what == "customer":
            return _("Its customer {name} is deleted; restore that one first.").format(
                name=self.title
            )
        said = _("{field} {value} belongs to {other} now: give {name} another one.")
        label = fields(ENTITIES[self.kind])[self.what].label
        return said.format(field=_(label), value=self.value, other=self.by, name=self.title)


@dataclass(frozen=True)
class Preview:
    """What restoring one deletion would do.

    `lacks` are sentences about what stays deleted, `alike` about customers that may be duplicates.
    If `merge` is set, the deletion came from a merge, and restoring undoes that merge.
    """

    deletion: Deletion
    clashes: tuple[Clash, ...]
    lacks: tuple[str, ...]
    alike: tuple[str, ...]
    may: bool
    merge: dict[str, Any] | None = None

    @property
    def blocked(self) -> bool:
        """Whether it cannot be restored, not even under another code or name."""
        return not all(clash.is_asked for clash in self.clashes)


def deletions(session: Session, limit: int = AT_ONCE) -> list[Deletion]:
    """The latest deletions that the operator may see, at most `limit` of them."""
    query = text("SELECT * FROM bin_list(NULL, :limit)")
    found = session.execute(query, {"limit": limit}).mappings()
    return [_deletion(dict(row)) for row in found]


def _deletion(row: Mapping[str, Any]) -> Deletion:
    at = row["at"]
    return Deletion(
        row["deletion"],
        row["kind"],
        row["row_id"],
        row["title"] or "",
        row["customer"] or "",
        row["taken"],
        datetime.fromisoformat(at) if isinstance(at, str) else at,
        row["who"] or "",
    )


def preview(session: Session, deletion: int) -> Preview:
    """What comes back with a deletion and what is in the way.

    Raises Gone, and the database error that undoing its merge would.
    """
    found = session.scalar(text("SELECT restore_preview(:deletion)"), {"deletion": deletion})
    if found is None:
        raise Gone(_(GONE))
    clashes = (
        Clash(c["what"], c["kind"], c["id"], c["title"], c.get("value", ""), c.get("by", ""))
        for c in found["clashes"]
    )
    return Preview(
        _deletion(found),
        tuple(clashes),
        tuple(_lack(entry) for entry in found["lacks"]),
        tuple(_alike(entry) for entry in found["alike"]),
        bool(found["may"]),
        found["merge"],
    )


def _alike(entry: Mapping[str, str]) -> str:
    """A living customer that may be the same; of somebody else's only the owner is told."""
    if entry["because"] == LIMIT:
        return _(TOO_MANY)
    said = (
        _("{title} and {number} {name} ({owner}) are alike: {field}.")
        if "id" in entry
        else _("{title} and a customer of {owner} are alike: {field}.")
    )
    label = _(fields(Customer)[entry["because"]].label)
    return said.format(**{**entry, "field": label})


def _lack(entry: Mapping[str, str]) -> str:
    if entry["column"] == "merged_into":
        return _(
            "The customer it was merged into is erased for good: what had moved there does not"
            " come back."
        )
    entity = ENTITIES.get(entry["kind"])
    field = fields(entity).get(entry["column"]) if entity else None
    label = _(field.label) if field else _(ENTITIES[entry["target"]].LABEL)
    said = _("{field} {name} is deleted as well and stays so.")
    return said.format(field=label, name=entry["title"] or "")


def deletion_of(session: Session, entity: EntityType, id_: int) -> int:
    """The deletion that took a record away. Raises Gone."""
    query = text("SELECT deletion_of(:kind, :id)")
    found = session.scalar(query, {"kind": entity.__tablename__, "id": id_})  # type: ignore[attr-defined]
    if found is None:
        raise Gone(_(GONE))
    return int(found)


def extent(session: Session, entity: EntityType, ids: Iterable[int]) -> dict[str, int]:
    """Counts, by kind, of what would be deleted together with these records."""
    query = text("SELECT deletion_extent(:kind, :ids)")
    kind = entity.__tablename__  # type: ignore[attr-defined]
    return dict(session.scalar(query, {"kind": kind, "ids": list(ids)}) or {})


def before_deletion(session: Session, entity: EntityType, ids: Iterable[int]) -> dict[str, int]:
    """The same as `extent`; raises the error that deleting the records would raise."""
    query = text("SELECT deletion_extent(:kind, :ids) FROM check_deletion(:kind, :ids)")
    kind = entity.__tablename__  # type: ignore[attr-defined]
    return dict(session.scalar(query, {"kind": kind, "ids": list(ids)}) or {})


def merged_below(session: Session, deletion: int) -> list[str]:
    """The customers in the recycle bin that were merged into one that this deletion took."""
    show_bin(session)
    query = text(
        "SELECT d.number || ' ' || d.name FROM customer d JOIN customer k ON k.id = d.merged_into"
        " WHERE k.deletion_id = :deletion ORDER BY d.id"
    )
    return list(session.scalars(query, {"deletion": deletion}))


def purge(session: Session, deletion: int, why: str, and_history: bool = False) -> int:
    """Erase for good what one deletion took, as an administrator; returns the number of rows.

    With `and_history`, the contents of its history are erased as well.
    """
    query = text("SELECT purge_records(:deletion, :why, :and_history)")
    asked = {"deletion": deletion, "why": why, "and_history": and_history}
    return int(session.scalar(query, asked) or 0)


def counted(taken: Mapping[str, int], but: str = "") -> str:
    """Numbers of records by kind as people read them: Contacts 2 · Sales orders 1."""
    heads = {kind: n for kind, n in taken.items() if kind not in PARTS}
    less = {kind: n - (kind == but) for kind, n in heads.items()}
    return " · ".join(f"{_(ENTITIES[k].PLURAL)} {n:,}" for k, n in less.items() if n)

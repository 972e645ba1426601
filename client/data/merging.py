"""Merges two customers that are the same: what to keep of which, the merge, and undoing it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from client.data import forms, key_fields, records, recycle, search_keys
from client.data.errors import KnownError
from client.data.forms import FormData
from client.i18n import _, joined
from client.model import Customer, fields

Doc = dict[str, Any]
FIELDS = tuple(name for name in records.writable(Customer) if name != "number")
EMPTY: tuple[Any, ...] = (None, "", [])


class Side(NamedTuple):
    """One of the two customers, with counts of its records by kind."""

    data: FormData
    extent: dict[str, int]

    @property
    def id(self) -> int:
        return int(self.data.values["id"])

    @property
    def filled(self) -> int:
        return sum(self.data.values[name] not in EMPTY for name in FIELDS)


def read(session: Session, id_: int) -> Side:
    """One of the customers to be merged. Raises Gone."""
    data = forms.read_form(session, Customer, id_)
    return Side(data, recycle.extent(session, Customer, [id_]))


def fuller(left: Side, right: Side) -> int:
    """Which one to keep, 0 or 1: that with more records, then with more filled fields, then the
    older.
    """
    weights = [(sum(side.extent.values()), side.filled, -side.id) for side in (left, right)]
    return int(weights[1] > weights[0])


def older(left: Side, right: Side) -> int:
    """Which one was entered first, 0 or 1."""
    return int(right.id < left.id)


def approved_first(office: Any) -> bool:
    """Whether key fields change only after approval, so that the older customer has to be kept."""
    return bool(key_fields.to_approve(office, (n for n in key_fields.OFFERED if n != "owner_id")))


def differing(left: Side, right: Side) -> list[str]:
    """The names of the fields in which the two differ."""
    return [n for n in FIELDS if left.data.values[n] != right.data.values[n]]


def taken(kept: Side, other: Side) -> list[str]:
    """The fields that are empty in the kept customer and filled in the other."""
    mine, theirs = kept.data.values, other.data.values
    return [n for n in differing(kept, other) if mine[n] in EMPTY and theirs[n] not in EMPTY]


def merge(session: Session, kept: int, dropped: int, names: Iterable[str], reason: str) -> Doc:
    """Move all of one customer to the other, which takes over the fields `names` from it.

    Raises KnownError without a reason, and database errors.
    """
    if not reason.strip():
        raise KnownError(_("Say why."))
    query = text("SELECT merge_customers(:kept, :dropped, CAST(:names AS jsonb), :reason)")
    given = {"kept": kept, "dropped": dropped, "names": json.dumps(list(names)), "reason": reason}
    doc: Doc = session.execute(query, given).scalar_one()
    search_keys.complete(session)
    return doc


def unmerge(session: Session, id_: int) -> Doc:
    """Undo a merge: give back what still belongs to the kept customer. `stayed` of the answer
    tells the rest.
    """
    doc: Doc = session.execute(text("SELECT unmerge_customers(:id)"), {"id": id_}).scalar_one()
    search_keys.complete(session)
    return doc


def counted(numbers: Mapping[str, int]) -> str:
    """Contacts 2 · Sales orders 1; shares and prints are not told."""
    told = {kind: n for kind, n in numbers.items() if kind not in ("share", "print_log")}
    return recycle.counted(told)


def done_text(doc: Doc) -> str:
    """What moved where."""
    moved = counted(doc["moved"]) or _("nothing else")
    said = _("Merged into {number} {name}; moved: {records}")
    told = said.format(number=doc["kept"]["number"], name=doc["kept"]["name"], records=moved)
    return told + _asked(doc)


def _labels(names: Iterable[str]) -> str:
    return joined(_(fields(Customer)[name].label) for name in names)


def _asked(doc: Doc) -> str:
    """What somebody has to approve before it changes."""
    if not doc["asked"]:
        return ""
    return " " + _("Asked for approval: {fields}").format(fields=_labels(doc["asked"]))


def _stays(doc: Doc) -> list[str]:
    """What does not go back: sentences."""
    said = []
    left = counted(doc["stayed"]["moved"])
    if left:
        more = _("Tied to {name} meanwhile, so it stays: {records}")
        said.append(more.format(name=doc["kept"]["name"], records=left))
    if doc["stayed"]["fields"]:
        changed = _("Changed since, so it stays: {fields}")
        said.append(changed.format(fields=_labels(doc["stayed"]["fields"])))
    return said


def undoing(doc: Doc) -> list[str]:
    """What undoing a merge will bring back and what not: sentences."""
    said = _("It was merged into {number} {name}; what moved there comes back.")
    asks = _("You ask somebody to approve that this goes back at {name}: {fields}")
    later = asks.format(name=doc["kept"]["name"], fields=_labels(doc["asked"]))
    return [said.format(**doc["kept"]), *_stays(doc), *([later] if doc["asked"] else [])]


def undone_text(doc: Doc) -> str:
    """What came back, and what did not."""
    said = _("{number} {name} is back.").format(**doc["dropped"])
    return " ".join([said, *_stays(doc)]) + _asked(doc)

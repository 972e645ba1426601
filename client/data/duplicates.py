"""Finds out while a customer is typed whether it is there already, and checks tax numbers."""

import json
import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from client.i18n import N_, _
from server_schema.search import sound_key

PHONES = ("phone", "mobile")
TYPED = ("name", *PHONES, "tax_number")  # by which one is found
MOST_NAMED = 3
LIMIT = "limit"
TOO_MANY = N_("You have asked for too many others' customers; ask again in an hour.")

# Unified social credit codes: GB 32100-2015.
_CODES = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PERSON_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class PossibleDuplicate(NamedTuple):
    """A customer that may be the same. Of a colleague's customer, only the owner's name is
    known.
    """

    because: str
    owner: str
    id: int | None = None
    number: str = ""
    name: str = ""
    contact: str = ""  # of whom the phone is, where it is not the customer's own


def find(session: Session, typed: Mapping[str, Any]) -> list[PossibleDuplicate]:
    """The customers that may be the one with these values; the customer with its `id` is left
    out.
    """
    doc = {name: typed.get(name) for name in ("id", *TYPED)}
    doc["sound_key"] = sound_key(doc["name"]) if doc["name"] else None
    query = text("SELECT find_duplicates(CAST(:doc AS jsonb))")
    answer = session.execute(query, {"doc": json.dumps(doc)}).scalar_one()
    return [PossibleDuplicate(**{"owner": "", **entry}) for entry in answer]


def sentences(found: list[PossibleDuplicate]) -> dict[str, str]:
    """What to say under which field, by the field's name."""
    said: dict[str, list[str]] = {}
    for alike in found:
        if alike.because == LIMIT:
            continue
        if alike.id is None:
            line = _("Somebody else's customer already: ask {owner}.").format(owner=alike.owner)
        else:
            text_ = _("There already: {number} {name} ({owner})")
            if alike.contact:
                text_ = _("There already: {contact} at {number} {name} ({owner})")
            line = text_.format(**alike._asdict())
        said.setdefault(alike.because, []).append(line)
    told = {name: "\n".join(dict.fromkeys(lines[:MOST_NAMED])) for name, lines in said.items()}
    if any(alike.because == LIMIT for alike in found):
        told["name"] = "\n".join(filter(None, (told.get("name"), _(TOO_MANY))))
    return told


def tax_number_problem(typed: str | None) -> str:
    """What looks wrong about a tax number, else an empty text. It may be saved all the same."""
    whole = unicodedata.normalize("NFKC", typed or "").upper()
    plain = "".join(char for char in whole if char.isalnum())
    if not plain or len(plain) in (15, 17, 20):
        return ""
    if len(plain) != 18:
        return _("A tax number has 15, 17, 18 or 20 characters, this one {n}.").format(n=len(plain))
    if _is_credit_code(plain) or _is_person(plain):
        return ""
    return _("Check digit wrong: mistyped?")


def _is_credit_code(plain: str) -> bool:
    if any(char not in _CODES for char in plain):
        return False
    total = sum(_CODES.index(char) * pow(3, place, 31) for place, char in enumerate(plain[:17]))
    return _CODES[(31 - total % 31) % 31] == plain[17]


def _is_person(plain: str) -> bool:
    """Whether it is an identity card's number, which a person has instead of a tax number."""
    if not (plain[:17].isdecimal() and plain[:17].isascii()):
        return False
    total = sum(int(d) * w for d, w in zip(plain, _PERSON_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == plain[17]


__all__ = ["PHONES", "TYPED", "PossibleDuplicate", "find", "sentences", "tax_number_problem"]

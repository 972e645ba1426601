"""Who else is changing a record at this moment: a hint, never a lock."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy import text as plain

from client.data.formats import time_text
from client.i18n import _
from client.model import CARDS, ENTITIES

PREFIX = "presence."  # of notices: what follows is the kind of record
KINDS = {*ENTITIES, *CARDS, "rights_role"}


@dataclass(frozen=True)
class Other:
    """A colleague with unsaved changes in a record, since when, and whether still typing."""

    name: str
    since: datetime
    typing: bool


def announce(office: Any, kind: str, id: int) -> None:
    """Tell colleagues that this operator has unsaved changes in a record."""
    with office.session() as session:
        session.execute(select(func.here_i_am(kind, id)))


def withdraw(office: Any, kind: str, id: int) -> None:
    """Take the announcement back: nothing unsaved is left in the record."""
    with office.session() as session:
        session.execute(select(func.gone(kind, id)))


def others(office: Any, kind: str, id: int) -> list[Other]:
    """Who else has unsaved changes in a record."""
    query = plain("SELECT name, since, typing FROM who_is_here(:kind, :id)")
    with office.session() as session:
        return [Other(*row) for row in session.execute(query, {"kind": kind, "id": id})]


def sentence(found: list[Other]) -> str:
    """What a form says about these colleagues; empty if there are none."""
    texts = []
    for other in found:
        text = (
            _("{name} has been changing this since {time} and is typing.")
            if other.typing
            else _("{name} has unsaved changes here since {time}.")
        )
        texts.append(text.format(name=other.name, time=time_text(other.since)))
    return "  ".join(texts)

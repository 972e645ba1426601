"""What the hand-over dialogs ask the database for; each runs on a worker thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from client.data import handover, lookups, operators, papers
from client.data.access import export_note
from client.data.handover import Doc, Handed
from client.data.lookups import Choice
from client.data.workbooks.workbook import write_whole
from client.model import Operator, fields
from client.model.customer import Customer

KINDS = {name: fields(Customer)[name].target for name in ("region_id", "type_id", "grade_id")}


@dataclass(frozen=True)
class Offer:
    """What there is to hand over, the people of the office, and the names of groups."""

    rows: list[Handed]
    people: list[Choice]
    titles: dict[str, dict[int, str]]
    regions: dict[int, list[int]]  # active people by region
    rest: list[str]  # what else is about the owner, in sentences
    barred: str  # why this operator hands nothing over here


def read(office: Any, owner: int | None, ids: Sequence[int]) -> Offer:
    """The customers of one owner, or chosen ones."""
    with office.session() as session:
        asked = owner is not None or ids
        rows = handover.customers_of(session, owner, ids) if asked else []
        people = lookups.whole(session, [Operator])[Operator]
        kinds = [kind for kind in KINDS.values() if kind is not None]
        known = lookups.whole(session, kinds)
        titles = {n: lookups.titles(known[k]) for n, k in KINDS.items() if k is not None}
        rest = handover.rest(session, owner) if owner is not None and not ids else []
        regions, barred = handover.people_by_region(session), handover.barred(session, office)
        return Offer(rows, people, titles, regions, rest, barred)


def hand_over(office: Any, asked: Doc, reason: str) -> Doc:
    doc: Doc = office.run(lambda session: handover.hand_over(session, asked, reason))
    return doc


def disable(office: Any, leaver: int) -> None:
    """End the login of who leaves."""
    operators.set_active(office, leaver, False)


def undo(office: Any, id_: int) -> Doc:
    doc: Doc = office.run(lambda session: handover.undo(session, id_))
    return doc


def listed(office: Any) -> list[Doc]:
    with office.session() as session:
        return handover.listed(session)


def load(office: Any, id_: int) -> Doc:
    with office.session() as session:
        return handover.load(session, id_)


def save_sheets(office: Any, id_: int, path: Path, language: str) -> int:
    """A sheet to sign for each receiver, in one PDF file. Answers with its pages."""
    from reports.papers import Item, make_many

    with office.session() as session:
        doc = handover.load(session, id_)
        details = papers.office_details(office.settings)
        details["logo"] = papers.logo_of(session, details.get("logo"))
    parts = handover.receivers_of(doc)
    items = (Item("handover", part, details, language) for part in parts)
    buffer = BytesIO()
    made = make_many(items, buffer)
    export_note(office, "handover", path)(len(parts))
    write_whole(path, buffer.getvalue())
    return made.pages

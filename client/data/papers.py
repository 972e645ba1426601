"""What the papers of all kinds are made of: the document, the office's details, the file's name.
Every print is logged here, too.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from client.data import formats
from client.data.connection import Office
from client.data.deliveries.documents import load as load_delivery
from client.data.errors import SENTENCES, Gone
from client.data.money.receipts import fetch as fetch_receipt
from client.data.money.statements import statement
from client.data.priced.documents import load, load_order, quote_revisions
from client.data.priced.kinds import QUOTE
from client.i18n import N_, _, translator

Doc = dict[str, Any]

OWN = "office_"
FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\ud800-\udfff]+')
# No system takes a name of more than 255 bytes; a Chinese character has three.
LONGEST_NAME, LONGEST_NUMBER = 40, 30


class Kind(NamedTuple):
    """A kind of paper: `module` is the one of its rights, `table` the one whose changes make it
    old, `day` the document's date. A draft has no `number`."""

    label: str
    module: str
    table: str
    day: str


KINDS = {
    "quote": Kind(N_("Quote"), "quote", "quote", "quote_date"),
    "order": Kind(N_("Sales order"), "order", "sales_order", "order_date"),
    "delivery": Kind(N_("Delivery note"), "delivery", "delivery", "planned_on"),
    "receipt": Kind(N_("Receipt"), "receipt", "receipt", "receipt_date"),
    "statement": Kind(N_("Statement of account"), "receipt", "customer", "date_to"),
}


def _quote(session: Session, id_: int, revision: int | None = None) -> Doc:
    """The quote as it stands, or as the customer got it in one of its revisions."""
    if revision is None:
        return load(session, QUOTE, id_)
    for sent in quote_revisions(session, id_):
        if sent["revision"] == revision:
            return dict(sent["document"])
    raise Gone(_(SENTENCES["KH001"]))


# Reads the document of a kind: (session, id, **more).
LOADERS: dict[str, Callable[..., Doc]] = {
    "quote": _quote,
    "order": load_order,
    "delivery": load_delivery,
    "receipt": fetch_receipt,
    "statement": statement,
}


class Size(NamedTuple):
    """A paper by the name it is chosen by, in millimetres."""

    label: str
    width: float
    height: float


SIZES = {
    "a4": Size(N_("A4"), 210, 297),
    "241x140": Size(N_("241 × 140 mm (half)"), 241, 140),
    "241x93": Size(N_("241 × 93 mm (third)"), 241, 93),
}


def gather(office: Office, kind: str, id_: int, **more: Any) -> Doc:
    """Everything that the paper says, `office` included. Raises Gone or NotYours.

    A statement's id is the customer's; `more` are what its loader asks for besides.
    """
    with office.session() as session:
        return read(session, office.settings, kind, id_, **more)


def read(session: Session, settings: Mapping[str, Any], kind: str, id_: int, **more: Any) -> Doc:
    """`gather` within a session that is open already."""
    doc = LOADERS[kind](session, id_, **more)
    # What a customer has got names the office as it was then.
    details = doc.get("office") or office_details(settings)
    doc["office"] = {**details, "logo": logo_of(session, details.get("logo"))}
    return doc


def office_details(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What a paper says about the office, out of its settings; the logo by its picture's id."""
    return {key.removeprefix(OWN): value for key, value in settings.items() if key.startswith(OWN)}


def logo_of(session: Session, number: Any) -> bytes | None:
    """The bytes of the logo, which settings know by its number."""
    if not isinstance(number, int):
        return None
    content = session.scalar(text("SELECT content FROM picture WHERE id = :id"), {"id": number})
    return bytes(content) if content is not None else None


def title(kind: str, doc: Mapping[str, Any], language: str) -> str:
    """The document's number, or what stands for it: `Draft 12`, or the customer of a statement."""
    if kind == "statement":
        return str((doc.get("customer") or {}).get("number") or "")
    draft = translator(language)(N_("Draft {id}")).format(id=doc.get("id") or "")
    return str(doc.get("number") or draft.strip())


def file_name(kind: str, doc: Mapping[str, Any], language: str) -> str:
    """Like 销售单_广州星河_SO-2026-0412_20260912.pdf, without characters a file cannot have."""
    customer = doc.get("customer") or {}
    parts = (
        translator(language)(KINDS[kind].label),
        _clean(customer.get("short_name") or customer.get("name"))[:LONGEST_NAME],
        _clean(title(kind, doc, language))[:LONGEST_NUMBER],
        formats.date_text(doc.get(KINDS[kind].day)).replace("-", ""),
    )
    return "_".join(part.strip(" .") for part in parts if part.strip(" .")) + ".pdf"


def _clean(part: object) -> str:
    return FORBIDDEN.sub(" ", str(part or "")).strip()


def copies_offered(settings: Mapping[str, Any]) -> list[str]:
    """The names that the sets of a paper can bear."""
    found = settings.get("office_copies")
    names = [str(name).strip() for name in found] if isinstance(found, list) else []
    return [name for name in names if name]


def log_print(
    session: Session, kind: str, id_: int, *, way: str, paper: str, language: str, printer: str = ""
) -> int:
    """Note that a document was printed; answers how many times by now, this one included.

    `way` is printer or pdf.
    """
    details = {"way": way, "paper": paper, "language": language, "printer": printer}
    query = text("SELECT log_print(:kind, :id, CAST(:details AS jsonb))")
    values = {"kind": kind, "id": id_, "details": json.dumps(details, ensure_ascii=False)}
    return int(session.scalar(query, values) or 1)

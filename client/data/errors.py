"""Errors that the operator can understand and act on, and the sentence for each; all others are
bugs.

A broken constraint is found by its name, which leads to the field and so to the label in the
sentence.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import psycopg2
from sqlalchemy.exc import DBAPIError

from client.data import formats
from client.data.parsing import BadValue
from client.i18n import N_, _
from client.model import ENTITIES, Customer, Entity, SalesOrder, fields


class KnownError(Exception):
    """Something went wrong that the operator can understand and act on; its text is a sentence."""


class Gone(KnownError):
    """The record was deleted, or there never was one."""


class NotYours(KnownError):
    """The record exists, but this operator may not see or change it."""


class MergeTarget(NamedTuple):
    """The customer that took over from one that is in the bin since."""

    id: int
    number: str
    name: str
    old_number: str
    old_name: str


class MergedAway(Gone):
    """The customer was merged into another one, `kept`."""

    def __init__(self, kept: MergeTarget) -> None:
        said = _("{old} {old_name} was merged into {number} {name}.")
        super().__init__(
            said.format(
                old=kept.old_number, old_name=kept.old_name, number=kept.number, name=kept.name
            )
        )
        self.kept = kept


class CommitUnknown(KnownError):
    """The server went away during a commit: nobody knows whether `answer` is stored."""

    reason = "unreachable"

    def __init__(self, answer: Any) -> None:
        super().__init__(_(NO_SERVER))
        self.answer = answer


@dataclass
class Conflict(Exception):
    """Somebody else saved the record since it was loaded. Each attribute holds values by field."""

    loaded: dict[str, Any]
    mine: dict[str, Any]
    theirs: dict[str, Any]

    def __str__(self) -> str:
        return _("Somebody else has saved this record meanwhile. Choose what to keep.")


SENTENCES: dict[str, str] = {
    "KH001": N_("This record has been deleted meanwhile."),
    "KH002": N_("Somebody else has saved this record meanwhile. Choose what to keep."),
    "KH003": N_("This record is not one of yours (any more)."),
    "KH004": N_("That is not possible in the state this record is in now."),
    "KH006": N_("This is in use and cannot be deleted. Set it inactive instead."),
    "40001": N_("Somebody else was working on the same records. Please try again."),
    "40P01": N_("Somebody else was working on the same records. Please try again."),
    "42501": N_("You do not have the right to do this. Your administrator can give it to you."),
    "53300": N_("The server has no free connection. Try again in a moment."),
    "57014": N_("The work was cancelled."),
}
_DETAILS: dict[str, str] = {
    "numbered": N_("It has numbered documents, which are cancelled or voided, never deleted."),
    "customer_numbered": N_(
        "It has documents with numbers, which are never deleted, so it stays. Give it the status"
        " Lost, or merge it into another customer."
    ),
    "customer_deleted": N_("Its customer is deleted; restore that one first."),
    "pointed_at": N_("Other records still point at it: it has to stay in the recycle bin."),
    "paid": N_("Money was received for it: void those receipts first."),
    "delivering": N_("Goods are planned or sent for it: cancel those deliveries first."),
    "currency_used": N_("There are documents in the office's currency already, so it stays."),
    "not_approved": N_("The order has to be approved before goods leave."),
    "expired": N_("The quote has expired. Give it a later day and send it again."),
    "ordered": N_("This quote has become an order already."),
    "accepted": N_("The quote is accepted; copy it to make another offer."),
    "red": N_("This is a red entry itself."),
    "last_administrator": N_("This is the last active administrator."),
    "handover_changed": N_(
        "Some of these customers belong to somebody else by now. Read them again."
    ),
    "handover_old": N_("A hand-over can be undone for 30 days."),
    "handover_undone": N_("This hand-over has been undone already."),
    "import_told": N_(
        "A day's imports are told of 5,000 records that one may not see, and no more. Let somebody"
        " import who may see them, or go on tomorrow."
    ),
    "role_name_taken": N_("Another role has this name already."),
    "administrator_keeps": N_("Administrators must be able to view, create and edit operators."),
    "ready_role": N_("A role that came ready can be changed, not deleted."),
    "role_used": N_("Operators have this role. Give them another one first."),
    "merge_undone": N_("This merge has been undone already."),
    "merge_purged": N_("One of the two customers is erased for good: this cannot be undone."),
    "merge_moved_on": N_(
        "The customer that was kept is deleted or merged itself: bring that one back first."
    ),
    "merge_older": N_(
        "Key fields of a customer change here only after somebody has approved it, so the older"
        " customer stays."
    ),
    "login_fixed": N_("A login never changes."),
    "needs_approval": N_(
        "Key fields of a customer change here only after somebody has approved it: ask for that"
        " in the customer's form."
    ),
    "handover_needs_approval": N_(
        "Another owner needs somebody's approval here: let them hand over, or ask for it in the"
        " customer's form."
    ),
    "request_empty": N_("What you ask for is what stands there already."),
    "request_open": N_(
        "The request of {who} of {when} for this customer has to be approved, refused or withdrawn"
        " first."
    ),
    "request_mine": N_(
        "Your own request of {when} for this customer waits: withdraw it first, or let it be"
        " decided."
    ),
    "request_decided": N_("This request is not open any more."),
    "request_own": N_("Your own request has to be decided by somebody else."),
    "request_overtaken": N_(
        "The customer was changed since this was asked for: the old values do not stand any more."
    ),
}
# What a document has become, where its new state is all that was in the way.
_BECAME: dict[str, str] = {
    "draft": N_("It is a draft again."),
    "submitted": N_("It has been submitted meanwhile."),
    "approved": N_("It has been approved meanwhile."),
    "partly_shipped": N_("Goods have left for it meanwhile."),
    "shipped": N_("The goods have left meanwhile."),
    "completed": N_("It has been completed meanwhile."),
    "cancelled": N_("It has been cancelled meanwhile."),
    "sent": N_("It has been sent to the customer meanwhile."),
    "refused": N_("The customer has refused it meanwhile."),
    "picked": N_("It has been picked meanwhile."),
    "received": N_("The goods have arrived meanwhile."),
    "posted": N_("It has been posted meanwhile."),
    "voided": N_("It has been voided meanwhile."),
}
_RULES: dict[str, str] = {
    "lines": N_("A document needs at least one line."),
    "time_zone": N_("The server knows no time zone of this name: {detail}."),
    "delivery_lines": N_("A delivery needs at least one line."),
    "total": N_("The total is below zero: {detail}."),
    "valid_until": N_("The day until which it is valid has passed: {detail}."),
    "received": N_("{detail} was received already; the total cannot be less."),
    "delivered": N_("{detail} is planned to be sent: change the delivery first."),
    "delivery": N_("{detail}: that is more than was ordered."),
    "order_line_id": N_("That line belongs to another order."),
    "order_id": N_("That order is another customer's, or in another currency."),
    "amount": N_("How much money?"),
    "allocated": N_("Only {detail} can be handed out to orders."),
    "allocations": N_("{detail}: that is more than is outstanding. Somebody may have received it."),
    "void_reason": N_("Say why."),
    "product_id": N_("Product {detail} is not sold any more."),
    "contact_id": N_("The contact belongs to another customer."),
    "cancel_reason": N_("Say why."),
    "purge_reason": N_("Say why."),
    "reason": N_("Say why."),
    "merged_into": N_("Choose two different customers."),
    "moves": N_("No customer has a receiver yet."),
    "owner_id": N_("Choose an active operator."),
    "colleague": N_("Choose somebody else."),
    "reveal": N_("You have looked at too many numbers within an hour."),
    "role_name": N_("A role needs a name."),
    "login": N_("A login consists of letters, digits, dots, hyphens or Chinese characters."),
    "password": N_("That is not a usable password."),
}
_PARENTS: dict[str, type[Entity]] = {"customer_id": Customer, "order_id": SalesOrder}
NO_SERVER = N_("The server does not answer. What you typed is kept; it saves when it is back.")
UNEXPECTED = N_("Something went wrong that should not have. It has been written to the log.")


_MESSAGE = re.compile(r'(?:table|view|relation|function|schema|sequence) "?(\w+)')
_CONTEXT = re.compile(r"PL/pgSQL function (?:public\.)?(\w+)\(")


def became(status: str) -> str:
    """The sentence for KH004: what the document has become meanwhile."""
    return _(_DETAILS.get(status) or _BECAME.get(status) or SENTENCES["KH004"])


def closed(status: str) -> str:
    """The same sentence for somebody who was typing: the document cannot be saved any more."""
    return became(status) + " " + _("What you typed stays here, but it cannot be saved any more.")


def missing(error: BaseException, entity: type[Entity]) -> KnownError:
    """The exception for KH001 or KH003: the record of this kind, or its customer or order, is
    not there.
    """
    detail = str(getattr(getattr(origin(error), "diag", None), "message_detail", None) or "")
    about = _PARENTS.get(field_of(error), entity)
    return not_there(state_of(error), about, json.loads(detail) if detail.startswith("{") else None)


def not_there(fate: str, entity: type[Entity], kept: dict[str, Any] | None = None) -> KnownError:
    """The exception for a record that cannot be read.

    `fate` is KH001 (deleted), KH003 (somebody else's) or 42501 (no right); `kept` is set if it is a
    customer that was merged into another one.
    """
    if kept is not None:
        return MergedAway(MergeTarget(**kept))
    kind = _(entity.LABEL)
    if fate == "KH003":
        said = _("{kind}: it belongs to somebody else now, whose records you do not see.")
        return NotYours(said.format(kind=kind))
    if fate == "42501":
        return NotYours(_(SENTENCES["42501"]))
    said = _("{kind}: somebody has deleted it meanwhile. The recycle bin may still have it.")
    return Gone(said.format(kind=kind))


def origin(error: BaseException) -> BaseException:
    """The driver's error inside SQLAlchemy's, or the error itself."""
    return error.orig if isinstance(error, DBAPIError) and error.orig else error


def state_of(error: BaseException) -> str:
    """The SQLSTATE of a database error; an empty text for any other."""
    return str(getattr(origin(error), "pgcode", None) or "")


def refusal(error: BaseException) -> str | None:
    """The table or function that the database refused for want of a right.

    An empty text if its name is not known; None if the error is no such refusal.
    """
    if not isinstance(error, NotYours) and state_of(error) not in ("42501", "KH003"):
        return None
    diagnosis = getattr(origin(error), "diag", None)
    for said, names in ((_MESSAGE, "message_primary"), (_CONTEXT, "context")):
        if found := said.search(getattr(diagnosis, names, None) or ""):
            return found[1]
    return ""


def server_gone(error: BaseException) -> bool:
    """Whether the server could not be reached, or has no connection left for this operator, as
    opposed to a statement that failed.
    """
    if getattr(error, "reason", "") in ("unreachable", "too_many"):
        return True
    found = origin(error)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    broken = isinstance(found, psycopg2.OperationalError | psycopg2.InterfaceError)
    return broken and state_of(error)[:2] in ("", "08", "57") and state_of(error) != "57014"


def field_of(error: BaseException) -> str:
    """The name of the field that a database error is about; an empty text if it is about none."""
    diagnosis = getattr(origin(error), "diag", None)
    if diagnosis is None:
        return ""
    if diagnosis.column_name:
        return str(diagnosis.column_name)
    name, table = diagnosis.constraint_name or "", diagnosis.table_name or ""
    for ending in ("_check", "_key", "_fkey"):
        if name.startswith(f"{table}_") and name.endswith(ending):
            return name[len(table) + 1 : -len(ending)]
    return ""


def known(error: BaseException) -> bool:
    """Whether `sentence` has words for the error; if not, it is a bug."""
    if isinstance(error, KnownError | Conflict | BadValue):
        return True
    state = state_of(error)
    return server_gone(error) or state in SENTENCES or state[:2] in ("22", "23") or state == "KH005"


def sentence(error: BaseException) -> str:
    """What happened and what to do, in the operator's language, without a word of SQL."""
    if isinstance(error, KnownError | Conflict | BadValue):
        return str(error)
    if server_gone(error):
        return _(NO_SERVER)
    state = state_of(error)
    detail = str(getattr(getattr(origin(error), "diag", None), "message_detail", None) or "")
    if detail in _DETAILS:
        return _(_DETAILS[detail]).format(**_hint(error))
    if state == "KH004" and detail in _BECAME:
        return _(_BECAME[detail])
    if state == "KH005":
        return _(_RULES.get(field_of(error), UNEXPECTED)).format(detail=detail)
    if state in SENTENCES:
        return _(SENTENCES[state])
    if state[:2] in ("22", "23"):
        return _of_value(error, state)
    return _(UNEXPECTED)


def _hint(error: BaseException) -> dict[str, str]:
    """The values for a sentence about somebody else's request: whose it is, and since when."""
    hint = getattr(getattr(origin(error), "diag", None), "message_hint", None) or ""
    if not hint.startswith("{"):
        return {"who": "–", "when": "–"}
    told = json.loads(hint)
    when = formats.datetime_text(datetime.fromisoformat(told["at"]))
    return {"who": told["who"], "when": when}


def _of_value(error: BaseException, state: str) -> str:
    label = _label(error)
    if state == "23514" and (most := _most(error)):
        return _("{field}: at most {n} characters fit here.").format(field=label, n=most)
    if state == "23505":
        text = N_("{field}: this value is taken already.")
    elif state == "23502" or (state == "23514" and field_of(error) in ("code", "name")):
        text = N_("{field}: a value is needed.")
    elif state == "23503":
        text = N_("{field}: the record it points at is not there (any more).")
    elif state == "22001":
        text = N_("A text is longer than there is room for.")
    elif state in ("22003", "23514"):
        text = N_("{field}: this value is out of range.")
    elif state in ("22021", "22P05"):
        text = N_("A text contains characters that cannot be kept.")
    else:
        text = N_("{field}: this value cannot be kept.")
    return _(text).format(field=label)


def _most(error: BaseException) -> int | None:
    """How many characters fit into the long text that a database error is about."""
    entity = ENTITIES.get(getattr(getattr(origin(error), "diag", None), "table_name", None) or "")
    found = fields(entity).get(field_of(error)) if entity else None
    return found.length if found is not None and found.kind in ("long", "tags") else None


def _label(error: BaseException) -> str:
    diagnosis = getattr(origin(error), "diag", None)
    entity = ENTITIES.get(getattr(diagnosis, "table_name", None) or "")
    name = field_of(error)
    if entity is None:
        return _("A value")
    known_fields = fields(entity)
    for guess in (name, f"{name}_id"):
        if guess in known_fields:
            return _(known_fields[guess].label)
    return _(entity.LABEL)


def stored_document(error: BaseException) -> dict[str, Any] | None:
    """The document as it is stored now, which the database sends along with a KH002; else None."""
    if state_of(error) != "KH002":
        return None
    detail = getattr(getattr(origin(error), "diag", None), "message_detail", None)
    found = json.loads(detail) if detail else None
    return found if isinstance(found, dict) else None

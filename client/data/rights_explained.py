"""Explains rights in sentences: why one sees a record or not, and what an operator may do."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from client.data import formats
from client.data.logins import last_login
from client.data.rights import Values, role_title
from client.i18n import N_, _, joined, plural
from client.model import ENTITIES, fields
from client.model.operator import ACTIONS, MODULES, PAIRS, SCOPES


class Line(NamedTuple):
    """One sentence; `holds` is True if it allows, False if it forbids, None if it only informs."""

    text: str
    holds: bool | None = None


class Part(NamedTuple):
    """Some lines under a title."""

    title: str
    lines: list[Line]


_STATES: dict[tuple[str, str], str] = {
    ("sales_order", "draft"): N_("A draft can be changed and deleted."),
    ("sales_order", "submitted"): N_(
        "It has its number: it can be changed, approved or cancelled."
    ),
    ("sales_order", "approved"): N_("It is approved: a change asks for approval again."),
    ("quote", "draft"): N_("A draft can be changed and deleted."),
    ("quote", "sent"): N_("It is with the customer: a change begins a new revision."),
    ("quote", "refused"): N_("It was refused: a change begins a new revision."),
    ("quote", "accepted"): N_("It is accepted: copy it to make another offer."),
    ("delivery", "planned"): N_("It is planned: it can be changed, picked or cancelled."),
    ("receipt", "draft"): N_("A draft can be changed and deleted."),
    ("receipt", "posted"): N_("It is posted: what it says stands, or it is voided."),
}
_STANDS = N_("In this state it can no longer be changed.")
_NUMBERED = ("sales_order", "quote", "delivery", "receipt")
NOT_SHARED = ("delete", "assign", "restore")  # actions that a share does not allow


def _module(name: str) -> str:
    return _(dict(MODULES).get(name, name))


def _day(value: Any) -> str:
    return formats.date_text(date.fromisoformat(value) if isinstance(value, str) else value)


# One record


def of_record(told: Mapping[str, Any]) -> list[Part]:
    """Explain the answer of `rights.explain_record`: why it is visible, what is allowed."""
    if not told["visible"]:
        return [Part(_("Why I do not see it"), _unseen(told)), _allowed(told)]
    parts = [Part(_("Why I see it"), _ways(told)), _allowed(told)]
    if told["deleted"]:
        bin_ = _("It is in the recycle bin. It can be restored there by those who may.")
        parts.append(Part(_("Its state"), [Line(bin_, False)]))
    elif told["status"]:
        parts.append(Part(_("Its state"), _state(told["kind"], told["status"])))
    return parts


def _unseen(told: Mapping[str, Any]) -> list[Line]:
    if "view" not in (told["allowed"] or ()):
        said = _("You may not view this: {module}.").format(module=_module(told["module"]))
        return [Line(said, False)]
    nothing = _("There is no such record, or it is not yours to see. Which of both is not told.")
    scope = _("Your data scope: {scope}.").format(scope=_scope(told["scope"]))
    way = _("Its owner can share the customer with you, or name you as deputy.")
    return [Line(nothing, False), Line(scope), Line(way)]


def _ways(told: Mapping[str, Any]) -> list[Line]:
    if not told["owned"]:
        return [Line(_("Everybody in the office sees it."), True)]
    owner = told["owner"]
    lines = []
    if owner["pool"]:
        lines.append(Line(_("Nobody answers for it: it is in the public pool.")))
    elif not owner["mine"]:
        lines.append(Line(_("It belongs to {name}.").format(name=owner["name"])))
    words = {
        "own": _("It is yours."),
        "scope": _("Your data scope covers it: {scope}.").format(scope=_scope(told["scope"])),
        "deputy": _("You stand in for {name} until {day}."),
        "share": _("The customer is shared with you until {day}."),
    }
    for way in told["ways"]:
        said = words[way["way"]]
        if "until" in way:
            said = said.format(name=owner["name"], day=_day(way["until"]))
        lines.append(Line(said, True))
    return lines


def _allowed(told: Mapping[str, Any]) -> Part:
    allowed, exceptions = set(told["allowed"] or ()), told["exceptions"]
    shared = bool(told.get("ways")) and all(way["way"] == "share" for way in told["ways"])
    lines = []
    for action in PAIRS.get(told["module"], ()):
        word, on = _(dict(ACTIONS)[action]), action in allowed
        if on and shared and action in NOT_SHARED:
            said, on = _("{action}: not with what is only shared"), False
        elif action in exceptions:
            said = _("{action}: an exception for you")
        else:
            said = "{action}"
        lines.append(Line(said.format(action=word), on))
    role = role_title(told["rights"], told["role"])
    return Part(_("What I may do · {role}").format(role=role), lines)


def _state(kind: str, status: str) -> list[Line]:
    known = fields(ENTITIES[kind])
    shown = known.get("status") or known.get("state")
    choices = dict(shown.choices) if shown is not None and kind != "quote" else {}
    open_ = (kind, status) in _STATES
    word = _(choices[status]) if status in choices else ""
    lines = [Line(word)] if word else []
    lines.append(Line(_(_STATES.get((kind, status), _STANDS)), open_))
    if status != "draft" and kind in _NUMBERED:
        lines.append(Line(_("Numbered documents are never deleted."), False))
    return lines


def _scope(scope: str) -> str:
    return _(dict(SCOPES)[scope])


# One person


def of_operator(told: Values) -> list[tuple[str, str]]:
    """Explain the answer of `rights.explain_operator`, as pairs of caption and text."""
    lines = [(_("Role"), role_title(told["rights"], told["role"])), (_("Sees"), _sees(told))]
    if not told["active"]:
        lines.insert(0, (_("State"), _("Disabled: nothing of this holds until they are enabled.")))
    elif not told["login"]:
        lines.insert(0, (_("State"), _("Has no login yet.")))
    seen = _("(not yours to see)")
    if told["customers"] is not None:
        seen = _("{n} to be seen, {own} of their own").format(
            n=formats.integer(told["customers"]), own=formats.integer(told["own"])
        )
    lines.append((_("Customers"), seen))
    for share in told["shares"]:
        text = _("{what} until {day}").format(
            what=f"{share['number']}  {share['name']}", day=_day(share["until"])
        )
        lines.append((_("Shared with them"), text))
    for deputy in told["deputies"]:
        absent = deputy["absent_id"] == told["id"]
        name = deputy["deputy"] if absent else deputy["absent"]
        text = _("{what} until {day}").format(what=name, day=_day(deputy["until"]))
        lines.append((_("Their deputy") if absent else _("Stands in for"), text))
    lines.append((_("Last login"), last_login(told)))
    return lines


def _sees(told: Values) -> str:
    scope = told["scope"]
    if scope == "own":
        return _("Their own customers only")
    if scope == "all":
        return _("All customers of the office")
    if scope == "department":
        place = told["department"]
        if not place:
            return _("Their own customers only: they belong to no department")
    else:
        place = joined(told["places"]) or "–"
    one = N_("The customers of {n} colleague: {places} and below")
    many = N_("The customers of {n} colleagues: {places} and below")
    return plural(told["colleagues"], one, many, places=place)
